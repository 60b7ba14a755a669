#include "core/monitor/src/checklog.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr uint fileTypeBits = 0170000;  // S_IFMT
constexpr uint regularFile = 0100000;   // S_IFREG
/// pcre2pattern(3): a pattern may lower what the program allows.
constexpr QLatin1StringView stepLimits("(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=1000)");

}  // namespace

std::optional<LogFile> readLogFile(const QByteArray& line)
{
    const QList<QByteArray> words = line.trimmed().split(' ');
    if (words.size() != 3 || words.at(0).size() > 60 || !words.at(0).contains(':')) {
        return std::nullopt;
    }
    LogFile file;
    bool isSize = false;
    bool isMode = false;
    file.identity = words.at(0);
    file.size = words.at(1).toLongLong(&isSize);
    const uint mode = words.at(2).toUInt(&isMode, 16);
    file.regular = (mode & fileTypeBits) == regularFile;
    return isSize && isMode && file.size >= 0 ? std::optional(file) : std::nullopt;
}

LogPlan planLog(const CheckMemory& memory, const LogFile& file)
{
    LogPlan plan;
    plan.first = memory.file.isEmpty();
    if (plan.first) {
        plan.from = std::max<qint64>(0, file.size - firstLogBytes);
        plan.length = file.size - plan.from;
        return plan;
    }
    // Another file, or one that was emptied: all of it is new.
    const bool same = memory.file == file.identity && memory.offset <= file.size;
    plan.from = same ? memory.offset : 0;
    plan.length = file.size - plan.from;
    if (plan.length > mostLogBytes) {
        plan.skipped = plan.length - mostLogBytes;
        plan.from += plan.skipped;
        plan.length = mostLogBytes;
    }
    return plan;
}

LogCount countLog(const QByteArray& bytes, const QString& pattern, bool isRegex)
{
    LogCount count;
    const QByteArray text = pattern.toUtf8();
    const QRegularExpression regex(isRegex ? stepLimits + pattern : QString());
    QByteArrayView last;
    qsizetype at = 0;
    for (qsizetype end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', at)) {
        const QByteArrayView line =
            QByteArrayView(bytes).sliced(at, std::min(end - at, longestLogLine));
        ++count.lines;
        const bool matches = isRegex ? regex.match(QString::fromUtf8(line)).hasMatch()
                                     : line.contains(QByteArrayView(text));
        if (matches) {
            ++count.matching;
            last = line;
        }
        at = end + 1;
    }
    // A line without an end that is longer than any look would stay for ever.
    count.consumed = at == 0 && bytes.size() >= mostLogBytes ? bytes.size() : at;
    count.last = displayText(last.trimmed(), 200);
    return count;
}

CheckResult judgeLog(const workspace::ServiceCheck& check, const LogPlan& plan,
                     const LogCount& count)
{
    CheckResult result;
    result.count = count.matching;
    const QString lines =
        count.matching == 1 ? u"1 line matches"_s : u"%1 lines match"_s.arg(count.matching);
    result.detail =
        plan.first ? u"%1 of its last %2, from now on counted"_s.arg(lines, sizeText(plan.length))
                   : u"%1 of %2 new ones"_s.arg(lines).arg(count.lines);
    if (plan.skipped > 0) {
        result.detail += u"; %1 were too much to read"_s.arg(sizeText(plan.skipped));
    }
    result.ok = plan.first || count.matching <= check.most;
    if (!result.ok) {
        result.reason = u"%1 since the last look; the last: %2"_s.arg(lines, count.last);
    }
    return result;
}

}  // namespace analemma::monitor
