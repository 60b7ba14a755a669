#include "ui/shell/tray.h"

#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr qsizetype logLimit = 8 * 1024 * 1024;  // bytes kept an operation

bool isUnderWay(const engine::Operation& operation)
{
    return operation.state == u"running" || operation.state == u"cancelling";
}

QDateTime lastTime(const engine::Operation& operation)
{
    return operation.finished.isValid() ? operation.finished : operation.created;
}

QString stateWord(const engine::Operation& operation)
{
    if (!operation.isFinished()) {
        return wordOfState(operation.state);
    }
    return operation.outcome == engine::Outcome::Cancelled ? wordOfState(u"cancelled"_s)
                                                           : wordOf(markOf(operation));
}

}  // namespace

QString stepText(const engine::Operation& operation)
{
    const auto total = operation.actions.size();
    if (total == 0) {
        return {};
    }
    qsizetype done = 0;
    const engine::ActionView* current = nullptr;
    for (const engine::ActionView& action : operation.actions) {
        done += action.state == u"ok" ? 1 : 0;
        if (!current && (action.state == u"running" || action.state == u"failed" ||
                         action.state == u"unknown")) {
            current = &action;
        }
    }
    const qsizetype step = std::min(total, done + 1);
    const QString where = Tray::tr("step %1 of %2").arg(step).arg(total);
    return current ? where + u": "_s + current->title : where;
}

Mark markOf(const engine::Operation& operation)
{
    if (!operation.isFinished()) {
        return markOf(operation.state);
    }
    switch (operation.outcome) {
        case engine::Outcome::Ok:
            return Mark::Ok;
        case engine::Outcome::Failed:
            return Mark::Failed;
        case engine::Outcome::Unknown:
            return Mark::Unknown;
        case engine::Outcome::Cancelled:
        case engine::Outcome::None:
            break;
    }
    return Mark::Idle;
}

// ---- icon
// -----------------------------------------------------------------------------------------

StateIcon::StateIcon(QWidget* parent) : QWidget(parent), m_turner(new Turner(this))
{
    setFixedSize(metric::icon, metric::icon);
    connect(m_turner, &Turner::turned, this, [this] {
        if (isVisible()) {
            update();
        }
    });
}

void StateIcon::setMark(Mark mark)
{
    m_mark = mark;
    m_turner->setOn(mark == Mark::Running);
    setAccessibleName(wordOf(mark));
    update();
}

void StateIcon::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintIcon(&painter, rect(), iconOf(m_mark), colour(tokenOf(m_mark)),
              m_mark == Mark::Running ? turnStep() : 0);
}

// ---- tray
// -----------------------------------------------------------------------------------------

Tray::Tray(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"tray"_s);
    setAccessibleName(tr("Operations"));
    buildBar();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 1, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
}

void Tray::buildBar()
{
    m_bar = new QWidget(this);
    m_bar->setFixedHeight(metric::tray);
    m_icon = new StateIcon(m_bar);
    m_title = new Text({}, Type::Body);
    m_title->setObjectName(u"tray.title"_s);
    m_step = new Text({}, Type::Body, Token::Quiet);
    m_step->setObjectName(u"tray.step"_s);
    m_step->setElided(true);
    m_usual = new Text({}, Type::Body, Token::Quiet);
    m_usual->setFont(numberFont());
    m_more = new Text({}, Type::Body, Token::Running);
    m_details = new Button(Button::Look::Quiet, tr("Details"), u"chevron-up"_s);
    m_details->setObjectName(u"tray.details"_s);
    m_details->setToolTip(tr("Operations of late   Ctrl+J"));
    m_cancel = new IconButton(u"cancel"_s, tr("Cancel: what was there before comes back"));
    m_cancel->setObjectName(u"tray.cancel"_s);
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(metric::page, 0, 12, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_icon);
    row->addWidget(m_title);
    row->addSpacing(metric::grid);
    row->addWidget(m_step, 1);
    row->addWidget(m_usual);
    row->addSpacing(metric::grid);
    row->addWidget(m_more);
    row->addWidget(m_details);
    row->addWidget(m_cancel);
    connect(m_details, &QPushButton::clicked, this, [this] { setOpen(!m_open); });
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (const auto* operation = barOperation()) {
            Q_EMIT cancelAsked(operation->id);
        }
    });
    refreshBar({});
}

