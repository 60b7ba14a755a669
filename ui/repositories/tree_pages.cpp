#include "ui/repositories/tree_pages.h"

#include "core/base/text.h"
#include "ui/repositories/git_desk.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/record_model.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> treeColumns()
{
    return {{u"path"_s, WorkTreesPage::tr("Folder"), ColumnKind::Text, 320, true},
            {u"branch"_s, WorkTreesPage::tr("Branch"), ColumnKind::Text, 220},
            {u"state"_s, WorkTreesPage::tr("State"), ColumnKind::State, 150},
            {u"commit"_s, WorkTreesPage::tr("Commit"), ColumnKind::Fixed, 96, false, false, 1}};
}

QList<Column> moduleColumns()
{
    return {{u"path"_s, SubmodulesPage::tr("Submodule"), ColumnKind::Text, 240, true},
            {u"state"_s, SubmodulesPage::tr("State"), ColumnKind::State, 190},
            {u"recorded"_s, SubmodulesPage::tr("Recorded"), ColumnKind::Fixed, 96},
            {u"there"_s, SubmodulesPage::tr("Checked out"), ColumnKind::Fixed, 110},
            {u"url"_s, SubmodulesPage::tr("Address"), ColumnKind::Text, 260, false, false, 1}};
}

Field stateOf(const git::LinkedTree& tree)
{
    using lifecycle::Mark;
    Field field = tree.name.isEmpty() ? Field::state(Mark::Ok, WorkTreesPage::tr("the repository"))
                  : !tree.problem.isEmpty()
                      ? Field::state(Mark::Failed, WorkTreesPage::tr("strange"))
                  : tree.gone   ? Field::state(Mark::Unknown, WorkTreesPage::tr("folder is gone"))
                  : tree.locked ? Field::state(Mark::Waiting, WorkTreesPage::tr("locked"))
                                : Field::state(Mark::Ok, WorkTreesPage::tr("linked"));
    field.tip = displayText(tree.problem.isEmpty() ? tree.lockReason : tree.problem, 300);
    return field;
}

Field stateOf(const git::Submodule& module)
{
    using lifecycle::Mark;
    using State = git::Submodule::State;
    Field field;
    switch (module.state) {
        case State::NotThere:
            field = Field::state(Mark::Idle, SubmodulesPage::tr("not checked out"));
            break;
        case State::Same:
            field = Field::state(Mark::Ok, SubmodulesPage::tr("as recorded"));
            break;
        case State::Moved:
            field = Field::state(Mark::Waiting, SubmodulesPage::tr("at another commit"));
            break;
        case State::Refused:
            field = Field::state(Mark::Failed, SubmodulesPage::tr("not looked into"));
            break;
    }
    field.tip = displayText(module.problem, 300);
    return field;
}

}  // namespace

// ---- work trees ---------------------------------------------------------------------------------

WorkTreesPage::WorkTreesPage(const Context& context, GitDesk* desk, QWidget* parent)
    : RepositoryTab(context, parent),
      m_desk(desk),
      m_model(new RecordModel(treeColumns(), this)),
      m_table(new DataTable(u"work-trees"_s, m_model)),
      m_reader(new Reader(
          200, [this] { return readTrees(); }, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    setFocusProxy(m_table);
    makeActs();
    connect(m_table, &DataTable::currentChanged, this, &WorkTreesPage::updateActs);
}

void WorkTreesPage::makeActs()
{
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            std::function<void(const git::LinkedTree&)> run) {
        auto* action = new QAction(lineIcon(icon), text, this);
        action->setObjectName(id);
        action->setData(icon);
        connect(action, &QAction::triggered, this, [this, run = std::move(run)] {
            if (const git::LinkedTree* tree = chosen()) {
                run(git::LinkedTree(*tree));
            }
        });
        addAction(action);
        return action;
    };
    m_table->setMainAction(
        add(u"trees.open"_s, tr("Open as a repository"), u"external"_s,
            [this](const git::LinkedTree& tree) { Q_EMIT folderWanted(tree.path); }));
    m_table->addRowAction(
        add(u"trees.copy-path"_s, tr("Copy its path"), u"copy"_s,
            [](const git::LinkedTree& tree) { QGuiApplication::clipboard()->setText(tree.path); }));
    auto* fresh = new QAction(lineIcon(u"plus"_s), tr("New work tree…"), this);
    fresh->setObjectName(u"trees.new"_s);
    fresh->setData(u"plus"_s);
    connect(fresh, &QAction::triggered, this, [this] {
        if (!root().isEmpty()) {
            m_desk->newWorkTree({}, root());
        }
    });
    addAction(fresh);
    m_table->addRowAction(fresh);
    m_table->addRowAction(nullptr);
    m_table->addRowAction(
        add(u"trees.remove"_s, tr("Remove"), u"trash"_s,
            [this](const git::LinkedTree& tree) { m_desk->removeWorkTree(tree); }));
    updateActs();
}

