#pragma once

#include "core/ssh/keys.h"

#include <QByteArray>

#include <optional>

namespace analemma::ssh {

/// What a key file says without its passphrase; nothing when it is no private key. Pure.
struct PrivateFile {
    PublicKey key;  ///< empty when only its .pub can tell
    bool isEncrypted = false;
};
std::optional<PrivateFile> readPrivateFile(const QByteArray& text);

/// Kind, size, what it needs and what is weak about it, from the public half.
void describeKey(KeyInfo& info);

}  // namespace analemma::ssh
