#include "tests/app/servers_fixture.h"

#include "core/operate/runbooks.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Runbooks on real servers: a text that nobody here has read does not run.
class TestCliRunbooks : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void writtenByHand();
    void fromAFile();
    void fromAScript();
    void changedByAnother();
    void changedInTheStore();
    void dryRun();

private:
    /// A file of runbooks with this command.
    static QString fileOf(const QString& command)
    {
        operate::Runbook one;
        one.name = u"greet"_s;
        one.command = command;
        one.query = QStringList{u"web-1"_s};
        const QString file = path(u"runbooks.json"_s);
        return writeFile(file, operate::runbooksToFile({one}), 0644) ? file : QString();
    }
    static Ran runIt(const QStringList& more = {}, const QString& answer = {})
    {
        return cli(QStringList{u"runbook"_s, u"run"_s, u"greet"_s} + more, answer);
    }
    static QString hash()
    {
        return cli({u"runbook"_s, u"show"_s, u"greet"_s, u"--json"_s})
            .json()[u"sha256"_s]
            .toString();
    }
    static bool isApproved()
    {
        return cli({u"runbook"_s, u"show"_s, u"greet"_s, u"--json"_s})
            .json()[u"approved"_s]
            .toBool();
    }
};

void TestCliRunbooks::initTestCase()
{
    begin();
    trustAll();
}

void TestCliRunbooks::init()
{
    (void)cli({u"runbook"_s, u"delete"_s, u"greet"_s});
    QFile::remove(path(u"mark"_s));
}

void TestCliRunbooks::writtenByHand()
{
    QCOMPARE(cli({u"runbook"_s, u"save"_s, u"greet"_s, u"--on"_s, u"web-1"_s, u"--"_s,
                  u"echo hello-$((40+2))"_s})
                 .code,
             0);
    QVERIFY(isApproved());
    const Ran ran = runIt();
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY2(ran.out.contains("hello-42"), ran.out.constData());
    // Written anew, it is approved with it.
    QCOMPARE(
        cli({u"runbook"_s, u"save"_s, u"greet"_s, u"--on"_s, u"web-1"_s, u"--"_s, u"true"_s}).code,
        0);
    QCOMPARE(runIt({u"--yes"_s}).code, 0);
}

void TestCliRunbooks::fromAFile()
{
    const QString mark = path(u"mark"_s);
    const Ran saved = cli({u"runbook"_s, u"save"_s, u"--file"_s, fileOf(u"echo >> "_s + mark)});
    QVERIFY2(saved.code == 0, saved.err.constData());
    QVERIFY(saved.err.contains("before it first runs"));
    QVERIFY(!isApproved());
    const QString sum = hash();
    QCOMPARE(sum.size(), 64);
    // Nobody is there to read it, and --yes is no reading.
    for (const QStringList& more : {QStringList(), QStringList{u"--yes"_s}}) {
        const Ran refused = runIt(more);
        QCOMPARE(refused.code, 12);
        QVERIFY2(refused.err.contains("echo >> " + mark.toUtf8()), refused.err.constData());
        QVERIFY(refused.err.contains("--approve " + sum.toUtf8()));
    }
    QCOMPARE(runIt({u"--yes"_s}, u"y"_s).code, 12);
    QCOMPARE(runIt({u"--approve"_s, QString(64, u'0')}).code, 12);
    const Ran no = runIt({}, u"n"_s);
    QCOMPARE(no.code, 130);
    QVERIFY(no.err.contains(sum.toUtf8()));
    QVERIFY(!isApproved());
    QVERIFY(!QFile::exists(mark));
    const Ran approved = runIt({u"--approve"_s, sum});
    QVERIFY2(approved.code == 0, approved.err.constData());
    QVERIFY(isApproved());
    QCOMPARE(bytes(mark), QByteArray("\n"));
    QCOMPARE(runIt({u"--yes"_s}).code, 0);  // once is enough
    QCOMPARE(bytes(mark), QByteArray("\n\n"));
}

void TestCliRunbooks::fromAScript()
{
    QVERIFY(writeFile(path(u"greet.sh"_s), "#!/bin/sh\necho script-$((40+2))\n", 0644).ok());
    QCOMPARE(cli({u"runbook"_s, u"save"_s, u"greet"_s, u"--on"_s, u"web-1"_s, u"--script"_s,
                  u"greet.sh"_s})
                 .code,
             0);
    QCOMPARE(runIt().code, 12);
    const Ran ran = runIt({}, u"yes"_s);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY(ran.out.contains("script-42"));
}

void TestCliRunbooks::changedByAnother()
{
    const QString mark = path(u"mark"_s);
    QCOMPARE(cli({u"runbook"_s, u"save"_s, u"--file"_s, fileOf(u"set -e\ntrue\nexit 0"_s)}).code,
             0);
    QCOMPARE(runIt({}, u"y"_s).code, 0);
    QCOMPARE(cli({u"runbook"_s, u"save"_s, u"--file"_s,
                  fileOf(u"set -e\necho >> %1\nexit 0"_s.arg(mark))})
                 .code,
             0);
    const Ran refused = runIt({u"--yes"_s});
    QCOMPARE(refused.code, 12);
    QVERIFY2(refused.err.contains("It has changed since it was approved:\n- true\n+ echo >> "),
             refused.err.constData());
    QVERIFY(!QFile::exists(mark));
    QCOMPARE(runIt({}, u"y"_s).code, 0);
    QCOMPARE(runIt().code, 0);
    QCOMPARE(bytes(mark), QByteArray("\n\n"));
}

/// The same for a row that changed without anybody saving it.
void TestCliRunbooks::changedInTheStore()
{
    const QString mark = path(u"mark"_s);
    QCOMPARE(
        cli({u"runbook"_s, u"save"_s, u"greet"_s, u"--on"_s, u"web-1"_s, u"--"_s, u"true"_s}).code,
        0);
    {
        const auto loaded = workspace::load(path(u"analemma.yaml"_s));
        auto opened = store::Store::open(loaded->stateFolder());
        QVERIFY(opened.ok());
        const std::unique_ptr<store::Store> store = std::move(*opened);
        std::function<Result<void>(store::Transaction&)> change =
            [mark](store::Transaction& t) -> Result<void> {
            const auto row = t.document(u"runbook"_s, u"greet"_s);
            Json body = (*row)->body;
            body[u"command"_s] = u"echo >> "_s + mark;
            const auto put = t.put(u"runbook"_s, u"greet"_s, {}, body);
            return put ? Result<void>() : Result<void>(put.error());
        };
        QVERIFY(awaited(store->write<void>(std::move(change))).ok());
    }
    const Ran refused = runIt({u"--yes"_s});
    QCOMPARE(refused.code, 12);
    QVERIFY(refused.err.contains("+ echo >> " + mark.toUtf8()));
    QVERIFY(!QFile::exists(mark));
}

void TestCliRunbooks::dryRun()
{
    QCOMPARE(cli({u"runbook"_s, u"save"_s, u"--file"_s, fileOf(u"uptime -p"_s)}).code, 0);
    const Ran dry = runIt({u"--dry-run"_s});
    QVERIFY2(dry.code == 0, dry.err.constData());
    QVERIFY(dry.err.contains("Nobody has approved this text here."));
    QVERIFY(dry.out.contains("uptime -p"));
    QVERIFY(!isApproved());
    QCOMPARE(runIt({u"--dry-run"_s, u"--approve"_s, hash()}).code, 0);
    QVERIFY(!isApproved());
}

QTEST_GUILESS_MAIN(TestCliRunbooks)
#include "tst_cli_runbooks.moc"
