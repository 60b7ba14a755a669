#include "ui/repositories/repositories_panel.h"

#include "core/base/text.h"
#include "ui/repositories/commit_page.h"
#include "ui/repositories/history_view.h"
#include "ui/shell/reader.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/split_page.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {

RepositoriesPanel::RepositoriesPanel(const Context& context, QWidget* parent)
    : Panel(context, u"repositories"_s, tr("Repositories"), u"code"_s, parent),
      m_view(new HistoryView),
      m_page(new CommitPage),
      m_reader(new Reader(
          200, [this] { return read(); }, this))
{
    m_split = new SplitPage(u"repositories-split"_s, m_view, m_page, tr("History"), this);
    m_split->setShare(0.62);
    setContent(m_split);
    const QStringList names = context.workspace.repositories.keys();
    m_name = names.value(0);
    if (names.size() > 1) {
        for (const QString& name : names) {
            chips()->addChip(name, displayText(name, 40));
        }
        connect(chips(), &ChipBar::changed, this,
                [this](const QStringList& chosen) { turnTo(chosen.value(0)); });
    }
    m_view->setSentence(names.isEmpty() ? tr("The workspace file names no repository.")
                                        : tr("Reading the history…"));
    connect(m_view, &HistoryView::wanted, this, &RepositoriesPanel::readTexts);
    connect(m_view, &HistoryView::currentChanged, this,
            [this](const QString& id) { openCommit(id, false); });
    connect(m_view, &HistoryView::activated, this,
            [this](const QString& id) { openCommit(id, true); });
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
}

void RepositoriesPanel::activate()
{
    m_reader->read();
}

void RepositoriesPanel::turnTo(const QString& repository)
{
    if (repository != m_name && context().workspace.repositories.contains(repository)) {
        m_name = repository;
        m_repository.reset();
        m_facts = {};
        m_view->setHistory(nullptr);
        m_view->setSentence(tr("Reading the history…"));
        m_split->closeDetail();
        m_reader->read();
    }
}

bool RepositoriesPanel::read()
{
    if (!context().repository || m_name.isEmpty()) {
        return false;
    }
    if (m_repository) {
        readFacts();
        return true;
    }
    then(context().repository(m_name), this,
         [this, name = m_name](const Result<RepositoryPointer>& opened) {
             m_reader->done();
             if (name != m_name) {
                 return;
             }
             if (opened) {
                 setRepository(*opened);
             } else {
                 showError(opened.error());
                 m_view->setSentence(tr("The repository cannot be opened."));
             }
         });
    return true;
}

void RepositoriesPanel::setRepository(const RepositoryPointer& repository)
{
    m_repository = repository;
    connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
            Qt::UniqueConnection);
    m_reader->read();
}

void RepositoriesPanel::readFacts()
{
    const auto reading = std::make_shared<Reading>();
    reading->of = m_repository;
    then(m_repository->history({}), this,
         [this, reading](const Result<std::shared_ptr<git::History>>& history) {
             reading->facts.history = history.valueOr(nullptr);
             reading->error = history ? reading->error : history.error();
             arrived(reading);
         });
    then(m_repository->head(), this, [this, reading](const Result<git::Head>& head) {
        reading->facts.head = head.valueOr({});
        reading->error = head ? reading->error : head.error();
        arrived(reading);
    });
    then(m_repository->refs(), this, [this, reading](const Result<QList<git::Ref>>& refs) {
        reading->facts.refs = refs.valueOr({});
        reading->error = refs ? reading->error : refs.error();
        arrived(reading);
    });
    if (context().deployments == nullptr) {
        arrived(reading);
        return;
    }
    then(context().deployments->environments(), this,
         [this, reading](const Result<QList<deploy::EnvironmentView>>& views) {
             // The history is worth showing without them.
             reading->facts.environments = views.valueOr({});
             arrived(reading);
         });
}

void RepositoriesPanel::arrived(const std::shared_ptr<Reading>& reading)
{
    if (--reading->missing > 0) {
        return;
    }
    m_reader->done();
    if (reading->of != m_repository) {
        return;
    }
    if (reading->error) {
        showError(*reading->error);
        m_view->setSentence(tr("The history cannot be read."));
    } else {
        setFacts(reading->facts);
    }
}

void RepositoriesPanel::setFacts(const Facts& facts)
{
    m_facts = facts;
    m_view->setNow(now());
    m_view->setBadges(badgesOf(facts));
    m_view->setSentence(tr("There is no commit yet."));
    m_view->setHistory(facts.history);
    const QString branch = facts.head.branch;
    setSummary(branch.isEmpty()
                   ? displayText(m_name, 60)
                   : tr("%1, on %2").arg(displayText(m_name, 60), displayText(branch, 60)));
    Q_EMIT refreshed(now());
}

QHash<QString, QList<CommitBadge>> RepositoriesPanel::badgesOf(const Facts& facts) const
{
    QHash<QString, QList<CommitBadge>> badges;
    for (const deploy::EnvironmentView& view : facts.environments) {
        if (view.active && context().workspace.images.value(view.spec.image).repository == m_name) {
            badges[view.active->commit].append(
                {displayText(view.spec.name, 40),
                 view.spec.production ? Token::Production : Token::Ok, true});
        }
    }
    for (const git::Ref& ref : facts.refs) {
        const bool current = ref.kind == git::Ref::Kind::Branch && ref.name == facts.head.branch;
        const Token token = current                           ? Token::Accent
                            : ref.kind == git::Ref::Kind::Tag ? Token::Ok
                                                              : Token::Quiet;
        badges[ref.commit].append({displayText(ref.name, 60), token, false});
    }
    return badges;
}

void RepositoriesPanel::readTexts(const QStringList& ids)
{
    if (m_repository) {
        then(m_repository->commits(ids), this, [this](const Result<QList<git::Commit>>& commits) {
            if (commits) {
                m_view->setCommits(*commits);
            } else {
                showError(commits.error());
            }
        });
    }
}

void RepositoriesPanel::openCommit(const QString& id, bool turn)
{
    if (!m_repository || id.isEmpty()) {
        return;
    }
    then(m_repository->commits({id}), this,
         [this, id, turn](const Result<QList<git::Commit>>& commits) {
             if (!commits || m_view->currentId() != id) {
                 return;
             }
             QStringList names;
             QStringList places;
             for (const CommitBadge& badge : badgesOf(m_facts).value(id)) {
                 (badge.filled ? places : names).append(badge.text);
             }
             m_page->setCommit(commits->constFirst(), names.join(u", "_s), places.join(u", "_s));
             m_split->openDetail(turn);
         });
}

void RepositoriesPanel::select(const QString& item)
{
    if (context().workspace.repositories.contains(item)) {
        turnTo(item);
    } else {
        m_view->selectId(item);
    }
}

bool RepositoriesPanel::stepBack()
{
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        return true;
    }
    return false;
}

QList<Finding> RepositoriesPanel::findings() const
{
    QList<Finding> found;
    for (const QString& name : context().workspace.repositories.keys()) {
        found.append({tr("Repository %1").arg(displayText(name, 60)), {}, u"code"_s, name});
    }
    return found;
}

}  // namespace analemma::ui
