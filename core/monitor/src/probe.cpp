#include "core/monitor/src/probe.h"

#include "core/monitor/src/samplewords.h"

#include <array>
#include <charconv>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qsizetype longestProbeLine = 200;

/// Reads files when asked to and starts no process. One line, no single quote: it travels quoted.
/// - Reads of a file end at its end, and it is closed then: /proc is read anew each time.
/// - Regular expressions are written out: busybox compiles one in a variable anew for each line.
/// - Blanks, units, means of the kernel's own and fields that nobody reads stay there.
/// - What is written gathers in `o`: mawk, with -W interactive, writes each print by itself. An
///   answer that is no longer than usual is one write, and so one packet.
/// - It ends at the end of its input: when its channel goes, however that happens.
constexpr const char* program =
    // the rest of the answer so far goes out
    "function h(){printf \"%s\",o;o=\"\"}"
    // a whole file
    "function w(f,t){while((getline l<f)>0)o=o t l \"\\n\";close(f);if(length(o)>7999)h()}"
    // of a file of pressure, the sums
    "function r(f,t){while((getline l<f)>0)o=o t substr(l,1,5) substr(l,index(l,\"total=\")) "
    "\"\\n\";close(f)}"
    "BEGIN{while((getline q)>0){n=split(q,a,\" \");o=\"<\" a[1] \"\\n\";"
    "for(i=1;i<=length(a[2]);i++){k=substr(a[2],i,1);"
    "if(k==\"u\")w(\"/proc/uptime\",k);"
    "else if(k==\"s\"){f=\"/proc/stat\";"
    "while((getline l<f)>0)if(l~/^[bcp]/)o=o k l \"\\n\";close(f)}"
    "else if(k==\"l\")w(\"/proc/loadavg\",k);"
    "else if(k==\"m\"){f=\"/proc/meminfo\";"
    "while((getline<f)>0)if(/^(Mem|Buff|Cach|SwapT|SwapF|SRec)/)o=o k $1 \" \" $2 "
    "\"\\n\";close(f)}"
    "else if(k==\"v\"){f=\"/proc/vmstat\";"
    "while((getline l<f)>0)if(l~/^(pgpg|pswp|pgmajf|oom_k)/)o=o k l \"\\n\";close(f)}"
    "else if(k==\"p\"){r(\"/proc/pressure/cpu\",\"pc\");r(\"/proc/pressure/memory\",\"pm\");"
    "r(\"/proc/pressure/io\",\"pi\")}"
    "else if(k==\"d\"){f=\"/proc/diskstats\";"
    "while((getline<f)>0)if(!/ (loop|ram|sr|fd)[0-9]/){if(NF>14)NF=14;$1=$2=0;o=o k $0 \"\\n\";"
    "if(length(o)>7999)h()}close(f)}"
    "else if(k==\"n\"){f=\"/proc/net/dev\";"
    "while((getline<f)>0)if(/:/){$1=$1;o=o k $0 \"\\n\";if(length(o)>7999)h()}close(f)}"
    "else if(k==\"f\")w(\"/proc/sys/fs/file-nr\",k);"
    "else if(k==\"k\"){w(\"/proc/net/sockstat\",k);w(\"/proc/net/sockstat6\",k)}"
    "else if(k==\"b\")w(\"/proc/sys/kernel/random/boot_id\",k);"
    "else if(k==\"r\"){f=\"/run/reboot-required\";o=o k ((getline l<f)>=0) \"\\n\";close(f)}"
    "else if(k==\"M\"){f=\"/proc/self/mountinfo\";"
    "while((getline l<f)>0){o=o k l \"\\n\";if(length(o)>7999)h()}close(f)}"
    "else if(k==\"P\")for(j=3;j<=n;j++)w(\"/proc/\" a[j] \"/stat\",k);"
    "else if(k==\"C\")for(j=3;j<=n;j++){o=o k a[j] \"\\n\";f=\"/sys/fs/cgroup\" a[j];"
    "g=f \"/cpu.stat\";if((getline l<g)>0)o=o k l \"\\n\";close(g);"
    "w(f \"/memory.current\",\"C>\");w(f \"/memory.max\",\"C<\")}"
    "if(length(o)>7999)h()}"
    "o=o \">\" a[1] \"\\n\";h();fflush()}}";

}  // namespace

