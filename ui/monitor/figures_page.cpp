#include "ui/monitor/figures_page.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/lifecycle/report_read.h"
#include "core/monitor/incidents.h"
#include "ui/monitor/figure_tile.h"
#include "ui/monitor/report_pdf.h"
#include "ui/monitor/scope_choice.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QStackedLayout>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using lifecycle::Delivery;
using lifecycle::Fate;
using lifecycle::Figure;

constexpr int kPageReadPause = 300;
constexpr int kPageSettles = 5'000;  // milliseconds after a change of the journal
constexpr int kFirstDays = 30;
constexpr int kReportIncidents = 2'000;

QList<Column> eventColumns()
{
    return {
        {u"when"_s, FiguresPage::tr("When"), ColumnKind::Age, 110},
        {u"what"_s, FiguresPage::tr("What"), ColumnKind::State, 170},
        {u"release"_s, FiguresPage::tr("Release"), ColumnKind::Text, 110},
        {u"environment"_s, FiguresPage::tr("Environment"), ColumnKind::Text, 150, true},
        {u"repository"_s, FiguresPage::tr("Repository"), ColumnKind::Text, 120, false, false, 3},
        {u"commit"_s, FiguresPage::tr("Commit"), ColumnKind::Fixed, 90, false, false, 4},
        {u"commits"_s, FiguresPage::tr("Commits"), ColumnKind::Number, 84, false, false, 2},
        {u"lead"_s, FiguresPage::tr("Lead time"), ColumnKind::Number, 100, false, false, 1},
        {u"restored"_s, FiguresPage::tr("Restored in"), ColumnKind::Number, 104, false, false, 1}};
}

Field outcomeField(const Delivery& one, const Fate& fate)
{
    using lifecycle::Mark;
    if (one.kind == Delivery::Kind::Rollback) {
        return one.stayed ? Field::state(Mark::Idle, FiguresPage::tr("rolled back"))
                          : Field::state(Mark::Failed, FiguresPage::tr("roll back failed"));
    }
    if (fate.failed) {
        return Field::state(Mark::Failed, fate.restoredBy == one.operation
                                              ? FiguresPage::tr("taken back by itself")
                                              : FiguresPage::tr("taken back"));
    }
    return Field::state(Mark::Ok, fate.reworked ? FiguresPage::tr("live, mended a failed one")
                                                : FiguresPage::tr("live"));
}

Field spanField(const std::optional<milliseconds>& span)
{
    if (!span) {
        return Field::number(-1.0, {});
    }
    const auto value = double(span->count());
    Field field = Field::number(value, lifecycle::numberText(Figure::LeadTime, value, QLocale()));
    field.tip = durationText(*span);
    return field;
}

QString suffixOf(FigureFile kind)
{
    switch (kind) {
        case FigureFile::Csv:
            return u"csv"_s;
        case FigureFile::Json:
            return u"json"_s;
        case FigureFile::Html:
            return u"html"_s;
        case FigureFile::Pdf:
            return u"pdf"_s;
    }
    return {};
}

}  // namespace

