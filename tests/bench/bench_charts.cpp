// Sixty live charts of 300 points, one new point a second, offscreen: CPU time of a tick, ours and
// that of Qt Charts drawing the same curve with the same axes; and a wall of 500 servers. Prints
// one line of JSON. CPU time is of the whole process, all threads.
//   QT_QPA_PLATFORM=offscreen bench_charts

#include "tests/ui/wall_values.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/host_wall.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QGridLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#ifdef ANALEMMA_QT_CHARTS
#include <QChart>
#include <QChartView>
#include <QDateTimeAxis>
#include <QLineSeries>
#include <QValueAxis>
#endif

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using made::chartNow;

namespace {

constexpr int charts = 60;
constexpr int columns = 6;
constexpr int points = 300;
constexpr int warmUp = 5;
constexpr int rounds = 40;
const QSize pageSize(1920, 1600);

double cpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

/// Made once before anything is measured, so that a tick is the charts' work alone.
double valueOf(qint64 second, int chart)
{
    constexpr qint64 kept = 2 * (points + warmUp + rounds);
    static const std::vector<double> all = [] {
        std::vector<double> result;
        for (int i = 0; i < charts; ++i) {
            for (qint64 at = 0; at < kept; ++at) {
                result.push_back(100 * analemma::made::load(at, i));
            }
        }
        return result;
    }();
    return all[std::size_t(chart * kept + (second - chartNow / 1000 + points + warmUp) % kept)];
}

/// Fewest, median and most milliseconds of a tick: new values, layout and all pixels.
template <class Tick>
QJsonObject measure(QWidget* page, const Tick& tick)
{
    QList<double> taken;
    for (int round = 0; round < warmUp + rounds; ++round) {
        const double before = cpuMs();
        tick(round + 1);
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        page->repaint();
        if (round >= warmUp) {
            taken.append(cpuMs() - before);
        }
    }
    std::sort(taken.begin(), taken.end());
    return {{u"least_ms"_s, taken.first()},
            {u"median_ms"_s, taken[rounds / 2]},
            {u"worst_ms"_s, taken.last()}};
}

QJsonObject ours()
{
    QWidget page;
    auto* grid = new QGridLayout(&page);
    ChartGroup group(chartNow);
    group.setSpan(points * 1000);
    made::MadeSource source;
    for (int i = 0; i < charts; ++i) {
        source.setValue(QString::number(i),
                        [i](qint64 second) { return std::optional(valueOf(second, i)); });
        auto* view = new ChartView(&group);
        view->setTitle(u"Chart %1"_s.arg(i));
        view->setUnit(ChartUnit::Percent);
        view->setLimits(0, 100);
        view->setSeries({{QString::number(i), u"busy"_s}});
        new ChartFeed(&source, view);
        grid->addWidget(view, i / columns, i % columns);
    }
    page.resize(pageSize);
    page.show();
    QCoreApplication::processEvents();
    QJsonObject told =
        measure(&page, [&](int tick) { group.setNow(chartNow + qint64(tick) * 1000); });
    // What moving the mouse costs: every chart shows the values of that time.
    told[u"cursor_ms"_s] = measure(&page, [&](int tick) {
                               group.setCursor(group.from() + qint64(tick) * 5'000);
                           }).value(u"median_ms"_s);
    return told;
}

/// How long the main thread is busy with a wall of 500 servers, each of which has other figures.
QJsonObject wall()
{
    constexpr int servers = 500;
    QList<QList<HostLine>> ticks;
    for (int tick = 0; tick < warmUp + rounds; ++tick) {
        ticks.append(made::hosts(servers, tick));
    }
    HostWall wall;
    wall.resize(1280, 800);
    wall.setHosts(ticks.first(), made::wallNow());
    wall.show();
    QCoreApplication::processEvents();
    QJsonObject told =
        measure(&wall, [&](int tick) { wall.setHosts(ticks[tick - 1], made::wallNow(tick - 1)); });
    told[u"servers"_s] = servers;
    return told;
}

#ifdef ANALEMMA_QT_CHARTS
QJsonObject theirs()
{
    QWidget page;
    auto* grid = new QGridLayout(&page);
    struct Line {
        QLineSeries* series;
        QDateTimeAxis* time;
    };
    QList<Line> lines;
    for (int i = 0; i < charts; ++i) {
        auto* chart = new QChart;
        auto* series = new QLineSeries;
        auto* time = new QDateTimeAxis;
        auto* value = new QValueAxis;
        time->setFormat(u"HH:mm"_s);
        time->setTickCount(4);
        value->setRange(0, 100);
        value->setTickCount(3);
        series->setName(u"busy"_s);
        chart->addSeries(series);
        chart->addAxis(time, Qt::AlignBottom);
        chart->addAxis(value, Qt::AlignLeft);
        series->attachAxis(time);
        series->attachAxis(value);
        chart->setTitle(u"Chart %1"_s.arg(i));
        chart->setAnimationOptions(QChart::NoAnimation);
        auto* view = new QChartView(chart);
        view->setRenderHint(QPainter::Antialiasing, false);
        grid->addWidget(view, i / columns, i % columns);
        lines.append({series, time});
    }
    page.resize(pageSize);
    page.show();
    QCoreApplication::processEvents();
    return measure(&page, [&](int tick) {
        const qint64 now = chartNow / 1000 + tick;
        for (int i = 0; i < charts; ++i) {
            QList<QPointF> values;
            values.reserve(points);
            for (qint64 second = now - points + 1; second <= now; ++second) {
                values.append({double(second) * 1000, valueOf(second, i)});
            }
            lines[i].series->replace(values);
            lines[i].time->setRange(QDateTime::fromMSecsSinceEpoch((now - points) * 1000),
                                    QDateTime::fromMSecsSinceEpoch(now * 1000));
        }
    });
}
#endif

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    const QApplication app(argc, argv);
    const Theme theme;
    QJsonObject told{{u"charts"_s, charts}, {u"points"_s, points}};
    const QJsonObject mine = ours();
    told[u"ours"_s] = mine;
    told[u"wall"_s] = wall();
    bool kept = true;
#ifdef ANALEMMA_QT_CHARTS
    const QJsonObject others = theirs();
    const double ratio =
        mine.value(u"median_ms"_s).toDouble() / others.value(u"median_ms"_s).toDouble();
    told[u"qt_charts"_s] = others;
    told[u"ratio"_s] = ratio;
    kept = ratio <= 0.25;
    told[u"aim"_s] = u"at most 0.25"_s;
#else
    told[u"qt_charts"_s] =
        u"not here: install qt6-charts-dev and libqt6opengl6-dev and configure again"_s;
#endif
    std::printf("%s\n", QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    return kept ? 0 : 1;
}
