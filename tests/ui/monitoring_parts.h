#pragma once

#include "core/engine/engine.h"
#include "core/monitor/monitor.h"
#include "tests/operate/hosts_fixture.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/host_page.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/shell/main_window.h"
#include "ui/shell/theme.h"
#include "ui/shell/theme_series.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

/// Two real servers, all services that the Monitoring panel talks to, and the window around it.
namespace analemma::test {

/// A process to be met by signals, with a name that no other has.
class Sleeper {
public:
    ~Sleeper()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool start()
    {
        QFile::copy(u"/bin/sleep"_s, m_folder.filePath(name()));
        m_process.start(m_folder.filePath(name()), {u"600"_s});
        if (!m_process.waitForStarted()) {
            return false;
        }
        QFile file(u"/proc/%1/stat"_s.arg(m_process.processId()));
        const QByteArray line = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        m_id = u"%1-%2"_s.arg(
            QString::number(m_process.processId()),
            QString::fromLatin1(line.mid(line.lastIndexOf(')') + 2).split(' ').value(19)));
        return line.contains(name().toLatin1());
    }
    [[nodiscard]] static QString name() { return u"sleep-%1"_s.arg(::getpid()); }
    [[nodiscard]] QString id() const { return m_id; }  ///< of its row
    [[nodiscard]] bool hasEnded() const { return m_process.state() == QProcess::NotRunning; }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_id;
};

class MonitoringFixture : public HostsFixture {
protected:
    void beginAll()
    {
        begin();
        qputenv("ANALEMMA_HOME", m_home->path().toLocal8Bit());
        m_theme = std::make_unique<ui::Theme>();
        for (PrivateSshd* sshd : {&m_one, &m_two}) {
            const QString problem = sshd->start();
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
        write(sshFile(u"known_hosts"_s), knownLine(m_one) + knownLine(m_two));
        make(listed("web-1", m_one) + listed("web-2", m_two));
        m_engine = std::make_unique<engine::Engine>(m_store.get(), &m_clock, u"shop"_s, u"test"_s);
        engine::Kind kind;
        kind.name = u"deploy"_s;
        kind.observe = [](Json, QString) { return nothing(); };
        kind.plan = [](const Json&, const engine::Observed&) {
            return engine::Plan::done(engine::Outcome::Ok, {}, {{u"to"_s, 4}});
        };
        kind.act = [](engine::Call) { return nothing(); };
        m_engine->add(std::move(kind));
    }
    void endAll()
    {
        closeWindow();
        (void)await(m_engine->suspendAll());
        m_engine.reset();
        m_theme.reset();
    }

    /// The window with Monitoring alone in it; `other`: another store records.
    void openWindow(bool other = false)
    {
        m_kept = std::make_unique<QTemporaryDir>();
        if (other) {
            m_other = opened();
            QVERIFY(m_other);
            QTRY_VERIFY(m_other->status().recording);
        }
        m_series = opened();
        QVERIFY(m_series);
        monitor::SamplerOptions options;
        options.watched = milliseconds(250);
        options.background = milliseconds(500);
        options.firstRetry = milliseconds(200);
        m_monitor = std::make_unique<monitor::Monitor>(
            [this](const QString& name, CancelToken cancel) {
                const PrivateSshd& sshd = name == "web-1"_L1 ? m_one : m_two;
                return m_client.shared(sshd.target(), std::move(cancel));
            },
            m_series.get(), options);
        ui::Context context;
        context.workspace.name = u"shop"_s;
        context.clock = &m_clock;
        context.hosts = m_hosts.get();
        context.engine = m_engine.get();
        context.monitor = m_monitor.get();
        context.series = m_series.get();
        addTo(context);
        const QList<ui::PanelInfo> all = ui::allPanels();
        const auto mine = std::find_if(all.begin(), all.end(), [](const ui::PanelInfo& info) {
            return info.id == "monitoring"_L1;
        });
        m_window = std::make_unique<ui::MainWindow>(context, m_theme.get(),
                                                    QList<ui::PanelInfo>{*mine} + morePanels());
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->openPanel(u"monitoring"_s);  // the one before may have ended in another
        QTRY_VERIFY(panel() != nullptr && panel()->isVisible());
    }
    void closeWindow()
    {
        m_window.reset();
        dropParts();
        m_monitor.reset();
        m_series.reset();
        m_other.reset();
    }
    void endOther() { m_other.reset(); }
    virtual void addTo(ui::Context&) {}
    /// What addTo() made goes, after the window and before what it stands upon.
    virtual void dropParts() {}
    virtual QList<ui::PanelInfo> morePanels() { return {}; }

    /// The window as it is now, into the folder that ANALEMMA_PICTURES names: to be looked at.
    void picture(const QString& name) const
    {
        const QString folder = qEnvironmentVariable("ANALEMMA_PICTURES");
        if (folder.isEmpty()) {
            return;
        }
        for (const auto& [scheme, word] : {std::pair(ui::SchemeChoice::Dark, u"dark"_s),
                                           std::pair(ui::SchemeChoice::Light, u"light"_s)}) {
            m_theme->setChoice(scheme);
            for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
                m_window->resize(size);
                QTest::qWait(500);
                m_window->grab().save(
                    u"%1/%2-%3-%4.png"_s.arg(folder, name, word).arg(size.width()));
            }
        }
        m_window->resize(1280, 800);
    }

    [[nodiscard]] ui::MainWindow* window() const { return m_window.get(); }
    [[nodiscard]] ui::MonitoringPanel* panel() const
    {
        return qobject_cast<ui::MonitoringPanel*>(m_window->currentPanel());
    }

