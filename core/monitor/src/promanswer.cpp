#include "core/monitor/src/promanswer.h"

#include "core/base/readers.h"
#include "core/base/text.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// Times outside of this are none: before 1970, after 2200.
constexpr double kFarTime = 7.3e9;

Error noPrometheus(const QString& what)
{
    return Error(ErrorKind::Protocol, what)
        .withHint(u"Is the address that of a Prometheus, with the path before /api/v1?"_s);
}

/// A foreign text of bounded length.
QString boundedText(const QJsonValue& value)
{
    return value.toString().left(PromLimits::text);
}

PromLabels labelsOf(const QJsonValue& value)
{
    PromLabels labels;
    const QJsonObject object = value.toObject();
    for (auto at = object.begin(); at != object.end() && labels.size() < PromLimits::labels; ++at) {
        labels.insert(at.key().left(PromLimits::text), boundedText(at.value()));
    }
    return labels;
}

/// [1435781451.781, "1"]; nothing for what is no such pair, or no number.
std::optional<PromPoint> pointOf(const QJsonValue& value)
{
    const QJsonArray pair = value.toArray();
    const double seconds = pair.at(0).toDouble(-1);
    const std::optional<double> number = promNumber(pair.at(1).toString());
    if (pair.size() != 2 || !(seconds >= 0) || seconds > kFarTime || !number) {
        return std::nullopt;
    }
    return PromPoint{std::llround(seconds * 1000), *number};
}

/// Points that do not come in order of time are left out.
void takePoint(const QJsonValue& value, std::vector<PromPoint>& points)
{
    const std::optional<PromPoint> point = pointOf(value);
    if (point && (points.empty() || points.back().time < point->time)) {
        points.push_back(*point);
    }
}

QDateTime timeOf(const QJsonValue& value)
{
    const QDateTime time = QDateTime::fromString(value.toString().left(64), Qt::ISODateWithMs);
    // "0001-01-01T00:00:00Z" is Go's word for never.
    return time.isValid() && time.date().year() > 1970 ? time.toUTC() : QDateTime();
}

Result<QJsonValue> jsonOf(const QByteArray& body)
{
    ReadLimits limits;
    limits.bytes = PromLimits::bytes;
    limits.nodes = PromLimits::nodes;
    limits.depth = PromLimits::depth;
    Result<QJsonValue> json = readJson(body, limits);
    if (!json) {
        return json.error().in(u"what Prometheus answered"_s);
    }
    return json;
}

QStringList shortTexts(const QJsonValue& list)
{
    QStringList texts;
    const QJsonArray array = list.toArray();
    for (const QJsonValue& one : array) {
        if (texts.size() < PromLimits::labels && one.isString()) {
            texts.append(boundedText(one));
        }
    }
    return texts;
}

ErrorKind kindOfRefusal(int status, const QString& type)
{
    if (status == 401 || status == 403) {
        return ErrorKind::Auth;
    }
    if (status == 429) {
        return ErrorKind::RateLimited;
    }
    if (type == "timeout"_L1) {
        return ErrorKind::Timeout;
    }
    if (type == "bad_data"_L1 || status == 400) {
        return ErrorKind::Invalid;
    }
    if (status == 404) {
        return ErrorKind::NotFound;
    }
    return status >= 300 && status < 400 ? ErrorKind::Protocol : ErrorKind::Failed;
}

}  // namespace