void Tray::buildBody()
{
    m_body = new QWidget(this);
    m_body->setFixedHeight(300);
    m_model = new RecordModel({{u"title"_s, tr("Operation"), ColumnKind::Text, 190, true},
                               {u"state"_s, tr("State"), ColumnKind::State, 98},
                               {u"when"_s, tr("When"), ColumnKind::Age, 100}},
                              this);
    m_list = new DataTable(u"tray.operations"_s, m_model, m_body);
    m_list->emptyState()->setText(u"command"_s, tr("No operation has run in this workspace yet."));
    m_list->view()->setSelectionMode(QAbstractItemView::SingleSelection);

    auto* middle = new QWidget;
    m_shownTitle = new Text({}, Type::Body);
    m_shownTitle->setBold(true);
    m_shownTitle->setElided(true);
    m_shownState = new StateBadge;
    m_reason = new Text({}, Type::Body, Token::Quiet);
    m_reason->setObjectName(u"tray.reason"_s);
    m_reason->setWordWrap(true);
    m_reason->setContentsMargins(12, 0, 12, 6);
    m_cancelShown = new Button(Button::Look::Danger, tr("Cancel"), u"cancel"_s);
    m_cancelShown->setObjectName(u"tray.cancelShown"_s);
    m_resume = new Button(Button::Look::Plain, tr("Check now"), u"refresh"_s);
    m_resume->setObjectName(u"tray.resume"_s);
    m_resume->setToolTip(tr("Asks the world what happened and goes on from there"));
    m_plan = new PlanView;
    m_plan->setObjectName(u"tray.plan"_s);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 6, 12, 6);
    head->setSpacing(metric::grid);
    head->addWidget(m_shownState);
    head->addWidget(m_shownTitle, 1);
    head->addWidget(m_resume);
    head->addWidget(m_cancelShown);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_reason);
    column->addWidget(m_plan, 1);

    m_log = new LogPane;
    m_log->setTitle(tr("Log"));
    m_log->log()->setObjectName(u"tray.log"_s);
    m_log->log()->setPlaceholder(tr("Nothing was written yet."));
    auto* splitter = new QSplitter(Qt::Horizontal);
    for (QWidget* part : {static_cast<QWidget*>(m_list), middle, static_cast<QWidget*>(m_log)}) {
        splitter->addWidget(part);
    }
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->setSizes({400, 430, 400});
    auto* all = new QVBoxLayout(m_body);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(splitter);

    auto* whole = static_cast<QVBoxLayout*>(layout());
    whole->insertWidget(0, m_body);
    connect(m_list, &DataTable::currentChanged, this, &Tray::showOperation);
    connect(m_cancelShown, &QPushButton::clicked, this, [this] { Q_EMIT cancelAsked(m_shown); });
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeAsked(m_shown); });
}

const engine::Operation* Tray::find(const QString& id) const
{
    for (const engine::Operation& operation : m_operations) {
        if (operation.id == id) {
            return &operation;
        }
    }
    return nullptr;
}

// What the one line is about: what runs, else what waits for a person, else the last one.
const engine::Operation* Tray::barOperation() const
{
    for (const engine::Operation& operation : m_operations) {
        if (isUnderWay(operation)) {
            return &operation;
        }
    }
    for (const engine::Operation& operation : m_operations) {
        if (!operation.isFinished()) {
            return &operation;
        }
    }
    // A deploy ends after the bake that it began.
    const auto last = std::max_element(m_operations.cbegin(), m_operations.cend(),
                                       [](const engine::Operation& a, const engine::Operation& b) {
                                           return lastTime(a) < lastTime(b);
                                       });
    return last == m_operations.cend() ? nullptr : &*last;
}

int Tray::runningCount() const
{
    return static_cast<int>(std::count_if(m_operations.cbegin(), m_operations.cend(), isUnderWay));
}

void Tray::setOperations(const QList<engine::Operation>& operations, const QDateTime& now)
{
    QList<engine::Operation> fresh = operations;
    for (engine::Operation& operation : fresh) {
        const engine::Operation* known = find(operation.id);
        if (operation.actions.isEmpty() && known) {
            operation.actions = known->actions;
        }
    }
    m_operations = fresh;
    m_now = now;
    refreshBar(now);
    if (m_open) {
        refreshList(now);
    }
}

void Tray::setOperation(const engine::Operation& operation, const QDateTime& now)
{
    bool known = false;
    for (engine::Operation& held : m_operations) {
        if (held.id == operation.id) {
            held = operation;
            known = true;
        }
    }
    if (!known) {  // newest first
        const auto place = std::find_if(
            m_operations.cbegin(), m_operations.cend(),
            [&](const engine::Operation& held) { return held.created < operation.created; });
        m_operations.insert(place - m_operations.cbegin(), operation);
    }
    m_now = now;
    refreshBar(now);
    if (m_open) {
        refreshList(now);
    }
}