FiguresPage::FiguresPage(const Context& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_stack(new QStackedLayout),
      m_empty(new EmptyState),
      m_facts(new Text({}, Type::Body, Token::Quiet)),
      m_period(new ScopeChoice(u"figures-period"_s, {})),
      m_environment(new ScopeChoice(u"figures-environment"_s, tr("Environment"))),
      m_repository(new ScopeChoice(u"figures-repository"_s, tr("Repository"))),
      m_eventsTitle(new SectionTitle({})),
      m_model(new RecordModel(eventColumns(), this)),
      m_table(new DataTable(u"figures-events"_s, m_model)),
      m_reader(new Reader(
          kPageReadPause, [this] { return read(); }, this)),
      m_later(new QTimer(this))
{
    setObjectName(u"figures-page"_s);
    setAccessibleName(tr("Delivery figures"));
    auto* sheet = new QWidget;
    auto* inner = new QVBoxLayout(sheet);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(metric::grid + metric::half);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid + metric::half);
    column->addLayout(buildHead());
    column->addLayout(m_stack, 1);
    inner->addLayout(buildChoices());
    inner->addLayout(buildTiles());
    buildEvents();
    inner->addWidget(m_eventsTitle);
    inner->addWidget(m_table, 1);
    m_stack->addWidget(sheet);
    m_stack->addWidget(m_empty);
    m_empty->setObjectName(u"figures-empty"_s);
    m_empty->setText(
        u"deploy"_s, tr("Deploy a release, and the five numbers of delivery stand here."),
        tr("How often, how fast, how often it fails, how soon it is mended, how much is mending: "
           "counted from your own deployments, and each number opens those that it was counted "
           "from."));
    auto* deploy = new QAction(tr("Go to Environments"), this);
    connect(deploy, &QAction::triggered, this,
            [this] { Q_EMIT panelWanted(u"environments"_s, {}); });
    m_empty->setAction(deploy);
    m_later->setSingleShot(true);
    m_later->setInterval(kPageSettles);
    connect(m_later, &QTimer::timeout, this, &FiguresPage::refresh);
    if (m_context.engine != nullptr) {
        connect(m_context.engine, &engine::Engine::changed, this, [this] {
            if (isVisible() && !m_later->isActive()) {
                m_later->start();
            }
        });
    }
}

FiguresPage::~FiguresPage() = default;

QHBoxLayout* FiguresPage::buildHead()
{
    auto* back = new Button(Button::Look::Quiet, tr("All servers"), u"chevron-left"_s);
    back->setObjectName(u"figures-back"_s);
    connect(back, &QPushButton::clicked, this, &FiguresPage::left);
    auto* name = new Text(tr("Delivery"), Type::Section);
    name->setBold(true);
    m_facts->setElided(true);
    m_facts->setObjectName(u"figures-facts"_s);
    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(back);
    head->addWidget(name);
    head->addWidget(m_facts, 1);
    struct Saving {
        FigureFile kind;
        QString text;
        QString tip;
    };
    const QList<Saving> all{
        {FigureFile::Csv, u"CSV"_s, tr("Save the deliveries as CSV…")},
        {FigureFile::Json, u"JSON"_s, tr("Save figures and deliveries as JSON…")},
        {FigureFile::Html, u"HTML"_s, tr("Save the report of this period as HTML…")},
        {FigureFile::Pdf, u"PDF"_s, tr("Save the report of this period as PDF…")}};
    head->addWidget(new Text(tr("Save as"), Type::Body, Token::Quiet));
    for (const Saving& one : all) {
        auto* action = new QAction(lineIcon(u"download"_s), one.tip, this);
        action->setObjectName(u"monitoring.delivery-"_s + suffixOf(one.kind));
        action->setData(u"download"_s);
        connect(action, &QAction::triggered, this, [this, kind = one.kind] { askFile(kind); });
        m_saves.append(action);
        auto* button = new Button(Button::Look::Plain, one.text);
        button->setObjectName(u"figures-save-"_s + suffixOf(one.kind));
        button->setToolTip(one.tip);
        button->setAccessibleName(one.tip);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        head->addWidget(button);
    }
    return head;
}

QHBoxLayout* FiguresPage::buildChoices()
{
    m_period->setChoices({{u"7"_s, tr("7 days")},
                          {u"30"_s, tr("30 days")},
                          {u"90"_s, tr("90 days")},
                          {u"365"_s, tr("A year")}});
    m_period->choose(QString::number(kFirstDays));
    QList<std::pair<QString, QString>> environments{{QString(), tr("All", "environments")}};
    QStringList names = m_context.workspace.environmentOrder;
    for (const QString& name : m_context.workspace.environments.keys()) {
        if (!names.contains(name)) {
            names.append(name);
        }
    }
    for (const QString& name : std::as_const(names)) {
        environments.append({name, name});
    }
    m_environment->setChoices(environments);
    m_environment->setVisible(environments.size() > 2);
    QList<std::pair<QString, QString>> repositories{{QString(), tr("All", "repositories")}};
    for (const QString& name : m_context.workspace.repositories.keys()) {
        repositories.append({name, name});
    }
    m_repository->setChoices(repositories);
    m_repository->setVisible(repositories.size() > 2);
    connect(m_period, &ScopeChoice::changed, this, [this] { m_reader->read(); });
    connect(m_environment, &ScopeChoice::changed, this, &FiguresPage::recount);
    connect(m_repository, &ScopeChoice::changed, this, &FiguresPage::recount);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid * 3);
    row->addWidget(m_period);
    row->addWidget(m_environment);
    row->addWidget(m_repository);
    row->addStretch(1);
    return row;
}

