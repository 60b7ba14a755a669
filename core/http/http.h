#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/base/task.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <utility>

/// HTTP(S) requests and mail, by libcurl on one thread of its own. Never blocks the caller.
namespace analemma::http {

using Header = std::pair<QByteArray, QByteArray>;

using SecretHeader = std::pair<QByteArray, Secret>;

/// One request. No error and no log shows more of it than the scheme, host and port: what else is
/// secret stands in a Secret, but a path may be one too (that of a webhook).
struct Request {
    QByteArray method = QByteArrayLiteral("GET");
    QString url;  ///< http or https, with nobody's name and password in it
    QList<Header> headers;
    QList<SecretHeader> secretHeaders;
    QByteArray body;
    Secret bearer;                        ///< "Authorization: Bearer ..."; empty: none
    QString user;                         ///< basic authentication; empty: none
    Secret password;                      ///< its other half
    milliseconds timeout{10'000};         ///< of the whole, lookup and redirects included
    qint64 limitBytes = 8 * 1024 * 1024;  ///< of the answer's body; more is Invalid
    /// Followed at most; beyond it, and where a body would go to another place (scheme, host and
    /// port), the answer is the redirect itself. What is secret, an Authorization and a Cookie too,
    /// goes to no other place.
    int redirects = 0;
    bool verify = true;  ///< the certificate and its name
    /// A file of certificates (PEM) to trust instead of the system's; empty: none.
    QString authority;
    /// Connects to this address instead of to that of the URL's host, which stays the name that the
    /// request and the certificate speak of: "127.0.0.1". Empty: what the name says.
    QString connectTo;
    bool fresh = false;  ///< on a connection of its own, so that all parts of the time are measured
};

/// Where the time went. Parts that did not happen (a kept connection) are 0. Over redirects each is
/// the sum.
struct Timing {
    std::chrono::microseconds lookup{0};
    std::chrono::microseconds connect{0};
    std::chrono::microseconds tls{0};
    std::chrono::microseconds wait{0};      ///< from there to the answer's first byte
    std::chrono::microseconds transfer{0};  ///< of the answer
    std::chrono::microseconds total{0};
};

struct Response {
    int status = 0;
    QList<Header> headers;  ///< foreign; at most 100, names in lower case
    QByteArray body;        ///< foreign
    Timing timing;
    QString address;  ///< that answered
    /// When the server's own certificate ends, also where it is not verified. Told on a new
    /// connection only (`fresh`).
    std::optional<QDateTime> certificateExpires;

    [[nodiscard]] QByteArray header(QByteArrayView nameInLowerCase) const;
};

/// Where a TCP connection should lead.
struct Endpoint {
    QString host;  ///< a name or an address; IPv6 without brackets
    int port = 0;
    milliseconds timeout{10'000};
};

struct Mail {
    QString server;        ///< "smtp://host:25", "smtps://host:465"
    bool startTls = true;  ///< with smtp: refuse to send without
    QString user;          ///< empty: without a login; without TLS to this machine only
    Secret password;
    QString authority;  ///< as of Request
    QString from;       ///< an address: "watch@example.org"
    QStringList to;     ///< addresses, at most 100
    QString subject;
    QString text;
    milliseconds timeout{30'000};
};

class Engine;

/// Requests in flight at once are bounded (64; the rest wait, and the time runs). Main thread, or
/// any thread with an event loop. Its end cancels what is under way.
class Client {
public:
    Client();
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// An answer of any status is a Response. Errors: Network (no address, no connection, or it
    /// broke), Timeout, HostKey (the certificate is not the server's or not trusted), Protocol (no
    /// HTTP, no TLS), Invalid (URL, header; an answer beyond `limitBytes`), Cancelled. Whether a
    /// request that changes something took effect is unknown after Timeout, Network and Protocol.
    /// It is never sent twice.
    Task<Result<Response>> send(Request request, CancelToken cancel = {});
    /// Connects and ends the connection at once: `lookup`, `connect` and `total` are told. Errors:
    /// Network, Timeout, Invalid, Cancelled.
    Task<Result<Timing>> reach(Endpoint endpoint, CancelToken cancel = {});
    /// Hands a mail to a server. The same errors; Auth, and Refused with the server's words.
    Task<Result<void>> send(Mail mail, CancelToken cancel = {});

private:
    std::shared_ptr<Engine> m_engine;
};

}  // namespace analemma::http
