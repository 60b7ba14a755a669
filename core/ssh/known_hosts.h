#pragma once

#include "core/ssh/publickey.h"

#include <QByteArrayList>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

/// The record of servers' identities: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Read with plain,
/// hashed, wildcard and negated names, ports and markers, which libssh2's own reader drops.
namespace analemma::ssh {

/// One key line that speaks of a host.
struct KnownEntry {
    PublicKey key;  ///< empty when what stands there is no key
    QString file;
    int line = 0;  ///< from 1
    QString comment;
    bool isHashed = false;
    bool isPattern = false;               ///< matched by '*' or '?'
    [[nodiscard]] QString place() const;  ///< "/home/ops/.ssh/known_hosts:12"
};

/// All that is recorded about one host and port.
struct KnownLookup {
    std::vector<KnownEntry> keys;
    std::vector<KnownEntry> revoked;
    std::vector<KnownEntry> authorities;  ///< @cert-authority
    std::vector<KnownEntry> damaged;      ///< name this host, but hold no key: they prove nothing
};

enum class Trust {
    Known,
    Unknown,         ///< nothing is recorded: a person has to compare the fingerprint
    Changed,         ///< another key is recorded: never goes on by itself
    Revoked,         ///< this very key is marked @revoked
    NeedsAuthority,  ///< only certificates of a CA are accepted: for the system's OpenSSH
};
QString toString(Trust trust);

struct TrustVerdict {
    Trust trust = Trust::Unknown;
    std::vector<KnownEntry> recorded;   ///< what the verdict rests on
    std::vector<KnownEntry> elsewhere;  ///< Unknown: the same key under other names
    /// Nothing when Known, else the HostKey error for people, with both fingerprints.
    [[nodiscard]] Result<void> asResult(const QString& host, int port,
                                        const PublicKey& offered) const;
};

/// Several known_hosts files as one immutable value; copies are cheap. Any thread.
class KnownHosts {
public:
    KnownHosts();
    /// With the lines of one more file. Lines that are no record are kept apart, see problems().
    [[nodiscard]] KnownHosts with(const QByteArray& text, const QString& file) const;
    /// Host names are compared in lower case; a port other than 22 is a name of its own.
    [[nodiscard]] KnownLookup lookup(const QString& host, int port) const;
    [[nodiscard]] TrustVerdict verdict(const QString& host, int port,
                                       const PublicKey& offered) const;
    /// Key types recorded for the host, best first: ask the server for these first, or a recorded
    /// server looks unknown.
    [[nodiscard]] QByteArrayList preference(const QString& host, int port) const;
    /// The recorded key to pin for a connection (Target::hostKey): the best of those that are not
    /// revoked.
    [[nodiscard]] std::optional<PublicKey> pinFor(const QString& host, int port) const;
    /// Lines that say nothing to us, for a report: "file:line: why".
    [[nodiscard]] QStringList problems() const;

private:
    struct Body;
    std::shared_ptr<const Body> m_body;
};

/// The user's and the machine's files, then ours (homeFolder()/known_hosts).
QStringList knownHostsFiles();
QString ownKnownHostsFile();
/// Reads them; files that are not there are empty. Blocking. Errors: Io, Invalid (over 8 MiB).
Result<KnownHosts> readKnownHosts(const QStringList& files);

/// Our own known_hosts file, the only one that is written: names hashed, other lines kept byte by
/// byte, the file replaced as a whole under a lock. Blocking. Errors: Io, Locked.
class KnownHostsFile {
public:
    explicit KnownHostsFile(QString path = ownKnownHostsFile()) : m_path(std::move(path)) {}
    /// Appends a line. Nothing when this key stands there for the host. Conflict when another key
    /// does, HostKey when it is revoked there: only replace() goes over a record.
    [[nodiscard]] Result<void> add(const QString& host, int port, const PublicKey& key) const;
    /// Takes the host's keys out and appends this one. Only after a person said so. Refused when a
    /// wildcard line speaks of the host, or the key is revoked.
    [[nodiscard]] Result<void> replace(const QString& host, int port, const PublicKey& key) const;
    /// Takes the host's keys out; markers and other names of a line stay.
    [[nodiscard]] Result<void> remove(const QString& host, int port) const;

private:
    QString m_path;
};

}  // namespace analemma::ssh
