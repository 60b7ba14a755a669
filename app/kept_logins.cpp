#include "app/kept_logins.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

using Kind = git::NetworkQuestion::Kind;

struct KeptState {
    KeptState(const QString& folder, Keeping k) : secrets(folder), keeping(std::move(k)) {}
    LocalSecrets secrets;
    store::Keyring keyring;
    Keeping keeping;
    bool answers = false;  ///< the keyring: only then it is worth to ask whether to keep

    void tell(const QString& sentence) const
    {
        if (keeping.tell) {
            keeping.tell(sentence);
        }
    }
};
using KeptPointer = std::shared_ptr<KeptState>;

Task<Result<Secret>> findKept(KeptPointer state, git::NetworkQuestion question, CancelToken cancel)
{
    const QString name = question.kind == Kind::Password ? secretNameOf(question.place) : QString();
    if (!name.isEmpty()) {
        auto reading = state->secrets.secret(name);
        Result<Secret> secret = co_await std::move(reading);
        if (secret) {
            co_return secret;
        }
    }
    auto finding = state->keyring.find(question.place, question.user, cancel);
    const Result<store::Keyring::Login> login = co_await std::move(finding);
    state->answers = login || login.error().kind == ErrorKind::NotFound;
    if (!login) {
        co_return login.error();
    }
    if (question.kind != Kind::User) {
        co_return login->secret;
    }
    if (login->user.isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"no name of an account is kept"_s);
    }
    co_return Secret(login->user.toUtf8());
}

Task<Result<void>> keepTaken(KeptPointer state, git::LoginKeeper::Login login, CancelToken cancel)
{
    if (!state->answers || !state->keeping.offer) {
        co_return Result<void>();
    }
    auto offering = state->keeping.offer(login.question.place, cancel);
    const Result<bool> agreed = co_await std::move(offering);
    if (!agreed || !*agreed) {
        co_return agreed ? Result<void>() : Result<void>(agreed.error());
    }
    store::Keyring::Login kept;
    kept.user = login.question.kind == Kind::Password ? login.question.user : QString();
    kept.secret = login.answer;
    auto keeping = state->keyring.keep(login.question.place, kept, cancel);
    Result<void> done = co_await std::move(keeping);
    state->tell(done ? u"It is kept in the keyring."_s
                     : u"It could not be kept: %1"_s.arg(done.error().message));
    co_return done;
}

Task<Result<void>> forgetRefused(KeptPointer state, git::NetworkQuestion question)
{
    if (question.kind == Kind::User) {
        co_return Result<void>();  // it goes with its password
    }
    const QString user = question.kind == Kind::Password ? question.user : QString();
    auto forgetting = state->keyring.forget(question.place, user, CancelToken());
    Result<void> done = co_await std::move(forgetting);
    state->tell(u"What was kept for %1 was not taken%2."_s.arg(
        displayText(question.place, 200), done ? u", and is forgotten"_s : QString()));
    co_return done;
}

class KeptLogins : public git::LoginKeeper {
public:
    explicit KeptLogins(KeptPointer state) : m_state(std::move(state)) {}
    Task<Result<Secret>> find(git::NetworkQuestion question, CancelToken cancel) override
    {
        return findKept(m_state, std::move(question), std::move(cancel));
    }
    Task<Result<void>> taken(Login login, CancelToken cancel) override
    {
        return keepTaken(m_state, std::move(login), std::move(cancel));
    }
    Task<Result<void>> refused(git::NetworkQuestion question) override
    {
        return forgetRefused(m_state, std::move(question));
    }

private:
    KeptPointer m_state;
};

}  // namespace

std::shared_ptr<git::LoginKeeper> keptLogins(QString secretsFolder, Keeping keeping)
{
    return std::make_shared<KeptLogins>(
        std::make_shared<KeptState>(secretsFolder, std::move(keeping)));
}

QString secretNameOf(const QString& place)
{
    const QString start = u"https://"_s;
    if (!place.startsWith(start) || place.contains(u'[')) {
        return {};
    }
    return place.sliced(start.size()).replace(u':', u'_');
}

}  // namespace analemma::app
