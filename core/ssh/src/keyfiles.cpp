#include "core/ssh/src/keyfiles.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/ssh/src/privatekey.h"
#include "core/ssh/src/sshbytes.h"

#include <QDir>
#include <QFile>

#include <sys/stat.h>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 limitKeyFile = 64 * 1024;
constexpr QByteArrayView magic("openssh-key-v1\0", 15);

/// Between "-----BEGIN NAME-----" and its end; empty when that is not there.
QByteArray armoured(const QByteArray& text, const QByteArray& name)
{
    const QByteArray begin = "-----BEGIN " + name + "-----";
    const qsizetype from = text.indexOf(begin);
    const qsizetype to = text.indexOf("-----END " + name + "-----");
    return from < 0 || to < from ? QByteArray()
                                 : text.sliced(from + begin.size(), to - from - begin.size());
}

/// PROTOCOL.key: the public half stands before the encrypted part.
std::optional<PrivateFile> readOpenSsh(const QByteArray& body)
{
    const QByteArray bytes = QByteArray::fromBase64(body);
    if (!bytes.startsWith(magic.toByteArray())) {
        return std::nullopt;
    }
    WireReader reader(QByteArrayView(bytes).sliced(magic.size()));
    const QByteArrayView cipher = reader.string();
    reader.string();  // key derivation
    reader.string();  // its options
    const quint32 count = reader.u32();
    const QByteArray blob = reader.string().toByteArray();
    if (!reader.ok() || count != 1) {
        return std::nullopt;
    }
    return PrivateFile{publicKeyFromBlob(blob), cipher != "none"};
}

/// The older forms tell their public half only when they can be opened.
PrivateFile readPem(const QByteArray& text)
{
    PrivateFile file;
    file.isEncrypted = text.contains("ENCRYPTED");
    if (!file.isEncrypted) {
        const auto key = PrivateKey::parse(text, u"key"_s);
        if (key) {
            file.key = publicKeyFromBlob((*key)->publicKey());
        }
    }
    return file;
}

int bitsOf(const PublicKey& key)
{
    WireReader reader(key.blob);
    reader.string();
    if (key.type == "ssh-rsa") {
        reader.mpint();
        const QByteArrayView modulus = reader.mpint();
        int bits = int(modulus.size()) * 8;
        for (quint8 mask = 0x80; !modulus.isEmpty() && mask != 0; mask >>= 1U) {
            if ((quint8(modulus.front()) & mask) != 0) {
                break;
            }
            --bits;
        }
        return bits;
    }
    if (key.type.startsWith("ecdsa-sha2-nistp")) {
        return key.type.sliced(16).toInt();
    }
    return key.type.contains("ed25519") ? 256 : 0;
}

QString permissionsWarning(const QString& path)
{
    struct stat info {};
    if (::stat(QFile::encodeName(path).constData(), &info) == 0 && (info.st_mode & 077U) != 0) {
        return u"others can read this key (mode %1): close it to them"_s.arg(
            QString::number(info.st_mode & 07777U, 8).rightJustified(4, u'0'));
    }
    return {};
}

void addWarning(KeyInfo& info, const QString& text)
{
    if (!text.isEmpty()) {
        info.warning += (info.warning.isEmpty() ? QString() : u"; "_s) + text;
    }
}

/// The public half and comment of a .pub file.
std::optional<AgentKey> readPublicFile(const QString& path)
{
    const Result<QByteArray> text = readFile(path, limitKeyFile);
    const Result<PublicKey> key = parsePublicKey(text.valueOr(QByteArray()));
    if (!key) {
        return std::nullopt;
    }
    const QString line = QString::fromUtf8(text->trimmed());
    return AgentKey{*key, displayText(line.section(u' ', 2), 256)};
}

std::optional<KeyInfo> readKey(const QString& path, const QStringList& names)
{
    const Result<QByteArray> text = readFile(path, limitKeyFile);
    const auto file = text ? readPrivateFile(*text) : std::nullopt;
    if (!file) {
        return std::nullopt;
    }
    KeyInfo info;
    info.path = path;
    info.key = file->key;
    info.isEncrypted = file->isEncrypted;
    info.hasPrivate = true;
    const QString beside = path.section(u'/', -1) + u".pub"_s;
    const auto half = names.contains(beside) ? readPublicFile(path + u".pub"_s) : std::nullopt;
    if (half && (info.key.isEmpty() || info.key == half->key)) {
        info.key = half->key;
        info.comment = half->comment;
    } else if (half) {
        addWarning(info, u"the .pub file beside it belongs to another key"_s);
    }
    addWarning(info, permissionsWarning(path));
    describeKey(info);
    return info;
}

}  // namespace

QString toString(KeyKind kind)
{
    switch (kind) {
        case KeyKind::Ed25519:
            return u"Ed25519"_s;
        case KeyKind::Ecdsa:
            return u"ECDSA"_s;
        case KeyKind::Rsa:
            return u"RSA"_s;
        case KeyKind::Hardware:
            return u"FIDO"_s;
        case KeyKind::Certificate:
            return u"certificate"_s;
        case KeyKind::Other:
            return u"other"_s;
    }
    return {};
}

