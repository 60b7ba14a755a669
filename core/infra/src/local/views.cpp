#include "core/base/files.h"
#include "core/base/text.h"
#include "core/infra/src/local/body.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr milliseconds probeTimeout{10'000};

QString missingBwrap()
{
    return u"bubblewrap is not installed: sudo apt-get install bubblewrap; servers share this "
           u"machine's files "
           "until then"_s;
}

/// The first line of a program's "--version", for display.
Task<QString> versionOf(QString program, QString option)
{
    ProcessSpec spec(program, QStringList(option));
    spec.timeout = probeTimeout;
    spec.mergeErrors = true;
    Result<ProcessResult> result = co_await runProcess(std::move(spec), CancelToken());
    co_return result
        ? displayText(QByteArrayView(result->output.split('\n').value(0).trimmed()), 120)
        : QString();
}

/// Empty: namespaces work. Else why not, and what to do.
Task<QString> whyNoRootView(QString bwrap)
{
    if (bwrap.isEmpty()) {
        co_return missingBwrap();
    }
    ProcessSpec spec(bwrap, bwrapProbeArguments(systemFolders()));
    spec.timeout = probeTimeout;
    spec.mergeErrors = true;
    Result<ProcessResult> result = co_await runProcess(std::move(spec), CancelToken());
    if (result && result->ok()) {
        co_return QString();
    }
    const QString said = result ? displayText(QByteArrayView(result->output.trimmed()), 200)
                                : result.error().message;
    co_return u"bubblewrap may not make namespaces here (%1); servers share this machine's files. On Ubuntu, allow "
              "\"userns\" for /usr/bin/bwrap in an AppArmor profile"_s.arg(said);
}

Capability terminalCapability(const Machine& machine)
{
    if (!machine.bwrap.isEmpty()) {
        return {u"terminal"_s, true, u"each server has its own"_s};
    }
    QFile mounts(u"/proc/mounts"_s);
    const QByteArray text = mounts.open(QIODevice::ReadOnly) ? mounts.readAll() : QByteArray();
    const bool works = ptyWorks(text, machine.isRoot);
    return {u"terminal"_s, works,
            works ? u"this machine's"_s
                  : u"no terminal on servers: /dev/pts is mounted without gid=5,mode=620; install "
                    u"bubblewrap, or "
                    "mount it so. Commands and uploads work"_s};
}

}  // namespace

Task<Result<Machine>> machineFor(BodyPtr body)
{
    Machine machine = thisMachine();
    if (qEnvironmentVariableIsSet("ANALEMMA_NO_BWRAP")) {
        machine.bwrap.clear();
        co_return machine;
    }
    if (!body->noRootView) {
        QString why = co_await whyNoRootView(machine.bwrap);
        body->noRootView = why;
    }
    if (!body->noRootView->isEmpty()) {
        machine.bwrap.clear();
    }
    co_return machine;
}

Task<Result<QList<Capability>>> probe(BodyPtr body)
{
    body->noRootView.reset();
    Result<Machine> machine = co_await machineFor(body);
    if (!machine) {
        co_return machine.error();
    }
    QList<Capability> found;
    if (machine->bwrap.isEmpty()) {
        const QString why = body->noRootView.value_or(
            u"switched off by ANALEMMA_NO_BWRAP; servers share this machine's files"_s);
        found.append({u"root view"_s, false, why});
    } else {
        QString version = co_await versionOf(machine->bwrap, u"--version"_s);
        found.append({u"root view"_s, true, version});
    }
    found.append(terminalCapability(*machine));
    const QString haproxy = findProgram(u"haproxy"_s);
    if (haproxy.isEmpty()) {
        found.append({u"balancer"_s, false,
                      u"HAProxy is not installed: sudo apt-get install haproxy; environments with "
                      u"a balancer cannot be "
                      "deployed until then"_s});
    } else {
        QString version = co_await versionOf(haproxy, u"-v"_s);
        found.append({u"balancer"_s, true, version});
    }
    found.append({u"sshd"_s, !machine->sshd.isEmpty(),
                  machine->sshd.isEmpty()
                      ? u"OpenSSH's server is not installed: sudo apt-get install openssh-server; "
                        "no server can be started until then"_s
                      : machine->sshd});
    co_return found;
}

}  // namespace analemma::infra::local
