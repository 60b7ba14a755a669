#include "app/cli/tty.h"

#include "app/cli/output.h"
#include "core/base/text.h"

#include <QSocketNotifier>

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <termios.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qsizetype limitTyped = 4096;

/// What the terminal was before; a process has one terminal, so there is one of it.
struct Saved {
    int descriptor = -1;
    termios settings = {};
};
std::optional<Saved> saved;

/// One line of /dev/tty, read as it comes.
class SecretReader : public QObject {
public:
    SecretReader(int descriptor, bool echo, const QString& prompt, Promise<Secret> promise)
        : m_descriptor(descriptor),
          m_echo(echo),
          m_promise(std::move(promise)),
          m_notifier(descriptor, QSocketNotifier::Read)
    {
        if (!echo) {
            m_mode.emplace(descriptor, TerminalMode::Kind::Hidden);
        }
        writeAll(descriptor, prompt.toUtf8());
        connect(&m_notifier, &QSocketNotifier::activated, this, [this] { read(); });
    }
    ~SecretReader() override
    {
        if (!m_echo) {
            writeAll(m_descriptor, "\n");  // the one that was typed was not shown
        }
        m_mode.reset();
        m_line.fill('\0');
        ::close(m_descriptor);
    }

private:
    void read()
    {
        char buffer[256];
        const ssize_t n = ::read(m_descriptor, buffer, sizeof buffer);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            return;
        }
        for (ssize_t i = 0; i < n; ++i) {
            m_line.append(buffer[i]);
            buffer[i] = '\0';
        }
        const qsizetype end = m_line.indexOf('\n');
        if (end >= 0 || n <= 0 || m_line.size() > limitTyped) {
            m_notifier.setEnabled(false);
            if (end < 0) {
                m_promise.finish(cancelledError());
            } else {
                m_promise.finish(Secret(QByteArrayView(m_line).first(end)));
            }
        }
    }
    const int m_descriptor;
    const bool m_echo;
    Promise<Secret> m_promise;
    QSocketNotifier m_notifier;
    std::optional<TerminalMode> m_mode;
    QByteArray m_line;
};

}  // namespace

TerminalMode::TerminalMode(int descriptor, Kind kind)
{
    termios now = {};
    if (saved || ::tcgetattr(descriptor, &now) != 0) {
        return;
    }
    saved = Saved{descriptor, now};
    if (kind == Kind::Raw) {
        ::cfmakeraw(&now);
    } else {
        now.c_lflag &= ~tcflag_t(ECHO);
    }
    m_isSet = ::tcsetattr(descriptor, TCSADRAIN, &now) == 0;
    if (!m_isSet) {
        saved.reset();
    }
}

TerminalMode::~TerminalMode()
{
    if (m_isSet) {
        restoreTerminal();
    }
}

void restoreTerminal()
{
    if (saved) {
        ::tcsetattr(saved->descriptor, TCSADRAIN, &saved->settings);
        saved.reset();
    }
}

bool hasTerminal()
{
    const int descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    return descriptor >= 0;
}

Task<Result<Secret>> askOnTerminal(QString prompt, bool echo, CancelToken cancel)
{
    const int descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        co_return systemError(u"open the terminal"_s, errno);
    }
    Promise<Secret> promise;
    const auto reader =
        std::make_shared<SecretReader>(descriptor, echo, displayText(prompt, 500), promise);
    std::function<void()> stop = [promise] { promise.finish(cancelledError()); };
    const auto registration = cancel.onCancel(std::move(stop));
    auto future = promise.future();
    Result<Secret> line = co_await future;
    co_return line;
}

}  // namespace analemma::cli
