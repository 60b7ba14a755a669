#include "ui/repositories/remote_desk.h"

#include "core/base/text.h"
#include "core/git/review.h"
#include "ui/widgets/ask_panel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
RemoteDesk::RemoteDesk(const Context& context, AskPanel* ask, QObject* parent)
    : Desk(parent), m_context(context), m_ask(ask), m_talk(new NetworkTalk(context, ask, this))
{
    connect(m_talk, &NetworkTalk::told, this, [this](const QString& text) { said(text); });
    connect(m_talk, &NetworkTalk::progress, this, [this](const git::NetworkProgress& now) {
        if (m_busy) {
            Q_EMIT progress(m_what + u": "_s + progressText(now));
        }
    });
}

RemoteDesk::~RemoteDesk()
{
    m_cancel.cancel();
}

void RemoteDesk::setRepository(const std::shared_ptr<git::Repository>& repository)
{
    stop();
    Desk::setRepository(repository);
}

void RemoteDesk::stop()
{
    m_cancel.cancel();
    m_cancel = CancelToken();
}

// ---- one call at a time -------------------------------------------------------------------------

bool RemoteDesk::begin(const QString& what)
{
    if (m_busy || !repository() || !m_context.networkAccess) {
        return false;
    }
    m_busy = true;
    m_cancel = CancelToken();
    m_what = what;
    Q_EMIT progress(what + u"\u2026"_s);
    return true;
}

void RemoteDesk::end()
{
    m_busy = false;
    Q_EMIT progress({});
    Q_EMIT acted();
}

/// A call failed: told, unless a person puts right what was missing.
void RemoteDesk::failed(const Error& error, std::function<void()> again)
{
    end();
    m_talk->settle(error, std::move(again), [this](const Error& told) { Q_EMIT problem(told); });
}

// ---- fetch and pull -----------------------------------------------------------------------------

void RemoteDesk::fetch()
{
    if (!begin(tr("Fetching"))) {
        return;
    }
    then(git::remotes(repository()), this, [this](const Result<QList<git::Remote>>& remotes) {
        if (!remotes || remotes->isEmpty()) {
            end();
            if (remotes) {
                said(tr("The repository has no remote."));
            } else {
                Q_EMIT problem(remotes.error());
            }
            return;
        }
        const bool origin = std::any_of(remotes->cbegin(), remotes->cend(),
                                        [](const auto& one) { return one.name == "origin"_L1; });
        fetchFrom(origin ? u"origin"_s : remotes->constFirst().name);
    });
}

/// The reviews of the other side come along, when it has any: a pattern, for a ref that may be
/// missing.
void RemoteDesk::fetchFrom(const QString& remote)
{
    git::FetchOptions options;
    options.remote = remote;
    options.prune = true;
    options.more = {u"+%1*:%2*"_s.arg(git::reviewRef(), git::fetchedReviewRef(remote))};
    then(git::fetch(repository(), options, m_talk->access(), m_cancel), this,
         [this, remote](const Result<git::FetchResult>& fetched) {
             if (!fetched) {
                 failed(fetched.error(), [this] { fetch(); });
                 return;
             }
             said(fetched->moved.isEmpty()
                      ? tr("Nothing new at %1.").arg(displayText(remote, 60))
                      : tr("%n branches and tags moved.", nullptr, int(fetched->moved.size())));
             then(git::mergeReviews(repository(), git::fetchedReviewRef(remote)), this,
                  [this](const Result<git::ReviewMerge>& merged) {
                      end();
                      if (!merged && merged.error().kind != ErrorKind::NotFound) {
                          Q_EMIT problem(merged.error());
                      }
                  });
         });
}

void RemoteDesk::pull()
{
    if (!begin(tr("Pulling"))) {
        return;
    }
    then(git::pullFastForward(repository(), {}, m_talk->access(), m_cancel), this,
         [this](const Result<git::PullResult>& pulled) {
             if (!pulled) {
                 failed(pulled.error(), [this] { pull(); });
                 return;
             }
             end();
             if (pulled->before != pulled->after) {
                 said(tr("%1 moved forward by %n commit(s).", nullptr, pulled->behind)
                          .arg(displayText(pulled->branch, 80)));
             } else if (pulled->ahead > 0 && pulled->behind > 0) {
                 said(tr("It parted: %1 commits here, %2 there. Merge or rebase under Branches.")
                          .arg(pulled->ahead)
                          .arg(pulled->behind));
             } else {
                 said(tr("%1 is up to date.").arg(displayText(pulled->branch, 80)));
             }
         });
}

// ---- push ---------------------------------------------------------------------------------------

void RemoteDesk::push()
{
    if (!repository() || m_busy) {
        return;
    }
    then(repository()->head(), this, [this](const Result<git::Head>& head) {
        if (!head) {
            Q_EMIT problem(head.error());
        } else if (head->branch.isEmpty()) {
            said(tr("No branch is checked out: there is nothing to push."));
        } else {
            pushRefs({u"refs/heads/"_s + head->branch}, true, false);
        }
    });
}

void RemoteDesk::pushRefs(const QStringList& refs, bool setUpstream, bool force)
{
    if (!begin(tr("Pushing"))) {
        return;
    }
    git::PushOptions options;
    options.refs = refs;
    options.setUpstream = setUpstream;
    options.force = force;
    then(git::push(repository(), options, m_talk->access(), m_cancel), this,
         [this, options](const Result<git::PushResult>& pushed) {
             if (pushed) {
                 end();
                 said(tr("Pushed to %1.").arg(displayText(pushed->remote, 60)));
                 pushReviews(options.refs);
             } else if (pushed.error().kind == ErrorKind::Refused) {
                 end();
                 offerForce(options.refs, pushed.error());
             } else {
                 failed(pushed.error(), [this, options] {
                     pushRefs(options.refs, options.setUpstream, options.force);
                 });
             }
         });
}

/// After a branch, what was said of it here.
void RemoteDesk::pushReviews(const QStringList& pushed)
{
    if (pushed.contains(git::reviewRef())) {
        return;
    }
    then(git::reviews(repository(), true), this, [this](const Result<git::ReviewList>& list) {
        if (list && !list->reviews.isEmpty()) {
            pushRefs({git::reviewRef()}, false, false);
        }
    });
}

/// In words, and only over what was last seen there.
void RemoteDesk::offerForce(const QStringList& refs, const Error& error)
{
    if (refs.contains(git::reviewRef())) {
        said(tr("There are reviews at the other side that are not here: fetch, then push again."));
        return;
    }
    AskPanel::Question question;
    question.sentence = error.message;
    question.detail =
        tr("The other side has commits that this branch lacks. Fetch, then merge or rebase. Or "
           "overwrite the other side: it is done only while it still is what was last seen of "
           "it.");
    question.careful = true;
    question.answers = {
        {u"overwrite"_s, tr("Overwrite the other side"),
         [this, refs](const AskPanel::Given&) { pushRefs(refs, false, true); }, true},
        {u"cancel"_s, tr("Leave it"), {}}};
    m_ask->ask(std::move(question));
}

}  // namespace analemma::ui
