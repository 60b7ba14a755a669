#include "core/monitor/notify.h"
#include "core/store/store.h"
#include "tests/monitor/series_fixture.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <csignal>
#include <cstdio>

#include <unistd.h>

using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::monitor::fixture;
using namespace Qt::StringLiterals;
using test::await;

namespace {

QList<Json> linesOf(const QString& path)
{
    QList<Json> lines;
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (!line.isEmpty()) {
                lines.append(QJsonDocument::fromJson(line).object());
            }
        }
    }
    return lines;
}

}  // namespace

/// A program that is killed between seeing an alert and having told it tells it once.
class TestAlertsKilled : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void killedAnywhereItIsToldOnce_data();
    void killedAnywhereItIsToldOnce();
};

void TestAlertsKilled::killedAnywhereItIsToldOnce_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<int>("mostTimes");
    QTest::newRow("seen, nothing written") << u"seen"_s << 1;
    QTest::newRow("written, not handed out") << u"written"_s << 1;
    QTest::newRow("while it is handed out") << u"handing"_s << 2;
    QTest::newRow("handed out, not recorded") << u"sent"_s << 2;
    QTest::newRow("recorded") << u"recorded"_s << 1;
}

void TestAlertsKilled::killedAnywhereItIsToldOnce()
{
    QFETCH(QString, where);
    QFETCH(int, mostTimes);
    QTemporaryDir folder;
    const auto start = [&](const QString& stop, QProcess& child) {
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(QCoreApplication::applicationFilePath(), {u"--child"_s, folder.path(), stop});
        return child.waitForFinished(60'000);
    };
    QProcess killed;
    QVERIFY(start(where, killed));
    QVERIFY2(killed.exitStatus() == QProcess::CrashExit,
             ("the fault did not fire: " + killed.readAll()).constData());
    for (int again = 0; again < 2; ++again) {
        QProcess child;
        QVERIFY(start(u"never"_s, child));
        QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0,
                 child.readAll().constData());
    }
    QHash<double, QSet<QString>> noticesOf;
    int fired = 0;
    const QString file = folder.filePath(u"told"_s);
    QTRY_VERIFY(!linesOf(file).isEmpty());  // a hook outlives the program that was killed
    for (const Json& notice : linesOf(file)) {
        QCOMPARE(notice[u"schema"_s].toString(), u"analemma.notice.1"_s);
        if (notice[u"kind"_s] == u"fired"_s) {
            ++fired;
            for (const QJsonValue& alert : notice[u"alerts"_s].toArray()) {
                noticesOf[alert[u"id"_s].toDouble()].insert(notice[u"id"_s].toString());
            }
        }
    }
    QVERIFY2(fired >= 1 && fired <= mostTimes, qPrintable(QString::number(fired)));
    QCOMPARE(noticesOf.size(), 1);
    QCOMPARE(noticesOf.constBegin()->size(), 1);
}

namespace {

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    ::_exit(9);
}

/// Evaluates, tells by a hook, and kills itself at `stop`; ends when the alert was told and that is
/// recorded.
int tellUntilDone(const QString& folder, const QString& stop)
{
    SystemClock clock;
    auto store = std::move(store::Store::open(folder + u"/state"_s)).value();
    auto series = openStore(folder, std::make_shared<SystemClock>());
    const auto put = [&] {
        const SeriesId id = series->series({u"web-1"_s, u"disk.used"_s, u"mount=/"_s});
        return await(series->append({{id, clock.now().toMSecsSinceEpoch(), 95}})).ok();
    };
    AlertSources sources;
    sources.store = store.get();
    sources.series = series.get();
    AlertOptions options;
    options.pace = milliseconds(10);
    options.group = milliseconds(50);
    Alerts alerts(sources, options);
    AlertRule rule;
    rule.name = u"disk-full"_s;
    rule.metric = u"disk.used"_s;
    rule.limit = 90;
    alerts.setRules({rule});
    Notifier notifier(store.get(), nullptr, nullptr, &clock);
    Channel hook;
    hook.name = u"hook"_s;
    hook.kind = ChannelKind::Command;
    const QString told = folder + u"/told"_s;
    hook.command =
        QStringList{u"/bin/sh"_s, u"-c"_s, u"echo >\"$0.begun\"; sleep 0.05; cat >>\"$0\""_s, told};
    notifier.setChannels({hook});
    alerts.setChannels({u"hook"_s});
    bool done = false;
    QObject::connect(&alerts, &Alerts::changed, [&] {
        const QList<Alert> list = alerts.list();
        if (stop == u"seen" && alerts.isRunning() && list.isEmpty()) {
            die();  // something changed, and is not kept yet: else it would be listed
        }
        done = done || (!list.isEmpty() && list[0].told.first > 0);
    });
    QObject::connect(&alerts, &Alerts::noticed, [&](const Notice& notice) {
        if (stop == u"written") {
            die();
        }
        notifier.deliver(notice);
    });
    QObject::connect(&notifier, &Notifier::delivered, [&] {
        if (stop == u"recorded") {
            die();
        }
    });
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, [&] {
        if ((stop == u"handing" && QFile::exists(told + u".begun"_s)) ||
            (stop == u"sent" && QFileInfo(told).size() > 0)) {
            die();
        }
    });
    look.start(1);
    if (!await(notifier.resume()) || !await(alerts.load()) || !put()) {
        std::fprintf(stderr, "it did not begin\n");
        return 1;
    }
    alerts.start();
    const auto waits = [&] { return notifier.view().constLast().waiting > 0; };
    const bool ended = QTest::qWaitFor([&] { return done && !waits(); }, 20'000);
    QTest::qWait(100);
    return ended ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--child"_s) {
        return tellUntilDone(arguments.value(2), arguments.value(3));
    }
    TestAlertsKilled test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_alerts_killed.moc"
