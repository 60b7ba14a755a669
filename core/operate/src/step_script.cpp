#include "core/operate/src/step_script.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// Common to the scripts and the runner of a step.
constexpr char common[] = R"sh(
begun_at() {
    if [ -r "/proc/$1/stat" ]; then
        sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
    else
        ps -o lstart= -p "$1" 2>/dev/null | tr -cd '0-9A-Za-z'
    fi
}
boot_id() {
    id=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -cd '0-9A-Za-z')
    echo "${id:-unknown}"
}
pause() { sleep "$1" 2>/dev/null || sleep 1; }
apart() {
    if command -v setsid >/dev/null 2>&1; then
        exec setsid "$@"
    fi
    exec perl -e 'use POSIX; POSIX::setsid(); exec @ARGV' "$@"
}
end_group() {
    kill -TERM "-$1" 2>/dev/null
    for nap in 0.1 0.2 0.7 1 1 1; do
        kill -0 "-$1" 2>/dev/null || return 0
        pause "$nap"
    done
    kill -KILL "-$1" 2>/dev/null
}
)sh";

/// The process that carries out one step: arguments folder, seconds, umask, interpreter words.
constexpr char runner[] = R"sh(
step=$1 limit=$2 mask=$3
shift 3
cd "$step" || exit 1
mkdir started 2>/dev/null || exit 0
began=$(date +%s)
echo "$$ $(begun_at $$) $(boot_id) $began" >pid.new && mv pid.new pid || exit 1
ANALEMMA_INPUTS=$step/inputs
export ANALEMMA_INPUTS
apart /bin/sh -c 'cd "${HOME:-/}"; umask "$1"; shift; exec "$@"' analemma "$mask" "$@" "$step/command" \
    </dev/null >output 2>&1 &
child=$!
echo "$child $(begun_at "$child")" >group.new && mv group.new group
dog=
if [ "$limit" -gt 0 ]; then
    (
        nap=
        trap 'kill $nap 2>/dev/null; exit 0' TERM
        sleep "$limit" &
        nap=$!
        wait "$nap"
        trap - TERM
        mkdir late
        end_group "$child"
    ) </dev/null >/dev/null 2>&1 &
    dog=$!
fi
wait "$child"
code=$?
if [ -n "$dog" ]; then
    [ -d late ] || kill "$dog" 2>/dev/null
    wait "$dog" 2>/dev/null
fi
how=exit
[ -d late ] && how=late
[ -d stopped ] && how=stopped
rm -rf inputs
echo "$code $how $began $(date +%s)" >exit.new && mv exit.new exit
)sh";

/// Looks at the step and tells. Sets state, code, how, began, ended, size.
constexpr char observer[] = R"sh(
home=${HOME:-}
[ -n "$home" ] || home=$(cd && pwd)
base=$home/.analemma/steps
step=$base/$key
ended_there() {
    [ -f "$step/exit" ] && read -r code how began ended <"$step/exit" && state=ended
}
observe() {
    code=-1 how=- began=0 ended=0 size=0
    if [ -f "$step" ]; then
        state=removed
    elif [ ! -d "$step" ]; then
        state=absent
    elif ended_there; then
        :
    elif [ ! -d "$step/started" ]; then
        state=prepared
    elif [ ! -f "$step/pid" ]; then
        state=starting
    else
        read -r pid born boot began <"$step/pid"
        state=running
        if [ "$boot" != "$(boot_id)" ]; then
            state=lost how=boot
        elif [ "$(begun_at "$pid")" != "$born" ]; then
            state=lost how=gone
            if ended_there; then
                :
            elif [ -f "$step/group" ] && read -r group born <"$step/group" && [ "$(begun_at "$group")" = "$born" ]; then
                state=running how=-
            fi
        fi
    fi
    [ -f "$step/output" ] && size=$(wc -c <"$step/output" | tr -d ' ')
}
settled() {
    case $state in
        ended | lost | absent | removed | refused) return 0 ;;
    esac
    return 1
}
watch() {
    observe
    turn=0
    for nap in $naps; do
        settled && break
        turn=$((turn + 1))
        [ "$offset" -ge 0 ] && [ "$size" -gt "$offset" ] && [ "$turn" -gt 4 ] && break
        pause "$nap"
        observe
    done
}
report() {
    count=0
    if [ "$offset" -ge 0 ] && [ "$size" -gt "$offset" ]; then
        count=$((size - offset))
        [ "$count" -gt "$piece" ] && count=$piece
    fi
    printf '\nanalemma %s %s %s %s %s %s %s %s\n' "$key" "$state" "$code" "$how" "$began" "$ended" "$size" "$count"
    [ "$count" -gt 0 ] && tail -c "+$((offset + 1))" "$step/output" | head -c "$count"
    return 0
}
refuse() {
    observe
    state=refused how=$1
    report
    exit 0
}
put() {
    cat >"$step/$1.$$" && mv "$step/$1.$$" "$step/$1"
}
)sh";

