#pragma once

#include <QByteArrayList>
#include <QFile>
#include <QStringList>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <vector>

/// The command line as a person has it: the real program in a terminal of its own.
namespace analemma::test {

inline QString program()
{
    return QStringLiteral(ANALEMMA_BIN "/analemma-cli");
}

/// The real program in a terminal of its own.
class InTerminal {
public:
    InTerminal(const QStringList& words, const QString& directory)
    {
        winsize size = {30, 100, 0, 0};
        QByteArrayList arguments = {QFile::encodeName(program())};
        for (const QString& word : words) {
            arguments += word.toUtf8();
        }
        std::vector<char*> pointers;
        for (QByteArray& argument : arguments) {
            pointers.push_back(argument.data());
        }
        pointers.push_back(nullptr);
        const QByteArray folder = QFile::encodeName(directory);
        m_pid = ::forkpty(&m_master, nullptr, nullptr, &size);
        if (m_pid == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::chdir(folder.constData()) == 0) {
                ::execv(pointers[0], pointers.data());
            }
            ::_exit(127);
        }
        ::tcgetattr(m_master, &m_before);
        ::fcntl(m_master, F_SETFL, O_NONBLOCK);
    }
    ~InTerminal()
    {
        if (!m_ended) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
        }
        ::close(m_master);
    }
    void type(const QByteArray& bytes) const
    {
        QCOMPARE(::write(m_master, bytes.constData(), size_t(bytes.size())), ssize_t(bytes.size()));
    }
    void resize(unsigned short rows, unsigned short columns) const
    {
        winsize size = {rows, columns, 0, 0};
        QCOMPARE(::ioctl(m_master, TIOCSWINSZ, &size), 0);
    }
    /// All that was written so far.
    const QByteArray& seen()
    {
        char buffer[4096];
        ssize_t n = 0;
        while ((n = ::read(m_master, buffer, sizeof buffer)) > 0) {
            m_seen.append(buffer, n);
        }
        return m_seen;
    }
    bool waitFor(const QByteArray& text)
    {
        return QTest::qWaitFor([&] { return seen().contains(text); }, 20'000);
    }
    /// The same text for the n-th time.
    bool waitForCount(const QByteArray& text, int n)
    {
        return QTest::qWaitFor([&] { return seen().count(text) >= n; }, 20'000);
    }
    /// The exit code; -1 when it does not end.
    int end()
    {
        int status = -1;
        const bool ended = QTest::qWaitFor(
            [&] {
                seen();
                return ::waitpid(m_pid, &status, WNOHANG) == m_pid;
            },
            40'000);
        m_ended = ended;
        return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    /// The terminal is as it was before.
    [[nodiscard]] bool isRestored() const
    {
        termios now = {};
        ::tcgetattr(m_master, &now);
        return now.c_lflag == m_before.c_lflag && now.c_iflag == m_before.c_iflag &&
               now.c_oflag == m_before.c_oflag;
    }
    [[nodiscard]] bool isRaw() const
    {
        termios now = {};
        ::tcgetattr(m_master, &now);
        return (now.c_lflag & (ICANON | ECHO)) == 0;
    }
    [[nodiscard]] pid_t pid() const { return m_pid; }

private:
    int m_master = -1;
    pid_t m_pid = -1;
    termios m_before = {};
    QByteArray m_seen;
    bool m_ended = false;
};

}  // namespace analemma::test
