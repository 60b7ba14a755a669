#include "ui/repositories/stashes_page.h"

#include "core/base/text.h"
#include "ui/diff/changes_browser.h"
#include "ui/repositories/stash_desk.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"
#include "ui/widgets/split_page.h"

#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> stashColumns()
{
    return {{u"message"_s, StashesPage::tr("Stash"), ColumnKind::Text, 320, true},
            {u"branch"_s, StashesPage::tr("On"), ColumnKind::Text, 200, false, false, 1},
            {u"base"_s, StashesPage::tr("Commit"), ColumnKind::Fixed, 96, false, false, 2},
            {u"when"_s, StashesPage::tr("When"), ColumnKind::Age, 110}};
}

}  // namespace

StashesPage::StashesPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_model(new RecordModel(stashColumns(), this)),
      m_table(new DataTable(u"stashes"_s, m_model)),
      m_parts(new ChipBar),
      m_changes(new ChangesBrowser(u"stash-changes"_s)),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_desk(new StashDesk(m_ask, this)),
      m_reader(new Reader(
          200, [this] { return readList(); }, this))
{
    m_split = new SplitPage(u"stashes-split"_s, m_table, makeDetail(), tr("Stashes"), this);
    m_split->setSideBySide(false);
    m_split->setShare(0.25);
    makeActs();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_split, 1);
    column->addWidget(m_ask);
    setFocusProxy(m_table);
    connect(m_table, &DataTable::currentChanged, this, [this] { showStash(false); });
    connect(m_parts, &ChipBar::changed, this, &StashesPage::showFiles);
    connect(m_changes, &ChangesBrowser::failed, this, &StashesPage::problem);
    connect(m_desk, &StashDesk::acted, this, &StashesPage::acted);
    connect(m_desk, &StashDesk::problem, this, &StashesPage::problem);
    connect(m_desk, &StashDesk::notice, this, &StashesPage::notice);
}

QWidget* StashesPage::makeDetail()
{
    m_parts->setObjectName(u"stash-parts"_s);
    m_parts->addChip(u"changed"_s, tr("Changed files"));
    m_parts->addChip(u"new"_s, tr("New files"));
    auto* detail = new QWidget;
    auto* column = new QVBoxLayout(detail);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(m_parts);
    column->addWidget(m_changes, 1);
    return detail;
}

void StashesPage::makeActs()
{
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            void (StashDesk::*act)(const git::Stash&)) {
        auto* action = new QAction(lineIcon(icon), text, this);
        action->setObjectName(id);
        action->setData(icon);
        connect(action, &QAction::triggered, this, [this, act] {
            if (const git::Stash* stash = chosen()) {
                (m_desk->*act)(git::Stash(*stash));
            }
        });
        addAction(action);
        return action;
    };
    m_table->setMainAction(add(u"stashes.apply"_s, tr("Apply"), u"redo"_s, &StashDesk::apply));
    m_table->addRowAction(
        add(u"stashes.pop"_s, tr("Pop: apply, then drop"), u"check"_s, &StashDesk::pop));
    m_table->addRowAction(add(u"stashes.drop"_s, tr("Drop"), u"trash"_s, &StashDesk::drop));
    auto* push = new QAction(lineIcon(u"plus"_s), tr("Stash all changes…"), this);
    push->setObjectName(u"stashes.push"_s);
    push->setData(u"plus"_s);
    connect(push, &QAction::triggered, this, [this] { m_desk->push(); });
    m_table->emptyState()->setText(
        u"files"_s, tr("No changes are stashed."),
        tr("Stash changes to work on something else, and bring them back later."));
    m_table->emptyState()->setAction(push);
    m_table->addRowAction(nullptr);
    m_table->addRowAction(push);
    updateActs();
}

void StashesPage::updateActs()
{
    const QList<QAction*> all = actions();
    for (QAction* action : all) {
        setRefusal(action, chosen() == nullptr ? tr("Choose a stash first.") : QString());
    }
}

const git::Stash* StashesPage::chosen() const
{
    const QString id = m_table->currentId();
    const auto found = std::find_if(m_stashes.cbegin(), m_stashes.cend(),
                                    [&id](const git::Stash& stash) { return stash.id == id; });
    return found == m_stashes.cend() ? nullptr : &*found;
}

void StashesPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_desk->setRepository(repository);
    m_stashes.clear();
    m_shown.clear();
    m_model->setRecords({});
    m_changes->clear({});
    m_split->closeDetail();
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void StashesPage::read()
{
    m_reader->read();
}

bool StashesPage::stepBack()
{
    if (!m_ask->isOpen()) {
        return false;
    }
    m_ask->escape();
    return true;
}

bool StashesPage::readList()
{
    if (!repository()) {
        return false;
    }
    then(git::stashes(repository()), this,
         [this, of = repository()](const Result<QList<git::Stash>>& stashes) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (stashes) {
                 setStashes(*stashes);
             } else {
                 Q_EMIT problem(stashes.error());
             }
         });
    return true;
}

void StashesPage::setStashes(const QList<git::Stash>& stashes)
{
    m_stashes = stashes;
    QList<Record> records;
    for (const git::Stash& stash : stashes) {
        Record record;
        record.id = stash.id;
        record.fields = {Field::text_(displayText(stashTitle(stash), 200)),
                         Field::text_(displayText(stashBranch(stash), 100)),
                         Field::hash(stash.base), Field::age(stash.time, now())};
        records.append(record);
    }
    m_model->setRecords(records);
    if (chosen() == nullptr && !stashes.isEmpty()) {
        m_table->selectId(stashes.constFirst().id);
    }
    showStash(false);
    Q_EMIT summary(tr("%n stashed", nullptr, int(stashes.size())));
    Q_EMIT refreshed();
}

void StashesPage::showStash(bool turn)
{
    updateActs();
    const git::Stash* stash = chosen();
    if (stash == nullptr) {
        m_shown.clear();
        m_split->closeDetail();
        return;
    }
    if (m_shown != stash->id) {
        m_shown = stash->id;
        m_parts->setVisible(!stash->untracked.isEmpty());
        m_parts->choose(u"changed"_s);
        showFiles();
    }
    m_split->openDetail(turn);
}

void StashesPage::showFiles()
{
    const git::Stash* stash = chosen();
    if (stash == nullptr) {
        return;
    }
    git::DiffQuery query;
    const bool fresh = !stash->untracked.isEmpty() && m_parts->chosen().contains(u"new"_s);
    query.from = fresh ? git::Side::nothing() : git::Side::at(stash->base);
    query.to = git::Side::at(fresh ? stash->untracked : stash->id);
    m_changes->compare(repository(), query);
}

}  // namespace analemma::ui
