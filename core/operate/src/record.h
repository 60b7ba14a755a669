#pragma once

#include "core/operate/src/catalogue.h"

#include <memory>
#include <optional>

/// The record of known hosts as the SSH transports want it.
namespace analemma::operate {

/// Which files speak of a machine, and under which name.
struct Record {
    ssh::KnownHosts known;
    QStringList files;
    QString name;
    int port = 22;
};
/// Blocking, for workers. Errors: those of ssh::readKnownHosts().
Result<Record> readRecord(const Machine& machine, const HostPlaces& places);

/// All that the record says about one machine, as lines of known_hosts under its address: for the
/// system's OpenSSH.
QByteArray recordLines(const Record& record, const ssh::Target& target);

/// Decides on the keys of the machines of one way, from what was read before. What is not known is
/// refused, always. With `onlyLooks` so is what is known of the last machine: then nobody logs in.
class RecordedKeys : public ssh::HostKeys {
public:
    /// A key that was refused, and whose.
    struct Seen {
        std::size_t machine = 0;
        ssh::PublicKey key;
        ssh::TrustVerdict verdict;
    };
    struct Entry {
        QString host;
        int port = 22;
        Record record;
    };
    RecordedKeys(std::vector<Entry> entries, bool onlyLooks)
        : m_entries(std::move(entries)), m_onlyLooks(onlyLooks)
    {
    }
    [[nodiscard]] QStringList recordedTypes(QString host, int port) override;
    void check(ssh::ShownHostKey shown, Verdict verdict) override;
    [[nodiscard]] const std::optional<Seen>& seen() const { return m_seen; }

private:
    [[nodiscard]] std::optional<std::size_t> indexOf(const QString& host, int port) const;
    const std::vector<Entry> m_entries;  ///< the server last
    const bool m_onlyLooks;
    std::optional<Seen> m_seen;
};

}  // namespace analemma::operate
