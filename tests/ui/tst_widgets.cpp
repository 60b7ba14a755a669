#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"
#include "ui/widgets/split_page.h"
#include "ui/widgets/toast.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

QList<Column> columns()
{
    return {{u"n"_s, u"Number"_s, ColumnKind::Number, 60},
            {u"s"_s, u"State"_s, ColumnKind::State, 100},
            {u"h"_s, u"Commit"_s, ColumnKind::Fixed, 80},
            {u"t"_s, u"Subject"_s, ColumnKind::Text, 200, true}};
}

Record row(int number, const QString& subject, Mark mark = Mark::Ok)
{
    Record record;
    record.id = u"id-%1"_s.arg(number);
    record.fields = {Field::number(qint64{number}), Field::state(mark),
                     Field::hash(u"0123456789abcdef%1"_s.arg(number)), Field::text_(subject)};
    return record;
}

QList<Record> rows(int count)
{
    QList<Record> all;
    for (int i = 0; i < count; ++i) {
        all.append(row(i, i % 2 == 0 ? u"even subject"_s : u"odd subject"_s));
    }
    return all;
}

}  // namespace

class TestWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    // ---- model ----

    void theModelKeepsTheRulesOfModels()
    {
        RecordModel model(columns());
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecords(rows(20));
        QList<Record> fewer = rows(20);
        fewer.remove(3, 4);
        fewer.swapItemsAt(0, 5);
        fewer.insert(2, row(99, u"new"_s));
        fewer[7].fields[3].text = u"changed"_s;
        model.setRecords(fewer);
        QCOMPARE(model.rowCount(), 17);
        for (int i = 0; i < fewer.size(); ++i) {
            QCOMPARE(model.idAt(i), fewer[i].id);
            QCOMPARE(model.index(i, 3).data().toString(), fewer[i].fields[3].text);
        }
        model.updateRecords({row(99, u"newer"_s), row(100, u"added"_s)});
        QCOMPARE(model.rowCount(), 18);
        model.removeRecord(u"id-99"_s);
        QCOMPARE(model.rowOf(u"id-99"_s), -1);
        model.setRecords({});
        QCOMPARE(model.rowCount(), 0);
    }

    void onlyWhatChangedIsTold()
    {
        RecordModel model(columns());
        model.setRecords(rows(100));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRecords(rows(100));
        QCOMPARE(changed.count(), 0);
        QList<Record> other = rows(100);
        other[40].fields[3].text = u"x"_s;
        other[41].fields[3].text = u"y"_s;
        model.setRecords(other);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 40);
        QCOMPARE(changed[0][1].toModelIndex().row(), 41);
        QCOMPARE(reset.count(), 0);
    }

    void theTipOfAnAgeIsItsTime()
    {
        const QDateTime time(QDate(2026, 3, 1), QTime(10, 20, 30), QTimeZone::utc());
        Record record = row(1, u"a"_s);
        record.fields[2] = Field::age(time, time.addSecs(600));
        record.fields[3] = Field::age({}, time);
        RecordModel model(columns());
        model.setRecords({record});
        QCOMPARE(model.index(0, 2).data().toString(), agoText(time, time.addSecs(600)));
        QCOMPARE(model.index(0, 2).data(Qt::ToolTipRole).toString(), absoluteTime(time));
        QVERIFY(absoluteTime(time).contains(u"2026"_s));
        QVERIFY(model.index(0, 3).data(Qt::ToolTipRole).toString().isEmpty());
    }

    void theSelectionStaysOnItsRowWhenRowsMove()
    {
        RecordModel model(columns());
        model.setRecords(rows(10));
        DataTable table(u"t.move"_s, &model);
        table.show();
        QVERIFY(table.selectId(u"id-4"_s));
        QList<Record> turned = rows(10);
        std::reverse(turned.begin(), turned.end());
        turned.prepend(row(50, u"newest"_s));
        model.setRecords(turned);
        QCOMPARE(table.currentId(), u"id-4"_s);
    }

    // ---- table ----

    void rowsThatComeLaterAreShown()
    {
        RecordModel model(columns());
        RecordFilter filter(&model);
        filter.setAccept([](const Record&) { return true; });
        model.setRecords({row(1, u"first"_s)});
        model.setRecords({row(2, u"second"_s), row(1, u"first"_s)});
        QCOMPARE(filter.rowCount(), 2);
        model.setRecords({row(3, u"another"_s), row(4, u"and another"_s)});
        QCOMPARE(filter.rowCount(), 2);
    }

    void numbersSortAsNumbers()
    {
        RecordModel model(columns());
        model.setRecords(rows(12));
        DataTable table(u"t.sort"_s, &model);
        table.show();
        table.sortBy(0, Qt::DescendingOrder);
        QCOMPARE(table.view()->model()->index(0, 0).data().toString(), u"11"_s);
        QCOMPARE(table.view()->model()->index(2, 0).data().toString(), u"9"_s);
    }

    void equalOnesKeepTheirOrder()
    {
        RecordModel model(columns());
        QList<Record> records = rows(5);
        for (qsizetype i = 0; i < records.size(); ++i) {
            records[i].fields[0] = Field::number(qint64(i == 3 ? 9 : 1));
        }
        model.setRecords(records);
        DataTable table(u"t.equal"_s, &model);
        table.show();
        table.sortBy(0, Qt::DescendingOrder);
        const auto ids = [&] {
            QStringList all;
            for (int i = 0; i < table.view()->model()->rowCount(); ++i) {
                all.append(table.view()->model()->index(i, 0).data(RecordModel::IdRole).toString());
            }
            return all.join(u' ');
        };
        QCOMPARE(ids(), u"id-3 id-0 id-1 id-2 id-4"_s);
        records[3].fields[0] = Field::number(qint64(1));
        model.setRecords(records);
        QCOMPARE(ids(), u"id-0 id-1 id-2 id-3 id-4"_s);
        table.sortBy(0, Qt::AscendingOrder);
        QCOMPARE(ids(), u"id-0 id-1 id-2 id-3 id-4"_s);
    }

    void typingFiltersAndEscapeShowsAll()
    {
        RecordModel model(columns());
        model.setRecords(rows(10));
        DataTable table(u"t.filter"_s, &model);
        table.show();
        QVERIFY(QTest::qWaitForWindowExposed(&table));
        table.view()->setFocus();
        QTest::keyClick(table.view(), 'o');
        auto* field = table.findChild<QLineEdit*>(u"t.filter.filter"_s);
        QVERIFY(field->isVisible());
        QTest::keyClicks(field, u"dd"_s);
        QCOMPARE(table.filterText(), u"odd"_s);
        QCOMPARE(table.view()->model()->rowCount(), 5);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(table.view()->model()->rowCount(), 10);
        QVERIFY(!field->isVisible());
    }

    void enterDoesTheMainActionAndTheMenuHasTheRest()
    {
        RecordModel model(columns());
        model.setRecords(rows(3));
        DataTable table(u"t.menu"_s, &model);
        QAction open(u"Open"_s);
        QAction remove(u"Delete"_s);
        table.setMainAction(&open);
        table.addRowAction(nullptr);
        table.addRowAction(&remove);
        table.show();
        QVERIFY(QTest::qWaitForWindowExposed(&table));
        table.selectId(u"id-1"_s);
        QSignalSpy triggered(&open, &QAction::triggered);
        QSignalSpy activated(&table, &DataTable::activated);
        QTest::keyClick(table.view(), Qt::Key_Return);
        QCOMPARE(triggered.count(), 1);
        QCOMPARE(activated[0][0].toString(), u"id-1"_s);
        Q_EMIT table.view()->customContextMenuRequested({20, 20});
        auto* menu = table.findChild<QMenu*>(u"t.menu.menu"_s);
        QVERIFY(menu);
        QVERIFY(menu->actions().contains(&open));
        QVERIFY(menu->actions().contains(&remove));
        menu->close();
    }

    void copyGivesTabSeparatedTextWithWholeHashes()
    {
        RecordModel model(columns());
        model.setRecords(rows(3));
        DataTable table(u"t.copy"_s, &model);
        table.show();
        table.view()->selectAll();
        QTest::keyClick(table.view(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QApplication::clipboard()->text().split(u'\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1], u"1\tok\t0123456789abcdef1\todd subject"_s);
    }

    void emptyTablesTeachAndColumnsAreRemembered()
    {
        RecordModel model(columns());
        {
            DataTable table(u"t.keep"_s, &model);
            table.emptyState()->setText({}, u"Nothing here."_s);
            table.show();
            QVERIFY(table.emptyState()->isVisible());
            model.setRecords(rows(2));
            QVERIFY(!table.emptyState()->isVisible());
            table.view()->horizontalHeader()->resizeSection(1, 171);
        }
        DataTable again(u"t.keep"_s, &model);
        again.show();
        QCOMPARE(again.view()->columnWidth(1), 171);
    }

    void whereThereIsNoRoomTheSpareColumnsGiveWay()
    {
        QList<Column> spared = columns();
        spared[0].spare = 2;
        spared[2].spare = 1;
        RecordModel model(spared);
        model.setRecords(rows(5));
        const auto hidden = [](const DataTable& table) {
            QList<int> columns;
            for (int column = 0; column < 4; ++column) {
                if (table.view()->isColumnHidden(column)) {
                    columns.append(column);
                }
            }
            return columns;
        };
        {
            DataTable table(u"spared"_s, &model);
            table.resize(420, 300);
            table.show();
            QVERIFY(QTest::qWaitForWindowExposed(&table));
            QCOMPARE(hidden(table), QList<int>{});
            table.resize(350, 300);
            QTRY_COMPARE(hidden(table), QList<int>{0});
            table.resize(270, 300);
            QTRY_COMPARE(hidden(table), (QList<int>{0, 2}));
            QCOMPARE(table.view()->horizontalScrollBar()->maximum(), 0);
            table.view()->setColumnHidden(1, true);  // by hand: that stays
        }
        DataTable again(u"spared"_s, &model);
        again.resize(420, 300);
        again.show();
        QVERIFY(QTest::qWaitForWindowExposed(&again));
        QTRY_COMPARE(hidden(again), QList<int>{1});
        QCOMPARE(again.view()->columnWidth(0), 60);
        QCOMPARE(again.view()->columnWidth(2), 80);
    }

    void severalRowsShowTheirBar()
    {
        RecordModel model(columns());
        model.setRecords(rows(4));
        DataTable table(u"t.many"_s, &model);
        QAction remove(u"Delete"_s);
        remove.setObjectName(u"rows.delete"_s);
        remove.setProperty("many", true);
        table.addRowAction(&remove);
        table.resize(500, 300);
        table.show();
        auto* button = table.findChild<Button*>(u"many.rows.delete"_s);
        QVERIFY(button && !button->isVisible());
        table.view()->selectAll();
        QVERIFY(button->isVisible());
        QSignalSpy triggered(&remove, &QAction::triggered);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(triggered.count(), 1);
    }

    void tenThousandRowsTakeAThousandChanges()
    {
        RecordModel model(columns());
        model.setRecords(rows(10'000));
        DataTable table(u"t.big"_s, &model);
        table.resize(900, 600);
        table.show();
        QVERIFY(QTest::qWaitForWindowExposed(&table));
        QSignalSpy told(table.view()->model(), &QAbstractItemModel::dataChanged);
        QList<Record> changed;
        for (int i = 0; i < 1000; ++i) {
            changed.append(row(i * 7, u"changed"_s));
        }
        model.updateRecords(changed);
        QVERIFY(told.size() <= 1000);
        QCOMPARE(model.record(u"id-7"_s)->fields[3].text, u"changed"_s);
        QCOMPARE(model.record(u"id-8"_s)->fields[3].text, u"even subject"_s);
        table.setFilterText(u"changed"_s);
        QCOMPARE(table.view()->model()->rowCount(), 1000);
    }

    // ---- log ----

    void theLogKeepsLinesAndTakesOutSequences()
    {
        LogView log;
        log.append("\x1b[31mred\x1b[0m\nhalf");
        log.append(" line\npro");
        log.append(
            "gress 1\rprogress 2\rprogress 3\r\nlast \x1b]0;title\x07"
            "done");
        QCOMPARE(log.lineCount(), 4);
        QCOMPARE(log.line(0), u"red"_s);
        QCOMPARE(log.line(1), u"half line"_s);
        QCOMPARE(log.line(2), u"progress 3"_s);
        QCOMPARE(log.line(3), u"last done"_s);
        QCOMPARE(log.line(4), QString());
        log.clear();
        QCOMPARE(log.lineCount(), 0);
    }

    void theSameBytesInAnyPiecesAreTheSameLog()
    {
        const QByteArray bytes =
            "a\r\n\x1b[1;32mgreen\x1b[m b\n\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\nxx\ryy\nend";
        LogView whole;
        whole.append(bytes);
        for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
            LogView pieces;
            pieces.append(QByteArrayView(bytes).first(cut));
            pieces.append(QByteArrayView(bytes).sliced(cut));
            QCOMPARE(pieces.text(), whole.text());
            QCOMPARE(pieces.lineCount(), whole.lineCount());
        }
    }

    void theLogIsSearchedAndJumpsToErrors()
    {
        LogView log;
        log.resize(400, 200);
        log.show();
        for (int i = 0; i < 500; ++i) {
            log.append(i == 300 ? "ERROR: tax is wrong\n" : "line " + QByteArray::number(i) + "\n");
        }
        QCOMPARE(log.firstError(), 300);
        QSignalSpy found(&log, &LogView::found);
        log.search(u"TAX is"_s);
        QCOMPARE(found.last()[1].toLongLong(), 1);
        log.search(u"line 49"_s);
        QCOMPARE(found.last()[1].toLongLong(), 11);
        QCOMPARE(found.last()[0].toLongLong(), 2);  // the nearest below what is in view
        log.findNext();
        QCOMPARE(found.last()[0].toLongLong(), 3);
        log.findNext(true);
        QCOMPARE(found.last()[0].toLongLong(), 2);
        log.search(u"absent"_s);
        QCOMPARE(found.last()[1].toLongLong(), 0);
        QVERIFY(log.goToFirstError());
        QVERIFY(!log.isFollowing());
    }

    void theLogFollowsUntilOneScrollsUp()
    {
        LogView log;
        log.resize(400, 200);
        log.show();
        QVERIFY(QTest::qWaitForWindowExposed(&log));
        const QByteArray many = QByteArray("some line\n").repeated(400);
        log.append(many);
        QTRY_VERIFY(log.verticalScrollBar()->maximum() > 300);
        QCOMPARE(log.verticalScrollBar()->value(), log.verticalScrollBar()->maximum());
        QTest::keyClick(&log, Qt::Key_PageUp);
        QVERIFY(!log.isFollowing());
        const int place = log.verticalScrollBar()->value();
        log.append(many);
        QTest::qWait(40);
        QCOMPARE(log.verticalScrollBar()->value(), place);
        QTest::keyClick(&log, Qt::Key_End);
        QVERIFY(log.isFollowing());
    }

    void theLogIsSelectedAndCopied()
    {
        LogView log;
        log.resize(500, 200);
        log.append("first line\nsecond line\n");
        log.selectAll();
        log.copy();
        QCOMPARE(QApplication::clipboard()->text(), u"first line\nsecond line"_s);
    }

    void aMillionLinesAreTakenQuickly()
    {
        LogView log;
        const QByteArray piece =
            QByteArray(
                "some ninety-nine characters of a log line that tells what a build "
                "has just done with a file in it\n")
                .repeated(1000);
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 1000; ++i) {
            log.append(piece);
        }
        const qint64 took = std::max<qint64>(1, timer.elapsed());
        QCOMPARE(log.lineCount(), 1'000'000);
        qInfo("%lld thousand lines a second", 1'000'000 / took);
        QVERIFY(log.line(999'999).startsWith(u"some ninety-nine"_s));
    }

    // ---- the rest ----

    void aPlanTurnsInPlace()
    {
        engine::Preview preview;
        engine::PlannedAction planned;
        planned.action.key = u"a"_s;
        planned.action.says.title = u"Start server"_s;
        preview.actions = {planned};
        PlanView plan;
        plan.setPreview(preview);
        QCOMPARE(plan.model()->rowCount(), 1);
        QSignalSpy reset(plan.model(), &QAbstractItemModel::modelReset);
        QSignalSpy changed(plan.model(), &QAbstractItemModel::dataChanged);
        engine::Operation operation;
        engine::ActionView view;
        view.key = u"a"_s;
        view.title = u"Start server"_s;
        view.state = u"running"_s;
        operation.actions = {view};
        plan.setOperation(operation);
        operation.actions[0].state = u"ok"_s;
        plan.setOperation(operation);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 2);
        QVERIFY(plan.model()->index(0, 0).data(Qt::AccessibleTextRole).toString().contains(u"ok"));
    }

    void aRefusedButtonSaysWhy()
    {
        QAction action(u"Delete"_s);
        Button button(Button::Look::Danger, &action);
        setRefusal(&action, u"Generation 3 needs this image."_s);
        QVERIFY(!button.isEnabled());
        QCOMPARE(button.toolTip(), u"Generation 3 needs this image."_s);
        setRefusal(&action, {});
        QVERIFY(button.isEnabled());
        QVERIFY(button.toolTip().isEmpty());
    }

    void chipsChoose()
    {
        ChipBar chips;
        chips.addChip(u"all"_s, u"All"_s);
        chips.addChip(u"failed"_s, u"Failed"_s);
        chips.show();
        QSignalSpy changed(&chips, &ChipBar::changed);
        QTest::mouseClick(chips.findChild<Chip*>(u"chip.failed"_s), Qt::LeftButton);
        QCOMPARE(chips.chosen(), QStringList{u"failed"_s});
        QCOMPARE(changed.count(), 1);
    }

    void narrowDetailIsAPageWithAWayBack()
    {
        auto* master = new QLabel(u"master"_s);
        auto* detail = new QLabel(u"detail"_s);
        SplitPage page(u"t.split"_s, master, detail, u"Runs"_s);
        page.resize(1300, 500);
        page.show();
        QVERIFY(!detail->isVisible());
        page.openDetail();
        QVERIFY(master->isVisible() && detail->isVisible());
        page.resize(900, 500);
        QTRY_VERIFY(page.isNarrow());
        QVERIFY(detail->isVisible() && !master->isVisible());
        QTest::mouseClick(page.findChild<Button*>(u"t.split.back"_s), Qt::LeftButton);
        QVERIFY(master->isVisible() && !detail->isVisible());
    }

    void theNoticeOffersTheWayBack()
    {
        QWidget window;
        window.resize(900, 400);
        Toast toast(&window);
        window.show();
        bool undone = false;
        Notice notice;
        notice.text = u"Rolled back to 1.4.1 in 38 ms."_s;
        notice.action = u"Undo"_s;
        notice.run = [&undone] { undone = true; };
        toast.tell(notice);
        QCOMPARE(toast.text(), notice.text);
        QTest::mouseClick(toast.findChild<Button*>(u"toast.action"_s), Qt::LeftButton);
        QVERIFY(undone);
        QVERIFY(!toast.isVisible());
        notice.seconds = 1;
        notice.action.clear();
        toast.tell(notice);
        QTRY_VERIFY_WITH_TIMEOUT(!toast.isVisible(), 4000);
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
