#include "ui/repositories/conflict_view.h"

#include "core/base/text.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QPlainTextEdit* codeField(const QString& name, const QString& label, bool readOnly)
{
    auto* field = new QPlainTextEdit;
    field->setObjectName(name);
    field->setAccessibleName(label);
    field->setReadOnly(readOnly);
    field->setFont(fixedFont());
    field->setLineWrapMode(QPlainTextEdit::NoWrap);
    field->setTabChangesFocus(true);
    return field;
}

QWidget* titled(const QString& title, QWidget* field)
{
    auto* whole = new QWidget;
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(new Text(title, Type::Caption, Token::Quiet));
    column->addWidget(field, 1);
    return whole;
}

}  // namespace

bool hasConflictMarks(const QString& text)
{
    for (const QStringView line : QStringView(text).split(u'\n')) {
        if (line.startsWith("<<<<<<< "_L1) || line.startsWith(">>>>>>> "_L1) ||
            line.trimmed() == "======="_L1) {
            return true;
        }
    }
    return false;
}

ConflictView::ConflictView(QWidget* parent)
    : QWidget(parent),
      m_path(new Text({}, Type::Body)),
      m_ours(codeField(u"conflict-ours"_s, tr("Ours"), true)),
      m_base(codeField(u"conflict-base"_s, tr("Before both"), true)),
      m_theirs(codeField(u"conflict-theirs"_s, tr("Theirs"), true)),
      m_merged(codeField(u"conflict-merged"_s, tr("What the file becomes"), false)),
      m_takeOurs(new Button(Button::Look::Plain, tr("Take ours"))),
      m_takeTheirs(new Button(Button::Look::Plain, tr("Take theirs"))),
      m_take(new Button(Button::Look::Primary, tr("Take this text"), u"check"_s))
{
    setObjectName(u"conflict"_s);
    m_path->setBold(true);
    m_path->setElided(true);
    m_takeOurs->setObjectName(u"conflict-take-ours"_s);
    m_takeTheirs->setObjectName(u"conflict-take-theirs"_s);
    m_take->setObjectName(u"conflict-take"_s);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(metric::grid, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_path, 1);
    row->addWidget(m_takeOurs);
    row->addWidget(m_takeTheirs);
    row->addWidget(m_take);
    auto* sides = new QSplitter(Qt::Horizontal);
    sides->setChildrenCollapsible(false);
    sides->addWidget(titled(tr("Ours"), m_ours));
    sides->addWidget(titled(tr("Before both"), m_base));
    sides->addWidget(titled(tr("Theirs"), m_theirs));
    auto* whole = new QSplitter(Qt::Vertical);
    whole->setChildrenCollapsible(false);
    whole->addWidget(sides);
    whole->addWidget(titled(tr("What the file becomes"), m_merged));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addLayout(row);
    column->addWidget(whole, 1);
    connect(m_merged, &QPlainTextEdit::textChanged, this, &ConflictView::check);
    connect(m_takeOurs, &QPushButton::clicked, this, [this] { give(git::Resolution::Kind::Ours); });
    connect(m_takeTheirs, &QPushButton::clicked, this,
            [this] { give(git::Resolution::Kind::Theirs); });
    connect(m_take, &QPushButton::clicked, this, [this] {
        Q_EMIT resolve(m_conflict, git::Resolution::with(m_merged->toPlainText().toUtf8()));
    });
}

void ConflictView::give(git::Resolution::Kind kind)
{
    Q_EMIT resolve(m_conflict, git::Resolution::side(kind));
}

void ConflictView::clear()
{
    m_repository.reset();
    m_conflict = {};
}

void ConflictView::setConflict(const std::shared_ptr<git::Repository>& repository,
                               const git::Conflict& conflict)
{
    if (repository == m_repository && conflict == m_conflict) {
        return;  // what was typed stays
    }
    m_repository = repository;
    m_conflict = conflict;
    m_path->setText(displayText(QByteArrayView(conflict.path), 400));
    m_takeOurs->setText(conflict.ours.id.isEmpty() ? tr("Delete, as we did") : tr("Take ours"));
    m_takeTheirs->setText(conflict.theirs.id.isEmpty() ? tr("Delete, as they did")
                                                       : tr("Take theirs"));
    setText({});
    then(git::conflictText(repository, conflict), this,
         [this, conflict](const Result<git::ConflictText>& text) {
             if (m_conflict != conflict) {
                 return;
             }
             if (text) {
                 setText(*text);
             } else {
                 Q_EMIT failed(text.error());
             }
         });
}

void ConflictView::setText(const git::ConflictText& text)
{
    const bool shown = !text.binary && !text.tooLarge;
    m_ours->setPlainText(shown ? displayLog(text.ours) : QString());
    m_base->setPlainText(shown ? displayLog(text.base) : QString());
    m_theirs->setPlainText(shown ? displayLog(text.theirs) : QString());
    // Bytes that are no UTF-8 would not come back as they were: then only a whole side is offered.
    const QString merged = QString::fromUtf8(text.merged);
    const bool editable = shown && merged.toUtf8() == text.merged && !merged.contains(QChar(0));
    m_merged->setPlainText(editable ? merged : QString());
    m_merged->setReadOnly(!editable);
    m_merged->setPlaceholderText(
        editable ? QString() : tr("This file has no text that could be joined: take one side."));
    check();
}

void ConflictView::check()
{
    const QString text = m_merged->toPlainText();
    m_take->setRefusal(m_merged->isReadOnly()   ? tr("Take one of the sides.")
                       : hasConflictMarks(text) ? tr("There are marks of the conflict left.")
                                                : QString());
}

}  // namespace analemma::ui
