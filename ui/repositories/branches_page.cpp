#include "ui/repositories/branches_page.h"

#include "core/base/text.h"
#include "ui/repositories/git_desk.h"
#include "ui/repositories/tree_pages.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/record_model.h"

#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using RefKind = git::Ref::Kind;

constexpr int textsAtOnce = 500;

QString idOfRef(const git::Ref& ref)
{
    const QString kinds = u"brt"_s;
    return kinds.mid(int(ref.kind), 1) + ref.name;
}

QString wordOfKind(RefKind kind)
{
    switch (kind) {
        case RefKind::Branch:
            return BranchesPage::tr("branch");
        case RefKind::RemoteBranch:
            return BranchesPage::tr("remote branch");
        case RefKind::Tag:
            break;
    }
    return BranchesPage::tr("tag");
}

QList<Column> refColumns()
{
    return {{u"name"_s, BranchesPage::tr("Name"), ColumnKind::Text, 240},
            {u"kind"_s, BranchesPage::tr("Kind"), ColumnKind::Text, 120, false, false, 2},
            {u"commit"_s, BranchesPage::tr("Commit"), ColumnKind::Fixed, 96},
            {u"subject"_s, BranchesPage::tr("Subject"), ColumnKind::Text, 240, true},
            {u"author"_s, BranchesPage::tr("Author"), ColumnKind::Text, 140, false, false, 1},
            {u"when"_s, BranchesPage::tr("When"), ColumnKind::Age, 100}};
}

}  // namespace

BranchesPage::BranchesPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_model(new RecordModel(refColumns(), this)),
      m_table(new DataTable(u"branches"_s, m_model)),
      m_parts(new ChipBar),
      m_stack(new QStackedWidget),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_desk(new GitDesk(m_ask, this)),
      m_trees(new WorkTreesPage(context, m_desk)),
      m_modules(new SubmodulesPage(context)),
      m_reader(new Reader(
          200, [this] { return readRefs(); }, this))
{
    build();
    makeActs();
    connect(m_table, &DataTable::currentChanged, this, &BranchesPage::updateActs);
    connect(m_desk, &GitDesk::acted, this, &BranchesPage::acted);
    connect(m_desk, &GitDesk::problem, this, &BranchesPage::problem);
    connect(m_desk, &GitDesk::notice, this, &BranchesPage::notice);
    for (RepositoryTab* part :
         {static_cast<RepositoryTab*>(m_trees), static_cast<RepositoryTab*>(m_modules)}) {
        connect(part, &RepositoryTab::problem, this, &BranchesPage::problem);
        connect(part, &RepositoryTab::folderWanted, this, &BranchesPage::folderWanted);
        addActions(part->actions());
    }
    connect(m_trees, &WorkTreesPage::counted, this,
            [this](int count) { m_parts->setCount(u"trees"_s, count); });
    connect(m_modules, &SubmodulesPage::counted, this,
            [this](int count) { m_parts->setCount(u"modules"_s, count); });
    connect(m_parts, &ChipBar::changed, this,
            [this](const QStringList& chosen) { turnTo(chosen.value(0)); });
    updateActs();
}

void BranchesPage::build()
{
    m_parts->setObjectName(u"branches-parts"_s);
    m_parts->addChip(u"refs"_s, tr("Branches and tags"));
    m_parts->addChip(u"trees"_s, tr("Work trees"));
    m_parts->addChip(u"modules"_s, tr("Submodules"));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_trees);
    m_stack->addWidget(m_modules);
    m_table->emptyState()->setText(u"branch"_s,
                                   tr("There is no branch yet: nothing was committed."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_parts);
    column->addWidget(m_stack, 1);
    column->addWidget(m_ask);
    setFocusProxy(m_table);
}

void BranchesPage::turnTo(const QString& part)
{
    const int index = part == u"trees" ? 1 : part == u"modules" ? 2 : 0;
    if (m_parts->chosen().value(0) != part) {
        m_parts->choose(part);
    }
    m_stack->setCurrentIndex(index);
    setFocusProxy(m_stack->currentWidget());
    m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void BranchesPage::makeActs()
{
    m_table->setMainAction(addAct(u"branches.switch"_s, tr("Switch to it"), u"branch"_s,
                                  [this](const git::Ref& ref) { m_desk->turnTo(ref); }));
    for (QAction* action :
         {addAct(u"branches.compare"_s, tr("Compare with what is checked out"), u"split-right"_s,
                 [this](const git::Ref& ref) { Q_EMIT compareWanted(m_head.commit, ref.name); }),
          addAct(u"branches.new"_s, tr("New branch here…"), u"plus"_s,
                 [this](const git::Ref& ref) { m_desk->newBranch(ref.name); }),
          addAct(u"branches.tree"_s, tr("Work tree for it…"), u"folder"_s,
                 [this](const git::Ref& ref) { m_desk->newWorkTree(ref.name, m_trees->root()); }),
          addAct(u"branches.tag"_s, tr("New tag here…"), u"release"_s,
                 [this](const git::Ref& ref) { m_desk->newTag(ref.commit); }),
          static_cast<QAction*>(nullptr),
          addAct(u"branches.merge"_s, tr("Merge into what is checked out…"), u"branch"_s,
                 [this](const git::Ref& ref) { m_desk->merge(ref.name); }),
          addAct(u"branches.rebase"_s, tr("Rebase what is checked out onto it…"), u"redo"_s,
                 [this](const git::Ref& ref) { m_desk->rebase(ref.name); }),
          addAct(u"branches.reset"_s, tr("Move what is checked out to it…"), u"undo"_s,
                 [this](const git::Ref& ref) { m_desk->reset(ref.commit); }),
          static_cast<QAction*>(nullptr),
          addAct(u"branches.rename"_s, tr("Rename…"), u"edit"_s,
                 [this](const git::Ref& ref) { m_desk->rename(ref); }),
          addAct(u"branches.delete"_s, tr("Delete"), u"trash"_s,
                 [this](const git::Ref& ref) { m_desk->remove(ref); })}) {
        m_table->addRowAction(action);
    }
}

QAction* BranchesPage::addAct(const QString& id, const QString& text, const QString& icon,
                              std::function<void(const git::Ref&)> run)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setObjectName(id);
    action->setData(icon);
    connect(action, &QAction::triggered, this, [this, run = std::move(run)] {
        if (const git::Ref* ref = chosen()) {
            run(git::Ref(*ref));
        }
    });
    addAction(action);
    return action;
}

