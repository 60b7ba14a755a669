#include "ui/repositories/wall.h"

#include "core/base/text.h"
#include "core/pipeline/pipeline.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/cell_delegate.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/record_model.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
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

/// A repository on its way here has a bar in place of its changes.
class ArrivalDelegate : public CellDelegate {
public:
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const double share = index.data(RecordModel::ShareRole).toDouble();
        if (share < 0) {
            CellDelegate::paint(painter, option, index);
            return;
        }
        painter->save();
        paintGround(painter, option, index);
        const int words = 44;
        const QRect cell = option.rect.adjusted(insetOf(option, index), 0, -metric::grid, -1);
        QRect groove(cell.left(), cell.center().y() - 3, cell.width() - words, 6);
        painter->fillRect(groove, colour(Token::Raised));
        groove.setWidth(std::max(2, int(groove.width() * std::min(1.0, share))));
        painter->fillRect(groove, colour(Token::Running));
        paintText(painter, cell, index.data().toString(), numberFont(), colour(Token::Text),
                  Qt::AlignRight);
        painter->restore();
    }
};

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
          300, [this] { return readAll(); }, this)),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_desk(new WallDesk(context, m_ask, this))
{
    setObjectName(u"wall"_s);
    m_table->setInset(metric::page);
    m_table->setCellDelegate(2, new ArrivalDelegate);
    m_table->emptyState()->setText(u"code"_s, tr("Bring in the first repository."),
                                   tr("Clone one, open one that is on this machine, or make a new "
                                      "one. It is written into the workspace file."));
    makeActs();
    auto* inset = new QVBoxLayout;
    inset->setContentsMargins(metric::page, 0, metric::page, metric::grid);
    inset->addWidget(m_ask);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeStrip());
    column->addWidget(m_table, 1);
    column->addLayout(inset);
    setFocusProxy(m_table);
    connect(m_table, &DataTable::currentChanged, this, &RepositoryWall::updateActs);
    connect(m_desk, &WallDesk::changed, this, &RepositoryWall::follow);
    connect(m_desk, &WallDesk::cloning, this, &RepositoryWall::showCloning);
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.pipelines != nullptr) {
        connect(context.pipelines, &pipeline::Pipelines::runChanged, m_reader, &Reader::readSoon);
    }
}

// ---- acts ---------------------------------------------------------------------------------------

QAction* RepositoryWall::addAct(const QString& id, const QString& text, const QString& icon,
                                std::function<void()> run, const QKeySequence& keys)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setObjectName(id);
    action->setData(icon);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    addAction(action);
    return action;
}

void RepositoryWall::makeActs()
{
    const auto asked = [this](void (WallDesk::*act)()) {
        return [this, act] {
            Q_EMIT this->asking();
            (m_desk->*act)();
        };
    };
    m_mainActs = {addAct(u"repositories.clone"_s, tr("Clone…"), u"download"_s,
                         asked(&WallDesk::clone), QKeySequence(u"Ctrl+N"_s)),
                  addAct(u"repositories.open"_s, tr("Open…"), u"folder"_s, asked(&WallDesk::open),
                         QKeySequence(u"Ctrl+O"_s)),
                  addAct(u"repositories.new"_s, tr("New…"), u"plus"_s, asked(&WallDesk::make),
                         QKeySequence(u"Ctrl+Shift+N"_s))};
    m_table->emptyState()->setAction(m_mainActs.constFirst());
    m_table->setMainAction(addAct(u"repositories.show"_s, tr("Show"), u"chevron-right"_s, [this] {
        if (m_desk->repositories().contains(m_table->currentId())) {
            Q_EMIT opened(m_table->currentId());
        }
    }));
    m_table->addRowAction(
        addAct(u"repositories.copy-path"_s, tr("Copy its path"), u"copy"_s, [this] {
            QGuiApplication::clipboard()->setText(
                m_desk->repositories().value(m_table->currentId()).path);
        }));
    m_table->addRowAction(
        addAct(u"repositories.stop"_s, tr("Stop cloning"), u"stop"_s, [this] { m_desk->stop(); }));
    m_table->addRowAction(nullptr);
    QAction* remove = addAct(u"repositories.remove"_s, tr("Remove from workspace"), u"trash"_s,
                             [this] { m_desk->remove(m_table->selectedIds()); });
    remove->setProperty("many", true);
    m_table->addRowAction(remove);
    updateActs();
}

