// Pictures of the charts with made values, written to a folder to be looked at:
//   ANALEMMA_THEME=dark QT_QPA_PLATFORM=offscreen charts_gallery FOLDER

#include "tests/ui/wall_values.h"
#include "ui/monitor/chart_bar.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/host_wall.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QDir>
#include <QGridLayout>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using made::chartNow;
using made::load;
using made::noise;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;

/// 9 minutes in which the connection was down.
bool silent(qint64 second)
{
    const qint64 from = chartNow / 1000 - 1'500;
    return second > from && second < from + 540;
}

made::Value scaled(double factor, int seed)
{
    return [=](qint64 second) {
        return silent(second) ? std::nullopt : std::optional(factor * load(second, seed));
    };
}

struct Wanted {
    QString title;
    ChartUnit unit;
    QList<ChartSeries> series;
    bool stacked = false;
    std::optional<double> high = {};
    QList<ChartThreshold> thresholds = {};
};

QList<Wanted> wanted()
{
    return {
        {u"CPU by mode"_s,
         ChartUnit::Percent,
         {{u"user"_s, u"user"_s},
          {u"system"_s, u"system"_s},
          {u"iowait"_s, u"I/O wait"_s},
          {u"steal"_s, u"stolen"_s}},
         true,
         100.0,
         {}},
        {u"Memory used"_s,
         ChartUnit::Percent,
         {{u"memory"_s, u"Memory used"_s}},
         false,
         100.0,
         {{80, 90, false}, {90, 100, true}}},
        {u"Network"_s,
         ChartUnit::BytesPerSecond,
         {{u"rx"_s, u"eth0 received"_s}, {u"tx"_s, u"eth0 sent"_s}}},
        {u"Latency of requests at the balancer"_s,
         ChartUnit::Milliseconds,
         {{u"p50"_s, u"p50"_s}, {u"p95"_s, u"p95"_s}, {u"p99"_s, u"p99"_s}},
         false,
         {},
         {{400, std::numeric_limits<double>::infinity(), false}}},
        {u"Disk I/O of every device of production-4-database-primary.eu-central-1.shop.example"_s,
         ChartUnit::BytesPerSecond,
         {{u"d1"_s, u"/dev/disk/by-id/scsi-0DO_Volume_volume-fra1-01-postgresql-data read"_s},
          {u"d2"_s, u"/dev/disk/by-id/scsi-0DO_Volume_volume-fra1-01-postgresql-data written"_s},
          {u"d3"_s, u"/dev/disk/by-id/scsi-0DO_Volume_volume-fra1-02-postgresql-wal read"_s},
          {u"d4"_s, u"/dev/disk/by-id/scsi-0DO_Volume_volume-fra1-02-postgresql-wal written"_s},
          {u"d5"_s, u"vda read"_s},
          {u"d6"_s, u"vda written"_s}}},
        {u"Load"_s, ChartUnit::Count, {{u"load"_s, u"Load, 1 min"_s}}},
    };
}

void fill(made::MadeSource& source)
{
    source.setValue(u"user"_s, scaled(62, 1));
    source.setValue(u"system"_s, scaled(18, 2));
    source.setValue(u"iowait"_s, scaled(9, 3));
    source.setValue(u"steal"_s, scaled(4, 4));
    source.setValue(u"memory"_s, [](qint64 second) {
        return silent(second) ? std::nullopt
                              : std::optional(62 + 20 * load(second / 8, 5) + 3 * noise(second, 5));
    });
    source.setValue(u"rx"_s, scaled(34e6, 6));
    source.setValue(u"tx"_s, scaled(11e6, 7));
    source.setValue(u"p50"_s, scaled(60, 8));
    source.setValue(u"p95"_s, scaled(210, 8));
    source.setValue(u"p99"_s, scaled(560, 8));
    for (int i = 1; i <= 6; ++i) {
        source.setValue(u"d%1"_s.arg(i), scaled(4e6 * i, 20 + i));
    }
    source.setValue(u"load"_s, scaled(5.5, 31));
}

QList<ChartMark> marks()
{
    return {{u"1"_s, chartNow - 51 * minute, ChartMarkKind::Bake, u"snapshot 1.4.2"_s},
            {u"2"_s, chartNow - 43 * minute, ChartMarkKind::Deploy, u"1.4.2 to production"_s},
            {u"3"_s, chartNow - 37 * minute, ChartMarkKind::Incident, u"p99 over 400 ms"_s},
            {u"4"_s, chartNow - 34 * minute, ChartMarkKind::Rollback, u"to 1.4.1"_s},
            {u"5"_s, chartNow - 33 * minute, ChartMarkKind::Config, u"workers 8 to 12"_s},
            {u"6"_s, chartNow - 8 * minute, ChartMarkKind::Deploy, u"1.4.3 to production"_s}};
}

