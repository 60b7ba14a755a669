#include "core/workspace/src/alerting.h"

#include "core/base/text.h"

#include <QDateTime>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr qint64 daySpan = 24LL * 3600 * 1000;
constexpr Range anySpan{0, 400 * daySpan};
constexpr Range someSpan{1000, 400 * daySpan};
constexpr double anyNumber = 1e18;
constexpr qsizetype mostRules = 500;

const QStringList alertKeys = {
    u"when"_s,  u"metric"_s,      u"of"_s,     u"over"_s,     u"under"_s,  u"beyond"_s,
    u"clear"_s, u"least"_s,       u"for"_s,    u"window"_s,   u"within"_s, u"objective"_s,
    u"on"_s,    u"tags"_s,        u"labels"_s, u"severity"_s, u"repeat"_s, u"escalate"_s,
    u"tell"_s,  u"escalate-to"_s, u"runbook"_s};
const QStringList kindNames = {u"threshold"_s, u"absence"_s,   u"change"_s,
                               u"forecast"_s,  u"burn-rate"_s, u"share"_s};
const QStringList severityNames = {u"info"_s, u"warning"_s, u"critical"_s};
const QStringList dayNames = {u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};

bool isPlainText(const QString& text)
{
    return !text.isEmpty() && text.size() <= 4096 &&
           std::none_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20; });
}

bool isMetric(const QString& text)
{
    return text.size() <= 200 && !text.isEmpty() && !text.startsWith(u'.') &&
           std::all_of(text.cbegin(), text.cend(), [](QChar c) {
               return (c.unicode() < 0x80 && c.isLetterOrNumber()) || c == u'.' || c == u'_' ||
                      c == u'-';
           });
}

Section::Test oneOf(const QStringList& words)
{
    return [words](const QString& text) { return words.contains(text); };
}

/// "secret:NAME" as its name; what stands there else may be the secret itself and is not repeated.
QString secretName(const Section& section, const QString& key)
{
    if (!section.has(key)) {
        return {};
    }
    const YamlNode& value = section.node(key);
    if (value.isScalar() && value.text.startsWith(u"secret:"_s) && isPlainName(value.text.mid(7))) {
        return value.text.mid(7);
    }
    section.problems()->add(section.placeOf(key),
                            u"expected secret:NAME; the secret itself never stands in this file"_s);
    return {};
}

void readBound(const Section& section, AlertSpec& spec)
{
    for (const QString& bound : {u"over"_s, u"under"_s, u"beyond"_s}) {
        const std::optional<double> limit =
            section.real(bound, u"a number"_s, -anyNumber, anyNumber);
        if (!limit) {
            continue;
        }
        if (!spec.bound.isEmpty()) {
            section.problems()->add(section.placeOf(bound),
                                    u"expected one of over, under and beyond, got two"_s);
        }
        spec.bound = bound;
        spec.limit = limit;
    }
}

/// What a rule of one's own cannot do without.
void checkOwn(const Section& section, const AlertSpec& spec)
{
    const auto need = [&section](bool there, const QString& key, const QString& what) {
        if (!there) {
            section.problems()->add(section.placeOf(key),
                                    u"expected "_s + what + u", got nothing"_s);
        }
    };
    const bool parts = spec.when == u"burn-rate" || spec.when == u"share";
    need(!spec.metric.isEmpty(), u"metric"_s, u"the name of a metric"_s);
    if (spec.when == u"absence") {
        need(spec.lasting && spec.lasting->count() > 0, u"for"_s, u"a duration"_s);
        return;
    }
    need(!spec.bound.isEmpty(), u"over"_s,
         parts ? u"a bound (over)"_s : u"a bound (over, under or beyond)"_s);
    if (spec.when != u"threshold") {
        need(spec.window && spec.window->count() > 0, u"window"_s, u"a duration"_s);
    }
    need(!parts || !spec.total.isEmpty(), u"of"_s, u"the metric of all events"_s);
    need(spec.when != u"forecast" || (spec.horizon && spec.horizon->count() > 0), u"within"_s,
         u"a duration"_s);
    need(spec.when != u"burn-rate" || spec.objective, u"objective"_s, u"a percentage"_s);
    if (parts && !spec.bound.isEmpty() && spec.bound != u"over") {
        section.problems()->add(section.placeOf(spec.bound),
                                u"a rule of this kind has a bound \"over\""_s);
    }
}

