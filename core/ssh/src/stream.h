#pragma once

#include "core/base/result.h"
#include "core/ssh/src/reactor.h"

#include <QByteArray>
#include <QString>

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <vector>

namespace analemma::ssh {

/// Where the bytes of a connection come from and go to: a TCP socket, or a channel of the
/// connection to a jump host. Reactor thread only.
class ByteStream {
public:
    virtual ~ByteStream() = default;
    /// Calls `done` once.
    virtual void connect(std::function<void(Result<void>)> done) = 0;
    /// Takes what has come: its count, 0 when nothing is there now, -1 at the end (see failure()).
    virtual qint64 read(char* to, qint64 room) = 0;
    /// Gives bytes: the count taken, 0 when it is full now, -1 when it is broken.
    virtual qint64 write(const char* from, qint64 count) = 0;
    /// Which events are wanted.
    virtual void want(bool readable, bool writable) = 0;
    /// Whether they may come a little late, with those of others; see Reactor::setPatient().
    virtual void setPatient(bool /*patient*/) {}
    /// Why it broke; an orderly end has no code.
    [[nodiscard]] virtual Error failure() const = 0;
    /// Bytes written that the other machine has not acknowledged yet.
    [[nodiscard]] virtual qint64 unacknowledged() const = 0;
    /// A descriptor for libssh2's checks; it is not read or written there.
    [[nodiscard]] virtual int descriptor() const = 0;
    /// Nothing more is written; reading goes on.
    virtual void endWrite() = 0;
    virtual void close() = 0;

    std::function<void()> onEvent;  ///< readable, writable or broken
};

/// TCP: resolves, connects without blocking to each address in turn, then carries bytes.
class TcpStream : public ByteStream, private Reactor::Handler {
public:
    TcpStream(std::shared_ptr<Reactor> reactor, QString host, int port);
    /// One that was accepted here; it owns the socket.
    TcpStream(std::shared_ptr<Reactor> reactor, int accepted);
    ~TcpStream() override;

    /// With the error of the last address when none answered.
    void connect(std::function<void(Result<void>)> done) override;

    qint64 read(char* to, qint64 room) override;
    qint64 write(const char* from, qint64 count) override;
    void want(bool readable, bool writable) override;
    void setPatient(bool patient) override;
    [[nodiscard]] Error failure() const override;
    [[nodiscard]] qint64 unacknowledged() const override;
    [[nodiscard]] int descriptor() const override { return m_socket; }
    void endWrite() override;
    void close() override;

private:
    struct Address {
        sockaddr_storage bytes{};
        socklen_t size = 0;
    };
    struct Lookup {
        std::vector<Address> addresses;
        Error error;
    };
    static Lookup resolve(const QByteArray& host, int port, bool numericOnly);

    void onEvents(quint32 events) override;
    void onResolved(Lookup lookup);
    void tryNext();
    bool begin(const Address& address);
    void onConnected();
    void finish(Result<void> result);
    void dropSocket();

    std::shared_ptr<Reactor> m_reactor;
    QString m_host;
    int m_port = 0;
    int m_socket = -1;
    bool m_connected = false;
    bool m_patient = false;
    int m_error = 0;
    quint32 m_events = 0;
    std::vector<Address> m_addresses;
    std::size_t m_next = 0;
    std::function<void(Result<void>)> m_done;
    std::shared_ptr<bool> m_alive =
        std::make_shared<bool>(true);  ///< read on the reactor thread only
};

}  // namespace analemma::ssh
