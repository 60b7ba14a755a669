#include "ui/repositories/history_page.h"

#include "core/base/text.h"
#include "core/pipeline/pipeline.h"
#include "core/release/release.h"
#include "ui/repositories/commit_page.h"
#include "ui/repositories/git_desk.h"
#include "ui/repositories/history_view.h"
#include "ui/repositories/index_offer.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/split_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

enum class SearchPlace { Message, Author, File, Content, Lines };

constexpr qsizetype shownBranches = 2'000;

CommitBadge badgeOf(const lifecycle::Place& place)
{
    using Kind = lifecycle::Place::Kind;
    const QString name = displayText(place.name, 40);
    switch (place.kind) {
        case Kind::Environment:
            return {name, place.production ? Token::Production : Token::Ok, true};
        case Kind::RolledBack:
            return {HistoryPage::tr("%1: rolled back").arg(name), Token::Failed, false};
        case Kind::Warm:
            return {HistoryPage::tr("%1: warm").arg(name), Token::Waiting, false};
        case Kind::Release:
            return {HistoryPage::tr("release %1").arg(name), Token::Accent, false};
        case Kind::Image:
            return {HistoryPage::tr("baked"), Token::Running, false};
        case Kind::Run:
            break;
    }
    return {place.mark == lifecycle::Mark::Ok       ? HistoryPage::tr("built")
            : place.mark == lifecycle::Mark::Failed ? HistoryPage::tr("build failed")
                                                    : HistoryPage::tr("building"),
            tokenOf(place.mark), false};
}

}  // namespace

HistoryPage::HistoryPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_field(new QLineEdit),
      m_where(new QComboBox),
      m_branch(new QComboBox),
      m_figures(new Text({}, Type::Caption, Token::Quiet)),
      m_typed(new QTimer(this)),
      m_view(new HistoryView),
      m_page(new CommitPage),
      m_index(new IndexOffer),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_desk(new GitDesk(m_ask, this)),
      m_reader(new Reader(
          200, [this] { return readFacts(); }, this))
{
    build();
    makeActs();
    setFocusProxy(m_view);
    m_view->setSentence(tr("Reading the history…"));
    connect(m_view, &HistoryView::wanted, this, &HistoryPage::readTexts);
    connect(m_view, &HistoryView::currentChanged, this,
            [this](const QString& id) { openCommit(id, false); });
    connect(m_view, &HistoryView::activated, this,
            [this](const QString& id) { openCommit(id, true); });
    connect(m_index, &IndexOffer::written, m_reader, &Reader::read);
    connect(m_index, &IndexOffer::problem, this, &HistoryPage::problem);
    connect(m_index, &IndexOffer::notice, this, &HistoryPage::notice);
    connect(m_page, &CommitPage::failed, this, &HistoryPage::problem);
    connect(m_page, &CommitPage::fileWanted, this, &HistoryPage::fileWanted);
    connect(m_desk, &GitDesk::acted, this, &HistoryPage::acted);
    connect(m_desk, &GitDesk::problem, this, &HistoryPage::problem);
    connect(m_desk, &GitDesk::notice, this, &HistoryPage::notice);
    if (context.lifecycle != nullptr) {
        connect(context.lifecycle, &lifecycle::Lifecycle::changed, m_reader, &Reader::readSoon);
    }
}

