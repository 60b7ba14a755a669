#include "tests/ui/chart_values.h"
#include "ui/monitor/chart_bar.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/shell/theme.h"
#include "ui/shell/theme_series.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <set>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using made::chartNow;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;

/// A column of charts that share a group, filled by made sources.
class Stage {
public:
    explicit Stage(
        int charts, const made::Value& value = [](qint64) { return 34.0; })
        : m_group(chartNow)
    {
        auto* column = new QVBoxLayout(&m_page);
        m_bar = new ChartBar(&m_group);
        column->addWidget(m_bar);
        m_source.setValue(u"busy"_s, value);
        for (int i = 0; i < charts; ++i) {
            auto* view = new ChartView(&m_group);
            view->setObjectName(u"chart.%1"_s.arg(i));
            view->setTitle(u"CPU"_s);
            view->setUnit(ChartUnit::Percent);
            view->setLimits(0, 100);
            view->setSeries({{u"busy"_s, u"CPU busy"_s}});
            m_feeds.append(new ChartFeed(&m_source, view));
            column->addWidget(view);
            m_views.append(view);
        }
        m_page.resize(700, 60 + charts * 220);
    }
    void show()
    {
        m_page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_page));
        QTRY_VERIFY(!m_views.first()->data().empty());
    }
    ChartView* view(int at = 0) { return m_views[at]; }
    ChartFeed* feed(int at = 0) { return m_feeds[at]; }
    ChartGroup& group() { return m_group; }
    made::MadeSource& source() { return m_source; }
    QWidget& page() { return m_page; }

private:
    ChartGroup m_group;
    made::MadeSource m_source;
    QWidget m_page;
    ChartBar* m_bar;
    QList<ChartView*> m_views;
    QList<ChartFeed*> m_feeds;
};

QPoint in(ChartView* view, double x, double y = 0.5)
{
    const QRect plot = view->plotRect();
    return {plot.left() + int(x * plot.width()), plot.top() + int(y * plot.height())};
}

