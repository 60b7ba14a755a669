#pragma once

#include "core/infra/src/local/layout.h"

/// The texts and argument lists that make a folder a server. Pure.
namespace analemma::infra::local {

/// One server as its files see it.
struct View {
    ServerRecord record;
    QString mark;       ///< value of ANALEMMA_SERVER
    QString control;    ///< host path of ctl
    QString root;       ///< host path of root
    QString sshd;       ///< path of the program
    QString home;       ///< of the account that logs in
    QString clientKey;  ///< public, may log in
    [[nodiscard]] bool shared() const { return record.mode == QLatin1String(sharedView); }
    /// Where the server itself sees ctl, and what stands before its paths.
    [[nodiscard]] QString controlInside() const
    {
        return shared() ? control : QStringLiteral("/ctl");
    }
    [[nodiscard]] QString rootInside() const { return shared() ? root : QString(); }
};

struct FileText {
    QString path;  ///< below ctl or root
    QByteArray text;
    int mode = 0644;
};

/// passwd, shadow, group, nsswitch.conf, hosts, ... below root. `resolver` is this machine's
/// resolv.conf.
QList<FileText> rootFiles(const View& view, const QByteArray& resolver);
/// Folders that every root has.
QStringList rootFolders();
/// sshd_config, authorized_keys, environment, init below ctl. Not the host key.
QList<FileText> controlFiles(const View& view, const QByteArray& init);

QByteArray sshdConfig(const View& view);
/// sh(1) assignments with what services find in their environment.
QByteArray environmentText(const View& view);
/// Invalid: a name that is no variable, a value that cannot be one.
Result<void> checkVariables(const QMap<QString, QString>& variables);

/// /bin and its like on this machine: a link into /usr, or a folder of their own.
struct SystemFolder {
    QString path;
    QString link;  ///< empty: a folder
};
QList<SystemFolder> systemFolders();
/// bubblewrap's arguments up to and with the command. A pid namespace, so that ending its first
/// process ends all; no network namespace, because servers share the loopback device; no
/// --die-with-parent, because servers outlive the window.
QStringList bwrapArguments(const View& view, const QList<SystemFolder>& system);
/// The same namespaces with nothing in them: can this machine do it?
QStringList bwrapProbeArguments(const QList<SystemFolder>& system);
/// True when a pseudo terminal can be given to an ordinary user (devpts with gid=, mode=620).
bool ptyWorks(const QByteArray& procMounts, bool isRoot);

}  // namespace analemma::infra::local
