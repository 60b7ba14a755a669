#include "core/operate/runbooks.h"

#include "tests/support.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using analemma::test::await;

namespace {

Runbook runbookOf(const QString& command, const QList<RunbookInput>& inputs = {})
{
    Runbook runbook;
    runbook.name = u"restart"_s;
    runbook.command = command;
    runbook.inputs = inputs;
    return runbook;
}

RunbookInput inputOf(const QString& name, const QString& pattern = {}, bool secret = false)
{
    RunbookInput input;
    input.name = name;
    input.pattern = pattern;
    input.secret = secret;
    return input;
}

}  // namespace

class TestRunbooks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesRunbooks_data();
    void refusesRunbooks();
    void expands_data();
    void expands();
    void refusesValues_data();
    void refusesValues();
    void quotedValuesStayWords();
    void runbookFiles();
    void approvals();
};

void TestRunbooks::refusesRunbooks_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("error");
    QTest::newRow("no input") << u"echo {{other}}"_s << u"none of its inputs"_s;
    QTest::newRow("single quotes") << u"echo '{{name}}'"_s << u"within quotes"_s;
    QTest::newRow("double quotes") << u"echo \"a {{name}}\""_s << u"within quotes"_s;
    QTest::newRow("back quotes") << u"echo `ls {{name}}`"_s << u"within quotes"_s;
    QTest::newRow("comment") << u"ls # {{name}}"_s << u"comment"_s;
    QTest::newRow("backslash") << u"echo \\{{name}}"_s << u"within quotes"_s;
    QTest::newRow("quotes after an escaped one")
        << u"echo \\' \"{{name}}\""_s << u"within quotes"_s;
    QTest::newRow("here-document") << u"cat <<E\n{{name}}\nE"_s << u"here-document"_s;
    QTest::newRow("python") << u"#!/usr/bin/env python3\nprint({{name}})"_s << u"shell scripts"_s;
    QTest::newRow("nothing") << u"  "_s << u"expected a command"_s;
}

void TestRunbooks::refusesRunbooks()
{
    QFETCH(QString, command);
    QFETCH(QString, error);
    const Result<void> fine = check(runbookOf(command, {inputOf(u"name"_s)}));
    QVERIFY(!fine);
    QVERIFY2(fine.error().message.contains(error), qPrintable(fine.error().message));
}

void TestRunbooks::expands_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expanded");
    QTest::newRow("plain") << u"echo {{name}}"_s << u"nginx"_s << u"echo nginx"_s;
    QTest::newRow("hostile") << u"echo {{name}}"_s << u"$(reboot); 'x"_s
                             << u"echo '$(reboot); '\\''x'"_s;
    QTest::newRow("twice, with spaces")
        << u"a {{ name }} b{{name}}"_s << u"x y"_s << u"a 'x y' b'x y'"_s;
    QTest::newRow("after quotes") << u"echo \"it's\" {{name}} # don't"_s << u"v"_s
                                  << u"echo \"it's\" v # don't"_s;
    QTest::newRow("bash script") << u"#!/usr/bin/env bash\nls {{name}}"_s << u"v"_s
                                 << u"#!/usr/bin/env bash\nls v"_s;
    QTest::newRow("braces of others")
        << u"docker ps --format '{{.Names}} {{json .}}' {{name}}"_s << u"v"_s
        << u"docker ps --format '{{.Names}} {{json .}}' v"_s;
    QTest::newRow("empty value") << u"echo {{name}}"_s << u""_s << u"echo ''"_s;
}

void TestRunbooks::expands()
{
    QFETCH(QString, command);
    QFETCH(QString, value);
    QFETCH(QString, expanded);
    const Result<FleetRequest> request =
        expand(runbookOf(command, {inputOf(u"name"_s)}), {{u"name"_s, value}}, {u"web-1"_s});
    VERIFY_OK(request);
    QCOMPARE(request->command, expanded);
    QCOMPARE(request->runbook, u"restart"_s);
}

void TestRunbooks::refusesValues_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("error");
    QTest::newRow("missing") << u""_s << u""_s << u"has no value"_s;
    QTest::newRow("pattern") << u"port"_s << u"80; ls"_s << u"does not match"_s;
    QTest::newRow("part of the pattern") << u"port"_s << u"80a"_s << u"does not match"_s;
    QTest::newRow("a secret in the command")
        << u"port"_s << u"secret:api"_s << u"no secret may be"_s;
    QTest::newRow("the secret itself") << u"token"_s << u"hunter2"_s << u"never the value"_s;
    QTest::newRow("unknown") << u"color"_s << u"red"_s << u"no input named"_s;
}

