#include "ui/repositories/wall.h"

#include "core/base/text.h"
#include "core/pipeline/pipeline.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/record_model.h"

#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> wallColumns()
{
    return {{u"name"_s, RepositoryWall::tr("Repository"), ColumnKind::Text, 140},
            {u"branch"_s, RepositoryWall::tr("Branch"), ColumnKind::Text, 110},
            {u"changes"_s, RepositoryWall::tr("Changes"), ColumnKind::Text, 156},
            {u"step"_s, RepositoryWall::tr("Remote"), ColumnKind::Text, 124, false, false, 1},
            {u"pipeline"_s, RepositoryWall::tr("Pipeline"), ColumnKind::State, 110},
            {u"deployed"_s, RepositoryWall::tr("Deployed"), ColumnKind::Text, 170, false, false, 2},
            {u"commit"_s, RepositoryWall::tr("Last commit"), ColumnKind::Text, 200, true},
            {u"when"_s, RepositoryWall::tr("When"), ColumnKind::Age, 96, false, false, 3}};
}

}  // namespace

QString changesText(const git::Status& status)
{
    int changed = 0;
    int fresh = 0;
    int conflicts = 0;
    for (const git::StatusEntry& entry : status.entries) {
        ++(entry.conflicted ? conflicts : entry.untracked ? fresh : changed);
    }
    QStringList parts;
    if (conflicts > 0) {
        parts.append(RepositoryWall::tr("%n in conflict", nullptr, conflicts));
    }
    if (changed > 0) {
        parts.append(RepositoryWall::tr("%n changed", nullptr, changed));
    }
    if (fresh > 0) {
        parts.append(RepositoryWall::tr("%n new", nullptr, fresh));
    }
    return parts.isEmpty() ? RepositoryWall::tr("no changes") : parts.join(u", "_s);
}

QString stepText(const git::Status& status)
{
    if (status.upstream.isEmpty()) {
        return RepositoryWall::tr("no upstream");
    }
    QStringList parts;
    if (status.ahead > 0) {
        parts.append(RepositoryWall::tr("%n ahead", nullptr, status.ahead));
    }
    if (status.behind > 0) {
        parts.append(RepositoryWall::tr("%n behind", nullptr, status.behind));
    }
    return parts.isEmpty() ? RepositoryWall::tr("in step") : parts.join(u", "_s);
}

