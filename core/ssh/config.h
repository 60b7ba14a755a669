#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/ssh/names.h"

#include <QStringList>

#include <map>
#include <memory>
#include <vector>

/// ~/.ssh/config as it stands: ssh_config(5) of OpenSSH 9.2. Nothing in it is ever run.
namespace analemma::ssh {

enum class LineUse {
    Taken,
    NeedsSystem,  ///< only the system's OpenSSH can do it: ProxyCommand, certificates, GSSAPI, …
    Ignored,
    Damaged,  ///< OpenSSH would refuse the file for it
};
QString toString(LineUse use);

/// One line of the configuration and what becomes of it; blank lines and comments have none.
struct ConfigLine {
    QString file;
    int line = 0;     ///< from 1
    QString keyword;  ///< as written
    QString value;
    LineUse use = LineUse::Ignored;
    QString note;  ///< why, for people
    [[nodiscard]] QString place() const;
};

struct ConfigForward {
    enum class Kind { Local, Remote, Dynamic };
    Kind kind = Kind::Local;
    QString listenAddress;  ///< empty: the loopback; "*": all
    int listenPort = 0;
    QString host;  ///< empty for a dynamic one
    int port = 0;
    [[nodiscard]] QString text() const;  ///< "8080 [db]:80", as ssh -G prints it
    bool operator==(const ConfigForward&) const = default;
};

/// All that the configuration says about one name, first value wins, tokens expanded. What it does
/// not say is empty or 0, but for hostName, port and user.
struct HostConfig {
    QString alias;  ///< the name asked for
    QString hostName;
    int port = 22;
    QString user;
    QString hostKeyAlias;
    QStringList identityFiles;
    bool identitiesOnly = false;
    QString identityAgent;  ///< a socket; "none": no agent
    std::vector<Place> proxyJump;
    QString proxyCommand;  ///< shown for approval, never run by us
    QStringList userKnownHostsFiles;
    QStringList globalKnownHostsFiles;
    QStringList preferredAuthentications;
    bool publicKeyLogin = true;
    bool passwordLogin = true;
    bool interactiveLogin = true;
    QString addressFamily;  ///< "any", "inet", "inet6"
    seconds connectTimeout{0};
    seconds serverAliveInterval{0};
    int serverAliveCountMax = 3;
    std::vector<ConfigForward> forwards;
    /// Lines for a generated configuration of the system's OpenSSH: from a fixed list of keywords
    /// that run nothing. "KEYWORD value", quoted as needed.
    QStringList systemLines;
    /// Why only the system's OpenSSH reaches this host; empty when the built-in transport can.
    QStringList needsSystem;
    QStringList notes;  ///< what was left out for safety: agent forwarding, weak host key checks
    /// Names or ports that must not be used: then nothing connects. Empty when all is well.
    QString problem;
};

/// Where the configuration is and who asks; the defaults are this account's.
struct ConfigPlaces {
    QString userFile;    ///< ~/.ssh/config
    QString systemFile;  ///< /etc/ssh/ssh_config
    QString home;
    QString localUser;
    QString localHost;
    int userId = 0;
    std::map<QString, QString> environment;  ///< for ${NAME}
    static ConfigPlaces here();
};

/// A snapshot of the configuration: reading it again costs about a millisecond, so read it when it
/// is needed. Immutable; copies are cheap; any thread.
class SshConfig {
public:
    /// Reads the files and what they include. Blocking, for workers. A missing file is empty; what
    /// cannot be read or is writable by others is a Damaged line of the report.
    static SshConfig read(const ConfigPlaces& places);
    /// One text without includes.
    static SshConfig parse(const QByteArray& text, const ConfigPlaces& places);

    /// `user` is the one asked for on the command line, if any.
    [[nodiscard]] HostConfig resolve(const QString& alias, const QString& user = {}) const;
    /// Every line with a keyword, in the order of reading.
    [[nodiscard]] std::vector<ConfigLine> report() const;
    /// Names after "Host" that stand for one host, in order: what an import offers.
    [[nodiscard]] QStringList hosts() const;

private:
    struct Body;
    std::shared_ptr<const Body> m_body;
};

}  // namespace analemma::ssh
