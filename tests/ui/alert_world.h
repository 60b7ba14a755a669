#pragma once

#include "core/monitor/incidents.h"
#include "core/monitor/notify.h"
#include "core/store/store.h"
#include "tests/monitor/series_fixture.h"
#include "ui/monitor/alert_tables.h"
#include "ui/monitor/alerts_panel.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/data_table.h"

#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

/// The whole window upon real alerts, with a clock by hand: figures go in, and a person presses.
namespace analemma::test {

constexpr qint64 kAlertNow = monitor::fixture::kStart + 12 * 3'600'000LL;

/// A rule meets a new series within so many milliseconds.
constexpr qint64 kNewSeriesSeen = 10'000;

inline monitor::AlertRule alertRule(const QString& name, const QString& metric, double limit,
                                    monitor::Severity severity)
{
    monitor::AlertRule rule;
    rule.name = name;
    rule.metric = metric;
    rule.limit = limit;
    rule.severity = severity;
    rule.runbook = QStringLiteral("https://example.org/runbooks/") + name;
    return rule;
}

struct AlertWorld {
    QTemporaryDir folder;
    std::shared_ptr<monitor::fixture::HandClock> clock =
        std::make_shared<monitor::fixture::HandClock>(kAlertNow);
    std::unique_ptr<store::Store> store;
    std::unique_ptr<monitor::SeriesStore> series;
    std::unique_ptr<monitor::Alerts> alerts;
    std::unique_ptr<monitor::Incidents> incidents;
    std::unique_ptr<monitor::Notifier> notifier;
    std::unique_ptr<ui::Theme> theme;
    std::unique_ptr<ui::MainWindow> window;

    AlertWorld()
    {
        qputenv("ANALEMMA_HOME", folder.path().toLocal8Bit());
        theme = std::make_unique<ui::Theme>();
        store = std::move(store::Store::open(folder.filePath(QStringLiteral("state")))).value();
        series = monitor::fixture::openStore(folder.path(), clock);
        monitor::AlertSources sources;
        sources.store = store.get();
        sources.series = series.get();
        sources.clock = clock.get();
        sources.lastChange = [](const QString&, const QString&, qint64 before) {
            return changeBefore(before);
        };
        sources.subjects = [] {
            return QList<monitor::AlertSubject>{
                {QStringLiteral("web-1"), QStringLiteral("production"), {}, true},
                {QStringLiteral("web-2"), QStringLiteral("production"), {}, true}};
        };
        monitor::AlertOptions options;
        options.pace = milliseconds(10);
        options.group = milliseconds(2'000);
        alerts = std::make_unique<monitor::Alerts>(sources, options);
        alerts->setRules({alertRule(QStringLiteral("disk-full"), QStringLiteral("disk.used"), 90,
                                    monitor::Severity::Warning),
                          alertRule(QStringLiteral("memory"), QStringLiteral("mem.used"), 95,
                                    monitor::Severity::Critical)});
        alerts->setChannels({QStringLiteral("desktop")});
        incidents = std::make_unique<monitor::Incidents>(store.get(), clock.get());
        notifier = std::make_unique<monitor::Notifier>(store.get(), nullptr, nullptr, clock.get());
        QObject::connect(alerts.get(), &monitor::Alerts::noticed, notifier.get(),
                         &monitor::Notifier::deliver);
    }
    ~AlertWorld()
    {
        window.reset();
        notifier.reset();
        alerts.reset();
        static_cast<void>(await(settle(seconds(5))));
    }
    AlertWorld(const AlertWorld&) = delete;
    AlertWorld& operator=(const AlertWorld&) = delete;

    static Task<Result<std::optional<monitor::LastChange>>> changeBefore(qint64 before)
    {
        monitor::LastChange change;
        change.environment = QStringLiteral("production");
        change.operation = QStringLiteral("op-7");
        change.what = QStringLiteral("shop 1.4.2 went live");
        change.release = QStringLiteral("1.4.2");
        change.time = before - 4 * 60'000;
        change.backTo = QStringLiteral("1.4.1");
        change.backIn = milliseconds(40);
        co_return std::optional<monitor::LastChange>(change);
    }

    bool open(const QSize& size = {1500, 900})
    {
        if (!await(alerts->load())) {
            return false;
        }
        alerts->start();
        ui::Context context;
        context.workspace.name = QStringLiteral("shop");
        context.clock = clock.get();
        context.series = series.get();
        context.alerts = alerts.get();
        context.incidents = incidents.get();
        context.notifier = notifier.get();
        context.actor = QStringLiteral("ana@studio");
        window = std::make_unique<ui::MainWindow>(context, theme.get());
        window->resize(size);
        window->show();
        QApplication::setActiveWindow(window.get());
        window->openPanel(QStringLiteral("home"));
        return QTest::qWaitForWindowActive(window.get());
    }
    [[nodiscard]] ui::AlertsPanel* panel() const
    {
        return static_cast<ui::AlertsPanel*>(window->panel(QStringLiteral("alerts")));
    }
    [[nodiscard]] ui::DataTable* table(const QString& list) const
    {
        return panel()->tables()->table(list);
    }
    bool put(const QString& subject, const QString& metric, const QString& labels, double value)
    {
        const bool isNew = series->list(subject).isEmpty();
        const monitor::SeriesId id = series->series({subject, metric, labels});
        if (!await(series->append({{id, clock->now().toMSecsSinceEpoch(), value}}))) {
            return false;
        }
        if (isNew) {
            advance(kNewSeriesSeen);
        }
        return true;
    }
    bool disk(double value)
    {
        return put(QStringLiteral("web-1"), QStringLiteral("disk.used"),
                   QStringLiteral("mount=/var"), value);
    }
    bool memory(double value)
    {
        return put(QStringLiteral("web-2"), QStringLiteral("mem.used"), {}, value);
    }
    void advance(qint64 milliseconds)
    {
        clock->set(clock->now().toMSecsSinceEpoch() + milliseconds);
    }
    template <class W = QWidget>
    W* find(const QString& name) const
    {
        return window->findChild<W*>(name);
    }
    /// Empty, or why it cannot be pressed.
    QString press(const QString& name) const
    {
        auto* button = find<QAbstractButton>(name);
        if (button == nullptr || !button->isVisible() || !button->isEnabled()) {
            return name + (button == nullptr ? QStringLiteral(" is missing")
                                             : QStringLiteral(": ") + button->toolTip());
        }
        QTest::mouseClick(button, Qt::LeftButton);
        return {};
    }
    [[nodiscard]] QString text(const QString& name) const
    {
        const auto* label = find<QLabel>(name);
        return label == nullptr ? QString() : label->text();
    }
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QApplication::setActiveWindow(window.get());
        QWidget* to = window->focusWidget() != nullptr ? window->focusWidget() : window.get();
        QTest::keyClick(to, Qt::Key(key), modifiers);
    }
};

}  // namespace analemma::test