class Page : public QWidget {
public:
    explicit Page(QSize size) : m_group(chartNow)
    {
        fill(m_source);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(24, 16, 24, 16);
        column->setSpacing(12);
        column->addWidget(new ChartBar(&m_group));
        m_grid = new QGridLayout;
        m_grid->setSpacing(12);
        column->addLayout(m_grid, 1);
        const int columns = size.width() > 1500 ? 3 : 2;
        int at = 0;
        for (const Wanted& one : wanted()) {
            ChartView* view = add(one);
            new ChartFeed(&m_source, view);
            m_grid->addWidget(view, at / columns, at % columns);
            ++at;
        }
        resize(size);
        show();
    }
    ChartView* add(const Wanted& one)
    {
        auto* view = new ChartView(&m_group);
        view->setTitle(one.title);
        view->setUnit(one.unit);
        view->setSeries(one.series);
        view->setStacked(one.stacked);
        view->setLimits(0, one.high);
        view->setThresholds(one.thresholds);
        view->setMarks(marks());
        m_views.append(view);
        return view;
    }
    void keep(const QString& folder, const QString& name)
    {
        QTest::qWait(150);
        const QString scheme = currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s;
        grab().save(u"%1/%2-%3-%4.png"_s.arg(folder, scheme).arg(width()).arg(name));
    }
    void hover(int chart, double share)
    {
        ChartView* view = m_views[chart];
        const QPointF at(view->plotRect().left() + share * view->plotRect().width(),
                         view->plotRect().center().y());
        QMouseEvent moved(QEvent::MouseMove, at, view->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(view, &moved);
    }
    ChartGroup& group() { return m_group; }
    const QList<ChartView*>& views() { return m_views; }

private:
    ChartGroup m_group;
    made::MadeSource m_source;
    QGridLayout* m_grid;
    QList<ChartView*> m_views;
};

void draw(const QString& folder, QSize size)
{
    Page page(size);
    page.keep(folder, u"hour"_s);
    page.hover(1, 1 - 43.0 / 60);
    page.keep(folder, u"cursor"_s);
    page.group().setCursor({});
    page.group().setRange(chartNow - 40 * minute, chartNow - 28 * minute);
    page.views()[3]->setFocus();
    QTest::keyClick(page.views()[3], Qt::Key_Down);
    QTest::keyClick(page.views()[3], Qt::Key_Right, Qt::ControlModifier);
    page.keep(folder, u"zoomed"_s);
    page.group().setCursor({});
    page.group().setSpan(24 * hour);
    page.group().goLive();
    page.keep(folder, u"day"_s);
    page.group().setSpan(5 * minute);
    QTest::qWait(100);
    page.views()[0]->setSeries({{u"idle"_s, u"idle"_s}});
    page.views()[0]->setLoading(true);
    page.views()[1]->setSeries({{u"memory"_s, u"Memory used"_s}});
    page.views()[2]->setProblem(u"the connection to qa-4-web-1 broke"_s);
    page.views()[4]->setSeries({});
    page.views()[4]->setEmptyText(u"No disk was found on this server."_s);
    page.views()[5]->setSeries({{u"load"_s, u"Load"_s}});
    page.views()[5]->setProblem(
        u"monitor.db is damaged. It was moved aside; nothing else changed."_s);
    page.views()[1]->setLoading(true);
    page.views()[3]->setNewest(chartNow - 73'000);
    QTest::qWait(350);
    page.keep(folder, u"states"_s);
    HostWall wall;
    wall.setContentsMargins(24, 16, 24, 0);
    wall.setHosts(made::hosts(500), made::wallNow());
    wall.resize(size);
    wall.show();
    QTest::qWait(150);
    const QString scheme = currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s;
    wall.grab().save(u"%1/%2-%3-wall.png"_s.arg(folder, scheme).arg(size.width()));
}

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    const QApplication app(argc, argv);
    const QString folder = QCoreApplication::arguments().value(1, u"."_s);
    QDir().mkpath(folder);
    const Theme theme;
    draw(folder, {1280, 800});
    draw(folder, {1920, 1080});
    return 0;
}
