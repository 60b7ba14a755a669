#include "tests/app/harness.h"

#include "app/alerting.h"
#include "app/prometheus.h"
#include "app/workspace_watch.h"
#include "core/base/files.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

const QByteArray kPlainFile =
    "workspace: shop\n"
    "providers:\n  here: { type: local }\n"
    "repositories:\n  shop: { path: ./shop }\n"
    "images:\n  web: { from: base, start: start.sh }\n"
    "environments:\n  qa: { provider: here, image: web }\n"
    "servers:\n  bastion: { address: 203.0.113.7 }\n"
    "checks:\n  door: { tcp: \"127.0.0.1:9\", every: 60s }\n"
    "  gate: { tcp: \"127.0.0.1:9\", every: 60s }\n"
    "alerts:\n  disk-full: { over: 80 }\n  check-failing: off\n";

/// The file with something else in it.
QByteArray changedFile(const QByteArray& from, const QByteArray& to)
{
    QByteArray text = kPlainFile;
    return text.replace(from, to);
}

}  // namespace

/// The workspace file is written while a program runs on it.
class TestWorkspaceWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatHoldsAtOnce_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto now = [](const char* what) {
            return QString::fromLatin1(what) + u": as the file says, from now on"_s;
        };
        QTest::newRow("nothing") << kPlainFile << QString();
        QTest::newRow("a comment") << kPlainFile + "# nothing\n" << QString();
        QTest::newRow("a server") << changedFile("113.7", "113.8") << now("servers");
        QTest::newRow("a check") << changedFile("every: 60s", "every: 61s") << now("checks");
        QTest::newRow("a rule") << changedFile("over: 80", "over: 81") << now("alerts");
        QTest::newRow("a channel")
            << kPlainFile + "channels:\n  file: { type: command, run: [/bin/true] }\n"
            << now("alerts");
        QTest::newRow("a Prometheus")
            << kPlainFile + "prometheus: { url: \"http://127.0.0.1:9090\" }\n"
            << now("prometheus");
        QTest::newRow("both")
            << changedFile("over: 80", "over: 81").replace("every: 60s", "every: 61s")
            << now("checks and alerts");
        QTest::newRow("an environment") << changedFile("image: web }", "image: web, servers: 2 }")
                                        << u"environments: after the next start"_s;
        QTest::newRow("all") << changedFile("image: web }", "image: web, servers: 2 }")
                                    .replace("over: 80", "over: 81")
                             << now("alerts") + u"; environments: after the next start"_s;
    }
    void whatHoldsAtOnce()
    {
        QFETCH(QByteArray, text);
        const auto before = workspace::parse(kPlainFile, u"/w/analemma.yaml"_s);
        QVERIFY2(before.ok(), before.ok() ? "" : qPrintable(before.error().message));
        const auto after = workspace::parse(text, u"/w/analemma.yaml"_s);
        QVERIFY2(after.ok(), after.ok() ? "" : qPrintable(after.error().message));
        const app::Renewal renewal = app::renewalOf(*before, *after);
        QTEST(renewal.text(), "says");
        QCOMPARE(renewal.isEmpty(), renewal.text().isEmpty());
    }

    void theFileIsFollowed()
    {
        Place place;
        write(place, kPlainFile);
        const auto known = workspace::load(place.work() + u"/analemma.yaml"_s);
        QVERIFY(known.ok());
        app::WorkspaceWatch watch(*known);
        QSignalSpy changed(&watch, &app::WorkspaceWatch::changed);
        QSignalSpy problems(&watch, &app::WorkspaceWatch::problemChanged);
        // Replaced as a whole, as editors do.
        write(place, changedFile("over: 80", "over: 81"));
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(*watch.known().alerts.value(u"disk-full"_s).limit, 81.0);
        // Written into.
        QFile file(place.work() + u"/analemma.yaml"_s);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(changedFile("over: 80", "over: 82"));
        file.close();
        QTRY_COMPARE(watch.known().alerts.value(u"disk-full"_s).limit.value_or(0), 82.0);
        QVERIFY(problems.isEmpty() || watch.problem().isEmpty());
        // A bad one never replaces a good one.
        const qsizetype before = changed.size();
        write(place, changedFile("over: 80", "over: much"));
        QTRY_VERIFY(!watch.problem().isEmpty());
        QVERIFY2(watch.problem().contains(u"analemma.yaml:"_s), qPrintable(watch.problem()));
        QCOMPARE(changed.size(), before);
        QCOMPARE(*watch.known().alerts.value(u"disk-full"_s).limit, 82.0);
        // It is there again as it was: good, and nothing else.
        write(place, changedFile("over: 80", "over: 82"));
        QTRY_VERIFY(watch.problem().isEmpty());
        QCOMPARE(changed.size(), before);
        // Gone for a while, and back.
        QVERIFY(QFile::remove(place.work() + u"/analemma.yaml"_s));
        QTRY_VERIFY(!watch.problem().isEmpty());
        write(place, changedFile("over: 80", "over: 83"));
        QTRY_COMPARE(watch.known().alerts.value(u"disk-full"_s).limit.value_or(0), 83.0);
        QVERIFY(watch.problem().isEmpty());
    }

    /// Rules, checks and links are other ones from then on; an alert of a rule that stays is the
    /// same alert.
    void servicesGoOn()
    {
        Place place;
        write(place, kPlainFile);
        auto opened = app::Services::open(place.work() + u"/analemma.yaml"_s, u"test"_s);
        QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
        std::unique_ptr<app::Services> services = std::move(*opened);
        QVERIFY(services->openMonitor().ok());
        services->checks->watch(services->workspace.checks.values(), {});
        services->openAlerts();
        app::WorkspaceWatch watch(services->workspace);
        connect(&watch, &app::WorkspaceWatch::changed, this,
                [&services](const workspace::Workspace&, const workspace::Workspace& after) {
                    app::renew(services.get(), after);
                });
        const auto measure = [&services](const QString& metric, const QString& labels,
                                         double value) {
            const monitor::SeriesId id = services->series->series({u"web-1"_s, metric, labels});
            return awaited(services->series->append(
                               {{id, services->clock.now().toMSecsSinceEpoch(), value}}))
                .ok();
        };
        QVERIFY(measure(u"disk.used"_s, u"mount=/var"_s, 90));
        QVERIFY(measure(u"queue.length"_s, {}, 50));
        QVERIFY(awaited(app::Services::startAlerts(services.get())).ok());
        const auto firing = [&services] {
            QStringList rules;
            for (const monitor::Alert& one : services->alerts->list()) {
                if (one.state == monitor::AlertState::Firing) {
                    rules.append(u"%1 #%2"_s.arg(one.rule).arg(one.id));
                }
            }
            rules.sort();
            return rules;
        };
        QTRY_COMPARE_WITH_TIMEOUT(firing(), QStringList{u"disk-full #1"_s}, 20'000);
        const monitor::Alert first = services->alerts->list().first();
        QVERIFY(services->prometheus == nullptr);
        QCOMPARE(services->checks->names(), (QStringList{u"door"_s, u"gate"_s}));
        // One more rule, another check, a Prometheus; the rule that fires stays as it is.
        write(place,
              changedFile("  gate: { tcp: \"127.0.0.1:9\", every: 60s }\n",
                          "  hatch: { tcp: \"127.0.0.1:9\", every: 60s }\n") +
                  "  long-queue: { when: threshold, metric: queue.length, over: 10, severity: "
                  "critical }\n"
                  "channels:\n  file: { type: command, run: [/bin/true] }\n"
                  "prometheus: { url: \"http://127.0.0.1:9\", remote-write: true }\n");
        QTRY_COMPARE(services->checks->names(), (QStringList{u"door"_s, u"hatch"_s}));
        QTRY_COMPARE_WITH_TIMEOUT(firing(), (QStringList{u"disk-full #1"_s, u"long-queue #2"_s}),
                                  20'000);
        const auto still = services->alerts->find(1);
        QVERIFY(still);
        QCOMPARE(still->since, first.since);
        QCOMPARE(still->fired, first.fired);
        QVERIFY(services->notifier->channelNames().contains(u"file"_s));
        QVERIFY(services->prometheus != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(!services->prometheus->problem().isEmpty(), 20'000);
        // The rule is changed, so that it is true no more; the Prometheus is gone.
        write(place, changedFile("over: 80", "over: 95"));
        QTRY_VERIFY_WITH_TIMEOUT(measure(u"disk.used"_s, u"mount=/var"_s, 90) && firing().isEmpty(),
                                 20'000);
        QVERIFY(services->prometheus == nullptr);
        QCOMPARE(services->workspace.prometheus.url, QString());
        QVERIFY(awaited(app::Services::close(std::move(services))).ok());
    }

private:
    static void write(const Place& place, const QByteArray& text)
    {
        QVERIFY(writeFile(place.work() + u"/analemma.yaml"_s, text, 0644).ok());
    }

    app::Libraries m_libraries;
};

QTEST_GUILESS_MAIN(TestWorkspaceWatch)
#include "tst_workspace_watch.moc"
