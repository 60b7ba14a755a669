#include "core/infra/src/local/skeleton.h"

#include "core/base/text.h"

#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

/// sshd_config(5): % begins a token in AuthorizedKeysFile (not in HostKey).
QString withoutTokens(QString path)
{
    return path.replace(u'%', u"%%"_s);
}

QStringList namespaces()
{
    return {u"--unshare-user"_s, u"--uid"_s,         u"1000"_s,          u"--gid"_s,
            u"1000"_s,           u"--unshare-pid"_s, u"--unshare-uts"_s, u"--unshare-ipc"_s};
}

QStringList systemArguments(const QList<SystemFolder>& system)
{
    QStringList arguments{u"--ro-bind"_s, u"/usr"_s, u"/usr"_s};
    for (const SystemFolder& folder : system) {
        if (folder.link.isEmpty()) {
            arguments << u"--ro-bind"_s << folder.path << folder.path;
        } else {
            arguments << u"--symlink"_s << folder.link << folder.path;
        }
    }
    return arguments;
}

/// What of the machine's /etc belongs to its /usr and is no secret.
QStringList sharedSettings()
{
    return {u"/etc/ld.so.cache"_s,     u"/etc/alternatives"_s,    u"/etc/ssl/certs"_s,
            u"/etc/ssl/openssl.cnf"_s, u"/etc/ca-certificates"_s, u"/etc/mime.types"_s,
            u"/etc/services"_s,        u"/etc/protocols"_s,       u"/etc/localtime"_s};
}

QByteArray hostsText(const View& view)
{
    return u"127.0.0.1 localhost\n%1 %2\n"_s.arg(view.record.address, view.record.spec.name)
        .toUtf8();
}

}  // namespace

QStringList rootFolders()
{
    return {u"etc"_s,  u"etc/ssl"_s,     u"srv"_s,     u"srv/services"_s, u"srv/app"_s,
            u"home"_s, u"home/deploy"_s, u"opt"_s,     u"run"_s,          u"tmp"_s,
            u"var"_s,  u"var/log"_s,     u"var/lib"_s, u"var/tmp"_s,      u"var/cache"_s};
}

QList<FileText> rootFiles(const View& view, const QByteArray& resolver)
{
    // Single-user map: whoever owns a file of the machine but us is seen as nobody. No group tty,
    // or sshd would try to give terminals to it. nsswitch says only "files": systemd's module
    // answers for missing shadow entries, and sshd then takes the account for locked.
    return {
        {u"etc/passwd"_s,
         "deploy:*:1000:1000:deploy:/home/deploy:/bin/bash\n"
         "sshd:*:100:65534:sshd:/run/sshd:/usr/sbin/nologin\n"
         "nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
        {u"etc/shadow"_s, "deploy:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n", 0600},
        {u"etc/group"_s, "deploy:x:1000:\nnogroup:x:65534:\n"},
        {u"etc/nsswitch.conf"_s,
         "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: "
         "files\nprotocols: files\n"},
        {u"etc/hostname"_s, view.record.spec.name.toUtf8() + '\n'},
        {u"etc/hosts"_s, hostsText(view)},
        {u"etc/resolv.conf"_s, resolver},
        {u"etc/profile"_s,
         "export PATH=/usr/local/bin:/usr/bin:/bin\n[ -n \"${PS1-}\" ] && PS1='\\u@\\h:\\w\\$ '\n"},
    };
}

QByteArray sshdConfig(const View& view)
{
    const QString control = view.controlInside();
    QString text =
        u"ListenAddress %1\n"
        "Port %2\n"
        "HostKey \"%3\"\n"
        "PidFile none\n"
        "AuthorizedKeysFile \"%4\"\n"
        "StrictModes no\n"
        "UsePAM no\n"
        "PasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\n"
        "UseDNS no\n"
        "PrintMotd no\n"
        "PrintLastLog no\n"
        "MaxStartups 50:30:100\n"
        "MaxSessions 64\n"
        "LoginGraceTime 30\n"
        "ClientAliveInterval 30\n"
        "Subsystem sftp internal-sftp\n"_s.arg(view.record.address)
            .arg(sshPort)
            .arg(control + u"/hostkey"_s, withoutTokens(control + u"/authorized_keys"_s));
    // Only the first SetEnv counts, so it is one line.
    text += u"SetEnv %1=%2 SERVER_NAME=%3 BIND_ADDR=%4 PORT=%5"_s
                .arg(QLatin1StringView(serverVariable), view.mark, view.record.spec.name,
                     view.record.address)
                .arg(view.record.spec.servicePort);
    if (view.shared()) {
        // The shell must read this server's dotfiles, not those of the person at this machine: they
        // are slow, and ending a server would end them half-way.
        text += u" \"SERVER_ROOT=%1\" \"HOME=%2\"\nPermitUserRC no"_s.arg(view.root, view.home);
    }
    return text.toUtf8() + '\n';
}

QByteArray environmentText(const View& view)
{
    QMap<QString, QString> all = view.record.spec.variables;
    all.insert(u"BIND_ADDR"_s, view.record.address);
    all.insert(u"PORT"_s, QString::number(view.record.spec.servicePort));
    all.insert(u"SERVER_NAME"_s, view.record.spec.name);
    all.insert(u"SERVER_ROOT"_s, view.rootInside());
    all.insert(QString::fromLatin1(serverVariable), view.mark);
    all.insert(u"HOME"_s, view.home);
    all.insert(u"LANG"_s, u"C.UTF-8"_s);
    if (!all.contains(u"PATH"_s)) {
        all.insert(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
    }
    QString text;
    for (auto it = all.begin(); it != all.end(); ++it) {
        text += u"export %1=%2\n"_s.arg(it.key(), shellQuote(it.value()));
    }
    text += u"ANALEMMA_SSHD=%1\n"_s.arg(shellQuote(view.sshd));
    return text.toUtf8();
}

Result<void> checkVariables(const QMap<QString, QString>& variables)
{
    static const QRegularExpression name(u"\\A[A-Za-z_][A-Za-z0-9_]{0,127}\\z"_s);
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        if (!name.match(it.key()).hasMatch() || it.value().contains(QChar(0)) ||
            it.value().size() > 32'768) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\" cannot be an environment variable of a server"_s.arg(
                             displayText(it.key(), 80)));
        }
    }
    return {};
}

