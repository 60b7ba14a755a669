#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QString>

/// What is looked at from time to time, as the workspace file says it.
namespace analemma::workspace {

enum class CheckKind {
    Http,     ///< a URL: status, body, certificate
    Tcp,      ///< a port that takes connections
    Dns,      ///< a name and what it stands for
    Process,  ///< on a server: a process of this name runs
    Unit,     ///< on a server: a systemd unit is active
    Port,     ///< on a server: somebody listens on a TCP port
    Script,   ///< on a server: a command that ends with 0
    Log,      ///< on a server: new lines of a file that match
};
/// "http", "tcp", ...: as `--json` says it.
QString toString(CheckKind kind);

/// One check. Of the parts below the line those of its kind hold.
struct ServiceCheck {
    QString name;
    CheckKind kind = CheckKind::Http;
    QString environment;           ///< that it belongs to; empty: none
    milliseconds every{30'000};    ///< from one start to the next
    milliseconds timeout{10'000};  ///< of one
    int rise = 1;                  ///< good answers until it counts as up again
    int fall = 2;                  ///< bad ones until it counts as down
    milliseconds apdex{500};       ///< T: satisfied within it, tolerating within four times it

    // ---------------------------------------------------------------------------------------------
    QString url;
    QList<int> statuses;       ///< good ones; empty: 200 to 399
    QString body;              ///< must be in the answer; empty: any
    int certificateDays = 14;  ///< that the certificate must still last at least
    bool verify = true;
    QString authority;  ///< a file of certificates, absolute; empty: the system's

    QString host;  ///< tcp; IPv6 without brackets
    int port = 0;  ///< tcp, port

    QString domain;  ///< dns
    QString record = QStringLiteral("A");
    QString answer;    ///< dns: must be among the answers; empty: any
    QString resolver;  ///< dns: an IPv4 address, with ":port" maybe; empty: this machine's

    QString server;   ///< of the kinds that are looked at on one
    QString process;  ///< its name, as in /proc/PID/comm
    QString unit;
    QString script;  ///< a command line for the server's shell
    QString file;    ///< log: absolute
    QString pattern;
    bool isRegex = false;  ///< of `pattern`; else it is a text
    int most = 0;          ///< matching lines between two looks that are still good

    bool operator==(const ServiceCheck&) const = default;
    /// What it looks at, for people: "http://127.0.0.1:8000/", "unit nginx on web-1".
    [[nodiscard]] QString target() const;
};

/// The types of records that a check of a name can ask for.
QStringList recordTypes();

}  // namespace analemma::workspace
