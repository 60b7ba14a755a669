#include "ui/files/transfer_list.h"

#include "core/base/text.h"
#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/cell_delegate.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::TransferState;
using operate::TransferView;

enum Columns {
    StateColumn,
    NameColumn,
    WayColumn,
    BarColumn,
    SpeedColumn,
    LeftColumn,
    CheckColumn,
    PauseColumn,
    CancelColumn
};

/// The context is the namespace: so texts are gathered that no class says.
QString tr(const char* text)
{
    return QCoreApplication::translate("analemma::ui", text);
}

QList<Column> transferColumns()
{
    return {{u"state"_s, tr("State"), ColumnKind::State, 108},
            {u"name"_s, tr("Name"), ColumnKind::Text, 150},
            {u"way"_s, tr("From → to"), ColumnKind::Text, 240, true},
            {u"progress"_s, tr("Progress"), ColumnKind::Bar, 170},
            {u"speed"_s, tr("Speed"), ColumnKind::Number, 92, false, false, 2},
            {u"left"_s, tr("Left"), ColumnKind::Number, 84, false, false, 3},
            {u"verified"_s, tr("Checked"), ColumnKind::State, 116, false, false, 1},
            {u"pause"_s, {}, ColumnKind::Text, 34},
            {u"cancel"_s, {}, ColumnKind::Text, 34}};
}

/// An icon that is pressed: Field::aside names it.
class PressDelegate : public CellDelegate {
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& given,
               const QModelIndex& index) const override
    {
        QStyleOptionViewItem option = given;
        option.state.setFlag(QStyle::State_HasFocus, false);
        painter->save();
        paintGround(painter, option, index);
        const QString icon = index.data(RecordModel::AsideRole).toString();
        const bool hover = option.state.testFlag(QStyle::State_MouseOver);
        const QRect box(option.rect.center() - QPoint(8, 8), QSize(metric::icon, metric::icon));
        paintIcon(painter, box, icon, colour(hover ? Token::Text : Token::Quiet));
        painter->restore();
    }
};

QString nameOf(const TransferView& view)
{
    QByteArray path = view.to.path;
    return displayText(QByteArrayView(path.mid(path.lastIndexOf('/') + 1)), 120);
}

/// What stands behind the state: why it waits, why it failed, what was left out.
QString tipOf(const TransferView& view)
{
    QStringList lines;
    if (view.error) {
        lines.append(displayText(sentences(*view.error), 500));
    }
    if (view.skipped > 0) {
        lines.append(QCoreApplication::translate("Transfers", "%n files were there and stayed",
                                                 nullptr, view.skipped));
    }
    if (view.refusedCount > 0) {
        lines.append(QCoreApplication::translate("Transfers", "%n entries were left out:", nullptr,
                                                 view.refusedCount));
        lines.append(view.refused.mid(0, 10));
    }
    return lines.join(u'\n');
}

Field pressField(const QString& icon, const QString& name)
{
    Field field;
    field.aside = icon;
    field.tip = name;
    return field;
}

Field pauseField(TransferState state)
{
    switch (state) {
        case TransferState::Waiting:
        case TransferState::Running:
            return pressField(u"pause"_s, tr("Pause (Space)"));
        case TransferState::Paused:
            return pressField(u"play"_s, tr("Go on (Space)"));
        case TransferState::Failed:
        case TransferState::Cancelled:
            return pressField(u"redo"_s, tr("Try again (Enter)"));
        case TransferState::Asking:
            return pressField(u"unknown"_s, tr("Answer (Enter)"));
        case TransferState::Done:
            break;
    }
    return {};
}

}  // namespace

Mark transferMark(TransferState state)
{
    switch (state) {
        case TransferState::Waiting:
            return Mark::Waiting;
        case TransferState::Running:
            return Mark::Running;
        case TransferState::Asking:
            return Mark::Unknown;
        case TransferState::Paused:
        case TransferState::Cancelled:
            return Mark::Idle;
        case TransferState::Done:
            return Mark::Ok;
        case TransferState::Failed:
            break;
    }
    return Mark::Failed;
}

QString transferWord(TransferState state)
{
    switch (state) {
        case TransferState::Asking:
            return tr("asks");
        case TransferState::Paused:
            return tr("paused");
        case TransferState::Waiting:
        case TransferState::Running:
        case TransferState::Done:
        case TransferState::Failed:
        case TransferState::Cancelled:
            break;
    }
    return wordOfState(operate::toString(state));
}

