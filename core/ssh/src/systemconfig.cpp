#include "core/ssh/src/systemconfig.h"

#include "core/base/sshwords.h"
#include "core/base/text.h"
#include "core/ssh/names.h"
#include "core/ssh/publickey.h"
#include "core/ssh/src/configtable.h"
#include "core/ssh/src/configwords.h"
#include "core/ssh/src/knownlines.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr size_t limitHops = 4;

Error invalid(const QString& text)
{
    return {ErrorKind::Invalid, text};
}

/// "Keyword "PATH"", with nothing in it that ends the line or expands.
Result<QByteArray> pathSetting(const QByteArray& keyword, const QString& path)
{
    const auto word = sshConfigPath(path);
    if (!word) {
        return invalid(u"not a full path: %1"_s.arg(displayText(path, 200)));
    }
    return "  " + keyword + ' ' + *word + '\n';
}

Result<void> checkWords(const Target& target)
{
    const Result<HostName> host = HostName::parse(target.host);
    if (!host) {
        return host.error();
    }
    const Result<UserName> user = UserName::parse(target.user);
    if (!user) {
        return user.error();
    }
    if (target.port < 1 || target.port > 65'535) {
        return invalid(u"not a port: %1"_s.arg(target.port));
    }
    return {};
}

/// The part that is the same for every host of the chain: nothing is asked, forwarded or run.
QByteArray common(const QByteArray& folder, const ConnectOptions& options)
{
    const qint64 timeout = std::max<qint64>(1, options.timeout.count() / 1'000);
    const qint64 alive = std::max<qint64>(1, options.keepalive.count() / 1'000);
    return "Host *\n"
           "  BatchMode yes\n"
           "  StrictHostKeyChecking yes\n"
           "  UserKnownHostsFile \"" +
           folder +
           "/known_hosts\"\n"
           "  GlobalKnownHostsFile /dev/null\n"
           "  UpdateHostKeys no\n"
           "  CheckHostIP no\n"
           "  VerifyHostKeyDNS no\n"
           "  ForwardAgent no\n"
           "  ForwardX11 no\n"
           "  PermitLocalCommand no\n"
           "  RequestTTY no\n"
           "  EscapeChar none\n"
           "  AddKeysToAgent no\n"
           "  SendEnv *\n"  // of what a shell over it is asked to have: nothing of ours
           "  LogLevel ERROR\n"
           "  ConnectTimeout " +
           QByteArray::number(timeout) + "\n  ServerAliveInterval " + QByteArray::number(alive) +
           "\n  ServerAliveCountMax 3\n";
}

/// Only keywords that run nothing, one line each, as HostConfig::systemLines gives them.
Result<QByteArray> moreLines(const QStringList& lines)
{
    QByteArray text;
    for (const QString& line : lines) {
        const QByteArray bytes = line.toUtf8();
        const ConfigWords words = splitConfigLine(bytes);
        const ConfigKeyword* keyword = configKeyword(words.keyword);
        const bool isPlain = std::none_of(bytes.begin(), bytes.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        });
        if (keyword == nullptr || !keyword->isForSystem || words.isBroken || !isPlain) {
            return Error(ErrorKind::Refused,
                         u"this line may not be given to the system's OpenSSH: %1"_s.arg(
                             displayText(line, 200)));
        }
        text += "  " + bytes + '\n';
    }
    return text;
}

Result<QByteArray> hostBlock(const QByteArray& alias, const Target& target,
                             const QStringList& keyFiles, const SystemOptions& system)
{
    const QString& agentSocket = system.agentSocket;
    const Result<void> valid = checkWords(target);
    if (!valid) {
        return valid.error();
    }
    QByteArray text = "Host " + alias + "\n  HostName \"" + target.host.toUtf8() + "\"\n  Port " +
                      QByteArray::number(target.port) + "\n  User \"" + target.user.toUtf8() +
                      "\"\n";
    for (const QString& file : keyFiles) {
        const Result<QByteArray> line = pathSetting("IdentityFile", file);
        if (!line) {
            return line.error();
        }
        text += *line;
    }
    if (keyFiles.isEmpty()) {
        text += "  IdentityFile none\n";
    } else if (system.identitiesOnly || agentSocket.isEmpty()) {
        text += "  IdentitiesOnly yes\n";
    }
    const Result<QByteArray> agent = agentSocket.isEmpty()
                                         ? Result<QByteArray>("  IdentityAgent none\n")
                                         : pathSetting("IdentityAgent", agentSocket);
    return agent ? Result<QByteArray>(text + *agent) : agent.error();
}

/// Of an approved command; it goes without jump hosts.
Result<QByteArray> proxyLine(const SystemOptions& system)
{
    const QString& command = system.approvedProxyCommand;
    const bool isPlain = std::all_of(command.cbegin(), command.cend(),
                                     [](QChar c) { return c == u'\t' || c.unicode() >= 0x20; });
    if (!isPlain || !system.hops.empty()) {
        return invalid(u"a proxy command is one line, and goes without jump hosts"_s);
    }
    return "  ProxyCommand " + command.trimmed().toUtf8() + '\n';
}

QStringList keysOf(const Target& target, const QStringList& more)
{
    QStringList files = target.keyFile.isEmpty() ? QStringList() : QStringList{target.keyFile};
    for (const QString& file : more) {
        if (!files.contains(file)) {
            files += file;
        }
    }
    return files;
}

Result<QByteArray> pin(const Target& target)
{
    if (target.hostKey.trimmed().isEmpty()) {
        return QByteArray();
    }
    const Result<PublicKey> key = parsePublicKey(target.hostKey.toUtf8());
    if (!key) {
        return Error(ErrorKind::HostKey, u"the pinned host key is not a public key line"_s);
    }
    return knownName(target.host, target.port) + ' ' + key->text().toLatin1() + '\n';
}

/// Whole lines that known_hosts may hold, so that a pin cannot be hidden by a torn one.
QByteArray wholeLines(const QByteArray& text)
{
    return text.isEmpty() || text.endsWith('\n') ? text : text + '\n';
}

constexpr char shownMark[] = "analemma-host-key ";

/// Those asked for first, then what servers have; certificates stand for other keys than their own.
QByteArray hostKeyAlgorithms(const QByteArrayList& preferred)
{
    QByteArrayList names;
    for (const QByteArray& type :
         preferred + QByteArrayList{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                    "ecdsa-sha2-nistp521", "ssh-rsa"}) {
        const QByteArrayList algorithms = type == "ssh-rsa"
                                              ? QByteArrayList{"rsa-sha2-512", "rsa-sha2-256"}
                                              : QByteArrayList{type};
        for (const QByteArray& one : algorithms) {
            if (!names.contains(one)) {
                names += one;
            }
        }
    }
    return names.join(',');
}

struct Meaning {
    const char* words;
    ErrorKind kind;
    const char* text;
    const char* hint;
};

/// In the order in which they are looked for: the first one found decides.
constexpr std::array meanings = {
    Meaning{
        "IDENTIFICATION HAS CHANGED", ErrorKind::HostKey,
        "the server's host key is not the recorded one. No credential was sent",
        "Somebody may stand in between, or the server was rebuilt: compare the fingerprint on the "
        "server's console before you replace the record."},
    Meaning{"HOST KEY IS REVOKED", ErrorKind::HostKey,
            "the server's host key is marked as revoked. No credential was sent",
            "Do not use this server until its key is made new."},
    Meaning{"REVOKED HOST KEY", ErrorKind::HostKey,
            "the server's host key is marked as revoked. No credential was sent",
            "Do not use this server until its key is made new."},
    Meaning{"host key is known for", ErrorKind::HostKey,
            "no host key of this server is recorded. No credential was sent",
            "Compare the fingerprint with one from the server's console, then trust it."},
    Meaning{"Host key verification failed", ErrorKind::HostKey,
            "the server's host key could not be verified. No credential was sent",
            "Compare the fingerprint with one from the server's console."},
    Meaning{"Unable to negotiate", ErrorKind::Unsupported,
            "the server and the system's OpenSSH have nothing in common",
            "Allow an older algorithm for this host, or make the server offer a newer one."},
    Meaning{"Too many authentication failures", ErrorKind::Auth,
            "the server ended the login after too many keys", "Choose one key for this host."},
    Meaning{"Permission denied (", ErrorKind::Auth, "the login was refused",
            "Try another key, or install this one on the server."},
    Meaning{"Bad configuration option", ErrorKind::Unsupported,
            "this OpenSSH does not know an option", ""},
    Meaning{"bad configuration options", ErrorKind::Unsupported,
            "this OpenSSH does not know an option", ""},
    Meaning{"timed out", ErrorKind::Timeout, "no answer", ""},
    Meaning{"Could not resolve hostname", ErrorKind::Network, "the name is not known", ""},
    Meaning{"Connection refused", ErrorKind::Network, "the connection was refused", ""},
};

/// ssh's own words name it: of a host key, a connection or a login.
bool isNamed(const Target& one, const QByteArray& errors)
{
    const QByteArray host = one.host.toUtf8();
    const QByteArray known = ' ' + knownName(one.host, one.port) + ' ';
    return errors.contains(known) ||
           errors.contains(' ' + host + " port " + QByteArray::number(one.port) + ':') ||
           errors.contains('@' + host + ": Permission denied");
}

/// The number of the jump host that it is about, from 1 on; 0: the server itself, or not told.
std::size_t hopNamed(const Target& target, const QByteArray& errors)
{
    for (std::size_t i = 0; i < target.hops.size() && !isNamed(target, errors); ++i) {
        if (isNamed(target.hops[i], errors)) {
            return i + 1;
        }
    }
    return 0;
}

QString lastLine(const QByteArray& errors)
{
    const QByteArrayList lines = errors.trimmed().split('\n');
    return displayText(QByteArrayView(lines.last().trimmed()), 300);
}

}  // namespace

