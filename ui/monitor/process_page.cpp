#include "ui/monitor/process_page.h"

#include "core/base/text.h"
#include "ui/monitor/chart_units.h"
#include "ui/monitor/sampler_words.h"
#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/button.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QAction>
#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kEvery = 2'000;
constexpr int kFirstAfter = 500;  ///< the second reading, which tells the use of processors
constexpr double kCpuWaiting = 80;

using monitor::Process;
using monitor::ProcessSignal;

enum ProcessColumn { NameColumn, PidColumn, CpuColumn, MemoryColumn, StateColumn, ThreadsColumn };

QString idOf(const Process& process)
{
    return u"%1-%2"_s.arg(process.pid).arg(process.startTicks);
}

QString nameOf(const Process& process)
{
    return displayText(QByteArrayView(process.name), 64);
}

/// proc(5): the third field of stat.
QString stateText(char state)
{
    switch (state) {
        case 'R':
            return ProcessPage::tr("runs");
        case 'S':
            return ProcessPage::tr("waits");
        case 'D':
            return ProcessPage::tr("waits for a disk");
        case 'T':
        case 't':
            return ProcessPage::tr("stopped");
        case 'Z':
        case 'X':
            return ProcessPage::tr("ended");
        case 'I':
            return ProcessPage::tr("idle");
        default:
            return QString(QLatin1Char(state));
    }
}

Mark stateMark(char state)
{
    return state == 'R'                   ? Mark::Ok
           : state == 'D'                 ? Mark::Waiting
           : state == 'T' || state == 't' ? Mark::Waiting
           : state == 'Z'                 ? Mark::Unknown
                                          : Mark::Idle;
}

}  // namespace

ProcessPage::ProcessPage(monitor::Monitor* monitor, Connect connecting, QWidget* parent)
    : QWidget(parent),
      m_monitor(monitor),
      m_connect(std::move(connecting)),
      m_timer(new QTimer(this)),
      m_back(new Button(Button::Look::Quiet, tr("Figures"), u"chevron-left"_s)),
      m_name(new Text({}, Type::Section)),
      m_facts(new Text({}, Type::Body, Token::Quiet)),
      m_state(new StateBadge),
      m_ask(new AskPanel(AskPanel::Place::Row))
{
    setObjectName(u"monitoring-processes-page"_s);
    m_back->setObjectName(u"monitoring-processes-back"_s);
    m_facts->setObjectName(u"monitoring-processes-facts"_s);
    m_ask->setObjectName(u"monitoring-processes-ask"_s);
    m_name->setElided(true);
    m_facts->setElided(true);
    connect(m_back, &QPushButton::clicked, this, &ProcessPage::left);
    m_model =
        new RecordModel({{u"name"_s, tr("Process"), ColumnKind::Fixed, 260, true},
                         {u"pid"_s, tr("Number"), ColumnKind::Number, 96},
                         {u"cpu"_s, tr("CPU"), ColumnKind::Number, 96},
                         {u"memory"_s, tr("Memory"), ColumnKind::Number, 110},
                         {u"state"_s, tr("State"), ColumnKind::State, 170},
                         {u"threads"_s, tr("Threads"), ColumnKind::Number, 90, false, false, 1}},
                        this);
    m_table = new DataTable(u"monitor.processes"_s, m_model);
    m_table->setAccessibleName(tr("Processes"));
    m_table->sortBy(CpuColumn, Qt::DescendingOrder);
    m_table->emptyState()->setText(u"monitor"_s, tr("The server has not told its processes yet."),
                                   tr("They are read every two seconds while this page is shown."));
    connect(m_table, &DataTable::currentChanged, this, &ProcessPage::updateActions);

    addSignal(ProcessSignal::Term, tr("End…"), u"stop"_s);
    addSignal(ProcessSignal::Hup, tr("Hang up, read its settings again…"), u"refresh"_s);
    addSignal(ProcessSignal::Int, tr("Interrupt…"), u"cancel"_s);
    addSignal(ProcessSignal::Stop, tr("Stop for now…"), u"pause"_s);
    addSignal(ProcessSignal::Cont, tr("Go on"), u"play"_s);
    m_table->addRowAction(nullptr);
    addSignal(ProcessSignal::Kill, tr("Kill…"), u"trash"_s);
    auto* end = new Button(Button::Look::Plain, m_signals.first());
    end->setObjectName(u"monitoring-process-end"_s);
    auto* kill = new Button(Button::Look::Danger, m_signals.last());
    kill->setObjectName(u"monitoring-process-kill"_s);

    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_back);
    head->addWidget(m_name);
    head->addWidget(m_facts, 1);
    head->addWidget(m_state);
    head->addWidget(end);
    head->addWidget(kill);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(m_table, 1);
    column->addWidget(m_ask);
    m_timer->setInterval(kEvery);
    connect(m_timer, &QTimer::timeout, this, &ProcessPage::poll);
    setFocusProxy(m_table);
    updateActions();
}