Record transferRecord(const TransferView& view)
{
    Record record;
    record.id = view.id;
    Field state = Field::state(transferMark(view.state), transferWord(view.state));
    const bool lost = view.state == TransferState::Waiting && view.tries > 0;
    if (lost) {
        state.text = tr("lost, again");
    }
    state.tip = tipOf(view);
    QString name = nameOf(view);
    if (view.folder) {
        name += QCoreApplication::translate("Transfers", " (%1 of %2)")
                    .arg(view.filesDone + view.skipped)
                    .arg(view.files);
    }
    const QString whole = view.from.text() + u" → "_s + view.to.text();
    const QString from =
        view.from.isLocal() ? tr("this machine") : displayText(view.from.server, 80);
    const QString way = from + u" → "_s + view.to.text();
    Field progress;
    if (view.total >= 0) {
        progress.share = view.total == 0 ? (view.state == TransferState::Done ? 1.0 : 0.0)
                                         : double(view.done) / double(view.total);
        progress.text = sizeText(view.total);
        progress.tip = tr("%1 of %2").arg(sizeText(view.done), sizeText(view.total));
    }
    progress.mark = transferMark(view.state);
    progress.sort = progress.share;
    Field speed = view.bytesPerSecond > 0
                      ? Field::number(double(view.bytesPerSecond),
                                      tr("%1/s").arg(sizeText(view.bytesPerSecond)))
                      : Field::text_({});
    Field left = view.left ? Field::duration(*view.left) : Field::text_({});
    Field verified = view.verified ? Field::state(Mark::Ok, tr("SHA-256")) : Field::text_({});
    verified.tip = view.verified ? tr("Both sides have the same SHA-256.") : QString();
    const bool over = isOver(view.state) && view.state != TransferState::Failed;
    record.fields = {state,
                     Field::text_(name, tipOf(view)),
                     Field::text_(way, whole),
                     progress,
                     speed,
                     left,
                     verified,
                     pauseField(view.state),
                     over ? Field() : pressField(u"close"_s, tr("Cancel (Delete)"))};
    return record;
}

TransferList::TransferList(operate::Transfers* transfers, QWidget* parent)
    : QWidget(parent),
      m_transfers(transfers),
      m_title(new SectionTitle(tr("Transfers"))),
      m_pause(new Button(Button::Look::Quiet, tr("Pause all"))),
      m_resume(new Button(Button::Look::Quiet, tr("Resume all"))),
      m_cancel(new Button(Button::Look::Quiet, tr("Cancel all"))),
      m_clear(new Button(Button::Look::Quiet, tr("Clear ended"))),
      m_model(new RecordModel(transferColumns(), this)),
      m_table(new DataTable(u"files-queue"_s, m_model))
{
    setObjectName(u"files-transfers"_s);
    m_pause->setObjectName(u"files-pause-all"_s);
    m_resume->setObjectName(u"files-resume-all"_s);
    m_cancel->setObjectName(u"files-cancel-all"_s);
    m_clear->setObjectName(u"files-clear"_s);
    for (Button* button : {m_pause, m_resume, m_cancel, m_clear}) {
        m_title->addWidget(button);
    }
    connect(m_pause, &QPushButton::clicked, m_transfers, &operate::Transfers::pauseAll);
    connect(m_resume, &QPushButton::clicked, m_transfers, &operate::Transfers::resumeAll);
    connect(m_cancel, &QPushButton::clicked, m_transfers, &operate::Transfers::cancelAll);
    connect(m_clear, &QPushButton::clicked, m_transfers, &operate::Transfers::clearOver);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_table, 1);
    m_table->view()->setAccessibleName(tr("Transfers"));
    m_table->setCellDelegate(PauseColumn, new PressDelegate);
    m_table->setCellDelegate(CancelColumn, new PressDelegate);
    m_table->emptyState()->setText(
        u"download"_s, tr("Nothing is carried."),
        tr("F5 copies what is selected to the other side; so does dragging it there."));
    m_table->view()->installEventFilter(this);
    connect(m_table, &DataTable::cellClicked, this, &TransferList::press);
    connect(m_table, &DataTable::activated, this, [this](const QString& id) {
        m_transfers->retry(id);
        Q_EMIT told(id);
    });
    connect(m_transfers, &operate::Transfers::changed, this, &TransferList::refresh);
    refresh();
}

void TransferList::refresh()
{
    const QList<TransferView> views = m_transfers->list();
    QList<Record> records;
    int open = 0;
    int resting = 0;
    int over = 0;
    for (const TransferView& view : views) {
        records.append(transferRecord(view));
        resting += view.state == TransferState::Paused ? 1 : 0;
        over += isOver(view.state) ? 1 : 0;
        open += isOver(view.state) || view.state == TransferState::Paused ? 0 : 1;
    }
    m_model->setRecords(records);
    m_title->setNote(views.isEmpty() ? QString()
                                     : tr("%1 open, %2 ended").arg(views.size() - over).arg(over));
    const QString none = tr("There is none.");
    m_pause->setRefusal(open > 0 ? QString() : none);
    m_resume->setRefusal(resting > 0 ? QString() : none);
    m_cancel->setRefusal(open + resting > 0 ? QString() : none);
    m_clear->setRefusal(over > 0 ? QString() : none);
}

void TransferList::toggle(const QString& id)
{
    const auto view = m_transfers->find(id);
    if (!view) {
        return;
    }
    switch (view->state) {
        case TransferState::Waiting:
        case TransferState::Running:
            m_transfers->pause(id);
            break;
        case TransferState::Paused:
            m_transfers->resume(id);
            break;
        case TransferState::Failed:
        case TransferState::Cancelled:
            m_transfers->retry(id);
            break;
        case TransferState::Asking:
        case TransferState::Done:
            Q_EMIT told(id);
            break;
    }
}

void TransferList::press(const QString& id, int column)
{
    if (column == PauseColumn) {
        toggle(id);
    } else if (column == CancelColumn) {
        m_transfers->cancel(id);
    }
}

bool TransferList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table->view() && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const QString id = m_table->currentId();
        if (key == Qt::Key_Space && !id.isEmpty()) {
            toggle(id);
            return true;
        }
        if (key == Qt::Key_Delete) {
            const QStringList ids = m_table->selectedIds();
            for (const QString& one : ids) {
                m_transfers->cancel(one);
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace analemma::ui