Result<SystemFiles> systemFiles(const QString& folder, const Target& target,
                                const SystemOptions& system, const ConnectOptions& options)
{
    const auto place = sshConfigWord(folder.toUtf8());
    if (!place || folder.contains(u'%') || folder.contains(u'"') || folder.contains(u'\\') ||
        !folder.startsWith(u'/')) {
        return invalid(u"not a folder for sockets: %1"_s.arg(displayText(folder, 200)));
    }
    if (system.hops.size() > limitHops) {
        return invalid(u"at most four jump hosts are possible"_s);
    }
    const QByteArray path = folder.toUtf8();
    SystemFiles files;
    Result<QByteArray> block = hostBlock("target", target, keysOf(target, system.keyFiles), system);
    const Result<QByteArray> lines = moreLines(system.lines);
    const Result<QByteArray> record = pin(target);
    if (!block) {
        return block.error();
    }
    if (!lines || !record) {
        return lines ? record.error() : lines.error();
    }
    files.master = *block + *lines + "  ControlMaster yes\n  ControlPersist no\n  ControlPath \"" +
                   path + "/c\"\n";
    files.knownHosts = *record + wholeLines(system.knownHosts);
    if (!system.approvedProxyCommand.isEmpty()) {
        const Result<QByteArray> proxy = proxyLine(system);
        if (!proxy) {
            return proxy.error();
        }
        files.master += *proxy;
    } else if (!system.hops.empty()) {
        files.master += "  ProxyJump hop" + QByteArray::number(system.hops.size()) + '\n';
    }
    for (size_t i = 0; i < system.hops.size(); ++i) {
        const Target& hop = system.hops[i];
        const QByteArray number = QByteArray::number(qulonglong(i + 1));
        block = hostBlock("hop" + number, hop, keysOf(hop, system.keyFiles), system);
        const Result<QByteArray> hopRecord = pin(hop);
        if (!block || !hopRecord) {
            return (block ? hopRecord.error() : block.error())
                .in(u"hop %1 of %2"_s.arg(i + 1).arg(system.hops.size()));
        }
        files.knownHosts += *hopRecord;
        files.master += *block + "  ControlPath none\n";
        if (i > 0) {
            files.master += "  ProxyJump hop" + QByteArray::number(qulonglong(i)) + '\n';
        }
    }
    files.master += common(path, options);
    if (files.knownHosts.trimmed().isEmpty()) {
        return Error(ErrorKind::HostKey,
                     u"no host key of %1 is recorded. Nothing was sent to it"_s.arg(target.text()))
            .withHint(
                u"Compare the fingerprint with one from the server's console, then trust it."_s);
    }
    return files;
}

