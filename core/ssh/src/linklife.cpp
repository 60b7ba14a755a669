#include "core/ssh/src/link.h"

#include "core/base/text.h"
#include "core/ssh/src/peerprobe.h"

#include <algorithm>

using namespace Qt::StringLiterals;

/// Whether the peer still lives.
namespace analemma::ssh {

/// The next look at the peer. One that finds nothing under way is the last: an idle connection
/// gives its memory back and wakes up no more, for nobody waits for an answer, and the kernel's
/// keepalive tells when the path is gone (see TcpStream).
void Link::tick()
{
    if (m_options.keepalive <= milliseconds(0) || m_tick != 0) {
        return;
    }
    const auto now = Reactor::now();
    auto due = m_probe.expired() ? m_lastSign + m_options.keepalive
                                 : std::max(m_lastSign, m_probedAt) + m_options.keepalive * 5 / 2;
    if (m_wire.unsent() > 0 || due <= now) {
        due = now + m_options.keepalive / 5;  // to see whether bytes go out
    }
    // A little later, so that hundreds of connections look together.
    const milliseconds grid =
        std::clamp<milliseconds>(m_options.keepalive / 20, milliseconds(1), milliseconds(250));
    const auto late = grid - due.time_since_epoch() % grid;
    const std::weak_ptr<Link> weak = weak_from_this();
    m_tick = m_reactor->after(std::chrono::ceil<milliseconds>(due - now + late), [weak] {
        const auto self = weak.lock();
        if (self && self->m_state == State::Ready) {
            self->m_tick = 0;
            if (self->m_operations.empty() && self->m_wire.unsent() == 0) {
                self->rest();
                return;
            }
            self->checkPeer();
            if (self->m_state == State::Ready) {
                self->tick();
            }
        }
    });
}

void Link::rest()
{
    if (m_wire.unread() > 0) {
        probePeer();  // came with the login, and nobody reads: the probe takes it in
    } else {
        m_wire.squeeze();
    }
}

void Link::probePeer()
{
    const auto probe = std::make_shared<PeerProbe>();
    m_probe = probe;
    m_probedAt = Reactor::now();
    m_operations.push_back(probe);
    askForSign();
    tick();
    pumpSoon();
}

/// While a channel is being opened, perhaps to an address that does not answer, the probe has to
/// wait. The answer to a global request (RFC 4254, 4) is a sign of life as well; libssh2 keeps it
/// in its queue, so it is asked for only then.
void Link::askForSign()
{
    if (m_turn != nullptr && m_turn != m_probe.lock().get()) {
        int next = 0;
        libssh2_keepalive_config(m_session, 1, 2);
        m_unreadRefusals += libssh2_keepalive_send(m_session, &next) == 0 ? 1 : 0;
        libssh2_keepalive_config(m_session, 0, 0);
        m_wire.flush(*m_stream);
    }
}

void Link::checkPeer()
{
    if (m_wire.unread() >= kUnreadLimit) {
        return;
    }
    const auto now = Reactor::now();
    const qint64 taken = m_wire.sent() - m_stream->unacknowledged();
    if (taken > m_taken && m_wire.unsent() > 0) {
        m_lastSign = now;  // a long upload over a slow line: bytes go out
    }
    m_taken = taken;
    if (m_probe.expired()) {
        if (now - m_lastSign >= m_options.keepalive) {
            m_wire.squeeze();
            probePeer();
        }
        return;
    }
    const bool waits = m_turn != nullptr && m_turn != m_probe.lock().get();
    if (waits && m_lastSign > m_probedAt) {
        m_probedAt = now;
        askForSign();
        return;
    }
    const auto quietFor = now - std::max(m_lastSign, m_probedAt);
    if (quietFor >= m_options.keepalive * 5 / 2) {
        const auto silence = std::chrono::duration_cast<milliseconds>(now - m_lastSign);
        die(error(ErrorKind::Network,
                  u"the connection was lost: no sign of life for %1"_s.arg(durationText(silence))));
    }
}

}  // namespace analemma::ssh