void HistoryPage::build()
{
    m_field->setObjectName(u"history-search"_s);
    m_field->setAccessibleName(tr("Search the history"));
    m_field->setPlaceholderText(tr("Search the history, or a commit's id"));
    m_field->setClearButtonEnabled(true);
    addFieldIcon(m_field, u"search"_s);
    m_where->setObjectName(u"history-where"_s);
    m_where->setAccessibleName(tr("Search in"));
    m_where->addItems({tr("in messages"), tr("by author"), tr("of a file or folder"),
                       tr("adds or removes the text"), tr("in changed lines")});
    m_branch->setObjectName(u"history-branch"_s);
    m_branch->setAccessibleName(tr("Branch"));
    m_branch->addItem(tr("All branches"));
    m_branch->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_branch->setMinimumContentsLength(14);
    m_figures->setObjectName(u"history-found"_s);
    m_typed->setSingleShot(true);
    m_typed->setInterval(300);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(m_field, 1);
    row->addWidget(m_where);
    row->addWidget(m_branch);
    row->addWidget(m_figures);
    m_split = new SplitPage(u"repositories-split"_s, m_view, m_page, tr("History"), this);
    m_split->setSideBySide(false);
    m_split->setShare(0.4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(row);
    column->addWidget(m_index);
    column->addWidget(m_split, 1);
    column->addWidget(m_ask);
    connect(m_field, &QLineEdit::textChanged, m_typed, qOverload<>(&QTimer::start));
    connect(m_field, &QLineEdit::returnPressed, this, &HistoryPage::search);
    connect(m_typed, &QTimer::timeout, this, &HistoryPage::search);
    connect(m_where, &QComboBox::activated, this, &HistoryPage::search);
    connect(m_branch, &QComboBox::activated, this, [this] {
        m_reader->read();
        search();
    });
}

void HistoryPage::makeActs()
{
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            std::function<void(const git::Commit&)> run) {
        auto* action = new QAction(lineIcon(icon), text, this);
        action->setObjectName(id);
        action->setData(icon);
        connect(action, &QAction::triggered, this,
                [this, run = std::move(run)] { withChosen(run); });
        m_view->addAction(action);
        addAction(action);
    };
    addAction(m_index->keepAction());
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    add(u"history.branch"_s, tr("New branch here…"), u"branch"_s,
        [this](const git::Commit& commit) { m_desk->newBranch(commit.id); });
    add(u"history.tag"_s, tr("New tag here…"), u"release"_s,
        [this](const git::Commit& commit) { m_desk->newTag(commit.id); });
    add(u"history.pick"_s, tr("Pick onto what is checked out"), u"plus"_s,
        [this](const git::Commit& commit) { m_desk->pick(commit); });
    add(u"history.revert"_s, tr("Revert"), u"undo"_s,
        [this](const git::Commit& commit) { m_desk->revert(commit); });
    add(u"history.reset"_s, tr("Move the branch here…"), u"pin"_s,
        [this](const git::Commit& commit) { m_desk->reset(commit.id); });
    add(u"history.compare"_s, tr("Compare with what is checked out"), u"split-right"_s,
        [this](const git::Commit& commit) {
            Q_EMIT compareWanted(m_facts.head.commit, commit.id);
        });
}

void HistoryPage::withChosen(std::function<void(const git::Commit&)> act)
{
    const QString id = m_view->currentId();
    if (!repository() || id.isEmpty()) {
        return;
    }
    then(repository()->commits({id}), this,
         [this, act = std::move(act)](const Result<QList<git::Commit>>& commits) {
             if (commits) {
                 act(commits->constFirst());
             } else {
                 Q_EMIT problem(commits.error());
             }
         });
}

void HistoryPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    const bool other = name != this->name();
    RepositoryTab::setRepository(name, repository);
    m_desk->setRepository(repository);
    m_index->setRepository(repository);
    if (other) {
        m_facts = {};
        fillBranches();
        m_found.reset();
        m_searching.cancel();
        m_field->clear();
        m_view->setRows(nullptr);
        m_view->setSentence(tr("Reading the history…"));
        m_split->closeDetail();
    }
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void HistoryPage::read()
{
    m_reader->read();
}

