#include "core/operate/src/logcommand.h"

#include "core/base/text.h"

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// Of a file, the last lines are looked for in so much of its end.
constexpr qint64 kBacklogBytes = 1024 * 1024;
constexpr int kLookEverySeconds = 2;

constexpr std::array kPartWords{"first",    "same",      "rest",    "rotated",
                                "replaced", "truncated", "unplaced"};

/// POSIX sh, one line, as shells of any kind pass it on. $f is the file, $m the mark, $n lines of
/// before, $o and $p file and offset to go on from, $b the most bytes of each file. Says each part
/// of the log with its place, and follows the name: another file under it is a new part.
QString followScript()
{
    QStringList script;
    // id: the file's $i and its size $s.
    script << u"id() { x=$(stat -L -c '%d:%i %s' \"$f\" 2>/dev/null) || return 1; i=${x% *}; "
              "s=${x#* }; }"_s;
    script << u"t=; trap 'kill $t 2>/dev/null; exit 143' TERM HUP"_s;
    // A stat that knows no -c: as before, without places.
    script << u"stat -L -c %s / >/dev/null 2>&1 || { echo \"$m @ - - - unplaced 0\"; "
              "tail -n $n -F -- \"$f\" & t=$!; wait $t; exit $?; }"_s;
    script << u"[ -r \"$f\" ] || tail -c 1 \"$f\" >/dev/null"_s;  // complains, once
    script << u"until [ -r \"$f\" ] && id; do sleep 1 >/dev/null 2>&1 & wait $!; done"_s;
    // part NAME: skips what is more than $b behind $q of a file of $s bytes.
    script << u"part() { k=0; if [ $((s-q)) -gt $b ]; then k=$((s-q-b)); q=$((s-b)); fi; "
              "echo \"$m @ $i $q $s $1 $k\"; }"_s;
    script
        << u"w=same; q=$p; "
           "if [ -z \"$o\" ]; then "
           "w=first; c=$s; [ $c -gt %1 ] && c=%1; "
           "l=$(tail -c +$((s-c+1)) \"$f\" | head -c $c | tail -n $n | wc -c); q=$((s-l)); b=$s; "
           "elif [ \"$i\" = \"$o\" ] && [ $s -ge $p ]; then :; "
           "elif [ \"$i\" = \"$o\" ]; then w=truncated; q=0; "
           "else w=replaced; "
           "g=$(stat -L -c '%d:%i %n' \"$f\"[.-]* 2>/dev/null | sed -n \"s/^$o //p\" | head -n 1); "
           "z=$(stat -L -c %s \"$g\" 2>/dev/null) || z=-1; "
           "if [ -n \"$g\" ] && [ $z -ge $p ]; then "
           "w=rotated; v=$i; y=$s; i=$o; s=$z; part rest; "
           "tail -c +$((q+1)) \"$g\" | head -c $((s-q)); "
           "[ -n \"$(tail -c 1 \"$g\")\" ] && echo; i=$v; s=$y; "
           "fi; q=0; fi"_s.arg(kBacklogBytes);
    script << u"part $w; tail -c +$((q+1)) -f \"$f\" & t=$!"_s;
    script << u"while :; do sleep %1 >/dev/null 2>&1 & wait $!; "
              "kill -0 $t 2>/dev/null || { wait $t; exit $?; }; "
              "j=$i; l=$s; id || continue; "
              "if [ \"$i\" != \"$j\" ]; then "
              "[ -r \"$f\" ] || { i=$j; s=$l; continue; }; "
              "sleep 1 >/dev/null 2>&1 & wait $!; "  // the old one is read to its end
              "{ kill $t; wait $t; } 2>/dev/null; "
              "echo \"$m @ $i 0 $s rotated 0\"; tail -c +1 -f \"$f\" & t=$!; "
              "elif [ $s -lt $l ]; then echo \"$m @ $i - $s truncated 0\"; fi; done"_s.arg(
                  kLookEverySeconds);
    return script.join(u"; "_s);
}

QString plainReading(const LogQuestion& question)
{
    const LogSource& source = question.source;
    QStringList words;
    if (source.file.isEmpty()) {
        words = {u"journalctl"_s,        u"--no-pager"_s, u"-o"_s,
                 u"short-iso-precise"_s, u"-n"_s,         QString::number(question.backlog)};
        if (question.follow) {
            words.append(u"-f"_s);
        }
        if (!source.unit.isEmpty()) {
            words.append(u"--unit="_s + source.unit);
        }
    } else {
        words = {u"tail"_s, u"-n"_s, QString::number(question.backlog), u"--"_s, source.file};
    }
    return shellQuote(words);
}

std::optional<qint64> numberIn(const QByteArray& word)
{
    bool ok = false;
    const qint64 number = word.toLongLong(&ok);
    return ok && number >= 0 ? std::optional(number) : std::nullopt;
}

}  // namespace

QString logCommand(const LogQuestion& question, const QByteArray& mark)
{
    // The half of the mark is put together there: a server that repeats its input does not say it.
    const QString half = QString::fromLatin1(mark.first(mark.size() / 2));
    const QString rest = QString::fromLatin1(mark.sliced(mark.size() / 2));
    const QString hello = u"m=%1; m=\"${m}%2\"; echo \"$m $(date +%z)\"; "_s.arg(half, rest);
    if (!question.follow) {
        return u"sh -c "_s +
               shellQuote(hello + u"exec "_s + plainReading(question) + u" </dev/null"_s);
    }
    QString reading = plainReading(question) + u" </dev/null 3<&- & t=$!; "_s;
    if (!question.source.file.isEmpty()) {
        const bool known = question.from.isKnown();
        reading = u"f=%1; n=%2; o=%3; p=%4; b=%5; { %6; } </dev/null 3<&- & t=$!; "_s.arg(
            shellQuote(question.source.file), QString::number(question.backlog),
            known ? question.from.file : u"''"_s, QString::number(known ? question.from.offset : 0),
            QString::number(question.most), followScript());
    }
    return u"sh -c "_s + shellQuote(hello + u"exec 3<&0; "_s + reading +
                                    u"{ cat <&3; kill $t; } >/dev/null 2>&1 & c=$!; exec 3<&-; "
                                    "wait $t; r=$?; kill $c 2>/dev/null; exit $r"_s);
}

std::optional<LogPart> readLogPart(QByteArrayView text)
{
    const QByteArrayList words = text.toByteArray().trimmed().split(' ');
    if (words.size() != 6 || words[0] != "@") {
        return std::nullopt;
    }
    LogPart part;
    const auto word = std::find(kPartWords.begin(), kPartWords.end(), words[4]);
    if (word == kPartWords.end()) {
        return std::nullopt;
    }
    part.kind = LogPartKind(word - kPartWords.begin());
    const QByteArray& file = words[1];
    const qsizetype colon = file.indexOf(':');
    const bool isPlace =
        colon > 0 && numberIn(file.first(colon)) && numberIn(file.sliced(colon + 1));
    const std::optional<qint64> offset = numberIn(words[2]);
    if (isPlace && offset) {
        part.at = {QString::fromLatin1(file), *offset};
    }
    part.until = numberIn(words[3]).value_or(0);
    part.skipped = numberIn(words[5]).value_or(0);
    return part;
}

}  // namespace analemma::operate
