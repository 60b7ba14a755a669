#include "ui/pipelines/pipelines_panel.h"

#include "core/base/text.h"
#include "core/engine/engine.h"
#include "ui/pipelines/run_page.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QLineEdit>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int runsShown = 500;
constexpr qint64 logPiece = 256 * 1024;

QList<Column> runColumns()
{
    return {{u"state"_s, PipelinesPanel::tr("State"), ColumnKind::State, 104},
            {u"number"_s, PipelinesPanel::tr("Run"), ColumnKind::Number, 56},
            {u"commit"_s, PipelinesPanel::tr("Commit"), ColumnKind::Fixed, 82, false, false, 1},
            {u"subject"_s, PipelinesPanel::tr("Subject"), ColumnKind::Text, 220, true},
            {u"branch"_s, PipelinesPanel::tr("Branch"), ColumnKind::Text, 90, false, false, 4},
            {u"took"_s, PipelinesPanel::tr("Took"), ColumnKind::Bar, 110, false, false, 3},
            {u"tests"_s, PipelinesPanel::tr("Tests"), ColumnKind::Number, 64, false, false, 5},
            {u"actor"_s, PipelinesPanel::tr("By"), ColumnKind::Text, 100, false, false, 6},
            {u"created"_s, PipelinesPanel::tr("Begun"), ColumnKind::Age, 96, false, false, 2}};
}

milliseconds lengthOf(const pipeline::Run& run, const QDateTime& now)
{
    return milliseconds(
        std::max<qint64>(0, run.created.msecsTo(run.finished.isValid() ? run.finished : now)));
}

/// Twice the median of what passed: the full width of a duration bar.
double fullBar(const QList<pipeline::Run>& runs, const QDateTime& now)
{
    QList<qint64> lengths;
    for (const pipeline::Run& run : runs) {
        if (run.state == pipeline::State::Passed) {
            lengths.append(lengthOf(run, now).count());
        }
    }
    if (lengths.isEmpty()) {
        return 60'000;
    }
    std::sort(lengths.begin(), lengths.end());
    return std::max<double>(1, 2.0 * double(lengths[lengths.size() / 2]));
}

Record runRecord(const pipeline::Run& run, double full, const QDateTime& now)
{
    int passed = 0;
    int tests = 0;
    for (const pipeline::JobRun& job : run.jobs) {
        passed += job.testsPassed;
        tests += job.testsPassed + job.testsFailed;
    }
    const milliseconds length = lengthOf(run, now);
    Record record;
    record.id = run.id;
    record.fields = {
        Field::state(markOf(run.state), wordOfState(run.state)),
        Field::number(qint64(run.number)),
        Field::hash(run.commit),
        Field::text_(displayText(run.subject, 200)),
        Field::text_(displayText(run.branch, 80)),
        Field::duration(length, std::min(1.0, double(length.count()) / full)),
        tests > 0 ? Field::number(double(passed), u"%1/%2"_s.arg(passed).arg(tests)) : Field(),
        Field::text_(displayText(run.actor, 60)),
        Field::age(run.created, now)};
    return record;
}

bool isOpen(const pipeline::Run& run)
{
    return run.state == pipeline::State::Running || run.state == pipeline::State::Waiting;
}

}  // namespace

