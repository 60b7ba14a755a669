#include "tests/ui/made.h"
#include "ui/board/board_view.h"
#include "ui/board/loop_view.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QTableView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using lifecycle::Phase;

class TestBoard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    void theCurveIsALemniscate()
    {
        // Bernoulli: (x^2 + y^2)^2 = a^2 (x^2 - y^2), for a box of the natural shape 2a by a /
        // sqrt(2).
        constexpr double a = 500;
        const Lemniscate curve(QRectF(-a, -a / std::sqrt(8.0), 2 * a, a / std::sqrt(2.0)));
        for (int i = 0; i <= 100; ++i) {
            const QPointF p = curve.at(i / 100.0);
            const double square = p.x() * p.x() + p.y() * p.y();
            const double error = square * square - a * a * (p.x() * p.x() - p.y() * p.y());
            QVERIFY2(std::abs(error) < 1e-6 * a * a * a * a, qPrintable(QString::number(i)));
        }
        QVERIFY(QLineF(curve.at(0), curve.at(0.5)).length() < 1e-6);
        QVERIFY(curve.at(0.25).x() < -a + 1);
        QVERIFY(curve.at(0.75).x() > a - 1);
    }

    void theLoopsHoldTheirStationsInOrder()
    {
        const Lemniscate curve(QRectF(-100, -40, 200, 80));
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(curve.at(stationWays[i]).x() < 0);
            QVERIFY(curve.at(stationWays[i + 4]).x() > 0);
        }
        for (const std::size_t i : {0U, 1U, 4U, 5U}) {
            QVERIFY(curve.at(stationWays[i]).y() < 0);      // above
            QVERIFY(curve.at(stationWays[i + 2]).y() > 0);  // below
        }
    }

    void stationsDoNotCoverEachOther()
    {
        for (const QSize size : {QSize(1104, 250), QSize(844, 236), QSize(1744, 360)}) {
            LoopView loop;
            loop.resize(size);
            loop.show();
            const auto buttons = loop.findChildren<StationButton*>();
            QCOMPARE(buttons.size(), 8);
            for (auto* a : buttons) {
                QVERIFY(loop.rect().contains(a->geometry()));
                for (auto* b : buttons) {
                    const bool apart =
                        a == b ||
                        !a->geometry()
                             .adjusted(0, 0, -40, 0)
                             .intersects(b->geometry().adjusted(40, 0, 0, 0)) ||
                        !a->geometry().intersects(b->geometry().adjusted(40, 0, -40, 0));
                    QVERIFY2(apart, qPrintable(a->text() + u' ' + b->text()));
                }
            }
        }
    }

    void theBoardShowsItsValues()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        board.setBoard(made::board(6), made::now());
        const auto* model = board.table()->view()->model();
        QCOMPARE(model->rowCount(), 6);
        QCOMPARE(model->columnCount(), 9);
        QVERIFY(model->index(0, 0).data().toString().contains(u"price with tax"));
        QCOMPARE(model->index(0, 3).data().toString(), u"14 s"_s);
        QCOMPARE(model->index(1, 4).data().toString(), u"12/12"_s);
        const QString tip = model->index(1, 4).data(Qt::ToolTipRole).toString();
        QVERIFY(tip.contains(u"2026") && tip.contains(u"ana@studio"));
        QVERIFY(board.loop()->station(Phase::Operate)->accessibleName().contains(u"3/3 healthy"));
    }

    void aClickOnACellOpensItsDoor()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        QVERIFY(QTest::qWaitForWindowExposed(&board));
        board.setBoard(made::board(6), made::now());
        QSignalSpy doors(&board, &BoardView::openPanel);
        QTableView* view = board.table()->view();
        const auto click = [view](int row, int column) {
            const QRect cell = view->visualRect(view->model()->index(row, column));
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
        };
        click(1, 5);
        QCOMPARE(doors.count(), 1);
        QCOMPARE(doors[0][0].toString(), u"releases"_s);
        QCOMPARE(doors[0][1].toString(), u"1.4.2"_s);
        click(1, 8);  // no door there
        QCOMPARE(doors.count(), 1);
    }

    void arrowsAndEnterOpenDoorsToo()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        QVERIFY(QTest::qWaitForWindowExposed(&board));
        board.setBoard(made::board(6), made::now());
        QSignalSpy doors(&board, &BoardView::openPanel);
        QTableView* view = board.table()->view();
        view->setFocus();
        view->setCurrentIndex(view->model()->index(0, 2));
        QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_Right);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(doors.count(), 1);
        QCOMPARE(doors[0][0].toString(), u"pipelines"_s);
        QCOMPARE(doors[0][1].toString(), u"run-1"_s);
    }

    void whatFiresIsADoorOfItsOwn()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        lifecycle::Board made = made::board(2);
        lifecycle::Station& monitor = made.stations[std::size_t(Phase::Monitor)];
        monitor.mark = lifecycle::Mark::Failed;
        monitor.count = 2;
        monitor.line = u"critical: disk-full"_s;
        monitor.detail = u"2 alerts fire\ndisk /var of web-1 is full"_s;
        monitor.panel = u"alerts"_s;
        monitor.item = u"17"_s;
        board.setBoard(made, made::now());
        QSignalSpy doors(&board, &BoardView::openPanel);
        StationButton* button = board.loop()->station(Phase::Monitor);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(doors.count(), 1);
        QCOMPARE(doors[0][0].toString(), u"alerts"_s);
        QCOMPARE(doors[0][1].toString(), u"17"_s);
        QVERIFY(button->accessibleName().contains(u"critical: disk-full"_s));
        QVERIFY(button->toolTip().contains(u"disk /var of web-1"_s));
    }

    void stationsAreDoors()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        board.setBoard(made::board(2), made::now());
        QSignalSpy doors(&board, &BoardView::openPanel);
        QTest::mouseClick(board.loop()->station(Phase::Release), Qt::LeftButton);
        QTest::keyClick(board.loop()->station(Phase::Operate), Qt::Key_Space);
        QCOMPARE(doors.count(), 2);
        QCOMPARE(doors[0][0].toString(), u"releases"_s);
        QCOMPARE(doors[1][0].toString(), u"servers"_s);
    }

    void aChangeThatMovesTravelsOnce()
    {
        BoardView board;
        board.resize(1100, 700);
        board.show();
        lifecycle::Board before = made::board(3);
        board.setBoard(before, made::now());
        QVERIFY(!board.loop()->isTravelling());
        lifecycle::Board after = before;
        after.changes[0].cells[3].mark = Mark::Ok;
        board.setBoard(after, made::now());
        QCOMPARE(board.loop()->isTravelling(), !reducedMotion());
        QTRY_VERIFY_WITH_TIMEOUT(!board.loop()->isTravelling(), 2000);
        board.setBoard(after, made::now());
        QVERIFY(!board.loop()->isTravelling());
    }

    void aLowBoardShowsItsStationsInOneRow()
    {
        BoardView board;
        board.setBoard(made::board(6), made::now());
        board.resize(1100, 400);
        board.show();
        QTRY_VERIFY(board.loop()->isCompact());
        QSet<int> tops;
        for (const auto* button : board.loop()->findChildren<StationButton*>()) {
            tops.insert(button->y());
            QVERIFY(board.loop()->rect().contains(button->geometry()));
        }
        QCOMPARE(tops.size(), 1);
        board.resize(1100, 700);
        QTRY_VERIFY(!board.loop()->isCompact());
    }

    void aBoardThatBecameEmptyTeaches()
    {
        BoardView board;
        board.resize(1000, 640);
        board.show();
        board.setBoard(made::board(6), made::now());
        board.setBoard(made::emptyBoard(), made::now());
        QVERIFY(board.findChild<QWidget*>(u"board.changes.empty"_s)->isVisible());
    }

    void anEmptyBoardTeaches()
    {
        BoardView board;
        board.resize(1000, 640);
        board.show();
        board.setBoard(made::emptyBoard(), made::now());
        auto* empty = board.findChild<QWidget*>(u"board.changes.empty"_s);
        QVERIFY(empty && empty->isVisible());
    }

    void reachedIsTheLastPhaseWithNews()
    {
        const lifecycle::Board board = made::board(4);
        QCOMPARE(reached(board.changes[0]), 2);  // building
        QCOMPARE(reached(board.changes[2]), 6);  // served
        QCOMPARE(reached(board.changes[3]), 3);  // a test failed
        QCOMPARE(reached(lifecycle::ChangeRow()), -1);
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestBoard)
#include "tst_board.moc"
