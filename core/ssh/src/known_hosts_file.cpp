#include "core/ssh/known_hosts.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/ssh/names.h"
#include "core/ssh/src/knownlines.h"

#include <QFileInfo>
#include <QLockFile>

#include <functional>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 limitFileBytes = 8 * 1024 * 1024;

QByteArray lineFor(const QByteArray& name, const PublicKey& key)
{
    return hashedName(name) + ' ' + key.type + ' ' + key.blob.toBase64() + '\n';
}

QByteArray appended(QByteArray text, const QByteArray& line)
{
    if (!text.isEmpty() && !text.endsWith('\n')) {
        text += '\n';
    }
    return text + line;
}

/// The line without one of its names; empty when it was the only one.
QByteArray withoutName(const QByteArray& whole, const KnownLine& line, const QByteArray& name)
{
    QByteArrayList names = line.names.split(',');
    names.removeIf([&name](const QByteArray& each) { return each.toLower() == name; });
    const bool speaks = std::any_of(names.cbegin(), names.cend(), [](const QByteArray& each) {
        return !each.isEmpty() && !each.startsWith('!');
    });
    if (line.names.startsWith('|') || !speaks) {
        return {};
    }
    const qsizetype at = whole.indexOf(line.names);
    return whole.first(at) + names.join(',') + whole.sliced(at + line.names.size());
}

/// All lines but those that record a key of `name`.
Result<QByteArray> withoutKeys(const QByteArray& text, const QByteArray& name, const QString& path)
{
    QByteArray left;
    for (const KnownLine& line : readKnownLines(text)) {
        const QByteArray whole = text.sliced(line.begin, line.end - line.begin);
        const bool isRecord = line.kind == KnownLine::Kind::Key;
        const NameMatch match = isRecord ? matchesName(line, name) : NameMatch::No;
        const QByteArray kept = match == NameMatch::No ? whole : withoutName(whole, line, name);
        const std::vector<KnownLine> again = readKnownLines(kept);
        if (match == NameMatch::Pattern || (match != NameMatch::No && !again.empty() &&
                                            matchesName(again.front(), name) != NameMatch::No)) {
            return Error(ErrorKind::Refused,
                         u"%1:%2 records this server by a wildcard; nothing was changed"_s.arg(
                             path, QString::number(line.number)))
                .withHint(u"Edit that line yourself."_s);
        }
        left += kept;
    }
    return left;
}

using Change = std::function<Result<QByteArray>(const QByteArray& text)>;

/// Reads, changes and replaces the file under a lock that other programs of ours take too.
Result<void> rewrite(const QString& path, const Change& change)
{
    const Result<void> folder = makeFolder(QFileInfo(path).absolutePath());
    if (!folder) {
        return folder.error();
    }
    QLockFile lock(path + u".lock"_s);
    if (!lock.tryLock(5'000)) {
        return Error(lock.error() == QLockFile::LockFailedError ? ErrorKind::Locked : ErrorKind::Io,
                     u"%1 is being written by somebody else"_s.arg(path));
    }
    Result<QByteArray> text = readFile(path, limitFileBytes);
    if (!text && text.error().kind != ErrorKind::NotFound) {
        return text.error();
    }
    const QByteArray before = text.valueOr(QByteArray());
    const Result<QByteArray> after = change(before);
    if (!after) {
        return after.error();
    }
    return *after == before ? Result<void>() : writeFile(path, *after);
}

Result<void> checkRecord(const QString& host, int port, const PublicKey& key)
{
    const Result<HostName> name = HostName::parse(host);
    if (!name) {
        return name.error();
    }
    if (port < 1 || port > 65'535) {
        return Error(ErrorKind::Invalid, u"not a port: %1"_s.arg(port));
    }
    if (key.isEmpty() || publicKeyFromBlob(key.blob) != key || key.type.isEmpty() ||
        key.isCertificate()) {
        return Error(ErrorKind::Invalid,
                     u"not a host key: %1"_s.arg(displayText(QByteArrayView(key.type), 64)));
    }
    return {};
}

}  // namespace

Result<void> KnownHostsFile::add(const QString& host, int port, const PublicKey& key) const
{
    const Result<void> valid = checkRecord(host, port, key);
    if (!valid) {
        return valid.error();
    }
    return rewrite(m_path, [&](const QByteArray& text) -> Result<QByteArray> {
        const TrustVerdict verdict = KnownHosts().with(text, m_path).verdict(host, port, key);
        if (verdict.trust == Trust::Known) {
            return text;
        }
        if (verdict.trust != Trust::Unknown && verdict.trust != Trust::NeedsAuthority) {
            Error error = verdict.asResult(host, port, key).error();
            error.kind = verdict.trust == Trust::Changed ? ErrorKind::Conflict : error.kind;
            return error;
        }
        return appended(text, lineFor(knownName(host, port), key));
    });
}

Result<void> KnownHostsFile::replace(const QString& host, int port, const PublicKey& key) const
{
    const Result<void> valid = checkRecord(host, port, key);
    if (!valid) {
        return valid.error();
    }
    return rewrite(m_path, [&](const QByteArray& text) -> Result<QByteArray> {
        const TrustVerdict verdict = KnownHosts().with(text, m_path).verdict(host, port, key);
        if (verdict.trust == Trust::Revoked) {
            Error error = verdict.asResult(host, port, key).error();
            error.kind = ErrorKind::Refused;
            return error;
        }
        const QByteArray name = knownName(host, port);
        const Result<QByteArray> left = withoutKeys(text, name, m_path);
        return left ? Result<QByteArray>(appended(*left, lineFor(name, key))) : left.error();
    });
}

Result<void> KnownHostsFile::remove(const QString& host, int port) const
{
    return rewrite(m_path, [&](const QByteArray& text) {
        return withoutKeys(text, knownName(host, port), m_path);
    });
}

}  // namespace analemma::ssh
