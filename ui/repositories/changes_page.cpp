#include "ui/repositories/changes_page.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/commitindex.h"
#include "ui/diff/change_list.h"
#include "ui/diff/diff_pane.h"
#include "ui/repositories/commit_box.h"
#include "ui/repositories/conflict_view.h"
#include "ui/repositories/stash_desk.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/shell/words.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/button.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QSplitter>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using State = git::StatusEntry::State;
using ChangedKind = git::FileChange::Kind;

ChangedKind kindOf(State state)
{
    switch (state) {
        case State::Added:
            return ChangedKind::Added;
        case State::Deleted:
            return ChangedKind::Deleted;
        case State::Renamed:
            return ChangedKind::Renamed;
        case State::TypeChanged:
            return ChangedKind::TypeChanged;
        case State::Unmerged:
            return ChangedKind::Conflicted;
        case State::Modified:
        case State::Same:
            break;
    }
    return ChangedKind::Modified;
}

git::FileChange changeOf(const git::StatusEntry& entry, ChangedKind kind)
{
    git::FileChange change;
    change.path = entry.path;
    change.oldPath = kind == ChangedKind::Renamed ? entry.oldPath : entry.path;
    change.kind = kind;
    return change;
}

}  // namespace

QList<git::FileChange> unstagedChanges(const git::Status& status)
{
    QList<git::FileChange> changes;
    for (const git::StatusEntry& entry : status.entries) {
        if (entry.conflicted) {
            changes.append(changeOf(entry, ChangedKind::Conflicted));
        } else if (entry.untracked) {
            changes.append(changeOf(entry, ChangedKind::Untracked));
        } else if (entry.unstaged != State::Same) {
            changes.append(changeOf(entry, kindOf(entry.unstaged)));
        }
    }
    return changes;
}

QList<git::FileChange> stagedChanges(const git::Status& status)
{
    QList<git::FileChange> changes;
    for (const git::StatusEntry& entry : status.entries) {
        if (!entry.conflicted && !entry.untracked && entry.staged != State::Same) {
            changes.append(changeOf(entry, kindOf(entry.staged)));
        }
    }
    return changes;
}

ChangesPage::ChangesPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_unstaged(new ChangeList(u"changes-unstaged"_s)),
      m_staged(new ChangeList(u"changes-staged"_s)),
      m_unstagedTitle(new SectionTitle(tr("Not staged"))),
      m_stagedTitle(new SectionTitle(tr("Staged"))),
      m_box(new CommitBox),
      m_right(new QStackedWidget),
      m_pane(new DiffPane),
      m_conflict(new ConflictView),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_stash(new StashDesk(m_ask, this)),
      m_reader(new Reader(
          200, [this] { return readStatus(); }, this))
{
    build();
    makeActs();
    for (ChangeList* list : {m_unstaged, m_staged}) {
        connect(list, &ChangeList::currentChanged, this, [this, list](const QByteArray& path) {
            if (!path.isEmpty()) {
                turnTo(list);
            }
        });
    }
    connect(m_unstaged, &ChangeList::activated, this, &ChangesPage::stageChosen);
    connect(m_staged, &ChangeList::activated, this, &ChangesPage::unstageChosen);
    connect(m_pane->view(), &DiffView::hunkActed, this, &ChangesPage::actOnHunk);
    connect(m_pane, &DiffPane::ignoreSpaceChanged, this, &ChangesPage::readDiff);
    connect(m_box, &CommitBox::commit, this, &ChangesPage::commit);
    connect(m_conflict, &ConflictView::resolve, this, &ChangesPage::resolve);
    connect(m_conflict, &ConflictView::failed, this, &ChangesPage::problem);
    connect(m_stash, &StashDesk::acted, this, &ChangesPage::acted);
    connect(m_stash, &StashDesk::problem, this, &ChangesPage::problem);
    connect(m_stash, &StashDesk::notice, this, &ChangesPage::notice);
}

void ChangesPage::build()
{
    auto* left = new QWidget;
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, metric::grid, 0);
    leftColumn->setSpacing(metric::half);
    leftColumn->addWidget(m_unstagedTitle);
    leftColumn->addWidget(m_unstaged, 3);
    leftColumn->addWidget(m_stagedTitle);
    leftColumn->addWidget(m_staged, 2);
    leftColumn->addWidget(m_box);
    m_right->addWidget(m_pane);
    m_right->addWidget(m_conflict);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({360, 680});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(splitter, 1);
    column->addWidget(m_ask);
    setFocusProxy(m_unstaged);
    m_unstaged->setSentence(tr("Nothing has changed."));
    m_staged->setSentence(tr("Nothing is staged."));
}

