#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QByteArrayView>

/// What is said to a `sh` that a server starts ahead of the command, and what it answers; see
/// SpareChannel. No I/O here.
namespace analemma::ssh {

/// What one connection has learnt about the shells of its server.
struct ShellKnowledge {
    /// A command of the program's own has shown that what is asked for here is run. Where a server
    /// runs something else whatever it is asked (ForceCommand, `command=` of a key), that would run
    /// once more than anybody wanted.
    bool isSeen = false;
    bool isUnfit = false;           ///< a waiting shell would not be the same, or is none
    bool isLost = false;            ///< the last one ended with a command that it had not begun
    QByteArray facts;               ///< of the first one, as a hash; empty before it
    milliseconds patience{10'000};  ///< with one that says nothing
    milliseconds rest{60'000};      ///< until one that nobody wants is ended

    [[nodiscard]] bool mayWait() const { return isSeen && !isUnfit; }
};

/// Whether the command can be read by a waiting shell, and sooner than another one is started.
[[nodiscard]] bool fitsWaitingShell(QByteArrayView command);

/// Whether a login shell handed on the environment that it was given, and nothing else, and a sh
/// can hand on just that again: then the login shell finds the same when the waiting one turns into
/// it. Both as in /proc/PID/environ.
[[nodiscard]] bool handsOn(QByteArrayView given, QByteArrayView passed);

/// The beginning of a waiting shell: the request that starts it, and what it says before it waits.
/// The first one of a connection says more, to be compared; a later one has to say the same as the
/// first. It says nothing fit when the server is no Linux, when the login shell is a script or
/// restricted, or when its start files print, change the environment, go elsewhere, ignore a
/// signal, open a file or leave a program behind: they run once more for the command.
class WaitingGreeting {
public:
    enum class State { Coming, Fit, Unfit };
    explicit WaitingGreeting(QByteArray knownFacts);

    /// For the login shell, whatever its kind.
    [[nodiscard]] QByteArray request() const;
    /// Not fit any more when anything comes behind it.
    State feed(QByteArrayView bytes, bool isError);
    [[nodiscard]] const QByteArray& facts() const { return m_facts; }
    [[nodiscard]] const QByteArray& mark() const { return m_mark; }

private:
    [[nodiscard]] bool isFirstOne() const { return m_known.isEmpty(); }
    [[nodiscard]] bool isBegun(QByteArrayView survey, QByteArrayView passed) const;
    State judge(const QByteArray& line);

    const QByteArray m_known;
    const QByteArray m_mark;
    QByteArray m_output;
    QByteArray m_errors;
    QByteArray m_facts;
    bool m_isOver = false;
};

/// Makes the waiting shell turn into the login shell with this command. It repeats the mark and a
/// line's end first: what comes behind is the command's, and without it nothing was begun.
[[nodiscard]] QByteArray waitingOrder(const QByteArray& mark, const QByteArray& command);

/// The front of the output of such a command, up to the mark.
class StartMark {
public:
    StartMark() = default;  ///< of a command that has none
    explicit StartMark(const QByteArray& mark) : m_mark(mark + '\n') {}

    [[nodiscard]] bool isAwaited() const { return !m_mark.isEmpty(); }
    /// Gives what is the command's own.
    QByteArray feed(QByteArrayView output);
    /// Nothing like it came so far.
    [[nodiscard]] bool isLost() const { return m_held.size() > 64 * 1024; }

private:
    QByteArray m_mark;
    QByteArray m_held;
};

}  // namespace analemma::ssh
