#pragma once

#include "core/base/secret.h"

#include <QByteArray>

#include <memory>

struct evp_pkey_st;

namespace analemma::ssh {

/// What a file in the "openssh-key-v1" format holds (OpenSSH, PROTOCOL.key): OpenSSL does not read
/// it.
struct OpenSshKey {
    enum class Problem { None, Passphrase, Kind, Damaged };
    Problem problem = Problem::Damaged;
    QByteArray publicKey;  ///< stands in clear, also when the rest is locked
    std::shared_ptr<evp_pkey_st> key;
};

/// Problem::Passphrase when it is locked and the passphrase is empty or does not fit. Unlocking
/// takes some 100 ms.
OpenSshKey readOpenSshKey(const QByteArray& text, const Secret& passphrase);

}  // namespace analemma::ssh
