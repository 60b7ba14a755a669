#include "ui/files/edit_strip.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::EditView;

Mark markOfEdit(EditView::State state)
{
    switch (state) {
        case EditView::State::Opening:
        case EditView::State::Saving:
            return Mark::Running;
        case EditView::State::Open:
            return Mark::Ok;
        case EditView::State::Conflict:
        case EditView::State::Failed:
            break;
    }
    return Mark::Failed;
}

QString wordOfEdit(const EditView& view)
{
    switch (view.state) {
        case EditView::State::Opening:
            return EditStrip::tr("opening");
        case EditView::State::Open:
            return view.saves > 0 ? EditStrip::tr("saved") : EditStrip::tr("open");
        case EditView::State::Saving:
            return EditStrip::tr("saving");
        case EditView::State::Conflict:
            return EditStrip::tr("conflict");
        case EditView::State::Failed:
            break;
    }
    return EditStrip::tr("failed");
}

QString sentenceOf(const EditView& view)
{
    const QString place = view.place.text();
    if (view.error) {
        return displayText(sentences(*view.error), 500);
    }
    QString text = view.saves > 0
                       ? EditStrip::tr("%1: %n saves written back", nullptr, view.saves).arg(place)
                       : EditStrip::tr("%1: each save is written back").arg(place);
    if (!view.note.isEmpty()) {
        text += u"; "_s + displayText(view.note, 200);
    }
    return text;
}

}  // namespace

EditStrip::EditStrip(operate::RemoteEdits* edits, QWidget* parent)
    : QWidget(parent), m_edits(edits), m_column(new QVBoxLayout(this))
{
    setObjectName(u"files-edits"_s);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metric::half);
    connect(m_edits, &operate::RemoteEdits::changed, this, &EditStrip::refresh);
    hide();
}

EditStrip::Line EditStrip::make(const QString& id)
{
    Line line;
    line.row = new QWidget;
    line.row->setObjectName(u"files-edit"_s);
    line.badge = new StateBadge;
    line.text = new Text;
    line.text->setElided(true);
    line.text->setObjectName(u"files-edit-text"_s);
    line.mine = new Button(Button::Look::Danger, tr("Write mine"));
    line.mine->setObjectName(u"files-edit-mine"_s);
    line.mine->setToolTip(tr("Replaces the server's version by the one edited here."));
    line.theirs = new Button(Button::Look::Plain, tr("Take theirs"));
    line.theirs->setObjectName(u"files-edit-theirs"_s);
    line.theirs->setToolTip(tr("Mine stays beside it, with .mine at the end of its name."));
    line.again = new Button(Button::Look::Plain, tr("Try again"));
    line.again->setObjectName(u"files-edit-again"_s);
    auto* close = new IconButton(u"close"_s, tr("Stop editing this file"));
    close->setObjectName(u"files-edit-close"_s);
    auto* row = new QHBoxLayout(line.row);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(line.badge);
    row->addWidget(line.text, 1);
    row->addWidget(line.theirs);
    row->addWidget(line.mine);
    row->addWidget(line.again);
    row->addWidget(close);
    connect(line.mine, &QPushButton::clicked, this, [this, id] { m_edits->keepMine(id); });
    connect(line.theirs, &QPushButton::clicked, this, [this, id] { m_edits->takeTheirs(id); });
    connect(line.again, &QPushButton::clicked, this, [this, id] { m_edits->retry(id); });
    connect(close, &QToolButton::clicked, this, [this, id] {
        const auto view = m_edits->find(id);
        view && view->isUnsaved() ? Q_EMIT closeWanted(id) : m_edits->close(id);
    });
    m_column->addWidget(line.row);
    return line;
}

void EditStrip::refresh(const QString& id)
{
    const auto view = m_edits->find(id);
    if (!view) {
        const Line gone = m_lines.take(id);
        if (gone.row != nullptr) {
            gone.row->hide();
            gone.row->deleteLater();
        }
    } else {
        if (!m_lines.contains(id)) {
            m_lines.insert(id, make(id));
        }
        const Line& line = m_lines[id];
        line.badge->setState(markOfEdit(view->state), wordOfEdit(*view));
        line.text->setText(sentenceOf(*view));
        const bool conflict = view->state == EditView::State::Conflict;
        line.mine->setVisible(conflict && !view->theirPath.isEmpty());
        line.theirs->setVisible(conflict && !view->theirPath.isEmpty());
        line.again->setVisible(view->state == EditView::State::Failed);
    }
    setVisible(!m_lines.isEmpty());
}

}  // namespace analemma::ui
