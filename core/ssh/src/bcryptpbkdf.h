#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace analemma::ssh {

/// The key derivation of encrypted OpenSSH key files: PBKDF2's frame around bcrypt (OpenBSD's
/// bcrypt_pbkdf). OpenSSL has no such function and libssh2 does not give its own. Some 100 ms for
/// the usual 16 rounds: for workers.
QByteArray bcryptPbkdf(QByteArrayView passphrase, QByteArrayView salt, int rounds, int size);

}  // namespace analemma::ssh
