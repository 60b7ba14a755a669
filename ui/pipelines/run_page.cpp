#include "ui/pipelines/run_page.h"

#include "core/base/text.h"
#include "ui/pipelines/job_graph.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> stepColumns()
{
    return {{u"state"_s, RunPage::tr("State"), ColumnKind::State, 96},
            {u"name"_s, RunPage::tr("Step"), ColumnKind::Text, 200, true},
            {u"time"_s, RunPage::tr("Took"), ColumnKind::Number, 72}};
}

QList<Column> testColumns()
{
    return {{u"result"_s, RunPage::tr("Result"), ColumnKind::State, 96},
            {u"name"_s, RunPage::tr("Test"), ColumnKind::Text, 220, true},
            {u"suite"_s, RunPage::tr("Suite"), ColumnKind::Text, 160, false, false, 2},
            {u"time"_s, RunPage::tr("Took"), ColumnKind::Number, 72},
            {u"message"_s, RunPage::tr("Message"), ColumnKind::Text, 200, false, false, 1}};
}

QList<Column> artifactColumns()
{
    return {{u"path"_s, RunPage::tr("Artifact"), ColumnKind::Text, 200, true},
            {u"job"_s, RunPage::tr("Job"), ColumnKind::Text, 100, false, false, 2},
            {u"size"_s, RunPage::tr("Size"), ColumnKind::Number, 90},
            {u"sha256"_s, RunPage::tr("SHA-256"), ColumnKind::Fixed, 120, false, false, 1}};
}

milliseconds lengthOf(const QDateTime& started, const QDateTime& finished, const QDateTime& now)
{
    const QDateTime end = finished.isValid() ? finished : now;
    return milliseconds(started.isValid() ? std::max<qint64>(0, started.msecsTo(end)) : 0);
}

lifecycle::Mark markOfTest(pipeline::TestCase::Result result)
{
    switch (result) {
        case pipeline::TestCase::Result::Passed:
            return lifecycle::Mark::Ok;
        case pipeline::TestCase::Result::Skipped:
            return lifecycle::Mark::Idle;
        case pipeline::TestCase::Result::Failed:
        case pipeline::TestCase::Result::Error:
            return lifecycle::Mark::Failed;
    }
    return lifecycle::Mark::Unknown;
}

QString wordOfTest(pipeline::TestCase::Result result)
{
    switch (result) {
        case pipeline::TestCase::Result::Passed:
            return RunPage::tr("passed");
        case pipeline::TestCase::Result::Skipped:
            return RunPage::tr("skipped");
        case pipeline::TestCase::Result::Failed:
            return RunPage::tr("failed");
        case pipeline::TestCase::Result::Error:
            return RunPage::tr("error");
    }
    return {};
}

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

}  // namespace

RunPage::RunPage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_state(new StateBadge),
      m_line(new Text({}, Type::Body, Token::Quiet)),
      m_note(new Text({}, Type::Caption, Token::Quiet)),
      m_tabs(new QTabWidget),
      m_graph(new JobGraph),
      m_timing(new TimingView),
      m_stepModel(new RecordModel(stepColumns(), this)),
      m_steps(new DataTable(u"steps"_s, m_stepModel)),
      m_testModel(new RecordModel(testColumns(), this)),
      m_tests(new DataTable(u"tests"_s, m_testModel)),
      m_artifactModel(new RecordModel(artifactColumns(), this)),
      m_artifacts(new DataTable(u"artifacts"_s, m_artifactModel)),
      m_log(new LogPane),
      m_cancel(new Button(Button::Look::Plain, tr("Cancel"), u"cancel"_s)),
      m_again(new Button(Button::Look::Plain, tr("Run again"), u"redo"_s))
{
    setObjectName(u"run-page"_s);
    m_tabs->setObjectName(u"run-tabs"_s);
    m_cancel->setObjectName(u"cancel"_s);
    m_again->setObjectName(u"again"_s);
    m_line->setElided(true);
    m_note->setWordWrap(true);
    m_note->setObjectName(u"notes"_s);
    m_title->addWidget(m_state);
    m_title->addWidget(m_cancel);
    m_title->addWidget(m_again);
    m_tests->emptyState()->setText(
        u"test"_s, tr("No test results. A step store_test_results keeps JUnit files."));
    m_artifacts->emptyState()->setText(u"artifact"_s,
                                       tr("No artifacts. A step store_artifacts keeps files."));
    m_steps->emptyState()->setText(u"pipelines"_s, tr("Choose a job to see its steps."));
    m_log->log()->setPlaceholder(tr("This step has written nothing."));

    auto* graphTab = new QSplitter(Qt::Vertical);
    QScrollArea* graph = scrolled(m_graph);
    graph->setMinimumHeight(120);
    graphTab->addWidget(graph);
    graphTab->addWidget(m_steps);
    graphTab->setStretchFactor(0, 1);
    graphTab->setStretchFactor(1, 2);
    graphTab->setChildrenCollapsible(false);
    m_tabs->addTab(graphTab, tr("Graph"));
    m_tabs->addTab(scrolled(m_timing), tr("Timing"));
    m_tabs->addTab(m_tests, tr("Tests"));
    m_tabs->addTab(m_artifacts, tr("Artifacts"));

    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_tabs);
    split->addWidget(m_log);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, 0, 0);
    layout->setSpacing(metric::half);
    layout->addWidget(m_title);
    layout->addWidget(m_line);
    layout->addWidget(m_note);
    layout->addWidget(split, 1);

    connect(m_graph, &JobGraph::jobChosen, this, [this](const QString& name) {
        m_byHand = true;
        chooseJob(name);
    });
    connect(m_steps->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] {
                const QString id = m_steps->currentId();
                if (!id.isEmpty() && id.toInt() != m_step) {
                    m_byHand = true;
                    chooseStep(id.toInt());
                }
            });
    connect(m_cancel, &QPushButton::clicked, this, [this] { Q_EMIT cancelPressed(m_run.id); });
    connect(m_again, &QPushButton::clicked, this,
            [this] { Q_EMIT againPressed(m_run.pipeline, m_run.commit); });
}