void move(ChartView* view, const QPoint& at)
{
    QMouseEvent moved(QEvent::MouseMove, at, view->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    QApplication::sendEvent(view, &moved);
}

void drag(ChartView* view, const QPoint& from, const QPoint& to,
          Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    QTest::mousePress(view, Qt::LeftButton, keys, from);
    for (int i = 1; i <= 4; ++i) {
        const QPoint at = from + (to - from) * i / 4;
        QMouseEvent moved(QEvent::MouseMove, at, view->mapToGlobal(at), Qt::NoButton,
                          Qt::LeftButton, keys);
        QApplication::sendEvent(view, &moved);
    }
    QTest::mouseRelease(view, Qt::LeftButton, keys, to);
}

void wheel(ChartView* view, const QPoint& at, int notches,
           Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    QWheelEvent turned(at, view->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, keys,
                       Qt::NoScrollPhase, false);
    QApplication::sendEvent(view, &turned);
}

/// How far a pixel is from the surface, 0 to 1.
double distance(QRgb pixel)
{
    const QColor surface = colour(Token::Surface);
    return (std::abs(qRed(pixel) - surface.red()) + std::abs(qGreen(pixel) - surface.green()) +
            std::abs(qBlue(pixel) - surface.blue())) /
           765.0;
}

/// Of that colour, or nearly: lines have soft edges.
bool isLike(QRgb pixel, QRgb shade)
{
    return std::abs(qRed(pixel) - qRed(shade)) + std::abs(qGreen(pixel) - qGreen(shade)) +
               std::abs(qBlue(pixel) - qBlue(shade)) <
           120;
}

QImage shot(ChartView* view, qreal ratio = 1)
{
    QImage image(view->size() * ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    view->render(&image);
    return image;
}

QAccessibleInterface* accessible(QWidget* widget)
{
    return QAccessible::queryAccessibleInterface(widget);
}

}  // namespace

class TestCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        qputenv("TZ", "UTC");
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    // ---- one range, one cursor ----

    void theCursorOfOneChartIsTheCursorOfAll()
    {
        Stage stage(3);
        stage.show();
        move(stage.view(0), in(stage.view(0), 0.5));
        QVERIFY(stage.group().cursor());
        QVERIFY(std::abs(*stage.group().cursor() - (chartNow - hour / 2)) < 10'000);
        const int x = stage.view(2)->xOf(*stage.group().cursor());
        const QImage with = shot(stage.view(2));
        stage.group().setCursor({});
        const QImage without = shot(stage.view(2));
        int changed = 0;
        const QRect plot = stage.view(2)->plotRect();
        for (int y = plot.top(); y < plot.bottom(); ++y) {
            changed += with.pixel(x, y) != without.pixel(x, y) ? 1 : 0;
        }
        QVERIFY(changed > plot.height() * 3 / 4);
        QCOMPARE(stage.view(2)->ageText(), u"as of 0 s"_s);
        move(stage.view(1), in(stage.view(1), 0.25));
        QCOMPARE(stage.view(2)->ageText().left(3), u"13:"_s);
        QEvent left(QEvent::Leave);
        QApplication::sendEvent(stage.view(1), &left);
        QVERIFY(!stage.group().cursor());
    }

    void draggingZoomsAllAndADoubleClickComesBack()
    {
        Stage stage(2);
        stage.show();
        QSignalSpy ranges(&stage.group(), &ChartGroup::rangeChanged);
        drag(stage.view(0), in(stage.view(0), 0.25), in(stage.view(0), 0.5));
        QCOMPARE(ranges.count(), 1);
        QVERIFY(std::abs(stage.group().span() - hour / 4) < 20'000);
        QVERIFY(std::abs(stage.group().from() - (chartNow - hour * 3 / 4)) < 20'000);
        QVERIFY(!stage.group().isLive());
        QCOMPARE(stage.view(1)->timeAt(stage.view(1)->plotRect().left()) / 10'000,
                 stage.group().from() / 10'000);
        auto* live = stage.page().findChild<Button*>(u"monitor.live"_s);
        QVERIFY(live->isVisible());
        QTest::mouseDClick(stage.view(1), Qt::LeftButton, {}, in(stage.view(1), 0.5));
        QVERIFY(stage.group().isLive());
        QCOMPARE(stage.group().span(), hour);
        QVERIFY(!live->isVisible());
    }

    void aClickIsNoZoom()
    {
        Stage stage(1);
        stage.show();
        QTest::mouseClick(stage.view(), Qt::LeftButton, {}, in(stage.view(), 0.5));
        QCOMPARE(stage.group().span(), hour);
        QVERIFY(stage.group().isLive());
    }

    void theWheelZoomsOnceTheChartHasTheFocus()
    {
        Stage stage(2);
        stage.show();
        stage.view(1)->clearFocus();
        const QPoint at = in(stage.view(1), 0.5);
        wheel(stage.view(1), at, 1);
        QCOMPARE(stage.group().span(), hour);  // the page scrolls
        wheel(stage.view(1), at, 1, Qt::ControlModifier);
        QVERIFY(stage.group().span() < hour);
        QTest::mouseClick(stage.view(1), Qt::LeftButton, {}, at);
        QTRY_VERIFY(stage.view(1)->hasFocus());
        const qint64 before = stage.group().span();
        const qint64 under = stage.view(1)->timeAt(at.x());
        wheel(stage.view(1), at, 1);
        QVERIFY(stage.group().span() < before);
        QVERIFY(std::abs(stage.view(0)->timeAt(at.x()) - under) < 15'000);
        const qint64 end = stage.group().to();
        wheel(stage.view(1), at, 2, Qt::ShiftModifier);
        QVERIFY(stage.group().to() < end);
    }

    void shiftAndDraggingMovesTheRange()
    {
        Stage stage(1);
        stage.show();
        drag(stage.view(), in(stage.view(), 0.25), in(stage.view(), 0.75), Qt::ShiftModifier);
        QCOMPARE(stage.group().span(), hour);
        const qint64 away = stage.group().to() - (chartNow - hour / 2);
        QVERIFY2(std::abs(away) < 20'000, qPrintable(QString::number(away)));
    }

    void keysDoAllThatTheMouseDoes()
    {
        Stage stage(2);
        stage.show();
        ChartView* view = stage.view();
        view->setMarks({{u"d1"_s, chartNow - 30 * minute, ChartMarkKind::Deploy, u"1.4.2"_s},
                        {u"r1"_s, chartNow - 10 * minute, ChartMarkKind::Rollback, u"1.4.1"_s}});
        view->setFocus();
        QTRY_VERIFY(view->hasFocus());
        QTest::keyClick(view, Qt::Key_Left);
        QVERIFY(stage.group().cursor());
        const qint64 first = *stage.group().cursor();
        QTest::keyClick(view, Qt::Key_Left);
        QVERIFY(*stage.group().cursor() < first);
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(*stage.group().cursor(), first);
        QTest::keyClick(view, Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(view->markAtCursor());
        QCOMPARE(view->markAtCursor()->id, u"r1"_s);
        QTest::keyClick(view, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(view->markAtCursor()->id, u"d1"_s);
        QVERIFY(view->spokenValue().endsWith(u", deploy 1.4.2"_s));
        QSignalSpy opened(view, &ChartView::markOpened);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), u"d1"_s);
        QTest::keyClick(view, Qt::Key_Plus);
        QVERIFY(stage.group().span() < hour);
        QTest::keyClick(view, Qt::Key_Minus);
        QCOMPARE(stage.group().span(), hour);
        QTest::keyClick(view, Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(!stage.group().isLive());
        QTest::keyClick(view, Qt::Key_Home);
        QCOMPARE(*stage.group().cursor(), stage.group().from());
        QTest::keyClick(view, Qt::Key_End);
        QVERIFY(stage.group().isLive());
        QTest::keyClick(view, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(!stage.group().cursor());
        QVERIFY(!stage.group().isLive());
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(stage.group().isLive());
    }

    void aStandingRangeStaysAndTheLiveButtonGoesBack()
    {
        Stage stage(1);
        stage.show();
        stage.group().pan(-hour);
        const qint64 stands = stage.group().to();
        stage.group().setNow(chartNow + 5'000);
        QCOMPARE(stage.group().to(), stands);
        auto* live = stage.page().findChild<Button*>(u"monitor.live"_s);
        QVERIFY(live->isVisible());
        QTest::mouseClick(live, Qt::LeftButton);
        QCOMPARE(stage.group().to(), chartNow + 5'000);
        stage.group().setNow(chartNow + 6'000);
        QCOMPARE(stage.group().to(), chartNow + 6'000);
    }

    void theChipsChooseHowMuchIsSeen()
    {
        Stage stage(1);
        stage.show();
        QTest::mouseClick(stage.page().findChild<Chip*>(u"chip.24h"_s), Qt::LeftButton);
        QCOMPARE(stage.group().span(), 24 * hour);
        QVERIFY(stage.page().findChild<Chip*>(u"chip.24h"_s)->isChecked());
        stage.group().zoom(0.5);
        for (const Chip* chip : stage.page().findChildren<Chip*>()) {
            QVERIFY(!chip->isChecked());
        }
        stage.group().setRange(0, 1);
        QCOMPARE(stage.group().span(), minute);
        stage.group().setSpan(400 * 24 * hour);
        QCOMPARE(stage.group().span(), 30 * 24 * hour);
    }

    // ---- pixels ----

    void onePeakIsSeenInADay_data()
    {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<bool>("dark");
        QTest::newRow("100 %, light") << 1.0 << false;
        QTest::newRow("100 %, dark") << 1.0 << true;
        QTest::newRow("150 %") << 1.5 << false;
        QTest::newRow("200 %") << 2.0 << true;
    }
    void onePeakIsSeenInADay()
    {
        QFETCH(double, ratio);
        QFETCH(bool, dark);
        m_theme->setChoice(dark ? SchemeChoice::Dark : SchemeChoice::Light);
        const qint64 peak = chartNow / 1000 - 30'000;
        ChartGroup group(chartNow);
        group.setSpan(24 * hour);
        ChartView view(&group);
        view.setUnit(ChartUnit::Percent);
        view.setSeries({{u"busy"_s, u"CPU busy"_s}});
        view.resize(1000, 220);
        view.show();
        const int pixels = int(view.plotRect().width() * ratio);
        view.setData({made::chartOf(group.from(), group.to(), pixels,
                                    [&](qint64 second) { return second == peak ? 100.0 : 4.0; })});
        const QImage image = shot(&view, ratio);
        const int x = int(view.xOf(peak * 1000) * ratio);
        const int y = int((view.plotRect().top() + view.plotRect().height() * 0.3) * ratio);
        double seen = 0;
        for (int at = x - 3; at <= x + 3; ++at) {
            seen = std::max(seen, distance(image.pixel(at, y)));
        }
        QVERIFY2(seen > 0.2, qPrintable(QString::number(seen)));
        // Beside it there is nothing: the peak is what was seen.
        QVERIFY(distance(image.pixel(x - int(20 * ratio), y)) < 0.12);
    }

    void aSilenceIsHatchedAndNotJoined()
    {
        m_theme->setChoice(SchemeChoice::Light);
        const qint64 from = chartNow / 1000 - 2'400;
        Stage stage(1, [&](qint64 second) {
            return second > from && second < from + 900 ? std::nullopt : std::optional(50.0);
        });
        stage.show();
        const QImage image = shot(stage.view());
        const QRect plot = stage.view()->plotRect();
        const int middle = stage.view()->xOf((from + 120) * 1000);  // beside the words
        const QRgb line = seriesColour(0, Scheme::Light).rgb();
        std::set<QRgb> shades;
        for (int y = plot.top() + 2; y < plot.bottom() - 2; ++y) {
            for (int x = middle - 8; x < middle + 8; ++x) {
                shades.insert(image.pixel(x, y));
                QVERIFY(!isLike(image.pixel(x, y), line));
            }
        }
        QVERIFY(shades.contains(colour(Token::Line).rgb()));  // the hatching
        const int before = stage.view()->xOf((from - 300) * 1000);
        bool drawn = false;
        for (int y = plot.top(); y < plot.bottom(); ++y) {
            drawn = drawn || isLike(image.pixel(before, y), line);
        }
        QVERIFY(drawn);
        // At its time no value is told, and the words say so.
        stage.group().setCursor((from + 300) * 1000);
        QVERIFY(stage.view()->spokenValue().startsWith(u"CPU busy: no data"_s));
    }

    void whenNothingComesTheChartSaysSinceWhen()
    {
        Stage stage(1);
        stage.show();
        stage.view()->setNewest(chartNow - 3'000);
        QCOMPARE(stage.view()->ageText(), u"as of 3 s"_s);
        stage.view()->setNewest(chartNow - 11'000);
        QCOMPARE(stage.view()->ageText(), u"no data since 14:02:00"_s);
        stage.view()->setStaleAfter(60'000);
        QCOMPARE(stage.view()->ageText(), u"as of 11 s"_s);
    }

    void thresholdsTintTheirGround()
    {
        m_theme->setChoice(SchemeChoice::Light);
        Stage stage(1);
        stage.show();
        stage.view()->setThresholds({{80, 90, false}, {90, 100, true}});
        const QImage image = shot(stage.view());
        const QRect plot = stage.view()->plotRect();
        const int x = plot.left() + plot.width() - 20;
        QCOMPARE(image.pixelColor(x, plot.top() + plot.height() * 5 / 100),
                 QColor(tint(Token::Failed).rgb()));
        QCOMPARE(image.pixelColor(x, plot.top() + plot.height() * 15 / 100),
                 QColor(tint(Token::Waiting).rgb()));
    }

    void stackedSharesAddUp()
    {
        m_theme->setChoice(SchemeChoice::Dark);
        ChartGroup group(chartNow);
        ChartView view(&group);
        view.setUnit(ChartUnit::Percent);
        view.setStacked(true);
        view.setLimits(0, 100);
        view.setSeries({{u"user"_s, u"user"_s}, {u"system"_s, u"system"_s}});
        view.resize(600, 240);
        view.show();
        const auto made = [&](double value) {
            return made::chartOf(group.from(), group.to(), 500, [=](qint64) { return value; });
        };
        view.setData({made(30), made(20)});
        const QImage image = shot(&view);
        const auto at = [&](double percent) {
            const QRect plot = view.plotRect();
            return image.pixel(plot.left() + 60,
                               plot.top() + int((1 - percent / 100) * plot.height()));
        };
        QVERIFY(at(15) != at(40));
        QVERIFY(distance(at(15)) > 0.1 && distance(at(40)) > 0.1);
        QVERIFY(distance(at(70)) < 0.1);
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.picked(), 0);
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.picked(), -1);
        QCOMPARE(view.spokenValue(), u"user 30 percent, system 20 percent, at 14:02:10"_s);
    }

    // ---- words ----

    void aScreenReaderIsToldNameAndValue()
    {
        Stage stage(1);
        stage.show();
        QAccessibleInterface* told = accessible(stage.view());
        QVERIFY(told);
        QCOMPARE(told->role(), QAccessible::Chart);
        QCOMPARE(told->text(QAccessible::Name), u"CPU"_s);
        stage.view()->setNewest(chartNow);
        stage.group().setCursor(chartNow);
        QCOMPARE(told->text(QAccessible::Value), u"CPU busy 34 percent, at 14:02:11"_s);
    }

    void longNamesAreCutAndWholeInTheTip()
    {
        ChartGroup group(chartNow);
        ChartView view(&group);
        const QString name = u"a-server-with-a-name-of-"_s + QString(60, u'x');
        QList<ChartSeries> series;
        for (int i = 0; i < 12; ++i) {
            series.append({QString::number(i), name});
        }
        view.setSeries(series);
        view.resize(600, 200);
        view.show();
        const QStringList shown = view.legendTexts();
        QVERIFY(!shown.isEmpty() && shown.size() < 12);
        for (const QString& text : shown) {
            QVERIFY(text.contains(u'…'));
        }
        const qint64 start = group.from();
        view.setData(std::vector<Chart>(
            12, made::chartOf(start, group.to(), 400, [](qint64) { return 1.0; })));
        QVERIFY(!shot(&view).isNull());
    }

    void emptyLoadingAndFailedAreSaid()
    {
        Stage stage(1);
        stage.source().setAtOnce(false);
        stage.page().show();
        QTRY_COMPARE(stage.source().count(), 1);
        const QImage early = shot(stage.view());
        QTRY_VERIFY(shot(stage.view()) != early);  // the skeleton, after 300 ms
        stage.source().setFailure(u"monitor.db is damaged"_s);
        stage.source().answer();
        QCOMPARE(stage.view()->spokenValue(), u"monitor.db is damaged"_s);
        auto* retry = stage.view()->findChild<Button*>(u"chart.retry"_s);
        QVERIFY(retry && retry->isVisible());
        stage.source().setFailure({});
        QTest::mouseClick(retry, Qt::LeftButton);
        QCOMPARE(stage.source().count(), 2);
        stage.source().answer();
        QVERIFY(!retry->isVisible());
        QVERIFY(!stage.view()->data().empty());
        stage.view()->setSeries({{u"none"_s, u"None"_s}});
        QCOMPARE(stage.view()->spokenValue(), u"Nothing was measured yet."_s);
    }

    // ---- asking ----

    void oneRequestIsUnderWayAndTheNewestWishIsNext()
    {
        Stage stage(1);
        stage.source().setAtOnce(false);
        stage.page().show();
        QTRY_COMPARE(stage.source().count(), 1);
        for (int i = 0; i < 20; ++i) {
            stage.group().zoom(0.9);
            QCoreApplication::processEvents();
        }
        QCOMPARE(stage.source().count(), 1);
        stage.source().answer();
        QTRY_COMPARE(stage.source().count(), 2);
        QVERIFY(stage.source().waiting().front().wish.from >= stage.group().from() - 20'000);
        stage.source().answer();
        QCoreApplication::processEvents();
        QCOMPARE(stage.source().count(), 2);
        QCOMPARE(stage.source().most(), 1);
    }

    void aTickAsksForItsColumnsOnly()
    {
        Stage stage(1);
        stage.show();
        const int before = stage.source().count();
        stage.source().setAtOnce(false);
        stage.group().setNow(chartNow + 1'000);
        QTRY_COMPARE(stage.source().count(), before + 1);
        const ChartWish& wish = stage.source().waiting().front().wish;
        QVERIFY(wish.pixels <= 4);
        QVERIFY(wish.to >= chartNow + 1'000);
        stage.source().answer();
        QVERIFY(stage.view()->data().front().columns.size() > 500);
    }

    void outOfSightNothingIsAsked()
    {
        Stage stage(1);
        stage.show();
        const int before = stage.source().count();
        stage.page().hide();
        stage.group().setNow(chartNow + 60'000);
        QCoreApplication::processEvents();
        QCOMPARE(stage.source().count(), before);
        stage.page().show();
        QTRY_VERIFY(stage.source().count() > before);
    }

    void anAnswerAfterTheEndHarmsNothing()
    {
        made::MadeSource source;
        source.setAtOnce(false);
        source.setValue(u"busy"_s, [](qint64) { return 1.0; });
        {
            ChartGroup group(chartNow);
            ChartView view(&group);
            view.setSeries({{u"busy"_s, u"busy"_s}});
            new ChartFeed(&source, &view);
            view.show();
            QTRY_COMPARE(source.count(), 1);
        }
        source.answer();
        QVERIFY(source.waiting().empty());
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