void WorkTreesPage::updateActs()
{
    const git::LinkedTree* tree = chosen();
    const QList<QAction*> all = actions();
    for (QAction* action : all) {
        const QString id = action->objectName();
        QString why;
        if (id == u"trees.new") {
            why = root().isEmpty() ? tr("The repository is not open yet.") : QString();
        } else if (tree == nullptr) {
            why = tr("Choose a work tree first.");
        } else if (id == u"trees.remove" && tree->name.isEmpty()) {
            why = tr("This is the repository itself.");
        } else if (id == u"trees.open" && (tree->gone || !tree->problem.isEmpty())) {
            why = tree->gone ? tr("Its folder is gone.") : displayText(tree->problem, 300);
        }
        setRefusal(action, why);
    }
}

QString WorkTreesPage::root() const
{
    return m_trees.isEmpty() ? QString() : m_trees.constFirst().path;
}

const git::LinkedTree* WorkTreesPage::chosen() const
{
    const QString path = m_table->currentId();
    const auto found =
        std::find_if(m_trees.cbegin(), m_trees.cend(),
                     [&path](const git::LinkedTree& tree) { return tree.path == path; });
    return found == m_trees.cend() ? nullptr : &*found;
}

void WorkTreesPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_trees.clear();
    m_model->setRecords({});
    updateActs();
}

void WorkTreesPage::read()
{
    m_reader->read();
}

bool WorkTreesPage::readTrees()
{
    if (!repository()) {
        return false;
    }
    then(git::workTrees(repository()), this,
         [this, of = repository()](const Result<QList<git::LinkedTree>>& trees) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (trees) {
                 setTrees(*trees);
             } else {
                 Q_EMIT problem(trees.error());
             }
         });
    return true;
}

void WorkTreesPage::setTrees(const QList<git::LinkedTree>& trees)
{
    m_trees = trees;
    QList<Record> records;
    for (const git::LinkedTree& tree : trees) {
        Record record;
        record.id = tree.path;
        record.fields = {
            Field::text_(displayText(tree.path, 300), displayText(tree.path, 1'000)),
            Field::text_(tree.branch.isEmpty() ? tr("no branch") : displayText(tree.branch, 100)),
            stateOf(tree), Field::hash(tree.commit)};
        records.append(record);
    }
    m_model->setRecords(records);
    updateActs();
    Q_EMIT counted(int(trees.size()));
}

// ---- submodules ---------------------------------------------------------------------------------

SubmodulesPage::SubmodulesPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_model(new RecordModel(moduleColumns(), this)),
      m_table(new DataTable(u"submodules"_s, m_model)),
      m_reader(new Reader(
          200, [this] { return readModules(); }, this))
{
    m_table->emptyState()->setText(u"files"_s, tr("This repository has no submodules."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    setFocusProxy(m_table);
}

void SubmodulesPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_model->setRecords({});
}

void SubmodulesPage::read()
{
    m_reader->read();
}

bool SubmodulesPage::readModules()
{
    if (!repository()) {
        return false;
    }
    then(git::submodules(repository()), this,
         [this, of = repository()](const Result<QList<git::Submodule>>& modules) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (modules) {
                 setModules(*modules);
             } else {
                 Q_EMIT problem(modules.error());
             }
         });
    return true;
}

void SubmodulesPage::setModules(const QList<git::Submodule>& modules)
{
    QList<Record> records;
    for (const git::Submodule& module : modules) {
        Record record;
        record.id = QString::fromLatin1(module.path);
        record.fields = {Field::text_(displayText(QByteArrayView(module.path), 300)),
                         stateOf(module), Field::hash(module.recorded),
                         Field::hash(module.checkedOut),
                         Field::text_(displayText(module.url, 300))};
        records.append(record);
    }
    m_model->setRecords(records);
    Q_EMIT counted(int(modules.size()));
}

}  // namespace analemma::ui