QByteArray remoteProgram()
{
    return program;
}

QString probeCommand()
{
    return u"exec sh -c 'IFS= read -r p && eval \"$p\"'"_s;
}

/// mawk is the cheapest, and gawk and busybox follow. Any other awk that passes the trial will do.
/// mawk waits for more input than there is unless it is told otherwise; no other one knows -W so.
/// The mark is not in there whole, so that a server which repeats its input does not say it.
QByteArray probeInput(const QByteArray& mark)
{
    const qsizetype half = mark.size() / 2;
    return "m=" + mark.first(half) + "; LC_ALL=C; export LC_ALL; p='" + remoteProgram() +
           "'; t='BEGIN{getline q;if((getline l<\"/proc/uptime\")>0&&q~/^(x|7)/)"
           "printf \"%s%s\\n\",substr(\"ok\",1,2),q;fflush()}'; "
           "if [ -r /proc/stat ] && [ -r /proc/uptime ]; then "
           "for a in mawk gawk 'busybox awk' awk; do "
           "command -v \"${a%% *}\" >/dev/null 2>&1 || continue; "
           "case $a in mawk|awk) case $($a -W version </dev/null 2>&1) in "
           "mawk*) a=\"$a -W interactive\";; esac;; esac; "
           "[ \"$(echo 7 | $a \"$t\" 2>/dev/null)\" = ok7 ] || continue; "
           "echo \"${m}" +
           mark.sliced(half) +
           " ok $(getconf PAGESIZE 2>/dev/null || echo 4096) $a\"; exec $a \"$p\" 2>/dev/null; "
           "done; echo \"${m}" +
           mark.sliced(half) + " no awk\"; else echo \"${m}" + mark.sliced(half) +
           " no /proc\"; fi\n";
}

std::optional<ProbeAnswer> readProbe(const QByteArray& output, const QByteArray& mark)
{
    const qsizetype at = output.indexOf(mark + ' ');
    if (at < 0) {
        return std::nullopt;
    }
    const qsizetype from = at + mark.size() + 1;
    const qsizetype end = output.indexOf('\n', from);
    const QByteArrayView line =
        QByteArrayView(output).sliced(from).first(end < 0 ? output.size() - from : end - from);
    ProbeAnswer answer;
    if (end < 0 && line.size() < longestProbeLine) {
        return std::nullopt;
    }
    Words words(line);
    const QByteArrayView word = words.next();
    if (word == "ok" && line.size() < longestProbeLine) {
        const quint64 page = words.number();
        answer.awk = words.rest().trimmed().toByteArray();
        answer.awk.replace(" -W interactive", "");
        answer.pageBytes = !words.isBad() && page >= 1024 && page <= (1U << 20U) ? page : 4096;
    } else {
        answer.problem = words.rest()
                             .trimmed()
                             .first(std::min<qsizetype>(words.rest().trimmed().size(), 60))
                             .toByteArray();
    }
    return answer;
}

QByteArray request(quint64 number, const QByteArray& letters, const QByteArrayList& names)
{
    QByteArray line = QByteArray::number(number) + ' ' + letters;
    for (const QByteArray& name : names) {
        line += ' ' + name;
    }
    return line + '\n';
}

std::optional<Result<QByteArray>> readAnswer(const QByteArray& output, quint64 number)
{
    std::array<char, 24> first{'<'};
    std::array<char, 24> last{'\n', '>'};
    const auto line = [number](std::array<char, 24>& room, std::size_t from) {
        char* const to =
            std::to_chars(room.data() + from, room.data() + room.size() - 1, number).ptr;
        *to = '\n';
        return QByteArrayView(room.data(), to + 1);
    };
    const QByteArrayView begin = line(first, 1);
    const QByteArrayView end = line(last, 2);
    if (!output.startsWith(begin) && !begin.startsWith(output)) {
        return Result<QByteArray>(
            Error(ErrorKind::Protocol, u"what the server answers does not fit the question"_s));
    }
    if (output.size() < begin.size() || !output.endsWith(end)) {
        return std::nullopt;
    }
    const qsizetype to = output.size() - end.size() + 1;  // with the line feed of the last line
    return Result<QByteArray>(QByteArray::fromRawData(output.constData() + begin.size(),
                                                      std::max<qsizetype>(to - begin.size(), 0)));
}

}  // namespace analemma::monitor