ProcessPage::~ProcessPage()
{
    m_cancel.cancel();
}

void ProcessPage::addSignal(ProcessSignal signal, const QString& text, const QString& icon)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setObjectName(u"process."_s + toString(signal).toLower());
    action->setData(icon);  // of its buttons
    connect(action, &QAction::triggered, this, [this, signal] { ask(signal); });
    m_table->addRowAction(action);
    m_signals.append(action);
}

void ProcessPage::showServer(const QString& server, const QString& environment, bool production)
{
    if (server != m_server) {
        m_cancel.cancel();
        m_cancel = CancelToken();
        m_model->setRecords({});
        m_processes.clear();
        m_readings = 0;
        m_table->setFilterText({});
    }
    m_ask->dismiss();
    m_server = server;
    m_production = production;
    const QString name = displayText(server, 120);
    m_name->setText(environment.isEmpty()
                        ? tr("Processes of %1").arg(name)
                        : tr("Processes of %1 in %2").arg(name, displayText(environment, 60)));
    m_name->setToken(production ? Token::Production : Token::Text);
    m_back->setAccessibleName(tr("Back to the figures of %1").arg(name));
    setAccessibleName(m_name->text());
    m_table->setLoading(m_processes.isEmpty());
    updateActions();
    if (isVisible()) {
        poll();
    }
}

void ProcessPage::setRefusal(const QString& why)
{
    m_refusal = why;
    if (!why.isEmpty()) {
        m_ask->dismiss();
    }
    updateActions();
}

bool ProcessPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    if (!m_table->filterText().isEmpty()) {
        m_table->setFilterText({});
        return true;
    }
    return false;
}

void ProcessPage::focusRows()
{
    m_table->view()->setFocus();
}

void ProcessPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_timer->start();
    poll();
}

void ProcessPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_timer->stop();
}

/// Asks once more. The sampler may be another than the last time: servers come and go.
void ProcessPage::poll()
{
    monitor::Sampler* sampler = m_monitor->sampler(m_server);
    if (sampler != m_sampler) {
        if (m_sampler) {
            disconnect(m_sampler, nullptr, this, nullptr);
        }
        m_sampler = sampler;
        if (sampler != nullptr) {
            connect(sampler, &monitor::Sampler::processesRead, this, &ProcessPage::showLoads);
        }
    }
    updateState();
    if (sampler != nullptr) {
        sampler->askProcesses();
    }
}

void ProcessPage::updateState()
{
    const monitor::ServerView view = m_monitor->view(m_server);
    const SamplerWord word = wordOf(view.state);
    m_state->setState(word.mark, word.text);
    m_state->setToolTip(displayText(view.reason, 300));
    m_facts->setText(!view.reason.isEmpty() ? displayText(view.reason, 200)
                     : m_readings == 0      ? QString()
                                       : tr("%n process(es)", nullptr, int(m_processes.size())));
}