std::optional<PrivateFile> readPrivateFile(const QByteArray& text)
{
    const QByteArray body = armoured(text, "OPENSSH PRIVATE KEY");
    if (!body.isEmpty()) {
        return readOpenSsh(body);
    }
    for (const char* name : {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY",
                             "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY"}) {
        if (!armoured(text, name).isEmpty()) {
            return readPem(text);
        }
    }
    return std::nullopt;
}

void describeKey(KeyInfo& info)
{
    info.bits = bitsOf(info.key);
    if (info.key.isCertificate()) {
        info.kind = KeyKind::Certificate;
        info.needsSystem = u"a certificate needs the system's OpenSSH"_s;
    } else if (info.key.isHardware()) {
        info.kind = KeyKind::Hardware;
        info.needsSystem = u"a FIDO key needs the system's OpenSSH: it asks for a touch"_s;
    } else if (info.key.type == "ssh-ed25519") {
        info.kind = KeyKind::Ed25519;
    } else if (info.key.type.startsWith("ecdsa-sha2-")) {
        info.kind = KeyKind::Ecdsa;
    } else if (info.key.type == "ssh-rsa") {
        info.kind = KeyKind::Rsa;
        if (info.bits < 2048) {
            addWarning(info, u"RSA with %1 bits is too short: make a new key"_s.arg(info.bits));
        }
    } else if (info.key.type == "ssh-dss") {
        addWarning(info, u"DSA is no longer accepted by servers: make a new key"_s);
    }
}

Result<std::vector<KeyInfo>> listKeyFiles(const QString& folder)
{
    const QDir dir(folder);
    if (!dir.exists()) {
        return std::vector<KeyInfo>();
    }
    const QStringList names = dir.entryList(QDir::Files | QDir::Hidden, QDir::Name);
    std::vector<KeyInfo> keys;
    for (const QString& name : names) {
        if (!name.endsWith(u".pub"_s)) {
            const auto key = readKey(dir.filePath(name), names);
            if (key) {
                keys.push_back(*key);
            }
        }
    }
    for (const QString& name : names) {
        const bool isLone = name.endsWith(u".pub"_s) && !names.contains(name.chopped(4));
        const auto half = isLone ? readPublicFile(dir.filePath(name)) : std::nullopt;
        if (half) {
            KeyInfo info;
            info.path = dir.filePath(name);
            info.key = half->key;
            info.comment = half->comment;
            describeKey(info);
            keys.push_back(std::move(info));
        }
    }
    return keys;
}

std::optional<KeyInfo> keyFileInfo(const QString& path)
{
    const QFileInfo info(path);
    QStringList names = {info.fileName()};
    if (QFileInfo::exists(path + u".pub"_s)) {
        names += info.fileName() + u".pub"_s;
    }
    return readKey(path, names);
}

Task<Result<std::vector<KeyInfo>>> listKeys(QString folder, QString socket, CancelToken cancel)
{
    using Keys = std::vector<KeyInfo>;
    std::function<Result<Keys>()> job = [folder] { return listKeyFiles(folder); };
    Result<Keys> keys = co_await onWorker<Keys>(std::move(job));
    if (!keys || socket.isEmpty()) {
        co_return keys;
    }
    const Result<std::vector<AgentKey>> held = co_await listAgentKeys(socket, cancel);
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    for (const AgentKey& entry : held.valueOr(std::vector<AgentKey>())) {
        const auto found = std::find_if(keys->begin(), keys->end(), [&entry](const KeyInfo& info) {
            return info.key == entry.key;
        });
        if (found != keys->end()) {
            found->isInAgent = true;
            continue;
        }
        KeyInfo info;
        info.key = entry.key;
        info.comment = entry.comment;
        info.isInAgent = true;
        describeKey(info);
        keys->push_back(std::move(info));
    }
    co_return keys;
}

Result<void> checkPrivateFolder(const QString& folder)
{
    const auto check = [](const QString& path) -> Result<void> {
        struct stat info {};
        if (::lstat(QFile::encodeName(path).constData(), &info) != 0) {
            return systemError(u"look at %1"_s.arg(path), errno);
        }
        if (!S_ISLNK(info.st_mode) && (info.st_mode & 077U) != 0) {
            return Error(ErrorKind::Refused,
                         u"%1 is open to others (mode %2); nothing was read from it"_s.arg(
                             displayText(path),
                             QString::number(info.st_mode & 07777U, 8).rightJustified(4, u'0')))
                .withHint(u"Close it with: chmod -R go= %1"_s.arg(shellQuote(path)));
        }
        return {};
    };
    const Result<void> itself = check(folder);
    if (!itself) {
        return itself.error();
    }
    const QDir dir(folder);
    for (const QString& name :
         dir.entryList(QDir::Files | QDir::Hidden | QDir::System, QDir::Name)) {
        const Result<void> file = check(dir.filePath(name));
        if (!file) {
            return file.error();
        }
    }
    return {};
}

Result<void> closeToOthers(const QString& path)
{
    if (::chmod(QFile::encodeName(path).constData(), 0600) != 0) {
        return systemError(u"change the mode of %1"_s.arg(path), errno);
    }
    return {};
}

}  // namespace analemma::ssh
