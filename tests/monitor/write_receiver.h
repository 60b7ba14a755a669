#pragma once

#include "core/monitor/prometheus.h"
#include "tests/monitor/series_fixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <snappy-c.h>

#include <bit>
#include <limits>
#include <map>

/// A receiver of remote write without a network, which keeps the rules of Prometheus: what is older
/// than the newest sample of its series is refused with all that came with it; the same sample
/// again is none.
namespace analemma::monitor::receiving {

/// Samples by "NAMESERVER".
using Taken = std::map<QString, fixture::Model>;

/// Fields of protocol buffers, as far as a WriteRequest has them.
inline quint64 takeVarint(const QByteArray& bytes, qsizetype& at)
{
    quint64 value = 0;
    for (int shift = 0; at < bytes.size() && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        value |= quint64(byte & 0x7f) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

inline QList<std::pair<int, QByteArray>> fieldsOf(const QByteArray& bytes)
{
    QList<std::pair<int, QByteArray>> fields;
    for (qsizetype at = 0; at < bytes.size();) {
        const quint64 key = takeVarint(bytes, at);
        const qsizetype begin = at;
        if ((key & 7) == 0) {
            const quint64 value = takeVarint(bytes, at);
            fields.append({int(key >> 3), QByteArray::number(value)});
        } else {
            const qsizetype size = (key & 7) == 1 ? 8 : qsizetype(takeVarint(bytes, at));
            fields.append({int(key >> 3), bytes.mid(at, size)});
            at += size;
        }
        if (at <= begin) {
            break;
        }
    }
    return fields;
}

inline Taken decodeWrite(const QByteArray& bytes)
{
    Taken taken;
    for (const auto& [field, series] : fieldsOf(bytes)) {
        QString key;
        QString server;
        QByteArray before;
        fixture::Model samples;
        for (const auto& [part, content] : fieldsOf(series)) {
            const auto inner = fieldsOf(content);
            if (part == 1) {
                if (inner.size() != 2 || inner[0].second <= before) {
                    qFatal("labels are not sorted");
                }
                before = inner[0].second;
                key = before == "__name__" ? QString::fromUtf8(inner[1].second) : key;
                server = before == "server" ? QString::fromUtf8(inner[1].second) : server;
                continue;
            }
            quint64 bits = 0;
            for (int i = 7; i >= 0; --i) {
                bits = bits << 8 | static_cast<unsigned char>(inner[0].second[i]);
            }
            samples[inner[1].second.toLongLong()] = std::bit_cast<double>(bits);
        }
        taken[key + server].merge(samples);
    }
    return taken;
}

inline QByteArray unpackedSnappy(const QByteArray& packed)
{
    std::size_t size = 0;
    if (snappy_uncompressed_length(packed.constData(), std::size_t(packed.size()), &size) !=
        SNAPPY_OK) {
        return {};
    }
    QByteArray bytes(qsizetype(size), '\0');
    if (snappy_uncompress(packed.constData(), std::size_t(packed.size()), bytes.data(), &size) !=
        SNAPPY_OK) {
        return {};
    }
    return bytes;
}

class WriteReceiver {
public:
    /// What the next requests to write are answered with: a status, 0: no connection, -1: taken,
    /// and the answer is lost. Then it takes what comes.
    QList<int> script;
    bool down = false;
    bool answersQueries = true;
    int refusals = 0;

    HttpSend send()
    {
        return [this](http::Request request, const CancelToken&) {
            const Result<http::Response> answer = answerTo(request);
            return onWorker<http::Response>([answer] { return answer; });
        };
    }
    void put(const QString& series, qint64 time, double value) { m_taken[series][time] = value; }
    [[nodiscard]] const Taken& taken() const { return m_taken; }
    [[nodiscard]] qint64 values() const { return m_values; }
    /// How far the newest sample was ever ahead of the newest of another series of the same
    /// request's past.
    [[nodiscard]] qint64 largestSpread() const { return m_spread; }

private:
    static Result<http::Response> status(int code, const QByteArray& body = {})
    {
        http::Response response;
        response.status = code;
        response.body = body;
        return response;
    }

    Result<http::Response> answerTo(const http::Request& request)
    {
        if (down) {
            return Error(ErrorKind::Network, QStringLiteral("nobody listens"));
        }
        if (!request.url.endsWith(QStringLiteral("/write"))) {
            return answersQueries ? answerQuery(request.body) : status(404, "page not found");
        }
        if (!script.isEmpty()) {
            const int code = script.takeFirst();
            if (code == -1) {
                take(request.body);
            }
            return code > 0 ? status(code)
                            : Error(ErrorKind::Network, QStringLiteral("the connection broke"));
        }
        return take(request.body) ? status(204) : status(400, "out of order sample\n");
    }

    bool take(const QByteArray& body)
    {
        const Taken batch = decodeWrite(unpackedSnappy(body));
        qint64 newest = 0;
        for (const auto& [key, samples] : m_taken) {
            newest = samples.empty() ? newest : std::max(newest, samples.rbegin()->first);
        }
        for (const auto& [key, samples] : batch) {
            const fixture::Model& mine = m_taken[key];
            for (const auto& [time, value] : samples) {
                const bool same =
                    !mine.empty() && mine.rbegin()->first == time && mine.rbegin()->second == value;
                if (!mine.empty() && time <= mine.rbegin()->first && !same) {
                    ++refusals;
                    return false;
                }
                m_spread = std::max(m_spread, newest - time);
            }
        }
        for (const auto& [key, samples] : batch) {
            for (const auto& [time, value] : samples) {
                m_values += m_taken[key].emplace(time, value).second ? 1 : 0;
            }
        }
        return true;
    }

    /// Samples of NAME{...,server="X",...}[Nms], up to a time.
    [[nodiscard]] QJsonArray samplesOf(const QString& key, qint64 from, qint64 to) const
    {
        QJsonArray values;
        const auto known = m_taken.find(key);
        if (known != m_taken.end()) {
            for (auto at = known->second.lower_bound(from);
                 at != known->second.end() && at->first <= to; ++at) {
                values.append(QJsonArray{double(at->first) / 1000, QString::number(at->second)});
            }
        }
        return values;
    }

    /// timestamp(NAME{...}) of each series, at a time, or the samples of one.
    Result<http::Response> answerQuery(const QByteArray& form) const
    {
        const QUrlQuery query(QString::fromLatin1(form));
        const QString expression =
            query.queryItemValue(QStringLiteral("query"), QUrl::FullyDecoded);
        const qint64 at = qint64(
            query.queryItemValue(QStringLiteral("time"), QUrl::FullyDecoded).toDouble() * 1000);
        static const QRegularExpression asked(QStringLiteral("timestamp\\((\\w+)\\{"));
        QJsonArray result;
        static const QRegularExpression range(
            QStringLiteral("^(\\w+)\\{.*server=\"([^\"]*)\".*\\}\\[(\\d+)ms\\]$"));
        const QRegularExpressionMatch ranged = range.match(expression);
        if (ranged.hasMatch()) {
            result.append(QJsonObject{
                {QStringLiteral("metric"), QJsonObject()},
                {QStringLiteral("values"), samplesOf(ranged.captured(1) + ranged.captured(2),
                                                     at - ranged.captured(3).toLongLong(), at)}});
            return answered(QStringLiteral("matrix"), result);
        }
        auto matches = asked.globalMatch(expression);
        while (matches.hasNext()) {
            const QString name = matches.next().captured(1);
            for (const auto& [key, samples] : m_taken) {
                if (!key.startsWith(name)) {
                    continue;
                }
                auto after = samples.upper_bound(at);
                if (after == samples.begin() || (--after)->first < at - 300'000) {
                    continue;
                }
                const QJsonObject labels{{QStringLiteral("analemma_metric"), name},
                                         {QStringLiteral("server"), key.mid(name.size())},
                                         {QStringLiteral("workspace"), QStringLiteral("shop")}};
                result.append(QJsonObject{
                    {QStringLiteral("metric"), labels},
                    {QStringLiteral("value"),
                     QJsonArray{double(at) / 1000,
                                QString::number(double(after->first) / 1000, 'f', 3)}}});
            }
        }
        return answered(QStringLiteral("vector"), result);
    }

    static Result<http::Response> answered(const QString& type, const QJsonArray& result)
    {
        const QJsonObject data{{QStringLiteral("resultType"), type},
                               {QStringLiteral("result"), result}};
        return status(
            200, QJsonDocument(QJsonObject{{QStringLiteral("status"), QStringLiteral("success")},
                                           {QStringLiteral("data"), data}})
                     .toJson(QJsonDocument::Compact));
    }

    Taken m_taken;
    qint64 m_values = 0;
    qint64 m_spread = 0;
};

}  // namespace analemma::monitor::receiving
