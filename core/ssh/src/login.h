#pragma once

#include "core/base/result.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/privatekey.h"
#include "core/ssh/src/wire.h"

#include <QStringList>

#include <libssh2.h>

#include <memory>

namespace analemma::ssh {

/// What this program offers in the key exchange, best first: no SHA-1, CBC, RC4 or MD5.
struct Algorithms {
    QStringList kex;
    QStringList hostKeys;
    QStringList ciphers;
    QStringList macs;
};
Algorithms offeredAlgorithms(const HostKey& pinned);

/// From the first byte to the accepted key: handshake, check of the host key, and only then the
/// login.
class Login {
public:
    enum class State {
        Waiting,
        Ready,
        Failed,
        NoCommonAlgorithm  ///< error() is the fallback text; the server's lists tell more
    };

    Login(LIBSSH2_SESSION* session, QByteArray user, HostKey pinned,
          std::shared_ptr<const PrivateKey> key);

    State advance(const Wire& wire, int descriptor);
    [[nodiscard]] const Error& error() const { return m_error; }
    /// Lets libssh2 free what an unfinished handshake or login holds; the wire must be dead.
    void abort(int descriptor);

private:
    enum class Phase { Handshake, Authentication, Over };
    State handshake(const Wire& wire, int descriptor);
    State authenticate(const Wire& wire);
    int tryKey();
    State fail(Error error);
    static int sign(LIBSSH2_SESSION*, unsigned char** signature, size_t* size,
                    const unsigned char* data, size_t count, void** abstract);

    LIBSSH2_SESSION* m_session;
    QByteArray m_user;
    HostKey m_pinned;
    std::shared_ptr<const PrivateKey> m_key;
    Phase m_phase = Phase::Handshake;
    Error m_error;
};

/// The sentence for a handshake that failed with `code`.
Error handshakeError(int code, const QString& library, const Wire& wire);

}  // namespace analemma::ssh
