#include "core/monitor/prometheus.h"

#include "core/base/files.h"
#include "core/monitor/remotewrite.h"
#include "core/monitor/src/promquery.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kTargetsLimit = 16 * 1024 * 1024;
constexpr int kTargetsMode = 0644;  // Prometheus runs as another user

/// "10.0.0.7" of "10.0.0.7:9100", "::1" of "[::1]:9100".
QString hostOf(const QString& instance)
{
    if (instance.startsWith(u'[')) {
        return instance.mid(1, std::max<qsizetype>(0, instance.indexOf(u']') - 1));
    }
    return instance.count(u':') == 1 ? instance.section(u':', 0, 0) : instance;
}

/// How sure it is that the figures are those of the server; 0: they are not.
int fitOf(const PromTarget& target, const PromServer& server)
{
    const QString host = hostOf(target.instance);
    const QString label = target.labels.value(u"analemma_server"_s);
    int fit = 0;
    if (!label.isEmpty()) {
        fit = label == server.name ? 30 : 0;  // another's, whatever its address
    } else if (!server.address.isEmpty() && host == server.address) {
        fit = 20;
    } else if (host.compare(server.name, Qt::CaseInsensitive) == 0) {
        fit = 10;
    }
    if (fit == 0) {
        return 0;
    }
    return fit + (target.isNode ? 4 : 0) + (target.health == "up"_L1 ? 2 : 0) +
           (target.instance.endsWith(":9100"_L1) ? 1 : 0);
}

}  // namespace

QString promMetricName(const QString& metric)
{
    QString name = u"analemma_"_s;
    for (const QChar c : metric) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') ||
                           (c >= u'0' && c <= u'9') || c == u'_';
        name += plain ? c : QChar(u'_');
    }
    return name;
}

PromLabels ownLabels(const SeriesName& name)
{
    PromLabels labels{{u"__name__"_s, promMetricName(name.metric)}, {u"server"_s, name.subject}};
    // "device=sda": one label of a server's own word, which may hold anything but the first "=".
    const qsizetype equals = name.labels.indexOf(u'=');
    if (equals > 0) {
        const QString key = name.labels.first(equals);
        const bool fits = isPromName(key) && !labels.contains(key) && key != "workspace"_L1 &&
                          key != "environment"_L1 && !key.startsWith("__"_L1);
        labels.insert(fits ? key : u"label"_s, name.labels.sliced(equals + 1));
    } else if (!name.labels.isEmpty()) {
        labels.insert(u"label"_s, name.labels);
    }
    return labels;
}

PromQuestion ownQuestion(const SeriesName& name, milliseconds interval)
{
    const PromLabels labels = ownLabels(name);
    PromQuestion question;
    question.plain = true;
    question.interval = interval;
    question.expression = labels.value(u"__name__"_s) + u'{' + promSelector(labels) + u'}';
    return question;
}

const PromTarget* targetOf(const QList<PromTarget>& targets, const PromServer& server)
{
    const PromTarget* best = nullptr;
    int most = 0;
    for (const PromTarget& target : targets) {
        const int fit = fitOf(target, server);
        if (fit > most) {
            most = fit;
            best = &target;
        }
    }
    return best;
}

QByteArray fileSd(const QList<ScrapeTarget>& targets)
{
    QList<std::pair<QString, QJsonObject>> groups;
    for (const ScrapeTarget& target : targets) {
        if (target.address.isEmpty()) {
            continue;
        }
        const QString host =
            target.address.contains(u':') ? u'[' + target.address + u']' : target.address;
        const QString place = host + u':' + QString::number(target.port);
        QJsonObject labels;
        for (auto at = target.labels.begin(); at != target.labels.end(); ++at) {
            if (isPromName(at.key()) && !at.value().isEmpty()) {
                labels.insert(at.key(), at.value());
            }
        }
        groups.append({place + u' ' + target.labels.value(u"analemma_server"_s),
                       QJsonObject{{u"targets"_s, QJsonArray{place}}, {u"labels"_s, labels}}});
    }
    std::ranges::stable_sort(groups, {}, &std::pair<QString, QJsonObject>::first);
    QJsonArray list;
    for (const auto& [place, group] : groups) {
        list.append(group);
    }
    return QJsonDocument(list).toJson(QJsonDocument::Indented);
}

Result<bool> writeFileSd(const QString& path, const QList<ScrapeTarget>& targets)
{
    const QByteArray bytes = fileSd(targets);
    const Result<QByteArray> before = readFile(path, kTargetsLimit);
    if (before && *before == bytes) {
        return false;
    }
    const QString where = u"write the targets for Prometheus"_s;
    if (const Result<void> made = makeFolder(QFileInfo(path).path(), 0755); !made) {
        return made.error().in(where);
    }
    if (const Result<void> written = writeFile(path, bytes, kTargetsMode); !written) {
        return written.error().in(where);
    }
    return true;
}

}  // namespace analemma::monitor