void ChangesPage::makeActs()
{
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            void (ChangesPage::*run)()) {
        auto* action = new QAction(lineIcon(icon), text, this);
        action->setObjectName(id);
        action->setData(icon);
        action->setProperty("many", true);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        return action;
    };
    m_unstaged->table()->setMainAction(
        add(u"changes.stage"_s, tr("Stage"), u"plus"_s, &ChangesPage::stageChosen));
    m_unstaged->table()->addRowAction(
        add(u"changes.ignore"_s, tr("Ignore"), u"eye"_s, &ChangesPage::ignoreChosen));
    m_unstaged->table()->addRowAction(
        add(u"changes.discard"_s, tr("Discard"), u"trash"_s, &ChangesPage::discardChosen));
    m_staged->table()->setMainAction(
        add(u"changes.unstage"_s, tr("Unstage"), u"undo"_s, &ChangesPage::unstageChosen));
    QAction* some = add(u"changes.stash"_s, tr("Stash…"), u"files"_s, &ChangesPage::stashChosen);
    m_unstaged->table()->addRowAction(some);
    m_staged->table()->addRowAction(some);
    QAction* everything =
        add(u"changes.stash-all"_s, tr("Stash all…"), u"files"_s, &ChangesPage::stashAll);
    everything->setProperty("many", false);
    m_unstaged->table()->addRowAction(nullptr);
    m_unstaged->table()->addRowAction(everything);
    auto* aside = new Button(Button::Look::Quiet, everything);
    aside->setObjectName(u"changes-stash-all"_s);
    m_unstagedTitle->addWidget(aside);
    auto* all = new Button(Button::Look::Quiet, tr("Stage all"));
    all->setObjectName(u"changes-stage-all"_s);
    m_unstagedTitle->addWidget(all);
    connect(all, &QPushButton::clicked, this, [this] {
        if (repository()) {
            finish(git::stage(repository(), {}));
        }
    });
    auto* none = new Button(Button::Look::Quiet, tr("Unstage all"));
    none->setObjectName(u"changes-unstage-all"_s);
    m_stagedTitle->addWidget(none);
    connect(none, &QPushButton::clicked, this, [this] {
        if (repository()) {
            finish(git::unstage(repository(), {}));
        }
    });
}

// ---- reading ------------------------------------------------------------------------------------

void ChangesPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_stash->setRepository(repository);
    m_cancel.cancel();
    m_cancel = CancelToken();
    m_source = nullptr;
    m_unstaged->setChanges({});
    m_staged->setChanges({});
    m_conflict->clear();
    m_box->clear();
    m_pane->setSentence({});
    m_watch.reset();
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void ChangesPage::read()
{
    m_reader->read();
}

bool ChangesPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    return false;
}

bool ChangesPage::readStatus()
{
    if (!repository()) {
        return false;
    }
    if (!m_watch) {
        m_watch = std::make_unique<git::WorkTreeWatch>(repository());
        connect(m_watch.get(), &git::WorkTreeWatch::changed, m_reader, &Reader::readSoon);
    }
    then(git::status(repository(), m_cancel), this,
         [this, of = repository()](const Result<git::Status>& status) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (!status) {
                 m_unstaged->setSentence(status.error().message);
                 m_pane->setSentence(status.error().message, status.error().hint);
                 Q_EMIT problem(status.error());
                 return;
             }
             setStatus(*status);
             Q_EMIT refreshed();
         });
    for (const bool amend : {false, true}) {
        then(git::messageToBegin(repository(), amend), this,
             [this, of = repository(), amend](const Result<QString>& message) {
                 if (of == repository()) {
                     amend ? m_box->setLastMessage(message.valueOr({}))
                           : m_box->setPrepared(message.valueOr({}));
                 }
             });
    }
    return true;
}

