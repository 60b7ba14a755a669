#include "core/ssh/known_hosts.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/ssh/names.h"
#include "core/ssh/src/knownlines.h"

#include <QDir>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 limitUsersFile = 8 * 1024 * 1024;

QString serverText(const QString& host, int port)
{
    const Place place{{}, host, port == 22 ? 0 : port};
    return place.text();
}

QString keyText(const PublicKey& key)
{
    return displayText(QByteArrayView(key.type), 64) + u' ' + key.fingerprint();
}

QString listText(const std::vector<KnownEntry>& entries)
{
    QStringList texts;
    for (const KnownEntry& entry : entries) {
        texts += u"%1 (%2)"_s.arg(keyText(entry.key), entry.place());
    }
    return texts.join(u", "_s);
}

void sortByRank(std::vector<KnownEntry>& entries)
{
    std::stable_sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
        return typeRank(left.key.type) < typeRank(right.key.type);
    });
}

bool holds(const std::vector<KnownEntry>& entries, const PublicKey& key)
{
    return std::any_of(entries.begin(), entries.end(),
                       [&key](const KnownEntry& entry) { return entry.key == key; });
}

}  // namespace

QString KnownEntry::place() const
{
    return displayText(file) + u':' + QString::number(line);
}

QString toString(Trust trust)
{
    switch (trust) {
        case Trust::Known:
            return u"known"_s;
        case Trust::Unknown:
            return u"unknown"_s;
        case Trust::Changed:
            return u"changed"_s;
        case Trust::Revoked:
            return u"revoked"_s;
        case Trust::NeedsAuthority:
            return u"needs certificate authority"_s;
    }
    return {};
}

Result<void> TrustVerdict::asResult(const QString& host, int port, const PublicKey& offered) const
{
    const QString server = serverText(displayText(host, 255), port);
    const QString shown = keyText(offered);
    Error error(ErrorKind::HostKey, {});
    switch (trust) {
        case Trust::Known:
            return {};
        case Trust::Unknown:
            error.message =
                u"no host key of %1 is recorded; it shows %2. Nothing was sent to it"_s.arg(server,
                                                                                            shown);
            error.hint =
                u"Compare the fingerprint with one from the server's console or a colleague's "
                u"record, then trust it."_s;
            if (!elsewhere.empty()) {
                error.hint += u" The same key is recorded under another name: %1."_s.arg(
                    elsewhere.front().place());
            }
            break;
        case Trust::Changed:
            error.message =
                u"the host key of %1 has changed: recorded %2, the server shows %3. Nothing was sent to it"_s
                    .arg(server, listText(recorded), shown);
            error.hint =
                u"Somebody may stand in between, or the server was rebuilt: compare the "
                u"fingerprint on the server's console before you replace the record."_s;
            break;
        case Trust::Revoked:
            error.message =
                u"the host key of %1 is marked as revoked: %2. Nothing was sent to it"_s.arg(
                    server, listText(recorded));
            error.hint = u"Do not use this server until its key is made new."_s;
            break;
        case Trust::NeedsAuthority:
            error.message =
                recorded.empty()
                    ? u"%1 shows a certificate (%2) and no authority for it is recorded. Nothing was sent to it"_s
                          .arg(server, shown)
                    : u"%1 is recorded by a certificate authority (%2); the built-in transport cannot check that. Nothing was sent to it"_s
                          .arg(server, listText(recorded));
            error.hint = u"Use the system's OpenSSH for this host."_s;
            break;
    }
    error.details.insert(u"trust"_s, toString(trust));
    error.details.insert(u"serverKey"_s, offered.text());
    error.details.insert(u"serverFingerprint"_s, offered.fingerprint());
    return error;
}

struct KnownHosts::Body {
    struct File {
        QString name;
        std::vector<KnownLine> lines;
    };
    std::vector<std::shared_ptr<const File>> files;

    static KnownEntry entry(const File& file, const KnownLine& line, NameMatch match)
    {
        KnownEntry entry;
        entry.key = line.key;
        entry.file = file.name;
        entry.line = line.number;
        entry.comment = displayText(QByteArrayView(line.comment), 256);
        entry.isHashed = match == NameMatch::Hashed;
        entry.isPattern = match == NameMatch::Pattern;
        return entry;
    }
};

KnownHosts::KnownHosts() : m_body(std::make_shared<Body>()) {}

KnownHosts KnownHosts::with(const QByteArray& text, const QString& file) const
{
    const auto added = std::make_shared<Body::File>();
    added->name = file;
    added->lines = readKnownLines(text);
    const auto body = std::make_shared<Body>(*m_body);
    body->files.push_back(added);
    KnownHosts result;
    result.m_body = body;
    return result;
}

