#include "tests/ui/delivery_journal.h"
#include "ui/monitor/figure_tile.h"
#include "ui/monitor/figures_page.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/monitor/report_pdf.h"
#include "ui/monitor/trend_paint.h"
#include "ui/shell/main_window.h"
#include "ui/shell/tray.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QComboBox>
#include <QFileDialog>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

namespace {

constexpr int figuresPatience = 20'000;

QStringList rowsOfTable(const QWidget* page)
{
    const RecordModel* model = page->findChild<DataTable*>(u"figures-events"_s)->model();
    QStringList ids;
    for (int row = 0; row < model->rowCount(); ++row) {
        ids.append(model->idAt(row));
    }
    ids.sort();
    return ids;
}

}  // namespace

/// The delivery figures in the window, with real keys and clicks on a real journal.
class TestFiguresPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_journal = std::make_unique<DeliveryJournal>();
    }
    void cleanup()
    {
        m_panel = nullptr;
        m_stage.reset();
        VERIFY_OK(test::await(settle(std::chrono::seconds(10))));  // as a program ends
        m_journal.reset();
    }

    void theButtonOpensFiveTilesWithTheirComparison()
    {
        openPage();
        QCOMPARE(tile(0)->tile().number, u"0.9"_s);  // 4 in 30 days
        QCOMPARE(tile(0)->tile().unit, u"a week"_s);
        QVERIFY(tile(0)->tile().course == lifecycle::Course::Better);
        QCOMPARE(tile(0)->tile().comparison, u"better, 0.2 before"_s);
        QCOMPARE(tile(1)->tile().number, u"2 h"_s);
        QCOMPARE(tile(2)->tile().number, u"25 %"_s);
        QCOMPARE(tile(2)->tile().comparison, u"worse, 0 % before"_s);
        QCOMPARE(tile(3)->tile().number, u"1 h"_s);
        QCOMPARE(tile(3)->tile().comparison, u"nothing to compare"_s);
        QCOMPARE(tile(4)->tile().number, u"25 %"_s);
        QVERIFY(tile(0)->accessibleName().contains(u"0.9 a week, better"_s));
        QCOMPARE(tile(0)->tile().trend.values.size(), 30);
        QCOMPARE(rowsOfTable(page()), (QStringList{u"one"_s, u"qa"_s, u"three"_s, u"two"_s}));
    }

    void keysGoThroughTilesAndOpenTheOperation()
    {
        openPage();
        QSignalSpy opened(m_panel, &Panel::openPanel);
        QTRY_VERIFY(tile(0)->hasFocus());
        QTest::keyClick(tile(0), Qt::Key_Right);
        QTRY_VERIFY(tile(1)->hasFocus());
        QTest::keyClick(tile(1), Qt::Key_Right);
        QTest::keyClick(tile(2), Qt::Key_Return);
        QVERIFY(tile(2)->isChecked() && !tile(0)->isChecked());
        // The one that failed, and what took it back.
        QCOMPARE(rowsOfTable(page()), (QStringList{u"back"_s, u"two"_s}));
        const Record* failed = table()->model()->record(u"two"_s);
        QCOMPARE(failed->fields[1].text, u"taken back"_s);
        QVERIFY(failed->fields[1].mark == lifecycle::Mark::Failed);
        QVERIFY(failed->marked);  // production
        QTest::keyClick(tile(2), Qt::Key_Left);
        QTRY_VERIFY(tile(1)->hasFocus());
        QTest::keyClick(tile(1), Qt::Key_Left);
        QTest::keyClick(tile(0), Qt::Key_Left);  // and around
        QTRY_VERIFY(tile(4)->hasFocus());
        QTest::keyClick(tile(4), Qt::Key_Space);
        QCOMPARE(rowsOfTable(page()), QStringList{u"three"_s});
        QVERIFY(table()->selectId(u"three"_s));
        table()->view()->setFocus();
        QTest::keyClick(table()->view(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), u"operations"_s);
        QCOMPARE(opened[0][1].toString(), u"three"_s);
    }

    void chipsChooseEnvironmentAndPeriod()
    {
        openPage();
        click(chip(u"figures-environment.qa"_s));
        QCOMPARE(tile(0)->tile().number, u"0.2"_s);
        QCOMPARE(rowsOfTable(page()), QStringList{u"qa"_s});
        click(chip(u"figures-environment."_s));
        click(chip(u"figures-period.7"_s));
        QTRY_COMPARE_WITH_TIMEOUT(tile(0)->tile().number, u"0"_s, figuresPatience);
        QVERIFY(tile(0)->tile().course == lifecycle::Course::Worse);
        QVERIFY(rowsOfTable(page()).isEmpty());
        QTRY_VERIFY(wordsIn(page()).contains(u"Nothing was deployed in this time."_s));
        click(chip(u"figures-period.90"_s));
        QTRY_COMPARE_WITH_TIMEOUT(page()->report().all.deployments, 5, figuresPatience);
        QCOMPARE(page()->report().trend.size(), 13);  // weeks
        click(chip(u"figures-period.365"_s));
        QTRY_COMPARE_WITH_TIMEOUT(page()->report().trend.size(), 52, figuresPatience);
    }

    void manyEnvironmentsAreAList()
    {
        for (int i = 0; i < 9; ++i) {
            const QString name = u"env-%1"_s.arg(i);
            m_stage->context.workspace.environments[name].name = name;
        }
        openPage();
        auto* list = page()->findChild<QComboBox*>(u"figures-environment.list"_s);
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 12);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(rowsOfTable(page()), QStringList{u"qa"_s});
    }

    void aNewDeploymentIsSeen()
    {
        openPage();
        Ended more;
        more.id = u"more"_s;
        more.release = u"1.3.0"_s;
        more.began = made::now().addSecs(-300);
        more.commit = m_journal->commit(u"feat: more"_s, made::now().addSecs(-4000));
        m_journal->add({more});
        QVERIFY(m_journal->ok());
        QCOMPARE(page()->report().all.deployments, 4);
        m_panel->activate();  // F5
        QTRY_COMPARE_WITH_TIMEOUT(page()->report().all.deployments, 5, figuresPatience);
    }

    void anEmptyJournalTeaches()
    {
        m_journal->serve(&m_stage->context);
        m_panel = m_stage->open<MonitoringPanel>();
        click(button(m_panel, u"button.monitoring.delivery"_s));
        auto* empty = page()->findChild<EmptyState*>(u"figures-empty"_s);
        QTRY_VERIFY_WITH_TIMEOUT(empty->isVisible(), figuresPatience);
        QVERIFY(wordsIn(empty).contains(u"Deploy a release"_s));
        QSignalSpy opened(m_panel, &Panel::openPanel);
        click(empty->findChild<Button*>());
        QCOMPARE(opened.value(0).value(0).toString(), u"environments"_s);
    }

    void stepsBackToTheServers()
    {
        openPage();
        QVERIFY(m_panel->stepBack());
        QVERIFY(m_panel->wall()->isVisible() && !page()->isVisible());
        QVERIFY(!m_panel->stepBack());
        click(button(m_panel, u"button.monitoring.delivery"_s));
        QTRY_VERIFY(page()->isVisible());
        click(button(page(), u"figures-back"_s));
        QTRY_VERIFY(m_panel->wall()->isVisible());
    }

    void savesAreInThePalette()
    {
        openPage();
        QStringList ids;
        for (const QAction* one : m_panel->actions()) {
            ids.append(one->objectName());
        }
        for (const QString& id :
             {u"monitoring.delivery"_s, u"monitoring.delivery-csv"_s, u"monitoring.delivery-json"_s,
              u"monitoring.delivery-html"_s, u"monitoring.delivery-pdf"_s}) {
            QVERIFY2(ids.contains(id), qPrintable(id));
        }
    }

    void filesAreSaved_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("begins");
        QTest::addColumn<QByteArray>("holds");
        QTest::newRow("csv") << u"csv"_s << QByteArray("operation,kind,") << QByteArray("\nback,");
        QTest::newRow("json") << u"json"_s << QByteArray("{") << QByteArray("analemma.figures.1");
        QTest::newRow("html") << u"html"_s << QByteArray("<!DOCTYPE html>")
                              << QByteArray("Changes that failed");
        QTest::newRow("pdf") << u"pdf"_s << QByteArray("%PDF-") << QByteArray("%%EOF");
    }

    void filesAreSaved()
    {
        QFETCH(const QString, suffix);
        QFETCH(const QByteArray, begins);
        QFETCH(const QByteArray, holds);
        openPage();
        QSignalSpy told(m_panel, &Panel::notice);
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        click(button(page(), u"figures-save-"_s + suffix));
        auto* dialog = page()->findChild<QFileDialog*>(u"figures-dialog"_s);
        QVERIFY(dialog != nullptr);
        QTRY_VERIFY(dialog->isVisible());
        const QString path = m_journal->folder() + u"/saved."_s + suffix;
        QCOMPARE(dialog->defaultSuffix(), suffix);
        Q_EMIT dialog->fileSelected(path);
        dialog->reject();
        QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, figuresPatience);
        const auto notice = told[0][0].value<Notice>();
        QVERIFY2(notice.mark == lifecycle::Mark::Ok, qPrintable(notice.text));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith(begins));
        QVERIFY(bytes.contains(holds));
    }

    void aFolderThatIsNotThereIsTold()
    {
        openPage();
        QSignalSpy told(m_panel, &Panel::notice);
        page()->save(FigureFile::Pdf, u"/no/such/folder/report.pdf"_s);
        QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, figuresPatience);
        QVERIFY(told[0][0].value<Notice>().mark == lifecycle::Mark::Failed);
    }

    /// From the tile to the tray, in the window: also of an operation that the tray let go of.
    void theWindowShowsTheOperation()
    {
        fill();
        QList<Ended> many;
        for (int i = 0; i < 60; ++i) {
            Ended one;
            one.id = u"bake%1"_s.arg(i);
            one.kind = u"bake"_s;
            one.began = made::now().addSecs(-i * 60);
            many.append(one);
        }
        m_journal->add(many);
        QVERIFY(m_journal->ok());
        MainWindow window(m_stage->context, m_stage->theme(),
                          {{u"monitoring"_s, u"Monitoring"_s, u"monitor"_s,
                            [](const Context& context, QWidget* parent) -> Panel* {
                                return new MonitoringPanel(context, parent);
                            }}});
        window.resize(1280, 800);
        window.show();
        window.openPanel(u"monitoring"_s);
        m_panel = qobject_cast<MonitoringPanel*>(window.currentPanel());
        click(button(m_panel, u"button.monitoring.delivery"_s));
        QTRY_COMPARE_WITH_TIMEOUT(rowsOfTable(page()).size(), 4, figuresPatience);
        QVERIFY(table()->selectId(u"two"_s));
        table()->view()->setFocus();
        QTest::keyClick(table()->view(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(window.tray()->shownOperation(), u"two"_s, figuresPatience);
        QVERIFY(window.tray()->isOpen());
        QVERIFY(wordsIn(window.tray()).contains(u"Deploy 1.2.0 to production"_s));
        m_panel = nullptr;
    }

    void aTrendIsPainted()
    {
        lifecycle::TrendChart chart;
        chart.values = {1, 0, 4, std::nullopt, 2};
        chart.bars = true;
        chart.bad = {0, 0, 2, 0, 0};
        const auto painted = [&chart] {
            QImage image(100, 40, QImage::Format_RGB32);
            image.fill(colourOf(Token::Surface, Scheme::Light));
            QPainter painter(&image);
            paintTrend(&painter, image.rect(), chart, Scheme::Light);
            return image;
        };
        const QImage bars = painted();
        const QRgb bad = colourOf(Token::Failed, Scheme::Light).rgb();
        QCOMPARE(bars.pixel(50, 30), bad);
        QVERIFY(bars.pixel(50, 10) != bad && bars.pixel(50, 10) != bars.pixel(30, 10));
        QCOMPARE(bars.pixel(70, 30), bars.pixel(30, 10));  // nothing there
        chart.bars = false;
        QVERIFY(painted() != bars);
    }

    /// As many pages as it takes, for names of any kind.
    void longReportsHavePages()
    {
        lifecycle::ReportDocument document;
        document.title = u"Delivery report: %1 <b>&amp;"_s;
        lifecycle::ReportPart part;
        part.heading = u"Deployments"_s;
        part.table.columns = {{u"When"_s, 1}, {u"What"_s, 2, true}, {u"Commit"_s, 1, false, true}};
        for (int i = 0; i < 150; ++i) {
            part.table.rows.append({{u"now"_s},
                                    {QString(i % 7 == 0 ? 160 : 5, u'w'), lifecycle::Mark::Failed},
                                    {u"c0ffee"_s}});
        }
        document.parts = {part};
        const Result<QByteArray> made = toPdf(document);
        QVERIFY(made.ok());
        const qsizetype pages = made->count("/Type /Page\n");
        QVERIFY2(pages >= 4 && pages < 15, qPrintable(QString::number(pages)));
        const Result<QByteArray> empty = toPdf({});
        QVERIFY(empty.ok());
        QCOMPARE(empty->count("/Type /Page\n"), 1);
    }

private:
    void fill()
    {
        m_journal->addFew();
        m_journal->serve(&m_stage->context);
        QVERIFY(m_journal->ok());
    }
    /// The page with what was read.
    void openPage()
    {
        fill();
        m_panel = m_stage->open<MonitoringPanel>();
        click(button(m_panel, u"button.monitoring.delivery"_s));
        QTRY_VERIFY(page()->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(page()->report().all.deployments, 4, figuresPatience);
    }
    [[nodiscard]] FiguresPage* page() const { return m_panel->findChild<FiguresPage*>(); }
    [[nodiscard]] DataTable* table() const
    {
        return m_panel->findChild<DataTable*>(u"figures-events"_s);
    }
    [[nodiscard]] FigureTile* tile(int place) const
    {
        return m_panel->findChild<FigureTile*>(u"figures-tile-%1"_s.arg(place));
    }
    [[nodiscard]] Chip* chip(const QString& id) const
    {
        return m_panel->findChild<Chip*>(u"chip."_s + id);
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<DeliveryJournal> m_journal;
    MonitoringPanel* m_panel = nullptr;
};

QTEST_MAIN(TestFiguresPage)
#include "tst_figures_page.moc"
