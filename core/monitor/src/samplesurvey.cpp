#include "core/monitor/src/samplesurvey.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {

/// stat -f gives what statvfs(2) says, as df(1) shows it, with one process for all; of the local
/// mounts only, since a remote one may never answer. The time comes last: then it is as old as half
/// a round trip when it is here.
QString surveyCommand(const std::vector<Mount>& mounts)
{
    QString paths;
    for (const Mount& mount : mounts) {
        const QString path = QString::fromUtf8(mount.path);
        if (path.toUtf8() == mount.path) {  // a name that is no UTF-8 cannot be asked for
            paths += u' ' + shellQuote(path);
        }
    }
    const QString space =
        paths.isEmpty() ? QString()
                        : u"$t stat -f -c 'F%S %b %f %a %c %d %n' --%1 2>/dev/null; "_s.arg(paths);
    return u"t=; command -v timeout >/dev/null 2>&1 && t='timeout 8'; "_s + space +
           u"if [ -d /run/systemd/system ]; then echo U; "
           "$t systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null | "
           "while read -r u x; do echo \"U$u\"; done; fi; "
           "if [ -r /sys/fs/cgroup/cgroup.controllers ]; then cd /sys/fs/cgroup && n=0 && "
           "for g in docker/* */docker-*.scope */*/libpod-*.scope machine.slice/* lxc.payload.* "
           "kubepods*/*/* kubepods.slice/*/*.slice system.slice/*.service; do "
           "[ -r \"$g/memory.current\" ] && echo \"G/$g\" && n=$((n+1)) && "
           "[ $n -ge 128 ] && break; done; fi; "
           "date +T%s.%N"_s;
}

QByteArray surveyBlock(const QByteArray& output)
{
    QByteArray block;
    const QByteArrayList lines = output.split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith('F') || line.startsWith('U') || line.startsWith('G')) {
            block += line + '\n';
        } else if (line.startsWith('T')) {
            const qsizetype dot = line.indexOf('.');
            // busybox's date knows no %N.
            const bool isExact =
                dot < 0 || std::all_of(line.begin() + dot + 1, line.end(),
                                       [](char c) { return c >= '0' && c <= '9'; });
            block += (isExact ? line : line.first(dot)) + '\n';
        }
    }
    return block;
}

}  // namespace analemma::monitor