AlertSpec readAlert(const QString& name, const Section& section)
{
    const QString pattern = u"a pattern such as \"web-*\""_s;
    const QString channel = u"the name of a channel"_s;
    AlertSpec spec;
    spec.name = name;
    spec.when = section.word(u"when"_s, u"a kind of rule ("_s + listed(kindNames) + u')',
                             oneOf(kindNames), QString());
    spec.metric = section.word(u"metric"_s, u"the name of a metric"_s, isMetric, QString());
    spec.total = section.word(u"of"_s, u"the metric of all events"_s, isMetric, QString());
    readBound(section, spec);
    spec.clear = section.real(u"clear"_s, u"a number"_s, -anyNumber, anyNumber);
    spec.least = section.real(u"least"_s, u"a number of events"_s, 0, anyNumber);
    spec.objective = section.real(u"objective"_s, u"a percentage"_s, 0, 99.9999);
    spec.lasting = section.durationIfAny(u"for"_s, anySpan);
    spec.window = section.durationIfAny(u"window"_s, someSpan);
    spec.horizon = section.durationIfAny(u"within"_s, someSpan);
    spec.repeat = section.durationIfAny(u"repeat"_s, anySpan);
    spec.escalate = section.durationIfAny(u"escalate"_s, anySpan);
    spec.subjects = section.word(u"on"_s, pattern, isPlainText, QString());
    spec.tags = section.words(u"tags"_s, u"a list of tags"_s,
                              u"a tag of a-z, 0-9, \".\", \"_\" and \"-\""_s, isPlainName);
    spec.labels =
        section.word(u"labels"_s, u"a pattern such as \"mount=/var*\""_s, isPlainText, QString());
    spec.severity = section.word(u"severity"_s, u"info, warning or critical"_s,
                                 oneOf(severityNames), QString());
    spec.tell = section.words(u"tell"_s, u"a list of channels"_s, channel, isPlainName);
    spec.escalateTo =
        section.words(u"escalate-to"_s, u"a list of channels"_s, channel, isPlainName);
    spec.runbook = section.word(u"runbook"_s, u"a link or a name"_s, isPlainText, QString());
    if (!builtInAlerts().contains(name)) {
        spec.when = spec.when.isEmpty() ? u"threshold"_s : spec.when;
        checkOwn(section, spec);
    } else if (!spec.when.isEmpty() || !spec.metric.isEmpty()) {
        section.problems()->add(
            section.placeOf(spec.when.isEmpty() ? u"metric"_s : u"when"_s),
            u"\"%1\" is a built-in rule, of which this cannot be changed; choose another name"_s
                .arg(name));
    }
    return spec;
}

/// "disk-full: off".
void readSwitch(const Section& root, const YamlNode::Entry& entry, Workspace& workspace)
{
    const Place place{entry.value.line, entry.value.column, u"alerts."_s + entry.key};
    if (entry.value.text != u"off" && entry.value.text != u"false") {
        expected(root.problems(), place, entry.value, u"a map, or off"_s);
        return;
    }
    if (!builtInAlerts().contains(entry.key)) {
        root.problems()->add(place, u"there is no built-in rule \"%1\""_s.arg(entry.key) +
                                        suggestion(entry.key, builtInAlerts()));
        return;
    }
    AlertSpec spec;
    spec.name = entry.key;
    spec.off = true;
    workspace.alerts.insert(entry.key, spec);
}

void readAlerts(const Section& root, Workspace& workspace)
{
    const YamlNode& all = root.node(u"alerts"_s);
    if (all.isNull()) {
        return;
    }
    if (!all.isMap() || all.entries.size() > mostRules) {
        root.expected(u"alerts"_s, u"a map of at most %1 rules by name"_s.arg(mostRules));
        return;
    }
    for (const YamlNode::Entry& entry : all.entries) {
        const Place at{entry.keyLine, entry.keyColumn, u"alerts."_s + entry.key};
        if (!isPlainName(entry.key)) {
            root.problems()->add(
                Place{at.line, at.column, u"alerts"_s},
                u"expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got \""_s +
                    displayText(entry.key, 60) + u'"');
        } else if (entry.value.isScalar()) {
            readSwitch(root, entry, workspace);
        } else {
            const Section section(root.problems(), entry.value, at, alertKeys);
            workspace.alerts.insert(entry.key, readAlert(entry.key, section));
        }
    }
}

// ---- channels -----------------------------------------------------------------------------------

bool isWebUrl(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    return isPlainText(text) && url.isValid() && !url.host().isEmpty() &&
           url.userInfo().isEmpty() && (url.scheme() == u"https" || url.scheme() == u"http");
}

bool isMailServer(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    return isPlainText(text) && url.isValid() && !url.host().isEmpty() &&
           url.userInfo().isEmpty() && (url.path().isEmpty() || url.path() == u"/") &&
           (url.scheme() == u"smtp" || url.scheme() == u"smtps");
}

