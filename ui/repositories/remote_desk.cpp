#include "ui/repositories/remote_desk.h"

#include "core/base/text.h"
#include "core/git/review.h"
#include "ui/widgets/ask_panel.h"

#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString questionText(const git::NetworkQuestion& question)
{
    using Kind = git::NetworkQuestion::Kind;
    const QString place = displayText(question.place, 200);
    switch (question.kind) {
        case Kind::User:
            return RemoteDesk::tr("Who are you at %1?").arg(place);
        case Kind::Password:
            return question.user.isEmpty() ? RemoteDesk::tr("Password or token at %1").arg(place)
                                           : RemoteDesk::tr("Password or token of %1 at %2")
                                                 .arg(displayText(question.user, 80), place);
        case Kind::Passphrase:
            return RemoteDesk::tr("Passphrase of the key %1").arg(place);
        case Kind::Other:
            break;
    }
    return displayText(question.prompt, 300);
}

}  // namespace

RemoteDesk::RemoteDesk(const Context& context, AskPanel* ask, QObject* parent)
    : QObject(parent), m_context(context), m_ask(ask)
{
    connect(&m_questions, &git::NetworkQuestions::asked, this, &RemoteDesk::question);
    connect(&m_questions, &git::NetworkQuestions::withdrawn, this, [this](quint64 id) {
        if (id == m_asked) {
            m_ask->dismiss();
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
    m_repository = repository;
}

void RemoteDesk::stop()
{
    m_cancel.cancel();
    m_cancel = CancelToken();
}

// ---- one call at a time -------------------------------------------------------------------------

bool RemoteDesk::begin(const QString& what)
{
    if (m_busy || !m_repository || !m_context.networkAccess) {
        return false;
    }
    m_busy = true;
    m_cancel = CancelToken();
    Q_EMIT progress(what + u"\u2026"_s);
    return true;
}

void RemoteDesk::end()
{
    m_busy = false;
    Q_EMIT progress({});
    Q_EMIT acted();
}

git::NetworkAccess RemoteDesk::access(const QString& what)
{
    git::NetworkAccess access = m_context.networkAccess();
    access.ask = m_questions.asker();
    access.progress = [self = QPointer<RemoteDesk>(this), what](const git::NetworkProgress& now) {
        if (self && self->m_busy) {
            const QString figures =
                now.total > 0 ? tr(" %1 of %2").arg(now.done).arg(now.total) : QString();
            Q_EMIT self->progress(what + u": "_s + now.phase + figures);
        }
    };
    return access;
}

void RemoteDesk::said(const QString& text)
{
    Notice notice;
    notice.text = text;
    Q_EMIT this->notice(notice);
}

void RemoteDesk::question(quint64 id, const git::NetworkQuestion& asked)
{
    m_asked = id;
    AskPanel::Question question;
    question.sentence = questionText(asked);
    AskPanel::Field field;
    field.label = asked.kind == git::NetworkQuestion::Kind::User ? tr("Name") : tr("Secret");
    field.hidden = asked.kind != git::NetworkQuestion::Kind::User;
    question.fields = {field};
    question.answers = {{u"give"_s, tr("Go on"),
                         [this, id](const AskPanel::Given& given) {
                             m_questions.answer(id, Secret(given.text().toUtf8()));
                         }},
                        {u"refuse"_s, tr("Cancel"), [this, id](const AskPanel::Given&) {
                             m_questions.answer(id, cancelledError());
                         }}};
    m_ask->ask(std::move(question));
}

// ---- fetch and pull -----------------------------------------------------------------------------

void RemoteDesk::fetch()
{
    if (!begin(tr("Fetching"))) {
        return;
    }
    then(git::remotes(m_repository), this, [this](const Result<QList<git::Remote>>& remotes) {
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
    then(git::fetch(m_repository, options, access(tr("Fetching")), m_cancel), this,
         [this, remote](const Result<git::FetchResult>& fetched) {
             if (!fetched) {
                 end();
                 Q_EMIT problem(fetched.error());
                 return;
             }
             said(fetched->moved.isEmpty()
                      ? tr("Nothing new at %1.").arg(displayText(remote, 60))
                      : tr("%n branches and tags moved.", nullptr, int(fetched->moved.size())));
             then(git::mergeReviews(m_repository, git::fetchedReviewRef(remote)), this,
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
    then(git::pullFastForward(m_repository, {}, access(tr("Pulling")), m_cancel), this,
         [this](const Result<git::PullResult>& pulled) {
             end();
             if (!pulled) {
                 Q_EMIT problem(pulled.error());
             } else if (pulled->before != pulled->after) {
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
    if (!m_repository || m_busy) {
        return;
    }
    then(m_repository->head(), this, [this](const Result<git::Head>& head) {
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
    then(git::push(m_repository, options, access(tr("Pushing")), m_cancel), this,
         [this, refs](const Result<git::PushResult>& pushed) {
             end();
             if (pushed) {
                 said(tr("Pushed to %1.").arg(displayText(pushed->remote, 60)));
                 pushReviews(refs);
             } else if (pushed.error().kind == ErrorKind::Refused) {
                 offerForce(refs, pushed.error());
             } else {
                 Q_EMIT problem(pushed.error());
             }
         });
}

/// After a branch, what was said of it here.
void RemoteDesk::pushReviews(const QStringList& pushed)
{
    if (pushed.contains(git::reviewRef())) {
        return;
    }
    then(git::reviews(m_repository, true), this, [this](const Result<git::ReviewList>& list) {
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