RepositoryWall::RepositoryWall(const Context& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(new RecordModel(wallColumns(), this)),
      m_table(new DataTable(u"repository-wall"_s, m_model)),
      m_reader(new Reader(
          300, [this] { return readAll(); }, this))
{
    setObjectName(u"wall"_s);
    m_table->setInset(metric::page);
    m_table->emptyState()->setText(u"code"_s, tr("The workspace file names no repository."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    setFocusProxy(m_table);
    connect(m_table, &DataTable::activated, this, &RepositoryWall::opened);
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.pipelines != nullptr) {
        connect(context.pipelines, &pipeline::Pipelines::runChanged, m_reader, &Reader::readSoon);
    }
}

void RepositoryWall::read()
{
    m_reader->read();
}

bool RepositoryWall::readAll()
{
    const QStringList names = m_context.workspace.repositories.keys();
    if (!m_context.repository || names.isEmpty()) {
        return false;
    }
    m_missing = int(names.size()) + 1;
    for (const QString& name : names) {
        if (m_lines.value(name).repository) {
            readStatus(name);
        } else {
            readOne(name);
        }
        readRuns(name);
    }
    readDeployed();
    return true;
}

void RepositoryWall::told()
{
    if (--m_missing == 0) {
        m_reader->done();
        const auto count = int(m_lines.size());
        Q_EMIT summary(tr("%n repositories", nullptr, count));
        Q_EMIT refreshed();
    }
}

void RepositoryWall::readOne(const QString& name)
{
    then(m_context.repository(name), this, [this, name](const Result<RepositoryPointer>& opened) {
        Line& line = m_lines[name];
        if (!opened) {
            line.problem = opened.error().message;
            showLine(name);
            told();
            return;
        }
        line.problem.clear();
        line.repository = *opened;
        connect(opened->get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
        line.watch = std::make_shared<git::WorkTreeWatch>(*opened);
        connect(line.watch.get(), &git::WorkTreeWatch::changed, m_reader, &Reader::readSoon);
        readStatus(name);
    });
}

void RepositoryWall::readStatus(const QString& name)
{
    const RepositoryPointer repository = m_lines.value(name).repository;
    then(git::status(repository, CancelToken()), this,
         [this, name, repository](const Result<git::Status>& status) {
             Line& line = m_lines[name];
             line.problem = status || status.error().kind == ErrorKind::Refused
                                ? QString()
                                : status.error().message;
             line.status = status ? std::optional(*status) : std::nullopt;
             showLine(name);
             then(repository->log({{}, {}, 1}, CancelToken()), this,
                  [this, name](const Result<QList<git::Commit>>& commits) {
                      if (commits && !commits->isEmpty()) {
                          m_lines[name].commit = commits->constFirst();
                          showLine(name);
                      }
                      told();
                  });
         });
}

void RepositoryWall::readRuns(const QString& name)
{
    if (m_context.pipelines == nullptr) {
        return;
    }
    for (const auto& [pipeline, spec] : m_context.workspace.pipelines.asKeyValueRange()) {
        if (spec.repository != name) {
            continue;
        }
        then(m_context.pipelines->runs(pipeline, 1, 0), this,
             [this, name](const Result<QList<pipeline::Run>>& runs) {
                 if (runs && !runs->isEmpty()) {
                     m_lines[name].run = pipeline::toString(runs->constFirst().state);
                     showLine(name);
                 }
             });
    }
}

void RepositoryWall::readDeployed()
{
    if (m_context.deployments == nullptr) {
        told();
        return;
    }
    then(m_context.deployments->environments(), this,
         [this](const Result<QList<deploy::EnvironmentView>>& views) {
             QHash<QString, QStringList> deployed;
             for (const deploy::EnvironmentView& view : views.valueOr({})) {
                 const QString repository =
                     m_context.workspace.images.value(view.spec.image).repository;
                 if (view.active && !repository.isEmpty()) {
                     deployed[repository].append(
                         u"%1 %2"_s.arg(view.spec.name, view.active->release));
                 }
             }
             for (const QString& name : m_context.workspace.repositories.keys()) {
                 m_lines[name].deployed = deployed.value(name).join(u", "_s);
                 showLine(name);
             }
             told();
         });
}

void RepositoryWall::showLine(const QString& name)
{
    const Line& line = m_lines[name];
    m_model->updateRecords({recordOf(name, line)});
}

Record RepositoryWall::recordOf(const QString& name, const Line& line) const
{
    Record record;
    record.id = name;
    const git::Status status = line.status.value_or(git::Status());
    const QString branch = !line.status               ? QString()
                           : !status.branch.isEmpty() ? status.branch
                                                      : tr("no branch");
    Field changes = Field::text_(!line.problem.isEmpty() ? tr("cannot be read")
                                 : line.status           ? changesText(status)
                                                         : QString(),
                                 displayText(line.problem, 400));
    changes.quiet = status.entries.isEmpty() && line.problem.isEmpty();
    if (!status.underWay.isEmpty()) {
        changes.text = tr("%1 under way").arg(status.underWay) + u", "_s + changes.text;
    }
    Field step =
        Field::text_(line.status ? stepText(status) : QString(), displayText(status.upstream, 200));
    step.quiet = status.ahead == 0 && status.behind == 0;
    const QDateTime now =
        m_context.clock != nullptr ? m_context.clock->now() : QDateTime::currentDateTimeUtc();
    record.fields = {Field::text_(displayText(name, 60)),
                     Field::text_(displayText(branch, 80)),
                     changes,
                     step,
                     line.run.isEmpty() ? Field::state(lifecycle::Mark::None)
                                        : Field::state(markOf(line.run), wordOfState(line.run)),
                     Field::text_(displayText(line.deployed, 120)),
                     Field::text_(line.commit ? displayText(line.commit->subject, 160) : QString()),
                     line.commit ? Field::age(line.commit->time, now) : Field::text_({})};
    return record;
}

}  // namespace analemma::ui