PipelinesPanel::PipelinesPanel(const Context& context, QWidget* parent)
    : Panel(context, u"pipelines"_s, tr("Pipelines"), u"pipelines"_s, parent),
      m_model(new RecordModel(runColumns(), this)),
      m_table(new DataTable(u"runs"_s, m_model)),
      m_page(new RunPage),
      m_revision(new QLineEdit),
      m_reader(new Reader(
          150, [this] { return read(); }, this)),
      m_tick(new QTimer(this))
{
    m_split = new SplitPage(u"pipelines-split"_s, m_table, m_page, tr("Runs"), this);
    m_split->setShare(0.46);
    setContent(m_split);

    auto* run = addCommand(
        u"pipelines.run"_s, tr("Run"), u"play"_s,
        [this] { start(defaultPipeline(), m_revision->text().trimmed()); },
        QKeySequence(u"Ctrl+R"_s));
    addMainAction(run);
    auto* openAction = addCommand(u"pipelines.open"_s, tr("Open run"), u"pipelines"_s,
                                  [this] { open(m_table->currentId()); });
    auto* cancelAction = addCommand(u"pipelines.cancel"_s, tr("Cancel run"), u"cancel"_s,
                                    [this] { cancel(m_table->currentId()); });
    auto* againAction = addCommand(u"pipelines.again"_s, tr("Run again"), u"redo"_s, [this] {
        if (const pipeline::Run* chosen = find(m_table->currentId())) {
            start(chosen->pipeline, chosen->commit);
        }
    });
    m_table->setMainAction(openAction);
    m_table->addRowAction(againAction);
    m_table->addRowAction(cancelAction);
    m_table->emptyState()->setText(
        u"pipelines"_s, tr("A pipeline builds and tests a commit, as .circleci/config.yml says."),
        tr("Each new commit on a watched branch is run by itself."));
    m_table->emptyState()->setAction(run);

    chips()->addChip(u"all"_s, tr("All"));
    chips()->addChip(u"running"_s, tr("Running"));
    chips()->addChip(u"failed"_s, tr("Failed"));
    chips()->addChip(u"passed"_s, tr("Passed"));
    m_revision->setObjectName(u"revision"_s);
    m_revision->setAccessibleName(tr("Commit to run"));
    m_revision->setPlaceholderText(tr("Commit or branch; HEAD"));
    m_revision->setFixedWidth(200);
    m_revision->setMaxLength(200);
    chips()->addWidget(m_revision);
    connect(m_revision, &QLineEdit::returnPressed, run, &QAction::trigger);
    connect(chips(), &ChipBar::changed, this, &PipelinesPanel::filterByChips);
    connect(m_page, &RunPage::logWanted, this, &PipelinesPanel::readLog);
    connect(m_page, &RunPage::cancelPressed, this, &PipelinesPanel::cancel);
    connect(m_page, &RunPage::againPressed, this, &PipelinesPanel::start);

    m_tick->setInterval(1000);
    connect(m_tick, &QTimer::timeout, this, [this] {
        if (isVisible() && std::any_of(m_runs.begin(), m_runs.end(), isOpen)) {
            m_reader->read();
        }
    });
    m_tick->start();
    if (context.pipelines) {
        connect(context.pipelines, &pipeline::Pipelines::runChanged, m_reader, &Reader::readSoon);
    }
}

QString PipelinesPanel::defaultPipeline() const
{
    return context().workspace.pipelines.isEmpty() ? QString()
                                                   : context().workspace.pipelines.firstKey();
}

const pipeline::Run* PipelinesPanel::find(const QString& item) const
{
    for (const pipeline::Run& run : m_runs) {
        if (run.id == item || run.commit == item) {
            return &run;
        }
    }
    return nullptr;
}

void PipelinesPanel::activate()
{
    m_table->setLoading(m_runs.isEmpty() && context().pipelines != nullptr);
    m_reader->read();
}

bool PipelinesPanel::read()
{
    if (context().pipelines == nullptr) {
        return false;
    }
    then(context().pipelines->runs(QString(), runsShown, 0), this,
         [this](const Result<QList<pipeline::Run>>& runs) {
             m_reader->done();
             m_table->setLoading(false);
             if (!runs) {
                 showError(runs.error());
                 return;
             }
             setRuns(*runs, now());
             Q_EMIT refreshed(now());
         });
    return true;
}

void PipelinesPanel::setRuns(const QList<pipeline::Run>& runs, const QDateTime& at)
{
    m_runs = runs;
    const double full = fullBar(runs, at);
    QList<Record> records;
    int failed = 0;
    int open = 0;
    int passed = 0;
    for (const pipeline::Run& run : runs) {
        records.append(runRecord(run, full, at));
        open += isOpen(run) ? 1 : 0;
        passed += run.state == pipeline::State::Passed ? 1 : 0;
        failed += run.state == pipeline::State::Failed || run.state == pipeline::State::Interrupted
                      ? 1
                      : 0;
    }
    m_model->setRecords(records);
    m_table->setLoading(false);
    m_model->refreshAges(at);
    chips()->setCount(u"all"_s, static_cast<int>(runs.size()));
    chips()->setCount(u"running"_s, open);
    chips()->setCount(u"failed"_s, failed);
    chips()->setCount(u"passed"_s, passed);
    setSummary(tr("%n runs", nullptr, static_cast<int>(runs.size())));
    if (!m_wanted.isEmpty()) {
        this->open(std::exchange(m_wanted, QString()));
    } else if (m_split->isDetailOpen()) {
        if (const pipeline::Run* shown = find(m_page->run().id)) {
            const bool ended = isOpen(m_page->run()) && !isOpen(*shown);
            m_page->setRun(*shown, at);
            if (ended) {
                readTests(*shown);
            }
        }
    }
}

