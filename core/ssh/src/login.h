#pragma once

#include "core/base/result.h"
#include "core/ssh/credentials.h"
#include "core/ssh/src/asking.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/interactive.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/wire.h"

#include <QStringList>

#include <libssh2.h>

#include <deque>
#include <memory>
#include <optional>

namespace analemma::ssh {

/// What this program offers in the key exchange, best first: no SHA-1, CBC, RC4 or MD5.
struct Algorithms {
    QStringList kex;
    QStringList hostKeys;
    QStringList ciphers;
    QStringList macs;
};
/// `hostKeyTypes`: those to ask for first.
Algorithms offeredAlgorithms(const QStringList& hostKeyTypes);

/// Whom the login trusts and what it proves.
struct LoginPlan {
    QString host;
    int port = 22;
    QString target;  ///< "user@host:port"
    QByteArray user;
    HostKey pinned;
    QStringList hostKeyTypes;
    std::vector<std::shared_ptr<Signer>> keys;  ///< in the order in which they are tried
    std::shared_ptr<Asking> asking;
};

/// From the first byte to the accepted credential: handshake, check of the host key, and only then
/// the login. Reactor thread; answers from elsewhere come in through its queue.
class Login : public std::enable_shared_from_this<Login> {
public:
    enum class State {
        Waiting,
        Ready,
        Failed,
        NoCommonAlgorithm  ///< error() is the fallback text; the server's lists tell more
    };

    /// `wake` asks for an advance(); it is called on the reactor's thread.
    Login(LIBSSH2_SESSION* session, LoginPlan plan, std::weak_ptr<Reactor> reactor,
          std::function<void()> wake);

    State advance(const Wire& wire, int descriptor);
    [[nodiscard]] const Error& error() const { return m_error; }
    /// Session and wire are in use by another thread: they may not be touched.
    [[nodiscard]] bool isBusy() const { return m_interactive && m_interactive->isRunning(); }
    /// A person or a record is asked: that may take long.
    [[nodiscard]] bool isAsking() const
    {
        return m_asked || (m_interactive && m_interactive->isAsking());
    }
    /// Ends isBusy(); nothing is asked any more.
    void stop();
    /// Lets libssh2 free what an unfinished handshake or login holds; the wire must be dead.
    void abort(int descriptor);

private:
    enum class Phase { Handshake, ServerKey, Methods, Key, Interactive, Password, Over };
    State step(const Wire& wire, int descriptor);
    State handshake(const Wire& wire, int descriptor);
    State checkServer();
    State askMethods(const Wire& wire);
    State tryKey(const Wire& wire);
    State tryInteractive(const Wire& wire);
    State tryPassword(const Wire& wire);
    State next();
    State refused();
    State fail(Error error);
    State lost(int code, const Wire& wire);
    int publickey();
    int password();
    void askPassword();
    [[nodiscard]] bool takes(const char* method) const;
    int signature(const QByteArray& data, unsigned char** signature, size_t* size);
    static int sign(LIBSSH2_SESSION*, unsigned char** signature, size_t* size,
                    const unsigned char* data, size_t count, void** abstract);
    /// A callback for any thread that runs `take` here, while this login goes on.
    template <class T>
    std::function<void(Result<T>)> here(std::function<void(Login&, Result<T>)> take);

    LIBSSH2_SESSION* m_session;
    const LoginPlan m_plan;
    const std::weak_ptr<Reactor> m_reactor;  ///< answers may come when it is gone
    std::function<void()> m_wake;
    Phase m_phase = Phase::Handshake;
    Error m_error;
    bool m_asked = false;

    std::optional<Result<void>> m_verdict;
    QByteArrayList m_methods;  ///< that the server takes
    bool m_methodsAreNew = false;
    std::size_t m_nextKey = 0;
    QByteArray m_blob;  ///< of the key in use, as it goes into the request
    std::optional<Result<QByteArray>> m_signature;
    QStringList m_refusals;  ///< "the key NAME (FINGERPRINT)"
    bool m_rsaRefused = false;
    std::optional<Error> m_keyProblem;
    std::unique_ptr<ssh::Interactive> m_interactive;
    int m_attempts = 0;  ///< of a person's answers
    std::optional<Result<std::vector<Secret>>> m_password;
};

/// The sentence for a handshake that failed with `code`.
Error handshakeError(int code, const QString& library, const Wire& wire);

}  // namespace analemma::ssh