void TestRunbooks::refusesValues()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(QString, error);
    const Runbook runbook =
        runbookOf(u"curl -H @{{token}} host {{port}}"_s,
                  {inputOf(u"port"_s, u"[0-9]+"_s), inputOf(u"token"_s, {}, true)});
    QMap<QString, QString> values{{u"port"_s, u"80"_s}, {u"token"_s, u"secret:api"_s}};
    const Result<FleetRequest> good = expand(runbook, values, {});
    VERIFY_OK(good);
    QCOMPARE(good->command, u"curl -H @\"$ANALEMMA_INPUTS\"/token host 80"_s);
    QCOMPARE(good->secrets.value(u"token"_s), u"api"_s);
    if (name.isEmpty()) {
        values.remove(u"port"_s);
    } else {
        values[name] = value;
    }
    const Result<FleetRequest> refused = expand(runbook, values, {});
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(error), qPrintable(refused.error().message));
    QVERIFY(!refused.error().message.contains(u"hunter2"_s));
}

/// What a shell makes of an expanded command is the value itself, whatever it is.
void TestRunbooks::quotedValuesStayWords()
{
    const Runbook runbook = runbookOf(u"printf %s {{name}}"_s, {inputOf(u"name"_s)});
    for (const QString& value : {u"$(touch canary)"_s, u"`touch canary`"_s, u"'; touch canary; '"_s,
                                 u"\" $HOME \\"_s, u"two\nlines"_s, u"*"_s, u"-n"_s, u"ü € 名"_s}) {
        const Result<FleetRequest> request = expand(runbook, {{u"name"_s, value}}, {});
        VERIFY_OK(request);
        QProcess shell;
        shell.start(u"/bin/sh"_s, {u"-c"_s, request->command});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), value);
    }
    QVERIFY(!QFile::exists(u"canary"_s));
}

void TestRunbooks::runbookFiles()
{
    RunbookInput port = inputOf(u"port"_s, u"[0-9]+"_s);
    port.preset = u"80"_s;
    port.description = u"Port"_s;
    Runbook one = runbookOf(u"ss -ltn sport = {{port}}"_s, {port});
    one.query = {u"tag=web"_s};
    one.timeout = milliseconds(5000);
    one.failFast = true;
    const Result<QList<Runbook>> back = runbooksFromFile(runbooksToFile({one}));
    VERIFY_OK(back);
    QCOMPARE(back->size(), 1);
    QCOMPARE(back->first().toJson(), one.toJson());
    QVERIFY(!runbooksFromFile("{\"schema\": \"analemma.other.1\", \"name\": \"x\"}"));
    QVERIFY(!runbooksFromFile("no"));
}

/// A text is approved by who wrote it, or by its hash; anything else is not.
void TestRunbooks::approvals()
{
    const QTemporaryDir folder;
    auto opened = store::Store::open(folder.path());
    VERIFY_OK(opened);
    const std::unique_ptr<store::Store> store = std::move(*opened);
    Runbooks runbooks(store.get());
    const auto approval = [&runbooks](const Runbook& one) {
        return await(runbooks.approvalOf(one)).valueOr(RunbookApproval());
    };
    const Runbook mine = runbookOf(u"uptime"_s);
    QCOMPARE(mine.sha256().size(), 64);
    QCOMPARE(Runbook::fromJson(mine.toJson())->sha256(), mine.sha256());
    VERIFY_OK(await(runbooks.save(mine)));
    QVERIFY(approval(mine).approved);
    // Whatever decides what runs, and where, is part of it.
    const std::function<void(Runbook&)> changes[] = {
        [](Runbook& one) { one.command = u"uptime; reboot"_s; },
        [](Runbook& one) { one.query = QStringList{u"env=production"_s}; },
        [](Runbook& one) { one.limit = 500; }, [](Runbook& one) { one.timeout = milliseconds(1); },
        [](Runbook& one) { one.inputs = {inputOf(u"name"_s)}; }};
    for (const auto& change : changes) {
        Runbook changed = mine;
        change(changed);
        QVERIFY(changed.sha256() != mine.sha256());
        VERIFY_OK(await(runbooks.save(changed, TextSource::File)));
        const RunbookApproval said = approval(*await(runbooks.find(u"restart"_s)));
        QVERIFY(!said.approved);
        QVERIFY(said.earlier && said.earlier->toJson() == mine.toJson());
    }
    // The text of a file that is the approved one needs nobody.
    VERIFY_OK(await(runbooks.save(mine, TextSource::File)));
    QVERIFY(approval(mine).approved);
    const Runbook other = runbookOf(u"uptime -p"_s);
    VERIFY_OK(await(runbooks.save(other, TextSource::File)));
    VERIFY_OK(await(runbooks.approve(other)));
    QVERIFY(approval(other).approved);
    QVERIFY(!approval(mine).approved);
    VERIFY_OK(await(runbooks.remove(u"restart"_s)));
    VERIFY_OK(await(runbooks.save(other, TextSource::File)));
    QVERIFY(!approval(other).approved && !approval(other).earlier);
    QVERIFY(await(runbooks.list())->size() == 1);
}

QTEST_GUILESS_MAIN(TestRunbooks)
#include "tst_runbooks.moc"
