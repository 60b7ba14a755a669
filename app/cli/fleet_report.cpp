#include "app/cli/fleet_report.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int namesShown = 12;

QString exitText(int code)
{
    return code < 0 ? u"-"_s : QString::number(code);
}

QString headOf(const Run& run, const operate::FleetGroup& group)
{
    QString names = group.hosts.mid(0, namesShown).join(u", "_s);
    if (group.hosts.size() > namesShown) {
        names += u" and %1 more"_s.arg(group.hosts.size() - namesShown);
    }
    const QString count =
        group.hosts.size() == 1 ? u"1 server"_s : u"%1 servers"_s.arg(group.hosts.size());
    QString text = u"== %1: %2"_s.arg(count, paintState(toString(group.state), run.colour));
    if (group.exitCode >= 0) {
        text += u", exit code %1"_s.arg(group.exitCode);
    } else if (!group.reason.isEmpty()) {
        text += u", "_s + displayText(group.reason, 400);
    }
    return text + u": "_s + displayText(names, 2000) + u'\n';
}

}  // namespace

Task<Result<Outputs>> readOutputs(RunPointer run, operate::FleetView view)
{
    Outputs outputs;
    for (const operate::FleetGroup& group : grouped(view.steps)) {
        if (group.sha256.isEmpty() || outputs.contains(group.sha256)) {
            continue;
        }
        auto reading = run->services->fleet->output(group.sha256);
        const Result<QByteArray> bytes = co_await std::move(reading);
        if (!bytes) {
            co_return bytes.error();
        }
        outputs.insert(group.sha256, *bytes);
    }
    co_return outputs;
}

QByteArray groupsText(const Run& run, const operate::FleetView& view, const Outputs& outputs)
{
    QByteArray text;
    for (const operate::FleetGroup& group : grouped(view.steps)) {
        text += headOf(run, group).toUtf8();
        QByteArray bytes = outputs.value(group.sha256);
        if (run.streams.outTerminal) {
            bytes = displayLog(bytes).toUtf8();
        }
        text += bytes;
        if (!bytes.isEmpty() && !bytes.endsWith('\n')) {
            text += '\n';
        }
        for (const operate::HostStep& step : view.steps) {
            if (step.host == group.hosts.first() && step.isCut()) {
                text += u"(cut off: %1 of %2 are kept)\n"_s
                            .arg(sizeText(step.keptBytes), sizeText(step.totalBytes))
                            .toUtf8();
            }
        }
    }
    return text;
}

QString serversText(const Run& run, const operate::FleetView& view)
{
    Table table;
    table.head = {u"SERVER"_s, u"STATE"_s, u"EXIT"_s, u"TOOK"_s, u"OUTPUT"_s, u"WHY"_s};
    table.right = {u"EXIT"_s};
    for (const operate::HostStep& step : view.steps) {
        table.rows.append({step.host, toString(step.state), exitText(step.exitCode),
                           step.duration ? durationText(*step.duration) : u"-"_s,
                           step.sha256.isEmpty() ? u"-"_s : sizeText(step.totalBytes),
                           displayText(step.reason, 100)});
    }
    return table.text(run.colour);
}

Json fleetJson(const operate::FleetView& view, const Outputs& outputs)
{
    Json json = view.toJson();
    QJsonArray groups;
    for (const QJsonValue& value : json[u"groups"_s].toArray()) {
        Json group = value.toObject();
        const QByteArray bytes = outputs.value(group[u"sha256"_s].toString());
        group[u"output"_s] = displayLog(bytes);
        groups.append(group);
    }
    json[u"groups"_s] = groups;
    return json;
}

QString dryRunText(const engine::Preview& preview)
{
    QString text = displayText(preview.title, 200) + u'\n';
    for (const engine::PlannedAction& planned : preview.actions) {
        const engine::Description& says = planned.action.says;
        const QString call = displayLog(says.call.toUtf8()).trimmed();
        text += u"  %1\n      %2\n"_s.arg(displayText(says.title, 200),
                                          QString(call).replace(u'\n', u"\n      "_s));
    }
    return text + u"nothing was done\n"_s;
}

}  // namespace analemma::cli