void PipelinesPanel::filterByChips(const QStringList& chosen)
{
    const QString chip = chosen.value(0, u"all"_s);
    m_table->filter()->setAccept([chip](const Record& record) {
        const lifecycle::Mark mark = record.fields.first().mark;
        if (chip == "running"_L1) {
            return mark == lifecycle::Mark::Running || mark == lifecycle::Mark::Waiting;
        }
        if (chip == "failed"_L1) {
            return mark == lifecycle::Mark::Failed || mark == lifecycle::Mark::Unknown;
        }
        return chip != "passed"_L1 || mark == lifecycle::Mark::Ok;
    });
}

void PipelinesPanel::open(const QString& item)
{
    const pipeline::Run* run = find(item);
    if (run == nullptr) {
        return;
    }
    m_table->selectId(run->id);
    m_split->openDetail();
    m_page->setRun(*run, now());
    readTests(*run);
}

void PipelinesPanel::readTests(const pipeline::Run& run)
{
    if (context().pipelines == nullptr) {
        return;
    }
    const QString id = run.id;
    then(context().pipelines->tests(id), this,
         [this, id](const Result<QList<pipeline::TestCase>>& tests) {
             if (tests && m_page->run().id == id) {
                 m_page->setTests(*tests);
             }
         });
}

void PipelinesPanel::readLog()
{
    if (context().pipelines == nullptr || m_readingLog || m_page->currentJob().isEmpty()) {
        return;
    }
    m_readingLog = true;
    const QString id = m_page->run().id;
    const QString job = m_page->currentJob();
    const int step = m_page->currentStep();
    const qint64 offset = m_page->logOffset();
    then(context().pipelines->log(id, job, step, offset, logPiece), this,
         [this, id, job, step, offset](const Result<QByteArray>& bytes) {
             m_readingLog = false;
             const bool same = m_page->run().id == id && m_page->currentJob() == job &&
                               m_page->currentStep() == step && m_page->logOffset() == offset;
             if (!same) {
                 readLog();
             } else if (bytes && !bytes->isEmpty()) {
                 m_page->appendLog(job, step, *bytes);
                 readLog();
             }
         });
}

void PipelinesPanel::start(const QString& pipeline, const QString& revision)
{
    if (context().pipelines == nullptr || pipeline.isEmpty()) {
        return;
    }
    then(context().pipelines->start(pipeline, revision, CancelToken()), this,
         [this](const Result<QString>& id) {
             if (!id) {
                 showError(id.error());
                 return;
             }
             m_wanted = *id;
             m_revision->clear();
             m_reader->read();
         });
}

void PipelinesPanel::cancel(const QString& run)
{
    if (context().engine == nullptr || run.isEmpty()) {
        return;
    }
    then(context().engine->cancel(run), this, [this](const Result<void>& asked) {
        if (!asked) {
            showError(asked.error());
        }
        m_reader->read();
    });
}

void PipelinesPanel::select(const QString& item)
{
    if (find(item) == nullptr) {
        m_wanted = item;
        return;
    }
    open(item);
}

bool PipelinesPanel::stepBack()
{
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        return true;
    }
    return false;
}

QList<Finding> PipelinesPanel::findings() const
{
    QList<Finding> found;
    for (const pipeline::Run& run : m_runs) {
        found.append({tr("Run %1 of %2").arg(run.number).arg(run.pipeline),
                      displayText(run.subject, 80), u"pipelines"_s, run.id});
    }
    return found;
}

}  // namespace analemma::ui