QByteArray hereDocument(const QString& key, const QByteArray& text)
{
    // The key has a random part, so that no line of a text is its end.
    const QByteArray end = "END-" + key.toUtf8();
    return "<<'" + end + "'\n" + text + (text.endsWith('\n') ? "" : "\n") + end + '\n';
}

/// All within one function that is called by the last line: of a text that is cut off on its way
/// nothing is done. What it calls does not read the rest of it.
QByteArray script(const QString& key, qint64 offset, const QByteArray& naps, const QByteArray& body)
{
    return QByteArray("key=") + key.toUtf8() + " offset=" + QByteArray::number(offset) +
           " piece=" + QByteArray::number(pieceBytes) + "\nnaps='" + naps +
           "'\nmask=$(umask)\numask 077\n" + common + observer + "main() {\n" + body +
           "}\nmain </dev/null\n";
}

qint64 wholeSeconds(milliseconds duration)
{
    return duration.count() <= 0 ? 0 : (duration.count() + 999) / 1000;
}

}  // namespace

QString toString(StepReport::State state)
{
    static const QStringList words{u"absent"_s,   u"removed"_s, u"refused"_s, u"prepared"_s,
                                   u"starting"_s, u"running"_s, u"ended"_s,   u"lost"_s};
    return words.value(int(state));
}

QString stepKey(const QString& operation, const QString& host)
{
    return operation + u'-' + sha256(host.toUtf8()).left(12);
}

QStringList interpreterOf(const QByteArray& text)
{
    if (!text.startsWith("#!")) {
        return {u"/bin/sh"_s};
    }
    const QString line = QString::fromUtf8(text.mid(2, text.indexOf('\n') - 2)).trimmed();
    const qsizetype gap = line.indexOf(u' ');
    if (line.isEmpty()) {
        return {u"/bin/sh"_s};
    }
    // As execve(2) does it: all that follows the program is one argument.
    return gap < 0 ? QStringList{line} : QStringList{line.left(gap), line.mid(gap + 1).trimmed()};
}

QByteArray launchScript(const RemoteStep& step)
{
    QByteArray body = R"sh(
find "$base" -maxdepth 1 -type f -mtime +0 -exec rm -f {} + 2>/dev/null
if [ ! -d "$step/started" ] && [ ! -f "$step" ]; then
    command -v setsid >/dev/null 2>&1 || command -v perl >/dev/null 2>&1 || refuse no-setsid
    mkdir -p "$step/inputs" || refuse no-folder
)sh";
    body += "put command " + hereDocument(step.key, step.command) +
            "[ -f \"$step/command\" ] || refuse no-folder\n";
    for (auto input = step.inputs.begin(); input != step.inputs.end(); ++input) {
        const QByteArray name = "inputs/" + input.key().toUtf8();
        input.value().use([&](QByteArrayView bytes) {
            body += "put " + name + ' ' + hereDocument(step.key, bytes.toByteArray());
        });
        body += "[ -f \"$step/" + name + "\" ] || refuse no-folder\n";
    }
    body += "put run " + hereDocument(step.key, QByteArray(common) + runner);
    body += "[ -f \"$step/run\" ] || refuse no-folder\n";
    body += "apart /bin/sh \"$step/run\" \"$step\" " +
            QByteArray::number(wholeSeconds(step.timeout)) + " \"$mask\" " +
            shellQuote(interpreterOf(step.command)).toUtf8() +
            " </dev/null >/dev/null 2>&1 &\nfi\nwatch\nreport\n";
    return script(step.key, 0, "0.03 0.05 0.1 0.2 0.3", body);
}