    /// By object name, anywhere in the window.
    template <class W>
    W* find(const QString& name) const
    {
        return m_window->findChild<W*>(name);
    }
    template <class W>
    W* shown(const QString& name) const
    {
        return find<W>(name);
    }
    [[nodiscard]] QString label(const QString& name) const { return find<QLabel>(name)->text(); }
    [[nodiscard]] ui::ChartView* chart(const QString& id) const
    {
        return find<ui::ChartView>(u"monitoring-chart-"_s + id);
    }

    // ---- hands ----

    /// To what has the focus.
    static void key(int which, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(which), modifiers);
    }
    static void typeKeys(const QString& text)
    {
        for (const QChar letter : text) {
            QTest::keyClick(QApplication::focusWidget(), letter.toLatin1());
        }
    }
    void click(const QString& name) const
    {
        auto* target = find<QWidget>(name);
        QVERIFY2(target != nullptr && target->isVisible(), qPrintable(name));
        QTest::mouseClick(target, Qt::LeftButton);
    }
    static void clickHeader(ui::DataTable* table, int column)
    {
        const QHeaderView* header = table->view()->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + 20, header->height() / 2});
    }
    static bool sorted(ui::DataTable* table, int column)
    {
        for (int row = 1; row < table->filter()->rowCount(); ++row) {
            const auto at = [&](int where) {
                return table->filter()
                    ->index(where, column)
                    .data(ui::RecordModel::SortRole)
                    .toDouble();
            };
            if (at(row) > at(row - 1)) {
                return false;
            }
        }
        return table->filter()->rowCount() > 1;
    }

    [[nodiscard]] QString cellOf(const QString& server, const QString& column) const
    {
        const ui::RecordModel* model = panel()->wall()->table()->model();
        const ui::Record* record = model->record(server);
        for (int i = 0; record != nullptr && i < model->columns().size(); ++i) {
            if (model->columns()[i].id == column) {
                return record->fields[i].text;
            }
        }
        return {};
    }
    [[nodiscard]] QString stateOf(const QString& server) const
    {
        return cellOf(server, u"state"_s);
    }
    void openHost(const QString& server) const
    {
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(server), u"live"_s, 20'000);
        QVERIFY(panel()->wall()->table()->selectId(server));
        panel()->wall()->table()->view()->setFocus();
        key(Qt::Key_Return);
        QVERIFY(panel()->page()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(
            chart(u"memory"_s)->isVisible() && !chart(u"memory"_s)->data().empty(), 20'000);
    }

    /// Values between two times, evenly.
    void fill(const QString& subject, const QString& metric, qint64 from, qint64 to, qint64 step,
              double value, const QString& labels = {}) const
    {
        QTRY_VERIFY(m_series->status().recording);
        const monitor::SeriesId id = m_series->series({subject, metric, labels});
        QVERIFY(id != monitor::SeriesId::None);
        std::vector<monitor::Measured> batch;
        for (qint64 time = from; time <= to; time += step) {
            batch.push_back({id, time, value});
        }
        VERIFY_OK(await(m_series->append(std::move(batch))));
    }
    /// An operation of the kind "deploy", done.
    QString deploy(const QString& title)
    {
        engine::Request request;
        request.kind = u"deploy"_s;
        request.target = u"environment/production"_s;
        request.title = title;
        request.wanted = {{u"release"_s, u"1.4.1"_s}};
        const Result<QString> id = await(m_engine->start(std::move(request), CancelToken()));
        if (!id || !await(m_engine->finished(*id, CancelToken()))) {
            return {};
        }
        return *id;
    }
    /// Something of the first series is painted near a time.
    static bool hasInk(ui::ChartView* view, qint64 time)
    {
        QImage image(view->size(), QImage::Format_RGB32);
        view->render(&image);
        const QRgb wanted = ui::seriesColour(0, ui::currentScheme()).rgb();
        const int x = view->xOf(time);
        for (int y = view->plotRect().top(); y < view->plotRect().bottom(); ++y) {
            const QRgb pixel = image.pixel(x, y);
            if (std::abs(qRed(pixel) - qRed(wanted)) + std::abs(qGreen(pixel) - qGreen(wanted)) +
                    std::abs(qBlue(pixel) - qBlue(wanted)) <
                60) {
                return true;
            }
        }
        return false;
    }

    static bool hasColour(QWidget* view, const QColor& shade)
    {
        const QImage image = view->grab().toImage().convertToFormat(QImage::Format_RGB32);
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QRgb pixel = image.pixel(x, y);
                if (std::abs(qRed(pixel) - shade.red()) + std::abs(qGreen(pixel) - shade.green()) +
                        std::abs(qBlue(pixel) - shade.blue()) <
                    90) {
                    return true;
                }
            }
        }
        return false;
    }
    static void append(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    static Task<Result<Json>> nothing() { co_return Json(); }
    [[nodiscard]] std::unique_ptr<monitor::SeriesStore> opened() const
    {
        auto store = monitor::SeriesStore::open(m_kept->path());
        return store ? std::move(*store) : nullptr;
    }

    PrivateSshd m_one{{QStringLiteral("ed25519")}, "MaxSessions 50", 11};
    PrivateSshd m_two{{QStringLiteral("ed25519")}, "MaxSessions 50", 12};
    SystemClock m_clock;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<QTemporaryDir> m_kept;
    std::unique_ptr<monitor::SeriesStore> m_other;
    std::unique_ptr<monitor::SeriesStore> m_series;
    std::unique_ptr<monitor::Monitor> m_monitor;
    std::unique_ptr<ui::MainWindow> m_window;
};

}  // namespace analemma::test
