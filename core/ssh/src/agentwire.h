#pragma once

#include "core/base/result.h"
#include "core/ssh/keys.h"

#include <QByteArray>

#include <optional>

/// Messages of the agent protocol (draft-miller-ssh-agent, section 4). Pure; replies are foreign.
namespace analemma::ssh {

constexpr quint32 agentSha512 = 4;  ///< SSH_AGENT_RSA_SHA2_512

QByteArray agentListRequest();
QByteArray agentSignRequest(const PublicKey& key, const QByteArray& data, quint32 flags);

/// The first whole message of what has come so far, without its length; nothing when more is
/// needed; Protocol when it would be over 256 KiB.
std::optional<Result<QByteArray>> readAgentMessage(const QByteArray& received);
Result<std::vector<AgentKey>> readAgentKeys(const QByteArray& message);
/// For an RSA key a signature that is not rsa-sha2-512 is Unsupported: newer servers refuse it.
Result<QByteArray> readAgentSignature(const QByteArray& message, const PublicKey& key);

/// Sends and waits for one reply. Blocking, for workers; looks at the token ten times a second.
Result<QByteArray> callAgent(const QString& socket, const QByteArray& request, int timeoutMs,
                             const CancelToken& cancel);

}  // namespace analemma::ssh