KnownLookup KnownHosts::lookup(const QString& host, int port) const
{
    KnownLookup found;
    const QByteArray name = knownName(host, port);
    for (const auto& file : m_body->files) {
        for (const KnownLine& line : file->lines) {
            if (line.kind == KnownLine::Kind::Blank || line.kind == KnownLine::Kind::Damaged) {
                continue;
            }
            const NameMatch match = matchesName(line, name);
            if (match == NameMatch::No) {
                continue;
            }
            const KnownEntry entry = Body::entry(*file, line, match);
            if (entry.key.isEmpty()) {
                found.damaged.push_back(entry);
            } else if (line.kind == KnownLine::Kind::Authority) {
                found.authorities.push_back(entry);
            } else if (line.kind == KnownLine::Kind::Revoked) {
                found.revoked.push_back(entry);
            } else {
                found.keys.push_back(entry);
            }
        }
    }
    return found;
}

TrustVerdict KnownHosts::verdict(const QString& host, int port, const PublicKey& offered) const
{
    KnownLookup found = lookup(host, port);
    TrustVerdict verdict;
    const auto isOffered = [&offered](const KnownEntry& entry) { return entry.key == offered; };
    std::copy_if(found.revoked.begin(), found.revoked.end(), std::back_inserter(verdict.recorded),
                 isOffered);
    if (!verdict.recorded.empty()) {
        verdict.trust = Trust::Revoked;
        return verdict;
    }
    if (offered.isCertificate()) {
        verdict.trust = Trust::NeedsAuthority;
        verdict.recorded = std::move(found.authorities);
        return verdict;
    }
    if (!offered.isEmpty() && !offered.type.isEmpty()) {
        std::copy_if(found.keys.begin(), found.keys.end(), std::back_inserter(verdict.recorded),
                     isOffered);
    }
    if (!verdict.recorded.empty()) {
        verdict.trust = Trust::Known;
    } else if (!found.keys.empty()) {
        verdict.trust = Trust::Changed;
        verdict.recorded = std::move(found.keys);
    } else if (!found.authorities.empty()) {
        verdict.trust = Trust::NeedsAuthority;
        verdict.recorded = std::move(found.authorities);
    } else {
        for (const auto& file : m_body->files) {
            for (const KnownLine& line : file->lines) {
                if (line.kind == KnownLine::Kind::Key && !line.key.isEmpty() &&
                    line.key == offered) {
                    verdict.elsewhere.push_back(Body::entry(*file, line, NameMatch::No));
                }
            }
        }
    }
    return verdict;
}

QByteArrayList KnownHosts::preference(const QString& host, int port) const
{
    KnownLookup found = lookup(host, port);
    sortByRank(found.keys);
    QByteArrayList types;
    for (const KnownEntry& entry : found.keys) {
        if (!types.contains(entry.key.type) && !entry.key.isCertificate() &&
            !holds(found.revoked, entry.key)) {
            types += entry.key.type;
        }
    }
    return types;
}

std::optional<PublicKey> KnownHosts::pinFor(const QString& host, int port) const
{
    KnownLookup found = lookup(host, port);
    sortByRank(found.keys);
    for (const KnownEntry& entry : found.keys) {
        if (!entry.key.isCertificate() && !holds(found.revoked, entry.key)) {
            return entry.key;
        }
    }
    return std::nullopt;
}

QStringList KnownHosts::problems() const
{
    QStringList texts;
    for (const auto& file : m_body->files) {
        for (const KnownLine& line : file->lines) {
            if (!line.problem.isEmpty()) {
                texts += u"%1:%2: %3"_s.arg(displayText(file->name), QString::number(line.number),
                                            line.problem);
            }
        }
    }
    return texts;
}

QString ownKnownHostsFile()
{
    return homeFolder() + u"/known_hosts"_s;
}

QStringList knownHostsFiles()
{
    const QString folder = QDir::homePath() + u"/.ssh/"_s;
    return {folder + u"known_hosts"_s, folder + u"known_hosts2"_s, u"/etc/ssh/ssh_known_hosts"_s,
            u"/etc/ssh/ssh_known_hosts2"_s, ownKnownHostsFile()};
}

Result<KnownHosts> readKnownHosts(const QStringList& files)
{
    KnownHosts known;
    for (const QString& file : files) {
        const Result<QByteArray> text = readFile(file, limitUsersFile);
        if (text) {
            known = known.with(*text, file);
        } else if (text.error().kind != ErrorKind::NotFound) {
            return text.error().in(u"the record of host keys"_s);
        }
    }
    return known;
}

}  // namespace analemma::ssh
