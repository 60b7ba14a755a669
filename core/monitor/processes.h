#pragma once

#include "core/base/task.h"
#include "core/ssh/ssh.h"

#include <optional>

/// Signals to processes of a server, guarded: a process is named by its number and the moment it
/// started, so that none is met which took the number later.
namespace analemma::monitor {

enum class ProcessSignal { Term, Hup, Int, Kill, Stop, Cont };
/// "TERM".
QString toString(ProcessSignal signal);
/// "TERM", "term" and "SIGTERM" alike.
std::optional<ProcessSignal> processSignalFromString(const QString& text);

struct SignalOrder {
    int pid = 0;
    quint64 startTicks = 0;  ///< Process::startTicks, as it was shown
    QString name;            ///< as it was shown
    ProcessSignal signal = ProcessSignal::Term;
    bool production = false;  ///< the server is one of production
    QString typed;            ///< the name as the person typed it, where it is asked for
};

/// KILL, and every signal in production: the name of the process has to be typed. CONT harms
/// nobody.
bool needsName(const SignalOrder& order);
/// Why an order is not carried out: Refused (pid 1, the name was not typed), Invalid. Pure.
Result<void> checkSignal(const SignalOrder& order);

enum class SignalEnd {
    Done,          ///< the signal was delivered
    Gone,          ///< the process had ended already; its number may be another's by now
    NotPermitted,  ///< it belongs to somebody else
    Unknown,       ///< the connection broke: it may have been delivered
};
QString toString(SignalEnd end);

struct SignalReport {
    SignalEnd end = SignalEnd::Unknown;
    QString sentence;  ///< for people
};

/// Compares number and start on the server and sends the signal right after, both in one command
/// there. Errors: those of checkSignal(); Refused also when our own session would be hit;
/// Unsupported when the server has no sh; Cancelled.
Task<Result<SignalReport>> sendSignal(std::shared_ptr<ssh::Session> session, SignalOrder order,
                                      CancelToken cancel);

}  // namespace analemma::monitor