QList<FileText> controlFiles(const View& view, const QByteArray& init)
{
    return {
        {u"sshd_config"_s, sshdConfig(view), 0600},
        {u"authorized_keys"_s, view.clientKey.toUtf8() + " analemma\n", 0600},
        {u"environment"_s, environmentText(view), 0600},
        {u"init"_s, init, 0700},
    };
}

QList<SystemFolder> systemFolders()
{
    QList<SystemFolder> folders;
    for (const QString& path :
         {u"/bin"_s, u"/sbin"_s, u"/lib"_s, u"/lib32"_s, u"/lib64"_s, u"/libx32"_s}) {
        const QFileInfo info(path);
        if (info.isSymLink()) {
            // As it stands, "usr/bin": QFileInfo gives the absolute target.
            folders.append({path, info.symLinkTarget().mid(1)});
        } else if (info.isDir()) {
            folders.append({path, {}});
        }
    }
    return folders;
}

QStringList bwrapArguments(const View& view, const QList<SystemFolder>& system)
{
    QStringList arguments = namespaces();
    arguments << u"--hostname"_s << view.record.spec.name << systemArguments(system);
    for (const QString& part : {u"etc"_s, u"srv"_s, u"home"_s, u"var"_s, u"opt"_s, u"run"_s}) {
        arguments << u"--bind"_s << view.root + u'/' + part << u'/' + part;
    }
    const QStringList settings = sharedSettings();
    for (const QString& path : settings) {
        arguments << u"--ro-bind-try"_s << path << path;
    }
    arguments << u"--ro-bind"_s << view.control << u"/ctl"_s << u"--proc"_s << u"/proc"_s
              << u"--dev"_s << u"/dev"_s << u"--tmpfs"_s << u"/tmp"_s << u"--chdir"_s << u"/"_s
              << u"--"_s << u"/bin/sh"_s << u"/ctl/init"_s << u"/ctl"_s;
    return arguments;
}

QStringList bwrapProbeArguments(const QList<SystemFolder>& system)
{
    return namespaces() + systemArguments(system) +
           QStringList{u"--proc"_s,  u"/proc"_s, u"--dev"_s, u"/dev"_s,
                       u"--tmpfs"_s, u"/tmp"_s,  u"--"_s,    u"/bin/true"_s};
}

bool ptyWorks(const QByteArray& procMounts, bool isRoot)
{
    if (isRoot) {
        return true;  // may give a terminal to anybody
    }
    bool works = false;
    const QList<QByteArray> lines = procMounts.split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() > 3 && words[1] == "/dev/pts" && words[2] == "devpts") {
            works = words[3].contains("gid=") &&
                    words[3].contains("mode=620");  // the last mount counts
        }
    }
    return works;
}

}  // namespace analemma::infra::local
