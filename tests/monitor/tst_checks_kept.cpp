#include "core/monitor/checks.h"
#include "tests/main.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QDateTime>
#include <QSet>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

namespace {

Task<Result<std::shared_ptr<ssh::Session>>> counted(ssh::Client* client, ssh::Target target,
                                                    std::shared_ptr<int> count, CancelToken cancel)
{
    ++*count;
    auto connecting = client->connectTo(std::move(target), {}, std::move(cancel));
    Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    co_return session;
}

}  // namespace

/// Checks of a server that go on: one connection serves look after look.
class TestChecksKept : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneConnectionServesAllLooks()
    {
        PrivateSshd sshd;
        QVERIFY2(sshd.start().isEmpty(), sshd.log().constData());
        ssh::Client client;
        const auto connections = std::make_shared<int>(0);
        CheckTools tools;
        tools.connect = [&](QString, CancelToken cancel) {
            return counted(&client, sshd.target(), connections, std::move(cancel));
        };
        Checks checks(tools, nullptr, nullptr);
        workspace::ServiceCheck check;
        check.name = u"sshd"_s;
        check.kind = workspace::CheckKind::Process;
        check.server = u"web-1"_s;
        check.process = u"sshd"_s;
        check.every = milliseconds(50);
        check.timeout = milliseconds(20'000);
        checks.watch({check}, {});
        QSet<QDateTime> looks;
        const auto seen = [&] {
            if (const auto last = checks.view(u"sshd"_s).last) {
                looks.insert(last->time);
            }
            return looks.size();
        };
        QTRY_VERIFY(seen() >= 5);
        QCOMPARE(checks.view(u"sshd"_s).state, CheckState::Up);
        QCOMPARE(*connections, 1);
    }
    void cleanupTestCase() { drain(); }
};

QTEST_GUILESS_MAIN(TestChecksKept)
#include "tst_checks_kept.moc"