QByteArray watchScript(const QString& key, qint64 offset)
{
    return script(key, offset, "0.1 0.2 0.3 0.4 1 1 1 1 1 1 1 1", "watch\nreport\n");
}

QByteArray stopScript(const QString& key)
{
    return script(key, 0, "0.1 0.2 0.5 1 1 1 1 1", R"sh(
mkdir -p "$step" 2>/dev/null
if [ -d "$step" ] && mkdir "$step/started" 2>/dev/null; then
    echo "-1 never 0 0" | put exit
elif [ -d "$step" ] && [ ! -f "$step/exit" ]; then
    mkdir "$step/stopped" 2>/dev/null
    for nap in 0.1 0.3 0.6 1; do
        [ -f "$step/group" ] && break
        pause "$nap"
    done
    if [ -f "$step/group" ] && read -r group born <"$step/group" && [ "$(begun_at "$group")" = "$born" ]; then
        end_group "$group"
    fi
fi
watch
report
)sh");
}

QByteArray cleanScript(const QString& key, bool mark)
{
    return script(key, -1, {},
                  QByteArray("rm -rf \"$step\"\n") + (mark ? ": >\"$step\"\n" : "") + R"sh(
rmdir "$base" "$home/.analemma" 2>/dev/null
observe
report
)sh");
}

Result<StepReport> readReport(const QString& key, const QByteArray& answer)
{
    const QByteArray mark = "\nanalemma " + key.toUtf8() + ' ';
    const qsizetype at = answer.indexOf(mark);
    const qsizetype end = at < 0 ? -1 : answer.indexOf('\n', at + 1);
    const QByteArrayList words =
        end < 0 ? QByteArrayList()
                : answer.mid(at + mark.size(), end - at - mark.size()).split(' ');
    if (words.size() != 7) {
        return Error(ErrorKind::Protocol,
                     u"its shell did not answer as /bin/sh does: %1"_s.arg(
                         displayText(QByteArrayView(answer.trimmed().right(300)), 300)));
    }
    StepReport report;
    bool known = false;
    for (int i = 0; i <= int(StepReport::State::Lost); ++i) {
        if (toString(StepReport::State(i)).toUtf8() == words[0]) {
            report.state = StepReport::State(i);
            known = true;
        }
    }
    bool numbers[5] = {};
    report.code = words[1].toInt(&numbers[0]);
    report.how = QString::fromLatin1(words[2].left(20));
    report.began = words[3].toLongLong(&numbers[1]);
    report.ended = words[4].toLongLong(&numbers[2]);
    report.size = words[5].toLongLong(&numbers[3]);
    const qint64 count = words[6].toLongLong(&numbers[4]);
    for (const bool one : numbers) {
        known = known && one;
    }
    if (!known || count < 0 || count > pieceBytes || report.size < 0) {
        return Error(ErrorKind::Protocol,
                     u"its answer makes no sense: %1"_s.arg(
                         displayText(QByteArrayView(answer.mid(at + 1, end - at - 1)), 200)));
    }
    report.bytes = answer.mid(end + 1, count);
    return report;
}

}  // namespace analemma::operate
