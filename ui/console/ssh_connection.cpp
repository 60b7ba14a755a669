#include "ui/console/ssh_connection.h"

#include <QPointer>

namespace analemma::ui {
namespace {

constexpr qsizetype limitUnsent = 8 * 1024 * 1024;

}  // namespace

SshConnection::SshConnection(Open open, QObject* parent)
    : Connection(parent), m_open(std::move(open))
{
}

SshConnection::~SshConnection()
{
    m_cancel.cancel();
}

void SshConnection::open(ssh::TerminalSize size)
{
    close();
    m_size = size;
    m_cancel = CancelToken();
    const CancelToken cancel = m_cancel;
    const QPointer<SshConnection> self(this);
    const ssh::Asker asker = [self, cancel](const ssh::Question& question,
                                            const ssh::Answer& answer) {
        if (self != nullptr && !cancel.isCancelled()) {
            Q_EMIT self->asked(question, answer);
        } else {
            answer(cancelledError());
        }
    };
    then(m_open(cancel, asker), this, [this, cancel](const Result<ssh::ChosenSession>& chosen) {
        if (cancel.isCancelled()) {
            return;
        }
        if (!chosen) {
            fail(chosen.error());
            return;
        }
        m_session = chosen->session;
        m_transport = chosen->choice;
        openShell(cancel);
    });
}

void SshConnection::openShell(const CancelToken& cancel)
{
    ssh::ShellOptions options;
    options.size = m_size;
    const ssh::TerminalSize asked = m_size;
    options.environment.emplace_back("COLORTERM", "truecolor");
    then(m_session->openShell(std::move(options), cancel), this,
         [this, cancel, asked](const Result<std::shared_ptr<ssh::Channel>>& channel) {
             if (cancel.isCancelled()) {
                 return;
             }
             if (channel) {
                 take(*channel);
                 if (m_channel && !(asked == m_size)) {
                     m_channel->resize(m_size);  // changed while it was opened
                 }
             } else {
                 fail(channel.error());
             }
         });
}

void SshConnection::take(std::shared_ptr<ssh::Channel> channel)
{
    m_channel = std::move(channel);
    connect(m_channel.get(), &ssh::Channel::output, this,
            [this](const QByteArray& piece, bool) { Q_EMIT output(piece); });
    connect(m_channel.get(), &ssh::Channel::roomAgain, this, &SshConnection::flush);
    connect(m_channel.get(), &ssh::Channel::ended, this, [this](const ssh::ChannelEnd& end) {
        // The channel is not let go within its own signal.
        const std::shared_ptr<ssh::Channel> gone = std::exchange(m_channel, nullptr);
        QMetaObject::invokeMethod(
            this, [gone] {}, Qt::QueuedConnection);
        m_session.reset();
        m_waiting.clear();
        Q_EMIT ended(end);
    });
    Q_EMIT opened();
    m_channel->start();
}

void SshConnection::fail(const Error& error)
{
    m_session.reset();
    ssh::ChannelEnd end;
    end.error = error;
    Q_EMIT ended(end);
}

bool SshConnection::write(const QByteArray& bytes)
{
    if (!m_channel || m_waiting.size() + bytes.size() > limitUnsent) {
        return false;
    }
    m_waiting += bytes;
    flush();
    return true;
}

void SshConnection::flush()
{
    if (!m_channel || m_waiting.isEmpty()) {
        return;
    }
    const QByteArray now = m_waiting.left(m_channel->room());
    if (!now.isEmpty() && m_channel->write(now)) {
        m_waiting.remove(0, now.size());
    }
}

void SshConnection::resize(ssh::TerminalSize size)
{
    m_size = size;
    if (m_channel) {
        m_channel->resize(size);
    }
}

void SshConnection::taken(qsizetype bytes)
{
    if (m_channel) {
        m_channel->taken(bytes);
    }
}

std::optional<ssh::TransportChoice> SshConnection::transport() const
{
    return m_channel ? m_transport : std::nullopt;
}

void SshConnection::close()
{
    m_cancel.cancel();
    m_waiting.clear();
    m_session.reset();
    if (m_channel) {
        const std::shared_ptr<ssh::Channel> gone = std::exchange(m_channel, nullptr);
        disconnect(gone.get(), nullptr, this, nullptr);
        gone->close();
    }
}

}  // namespace analemma::ui