QHBoxLayout* FiguresPage::buildTiles()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid + metric::half);
    for (const Figure figure : lifecycle::allFigures) {
        auto* tile = new FigureTile(figure);
        tile->setObjectName(u"figures-tile-%1"_s.arg(int(figure)));
        tile->setChecked(figure == m_figure);
        connect(tile, &QAbstractButton::clicked, this, [this, figure] { showEvents(figure); });
        connect(tile, &FigureTile::stepped, this, [this, figure](int direction) {
            const int next =
                (int(figure) + direction + lifecycle::figureCount) % lifecycle::figureCount;
            m_tiles[next]->setFocus(Qt::TabFocusReason);
        });
        row->addWidget(tile, 1);
        m_tiles.append(tile);
    }
    return row;
}

void FiguresPage::buildEvents()
{
    m_table->setAccessibleName(tr("Deployments and roll backs"));
    m_table->sortBy(0, Qt::DescendingOrder);
    auto* open = new QAction(lineIcon(u"log"_s), tr("Open operation"), this);
    open->setObjectName(u"figures-open"_s);
    m_table->setMainAction(open);
    connect(m_table, &DataTable::activated, this,
            [this](const QString& id) { Q_EMIT panelWanted(u"operations"_s, id); });
    auto* commits = new QAction(lineIcon(u"commit"_s), tr("Show its commit"), this);
    connect(commits, &QAction::triggered, this, [this] {
        if (const Delivery* one = m_report.delivery(m_table->currentId())) {
            Q_EMIT panelWanted(u"repositories"_s, one->commit);
        }
    });
    m_table->addRowAction(commits);
    auto* environment = new QAction(lineIcon(u"environments"_s), tr("Go to its environment"), this);
    connect(environment, &QAction::triggered, this, [this] {
        if (const Delivery* one = m_report.delivery(m_table->currentId())) {
            Q_EMIT panelWanted(u"environments"_s, one->environment);
        }
    });
    m_table->addRowAction(environment);
}

void FiguresPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
    if (!isAncestorOf(QApplication::focusWidget())) {
        m_tiles[int(m_figure)]->setFocus();
    }
}

void FiguresPage::refresh()
{
    if (isVisible()) {
        m_table->setLoading(!m_known && m_context.engine != nullptr);
        m_reader->read();
    }
}

lifecycle::FigureQuery FiguresPage::query() const
{
    lifecycle::FigureQuery made;
    made.to = m_context.clock != nullptr ? m_context.clock->now() : QDateTime::currentDateTimeUtc();
    made.from = made.to.addDays(-std::max(1, m_period->chosen().toInt()));
    made.bucket = lifecycle::bucketFor(milliseconds(made.from.msecsTo(made.to)));
    return made;
}

lifecycle::FigureSources FiguresPage::sources() const
{
    lifecycle::FigureSources made;
    made.workspace = m_context.workspace;
    made.engine = m_context.engine;
    made.open = m_context.repository;
    return made;
}

