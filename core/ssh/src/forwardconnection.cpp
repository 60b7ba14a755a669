#include "core/ssh/src/forwardconnection.h"

#include "core/base/text.h"
#include "core/ssh/src/forwardoperation.h"
#include "core/ssh/src/socks.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {
constexpr milliseconds kGreeting{10'000};
}

ForwardConnection::ForwardConnection(std::weak_ptr<ForwardOperation> owner,
                                     std::shared_ptr<Reactor> reactor,
                                     std::unique_ptr<TcpStream> socket)
    : m_owner(std::move(owner)), m_reactor(std::move(reactor)), m_socket(std::move(socket))
{
}

void ForwardConnection::openTo(const QByteArray& host, int port)
{
    m_socket->want(false, false);  // until there is somewhere to go
    const auto owner = m_owner.lock();
    m_channel = owner ? owner->newPipe(host, port) : nullptr;
    if (!m_channel) {
        end(u"the connection is closed"_s);
        return;
    }
    m_channel->start([weak = weak_from_this()](const Result<void>& opened) {
        if (const auto self = weak.lock()) {
            self->onOpened(opened);
        }
    });
}

void ForwardConnection::greet()
{
    const std::weak_ptr<ForwardConnection> weak = weak_from_this();
    m_timer = m_reactor->after(kGreeting, [weak] {
        if (const auto self = weak.lock()) {
            self->m_timer = 0;
            self->end(u"a program did not say where it wants to go"_s);
        }
    });
    m_socket->onEvent = [weak] {
        if (const auto self = weak.lock()) {
            self->onGreeting();
        }
    };
    m_socket->want(true, false);
}

void ForwardConnection::onGreeting()
{
    std::array<char, socks::kLongest> room{};
    const qint64 got = m_socket->read(room.data(), qint64(room.size()) - m_greeting.size());
    if (got < 0) {
        end();
        return;
    }
    m_greeting.append(room.data(), got);
    for (;;) {
        const socks::Step step = socks::read(m_greeting, m_greeted);
        m_socket->write(step.reply.constData(), step.reply.size());  // fits into an empty socket
        m_greeting.remove(0, step.used);
        switch (step.kind) {
            case socks::Step::Kind::More:
                return;
            case socks::Step::Kind::Greeted:
                m_greeted = true;
                break;
            case socks::Step::Kind::Refused:
                end(u"a program asked for what a SOCKS proxy here does not do"_s);
                return;
            case socks::Step::Kind::Connect:
                m_reactor->cancelTimer(std::exchange(m_timer, 0));
                m_socksVersion = step.version;
                openTo(step.host, step.port);
                return;
        }
    }
}

void ForwardConnection::connectFor(std::shared_ptr<DataPipe> channel)
{
    m_channel = std::move(channel);
    const std::weak_ptr<ForwardConnection> weak = weak_from_this();
    m_channel->start([](const Result<void>&) {});
    m_socket->connect([weak](const Result<void>& connected) {
        const auto self = weak.lock();
        if (self && connected) {
            self->splice();
        } else if (self) {
            self->end(connected.error().message);
        }
    });
}

void ForwardConnection::onOpened(const Result<void>& opened)
{
    if (m_over) {
        return;
    }
    if (m_socksVersion != 0) {
        const QByteArray answer = socks::answer(m_socksVersion, opened.ok());
        m_socket->write(answer.constData(), answer.size());
    }
    if (!opened) {
        end(opened.error().message);
        return;
    }
    if (!m_greeting.isEmpty()) {
        m_channel->write(m_greeting.constData(), m_greeting.size());
        m_greeting.clear();
    }
    splice();
}

void ForwardConnection::splice()
{
    const std::weak_ptr<ForwardConnection> weak = weak_from_this();
    const auto call = [weak] {
        if (const auto self = weak.lock()) {
            self->pump();
        }
    };
    m_socket->onEvent = call;
    m_channel->onEvent = call;
    pump();
}

void ForwardConnection::fromSocket()
{
    while (!m_socketEnded && m_channel->room() > 0) {
        const qint64 most = std::min<qint64>(m_channel->room(), Reactor::kScratch);
        const qint64 got = m_socket->read(m_reactor->scratch(), most);
        if (got == 0) {
            return;
        }
        if (got < 0 || m_channel->write(m_reactor->scratch(), got) < 0) {
            m_socketEnded = true;
            m_channel->endWrite();
        } else if (const auto owner = m_owner.lock()) {
            owner->carried(got, 0);
        }
    }
}

/// False when the socket is broken.
bool ForwardConnection::toSocket()
{
    for (;;) {
        if (m_pending.isEmpty()) {
            const qint64 got = m_channel->read(m_reactor->scratch(), Reactor::kScratch);
            if (got <= 0) {
                if (got < 0 && !std::exchange(m_channelEnded, true)) {
                    m_socket->endWrite();
                }
                return true;
            }
            m_pending = QByteArray(m_reactor->scratch(), got);
        }
        const qint64 sent = m_socket->write(m_pending.constData(), m_pending.size());
        if (sent < 0) {
            return false;
        }
        m_pending.remove(0, sent);
        if (const auto owner = m_owner.lock()) {
            owner->carried(0, sent);
        }
        if (!m_pending.isEmpty()) {
            return true;
        }
    }
}

void ForwardConnection::pump()
{
    if (m_over) {
        return;
    }
    fromSocket();
    const bool alive = toSocket() && (!m_socketEnded || m_socket->failure().nativeCode == 0);
    if (!alive || (m_socketEnded && m_channelEnded && m_pending.isEmpty())) {
        end();
        return;
    }
    m_channel->wantRead(m_pending.isEmpty() && !m_channelEnded);
    m_socket->want(!m_socketEnded && m_channel->room() > 0, !m_pending.isEmpty());
}

void ForwardConnection::end(const QString& problem)
{
    if (std::exchange(m_over, true)) {
        return;
    }
    const auto self = shared_from_this();
    m_reactor->cancelTimer(std::exchange(m_timer, 0));
    m_socket->close();
    if (m_channel) {
        m_channel->close();
    }
    if (const auto owner = m_owner.lock()) {
        owner->ended(self, problem);
    }
}

}  // namespace analemma::ssh
