#include "tests/ui/panel_values.h"
#include "ui/environments/environments_panel.h"
#include "ui/pipelines/pipelines_panel.h"
#include "ui/releases/releases_panel.h"
#include "ui/releases/releases_view.h"
#include "ui/servers/server_facts.h"
#include "ui/servers/servers_panel.h"
#include "core/base/language.h"
#include "ui/shell/main_window.h"
#include "ui/shell/rail.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/tray.h"
#include "ui/shell/words.h"
#include "ui/snapshots/snapshots_panel.h"
#include "ui/widgets/data_table.h"

#include <QComboBox>
#include <QHeaderView>
#include <QScrollBar>
#include <QTest>
#include <QTranslator>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

namespace {

/// Every text of ours, 40 % longer: what a language with long words does to the window.
class LongWords : public QTranslator {
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char*, int) const override
    {
        const QByteArrayView where(context);
        const QString text = QString::fromUtf8(source);
        if (where.startsWith("Q") || text.isEmpty()) {
            return {};
        }
        const qsizetype more = std::max<qsizetype>(1, text.size() * 2 / 5);
        return text + u"ñ"_s.repeated(more);
    }
};

/// What is cut off: controls and words that are drawn whole or not at all, and stick out of what
/// holds them.
QStringList cutOff(QWidget* window)
{
    QStringList cut;
    for (QWidget* widget : window->findChildren<QWidget*>()) {
        if (!widget->isVisible() || qobject_cast<QLineEdit*>(widget->parentWidget()) != nullptr) {
            continue;  // what stands inside a field is the field's own business
        }
        const bool control = qobject_cast<QAbstractButton*>(widget) != nullptr ||
                             qobject_cast<QComboBox*>(widget) != nullptr ||
                             qobject_cast<StateBadge*>(widget) != nullptr;
        const auto* words = qobject_cast<Text*>(widget);
        const bool whole = words != nullptr && !words->wordWrap() && !words->isElided() &&
                           !words->text().isEmpty();
        if (!control && !whole) {
            continue;
        }
        const int wanted = widget->minimumSizeHint().width();
        const QWidget* holder = widget->parentWidget();
        const bool out = widget->geometry().right() > holder->width() || widget->x() < 0;
        if (widget->width() < wanted || out) {
            cut.append(u"%1 %2: %3 wide, wants %4"_s
                           .arg(QLatin1StringView(widget->metaObject()->className()),
                                widget->accessibleName() + widget->objectName())
                           .arg(widget->width())
                           .arg(wanted));
        }
    }
    return cut;
}

}  // namespace

class TestTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit()); }
    void cleanup()
    {
        qunsetenv("ANALEMMA_LANGUAGE");
        QLocale::setDefault(QLocale(u"en"_s));
    }

    void theLanguagesAreThere()
    {
        QVERIFY(Language::known().contains(u"en"_s));
        QVERIFY(Language::known().contains(u"es"_s));
    }

    void spanishIsSpoken()
    {
        const Language language(u"es"_s);
        QCOMPARE(language.name(), u"es"_s);
        QCOMPARE(wordOf(Mark::Failed), u"fallido"_s);
        QCOMPARE(agoText(made::now().addSecs(-120), made::now()), u"hace 2 min"_s);
        QCOMPARE(agoText(made::now().addDays(-400), made::now()), u"hace 1 año"_s);
        QCOMPARE(agoText(made::now().addDays(-3'283), made::now()), u"hace 9 años"_s);
        QCOMPARE(PipelinesPanel::tr("%n runs", nullptr, 1), u"1 ejecución"_s);
        QCOMPARE(PipelinesPanel::tr("%n runs", nullptr, 2), u"2 ejecuciones"_s);
        QCOMPARE(allPanels().first().title, u"Inicio"_s);
    }

    void theEnvironmentChoosesAndWhatIsNamedOverrules()
    {
        qputenv("ANALEMMA_LANGUAGE", "es-AR");
        QCOMPARE(Language().name(), u"es"_s);
        QCOMPARE(Language(u"en"_s).name(), u"en"_s);
        qputenv("ANALEMMA_LANGUAGE", "tlh");
        QCOMPARE(Language().name(), u"en"_s);
    }

    void englishKnowsOneFromMany()
    {
        const Language language(u"en"_s);
        QCOMPARE(PipelinesPanel::tr("%n runs", nullptr, 1), u"1 run"_s);
        QCOMPARE(PipelinesPanel::tr("%n runs", nullptr, 3), u"3 runs"_s);
        QCOMPARE(shortAge(made::now().addDays(-364), made::now()), u"364 d"_s);
        QCOMPARE(shortAge(made::now().addDays(-365), made::now()), u"1 y"_s);
        QCOMPARE(agoText(made::now().addDays(-3'283), made::now()), u"9 y ago"_s);
    }

    void nothingIsCutOffAt1280_data()
    {
        QTest::addColumn<QString>("id");
        for (const PanelInfo& info : allPanels()) {
            QTest::newRow(qPrintable(info.id)) << info.id;
        }
    }

    void nothingIsCutOffAt1280()
    {
        QFETCH(const QString, id);
        LongWords longWords;
        QVERIFY(QCoreApplication::installTranslator(&longWords));
        Stage stage;
        MainWindow window(stage.context, nullptr);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.openPanel(id);
        fill(window.currentPanel());
        window.tray()->setOperations(made::operations(), made::now());
        window.findChild<TopBar*>()->setRunning(12);
        window.findChild<TopBar*>()->setAlerts(12);
        QTest::qWait(50);
        QCOMPARE(window.width(), 1280);                        // nothing pushed it wider
        QTRY_COMPARE(cutOff(&window).join(u'\n'), QString());  // once it is laid out
        for (const auto* table : window.currentPanel()->findChildren<DataTable*>()) {
            if (table->view()->isVisible()) {
                QCOMPARE(table->view()->horizontalScrollBar()->maximum(), 0);
            }
        }
        window.tray()->setOpen(true);
        QTest::qWait(20);
        QCOMPARE(cutOff(window.tray()).join(u'\n'), QString());
        QCoreApplication::removeTranslator(&longWords);
    }

private:
    /// Rows, with the detail of one open beside them.
    static void fill(Panel* panel)
    {
        if (auto* pipelines = qobject_cast<PipelinesPanel*>(panel)) {
            pipelines->setRuns({run(u"r1"_s, 1, pipeline::State::Failed)}, made::now());
            pipelines->select(u"r1"_s);
        } else if (auto* releases = qobject_cast<ReleasesPanel*>(panel)) {
            releases->setReleases({version(u"1.4.2"_s)}, {}, made::now());
            releases->select(u"1.4.2"_s);
        } else if (auto* environments = qobject_cast<EnvironmentsPanel*>(panel)) {
            environments->setEnvironments(
                {environment(u"production"_s, true), environment(u"qa"_s, false)},
                {{u"production"_s, warmTarget()}, {u"qa"_s, warmTarget()}},
                {version(u"1.4.2"_s), version(u"1.4.1"_s)}, made::now());
            environments->select(u"1.4.2"_s);
        } else if (auto* servers = qobject_cast<ServersPanel*>(panel)) {
            ServerFacts facts;
            facts.server = server(u"production"_s, 1);
            facts.health = u"healthy"_s;
            servers->setServers({facts}, made::now());
            servers->select(facts.name());
        } else if (auto* snapshots = qobject_cast<SnapshotsPanel*>(panel)) {
            snapshots->setImages({image(u"web-1.4.1-01ab"_s, {u"production generation 4"_s})},
                                 {version(u"1.4.2"_s)}, made::now());
            snapshots->select(u"web-1.4.1-01ab"_s);
        }
    }

    QTemporaryDir m_home;
};

QTEST_MAIN(TestTexts)
#include "tst_texts.moc"
