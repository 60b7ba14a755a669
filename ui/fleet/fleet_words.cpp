#include "ui/fleet/fleet_words.h"

#include "core/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::StepState;

constexpr qsizetype linesCompared = 2000;
constexpr std::size_t linesAround = 3;

QString translate(const char* context, const char* text, const char* meaning = nullptr,
                  int count = -1)
{
    return QCoreApplication::translate(context, text, meaning, count);
}

struct Change {
    char sign;  ///< ' ', '-', '+'
    QByteArray line;
};

/// The longest common lines, by the table of their lengths.
std::vector<Change> changesOf(const QByteArrayList& a, const QByteArrayList& b)
{
    const qsizetype width = b.size() + 1;
    std::vector<quint16> longest(std::size_t((a.size() + 1) * width), 0);
    for (qsizetype i = a.size() - 1; i >= 0; --i) {
        for (qsizetype j = b.size() - 1; j >= 0; --j) {
            longest[std::size_t(i * width + j)] =
                a[i] == b[j] ? quint16(longest[std::size_t((i + 1) * width + j + 1)] + 1)
                             : std::max(longest[std::size_t((i + 1) * width + j)],
                                        longest[std::size_t(i * width + j + 1)]);
        }
    }
    std::vector<Change> changes;
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            changes.push_back({' ', a[i]});
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && longest[std::size_t((i + 1) * width + j)] >=
                                                         longest[std::size_t(i * width + j + 1)])) {
            changes.push_back({'-', a[i++]});
        } else {
            changes.push_back({'+', b[j++]});
        }
    }
    return changes;
}

QByteArrayList linesOf(const QByteArray& text)
{
    QByteArrayList lines = text.split('\n').mid(0, linesCompared);
    if (!lines.isEmpty() && lines.last().isEmpty()) {
        lines.removeLast();
    }
    return lines;
}

}  // namespace

Mark markOf(StepState state)
{
    switch (state) {
        case StepState::Waiting:
            return Mark::Waiting;
        case StepState::Running:
            return Mark::Running;
        case StepState::Ok:
            return Mark::Ok;
        case StepState::Failed:
        case StepState::TimedOut:
        case StepState::Unreachable:
            return Mark::Failed;
        case StepState::Unknown:
            return Mark::Unknown;
        case StepState::Cancelled:
            return Mark::Idle;
    }
    return Mark::Unknown;
}

QString wordOf(StepState state)
{
    switch (state) {
        case StepState::Waiting:
            return translate("Fleet", "waiting");
        case StepState::Running:
            return translate("Fleet", "running");
        case StepState::Ok:
            return translate("Fleet", "ok");
        case StepState::Failed:
            return translate("Fleet", "failed");
        case StepState::TimedOut:
            return translate("Fleet", "timed out");
        case StepState::Unreachable:
            return translate("Fleet", "unreachable");
        case StepState::Unknown:
            return translate("Fleet", "unknown");
        case StepState::Cancelled:
            return translate("Fleet", "cancelled");
    }
    return {};
}

QString shortWord(const operate::HostStep& step)
{
    const bool code = step.state == StepState::Failed && step.exitCode >= 0;
    return code ? wordOf(step.state) + u' ' + QString::number(step.exitCode) : wordOf(step.state);
}

QString spokenStep(const operate::HostStep& step)
{
    QStringList parts{displayText(step.host, 80), wordOf(step.state)};
    if (step.state == StepState::Failed && step.exitCode >= 0) {
        parts.append(translate("Fleet", "exit code %1").arg(step.exitCode));
    } else if (!step.reason.isEmpty()) {
        parts.append(displayText(step.reason, 300));
    }
    if (step.duration) {
        parts.append(durationText(*step.duration));
    }
    if (step.isCut()) {
        parts.append(translate("Fleet", "output cut off: %1 of %2 are kept")
                         .arg(sizeText(step.keptBytes), sizeText(step.totalBytes)));
    }
    return parts.join(u", "_s);
}

QString groupTitle(const operate::FleetGroup& group)
{
    const int count = static_cast<int>(group.hosts.size());
    if (group.sha256.isEmpty() && group.state != StepState::Ok && !group.reason.isEmpty()) {
        const QString who = count == 1 ? displayText(group.hosts.first(), 60)
                                       : translate("Fleet", "%n servers", nullptr, count);
        return who + u": "_s + displayText(group.reason, 200);
    }
    if (group.sha256.isEmpty()) {
        const bool ended = group.state == StepState::Ok || group.state == StepState::Failed;
        return ended ? translate("Fleet", "%n servers said nothing", nullptr, count)
                     : translate("Fleet", "%n servers did not say", nullptr, count);
    }
    return count == 1
               ? translate("Fleet", "%1 alone said this").arg(displayText(group.hosts.first(), 60))
               : translate("Fleet", "%n servers said the same", nullptr, count);
}

QString groupDetail(const operate::FleetGroup& group)
{
    QString word = wordOf(group.state);
    if (group.state == StepState::Failed && group.exitCode >= 0) {
        word += u' ' + QString::number(group.exitCode);
    }
    return word + u" · "_s + displayText(group.hosts.join(u", "_s), 2000);
}

QByteArray runbookText(const operate::Runbook& runbook)
{
    QString text = runbook.command;
    if (!text.endsWith(u'\n')) {
        text += u'\n';
    }
    for (const operate::RunbookInput& input : runbook.inputs) {
        text += u"{{%1}}"_s.arg(input.name);
        text += input.preset ? u" = "_s + *input.preset : QString();
        text += input.pattern.isEmpty() ? QString() : u" ~ "_s + input.pattern;
        text += input.secret ? u" (secret)\n"_s : u"\n"_s;
    }
    text += u"--on "_s + runbook.query.join(u' ') + u" --limit "_s + QString::number(runbook.limit);
    text += runbook.failFast ? u" --fail-fast"_s : QString();
    text +=
        runbook.timeout.count() > 0 ? u" --timeout "_s + durationText(runbook.timeout) : QString();
    return (text + u'\n').toUtf8();
}

QByteArray lineDifference(const QByteArray& first, const QByteArray& second)
{
    const std::vector<Change> changes = changesOf(linesOf(first), linesOf(second));
    std::vector<bool> shown(changes.size(), false);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].sign == ' ') {
            continue;
        }
        const std::size_t from = i > linesAround ? i - linesAround : 0;
        for (std::size_t k = from; k < std::min(changes.size(), i + linesAround + 1); ++k) {
            shown[k] = true;
        }
    }
    QByteArray text;
    bool skipping = false;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!shown[i]) {
            skipping = true;
            continue;
        }
        if (std::exchange(skipping, false)) {
            text += "@@\n";
        }
        text += changes[i].sign + changes[i].line + '\n';
    }
    return text;
}

}  // namespace analemma::ui
