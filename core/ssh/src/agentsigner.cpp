#include "core/ssh/src/agentsigner.h"

#include "core/base/task.h"
#include "core/ssh/src/agentwire.h"

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr int listMilliseconds = 2'000;
constexpr int signMilliseconds = 120'000;

class AgentSigner final : public Signer {
public:
    AgentSigner(QString socketPath, AgentKey key)
        : m_socketPath(std::move(socketPath)), m_key(std::move(key))
    {
    }
    [[nodiscard]] QByteArray publicKey() const override { return m_key.key.blob; }
    [[nodiscard]] QString name() const override
    {
        return m_key.comment.isEmpty() ? u"of the agent"_s
                                       : u"%1 of the agent"_s.arg(m_key.comment);
    }
    void sign(QByteArray data, QByteArray algorithm, Done done) override
    {
        detail::startOnWorker([path = m_socketPath, key = m_key.key, data = std::move(data),
                               algorithm = std::move(algorithm), done = std::move(done)] {
            const quint32 flags = algorithm == "rsa-sha2-512" ? agentSha512 : 0;
            const Result<QByteArray> answer = callAgent(path, agentSignRequest(key, data, flags),
                                                        signMilliseconds, CancelToken());
            done(answer ? readAgentSignature(*answer, key) : answer);
        });
    }

private:
    const QString m_socketPath;
    const AgentKey m_key;
};

}  // namespace

Result<std::vector<std::shared_ptr<Signer>>> agentSigners(const QString& socketPath)
{
    const Result<QByteArray> answer =
        callAgent(socketPath, agentListRequest(), listMilliseconds, CancelToken());
    if (!answer) {
        return answer.error();
    }
    Result<std::vector<AgentKey>> keys = readAgentKeys(*answer);
    if (!keys) {
        return keys.error();
    }
    const QByteArrayList usable = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                   "ecdsa-sha2-nistp521", "ssh-rsa"};
    std::vector<std::shared_ptr<Signer>> signers;
    for (AgentKey& key : *keys) {
        if (usable.contains(key.key.type)) {
            signers.push_back(std::make_shared<AgentSigner>(socketPath, std::move(key)));
        }
    }
    return signers;
}

}  // namespace analemma::ssh
