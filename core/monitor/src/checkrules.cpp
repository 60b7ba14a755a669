#include "core/monitor/src/checkrules.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// /proc/PID/comm holds so many bytes of a name (proc(5)).
constexpr qsizetype commBytes = 15;
constexpr qsizetype shownCharacters = 300;
constexpr qint64 secondsOfDay = 24 * 3600;

QString statusesText(const QList<int>& statuses)
{
    QStringList words;
    for (const int status : statuses) {
        words += QString::number(status);
    }
    return words.isEmpty() ? u"200 to 399"_s : words.join(u" or "_s);
}

QString daysText(int days)
{
    return days == 1 ? u"1 day"_s : u"%1 days"_s.arg(days);
}

}  // namespace

CheckStanding judged(CheckStanding before, bool ok, int rise, int fall, const QDateTime& now)
{
    CheckStanding after = before;
    after.good = ok ? std::min(before.good + 1, 1'000'000) : 0;
    after.bad = ok ? 0 : std::min(before.bad + 1, 1'000'000);
    if (ok && (before.state == CheckState::Unknown || after.good >= rise)) {
        after.state = CheckState::Up;
    } else if (!ok && after.bad >= fall) {
        after.state = CheckState::Down;
    }
    if (after.state != before.state || !after.since.isValid()) {
        after.since = now;
    }
    return after;
}

void LatencyWindow::add(qint64 time, std::optional<double> milliseconds)
{
    m_looks.push_back({time, milliseconds});
    while (m_looks.size() > most || m_looks.front().time + span < time) {
        m_looks.pop_front();
    }
}