bool FiguresPage::read()
{
    if (m_context.engine == nullptr || !m_context.repository) {
        return false;
    }
    const lifecycle::FigureQuery asked = query();
    if (m_known && asked.from.daysTo(asked.to) != m_report.query.from.daysTo(m_report.query.to)) {
        m_facts->setText(tr("reading…"));  // what is shown is of another time still
        m_facts->setToken(Token::Running);
    }
    lifecycle::FigureSources from = sources();
    for (const Delivery& one : std::as_const(m_read.all)) {
        if (!one.changes.isEmpty()) {
            from.known.insert(one.operation, one.changes);
        }
    }
    then(lifecycle::deliveries(std::move(from), asked), this,
         [this, asked](const Result<lifecycle::Deliveries>& read) {
             m_reader->done();
             m_table->setLoading(false);
             if (!read) {
                 Q_EMIT told({lifecycle::Mark::Failed, sentences(read.error()), {}, {}, 10});
                 return;
             }
             setDeliveries(*read, asked);
         });
    return true;
}

void FiguresPage::setDeliveries(const lifecycle::Deliveries& read,
                                const lifecycle::FigureQuery& query)
{
    m_known = true;
    m_read = read;
    m_report.query = query;
    m_table->setLoading(false);
    m_stack->setCurrentIndex(read.all.isEmpty() ? 1 : 0);
    recount();
}

void FiguresPage::recount()
{
    if (!m_known) {
        return;
    }
    lifecycle::FigureQuery counted = m_report.query;
    counted.environment = m_environment->chosen();
    counted.repository = m_repository->chosen();
    m_report = makeFigures(m_read.all, counted);
    m_report.problems = m_read.problems;
    QStringList facts{
        tr("%1 to %2, compared with as long a time before")
            .arg(QLocale().toString(counted.from.toLocalTime().date(), u"d MMM yyyy"_s),
                 QLocale().toString(counted.to.toLocalTime().date(), u"d MMM yyyy"_s))};
    for (const QString& problem : std::as_const(m_report.problems)) {
        facts.append(displayText(problem, 200));
    }
    m_facts->setText(facts.join(u"  ·  "_s));
    m_facts->setToken(m_report.problems.isEmpty() ? Token::Quiet : Token::Waiting);
    for (FigureTile* tile : std::as_const(m_tiles)) {
        tile->setReport(m_report);
    }
    showEvents(m_figure);
}

QString FiguresPage::eventsTitle(Figure figure) const
{
    const int all = m_report.all.deployments;
    const int counted = int(eventsOf(m_report.all, figure).size());
    switch (figure) {
        case Figure::Frequency:
            return tr("%n deployment(s) went live", nullptr, all);
        case Figure::LeadTime:
            return tr("%n commit(s) reached users", nullptr, m_report.all.commits);
        case Figure::FailureRate:
            return tr("%n of %1 deployments failed", nullptr, counted).arg(all);
        case Figure::RestoreTime:
            return tr("%n failed deployment(s) taken back or mended", nullptr, counted);
        case Figure::Rework:
            return tr("%n of %1 deployments mended a failed one", nullptr, counted).arg(all);
    }
    return {};
}

void FiguresPage::showEvents(Figure figure)
{
    m_figure = figure;
    m_eventsTitle->setTitle(nameOf(figure));
    m_eventsTitle->setNote(eventsTitle(figure));
    QStringList ids = eventsOf(m_report.all, figure);
    if (figure == Figure::FailureRate || figure == Figure::RestoreTime) {
        for (const QString& id : std::as_const(m_report.all.restored)) {
            if (!ids.contains(id)) {
                ids.append(id);  // what took it back belongs to it
            }
        }
    }
    const QSet<QString> wanted(ids.cbegin(), ids.cend());
    const QDateTime now = m_report.query.to;
    QList<Record> records;
    for (const Delivery& one : std::as_const(m_report.deliveries)) {
        if (!wanted.contains(one.operation)) {
            continue;
        }
        const Fate fate = m_report.fates.value(one.operation);
        const bool deploys = one.kind == Delivery::Kind::Deploy;
        Record record;
        record.id = one.operation;
        record.marked = m_context.workspace.environments.value(one.environment).production;
        record.fields = {
            Field::age(one.live.isValid() ? one.live : one.ended, now),
            outcomeField(one, fate),
            Field::text_(displayText(one.release, 80)),
            Field::text_(displayText(one.environment, 80)),
            Field::text_(displayText(one.repository, 80)),
            Field::hash(one.commit),
            deploys ? Field::number(qint64(one.changes.size())) : Field::number(-1.0, {}),
            spanField(fate.leadTime),
            spanField(fate.restoredIn)};
        records.append(record);
    }
    m_model->setRecords(records);
    m_table->emptyState()->setText(
        u"deploy"_s,
        m_report.all.deployments == 0 ? tr("Nothing was deployed in this time.")
                                      : tr("There is nothing of this kind in this time."),
        m_report.all.deployments == 0 ? tr("Choose a longer one, or all environments.")
                                      : QString());
}