void BranchesPage::updateActs()
{
    const git::Ref* ref = chosen();
    const bool current =
        ref != nullptr && ref->kind == RefKind::Branch && ref->name == m_head.branch;
    const QList<QAction*> all = actions();
    for (QAction* action : all) {
        const QString id = action->objectName();
        if (!id.startsWith("branches."_L1)) {
            continue;  // of the work trees
        }
        QString why;
        if (ref == nullptr) {
            why = tr("Choose a branch or tag first.");
        } else if (current && (id.endsWith(".switch"_L1) || id.endsWith(".merge"_L1) ||
                               id.endsWith(".rebase"_L1) || id.endsWith(".delete"_L1) ||
                               id.endsWith(".compare"_L1) || id.endsWith(".reset"_L1))) {
            why = tr("This branch is checked out.");
        } else if (ref->kind == RefKind::RemoteBranch &&
                   (id.endsWith(".rename"_L1) || id.endsWith(".delete"_L1))) {
            why = tr("It is a branch of the remote.");
        } else if (id.endsWith(".tree"_L1) && (ref->kind != RefKind::Branch || current)) {
            why = current ? tr("This branch is checked out.")
                          : tr("Only a branch of one's own has a work tree.");
        } else if (ref->kind == RefKind::Tag && id.endsWith(".rename"_L1)) {
            why = tr("Tags are not renamed: make another one.");
        }
        setRefusal(action, why);
    }
}

const git::Ref* BranchesPage::chosen() const
{
    const QString id = m_table->currentId();
    for (const git::Ref& ref : m_refs) {
        if (idOfRef(ref) == id) {
            return &ref;
        }
    }
    return nullptr;
}

void BranchesPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_desk->setRepository(repository);
    m_trees->setRepository(name, repository);
    m_modules->setRepository(name, repository);
    m_parts->setCount(u"trees"_s, -1);
    m_parts->setCount(u"modules"_s, -1);
    m_refs.clear();
    m_texts.clear();
    m_model->setRecords({});
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void BranchesPage::read()
{
    m_reader->read();
    m_trees->read();
    m_modules->read();
}

bool BranchesPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    return false;
}

bool BranchesPage::readRefs()
{
    if (!repository()) {
        return false;
    }
    m_table->setLoading(m_refs.isEmpty());
    then(repository()->head(), this, [this, of = repository()](const Result<git::Head>& head) {
        if (of == repository() && head) {
            m_head = *head;
            m_desk->setHead(*head);
            fill();
        }
    });
    then(repository()->refs(), this,
         [this, of = repository()](const Result<QList<git::Ref>>& refs) {
             m_reader->done();
             m_table->setLoading(false);
             if (of != repository()) {
                 return;
             }
             if (refs) {
                 setRefs(*refs);
             } else {
                 Q_EMIT problem(refs.error());
             }
         });
    return true;
}

void BranchesPage::setRefs(const QList<git::Ref>& refs)
{
    m_refs = refs;
    fill();
    readTexts();
    Q_EMIT summary(tr("%n branches and tags", nullptr, int(refs.size())));
    Q_EMIT refreshed();
}

/// Texts of commits that are not known yet, a part at a time.
void BranchesPage::readTexts()
{
    QStringList missing;
    for (const git::Ref& ref : std::as_const(m_refs)) {
        if (!m_texts.contains(ref.commit) && !missing.contains(ref.commit)) {
            missing.append(ref.commit);
            if (missing.size() == textsAtOnce) {
                break;
            }
        }
    }
    if (missing.isEmpty() || !repository()) {
        return;
    }
    then(repository()->commits(missing), this,
         [this, of = repository()](const Result<QList<git::Commit>>& commits) {
             if (of != repository() || !commits) {
                 return;
             }
             for (const git::Commit& commit : *commits) {
                 m_texts.insert(commit.id, commit);
             }
             fill();
             readTexts();
         });
}

void BranchesPage::fill()
{
    QList<Record> records;
    records.reserve(m_refs.size());
    for (const git::Ref& ref : std::as_const(m_refs)) {
        records.append(recordOf(ref));
    }
    m_model->setRecords(records);
    updateActs();
}

Record BranchesPage::recordOf(const git::Ref& ref) const
{
    Record record;
    record.id = idOfRef(ref);
    const bool current = ref.kind == RefKind::Branch && ref.name == m_head.branch;
    const auto text = m_texts.constFind(ref.commit);
    const bool known = text != m_texts.cend();
    record.marked = false;
    record.fields = {Field::text_(displayText(ref.name, 200), displayText(ref.name, 400)),
                     Field::text_(current ? tr("checked out") : wordOfKind(ref.kind)),
                     Field::hash(ref.commit),
                     Field::text_(known ? displayText(text->subject, 200) : QString()),
                     Field::text_(known ? displayText(text->author, 80) : QString()),
                     known ? Field::age(text->time, now()) : Field::text_({})};
    record.fields[1].quiet = !current;
    return record;
}

}  // namespace analemma::ui