// KnownHostsCommand is run with the server's key before ssh decides (ssh_config(5)). It knows none
// and so ssh ends there. Type and key are words of ssh's own, not of the server.
Result<QByteArray> lookConfig(const QString& folder, const Target& target,
                              const SystemOptions& system, const ConnectOptions& options,
                              const QByteArrayList& preferred)
{
    SystemOptions without = system;
    without.agentSocket.clear();
    const Result<QByteArray> block = hostBlock("target", target, {}, without);
    const Result<QByteArray> lines = moreLines(system.lines);
    if (!block || !lines) {
        return block ? lines : block;
    }
    QByteArray proxy;
    if (!system.approvedProxyCommand.isEmpty()) {
        const Result<QByteArray> line = proxyLine(system);
        if (!line) {
            return line;
        }
        proxy = *line;
    }
    return *block + "  HostKeyAlgorithms " + hostKeyAlgorithms(preferred) + '\n' + *lines + proxy +
           "  KnownHostsCommand /bin/sh -c \"echo " + shownMark + "%t %K >&2\"\n" +
           common(folder.toUtf8(), options);
}

std::optional<PublicKey> shownKeyIn(const QByteArray& errors)
{
    for (const QByteArray& line : errors.split('\n')) {
        if (line.startsWith(shownMark)) {
            const Result<PublicKey> key =
                parsePublicKey(QByteArrayView(line).sliced(qsizetype(sizeof shownMark) - 1));
            if (key) {  // the first call comes before there is one
                return *key;
            }
        }
    }
    return std::nullopt;
}

Error connectionError(const Target& target, const QByteArray& errors, const QString& endText)
{
    if (const std::size_t number = hopNamed(target, errors); number > 0) {
        Target hop = target.hops[number - 1];
        hop.hops.clear();
        return connectionError(hop, errors, endText)
            .in(u"hop %1 of %2: %3"_s.arg(number)
                    .arg(target.hops.size())
                    .arg(displayText(hop.host, 100)));
    }
    for (const Meaning& meaning : meanings) {
        if (!errors.contains(meaning.words)) {
            continue;
        }
        QString text = QString::fromUtf8(meaning.text);
        if (meaning.kind == ErrorKind::Auth || meaning.kind == ErrorKind::Unsupported ||
            meaning.kind == ErrorKind::Network) {
            text += u" ("_s + lastLine(errors) + u')';
        }
        Error error(meaning.kind, u"%1: %2"_s.arg(target.text(), text));
        error.hint = QString::fromUtf8(meaning.hint);
        return error;
    }
    const QString why = errors.trimmed().isEmpty() ? endText : lastLine(errors);
    return {ErrorKind::Network,
            u"%1: the system's OpenSSH did not connect: %2"_s.arg(target.text(), why)};
}

}  // namespace analemma::ssh
