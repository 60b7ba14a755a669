#include "core/monitor/monitor.h"

#include "tests/monitor/series_fixture.h"
#include "tests/monitor/steady.h"
#include "tests/ssh/private_sshd.h"

#include <QStandardPaths>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

namespace {

constexpr int kGood = 6;
constexpr milliseconds kInterval{1'000};
constexpr int kSeriesOfOne = 700;

/// What answers on a bad server in place of awk: `deed` is a program for gawk in which `r()` reads
/// the next question into n, its number; or a command for the shell.
struct Deed {
    QByteArray name;
    QByteArray shell;
    QByteArray awk;
};

const QList<Deed>& deeds()
{
    static const QList<Deed> all{
        {"line without end", "exec cat /dev/zero", {}},
        {"lines without end", "read q; echo '<1'; exec yes 'u1 1'", {}},
        {"blocks without end", "while :; do echo '<1'; echo 'u1 1'; echo '>1'; done", {}},
        {"stalls in a line", "read q; echo '<1'; printf u12; exec sleep 600", {}},
        // 64 mounts, 128 control groups, and disks and interfaces that stay for two answers.
        {"new names for ever",
         {},
         "while(r()){u+=1;print \"<\" n;print \"u\" u \" 1\";"
         "for(i=0;i<64;i++)print \"F4096 100 50 40 10 5 /m\" u \"-\" i;"
         "for(i=0;i<128;i++){print \"C/c\" u \"-\" i;print \"C>5\"}"
         "k=int(u/2);for(i=0;i<250;i++){"
         "print \"d 8 0 x\" k \"-\" i \" \" u \" 0 1 1 1 0 1 1 0 1 1\";"
         "print \"ne\" k \"-\" i \": \" u \" 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\"}"
         "print \">\" n;fflush()}"},
        {"numbers that are none",
         {},
         "while(r()){u+=1;print \"<\" n;print \"u\" u \" 1e999\";print \"u1e999 1\";print \"unan "
         "1\";"
         "print \"lnan inf 1e999 1/1 1\";print \"l1e308 1 1 1/1 1\";print \"mMemTotal: 1e999 kB\";"
         "print \"mMemTotal: 18446744073709551615 kB\";print \"mMemFree: -5 kB\";"
         "print \"scpu  \" (u%2 ? \"18446744073709551615\" : \"0\") \" 1 1 1 1 1 1 1\";"
         "print \"scpu0 99999999999999999999999 1 1 1\";print \"sbtime 9223372036854775807\";"
         "print \"d 8 0 sda 18446744073709551615 0 \" u%2 \" 1 1 0 nan 1 0 1 1\";"
         "print \"F18446744073709551615 18446744073709551615 1 1 1 1 /\";print \"T1e308\";"
         "print \"Tnan\";print \">\" n;fflush()}"},
        {"time that goes back",
         {},
         "while(r()){u+=1;print \"<\" n;print \"u\" (u%3 ? 1000-u : 5) \".25 1\";"
         "print \"scpu  \" 1000-u \" 0 1 1 1 0 0 0\";print \"sbtime \" (u%2)*1e9;"
         "print \"l1 1 1 1/1 1\";print \">\" n;fflush()}"},
        {"long answers",
         {},
         "while(r()){u+=1;print \"<\" n;print \"u\" u \" 1\";"
         "for(i=0;i<6000;i++)print \"nx\" i \" a line of no interface that is passed over, so\";"
         "print \"l1 1 1 1/1 1\";print \">\" n;fflush()}"},
    };
    return all;
}

QByteArray programOf(const Deed& deed)
{
    const QByteArray text =
        "#!/bin/sh\ncase \"$*\" in *version*) echo other; exit;; "
        "*'(\"ok\"'*) read q; echo ok$q; exit;; esac\n";
    if (!deed.shell.isEmpty()) {
        return text + "renice -n 19 $$ >/dev/null\n" + deed.shell + '\n';
    }
    return text +
           "exec gawk 'function r(){if((getline q)<=0)return 0;split(q,a,\" \");n=a[1];"
           "return 1}BEGIN{" +
           deed.awk + "}'\n";
}

struct Bad {
    QString name;
    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<PrivateSshd> sshd;
};

}  // namespace

/// Servers that mean ill beside good ones: they cost what one server may cost, and the good ones
/// are read as if they were alone.
class TestMonitorHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theOthersGoOn();

private:
    std::optional<ssh::Target> targetOf(const QString& server) const
    {
        for (const Bad& bad : m_bad) {
            if (bad.name == server) {
                return bad.sshd->target();
            }
        }
        return m_good.target();
    }

    ssh::Library m_library;
    PrivateSshd m_good{{u"ed25519"_s}, "MaxSessions 50"};
    std::vector<Bad> m_bad;
    ssh::Client m_client;
};

