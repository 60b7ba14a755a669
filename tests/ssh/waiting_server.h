#pragma once

#include "core/ssh/src/session.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <future>
#include <vector>

/// Commands and the shells that wait for them, as the server's processes show them.
namespace analemma::test {

using namespace Qt::StringLiterals;

using Ran = Result<ssh::ExecResult>;
using SessionPtr = std::shared_ptr<ssh::Session>;

struct Order {
    QByteArray command;
    QByteArray input;
};

inline Ran ranOn(const SessionPtr& session, const QByteArray& command, const QByteArray& input = {})
{
    ssh::ExecOptions options;
    options.input = input;
    return await(ssh::coreOf(*session)->exec(command, options, {}), seconds(40));
}

/// The processes of a server that wait for a command.
inline QList<qint64> waitingAt(const PrivateSshd& sshd)
{
    QList<qint64> waiting;
    for (const qint64 pid : processTree(sshd.pid())) {
        QFile file(u"/proc/%1/cmdline"_s.arg(pid));
        if (file.open(QIODevice::ReadOnly) &&
            file.readAll().startsWith(QByteArray("/bin/sh\0-c\0anl_m=", 17))) {
            waiting += pid;
        }
    }
    return waiting;
}

/// Whether a shell has greeted on this connection and may be taken.
inline bool isReadyOn(const SessionPtr& session)
{
    const std::shared_ptr<ssh::Link> link = ssh::linkOf(*session);
    const auto answer = std::make_shared<std::promise<bool>>();
    link->reactor()->post([link, answer] { answer->set_value(link->isShellWaiting()); });
    return answer->get_future().get();
}

/// The process that waits next; 0 when none comes.
inline qint64 nextWaiting(const PrivateSshd& sshd, const SessionPtr& session)
{
    (void)QTest::qWaitFor([&] { return waitingAt(sshd).size() == 1 && isReadyOn(session); },
                          20'000);
    return waitingAt(sshd).value(0);
}

/// The answer of a command that a waiting shell took.
inline Ran ranByWaiting(const PrivateSshd& sshd, const SessionPtr& session,
                        const QByteArray& command, const QByteArray& input = {})
{
    const qint64 pid = nextWaiting(sshd, session);
    if (pid == 0) {
        return Error(ErrorKind::Timeout, u"no shell waited"_s);
    }
    Ran ran = ranOn(session, command, input);
    if (waitingAt(sshd).contains(pid)) {
        return Error(ErrorKind::Conflict, u"it was run apart"_s);
    }
    return ran;
}

/// What runs at a server, for a test that failed.
inline QByteArray processesAt(const PrivateSshd& sshd)
{
    QByteArray text;
    for (const qint64 pid : processTree(sshd.pid())) {
        text += QByteArray::number(pid);
        for (const QString& name : {u"cmdline"_s, u"wchan"_s}) {
            QFile file(u"/proc/%1/%2"_s.arg(pid).arg(name));
            text += ' ' + (file.open(QIODevice::ReadOnly) ? file.readAll().replace('\0', ' ')
                                                          : QByteArray());
        }
        text += '\n';
    }
    return text;
}

/// Two commands, so that more are likely.
inline void warmUp(const SessionPtr& session)
{
    ssh::coreOf(*session)->sawShell();
    VERIFY_OK(ranOn(session, "true"));
    VERIFY_OK(ranOn(session, "true"));
}

inline std::vector<Order> allOrders()
{
    QByteArray bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += char(i);
    }
    std::vector<Order> orders;
    for (const char* command :
         {"true",
          "false",
          "exit 42",
          "echo a; exit 255",
          "sh -c 'exit 9'",
          "no-such-program-here",
          "/no/such/path",
          "echo a; {",
          "echo 'a",
          ")",
          "' ) echo out #",
          "echo a # b",
          "# b",
          " ",
          "echo a\\",
          "echo a\nif true\nthen echo b; fi\n\n",
          "\n\n echo a",
          "echo 'a\n\nb\t'",
          "cat <<E\na'b\"c\nE\necho d",
          "printf '%s|' 'a  b' \"c'd\" \\$e ü '\\'",
          "-x",
          "-c true",
          "printf a; printf b >&2",
          "echo; echo; echo >&2",
          "printf 'a\\0b\\0'; printf '\\0' >&2",
          "echo \xff\x81\x88\xfe",
          "echo a\r",
          "for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done; exit 3",
          "exec >&- 2>&- <&-; exit 6",
          "exec >&- 2>&- <&-; sleep 0.1; exit 7",
          "set -e; false; echo no",
          "trap 'echo bye' EXIT; exit 4",
          "trap 'echo got; exit 5' TERM; kill -TERM $$; sleep 5",
          "kill -KILL $$",
          "kill -TERM $$",
          "kill -INT $$",
          "kill -HUP $$",
          "kill -USR1 $$",
          "ulimit -c 0; kill -SEGV $$",
          "sh -c 'kill -KILL $$'",
          "{ sleep 0.2; echo late; } & echo now; exit 2",
          "sleep 5 >/dev/null 2>&1 </dev/null & echo now",
          "head -c 300000 /dev/zero; exit 1",
          "head -c 300000 /dev/zero >&2",
          "env | grep -v ^SSH_C | sort",
          "set | grep -vE '^(PPID|SSH_C.*|_|BASHPID|EPOCH.*|SRANDOM|RANDOM|SECONDS)=' | sort",
          "echo $0 $# $- $SHLVL \"$PWD\" \"$OLDPWD\" \"$IFS\"",
          "set -o",
          "alias",
          "trap",
          "ulimit -a",
          "umask; pwd; nice; echo \"$HOME\" \"$SHELL\"",
          "cat /proc/$$/limits /proc/$$/oom_score_adj",
          "exec grep -E '^(Sig[BIC]|Umask|Groups|NoNew|Cap|Uid|Gid)' /proc/self/status",
          "tr '\\0' '|' </proc/$$/cmdline; readlink /proc/$$/exe; cat /proc/$$/comm",
          "ps -o args= -p $$; ps -o comm=,ni=,tty= -p $$",
          "ps -o pid=,pgid=,sid= -p $$ | awk '{print $1==$2, $1==$3}'; ls /proc/$$/fd"}) {
        orders.push_back({command, {}});
    }
    for (const int code : {1, 2, 126, 127, 128, 137, 255}) {
        orders.push_back({"exit " + QByteArray::number(code), {}});
    }
    for (const char* command : {"cat", "read -r x; echo \"[$x]\"; exec cat", "head -c 1", "true"}) {
        for (const QByteArray& input : {"a"_ba, "\n"_ba, bytes}) {
            orders.push_back({command, input});
        }
    }
    orders.push_back({"cat", QByteArray("line\n").repeated(600'000)});
    orders.push_back({"exec <&-; echo done; exit 3", QByteArray(3'000'000, 'x')});
    orders.push_back({"echo " + QByteArray(4'000, 'x'), {}});
    return orders;
}

}  // namespace analemma::test
