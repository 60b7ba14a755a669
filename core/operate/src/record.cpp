#include "core/operate/src/record.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// "[host]:port" as known_hosts has it; port 22 is not written (sshd(8)).
QByteArray nameInRecord(const ssh::Target& target)
{
    const QByteArray host = target.host.toLower().toUtf8();
    return target.port == 22 ? host : '[' + host + "]:" + QByteArray::number(target.port);
}

}  // namespace

Result<Record> readRecord(const Machine& machine, const HostPlaces& places)
{
    const ssh::HostConfig& config = machine.config;
    Record record;
    record.files =
        config.userKnownHostsFiles.isEmpty() ? places.userKnownHosts : config.userKnownHostsFiles;
    record.files += config.globalKnownHostsFiles.isEmpty() ? places.systemKnownHosts
                                                           : config.globalKnownHostsFiles;
    record.files += places.ownKnownHosts;
    record.files.removeDuplicates();
    // An alias goes without a port (ssh_config(5), HostKeyAlias).
    const bool isAlias = !config.hostKeyAlias.isEmpty();
    record.name = isAlias ? config.hostKeyAlias : machine.target.host;
    record.port = isAlias ? 22 : machine.target.port;
    Result<ssh::KnownHosts> known = ssh::readKnownHosts(record.files);
    if (!known) {
        return known.error();
    }
    record.known = std::move(*known);
    return record;
}

QByteArray recordLines(const Record& record, const ssh::Target& target)
{
    const ssh::KnownLookup found = record.known.lookup(record.name, record.port);
    const QByteArray name = nameInRecord(target);
    QByteArray lines;
    const auto add = [&lines, &name](const char* marker, const auto& entries) {
        for (const ssh::KnownEntry& entry : entries) {
            lines += marker + name + ' ' + entry.key.text().toLatin1() + '\n';
        }
    };
    add("@revoked ", found.revoked);
    add("@cert-authority ", found.authorities);
    add("", found.keys);
    return lines;
}

std::optional<std::size_t> RecordedKeys::indexOf(const QString& host, int port) const
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_entries[i].host == host && m_entries[i].port == port) {
            return i;
        }
    }
    return std::nullopt;
}

QStringList RecordedKeys::recordedTypes(QString host, int port)
{
    QStringList types;
    if (const auto index = indexOf(host, port)) {
        const Record& record = m_entries[*index].record;
        for (const QByteArray& type : record.known.preference(record.name, record.port)) {
            types += QString::fromLatin1(type);
        }
    }
    return types;
}

void RecordedKeys::check(ssh::ShownHostKey shown, Verdict verdict)
{
    const auto index = indexOf(shown.host, shown.port);
    const Result<ssh::PublicKey> key = ssh::parsePublicKey(shown.key.toUtf8());
    if (!index || !key) {
        verdict(Error(ErrorKind::HostKey,
                      u"the host key of %1 cannot be checked"_s.arg(displayText(shown.host, 255))));
        return;
    }
    const Entry& entry = m_entries[*index];
    ssh::TrustVerdict found =
        entry.record.known.verdict(entry.record.name, entry.record.port, *key);
    const bool isLast = *index + 1 == m_entries.size();
    Result<void> result = found.asResult(entry.host, entry.port, *key);
    if (result && m_onlyLooks && isLast) {
        result = Error(ErrorKind::HostKey, u"the host key was looked at, nobody logs in"_s);
    }
    if (!result && !m_seen) {
        m_seen = Seen{*index, *key, std::move(found)};
    }
    verdict(std::move(result));
}

}  // namespace analemma::operate