std::optional<double> LatencyWindow::percentile(double part) const
{
    std::vector<double> values;
    for (const Look& look : m_looks) {
        if (look.milliseconds) {
            values.push_back(*look.milliseconds);
        }
    }
    if (values.empty()) {
        return std::nullopt;
    }
    const auto rank = std::size_t(std::ceil(std::clamp(part, 0.0, 1.0) * double(values.size())));
    const auto at = values.begin() + std::ptrdiff_t(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

std::optional<double> LatencyWindow::apdex(double target) const
{
    if (m_looks.empty()) {
        return std::nullopt;
    }
    double sum = 0;
    for (const Look& look : m_looks) {
        if (look.milliseconds && *look.milliseconds <= target) {
            sum += 1;
        } else if (look.milliseconds && *look.milliseconds <= 4 * target) {
            sum += 0.5;
        }
    }
    return sum / double(m_looks.size());
}

// ---- what a look means --------------------------------------------------------------------------

CheckResult judgeAnswer(const workspace::ServiceCheck& check, const http::Response& answer,
                        const QDateTime& now)
{
    CheckResult result;
    result.status = answer.status;
    result.timing = answer.timing;
    result.detail = u"%1, %2"_s.arg(QString::number(answer.status), sizeText(answer.body.size()));
    if (answer.certificateExpires) {
        const qint64 left = now.secsTo(*answer.certificateExpires);
        result.certificateDays =
            int(left >= 0 ? left / secondsOfDay : (left - secondsOfDay + 1) / secondsOfDay);
        result.detail += u", certificate for %1"_s.arg(daysText(*result.certificateDays));
    }
    const bool goodStatus = check.statuses.isEmpty() ? answer.status >= 200 && answer.status < 400
                                                     : check.statuses.contains(answer.status);
    if (!goodStatus) {
        result.reason = u"It answers with status %1, not %2."_s.arg(QString::number(answer.status),
                                                                    statusesText(check.statuses));
    } else if (!check.body.isEmpty() && !answer.body.contains(check.body.toUtf8())) {
        result.reason = u"Its answer does not hold \"%1\"."_s.arg(displayText(check.body, 80));
    } else if (result.certificateDays && *result.certificateDays < check.certificateDays) {
        result.reason =
            *result.certificateDays < 0
                ? u"Its certificate has expired."_s
                : u"Its certificate ends in %1; wanted are %2."_s.arg(
                      daysText(*result.certificateDays), daysText(check.certificateDays));
    }
    result.ok = result.reason.isEmpty();
    return result;
}

CheckResult judgeRecords(const workspace::ServiceCheck& check, const QStringList& records)
{
    CheckResult result;
    result.detail = displayText(records.join(u", "_s), shownCharacters);
    if (records.isEmpty()) {
        result.reason = u"It has no record of type %1."_s.arg(check.record);
    } else if (!check.answer.isEmpty() &&
               std::none_of(records.begin(), records.end(), [&check](const QString& record) {
                   return record.compare(check.answer, Qt::CaseInsensitive) == 0;
               })) {
        result.reason =
            u"It stands for %1, not for %2."_s.arg(result.detail, displayText(check.answer, 200));
    }
    result.ok = result.reason.isEmpty();
    return result;
}

CheckResult judgeProcesses(const workspace::ServiceCheck& check, const QByteArray& names,
                           bool whole)
{
    CheckResult result;
    const QByteArray wanted = check.process.toUtf8().left(commBytes);
    qint64 all = 0;
    qint64 found = 0;
    for (const QByteArray& line : names.split('\n')) {
        all += line.isEmpty() ? 0 : 1;
        found += !line.isEmpty() && line == wanted ? 1 : 0;
    }
    result.count = found;
    if (all == 0) {
        result.reason = u"The server does not tell its processes."_s;
    } else if (found == 0) {
        result.reason = whole ? u"No process %1 runs."_s.arg(displayText(check.process, 80))
                              : u"The server tells more processes than can be looked through."_s;
    }
    result.detail = found == 1 ? u"1 process"_s : u"%1 processes"_s.arg(found);
    result.ok = result.reason.isEmpty();
    return result;
}

CheckResult judgeUnit(const workspace::ServiceCheck& check, const QByteArray& shown)
{
    QByteArray load;
    QByteArray active;
    QByteArray sub;
    for (const QByteArray& line : shown.left(4096).split('\n')) {
        const QByteArray value = line.mid(line.indexOf('=') + 1).trimmed();
        if (line.startsWith("LoadState=")) {
            load = value;
        } else if (line.startsWith("ActiveState=")) {
            active = value;
        } else if (line.startsWith("SubState=")) {
            sub = value;
        }
    }
    CheckResult result;
    const QString state =
        displayText(QByteArrayView(active), 40) +
        (sub.isEmpty() ? QString() : u" (%1)"_s.arg(displayText(QByteArrayView(sub), 40)));
    result.detail = state;
    if (active.isEmpty()) {
        result.reason = u"systemd does not tell the state of %1."_s.arg(check.unit);
    } else if (load == "not-found") {
        result.reason = u"There is no unit %1."_s.arg(check.unit);
    } else if (active != "active" && active != "reloading") {
        result.reason = u"The unit %1 is %2."_s.arg(check.unit, state);
    }
    result.ok = result.reason.isEmpty();
    return result;
}

CheckResult judgePort(const workspace::ServiceCheck& check, const QByteArray& lines)
{
    CheckResult result;
    bool any = false;
    for (const QByteArray& line : lines.split('\n')) {
        // "  0: 0100007F:1F90 00000000:0000 0A ..." (proc(5), /proc/net/tcp)
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 4 || words.at(3) != "0A") {
            continue;
        }
        bool isNumber = false;
        const QByteArray& local = words.at(1);
        const int port = local.mid(local.lastIndexOf(':') + 1).toInt(&isNumber, 16);
        any = any || isNumber;
        result.ok = result.ok || (isNumber && port == check.port);
    }
    if (!result.ok) {
        result.reason = any ? u"Nobody listens on port %1."_s.arg(check.port)
                            : u"The server tells no port that somebody listens on."_s;
    }
    return result;
}

QString lastLine(const QByteArray& text)
{
    const QByteArray all = text.right(8192).trimmed();
    return displayText(QByteArrayView(all).sliced(all.lastIndexOf('\n') + 1), shownCharacters);
}

CheckResult judgeScript(const workspace::ServiceCheck& /*check*/, const ssh::ExecResult& ended)
{
    CheckResult result;
    result.ok = ended.ok();
    result.detail = lastLine(ended.output);
    if (!result.ok) {
        const QString said =
            lastLine(ended.errors.trimmed().isEmpty() ? ended.output : ended.errors);
        result.reason = u"The script ended with %1%2."_s.arg(
            ended.endText(), said.isEmpty() ? said : u": "_s + said);
    }
    return result;
}

}  // namespace analemma::monitor