void Tray::refreshBar(const QDateTime& now)
{
    const engine::Operation* operation = barOperation();
    const int running = runningCount();
    m_cancel->setVisible(operation && operation->state == u"running");
    m_more->setText(running > 1 ? tr("+ %1 more").arg(running - 1) : QString());
    m_more->setVisible(running > 1);
    if (!operation) {
        m_icon->setMark(Mark::Idle);
        m_title->setText(tr("No operation is running"));
        m_title->setToken(Token::Quiet);
        m_step->clear();
        m_usual->clear();
        return;
    }
    const Mark mark = markOf(*operation);
    m_icon->setMark(mark);
    m_title->setText(operation->title);
    m_title->setToken(isUnderWay(*operation) ? Token::Text : Token::Quiet);
    m_step->setToken(mark == Mark::Failed || mark == Mark::Unknown ? tokenOf(mark) : Token::Quiet);
    if (operation->isFinished()) {
        const QString what =
            operation->reason.isEmpty() ? stateWord(*operation) : operation->reason;
        m_step->setText(what);
        m_usual->setText(agoText(lastTime(*operation), now));
        return;
    }
    m_step->setText(isUnderWay(*operation) ? stepText(*operation) : stateWord(*operation));
    m_usual->setText(operation->estimate
                         ? tr("about %1 left").arg(durationText(*operation->estimate))
                         : QString());
}

void Tray::refreshList(const QDateTime& now)
{
    QList<Record> records;
    for (const engine::Operation& operation : std::as_const(m_operations)) {
        Record record;
        record.id = operation.id;
        record.fields = {Field::text_(operation.title, operation.target),
                         Field::state(markOf(operation), stateWord(operation)),
                         Field::age(lastTime(operation), now)};
        records.append(record);
    }
    m_model->setRecords(records);
    if (m_shown.isEmpty()) {
        if (const auto* operation = barOperation()) {
            m_list->selectId(operation->id);
        }
    } else {
        showOperation(m_shown);
    }
}

void Tray::showOperation(const QString& id)
{
    const engine::Operation* operation = find(id);
    if (!operation) {
        return;
    }
    if (m_shown != id) {
        m_shown = id;
        m_plan->clear();
        m_log->log()->clear();
        m_log->log()->append(m_logs.value(id));
        Q_EMIT operationShown(id);
        operation = find(id);  // it may have been fed at once
    }
    const Mark mark = markOf(*operation);
    m_shownTitle->setText(operation->title);
    m_shownState->setState(mark, stateWord(*operation));
    m_reason->setText(operation->reason);
    m_reason->setVisible(!operation->reason.isEmpty());
    m_reason->setToken(mark == Mark::Failed || mark == Mark::Unknown ? tokenOf(mark)
                                                                     : Token::Quiet);
    m_cancelShown->setVisible(!operation->isFinished());
    m_cancelShown->setRefusal(operation->state == u"cancelling" ? tr("It is being cancelled.")
                                                                : QString());
    const bool stopped = operation->state == u"interrupted" || operation->state == u"suspended";
    m_resume->setVisible(stopped);
    m_resume->setEnabled(m_refusal.isEmpty());
    if (!m_refusal.isEmpty()) {
        m_cancelShown->setRefusal(m_refusal);
    }
    m_plan->setOperation(*operation);
}

void Tray::appendLog(const QString& operation, const QString& line)
{
    QByteArray& log = m_logs[operation];
    const QByteArray bytes = line.toUtf8() + '\n';
    if (log.size() + bytes.size() > logLimit) {
        log.remove(0, log.size() / 2);
    }
    log.append(bytes);
    if (m_open && operation == m_shown) {
        m_log->log()->append(bytes);
    }
}

void Tray::clearLog(const QString& operation)
{
    m_logs.remove(operation);
    if (m_log && operation == m_shown) {
        m_log->log()->clear();
    }
}

void Tray::setOpen(bool open)
{
    if (open == m_open) {
        return;
    }
    m_open = open;
    if (open && !m_body) {
        buildBody();
    }
    m_body->setVisible(open);
    m_details->setText(open ? tr("Close") : tr("Details"));
    m_details->setIconName(open ? u"chevron-down"_s : u"chevron-up"_s);
    m_details->setAccessibleName(m_details->text());
    if (open) {
        refreshList(m_now);
    }
    Q_EMIT openChanged(open);
}

void Tray::setRefusal(const QString& why)
{
    m_refusal = why;
    for (QWidget* button : {static_cast<QWidget*>(m_cancel), static_cast<QWidget*>(m_cancelShown),
                            static_cast<QWidget*>(m_resume)}) {
        if (button != nullptr) {  // the body is made when it is first opened
            button->setEnabled(why.isEmpty());
        }
    }
}

void Tray::openOperation(const QString& id)
{
    setOpen(true);
    m_list->selectId(id);
    showOperation(id);
}

void Tray::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colour(Token::Window));
    painter.setPen(colour(Token::Line));
    painter.drawLine(rect().topLeft(), rect().topRight());
    if (m_open && m_body) {
        painter.fillRect(m_body->geometry(), colour(Token::Surface));
        painter.drawLine(0, m_bar->y(), width(), m_bar->y());
    }
}

}  // namespace analemma::ui
