#include "core/ssh/src/systemsftp.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype mostATurn = 512 * 1024;

mux::SessionAsk sftpAsk()
{
    mux::SessionAsk ask;
    ask.subsystem = true;
    ask.command = "sftp";
    return ask;
}

}  // namespace

SystemSftp::SystemSftp(std::shared_ptr<SystemLink> link)
    : SftpChannel(link->reactor()),
      m_link(std::move(link)),
      m_channel(std::make_shared<MuxChannel>(m_link, sftpAsk(), std::nullopt))
{
}

std::shared_ptr<SystemSftp> SystemSftp::self()
{
    return std::static_pointer_cast<SystemSftp>(shared_from_this());
}

bool SystemSftp::open()
{
    if (m_link->isLost()) {
        fail(m_link->lossError());
        return true;
    }
    m_link->reactor()->adopt(self());
    m_link->add(shared_from_this());
    const std::weak_ptr<SystemSftp> weak = self();
    m_channel->onEvent = [weak] {
        if (const auto here = weak.lock()) {
            here->pump();
        }
    };
    m_channel->start([weak](const Result<void>& opened) {
        const auto here = weak.lock();
        if (here && opened) {
            here->m_isOpen = true;
            here->greet();
            here->pump();
        } else if (here) {
            here->over(opened.error());
        }
    });
    return true;
}

void SystemSftp::pumpSoon()
{
    if (!std::exchange(m_posted, true)) {
        m_link->reactor()->post([here = self()] {
            here->m_posted = false;
            here->pump();
        });
    }
}

void SystemSftp::shutDown()
{
    m_channel.reset();
    fail(cancelledError());
}

void SystemSftp::over(const Error& error)
{
    const auto here = self();
    fail(error);
    if (m_channel) {
        m_channel->onEvent = nullptr;
        m_link->reactor()->post([gone = std::move(m_channel)] {});  // not within its own call
    }
    m_link->reactor()->dismiss(here);
}

void SystemSftp::pump()
{
    if (!m_channel || m_concluding) {
        return;
    }
    if (m_isOpen && !isEnding()) {
        flush();
        drain();
    }
    if (isEnding()) {
        over(cancelledError());
    } else if (m_channel->isOver()) {
        conclude();
    } else if (m_isOpen) {
        m_channel->want(true, !unsent().isEmpty());
    }
}

void SystemSftp::flush()
{
    while (!unsent().isEmpty()) {
        const QByteArrayView bytes = unsent();
        const qint64 count = m_channel->write(bytes.data(), bytes.size());
        if (count == 0) {
            return;
        }
        if (count < 0) {
            dropUnsent();  // the channel's end is noticed by the reader
            return;
        }
        sent(count);
    }
}

void SystemSftp::drain()
{
    char* const scratch = m_link->reactor()->scratch();
    for (qsizetype budget = mostATurn; budget > 0;) {
        const qint64 got = m_channel->read(MuxChannel::Output, scratch, Reactor::kScratch);
        if (got <= 0) {
            break;
        }
        budget -= got;
        if (!received(scratch, got)) {
            return;
        }
    }
    m_channel->read(MuxChannel::Errors, scratch, Reactor::kScratch);  // not for us
}

/// It ended by itself: the connection, or the server's program, or there is none.
void SystemSftp::conclude()
{
    m_concluding = true;
    m_channel->want(false, false);
    m_link->checkAlive([here = self()](bool isAlive) {
        const SystemLink& link = *here->m_link;
        here->over(
            !isAlive ? link.lossError()
            : here->isServing()
                ? link.error(ErrorKind::Protocol, u"the server ended the file transfer channel"_s)
                : link.error(ErrorKind::Unsupported,
                             u"the server offers no file transfer (SFTP)"_s));
    });
}

}  // namespace analemma::ssh
