#include "app/network_access.h"

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

ssh::Question sshQuestion(const git::NetworkQuestion& asked)
{
    using Kind = git::NetworkQuestion::Kind;
    ssh::Question question;
    ssh::Question::Prompt prompt;
    question.target = asked.place;
    question.kind = ssh::Question::Kind::Password;
    switch (asked.kind) {
        case Kind::User:
            question.kind = ssh::Question::Kind::Interactive;
            prompt.text = u"User name"_s;
            prompt.echo = true;
            break;
        case Kind::Password:
            prompt.text = asked.user.isEmpty() ? u"Password or token"_s
                                               : u"Password or token of %1"_s.arg(asked.user);
            break;
        case Kind::Passphrase:
            question.kind = ssh::Question::Kind::Passphrase;
            question.subject = asked.place;
            prompt.text = u"Passphrase of %1"_s.arg(asked.place);
            break;
        case Kind::Other:
            question.kind = ssh::Question::Kind::Interactive;
            prompt.text = asked.prompt;
            break;
    }
    question.prompts.push_back(std::move(prompt));
    return question;
}

Task<Result<Secret>> askOneSecret(ssh::Asker asker, git::NetworkQuestion asked)
{
    Promise<std::vector<Secret>> promise;
    auto future = promise.future();
    ssh::Answer answer = [promise](Result<std::vector<Secret>> secrets) {
        promise.finish(std::move(secrets));
    };
    promise = Promise<std::vector<Secret>>();  // from here on only the answer holds it
    asker(sshQuestion(asked), std::exchange(answer, {}));
    const Result<std::vector<Secret>> secrets = co_await future;
    if (!secrets) {
        co_return secrets.error();
    }
    co_return secrets->empty() ? Secret() : secrets->front();
}

}  // namespace

git::NetworkAccess networkAccess(const operate::HostPlaces& places, ssh::Asker asker)
{
    git::NetworkAccess access;
    access.knownHostsFiles =
        places.userKnownHosts + places.systemKnownHosts + QStringList{places.ownKnownHosts};
    for (const QString& name :
         {u"id_ed25519"_s, u"id_ecdsa"_s, u"id_rsa"_s, u"id_ed25519_sk"_s, u"id_ecdsa_sk"_s}) {
        access.keyFiles.append(places.sshFolder + u'/' + name);
    }
    access.agentSocket = places.agentSocket;
    if (asker) {
        access.ask = [asker](const git::NetworkQuestion& asked, const CancelToken&) {
            return askOneSecret(asker, asked);
        };
    }
    return access;
}

}  // namespace analemma::app
