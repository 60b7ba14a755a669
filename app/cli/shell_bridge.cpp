#include "app/cli/shell_bridge.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace analemma::cli {
namespace {

constexpr qsizetype inputPiece = 16 * 1024;
constexpr qsizetype outputPiece = 4096;  // PIPE_BUF: a pipe that is ready takes that much at once

/// Signals of a process are one for all; so is this pipe.
int windowPipe[2] = {-1, -1};

extern "C" void onWindow(int)
{
    const int kept = errno;
    const char byte = 'w';
    [[maybe_unused]] const ssize_t written = ::write(windowPipe[1], &byte, 1);
    errno = kept;
}

bool catchWindow()
{
    if (windowPipe[0] < 0 && ::pipe2(windowPipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return false;
    }
    struct sigaction action = {};
    action.sa_handler = onWindow;
    action.sa_flags = SA_RESTART;
    return ::sigaction(SIGWINCH, &action, nullptr) == 0;
}

}  // namespace

ssh::TerminalSize terminalSize()
{
    ssh::TerminalSize size;
    winsize window = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 &&
        window.ws_row > 0) {
        size.columns = window.ws_col;
        size.rows = window.ws_row;
        size.widthPixels = window.ws_xpixel;
        size.heightPixels = window.ws_ypixel;
    }
    return size;
}

std::vector<std::pair<quint8, quint32>> terminalModes()
{
    termios now = {};
    if (::tcgetattr(STDIN_FILENO, &now) != 0) {
        return {};
    }
    const auto flag = [](bool set) { return quint32(set ? 1 : 0); };
    return {{1, now.c_cc[VINTR]},
            {2, now.c_cc[VQUIT]},
            {3, now.c_cc[VERASE]},
            {4, now.c_cc[VKILL]},
            {5, now.c_cc[VEOF]},
            {8, now.c_cc[VSTART]},
            {9, now.c_cc[VSTOP]},
            {10, now.c_cc[VSUSP]},
            {14, now.c_cc[VWERASE]},
            {38, flag((now.c_iflag & IXON) != 0)},
            {42, flag((now.c_iflag & IUTF8) != 0)}};
}

ShellBridge::ShellBridge(std::shared_ptr<ssh::Channel> channel, bool terminal)
    : m_channel(std::move(channel)),
      m_out(STDOUT_FILENO, this),
      m_err(STDERR_FILENO, this),
      m_terminal(terminal)
{
    m_out.notifier.setEnabled(false);
    m_err.notifier.setEnabled(false);
    connect(&m_out.notifier, &QSocketNotifier::activated, this, [this] { writeOutput(&m_out); });
    connect(&m_err.notifier, &QSocketNotifier::activated, this, [this] { writeOutput(&m_err); });
    connect(m_channel.get(), &ssh::Channel::output, this, &ShellBridge::take);
    connect(m_channel.get(), &ssh::Channel::roomAgain, this, [this] {
        if (m_input && !m_end) {
            m_input->setEnabled(true);
        }
    });
    connect(m_channel.get(), &ssh::Channel::ended, this, [this](const ssh::ChannelEnd& end) {
        m_end = end;
        if (m_input) {
            m_input->setEnabled(false);
        }
        finishWhenWritten();
    });
}

ShellBridge::~ShellBridge()
{
    disconnect(m_channel.get(), nullptr, this, nullptr);
    m_channel->close();
}

void ShellBridge::start()
{
    if (m_terminal) {
        m_mode.emplace(STDIN_FILENO, TerminalMode::Kind::Raw);
        if (catchWindow()) {
            m_window.emplace(windowPipe[0], QSocketNotifier::Read);
            connect(&*m_window, &QSocketNotifier::activated, this, &ShellBridge::resized);
        }
    }
    m_input.emplace(STDIN_FILENO, QSocketNotifier::Read);
    connect(&*m_input, &QSocketNotifier::activated, this, &ShellBridge::readInput);
    m_channel->start();
}

void ShellBridge::resized()
{
    char bytes[64];
    while (::read(windowPipe[0], bytes, sizeof bytes) > 0) {
    }
    if (!m_end) {
        m_channel->resize(terminalSize());
    }
}

void ShellBridge::readInput()
{
    if (m_tilde && m_channel->room() == 1) {
        m_channel->write("~");  // what follows would have no room beside it
        m_tilde = false;
    }
    const qsizetype room = qMin(inputPiece, m_channel->room() - (m_tilde ? 1 : 0));
    if (room <= 0) {
        m_input->setEnabled(false);  // until roomAgain(): the queue is full
        return;
    }
    QByteArray bytes(room, Qt::Uninitialized);
    const ssize_t n = ::read(STDIN_FILENO, bytes.data(), size_t(room));
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (n <= 0) {
        m_input->setEnabled(false);
        disconnect(m_channel.get(), &ssh::Channel::roomAgain, this, nullptr);
        if (m_terminal) {
            m_channel->close();  // the terminal is gone
        } else {
            m_channel->endInput();
        }
        return;
    }
    bytes.truncate(n);
    passOn(bytes);
}

/// As ssh(1) does: "~." at the start of a line hangs up, also when the server does not answer.
void ShellBridge::passOn(const QByteArray& bytes)
{
    if (!m_terminal) {
        m_channel->write(bytes);
        return;
    }
    QByteArray send;
    for (const char c : bytes) {
        if (m_tilde && c == '.') {
            m_channel->close();
            return;
        }
        if (m_tilde) {
            send += c == '~' ? QByteArray() : QByteArray("~");
            m_tilde = false;
        } else if (m_atLineStart && c == '~') {
            m_tilde = true;
            continue;
        }
        send += c;
        m_atLineStart = c == '\r' || c == '\n';
    }
    if (!send.isEmpty()) {
        m_channel->write(send);
    }
}

void ShellBridge::take(const QByteArray& piece, bool isError)
{
    Out& out = isError ? m_err : m_out;
    if (out.isBroken) {
        m_channel->taken(piece.size());
        return;
    }
    out.waiting += piece;
    out.notifier.setEnabled(true);
}

void ShellBridge::writeOutput(Out* out)
{
    const qsizetype piece = qMin(outputPiece, out->waiting.size() - out->done);
    const ssize_t n =
        piece <= 0 ? 0
                   : ::write(out->descriptor, out->waiting.constData() + out->done, size_t(piece));
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    out->isBroken = n < 0;  // nobody reads any more; the shell goes on to its end
    const qsizetype went = n < 0 ? out->waiting.size() - out->done : n;
    out->done += went;
    if (went > 0 && !m_end) {
        m_channel->taken(went);
    }
    if (out->done >= out->waiting.size()) {
        out->waiting.clear();
        out->done = 0;
        out->notifier.setEnabled(false);
        finishWhenWritten();
    } else if (out->done > 256 * 1024) {
        out->waiting.remove(0, out->done);
        out->done = 0;
    }
}

void ShellBridge::finishWhenWritten()
{
    if (m_end && m_out.waiting.isEmpty() && m_err.waiting.isEmpty()) {
        const ssh::ChannelEnd end = *m_end;
        m_mode.reset();
        QMetaObject::invokeMethod(
            this, [this, end] { Q_EMIT ended(end); }, Qt::QueuedConnection);
    }
}

}  // namespace analemma::cli