void ChangesPage::setStatus(const git::Status& status)
{
    m_status = status;
    const QList<git::FileChange> unstaged = unstagedChanges(status);
    const QList<git::FileChange> staged = stagedChanges(status);
    m_unstaged->setChanges(unstaged);
    m_staged->setChanges(staged);
    m_unstagedTitle->setNote(unstaged.isEmpty() ? QString() : QString::number(unstaged.size()));
    m_stagedTitle->setNote(staged.isEmpty() ? QString() : QString::number(staged.size()));
    const bool conflicts = std::any_of(status.entries.cbegin(), status.entries.cend(),
                                       [](const auto& entry) { return entry.conflicted; });
    m_box->setBranch(status.branch);
    m_box->setRefusal(conflicts          ? tr("Resolve the conflicts first.")
                      : staged.isEmpty() ? tr("Nothing is staged.")
                                         : QString());
    Q_EMIT summary(
        tr("%1, %n change(s)", nullptr, int(status.entries.size())).arg(displayText(name(), 60)));
    if (conflicts) {
        readConflicts();
    } else {
        m_conflicts.clear();
    }
    if (m_source == nullptr || m_source->current() == nullptr) {
        ChangeList* list = unstaged.isEmpty() ? m_staged : m_unstaged;
        if (list->changes().isEmpty()) {
            m_source = nullptr;
            m_right->setCurrentWidget(m_pane);
            m_pane->setSentence(tr("Nothing has changed."),
                                tr("What you edit appears here by itself."));
            return;
        }
        list->select(list->changes().constFirst().path);
        m_source = list;
    }
    readDiff();
}

void ChangesPage::readConflicts()
{
    then(git::conflicts(repository()), this,
         [this, of = repository()](const Result<QList<git::Conflict>>& conflicts) {
             if (of == repository() && conflicts) {
                 m_conflicts = *conflicts;
                 readDiff();
             }
         });
}

void ChangesPage::turnTo(ChangeList* list)
{
    if (m_source != list && m_source != nullptr) {
        const QSignalBlocker quiet(m_source);
        m_source->table()->view()->clearSelection();
    }
    m_source = list;
    readDiff();
}

git::DiffQuery ChangesPage::queryOf(const ChangeList* list) const
{
    git::DiffQuery query;
    if (list == m_staged) {
        query.from =
            m_status.commit.isEmpty() ? git::Side::nothing() : git::Side::at(m_status.commit);
        query.to = git::Side::index();
    } else {
        query.from = git::Side::index();
        query.to = git::Side::workTree();
        query.untracked = true;
    }
    query.ignoreSpace = m_pane->ignoresSpace();
    return query;
}

void ChangesPage::readDiff()
{
    const git::FileChange* chosen = m_source != nullptr ? m_source->current() : nullptr;
    if (!repository() || chosen == nullptr) {
        return;
    }
    const QByteArray path = chosen->path;
    if (chosen->kind == ChangedKind::Conflicted) {
        for (const git::Conflict& conflict : std::as_const(m_conflicts)) {
            if (conflict.path == path) {
                m_conflict->setConflict(repository(), conflict);
                m_right->setCurrentWidget(m_conflict);
            }
        }
        return;
    }
    m_right->setCurrentWidget(m_pane);
    if (path.endsWith('/')) {
        m_pane->setSentence(tr("A folder that git does not know yet."),
                            tr("Stage it to take all its files in."));
        return;
    }
    then(git::fileDiff(repository(), queryOf(m_source), path, m_cancel), this,
         [this, of = repository(), source = m_source, path](const Result<git::FileDiff>& diff) {
             const git::FileChange* now = m_source != nullptr ? m_source->current() : nullptr;
             if (of != repository() || source != m_source || now == nullptr || now->path != path) {
                 return;
             }
             if (!diff) {
                 m_pane->setSentence(diff.error().message, diff.error().hint);
                 return;
             }
             const bool lines = !m_pane->ignoresSpace();
             m_pane->view()->setHunkActions(
                 !lines ? QList<HunkAction>()
                 : source == m_staged
                     ? QList<HunkAction>{{u"unstage"_s, tr("Unstage hunk"), tr("Unstage lines")}}
                     : QList<HunkAction>{{u"stage"_s, tr("Stage hunk"), tr("Stage lines")},
                                         {u"discard"_s, tr("Discard hunk"), tr("Discard lines")}});
             m_pane->setDiff(*diff);
         });
}

}  // namespace analemma::ui
