#include "core/ssh/src/muxpipe.h"

#include "core/base/text.h"
#include "core/ssh/src/muxchannel.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

MuxPipe::MuxPipe(std::shared_ptr<SystemLink> link, QByteArray host, int port)
    : m_link(std::move(link)), m_host(std::move(host)), m_port(port)
{
}

MuxPipe::MuxPipe(std::shared_ptr<SystemLink> link, std::unique_ptr<TcpStream> heard)
    : m_link(std::move(link)), m_from(std::move(heard)), m_to(m_from)
{
}

void MuxPipe::start(std::function<void(Result<void>)> opened)
{
    m_opened = std::move(opened);
    const Result<void> asked = m_from ? Result<void>() : open();
    if (!asked) {
        answer(asked.error());
        return;
    }
    const std::weak_ptr<MuxPipe> weak = weak_from_this();
    const auto call = [weak] {
        if (const auto self = weak.lock()) {
            self->onStream();
        }
    };
    m_from->onEvent = call;
    m_to->onEvent = call;
    if (!m_line) {
        answer({});
    }
}

Result<void> MuxPipe::open()
{
    Result<std::pair<Descriptor, Descriptor>> input = socketPair();
    Result<std::pair<Descriptor, Descriptor>> output = socketPair();
    if (!input || !output) {
        return input ? output.error() : input.error();
    }
    m_to = std::make_shared<TcpStream>(m_link->reactor(), input->first.release());
    m_from = std::make_shared<TcpStream>(m_link->reactor(), output->first.release());
    std::vector<Descriptor> given;
    given.push_back(std::move(input->second));
    given.push_back(std::move(output->second));
    const std::weak_ptr<MuxPipe> weak = weak_from_this();
    m_line = std::make_unique<MuxLine>(m_link->reactor(), m_link->socketPath());
    m_line->onMessage = [weak](const mux::Message& message) {
        if (const auto self = weak.lock()) {
            self->onMessage(message);
        }
    };
    m_line->onEnd = [weak] {
        if (const auto self = weak.lock()) {
            self->onLineEnd();
        }
    };
    const bool isSent = m_line->start(mux::newStdioForward(m_host, m_port), std::move(given));
    return isSent ? Result<void>() : m_link->lossError();
}

void MuxPipe::onMessage(const mux::Message& message)
{
    if (message.type == mux::Type::SessionOpened) {
        answer({});
    } else if (message.type == mux::Type::Failure || message.type == mux::Type::PermissionDenied) {
        answer(m_link->error(ErrorKind::Network,
                             u"the server cannot reach %1:%2, or forbids to go there"_s
                                 .arg(displayText(QByteArrayView(m_host), 100))
                                 .arg(m_port)));
    }
}

/// ssh has closed the channel, or is gone.
void MuxPipe::onLineEnd()
{
    answer(m_link->lossError());
    m_broken = true;
    if (m_closing) {
        part();
    }
}

void MuxPipe::answer(Result<void> opened)
{
    if (m_opened) {
        m_link->reactor()->post(
            [call = std::exchange(m_opened, nullptr), opened] { call(opened); });
    }
}

void MuxPipe::onStream()
{
    const auto self = shared_from_this();
    flush();
    if (const auto call = onEvent; call && !m_closing) {
        call();
    }
    want();
}

qint64 MuxPipe::read(char* to, qint64 room)
{
    if (m_ended || !m_from) {
        return -1;
    }
    const qint64 got = m_from->read(to, room);
    m_ended = got < 0;
    return got;
}

void MuxPipe::wantRead(bool wanted)
{
    m_wantsRead = wanted;
    want();
}

qint64 MuxPipe::write(const char* from, qint64 count)
{
    if (m_broken || m_endWrite || m_closing) {
        return -1;
    }
    const qsizetype taken = std::clamp<qsizetype>(kRoom - m_out.size(), 0, count);
    m_out.append(from, taken);
    flush();
    want();
    return taken;
}

void MuxPipe::endWrite()
{
    m_endWrite = true;
    flush();
    want();
}

void MuxPipe::flush()
{
    while (m_to && !m_out.isEmpty() && !m_broken) {
        const qint64 sent = m_to->write(m_out.constData(), m_out.size());
        if (sent == 0) {
            return;
        }
        m_broken = sent < 0;
        m_out.remove(0, std::max<qint64>(0, sent));
    }
    if (m_broken) {
        m_out.clear();
    }
    if (m_endWrite && !std::exchange(m_writeEnded, true) && m_to) {
        m_to->endWrite();
    }
    if (m_closing && (m_broken || !m_line)) {
        part();
    }
}

void MuxPipe::want()
{
    if (!m_from) {
        return;
    }
    const bool readable = m_wantsRead && !m_ended && !m_closing;
    const bool writable = !m_out.isEmpty() && !m_broken;
    if (m_from == m_to) {
        m_from->want(readable, writable);
    } else {
        m_from->want(readable, false);
        m_to->want(false, writable);
    }
}

/// After an orderly end of both sides it lives on until ssh has taken all.
void MuxPipe::close()
{
    m_closing = true;
    m_opened = nullptr;
    onEvent = nullptr;
    if (m_endWrite && m_ended && !m_broken) {
        m_link->keep(shared_from_this());
        flush();
        want();
    } else {
        part();
    }
}

void MuxPipe::part()
{
    const auto self = shared_from_this();
    m_link->drop(self);
    m_link->reactor()->post([self] {  // not within a call of theirs
        self->m_line.reset();
        self->m_from.reset();
        self->m_to.reset();
    });
}

}  // namespace analemma::ssh
