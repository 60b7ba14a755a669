#include "core/monitor/processes.h"

#include "core/base/text.h"
#include "core/ssh/resident.h"

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

struct SignalWord {
    ProcessSignal signal;
    QLatin1StringView word;
};
constexpr std::array<SignalWord, 6> signalWords{{
    {ProcessSignal::Term, QLatin1StringView("TERM")},
    {ProcessSignal::Hup, QLatin1StringView("HUP")},
    {ProcessSignal::Int, QLatin1StringView("INT")},
    {ProcessSignal::Kill, QLatin1StringView("KILL")},
    {ProcessSignal::Stop, QLatin1StringView("STOP")},
    {ProcessSignal::Cont, QLatin1StringView("CONT")},
}};

constexpr milliseconds signalPatience{15'000};
constexpr qsizetype signalAnswerLimit = 4096;

/// st reads proc(5) stat: Z is the state, P the parent, S the start. A name may hold anything, so
/// what follows the last ") " counts. All that the command itself descends from is our own session,
/// up to the sshd that took it.
QString signalCommand(const SignalOrder& order)
{
    const QString script =
        uR"(set -f
st() {
  L=
  [ -r /proc/$1/stat ] || return 1
  while IFS= read -r l || [ -n "$l" ]; do L="$L $l"; done </proc/$1/stat
  [ -n "$L" ] || return 1
  L=${L##*) }
  set -- $L
  Z=$1 P=$2 S=${20}
}
a=$$ own=
while [ "${a:-0}" -gt 1 ]; do
  [ "$a" = %1 ] && own=1
  st "$a" || break
  a=$P
done
if [ -n "$own" ]; then echo own
elif ! st %1 || [ "$Z" = Z ]; then echo gone
elif [ "$S" != %2 ]; then echo other
elif kill -s %3 %1 2>/dev/null; then echo sent
elif st %1 && [ "$S" = %2 ]; then echo denied
else echo gone; fi)"_s;
    return u"sh -c "_s +
           shellQuote(script.arg(order.pid).arg(order.startTicks).arg(toString(order.signal)));
}

/// "nginx (1234)"
QString whom(const SignalOrder& order)
{
    return order.name.isEmpty()
               ? u"process %1"_s.arg(order.pid)
               : u"%1 (%2)"_s.arg(displayText(order.name, 64), QString::number(order.pid));
}

SignalReport reportUnknown(const SignalOrder& order, const QString& why)
{
    return {SignalEnd::Unknown, u"Nobody knows whether %1 reached %2: %3"_s.arg(
                                    toString(order.signal), whom(order), why)};
}

Result<SignalReport> reportOf(const SignalOrder& order, const ssh::ExecResult& ran)
{
    const QByteArray word = ran.output.trimmed();
    const QString signal = toString(order.signal);
    if (word == "sent") {
        return SignalReport{SignalEnd::Done, u"%1 was sent to %2."_s.arg(signal, whom(order))};
    }
    if (word == "gone") {
        return SignalReport{SignalEnd::Gone, u"%1 had ended already."_s.arg(whom(order))};
    }
    if (word == "other") {
        return SignalReport{SignalEnd::Gone,
                            u"%1 had ended already. Its number is another process's by now, "
                            "which was left alone."_s.arg(whom(order))};
    }
    if (word == "denied") {
        return SignalReport{SignalEnd::NotPermitted,
                            u"This account may not send %1 to %2."_s.arg(signal, whom(order))};
    }
    if (word == "own") {
        return Error(ErrorKind::Refused,
                     u"%1 carries our own connection to the server"_s.arg(whom(order)))
            .withHint(u"Close what is open to this server first, or act on its console."_s);
    }
    if (ran.exitCode == 126 || ran.exitCode == 127) {
        return Error(ErrorKind::Unsupported, u"the server has no sh: nothing was sent"_s);
    }
    return reportUnknown(
        order, u"the server answered \"%1\""_s.arg(displayText(QByteArrayView(word), 80)));
}

}  // namespace

QString toString(ProcessSignal signal)
{
    for (const SignalWord& one : signalWords) {
        if (one.signal == signal) {
            return one.word;
        }
    }
    return {};
}

std::optional<ProcessSignal> processSignalFromString(const QString& text)
{
    QString word = text.toUpper();
    if (word.startsWith("SIG"_L1)) {
        word.remove(0, 3);
    }
    for (const SignalWord& one : signalWords) {
        if (one.word == word) {
            return one.signal;
        }
    }
    return std::nullopt;
}

QString toString(SignalEnd end)
{
    switch (end) {
        case SignalEnd::Done:
            return u"done"_s;
        case SignalEnd::Gone:
            return u"gone"_s;
        case SignalEnd::NotPermitted:
            return u"not permitted"_s;
        case SignalEnd::Unknown:
            break;
    }
    return u"unknown"_s;
}

bool needsName(const SignalOrder& order)
{
    return order.signal == ProcessSignal::Kill ||
           (order.production && order.signal != ProcessSignal::Cont);
}

Result<void> checkSignal(const SignalOrder& order)
{
    if (order.pid <= 0 || order.startTicks == 0) {
        return Error(ErrorKind::Invalid,
                     u"a process is named by its number and the moment it started"_s);
    }
    if (order.pid == 1) {
        return Error(ErrorKind::Refused, u"process 1 is the server itself"_s)
            .withHint(u"Restart the server instead."_s);
    }
    if (needsName(order) && (order.name.isEmpty() || order.typed != order.name)) {
        return Error(ErrorKind::Refused,
                     u"%1 to %2 needs its name typed"_s.arg(toString(order.signal), whom(order)));
    }
    return {};
}

Task<Result<SignalReport>> sendSignal(std::shared_ptr<ssh::Session> session, SignalOrder order,
                                      CancelToken cancel)
{
    const Result<void> may = checkSignal(order);
    if (!may) {
        co_return may.error();
    }
    ssh::ExecOptions options;
    options.timeout = signalPatience;
    options.limitBytes = signalAnswerLimit;
    auto running = ssh::runSmall(session, signalCommand(order), std::move(options), cancel);
    const Result<ssh::ExecResult> ran = co_await std::move(running);
    if (ran) {
        co_return reportOf(order, *ran);
    }
    if (ran.error().kind == ErrorKind::Cancelled || ran.error().kind == ErrorKind::Unsupported) {
        co_return ran.error();
    }
    co_return reportUnknown(order, ran.error().message);
}

}  // namespace analemma::monitor
