#include "core/monitor/alerting.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

Bound boundFrom(const QString& word)
{
    return word == u"under" ? Bound::Under : word == u"beyond" ? Bound::Beyond : Bound::Over;
}

template <class T>
void takeIf(T& value, const std::optional<T>& said)
{
    value = said.value_or(value);
}

void takeIf(QString& value, const QString& said)
{
    value = said.isEmpty() ? value : said;
}

void takeIf(QStringList& value, const QStringList& said)
{
    value = said.isEmpty() ? value : said;
}

AlertRule with(AlertRule rule, const workspace::AlertSpec& spec)
{
    rule.name = spec.name;
    rule.kind = ruleKindFromString(spec.when).value_or(rule.kind);
    takeIf(rule.metric, spec.metric);
    takeIf(rule.total, spec.total);
    if (spec.limit) {
        rule.bound = boundFrom(spec.bound);
        rule.limit = *spec.limit;
        rule.clear.reset();  // that of another bound
    }
    rule.clear = spec.clear ? spec.clear : rule.clear;
    if (spec.objective) {
        rule.objective = *spec.objective / 100;
    }
    takeIf(rule.least, spec.least);
    takeIf(rule.lasting, spec.lasting);
    takeIf(rule.window, spec.window);
    takeIf(rule.horizon, spec.horizon);
    takeIf(rule.repeat, spec.repeat);
    takeIf(rule.escalate, spec.escalate);
    takeIf(rule.subjects, spec.subjects);
    takeIf(rule.tags, spec.tags);
    takeIf(rule.labels, spec.labels);
    rule.severity = severityFromString(spec.severity).value_or(rule.severity);
    takeIf(rule.tell, spec.tell);
    takeIf(rule.escalateTo, spec.escalateTo);
    takeIf(rule.runbook, spec.runbook);
    return rule;
}

ChannelKind channelKindFrom(const QString& type)
{
    return type == u"webhook" ? ChannelKind::Webhook
           : type == u"email" ? ChannelKind::Mail
                              : ChannelKind::Command;
}

/// As everything in the file, against its folder; a name alone is looked up in PATH.
QString inFolder(const workspace::Workspace& workspace, const QString& path)
{
    return path.isEmpty() ? path : QDir(workspace.folder).absoluteFilePath(path);
}

}  // namespace

QList<AlertRule> alertRules(const workspace::Workspace& workspace)
{
    QList<AlertRule> rules;
    QStringList known;
    for (const AlertRule& rule : builtInRules()) {
        known.append(rule.name);
        const auto spec = workspace.alerts.constFind(rule.name);
        if (spec == workspace.alerts.constEnd()) {
            rules.append(rule);
        } else if (!spec->off) {
            rules.append(with(rule, *spec));
        }
    }
    for (const workspace::AlertSpec& spec : workspace.alerts) {
        if (!known.contains(spec.name) && !spec.off) {
            rules.append(with({}, spec));
        }
    }
    return rules;
}

QList<Channel> alertChannels(const workspace::Workspace& workspace)
{
    QList<Channel> channels;
    for (const workspace::ChannelSpec& spec : workspace.channels) {
        Channel channel;
        channel.name = spec.name;
        channel.kind = channelKindFrom(spec.type);
        channel.least = severityFromString(spec.least).value_or(Severity::Info);
        channel.command = spec.run;
        if (!spec.run.isEmpty() && spec.run.constFirst().contains(u'/')) {
            channel.command[0] = inFolder(workspace, spec.run.constFirst());
        }
        channel.url = spec.url;
        channel.token = spec.token;
        channel.server = spec.server;
        channel.tls = spec.tls;
        channel.authority = inFolder(workspace, spec.authority);
        channel.user = spec.user;
        channel.password = spec.password;
        channel.from = spec.from;
        channel.to = spec.to;
        channel.timeout = spec.timeout;
        channels.append(channel);
    }
    return channels;
}

QList<MaintenanceWindow> maintenanceWindows(const workspace::Workspace& workspace)
{
    QList<MaintenanceWindow> windows;
    for (const workspace::MaintenanceSpec& spec : workspace.maintenance) {
        windows.append({spec.name, spec.rules, spec.subjects, spec.from, spec.until, spec.days,
                        spec.minute, spec.lasting, spec.why});
    }
    return windows;
}

}  // namespace analemma::monitor