void FiguresPage::askFile(FigureFile kind)
{
    const QString name = u"delivery-%1-%2.%3"_s.arg(
        isPlainName(m_context.workspace.name) ? m_context.workspace.name : u"report"_s,
        m_report.query.to.toString(u"yyyy-MM-dd"_s), suffixOf(kind));
    auto* dialog = new QFileDialog(this, tr("Save as"), name);
    dialog->setObjectName(u"figures-dialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffixOf(kind));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, kind](const QString& path) { save(kind, path); });
    dialog->open();
}

void FiguresPage::save(FigureFile kind, const QString& path)
{
    if (kind == FigureFile::Csv) {
        write(m_report.toCsv(), path);
        return;
    }
    if (kind == FigureFile::Json) {
        write(QJsonDocument(m_report.toJson()).toJson(), path);
        return;
    }
    if (m_context.incidents == nullptr) {
        saveReport(kind, path, {});
        return;
    }
    then(m_context.incidents->list(kReportIncidents), this,
         [this, kind, path](const Result<QList<monitor::Incident>>& incidents) {
             if (incidents) {
                 saveReport(kind, path, lifecycle::incidentsOf(*incidents));
             } else {
                 saved(incidents.error(), path);
             }
         });
}

void FiguresPage::saveReport(FigureFile kind, const QString& path,
                             const QList<lifecycle::Incident>& incidents)
{
    lifecycle::ReportSources from;
    from.figures = sources();
    from.incidents = incidents;
    from.releases = m_context.releases;
    // The services own it; they outlive the reading.
    from.series = std::shared_ptr<monitor::SeriesStore>(std::shared_ptr<void>(), m_context.series);
    const QDateTime now = query().to;
    then(
        lifecycle::reportFacts(std::move(from), m_report.query, now), this,
        [this, kind, path](const Result<lifecycle::ReportFacts>& facts) {
            if (!facts) {
                saved(facts.error(), path);
                return;
            }
            std::function<Result<bool>()> painting = [kind, path, told = *facts]() -> Result<bool> {
                const lifecycle::ReportDocument document = reportOf(told);
                const Result<QByteArray> bytes = kind == FigureFile::Pdf
                                                     ? toPdf(document)
                                                     : Result<QByteArray>(toHtml(document));
                if (!bytes) {
                    return bytes.error();
                }
                const Result<void> written = writeFile(path, *bytes, 0644);
                return written ? Result<bool>(true) : Result<bool>(written.error());
            };
            then(onWorker<bool>(std::move(painting)), this, [this, path](const Result<bool>& done) {
                saved(done ? Result<void>() : Result<void>(done.error()), path);
            });
        });
}

void FiguresPage::write(const QByteArray& bytes, const QString& path)
{
    std::function<Result<bool>()> writing = [bytes, path]() -> Result<bool> {
        const Result<void> written = writeFile(path, bytes, 0644);
        return written ? Result<bool>(true) : Result<bool>(written.error());
    };
    then(onWorker<bool>(std::move(writing)), this, [this, path](const Result<bool>& done) {
        saved(done ? Result<void>() : Result<void>(done.error()), path);
    });
}

void FiguresPage::saved(const Result<void>& written, const QString& path)
{
    Notice notice;
    notice.mark = written ? lifecycle::Mark::Ok : lifecycle::Mark::Failed;
    notice.text =
        written ? tr("Saved: %1").arg(displayText(path, 300)) : sentences(written.error());
    Q_EMIT told(notice);
}

}  // namespace analemma::ui