bool HistoryPage::readFacts()
{
    if (!repository()) {
        return false;
    }
    const auto reading = std::make_shared<Reading>();
    reading->of = repository();
    git::HistoryQuery query;
    if (!branch().isEmpty()) {
        query.from = {branch()};
    }
    then(repository()->history(query), this,
         [this, reading](const Result<std::shared_ptr<git::History>>& history) {
             reading->facts.history = history.valueOr(nullptr);
             reading->error = history ? reading->error : history.error();
             historyArrived(reading);
             arrived(reading);
         });
    then(repository()->head(), this, [this, reading](const Result<git::Head>& head) {
        reading->facts.head = head.valueOr({});
        reading->error = head ? reading->error : head.error();
        arrived(reading);
    });
    then(repository()->refs(), this, [this, reading](const Result<QList<git::Ref>>& refs) {
        reading->facts.refs = refs.valueOr({});
        reading->error = refs ? reading->error : refs.error();
        arrived(reading);
    });
    if (context().deployments == nullptr || context().pipelines == nullptr ||
        context().releases == nullptr) {
        arrived(reading);
        return true;
    }
    lifecycle::PlaceSources sources;
    sources.workspace = &context().workspace;
    sources.pipelines = context().pipelines;
    sources.releases = context().releases;
    sources.deployments = context().deployments;
    sources.memory = m_placeMemory;
    sources.problem = [](const Error&) {};  // the history is worth showing without them
    then(lifecycle::places(sources, name()), this,
         [this, reading](const Result<QList<lifecycle::Place>>& places) {
             reading->facts.places = lifecycle::placesByCommit(places.valueOr({}));
             arrived(reading);
         });
    return true;
}

/// Rows are shown before their badges are known.
void HistoryPage::historyArrived(const std::shared_ptr<Reading>& reading)
{
    if (reading->of == repository() && reading->facts.history) {
        m_facts.history = reading->facts.history;
        m_view->setNow(now());
        if (!m_found) {
            showRows();
        }
        if (branch().isEmpty()) {
            m_index->setHistory(m_facts.history);
        }
    }
}

void HistoryPage::arrived(const std::shared_ptr<Reading>& reading)
{
    if (--reading->missing > 0) {
        return;
    }
    m_reader->done();
    if (reading->of != repository()) {
        return;
    }
    if (reading->error) {
        Q_EMIT problem(*reading->error);
        m_view->setSentence(tr("The history cannot be read."));
    } else {
        setFacts(reading->facts);
    }
}

void HistoryPage::setFacts(const Facts& facts)
{
    m_facts = facts;
    m_desk->setHead(facts.head);
    fillBranches();
    m_view->setBadges(badgesOf(facts));
    const QString current = facts.head.branch;
    Q_EMIT summary(current.isEmpty()
                       ? displayText(name(), 60)
                       : tr("%1, on %2").arg(displayText(name(), 60), displayText(current, 60)));
    Q_EMIT refreshed();
}

QString HistoryPage::branch() const
{
    return m_branches.value(m_branch->currentIndex() - 1);
}

void HistoryPage::fillBranches()
{
    QStringList names;
    for (const git::Ref& ref : m_facts.refs.first(std::min(shownBranches, m_facts.refs.size()))) {
        if (ref.kind != git::Ref::Kind::Tag) {
            names.append(ref.name);
        }
    }
    if (names == m_branches) {
        return;
    }
    const QSignalBlocker quiet(m_branch);
    const QString kept = branch();
    m_branches = names;
    QStringList shown{tr("All branches")};
    for (const QString& name : std::as_const(m_branches)) {
        shown.append(displayText(name, 100));
    }
    m_branch->clear();
    m_branch->addItems(shown);  // one by one thousands would be felt
    m_branch->setCurrentIndex(int(m_branches.indexOf(kept)) + 1);
}

QHash<QString, QList<CommitBadge>> HistoryPage::badgesOf(const Facts& facts) const
{
    QHash<QString, QList<CommitBadge>> badges;
    for (const auto& [commit, places] : facts.places.asKeyValueRange()) {
        for (const lifecycle::Place& place : places) {
            const CommitBadge badge = badgeOf(place);
            if (!badges[commit].contains(badge)) {
                badges[commit].append(badge);
            }
        }
    }
    for (const git::Ref& ref : facts.refs) {
        const bool current = ref.kind == git::Ref::Kind::Branch && ref.name == facts.head.branch;
        const Token token = current                           ? Token::Accent
                            : ref.kind == git::Ref::Kind::Tag ? Token::Ok
                                                              : Token::Quiet;
        QList<CommitBadge>& here = badges[ref.commit];
        // Names after what is live and before what was made of it.
        const auto first = std::find_if(here.cbegin(), here.cend(),
                                        [](const CommitBadge& badge) { return !badge.filled; });
        here.insert(first, {displayText(ref.name, 60), token, false});
    }
    return badges;
}

