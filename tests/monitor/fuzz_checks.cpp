#include "core/base/text.h"
#include "core/monitor/src/checkdns.h"
#include "core/monitor/src/checklog.h"
#include "core/monitor/src/checkrules.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

namespace {

workspace::ServiceCheck checkOf(workspace::CheckKind kind)
{
    workspace::ServiceCheck check;
    check.kind = kind;
    check.body = u"ok"_s;
    check.process = u"nginx"_s;
    check.unit = u"nginx"_s;
    check.port = 443;
    check.record = u"A"_s;
    check.answer = u"10.0.0.7"_s;
    return check;
}

void lookAt(const CheckResult& result)
{
    fuzz::promise(result.ok == result.reason.isEmpty(), "what is not ok has a reason");
    for (const QString& text : {result.reason, result.detail}) {
        fuzz::promise(text.size() <= 1'000, "what is told is short");
        fuzz::promise(displayText(text, 2'000) == text, "and can be shown as it is");
    }
    (void)result.toJson();
}

void answers(const QByteArray& bytes, const QDateTime& now)
{
    http::Response answer;
    answer.status = bytes.size() > 1 ? bytes[0] * 4 : 200;
    answer.body = bytes;
    if (bytes.size() > 8) {
        const qint64 seconds = bytes[1] * qint64(1'000'000) * bytes[2] + bytes[3];
        answer.certificateExpires = now.addSecs(seconds);
    }
    lookAt(judgeAnswer(checkOf(workspace::CheckKind::Http), answer, now));
}

void names(const QByteArray& bytes)
{
    for (const QString& type : workspace::recordTypes()) {
        const Result<QStringList> records = recordsIn(bytes, type);
        if (!records) {
            continue;
        }
        fuzz::promise(records->size() <= 100, "records are bounded");
        for (const QString& record : *records) {
            fuzz::promise(!record.isEmpty() && record.size() <= 600, "a record is short");
            fuzz::promise(displayText(record, 1'000) == record, "and can be shown as it is");
        }
        workspace::ServiceCheck check = checkOf(workspace::CheckKind::Dns);
        check.record = type;
        lookAt(judgeRecords(check, *records));
    }
}

void logs(const QByteArray& bytes, char how)
{
    CheckMemory memory;
    const qsizetype end = bytes.indexOf('\n');
    const std::optional<LogFile> file = readLogFile(bytes.left(end));
    if (!file) {
        return;
    }
    const QByteArray text = end < 0 ? QByteArray() : bytes.sliced(end + 1);
    workspace::ServiceCheck check = checkOf(workspace::CheckKind::Log);
    check.isRegex = how % 2 == 0;
    check.pattern = check.isRegex ? u"(a+)+(e|r)*$"_s : u"error"_s;
    for (int look = 0; look < 3; ++look) {
        const LogPlan plan = planLog(memory, *file);
        fuzz::promise(plan.from >= 0 && plan.length >= 0 && plan.length <= mostLogBytes &&
                          plan.skipped >= 0 && plan.from + plan.length <= file->size,
                      "what is read is within the file and bounded");
        const LogCount count = countLog(text, check.pattern, check.isRegex);
        fuzz::promise(
            count.consumed >= 0 && count.consumed <= text.size() && count.matching <= count.lines,
            "no line is counted twice");
        lookAt(judgeLog(check, plan, count));
        memory.file = file->identity;
        memory.offset = plan.from + count.consumed;
    }
}

}  // namespace

/// What services and servers answer to checks. The first byte says to which: a name server's
/// message, a URL's body, /proc/PID/comm, systemctl, /proc/net/tcp, a script, a log after its stat.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    const QDateTime now = QDateTime::fromSecsSinceEpoch(1'790'000'000, Qt::UTC);
    switch (data[0]) {
        case 'd':
            names(bytes);
            break;
        case 'h':
            answers(bytes, now);
            break;
        case 'p':
            lookAt(judgeProcesses(checkOf(workspace::CheckKind::Process), bytes,
                                  bytes.size() % 2 == 0));
            break;
        case 'u':
            lookAt(judgeUnit(checkOf(workspace::CheckKind::Unit), bytes));
            break;
        case 't':
            lookAt(judgePort(checkOf(workspace::CheckKind::Port), bytes));
            break;
        case 's': {
            ssh::ExecResult ended;
            ended.exitCode = bytes[0];
            ended.output = bytes.sliced(1);
            ended.errors = bytes.size() % 2 == 0 ? ended.output : QByteArray();
            ended.signal = bytes[0] < 0 ? u"KILL"_s : QString();
            lookAt(judgeScript(checkOf(workspace::CheckKind::Script), ended));
            break;
        }
        default:
            logs(bytes, char(data[0]));
    }
    return 0;
}