const pipeline::JobRun* RunPage::job(const QString& name) const
{
    for (const pipeline::JobRun& one : m_run.jobs) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

void RunPage::setRun(const pipeline::Run& run, const QDateTime& now)
{
    const bool other = run.id != m_run.id;
    m_run = run;
    m_now = now;
    const bool running =
        run.state == pipeline::State::Running || run.state == pipeline::State::Waiting;
    m_title->setTitle(tr("%1 #%2").arg(displayText(run.pipeline, 60)).arg(run.number));
    m_state->setState(markOf(run.state), wordOfState(run.state));
    m_cancel->setVisible(running);
    m_again->setVisible(!running);
    m_line->setText(tr("%1  %2  on %3, %4, by %5")
                        .arg(shortHash(run.commit), displayText(run.subject, 120),
                             displayText(run.branch, 60),
                             durationText(lengthOf(run.created, run.finished, now)),
                             displayText(run.actor, 60)));
    QStringList notes = run.notes;
    if (!run.error.isEmpty()) {
        notes.prepend(run.error);
    }
    m_note->setText(displayText(notes.join(u"   "_s), 600));
    m_note->setVisible(!notes.isEmpty());
    m_graph->setJobs(run.jobs, now);
    m_timing->setRun(run, now);
    QList<Record> artifacts;
    for (const pipeline::Artifact& artifact : run.artifacts) {
        Record record;
        record.id = artifact.job + u'/' + artifact.path;
        record.fields = {Field::text_(displayText(artifact.path, 200)),
                         Field::text_(displayText(artifact.job, 60)), Field::size(artifact.size),
                         Field::hash(artifact.sha256)};
        artifacts.append(record);
    }
    m_artifactModel->setRecords(artifacts);
    if (other) {
        m_byHand = false;
        m_job.clear();
    }
    // The failed job first, then the running one, else what was looked at.
    if (!m_byHand) {
        QString wanted = m_job;
        for (const pipeline::State state : {pipeline::State::Running, pipeline::State::Failed}) {
            for (const pipeline::JobRun& one : run.jobs) {
                if (one.state == state) {
                    wanted = one.name;
                }
            }
        }
        if (wanted.isEmpty() && !run.jobs.isEmpty()) {
            wanted = run.jobs.first().name;
        }
        if (wanted != m_job) {
            chooseJob(wanted);
            return;
        }
    }
    showSteps();
    Q_EMIT logWanted();
}

void RunPage::chooseJob(const QString& name)
{
    m_job = name;
    m_graph->setCurrent(name);
    const pipeline::JobRun* one = job(name);
    int step = 0;
    if (one != nullptr) {
        for (int i = 0; i < one->steps.size(); ++i) {
            const pipeline::State state = one->steps[i].state;
            if (state == pipeline::State::Failed || state == pipeline::State::Running) {
                step = i;
                break;
            }
            step = one->steps[i].logBytes > 0 ? i : step;
        }
    }
    chooseStep(step);
    showSteps();
}

void RunPage::chooseStep(int step)
{
    m_step = step;
    m_offset = 0;
    m_log->log()->clear();
    const pipeline::JobRun* one = job(m_job);
    const QString name =
        one != nullptr && step < one->steps.size() ? one->steps[step].name : QString();
    m_log->setTitle(name.isEmpty()
                        ? displayText(m_job, 80)
                        : u"%1 / %2"_s.arg(displayText(m_job, 80), displayText(name, 120)));
    Q_EMIT logWanted();
}

void RunPage::showSteps()
{
    QList<Record> records;
    if (const pipeline::JobRun* one = job(m_job)) {
        for (int i = 0; i < one->steps.size(); ++i) {
            const pipeline::StepRun& step = one->steps[i];
            Record record;
            record.id = QString::number(i);
            record.fields = {Field::state(markOf(step.state), wordOfState(step.state)),
                             Field::text_(displayText(step.name, 200)),
                             step.started.isValid()
                                 ? Field::duration(lengthOf(step.started, step.finished, m_now))
                                 : Field()};
            records.append(record);
        }
    }
    m_stepModel->setRecords(records);
    m_steps->selectId(QString::number(m_step));
}

void RunPage::setTests(const QList<pipeline::TestCase>& tests)
{
    QList<Record> records;
    int index = 0;
    for (const pipeline::TestCase& test : tests) {
        Record record;
        record.id = QString::number(index++);
        record.fields = {Field::state(markOfTest(test.result), wordOfTest(test.result)),
                         Field::text_(displayText(test.name, 200)),
                         Field::text_(displayText(test.suite, 120)),
                         Field::duration(milliseconds(static_cast<qint64>(test.seconds * 1000))),
                         Field::text_(displayText(test.message, 200))};
        records.append(record);
    }
    std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
        return a.fields.first().mark == lifecycle::Mark::Failed &&
               b.fields.first().mark != lifecycle::Mark::Failed;
    });
    m_testModel->setRecords(records);
}