bool isMailAddress(const QString& text)
{
    return isPlainText(text) && text.size() <= 254 && text.count(u'@') == 1 &&
           !text.startsWith(u'@') && !text.endsWith(u'@') && !text.startsWith(u'-') &&
           std::none_of(text.cbegin(), text.cend(), [](QChar c) {
               return c.isSpace() || c == u'<' || c == u'>' || c == u',' || c == u'"';
           });
}

/// Keys that only other types of channel have.
void rejectOthers(const Section& section, const QString& type, const QStringList& own)
{
    const QStringList common = {u"type"_s, u"least"_s, u"timeout"_s};
    for (const QString& key : {u"run"_s, u"url"_s, u"token"_s, u"server"_s, u"tls"_s,
                               u"authority"_s, u"user"_s, u"password"_s, u"from"_s, u"to"_s}) {
        if (section.has(key) && !own.contains(key) && !common.contains(key)) {
            section.problems()->add(section.placeOf(key),
                                    u"a channel of type %1 has no \"%2\""_s.arg(type, key));
        }
    }
}

void readMail(const Section& section, ChannelSpec& spec)
{
    const QString address = u"a mail address"_s;
    rejectOthers(
        section, spec.type,
        {u"server"_s, u"tls"_s, u"authority"_s, u"user"_s, u"password"_s, u"from"_s, u"to"_s});
    spec.server = section.word(u"server"_s, u"a mail server such as smtps://mail.example.org"_s,
                               isMailServer);
    spec.tls = section.word(u"tls"_s, u"required or none"_s, oneOf({u"required"_s, u"none"_s}),
                            u"required"_s) == u"required";
    spec.user = section.word(u"user"_s, u"the name of a user"_s, isPlainText, QString());
    spec.password = secretName(section, u"password"_s);
    spec.from = section.word(u"from"_s, address, isMailAddress);
    spec.to = section.words(u"to"_s, u"a list of mail addresses"_s, address, isMailAddress);
    if (spec.to.isEmpty() && !section.has(u"to"_s)) {
        section.expected(u"to"_s, u"a list of mail addresses"_s);
    }
    if (spec.user.isEmpty() != spec.password.isEmpty()) {
        section.problems()->add(section.place(),
                                u"expected both \"user\" and \"password\", or neither"_s);
    }
}

void readChannels(const Section& root, Workspace& workspace)
{
    const QStringList known = {u"type"_s,   u"least"_s, u"run"_s,       u"url"_s,  u"token"_s,
                               u"server"_s, u"tls"_s,   u"authority"_s, u"user"_s, u"password"_s,
                               u"from"_s,   u"to"_s,    u"timeout"_s};
    const QStringList types = {u"command"_s, u"webhook"_s, u"email"_s};
    root.maps(u"channels"_s, known, [&](const QString& name, const Section& section) {
        ChannelSpec spec;
        spec.name = name;
        if (name == u"desktop") {
            section.problems()->add(section.place(),
                                    u"\"desktop\" is the channel that every window has; choose "
                                    "another name"_s);
        }
        spec.type = section.word(u"type"_s, u"a type of channel (command, webhook or email)"_s,
                                 oneOf(types));
        spec.least = section.word(u"least"_s, u"info, warning or critical"_s, oneOf(severityNames),
                                  QString());
        spec.timeout = section.duration(u"timeout"_s, Range{1000, 10 * 60 * 1000}, spec.timeout);
        spec.authority = section.word(u"authority"_s, u"the path of a file of certificates"_s,
                                      isPlainText, QString());
        if (spec.type == u"command") {
            rejectOthers(section, spec.type, {u"run"_s});
            spec.run = section.words(u"run"_s, u"a list: a program and its arguments"_s,
                                     u"a word"_s, isPlainText);
            if (spec.run.isEmpty() && section.node(u"run"_s).items.isEmpty()) {
                section.expected(u"run"_s, u"a list: a program and its arguments"_s);
            }
        } else if (spec.type == u"webhook") {
            rejectOthers(section, spec.type, {u"url"_s, u"token"_s, u"authority"_s});
            spec.url = section.word(
                u"url"_s, u"a link such as https://example.org/hook, without a password"_s,
                isWebUrl);
            spec.token = secretName(section, u"token"_s);
        } else if (spec.type == u"email") {
            readMail(section, spec);
        }
        workspace.channels.insert(name, spec);
    });
}

// ---- maintenance --------------------------------------------------------------------------------

/// Milliseconds since 1970; a time without a zone is of this machine's.
std::optional<qint64> timeOf(const QString& text)
{
    QString iso = text.trimmed();
    if (iso.size() > 10 && iso[10] == u' ') {
        iso[10] = u'T';
    }
    const QDateTime time = QDateTime::fromString(iso, Qt::ISODate);
    return time.isValid() && iso.contains(u'T') ? std::optional(time.toMSecsSinceEpoch())
                                                : std::nullopt;
}

