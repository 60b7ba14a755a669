#include "core/monitor/prometheus.h"

#include "core/base/text.h"
#include "core/monitor/src/promanswer.h"
#include "core/monitor/src/promquery.h"

#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr int kMostPromPixels = 20'000;
constexpr qint64 kLastPromTime = 7'000'000'000'000;

qint64 wallNow()
{
    return QDateTime::currentMSecsSinceEpoch();
}

/// "http://host:9090/prom" and "api/v1/query".
QString joinedUrl(QString base, const QString& path)
{
    while (base.endsWith(u'/')) {
        base.chop(1);
    }
    return base + u'/' + path;
}

Error atPlace(const Error& error, const QString& url)
{
    return error.in(displayText(QUrl(url).authority(), 120));
}

}  // namespace

struct PromClient::Body {
    HttpSend send;
    PromOptions options;
    std::optional<bool> leftOpen;  ///< once it was asked

    [[nodiscard]] http::Request request(const QString& base, const QString& path) const
    {
        http::Request request;
        request.url = joinedUrl(base, path);
        request.bearer = options.token;
        request.authority = options.authority;
        request.timeout = options.timeout;
        request.limitBytes = PromLimits::bytes;
        request.headers.emplaceBack("Accept", "application/json");
        return request;
    }

    /// The body of an answer with status 200.
    static Task<Result<QByteArray>> ask(std::shared_ptr<Body> body, http::Request request,
                                        CancelToken cancel)
    {
        const QString url = request.url;
        auto sending = body->send(std::move(request), std::move(cancel));
        const Result<http::Response> answer = co_await std::move(sending);
        if (!answer) {
            co_return atPlace(answer.error(), url);
        }
        if (answer->status != 200) {
            co_return atPlace(promRefusal(answer->status, answer->body), url);
        }
        co_return answer->body;
    }

    static Task<Result<QByteArray>> post(std::shared_ptr<Body> body, PromRequest question,
                                         CancelToken cancel)
    {
        http::Request request =
            body->request(body->options.url, u"api/v1/"_s + QString::fromLatin1(question.path));
        request.method = "POST";
        request.headers.emplaceBack("Content-Type", "application/x-www-form-urlencoded");
        request.body = question.form;
        return ask(std::move(body), std::move(request), std::move(cancel));
    }

    static Task<Result<QByteArray>> get(std::shared_ptr<Body> body, QString base, QString path,
                                        CancelToken cancel)
    {
        http::Request request = body->request(base, path);
        return ask(std::move(body), std::move(request), std::move(cancel));
    }

    static Task<Result<QList<PromSeries>>> series(std::shared_ptr<Body> body, PromRequest question,
                                                  CancelToken cancel)
    {
        const QString url = body->options.url;
        auto posting = post(std::move(body), std::move(question), std::move(cancel));
        const Result<QByteArray> answer = co_await std::move(posting);
        if (!answer) {
            co_return answer.error();
        }
        Result<QList<PromSeries>> read = promSeries(*answer);
        if (!read) {
            co_return atPlace(read.error(), url);
        }
        co_return read;
    }

    static Task<Result<QList<PromChart>>> charts(std::shared_ptr<Body> body, PromQuestion question,
                                                 qint64 from, qint64 to, int pixels,
                                                 CancelToken cancel)
    {
        if (from < 0 || to <= from || to > kLastPromTime || pixels < 1 ||
            pixels > kMostPromPixels || question.interval.count() < 1) {
            co_return Error(
                ErrorKind::Invalid,
                u"a chart needs a range of time and 1 to %1 columns"_s.arg(kMostPromPixels));
        }
        const PromPlan plan = promPlan(question, from, to, pixels);
        if (plan.way == PromPlan::Way::Columns && !body->leftOpen) {
            auto asking = get(body, body->options.url, u"api/v1/status/buildinfo"_s, cancel);
            const Result<QByteArray> told = co_await std::move(asking);
            const QString version = told ? promVersion(*told) : QString();
            // Who does not say is asked for one millisecond too much: no value is lost.
            body->leftOpen = !version.startsWith("2."_L1);
        }
        PromRequest request = requestOf(plan, question, body->leftOpen.value_or(true), wallNow());
        auto asking = series(body, std::move(request), std::move(cancel));
        Result<QList<PromSeries>> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        co_return chartsOf(plan, std::move(*answer), from, to, wallNow());
    }