void RunPage::appendLog(const QString& jobName, int step, const QByteArray& bytes)
{
    if (jobName != m_job || step != m_step || bytes.isEmpty()) {
        return;
    }
    const bool first = m_offset == 0;
    m_offset += bytes.size();
    m_log->log()->append(bytes);
    const pipeline::JobRun* one = job(m_job);
    if (first && one != nullptr && one->state == pipeline::State::Failed) {
        m_log->log()->goToFirstError();
    }
}

// ---- timing -------------------------------------------------------------------------------------

namespace {

constexpr int nameWidth = 180;
constexpr int timingRow = 24;

int rowsOf(const pipeline::Run& run)
{
    int rows = 0;
    for (const pipeline::JobRun& job : run.jobs) {
        rows += 1 + static_cast<int>(job.steps.size());
    }
    return rows;
}

}  // namespace

TimingView::TimingView(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"timing"_s);
    setAccessibleName(tr("Timing"));
}

void TimingView::setRun(const pipeline::Run& run, const QDateTime& now)
{
    m_run = run;
    m_now = now;
    setMinimumHeight(sizeHint().height());
    update();
}

QSize TimingView::sizeHint() const
{
    return {480, 2 * metric::grid + rowsOf(m_run) * timingRow};
}

void TimingView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QDateTime begin = m_run.created;
    const double whole =
        std::max<double>(1, double(lengthOf(begin, m_run.finished, m_now).count()));
    const int room = std::max(40, width() - nameWidth - 88);
    int top = metric::grid;
    const auto row = [&](const QString& name, int indent, pipeline::State state,
                         const QDateTime& started, const QDateTime& finished) {
        painter.setFont(fontOf(indent == 0 ? Type::Body : Type::Caption,
                               indent == 0 ? QFont::Medium : QFont::Normal));
        painter.setPen(colour(indent == 0 ? Token::Text : Token::Quiet));
        const QRect label(metric::grid + indent, top, nameWidth - indent - metric::grid, timingRow);
        painter.drawText(label, Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(displayText(name, 120), Qt::ElideRight,
                                                          label.width()));
        if (started.isValid()) {
            const milliseconds length = lengthOf(started, finished, m_now);
            const int left =
                nameWidth + static_cast<int>(double(begin.msecsTo(started)) / whole * room);
            const int wide = std::max(2, static_cast<int>(double(length.count()) / whole * room));
            const int height = indent == 0 ? 10 : 6;
            painter.fillRect(QRect(left, top + (timingRow - height) / 2, wide, height),
                             colour(tokenOf(markOf(state))));
            painter.setFont(numberFont(Type::Caption));
            painter.setPen(colour(Token::Quiet));
            painter.drawText(QRect(left + wide + 6, top, 80, timingRow), Qt::AlignVCenter,
                             durationText(length));
        }
        top += timingRow;
    };
    for (const pipeline::JobRun& job : m_run.jobs) {
        row(job.name, 0, job.state, job.started, job.finished);
        for (const pipeline::StepRun& step : job.steps) {
            row(step.name, 16, step.state, step.started, step.finished);
        }
    }
}

}  // namespace analemma::ui