void RepositoryWall::updateActs()
{
    const bool chosen = m_desk->repositories().contains(m_table->currentId());
    const QString fixed =
        m_context.editWorkspace ? QString() : tr("The workspace cannot be changed here.");
    const QList<QAction*> all = actions();
    for (QAction* action : all) {
        const QString id = action->objectName();
        QString why;
        if (id.endsWith(".stop"_L1)) {
            why = m_desk->isCloning() ? QString() : tr("Nothing is being cloned.");
        } else if (m_mainActs.contains(action)) {
            why = id.endsWith(".clone"_L1) && m_desk->isCloning()
                      ? tr("One at a time: %1 is being cloned.").arg(displayText(m_cloning, 60))
                      : fixed;
        } else if (!chosen) {
            why = tr("Choose a repository first.");
        } else if (id.endsWith(".remove"_L1)) {
            why = fixed;
        }
        setRefusal(action, why);
    }
}

QWidget* RepositoryWall::makeStrip()
{
    m_strip = new QWidget;
    m_progress = new Text({}, Type::Caption, Token::Quiet);
    m_progress->setObjectName(u"clone-progress"_s);
    m_progress->setElided(true);
    auto* stop = new Button(Button::Look::Quiet, tr("Stop"), u"stop"_s);
    stop->setObjectName(u"clone-stop"_s);
    stop->setAccessibleName(tr("Stop cloning"));
    auto* row = new QHBoxLayout(m_strip);
    row->setContentsMargins(metric::page, 0, metric::page, metric::half);
    row->addWidget(m_progress, 1);
    row->addWidget(stop);
    m_strip->hide();
    connect(stop, &QPushButton::clicked, m_desk, &WallDesk::stop);
    return m_strip;
}

/// The row of a clone is there from the first moment on.
void RepositoryWall::showCloning(const WallDesk::Cloning& now)
{
    if (!m_cloning.isEmpty() && m_cloning != now.name &&
        !m_desk->repositories().contains(m_cloning)) {
        m_model->removeRecord(m_cloning);
    }
    const bool begins = m_cloning != now.name;
    m_cloning = now.name;
    m_strip->setVisible(!now.name.isEmpty());
    if (!now.name.isEmpty()) {
        m_progress->setText(tr("Cloning %1: %2").arg(displayText(now.name, 60), now.text));
        Field bar = Field::text_(now.share < 0 ? QString() : u"%1 %"_s.arg(int(now.share * 100)));
        bar.share = now.share;
        Field branch = Field::text_(tr("cloning"));
        branch.quiet = true;
        Record record;
        record.id = now.name;
        record.fields = {Field::text_(displayText(now.name, 60)),
                         branch,
                         bar,
                         Field::text_({}),
                         Field::state(lifecycle::Mark::None),
                         Field::text_({}),
                         Field::text_(now.text),
                         Field::text_({})};
        m_model->updateRecords({record});
        if (begins) {
            m_table->selectId(now.name);
        }
    }
    updateActs();
}

bool RepositoryWall::stepBack()
{
    if (!m_ask->isOpen()) {
        return false;
    }
    m_ask->escape();
    return true;
}

/// Those that are out of the workspace go, the others are read.
void RepositoryWall::follow()
{
    const QStringList names = m_lines.keys();
    for (const QString& name : names) {
        if (!m_desk->repositories().contains(name)) {
            m_lines.remove(name);
            m_model->removeRecord(name);
        }
    }
    updateActs();
    m_reader->read();
}

// ---- reading ------------------------------------------------------------------------------------

void RepositoryWall::read()
{
    m_reader->read();
}

bool RepositoryWall::readAll()
{
    const QStringList names = m_desk->repositories().keys();
    if (!m_context.repository || names.isEmpty()) {
        Q_EMIT summary({});
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
             for (const QString& name : m_desk->repositories().keys()) {
                 m_lines[name].deployed = deployed.value(name).join(u", "_s);
                 showLine(name);
             }
             told();
         });
}

void RepositoryWall::showLine(const QString& name)
{
    if (!m_desk->repositories().contains(name)) {
        m_lines.remove(name);  // it went meanwhile
        return;
    }
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