    static Task<Result<QList<PromTarget>>> targets(std::shared_ptr<Body> body, CancelToken cancel)
    {
        auto asking = get(body, body->options.url, u"api/v1/targets?state=active"_s, cancel);
        const Result<QByteArray> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        Result<QList<PromTarget>> targets = promTargets(*answer);
        if (!targets) {
            co_return atPlace(targets.error(), body->options.url);
        }
        PromRequest question;
        question.path = "query";
        question.form = formOf(
            {{"query", "count by (instance, job) (last_over_time(node_boot_time_seconds[1h]))"},
             {"time", promTime(wallNow())}});
        auto nodes = series(body, std::move(question), std::move(cancel));
        const Result<QList<PromSeries>> found = co_await std::move(nodes);
        if (!found) {
            co_return found.error();
        }
        for (PromTarget& target : *targets) {
            target.isNode = std::ranges::any_of(*found, [&](const PromSeries& one) {
                return one.labels.value(u"instance"_s) == target.instance &&
                       one.labels.value(u"job"_s) == target.job;
            });
        }
        co_return targets;
    }

    static Task<Result<ServerView>> view(std::shared_ptr<Body> body, QString server,
                                         PromTarget target, CancelToken cancel)
    {
        const PromLabels whose{{u"instance"_s, target.instance}, {u"job"_s, target.job}};
        const QDateTime now = QDateTime::currentDateTimeUtc();
        PromRequest question;
        question.path = "query";
        question.form =
            formOf({{"query", viewExpression(promSelector(whose), target.interval).toUtf8()},
                    {"time", promTime(now.toMSecsSinceEpoch())}});
        auto asking = series(std::move(body), std::move(question), std::move(cancel));
        const Result<QList<PromSeries>> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        ServerView view;
        view.server = server;
        view.source = u"prometheus"_s;
        view.interval = target.interval;
        view.time = target.lastRead.isValid() ? target.lastRead : now;
        const std::vector<Point> points = viewPoints(*answer);
        for (const Point& point : points) {
            view.points.push_back({point, view.time});
        }
        const bool up = target.health != "down"_L1;
        view.state = up ? SamplerState::Sampling : SamplerState::Lost;
        if (!up) {
            view.reason = u"Prometheus cannot read it: %1"_s.arg(displayText(target.problem, 300));
        }
        view.readings = points.empty() ? 0 : 2;
        co_return view;
    }

    using ReadAlerts = Result<QList<PromAlert>> (*)(const QByteArray&);
    static Task<Result<QList<PromAlert>>> alerts(std::shared_ptr<Body> body, QString base,
                                                 QString path, ReadAlerts read, CancelToken cancel)
    {
        if (base.isEmpty()) {
            co_return QList<PromAlert>();
        }
        auto asking = get(std::move(body), base, std::move(path), std::move(cancel));
        const Result<QByteArray> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        Result<QList<PromAlert>> alerts = read(*answer);
        if (!alerts) {
            co_return atPlace(alerts.error(), base);
        }
        co_return alerts;
    }
};

PromClient::PromClient(HttpSend send, PromOptions options) : m_body(std::make_shared<Body>())
{
    m_body->send = std::move(send);
    m_body->options = std::move(options);
}

const PromOptions& PromClient::options() const
{
    return m_body->options;
}

Task<Result<QList<PromSeries>>> PromClient::query(QString expression, qint64 time,
                                                  CancelToken cancel)
{
    PromRequest question;
    question.path = "query";
    question.form = formOf({{"query", expression.toUtf8()}, {"time", promTime(time)}});
    return Body::series(m_body, std::move(question), std::move(cancel));
}

Task<Result<QList<PromChart>>> PromClient::charts(PromQuestion question, qint64 from, qint64 to,
                                                  int pixels, CancelToken cancel)
{
    return Body::charts(m_body, std::move(question), from, to, pixels, std::move(cancel));
}

Task<Result<QList<PromTarget>>> PromClient::targets(CancelToken cancel)
{
    return Body::targets(m_body, std::move(cancel));
}

Task<Result<ServerView>> PromClient::view(QString server, PromTarget target, CancelToken cancel)
{
    return Body::view(m_body, std::move(server), std::move(target), std::move(cancel));
}

Task<Result<QList<PromAlert>>> PromClient::alerts(CancelToken cancel)
{
    return Body::alerts(m_body, m_body->options.url, u"api/v1/alerts"_s, promAlerts,
                        std::move(cancel));
}

Task<Result<QList<PromAlert>>> PromClient::managedAlerts(CancelToken cancel)
{
    return Body::alerts(m_body, m_body->options.alertmanager, u"api/v2/alerts"_s, managedAlertsOf,
                        std::move(cancel));
}

}  // namespace analemma::monitor
