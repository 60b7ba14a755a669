#pragma once

#include <QByteArray>

#include <memory>

struct evp_pkey_st;

namespace analemma::ssh {

/// What a file in the "openssh-key-v1" format holds (OpenSSH, PROTOCOL.key): OpenSSL does not read
/// it.
struct OpenSshKey {
    enum class Problem { None, Passphrase, Kind, Damaged };
    Problem problem = Problem::Damaged;
    std::shared_ptr<evp_pkey_st> key;
};

OpenSshKey readOpenSshKey(const QByteArray& text);

}  // namespace analemma::ssh
