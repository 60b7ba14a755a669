#include "tests/monitor/bench_many.h"

#include "core/base/files.h"
#include "core/monitor/monitor.h"
#include "core/operate/hosts.h"
#include "tests/support.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QMetaEnum>
#include <QTimer>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// The wall of the window, with all servers, in the process that watches them; and how long each
/// event keeps its thread from the next one. Part of bench_many, which has the servers.
namespace {

constexpr double kLongest = 16;  // milliseconds

double threadCpuOfThis()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1000 + double(time.tv_nsec) / 1e6;
}

/// One call of the event loop into the program.
struct Turn {
    double cpu = 0;   ///< of this thread, milliseconds
    double wall = 0;  ///< with what others had of the processor meanwhile
    QByteArray what;
};

class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (!counts || m_depth > 0) {
            return QApplication::notify(receiver, event);
        }
        // Before it: the receiver may be gone after it.
        const char* const type = receiver->metaObject()->className();
        const auto kind = event->type();
        QElapsedTimer time;
        time.start();
        const double before = threadCpuOfThis();
        ++m_depth;
        const bool taken = QApplication::notify(receiver, event);
        --m_depth;
        Turn turn;
        turn.cpu = threadCpuOfThis() - before;
        turn.wall = double(time.nsecsElapsed()) / 1e6;
        ++events;
        spent += turn.cpu;
        lateCpu += turn.cpu > kLongest ? 1 : 0;
        lateWall += turn.wall > kLongest ? 1 : 0;
        if (turn.cpu > longest.cpu || turn.wall > slowest.wall) {
            turn.what =
                QByteArray(QMetaEnum::fromType<QEvent::Type>().valueToKey(kind)) + " to " + type;
        }
        if (turn.cpu > longest.cpu) {
            longest = turn;
        }
        if (turn.wall > slowest.wall) {
            slowest = turn;
        }
        return taken;
    }

    bool counts = false;
    qint64 events = 0;
    double spent = 0;
    int lateCpu = 0;
    int lateWall = 0;
    Turn longest;  ///< by processor time
    Turn slowest;  ///< by the clock

private:
    int m_depth = 0;
};

/// What the Monitoring panel lists.
Result<workspace::Workspace> workspaceOf(const QString& folder, const QStringList& servers,
                                         const QStringList& target)
{
    QByteArray text = "workspace: bench\nservers:\n";
    for (const QString& server : servers) {
        text += "  s-" + server.toUtf8().replace('.', '-') + ": { address: " + server.toUtf8() +
                ", port: " + target[0].toUtf8() + ", key: " + target[2].toUtf8() + " }\n";
    }
    const QString file = folder + u"/analemma.yaml"_s;
    if (const Result<void> written = writeFile(file, text, 0600); !written) {
        return written.error();
    }
    return workspace::load(file);
}

int onWall(TimedApplication& app, int milliseconds, int seconds, const QStringList& target,
           const QStringList& servers)
{
    const QTemporaryDir folder;
    qputenv("ANALEMMA_HOME", folder.path().toLocal8Bit());
    ui::Theme theme;
    ssh::Client client(1);
    auto kept = store::Store::open(folder.filePath(u"store"_s));
    auto series = monitor::SeriesStore::open(folder.filePath(u"series"_s));
    auto workspace = workspaceOf(folder.path(), servers, target);
    for (const Error& problem : {kept ? Error() : kept.error(), series ? Error() : series.error(),
                                 workspace ? Error() : workspace.error()}) {
        if (!problem.message.isEmpty()) {
            std::fprintf(stderr, "%s\n", qPrintable(problem.message));
            return 1;
        }
    }
    operate::HostPlaces places;
    places.config.home = folder.path();
    places.sshFolder = folder.filePath(u"ssh"_s);
    places.ownKnownHosts = folder.filePath(u"known_hosts"_s);
    places.runFolder = folder.filePath(u"r"_s);
    operate::Hosts hosts(*workspace, kept->get(), &client, {}, places);
    monitor::SamplerOptions options;
    options.watched = options.background = std::chrono::milliseconds(milliseconds);
    options.mayStretch = false;
    monitor::Monitor monitor(
        [&](const QString& name, CancelToken cancel) {
            ssh::Target to;
            to.host = name.sliced(2).replace(u'-', u'.');
            to.port = target[0].toInt();
            to.user = target[1];
            to.keyFile = target[2];
            to.hostKey = target[3];
            return client.connectTo(to, {std::chrono::milliseconds(60'000)}, std::move(cancel));
        },
        series->get(), options);
    const SystemClock clock;
    ui::Context context;
    context.workspace = *workspace;
    context.clock = &clock;
    context.hosts = &hosts;
    context.monitor = &monitor;
    context.series = series->get();
    QList<ui::PanelInfo> panels;
    for (const ui::PanelInfo& info : ui::allPanels()) {
        if (info.id == "monitoring"_L1) {
            panels.append(info);
        }
    }
    ui::MainWindow window(context, &theme, panels);
    window.resize(1600, 1000);
    window.show();
    app.counts = true;
    const auto live = [&] {
        const auto* panel = qobject_cast<ui::MonitoringPanel*>(window.currentPanel());
        return panel == nullptr ? 0
                                : panel->wall()->table()->model()->countOf(2, lifecycle::Mark::Ok);
    };
    const bool all = QTest::qWaitFor([&] { return live() == servers.size(); }, 240'000);
    std::printf(
        "wall: %d of %d rows live; while they joined: longest event %.1f ms of CPU (%s), "
        "%.1f ms by the clock (%s)\n",
        live(), int(servers.size()), app.longest.cpu, app.longest.what.constData(),
        app.slowest.wall, app.slowest.what.constData());
    if (!all) {
        return 1;
    }
    QTest::qWait(5'000);
    app.events = app.lateCpu = app.lateWall = 0;
    app.spent = 0;
    app.longest = app.slowest = {};
    double away = 0;
    QElapsedTimer turn;
    QTimer beat;
    turn.start();
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] {
        away = std::max(away, double(turn.nsecsElapsed()) / 1e6 - 2);
        turn.start();
    });
    beat.setTimerType(Qt::PreciseTimer);
    beat.start(2);
    QEventLoop loop;
    QTimer::singleShot(seconds * 1'000, &loop, [&loop] { loop.quit(); });
    loop.exec();
    std::printf(
        "  with %d rows on screen for %d s: %lld events, %.2f %% of a core on the main thread; "
        "longest %.1f ms of CPU (%s), %.1f ms by the clock (%s); above 16 ms: %d by CPU, %d by the "
        "clock; away from its events at most %.1f ms\n",
        live(), seconds, static_cast<long long>(app.events), app.spent / seconds / 10,
        app.longest.cpu, app.longest.what.constData(), app.slowest.wall,
        app.slowest.what.constData(), app.lateCpu, app.lateWall, away);
    std::puts("KILL");
    std::fflush(stdout);
    return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    TimedApplication app(argc, argv);
    const QStringList words = QCoreApplication::arguments().sliced(1);
    if (words.size() != 8) {
        std::fprintf(stderr, "bench_many starts this program\n");
        return 1;
    }
    const ssh::Library library;
    return onWall(app, words[1].toInt(), std::min(30, words[2].toInt()), words.sliced(3),
                  addressesBy(words[7], words[0].toInt()));
}
