#include "core/git/src/sshwords.h"

#include "core/base/sshwords.h"
#include "core/base/text.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype mostHops = 4;

/// Words of a list of files, for one line of the configuration.
Result<QByteArray> configPaths(const QStringList& paths)
{
    QByteArray words;
    for (const QString& path : paths) {
        const auto word = sshConfigPath(path);
        if (!word) {
            return Error(ErrorKind::Invalid,
                         u"ssh can not be given this path: %1"_s.arg(displayText(path, 200)));
        }
        words += ' ' + *word;
    }
    return words;
}

Result<QByteArray> identityLines(const QStringList& files)
{
    QByteArray lines;
    for (const QString& file : files) {
        const Result<QByteArray> word = configPaths({file});
        if (!word) {
            return word.error();
        }
        if (QFileInfo::exists(file)) {
            lines += "  IdentityFile" + *word + '\n';
        }
    }
    // With none at all ssh would look for its usual ones.
    return lines.isEmpty() ? QByteArray("  IdentityFile none\n") : lines;
}

Result<QByteArray> agentLine(const QString& socket)
{
    if (socket.isEmpty() || socket == u"none") {
        return QByteArray("  IdentityAgent none\n");
    }
    const Result<QByteArray> word = configPaths({socket});
    return word ? Result<QByteArray>("  IdentityAgent" + *word + '\n') : word.error();
}

Result<void> checkMachine(const SshMachine& machine)
{
    const auto isPlain = [](const QString& text) {
        return text.isEmpty() || (isHostName(text) && !text.startsWith(u'-'));
    };
    const bool isUser = std::all_of(machine.user.begin(), machine.user.end(), [](QChar c) {
        return c > u' ' && c < QChar(0x7f) && !u"'\"`$\\;&|<>(){}*?%"_s.contains(c);
    });
    if (!isPlain(machine.host) || !isPlain(machine.knownAs) || !isUser ||
        machine.user.startsWith(u'-') || machine.port < 0 || machine.port > 65'535) {
        return Error(ErrorKind::Invalid,
                     u"no plain name of a host, an account or a port: %1@%2:%3"_s
                         .arg(displayText(machine.user, 60), displayText(machine.host, 100))
                         .arg(machine.port));
    }
    return {};
}

/// What is special about a machine. The first value of a keyword counts (ssh_config(5)), so these
/// stand before those for all.
Result<QByteArray> machineLines(const SshMachine& machine, const NetworkAccess& access)
{
    if (const Result<void> checked = checkMachine(machine); !checked) {
        return checked.error();
    }
    QByteArray text;
    const auto add = [&text](const char* keyword, const QByteArray& value) {
        if (!value.isEmpty()) {
            text += "  " + QByteArray(keyword) + ' ' + value + '\n';
        }
    };
    add("HostName", machine.host.toUtf8());
    add("Port", machine.port > 0 ? QByteArray::number(machine.port) : QByteArray());
    add("User", machine.user.toUtf8());
    add("HostKeyAlias", machine.knownAs.toUtf8());
    add("IdentitiesOnly", machine.onlyThese ? "yes" : "");
    const Result<QByteArray> known = configPaths(
        machine.knownHostsFiles.isEmpty() ? access.knownHostsFiles : machine.knownHostsFiles);
    const Result<QByteArray> keys =
        identityLines(machine.keyFiles.isEmpty() ? access.keyFiles : machine.keyFiles);
    const Result<QByteArray> agent =
        agentLine(machine.agentSocket.isEmpty() ? access.agentSocket : machine.agentSocket);
    for (const Result<QByteArray>* part : {&known, &keys, &agent}) {
        if (!*part) {
            return part->error();
        }
    }
    add("UserKnownHostsFile", known->isEmpty() ? "/dev/null" : known->trimmed());
    return text + *keys + *agent;
}

QByteArray hopName(qsizetype number)
{
    return "analemma-hop-" + QByteArray::number(number);
}

Result<QByteArray> wayBlocks(const NetworkAccess& access, const SshWay& way)
{
    if (way.hops.size() > mostHops) {
        return Error(ErrorKind::Unsupported, u"at most four jump hosts are possible"_s);
    }
    QByteArray text;
    for (qsizetype i = 0; i <= way.hops.size(); ++i) {
        const bool isHop = i < way.hops.size();
        const Result<QByteArray> lines = machineLines(isHop ? way.hops[i] : way.server, access);
        if (!lines) {
            return lines.error();
        }
        text += "Host " + (isHop ? hopName(i + 1) : QByteArray("* !analemma-hop-*")) + '\n' +
                *lines + "  ProxyJump " + (i > 0 ? hopName(i) : QByteArray("none")) + '\n';
    }
    for (const QString& line : way.lines) {
        text += "  " + line.toUtf8() + '\n';
    }
    return text;
}

/// The same for all machines.
QByteArray commonBlock(const NetworkAccess& access, const QByteArray& mark)
{
    const QByteArray asks = access.ask || access.keeper ? "yes" : "no";
    const qint64 seconds = std::clamp<qint64>(access.silence.count() / 1000, 1, 60);
    return "Host *\n"
           "  BatchMode " +
           QByteArray(asks == "yes" ? "no" : "yes") +
           "\n  StrictHostKeyChecking yes\n"
           "  GlobalKnownHostsFile /dev/null\n"
           // Run before ssh decides, and once more with the key (ssh_config(5)). It knows none.
           "  KnownHostsCommand /bin/sh -c \"echo " +
           mark +
           " '%H' '%t' '%K' >&2\"\n"
           "  UpdateHostKeys no\n"
           "  CheckHostIP no\n"
           "  VerifyHostKeyDNS no\n"
           "  ForwardAgent no\n"
           "  ForwardX11 no\n"
           "  PermitLocalCommand no\n"
           "  RequestTTY no\n"
           "  ControlMaster no\n"
           "  ControlPath none\n"
           "  AddKeysToAgent no\n"
           "  LogLevel ERROR\n"
           "  NumberOfPasswordPrompts 1\n"
           "  PasswordAuthentication " +
           asks + "\n  KbdInteractiveAuthentication " + asks +
           "\n  GSSAPIAuthentication no\n"
           "  HostbasedAuthentication no\n"
           "  ConnectTimeout " +
           QByteArray::number(seconds) + "\n  ServerAliveInterval 5\n  ServerAliveCountMax 3\n";
}

}  // namespace

Result<QByteArray> sshConfig(const NetworkAccess& access, const SshWay& way, const QByteArray& mark)
{
    const Result<QByteArray> blocks = wayBlocks(access, way);
    return blocks ? Result<QByteArray>(*blocks + commonBlock(access, mark)) : blocks;
}

Json takeShownKey(QByteArrayList& own, const QByteArray& mark)
{
    Json shown;
    const auto isMarked = [&mark](const QByteArray& line) { return line.startsWith(mark + ' '); };
    for (const QByteArray& line : std::as_const(own)) {
        const QByteArrayList words = line.split(' ');
        if (isMarked(line) && words.size() == 4 && words[2] != "NONE") {
            shown = {{u"name"_s, QString::fromUtf8(words[1])},
                     {u"type"_s, QString::fromLatin1(words[2])},
                     {u"key"_s, QString::fromLatin1(words[3])}};
        }
    }
    own.removeIf(isMarked);
    return shown;
}

}  // namespace analemma::git