std::optional<double> promNumber(const QString& text)
{
    bool ok = false;
    const double value = text.toDouble(&ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<milliseconds> promDuration(const QString& text)
{
    static const QList<std::pair<QStringView, qint64>> units{
        {u"ms", 1},         {u"s", 1'000},       {u"m", 60'000},        {u"h", 3'600'000},
        {u"d", 86'400'000}, {u"w", 604'800'000}, {u"y", 31'536'000'000}};
    qint64 sum = 0;
    QStringView rest(text);
    while (!rest.isEmpty()) {
        qsizetype digits = 0;
        while (digits < rest.size() && rest[digits] >= u'0' && rest[digits] <= u'9') {
            ++digits;
        }
        qsizetype letters = digits;
        while (letters < rest.size() && rest[letters] >= u'a' && rest[letters] <= u'z') {
            ++letters;
        }
        const QStringView unit = rest.sliced(digits, letters - digits);
        const auto known = std::ranges::find(units, unit, &std::pair<QStringView, qint64>::first);
        if (digits < 1 || digits > 9 || known == units.end()) {
            return std::nullopt;
        }
        sum += rest.first(digits).toLongLong() * known->second;
        if (sum > kFarTime * 1000) {
            return std::nullopt;
        }
        rest = rest.sliced(letters);
    }
    return text.isEmpty() ? std::nullopt : std::optional(milliseconds(sum));
}

QString promDurationText(qint64 duration)
{
    return duration % 1000 == 0 ? QString::number(duration / 1000) + u's'
                                : QString::number(duration) + u"ms"_s;
}

QByteArray promTime(qint64 time)
{
    return QByteArray::number(time / 1000) + '.' +
           QByteArray::number(time % 1000).rightJustified(3, '0');
}

Error promRefusal(int status, QByteArrayView body)
{
    const QString code = u"HTTP %1"_s.arg(status);
    const bool page = body.trimmed().startsWith('<');
    const Result<QJsonValue> json = page || body.size() > 64 * 1024
                                        ? Error(ErrorKind::Protocol, code)
                                        : jsonOf(body.toByteArray());
    QString words;
    QString type;
    if (json && json->isObject()) {
        words = boundedText((*json)[u"error"_s]);
        if (words.isEmpty()) {
            words = boundedText((*json)[u"message"_s]);
        }
        type = boundedText((*json)[u"errorType"_s]);
    } else if (json && json->isString()) {
        words = boundedText(*json);  // Alertmanager
    } else if (!page) {
        words = displayText(body.first(std::min<qsizetype>(body.size(), 300)).trimmed(), 300);
    }
    const ErrorKind kind = kindOfRefusal(status, type);
    Error error(kind,
                words.isEmpty() ? code : code + u": "_s + displayText(words.simplified(), 300));
    if (page) {
        error.message = u"%1 and a web page instead of an answer"_s.arg(code);
    }
    if (kind == ErrorKind::Auth) {
        return error.withHint(
            u"Set prometheus.token in the workspace to a secret that may read."_s);
    }
    return page || kind == ErrorKind::NotFound ? noPrometheus(error.message) : error;
}

Result<QJsonValue> promData(const QByteArray& body)
{
    if (QByteArrayView(body).trimmed().startsWith('<')) {
        return noPrometheus(u"a web page came instead of an answer of Prometheus"_s);
    }
    const Result<QJsonValue> json = jsonOf(body);
    if (!json) {
        return json.error().kind == ErrorKind::Invalid
                   ? Error(ErrorKind::Protocol, json.error().message)
                   : json.error();
    }
    if ((*json)[u"status"_s].toString() == "error"_L1) {
        return promRefusal(400, body);
    }
    if ((*json)[u"status"_s].toString() != "success"_L1) {
        return noPrometheus(u"what answers there does not speak as Prometheus does"_s);
    }
    return (*json)[u"data"_s];
}

Result<QList<PromSeries>> promSeries(const QByteArray& body)
{
    const Result<QJsonValue> data = promData(body);
    if (!data) {
        return data.error();
    }
    const QString type = (*data)[u"resultType"_s].toString();
    QList<PromSeries> all;
    if (type == "scalar"_L1) {
        PromSeries one;
        takePoint((*data)[u"result"_s], one.points);
        all.append(std::move(one));
        return all;
    }
    if (type != "vector"_L1 && type != "matrix"_L1) {
        return noPrometheus(
            u"Prometheus answered with \"%1\", which is no series"_s.arg(displayText(type, 40)));
    }
    const QJsonArray result = (*data)[u"result"_s].toArray();
    if (result.size() > PromLimits::series) {
        return Error(ErrorKind::Invalid,
                     u"the answer has %1 series, more than %2"_s.arg(result.size())
                         .arg(PromLimits::series))
            .withHint(u"Ask for fewer: name a server or a label."_s);
    }
    for (const QJsonValue& entry : result) {
        PromSeries one;
        one.labels = labelsOf(entry[u"metric"_s]);
        if (type == "vector"_L1) {
            takePoint(entry[u"value"_s], one.points);
        }
        const QJsonArray values = entry[u"values"_s].toArray();
        one.points.reserve(std::size_t(values.size() + 1));
        for (const QJsonValue& value : values) {
            takePoint(value, one.points);
        }
        all.append(std::move(one));
    }
    return all;
}

Result<QList<PromTarget>> promTargets(const QByteArray& body)
{
    const Result<QJsonValue> data = promData(body);
    if (!data) {
        return data.error();
    }
    QList<PromTarget> targets;
    const QJsonArray active = (*data)[u"activeTargets"_s].toArray();
    for (const QJsonValue& entry : active) {
        if (targets.size() >= PromLimits::targets) {
            break;
        }
        PromTarget target;
        target.labels = labelsOf(entry[u"labels"_s]);
        target.instance = target.labels.value(u"instance"_s);
        target.job = target.labels.value(u"job"_s);
        target.health = boundedText(entry[u"health"_s]);
        target.problem = boundedText(entry[u"lastError"_s]);
        target.lastRead = timeOf(entry[u"lastScrape"_s]);
        const std::optional<milliseconds> interval =
            promDuration(boundedText(entry[u"scrapeInterval"_s]));
        if (interval && interval->count() > 0) {
            target.interval = *interval;
        }
        targets.append(std::move(target));
    }
    return targets;
}

Result<QList<PromAlert>> promAlerts(const QByteArray& body)
{
    const Result<QJsonValue> data = promData(body);
    if (!data) {
        return data.error();
    }
    QList<PromAlert> alerts;
    const QJsonArray list = (*data)[u"alerts"_s].toArray();
    for (const QJsonValue& entry : list) {
        if (alerts.size() >= PromLimits::alerts) {
            break;
        }
        PromAlert alert;
        alert.source = u"prometheus"_s;
        alert.labels = labelsOf(entry[u"labels"_s]);
        alert.annotations = labelsOf(entry[u"annotations"_s]);
        alert.name = alert.labels.value(u"alertname"_s);
        alert.state = boundedText(entry[u"state"_s]);
        alert.value = promNumber(boundedText(entry[u"value"_s]));
        alert.since = timeOf(entry[u"activeAt"_s]);
        alerts.append(std::move(alert));
    }
    return alerts;
}

Result<QList<PromAlert>> managedAlertsOf(const QByteArray& body)
{
    const Result<QJsonValue> json = jsonOf(body);
    if (!json || !json->isArray()) {
        return Error(ErrorKind::Protocol, u"what answers there is no Alertmanager"_s)
            .withHint(u"Is prometheus.alertmanager its address, with the path before /api/v2?"_s);
    }
    QList<PromAlert> alerts;
    const QJsonArray list = json->toArray();
    for (const QJsonValue& entry : list) {
        if (alerts.size() >= PromLimits::alerts) {
            break;
        }
        const QJsonValue status = entry[u"status"_s];
        PromAlert alert;
        alert.source = u"alertmanager"_s;
        alert.labels = labelsOf(entry[u"labels"_s]);
        alert.annotations = labelsOf(entry[u"annotations"_s]);
        alert.name = alert.labels.value(u"alertname"_s);
        alert.state = boundedText(status[u"state"_s]);
        alert.silencedBy = shortTexts(status[u"silencedBy"_s]);
        alert.inhibitedBy = shortTexts(status[u"inhibitedBy"_s]);
        alert.since = timeOf(entry[u"startsAt"_s]);
        alert.fingerprint = boundedText(entry[u"fingerprint"_s]);
        alert.link = boundedText(entry[u"generatorURL"_s]);
        alerts.append(std::move(alert));
    }
    return alerts;
}

QString promVersion(const QByteArray& body)
{
    const Result<QJsonValue> data = promData(body);
    return data ? boundedText((*data)[u"version"_s]).left(40) : QString();
}

Json PromAlert::toJson() const
{
    const auto object = [](const PromLabels& words) {
        Json json;
        for (auto at = words.begin(); at != words.end(); ++at) {
            json.insert(displayText(at.key(), 255), displayText(at.value(), 1024));
        }
        return json;
    };
    return {{u"source"_s, source},
            {u"name"_s, displayText(name, 255)},
            {u"state"_s, displayText(state, 40)},
            {u"labels"_s, object(labels)},
            {u"annotations"_s, object(annotations)},
            {u"value"_s, value ? QJsonValue(*value) : QJsonValue()},
            {u"since"_s, since.isValid() ? QJsonValue(toIso(since)) : QJsonValue()},
            {u"silenced"_s, !silencedBy.isEmpty()},
            {u"inhibited"_s, !inhibitedBy.isEmpty()},
            {u"fingerprint"_s, displayText(fingerprint, 64)}};
}

}  // namespace analemma::monitor