void ProcessPage::showLoads(const std::vector<monitor::ProcessLoad>& loads)
{
    if (!isVisible()) {
        return;
    }
    QList<Record> records;
    records.reserve(qsizetype(loads.size()));
    m_processes.clear();
    for (const monitor::ProcessLoad& load : loads) {
        const Process& process = load.process;
        Field cpu = Field::number(
            load.cpuPercent.value_or(-1),
            load.cpuPercent ? valueText(*load.cpuPercent, ChartUnit::Percent) : u"–"_s);
        cpu.tip = load.cpuPercent ? tr("of one core") : tr("not known before the next reading");
        cpu.quiet = load.cpuPercent.value_or(0) < 0.05;
        cpu.mark = load.cpuPercent.value_or(0) >= kCpuWaiting ? Mark::Waiting : Mark::None;
        Record record;
        record.id = idOf(process);
        record.fields = {
            Field::text_(nameOf(process), nameOf(process)),
            Field::number(qint64(process.pid)),
            cpu,
            Field::number(double(load.residentBytes),
                          valueText(double(load.residentBytes), ChartUnit::Bytes)),
            Field::state(stateMark(process.state), stateText(process.state)),
            Field::number(qint64(process.threads)),
        };
        record.fields[PidColumn].text = QString::number(process.pid);  // a name, not an amount
        m_processes.insert(record.id, process);
        records.append(record);
    }
    m_model->setRecords(records);
    m_table->setLoading(false);
    if (++m_readings == 1) {
        QTimer::singleShot(kFirstAfter, this, [this] {
            if (isVisible()) {
                poll();
            }
        });
    }
    updateState();
    updateActions();
}

void ProcessPage::updateActions()
{
    const auto chosen = m_processes.constFind(m_table->currentId());
    const QString why = !m_refusal.isEmpty()               ? m_refusal
                        : !m_connect                       ? tr("There is no way to the servers.")
                        : chosen == m_processes.constEnd() ? tr("Choose a process first.")
                        : chosen->pid == 1                 ? tr("This is the server itself.")
                                                           : QString();
    for (QAction* action : std::as_const(m_signals)) {
        ui::setRefusal(action, why);
    }
}

void ProcessPage::ask(ProcessSignal signal)
{
    const auto chosen = m_processes.constFind(m_table->currentId());
    if (chosen == m_processes.constEnd()) {
        return;
    }
    monitor::SignalOrder order{chosen->pid, chosen->startTicks, nameOf(*chosen),
                               signal,      m_production,       {}};
    if (signal == ProcessSignal::Cont) {
        send(order);
        return;
    }
    AskPanel::Question question;
    question.sentence = tr("Send %1 to %2 (%3) on %4?")
                            .arg(toString(signal), order.name, QString::number(order.pid),
                                 displayText(m_server, 80));
    if (m_production) {
        question.sentence = tr("PRODUCTION: %1").arg(question.sentence);
    }
    question.careful = true;
    if (needsName(order)) {
        const QString wanted = tr("Type %1 to go on").arg(order.name);
        question.fields = {{wanted}};
        question.refusal = [wanted, name = order.name](const QString& text) {
            return text == name ? QString() : wanted;
        };
    }
    question.answers = {{u"send"_s, tr("Send %1").arg(toString(signal)),
                         [this, order](const AskPanel::Given& given) {
                             monitor::SignalOrder sure = order;
                             sure.typed = given.text();
                             send(sure);
                         },
                         true},
                        {u"cancel"_s, tr("Leave it alone"), {}}};
    m_ask->ask(std::move(question));
}

void ProcessPage::send(const monitor::SignalOrder& order)
{
    const CancelToken cancel = m_cancel;
    then(m_connect(m_server, cancel), this,
         [this, order, cancel](const Result<ssh::ChosenSession>& session) {
             if (!session) {
                 report(session.error());
                 return;
             }
             then(monitor::sendSignal(session->session, order, cancel), this,
                  [this](const Result<monitor::SignalReport>& outcome) {
                      report(outcome);
                      poll();
                  });
         });
}

void ProcessPage::report(const Result<monitor::SignalReport>& outcome)
{
    if (!outcome) {
        if (outcome.error().kind != ErrorKind::Cancelled) {
            Q_EMIT told(Mark::Failed, sentences(outcome.error()));
        }
        return;
    }
    const Mark mark = outcome->end == monitor::SignalEnd::Done           ? Mark::Ok
                      : outcome->end == monitor::SignalEnd::Gone         ? Mark::Idle
                      : outcome->end == monitor::SignalEnd::NotPermitted ? Mark::Failed
                                                                         : Mark::Unknown;
    Q_EMIT told(mark, outcome->sentence);
}

}  // namespace analemma::ui