// ---- searching ----------------------------------------------------------------------------------

void HistoryPage::search()
{
    m_typed->stop();
    m_searching.cancel();
    m_searching = CancelToken();
    const QString text = m_field->text().trimmed();
    if (!repository() || text.isEmpty()) {
        if (std::exchange(m_found, nullptr)) {
            showRows();
        }
        m_figures->setText({});
        return;
    }
    git::SearchQuery query;
    switch (SearchPlace(m_where->currentIndex())) {
        case SearchPlace::Message:
            query.text = text;
            break;
        case SearchPlace::Author:
            query.author = text;
            break;
        case SearchPlace::File:
            query.paths = {text.toUtf8()};
            break;
        case SearchPlace::Content:
            query.added = text;
            break;
        case SearchPlace::Lines:
            query.changed = text;
            break;
    }
    if (!branch().isEmpty()) {
        query.from = {branch()};
    }
    then(git::search(repository(), query, m_searching), this,
         [this, of = repository(),
          cancel = m_searching](const Result<std::shared_ptr<git::FoundCommits>>& found) {
             if (of != repository() || cancel.isCancelled()) {
                 return;
             }
             if (!found) {
                 m_figures->setText(found.error().message);
                 return;
             }
             m_found = *found;
             connect(m_found.get(), &git::FoundCommits::grew, this, &HistoryPage::tellFound);
             showRows();
             tellFound();
         });
}

void HistoryPage::tellFound()
{
    if (!m_found) {
        return;
    }
    const auto problem = m_found->problem();
    m_figures->setText(problem && problem->kind != ErrorKind::Cancelled ? problem->message
                       : !m_found->isComplete() ? tr("%n found…", nullptr, m_found->count())
                       : m_found->hasMore()     ? tr("the first %n", nullptr, m_found->count())
                                                : tr("%n found", nullptr, m_found->count()));
}

void HistoryPage::showRows()
{
    if (m_found) {
        m_view->setSentence(tr("Nothing found."));
        m_view->setRows(rowsOf(m_found));
    } else {
        m_view->setSentence(tr("There is no commit yet."));
        m_view->setRows(rowsOf(m_facts.history));
    }
}

// ---- one commit ---------------------------------------------------------------------------------

void HistoryPage::readTexts(const QStringList& ids)
{
    if (repository()) {
        then(repository()->commits(ids), this, [this](const Result<QList<git::Commit>>& commits) {
            if (commits) {
                m_view->setCommits(*commits);
            } else {
                Q_EMIT problem(commits.error());
            }
        });
    }
}

void HistoryPage::openCommit(const QString& id, bool turn)
{
    if (!repository() || id.isEmpty()) {
        return;
    }
    then(repository()->commits({id}), this,
         [this, id, turn](const Result<QList<git::Commit>>& commits) {
             if (!commits || m_view->currentId() != id) {
                 return;
             }
             QStringList names;
             QStringList places;
             for (const lifecycle::Place& place : m_facts.places.value(id)) {
                 places.append(badgeOf(place).text);
             }
             for (const git::Ref& ref : std::as_const(m_facts.refs)) {
                 if (ref.commit == id) {
                     names.append(ref.name);
                 }
             }
             m_page->setCommit(repository(), commits->constFirst(), names.join(u", "_s),
                               places.join(u", "_s));
             m_split->openDetail(turn);
         });
}

void HistoryPage::selectCommit(const QString& id)
{
    if (m_found) {
        m_field->clear();
        search();
    }
    m_view->selectId(id);
}

void HistoryPage::cannotOpen()
{
    m_view->setSentence(tr("The repository cannot be opened."));
}

bool HistoryPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        return true;
    }
    if (!m_field->text().isEmpty()) {
        m_field->clear();
        search();
        return true;
    }
    return false;
}

}  // namespace analemma::ui