void TestMonitorHostile::initTestCase()
{
    QVERIFY2(!QStandardPaths::findExecutable(u"gawk"_s).isEmpty(), "gawk is needed");
    const QString problem = m_good.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    for (const Deed& deed : deeds()) {
        Bad bad;
        bad.name = QString::fromLatin1(deed.name);
        bad.folder = std::make_unique<QTemporaryDir>();
        QFile fake(bad.folder->filePath(u"mawk"_s));
        QVERIFY(fake.open(QIODevice::WriteOnly));
        fake.write(programOf(deed));
        fake.close();
        QVERIFY(fake.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        bad.sshd = std::make_unique<PrivateSshd>(
            QStringList{u"ed25519"_s},
            "ForceCommand PATH=" + bad.folder->path().toUtf8() +
                ":/usr/sbin:/usr/bin:/sbin:/bin; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
            20 + int(m_bad.size()));
        const QString wrong = bad.sshd->start();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        m_bad.push_back(std::move(bad));
    }
}

void TestMonitorHostile::theOthersGoOn()
{
    QTemporaryDir folder;
    SeriesLimits limits = fixture::quickLimits();
    limits.seriesOfSubject = kSeriesOfOne;
    auto opened = SeriesStore::open(folder.path(), limits);
    VERIFY_OK(opened);
    SeriesStore* const store = opened->get();
    SamplerOptions options;
    options.watched = kInterval;
    options.mayStretch = false;  // all are on this machine
    options.patience = milliseconds(3'000);
    options.firstRetry = milliseconds(300);
    auto monitor = std::make_unique<Monitor>(
        [this](const QString& server, CancelToken cancel) {
            return m_client.connectTo(*targetOf(server), {}, std::move(cancel));
        },
        store, options);
    monitor->setPaceOfAll(Pace::Watched);
    QHash<QString, std::vector<QDateTime>> read;
    QHash<QString, QSet<int>> states;
    connect(monitor.get(), &Monitor::read, this,
            [&](const QString& server) { read[server].push_back(monitor->view(server).time); });
    connect(monitor.get(), &Monitor::stateChanged, this, [&](const QString& server) {
        states[server].insert(int(monitor->view(server).state));
    });

    QStringList good;
    for (int i = 0; i < kGood; ++i) {
        good.append(u"good-%1"_s.arg(i));
    }
    monitor->watch(good);
    const auto least = [&] {
        std::size_t count = 1'000'000;
        for (const QString& server : good) {
            count = std::min(count, read[server].size());
        }
        return count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(least() >= 3, 30'000);

    const qint64 before = steady::heldBytes();
    qint64 most = 0;
    steady::Pulse pulse([&most] { most = std::max(most, steady::heldBytes()); });
    QStringList all = good;
    for (const Bad& bad : m_bad) {
        all.append(bad.name);
    }
    monitor->watch(all);

    // Each deed was done before the good ones are counted.
    const auto was = [&states](const Bad& bad, SamplerState state) {
        return states[bad.name].contains(int(state));
    };
    const auto isDone = [&] {
        return std::ranges::all_of(m_bad, [&](const Bad& bad) {
            return deeds()[&bad - m_bad.data()].shell.isEmpty() ? read[bad.name].size() >= 3
                                                                : was(bad, SamplerState::Lost);
        });
    };
    const auto told = [&] {
        QString text;
        for (const Bad& bad : m_bad) {
            text += u"%1: read %2 times, %3\n"_s.arg(bad.name)
                        .arg(read[bad.name].size())
                        .arg(monitor->view(bad.name).reason);
        }
        return text.toUtf8();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(isDone(), told().constData(), 60'000);
    QString missing;
    for (int attempt = 0; attempt < 4; ++attempt) {
        QHash<QString, std::size_t> from;
        for (const QString& server : good) {
            from[server] = read[server].size();
        }
        pulse.takeLatest();
        QTest::qWait(5'000);
        missing.clear();
        for (const QString& server : good) {
            const auto& times = read[server];
            for (std::size_t at = std::max<std::size_t>(from[server], 1); at < times.size(); ++at) {
                const milliseconds apart(times[at - 1].msecsTo(times[at]));
                const int lacking = steady::missingWithin(apart, kInterval);
                missing += lacking > 0 ? u" %1 of %2"_s.arg(lacking).arg(server) : QString();
            }
            if (times.size() < from[server] + 4) {
                missing += u" %1 was read %2 times"_s.arg(server).arg(times.size() - from[server]);
            }
        }
        if (missing.isEmpty()) {
            break;
        }
        missing += u" (this thread was %1 ms late)"_s.arg(pulse.takeLatest());
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    for (const QString& server : good) {
        QVERIFY(!states[server].contains(int(SamplerState::Lost)));
        QVERIFY(monitor->view(server).value(Metric::CpuBusy).has_value());
    }

    // What the bad ones cost.
    QVERIFY2(most - before < 48 * 1024 * 1024, qPrintable(QString::number(most - before)));
    for (const Bad& bad : m_bad) {
        const ServerView view = monitor->view(bad.name);
        QVERIFY2(view.points.size() <= 2'000, qPrintable(bad.name));
        for (const KnownPoint& known : view.points) {
            QVERIFY2(std::isfinite(known.point.value), qPrintable(bad.name));
            QVERIFY2(known.point.value >= 0 || known.point.metric == Metric::ClockOffset,
                     qPrintable(bad.name));
        }
        QVERIFY2(store->list(bad.name).size() <= kSeriesOfOne, qPrintable(bad.name));
    }
    QCOMPARE(store->list(u"new names for ever"_s).size(), kSeriesOfOne);
    QVERIFY(monitor->storeProblem().isEmpty());

    // Nothing that a good one said is lost on the way to the disk.
    monitor.reset();
    VERIFY_OK(await(store->tidy()));
    for (const QString& server : good) {
        const SeriesId id = store->series({server, u"load.1"_s, {}});
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const auto chart = await(store->chart(id, now - 600'000, now + 60'000, 1));
        VERIFY_OK(chart);
        // The last one may have come after the last word of the monitor.
        const qint64 lacking = chart->columns[0].count - qint64(read[server].size());
        QVERIFY2(lacking == 0 || lacking == 1, qPrintable(QString::number(lacking)));
    }
}

QTEST_GUILESS_MAIN(TestMonitorHostile)
#include "tst_monitor_hostile.moc"