void readWeekly(const Section& section, MaintenanceSpec& spec)
{
    const QString what = u"a list of days (mon to sun)"_s;
    const YamlNode& days = section.node(u"weekly"_s);
    const QStringList words =
        days.isScalar()
            ? QStringList{section.word(u"weekly"_s, what, oneOf(dayNames))}
            : section.words(u"weekly"_s, what, u"a day (mon to sun)"_s, oneOf(dayNames));
    for (const QString& word : words) {
        const int day = int(dayNames.indexOf(word)) + 1;
        if (day > 0 && !spec.days.contains(day)) {
            spec.days.append(day);
        }
    }
    if (days.isList() && days.items.isEmpty()) {
        section.expected(u"weekly"_s, what);
    }
    const auto isTime = [](const QString& text) {
        return text.size() == 5 && QTime::fromString(text, u"HH:mm"_s).isValid();
    };
    const QTime at = QTime::fromString(
        section.word(u"from"_s, u"a time of day such as \"02:00\""_s, isTime), u"HH:mm"_s);
    spec.minute = at.isValid() ? at.hour() * 60 + at.minute() : 0;
    if (section.has(u"until"_s)) {
        section.problems()->add(section.placeOf(u"until"_s),
                                u"a weekly window has \"for\" in place of \"until\""_s);
    }
    if (!section.has(u"for"_s)) {
        section.expected(u"for"_s, u"a duration"_s);
    }
    spec.lasting = section.duration(u"for"_s, Range{60'000, 7 * daySpan}, milliseconds(0));
}

void readOnce(const Section& section, MaintenanceSpec& spec)
{
    const QString what = u"a time such as \"2026-12-01 20:00\""_s;
    const auto isTime = [](const QString& text) { return timeOf(text).has_value(); };
    spec.from = timeOf(section.word(u"from"_s, what, isTime)).value_or(0);
    if (section.has(u"until"_s) == section.has(u"for"_s)) {
        section.problems()->add(section.place(), u"expected either \"until\" or \"for\""_s);
        return;
    }
    const milliseconds lasting =
        section.duration(u"for"_s, Range{60'000, 400 * daySpan}, milliseconds(0));
    spec.until = section.has(u"until"_s)
                     ? timeOf(section.word(u"until"_s, what, isTime)).value_or(0)
                     : spec.from + lasting.count();
    if (spec.until <= spec.from && spec.from > 0 && spec.until > 0) {
        section.problems()->add(section.placeOf(u"until"_s), u"it ends before it begins"_s);
    }
}

void readMaintenance(const Section& root, Workspace& workspace)
{
    const QStringList known = {u"weekly"_s, u"from"_s,  u"until"_s, u"for"_s,
                               u"on"_s,     u"rules"_s, u"why"_s};
    root.maps(u"maintenance"_s, known, [&](const QString& name, const Section& section) {
        MaintenanceSpec spec;
        spec.name = name;
        section.has(u"weekly"_s) ? readWeekly(section, spec) : readOnce(section, spec);
        spec.subjects =
            section.word(u"on"_s, u"a pattern such as \"web-*\""_s, isPlainText, QString());
        spec.rules =
            section.word(u"rules"_s, u"a pattern of names of rules"_s, isPlainText, QString());
        spec.why = section.word(u"why"_s, u"a sentence"_s, isPlainText, QString());
        workspace.maintenance.insert(name, spec);
    });
}

/// Channels that rules name must be there.
void checkChannels(const Section& root, const Workspace& workspace)
{
    QStringList known = workspace.channels.keys();
    known.append(u"desktop"_s);
    for (const YamlNode::Entry& entry : root.node(u"alerts"_s).entries) {
        for (const QString& key : {u"tell"_s, u"escalate-to"_s}) {
            for (const YamlNode& item : entry.value.at(key).items) {
                if (item.isScalar() && isPlainName(item.text) && !known.contains(item.text)) {
                    root.problems()->add(Place{item.line, item.column, item.path},
                                         u"there is no channel \"%1\""_s.arg(item.text) +
                                             suggestion(item.text, known));
                }
            }
        }
    }
}

}  // namespace

QStringList builtInAlerts()
{
    return {u"disk-full"_s,     u"disk-filling"_s,    u"memory-low"_s,
            u"server-silent"_s, u"clock-off"_s,       u"failed-units"_s,
            u"check-failing"_s, u"balancer-errors"_s, u"certificate-ends"_s};
}

void readAlerting(const Section& root, Workspace& workspace)
{
    readAlerts(root, workspace);
    readChannels(root, workspace);
    readMaintenance(root, workspace);
    checkChannels(root, workspace);
}

}  // namespace analemma::workspace
