#include "tests/ui/wall_values.h"
#include "ui/monitor/host_wall.h"
#include "ui/shell/theme.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"

#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using lifecycle::Mark;

namespace {

QString nameAt(const HostWall& wall, int row)
{
    return wall.table()->filter()->index(row, 0).data().toString();
}

/// How far a pixel is from the surface, 0 to 1.
double farness(QRgb pixel)
{
    const QColor surface = colour(Token::Surface);
    return (std::abs(qRed(pixel) - surface.red()) + std::abs(qGreen(pixel) - surface.green()) +
            std::abs(qBlue(pixel) - surface.blue())) /
           765.0;
}

int rowsOf(const HostWall& wall)
{
    return wall.table()->filter()->rowCount();
}

}  // namespace

class TestHostWall : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    void oneFullDiskIsNeverAveragedAway()
    {
        HostLine host;
        host.cpu = 3;
        host.memory = 10;
        host.disk = 91;
        QCOMPARE(needOf(host), HostNeed::Critical);
        host.disk = 81;
        QCOMPARE(needOf(host), HostNeed::Warning);
        host.disk = 20;
        QCOMPARE(needOf(host), HostNeed::None);
        host.alerts = 1;
        host.gravest = Mark::Waiting;
        QCOMPARE(needOf(host), HostNeed::Warning);
        host.gravest = Mark::Failed;
        QCOMPARE(needOf(host), HostNeed::Critical);
        host.mark = Mark::Failed;
        QCOMPARE(needOf(host), HostNeed::Critical);
        QCOMPARE(needOf(HostLine()), HostNeed::None);
    }

    void theWorstStandFirst()
    {
        HostWall wall;
        wall.resize(1200, 700);
        wall.setHosts(made::hosts(100), made::wallNow());
        wall.show();
        QStringList first;
        for (int row = 0; row < 5; ++row) {
            first.append(nameAt(wall, row));
        }
        QCOMPARE(first[0], u"qa-worker-017"_s);  // full disk and two alerts
        QCOMPARE(first[1], u"qa-web-005"_s);     // cannot be reached
        QVERIFY(first[2].startsWith(u"production-web-nnn"_s));
        QCOMPARE(first[3], u"production-cache-009"_s);
        QCOMPARE(first[4], u"qa-api-011"_s);
        const Record* record = wall.table()->model()->record(first[0]);
        QCOMPARE(record->fields[5].text.left(4), u"97.4"_s);
        QVERIFY(record->fields[5].tip.startsWith(u"critical"_s));
    }

    void rowsDoNotJumpWhenFiguresChangeALittle()
    {
        HostLine a;
        a.cpu = 41;
        HostLine b = a;
        b.cpu = 44;
        QCOMPARE(hostRank(a), hostRank(b));
        b.cpu = 46;
        QVERIFY(hostRank(b) > hostRank(a));
        b.cpu = 100;
        a = HostLine();
        a.mark = Mark::Failed;  // nothing is known of it: that is worse than a busy one
        QVERIFY(hostRank(a) > hostRank(b));
    }

    void typingFiltersAndEnterOpens()
    {
        HostWall wall;
        wall.resize(1200, 700);
        wall.setHosts(made::hosts(100), made::wallNow());
        wall.show();
        QVERIFY(QTest::qWaitForWindowExposed(&wall));
        QSignalSpy chosen(&wall, &HostWall::hostChosen);
        wall.table()->view()->setFocus();
        QTest::keyClicks(wall.table()->view(), u"qa-worker-017"_s);
        QTRY_COMPARE(rowsOf(wall), 1);
        QVERIFY(wall.table()->selectId(u"qa-worker-017"_s));
        wall.table()->view()->setFocus();
        QTest::keyClick(wall.table()->view(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toString(), u"qa-worker-017"_s);
    }

    void alertsAreADoor()
    {
        HostWall wall;
        wall.resize(1400, 400);
        wall.show();
        QVERIFY(QTest::qWaitForWindowExposed(&wall));
        QList<HostLine> lines = made::hosts(2);
        lines[0].alerts = 2;
        lines[0].gravest = Mark::Waiting;
        lines[0].alertTip = u"warning: disk / of it is full"_s;
        wall.setHosts(lines, made::wallNow());
        QSignalSpy alerts(&wall, &HostWall::alertsChosen);
        const int column = 8;
        const auto click = [&](const QString& name) {
            QVERIFY(wall.table()->selectId(name));
            const QModelIndex row = wall.table()->view()->currentIndex();
            const QModelIndex cell = row.siblingAtColumn(column);
            QTest::mouseClick(wall.table()->view()->viewport(), Qt::LeftButton, {},
                              wall.table()->view()->visualRect(cell).center());
        };
        click(lines[0].name);
        QCOMPARE(alerts.count(), 1);
        QCOMPARE(alerts[0][0].toString(), lines[0].name);
        const Field field = wall.table()->model()->record(lines[0].name)->fields[column];
        QCOMPARE(field.text, u"2"_s);
        QVERIFY(field.mark == Mark::Waiting);
        QCOMPARE(field.tip, lines[0].alertTip);
        click(lines[1].name);  // it has none
        QCOMPARE(alerts.count(), 1);
    }

    void chipsShowThoseThatNeedSomebody()
    {
        HostWall wall;
        wall.setHosts(made::hosts(100), made::wallNow());
        wall.show();
        QTest::mouseClick(wall.findChild<Chip*>(u"chip.critical"_s), Qt::LeftButton);
        QCOMPARE(rowsOf(wall), 3);
        QTest::mouseClick(wall.findChild<Chip*>(u"chip.warning"_s), Qt::LeftButton);
        QCOMPARE(rowsOf(wall), 1);
        QTest::mouseClick(wall.findChild<Chip*>(u"chip.all"_s), Qt::LeftButton);
        QCOMPARE(rowsOf(wall), 100);
    }

    void aTickKeepsTheSelection()
    {
        HostWall wall;
        wall.setHosts(made::hosts(100), made::wallNow());
        wall.show();
        QVERIFY(wall.table()->selectId(u"qa-api-011"_s));
        wall.setHosts(made::hosts(100, 1), made::wallNow(1));
        QCOMPARE(wall.table()->currentId(), u"qa-api-011"_s);
        QList<HostLine> fewer = made::hosts(100, 2);
        fewer.removeFirst();
        wall.setHosts(fewer, made::wallNow(2));
        QCOMPARE(rowsOf(wall), 99);
        wall.setHosts({}, made::wallNow(3));
        QCOMPARE(rowsOf(wall), 0);
    }

    // ---- cells ----

    void aCellShowsPeakAndGap()
    {
        m_theme->setChoice(SchemeChoice::Light);
        SparkRow row(60);
        for (int i = 0; i < 100; ++i) {
            i == 75             ? row.addColumn({60, 0, 100, 3, 1})
            : i >= 85 && i < 95 ? row.addGap()
                                : row.add(5);
        }
        QCOMPARE(row.columns().size(), std::size_t(60));
        QImage image(120, 20, QImage::Format_RGB32);
        image.fill(colour(Token::Surface));
        QPainter painter(&image);
        paintSpark(&painter, image.rect(), row, colour(Token::Accent));
        painter.end();
        const auto top = [&](int column) {
            double most = 0;
            for (int x = column * 2 - 1; x <= column * 2 + 2; ++x) {
                most = std::max(most, farness(image.pixel(x, 3)));
            }
            return most;
        };
        QVERIFY(top(35) > 0.2);
        QVERIFY(top(20) < 0.01);
        std::set<QRgb> shades;
        for (int x = 92; x < 108; ++x) {
            for (int y = 0; y < 20; ++y) {
                shades.insert(image.pixel(x, y));
            }
        }
        QVERIFY(!shades.contains(colour(Token::Accent).rgb()));
        QVERIFY(shades.contains(colour(Token::Line).rgb()));
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestHostWall)
#include "tst_host_wall.moc"
