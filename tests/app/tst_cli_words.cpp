#include "app/cli/cli.h"
#include "app/cli/commands.h"
#include "app/cli/demo_story.h"
#include "app/cli/environment_json.h"
#include "app/cli/operate.h"
#include "app/cli/progress.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::cli;

namespace {

engine::Operation operation(const QString& kind, const QString& state, engine::Outcome outcome,
                            const Json& result = {})
{
    engine::Operation one;
    one.id = u"op"_s;
    one.kind = kind;
    one.state = state;
    one.outcome = outcome;
    one.result = result;
    return one;
}

}  // namespace

class TestCliWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exitOfErrors_data();
    void exitOfErrors();
    void exitOfOperations_data();
    void exitOfOperations();
    void exitOfFailedChecks_data();
    void exitOfFailedChecks();
    void exitTableHoldsEveryCodeOnce();
    void goodLines_data();
    void goodLines();
    void badLines_data();
    void badLines();
    void valuesAreTaken();
    void helpOfEveryCommand();
    void optionsMeanTheSameInAllCommands();
    void tableIsAligned();
    void tableHidesControlCharacters();
    void onlyOneOf();
    void lockedErrorTellsWho();
    void environmentAsJson();
    void environmentWithoutAnythingAsJson();
    void planAsTextAndJson();
    void endIsTold_data();
    void endIsTold();
    void eventLines();
    void actionLines();
    void demoReport();
};

void TestCliWords::exitOfErrors_data()
{
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("cancelled") << ErrorKind::Cancelled << 130;
    QTest::newRow("timeout") << ErrorKind::Timeout << 7;
    QTest::newRow("network") << ErrorKind::Network << 11;
    QTest::newRow("auth") << ErrorKind::Auth << 4;
    QTest::newRow("host key") << ErrorKind::HostKey << 10;
    QTest::newRow("not found") << ErrorKind::NotFound << 5;
    QTest::newRow("conflict") << ErrorKind::Conflict << 12;
    QTest::newRow("locked") << ErrorKind::Locked << 6;
    QTest::newRow("rate limited") << ErrorKind::RateLimited << 1;
    QTest::newRow("protocol") << ErrorKind::Protocol << 1;
    QTest::newRow("invalid") << ErrorKind::Invalid << 3;
    QTest::newRow("io") << ErrorKind::Io << 1;
    QTest::newRow("unsupported") << ErrorKind::Unsupported << 1;
    QTest::newRow("refused") << ErrorKind::Refused << 12;
    QTest::newRow("failed") << ErrorKind::Failed << 1;
    QTest::newRow("bug") << ErrorKind::Bug << 1;
}

void TestCliWords::exitOfErrors()
{
    QFETCH(ErrorKind, kind);
    QFETCH(int, code);
    QCOMPARE(int(exitOf(Error(kind, u"x"_s))), code);
    QCOMPARE(int(exitOf(usageError(u"x"_s))), 2);
}

void TestCliWords::exitOfOperations_data()
{
    using engine::Outcome;
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("state");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<bool>("rolledBack");
    QTest::addColumn<int>("code");
    const QString finished = u"finished"_s;
    QTest::newRow("deploy ok") << u"deploy"_s << finished << Outcome::Ok << false << 0;
    QTest::newRow("deploy failed") << u"deploy"_s << finished << Outcome::Failed << false << 1;
    QTest::newRow("deploy rolled back") << u"deploy"_s << finished << Outcome::Failed << true << 8;
    QTest::newRow("deploy unknown") << u"deploy"_s << finished << Outcome::Unknown << false << 7;
    QTest::newRow("deploy cancelled")
        << u"deploy"_s << finished << Outcome::Cancelled << false << 130;
    QTest::newRow("rollback ok") << u"rollback"_s << finished << Outcome::Ok << false << 0;
    QTest::newRow("rollback failed") << u"rollback"_s << finished << Outcome::Failed << false << 9;
    QTest::newRow("rollback unknown")
        << u"rollback"_s << finished << Outcome::Unknown << false << 7;
    QTest::newRow("bake failed") << u"bake"_s << finished << Outcome::Failed << false << 1;
    QTest::newRow("pipeline failed") << u"pipeline"_s << finished << Outcome::Failed << false << 1;
    QTest::newRow("no outcome") << u"bake"_s << finished << Outcome::None << false << 7;
    QTest::newRow("interrupted") << u"deploy"_s << u"interrupted"_s << Outcome::None << false << 7;
    QTest::newRow("suspended") << u"deploy"_s << u"suspended"_s << Outcome::None << false << 7;
    QTest::newRow("running") << u"deploy"_s << u"running"_s << Outcome::None << false << 7;
}

void TestCliWords::exitOfOperations()
{
    QFETCH(QString, kind);
    QFETCH(QString, state);
    QFETCH(engine::Outcome, outcome);
    QFETCH(bool, rolledBack);
    QFETCH(int, code);
    const Json result{{u"rolledBack"_s, rolledBack}};
    QCOMPARE(int(exitOf(operation(kind, state, outcome, result))), code);
}

void TestCliWords::exitOfFailedChecks_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("verb");
    QTest::addColumn<QString>("state");
    QTest::addColumn<int>("code");
    QTest::newRow("never healthy") << u"deploy"_s << u"server.healthy"_s << u"failed"_s << 8;
    QTest::newRow("ill at the balancer") << u"deploy"_s << u"pool.ready"_s << u"failed"_s << 8;
    QTest::newRow("ill while watched") << u"deploy"_s << u"generation.watch"_s << u"failed"_s << 8;
    QTest::newRow("no server") << u"deploy"_s << u"server.create"_s << u"failed"_s << 1;
    QTest::newRow("healthy") << u"deploy"_s << u"server.healthy"_s << u"ok"_s << 1;
    QTest::newRow("roll back") << u"rollback"_s << u"pool.ready"_s << u"failed"_s << 9;
}

void TestCliWords::exitOfFailedChecks()
{
    QFETCH(QString, kind);
    QFETCH(QString, verb);
    QFETCH(QString, state);
    QFETCH(int, code);
    engine::Operation one = operation(kind, u"finished"_s, engine::Outcome::Failed);
    engine::ActionView action;
    action.verb = verb;
    action.state = state;
    one.actions = {action};
    QCOMPARE(int(exitOf(one)), code);
}

void TestCliWords::exitTableHoldsEveryCodeOnce()
{
    QList<int> codes;
    for (const ExitMeaning& one : exitTable()) {
        codes.append(int(one.code));
        QVERIFY(!one.meaning.isEmpty());
    }
    QCOMPARE(codes, (QList<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130}));
}

void TestCliWords::goodLines_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char* line, const QString& name, const QStringList& arguments) {
        QTest::newRow(line) << QString::fromUtf8(line) << name << arguments;
    };
    row("workspace init d --sample shop", u"workspace init"_s, {u"d"_s});
    row("--sample=shop workspace init d", u"workspace init"_s, {u"d"_s});
    row("workspace --json init d", u"workspace init"_s, {u"d"_s});
    row("pipeline run", u"pipeline run"_s, {});
    row("pipeline run shop --commit HEAD~1", u"pipeline run"_s, {u"shop"_s});
    row("release create shop --json", u"release create"_s, {u"shop"_s});
    row("release create shop --version 1.2.3", u"release create"_s, {u"shop"_s});
    row("release approve 1.2.3 --yes", u"release approve"_s, {u"1.2.3"_s});
    row("deploy production --release 1.2.3 --yes", u"deploy"_s, {u"production"_s});
    row("deploy production --release latest --dry-run --lock-wait 30s --detach --expected x",
        u"deploy"_s, {u"production"_s});
    row("environment show production --json", u"environment show"_s, {u"production"_s});
    row("rollback production --json", u"rollback"_s, {u"production"_s});
    row("rollback production --to 3", u"rollback"_s, {u"production"_s});
    row("server exec web-1 -- ls -la", u"server exec"_s, {u"web-1"_s, u"ls"_s, u"-la"_s});
    row("server exec web-1 uptime --json", u"server exec"_s, {u"web-1"_s, u"uptime"_s});
    row("operation break-lock environment/production 01abc", u"operation break-lock"_s,
        {u"environment/production"_s, u"01abc"_s});
    row("operation resume", u"operation resume"_s, {});
    row("census --json", u"census"_s, {});
    row("down --images --yes", u"down"_s, {});
    row("demo --json --keep", u"demo"_s, {});
    row("terminal render x.cast --columns 80 --rows 24 --json", u"terminal render"_s,
        {u"x.cast"_s});
    row("about", u"about"_s, {});
}

void TestCliWords::goodLines()
{
    QFETCH(QString, line);
    QFETCH(QString, name);
    QFETCH(QStringList, arguments);
    const Result<Parsed> parsed = parseArguments(commands(), line.split(u' '));
    QVERIFY2(parsed.ok(), parsed ? "" : qPrintable(parsed.error().message));
    QVERIFY(parsed->command);
    QCOMPARE(parsed->command->name(), name);
    QCOMPARE(parsed->arguments, arguments);
}

void TestCliWords::badLines_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char* line, const QString& message, const QString& hint) {
        QTest::newRow(line) << QString::fromUtf8(line) << message << hint;
    };
    row("pipline run", u"unknown command \"pipline\""_s, u"Did you mean \"pipeline\"?"_s);
    row("pipeline rnu", u"unknown command \"pipeline rnu\""_s, u"Did you mean \"pipeline run\"?"_s);
    row("pipeline", u"\"pipeline\" needs a verb"_s, u"Known: run, list, show, log."_s);
    row("zzzzzzzz", u"unknown command \"zzzzzzzz\""_s, u"Known: workspace"_s);
    row("deploy", u"\"deploy\" needs ENVIRONMENT"_s, u"analemma-cli deploy --help"_s);
    row("deploy a b", u"\"deploy\" does not take \"b\""_s, u"analemma-cli deploy --help"_s);
    row("deploy a --relase 1", u"unknown option \"--relase\" of \"deploy\""_s,
        u"Did you mean \"--release\"?"_s);
    row("deploy a --release", u"option --release needs a value: --release VERSION"_s, {});
    row("deploy a --release 1 --release 2", u"option --release is given twice"_s, {});
    row("deploy a --yes=no", u"option --yes takes no value"_s, {});
    row("census --dry-run", u"unknown option \"--dry-run\" of \"census\""_s, {});
    row("server list -x", u"unknown option \"-x\""_s, u"Options have two dashes: --x."_s);
    row("--json", u"no command is given"_s, u"analemma-cli --help"_s);
    row("operation break-lock x", u"\"operation break-lock\" needs LOCK"_s, {});
}

void TestCliWords::badLines()
{
    QFETCH(QString, line);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    const Result<Parsed> parsed = parseArguments(commands(), line.split(u' '));
    QVERIFY(!parsed);
    QVERIFY(isUsageError(parsed.error()));
    QCOMPARE(parsed.error().message, message);
    QVERIFY2(parsed.error().hint.contains(hint), qPrintable(parsed.error().hint));
}

void TestCliWords::valuesAreTaken()
{
    const Result<Parsed> parsed =
        parseArguments(commands(), {u"deploy"_s, u"production"_s, u"--release=1.2.3"_s,
                                    u"--lock-wait"_s, u"30s"_s, u"--yes"_s});
    QVERIFY(parsed.ok());
    QCOMPARE(parsed->values.value(u"release"_s), u"1.2.3"_s);
    QCOMPARE(parsed->values.value(u"lock-wait"_s), u"30s"_s);
    QVERIFY(parsed->has(u"yes"_s));
    QVERIFY(!parsed->has(u"json"_s));
}

void TestCliWords::helpOfEveryCommand()
{
    const QString all = helpText(commands());
    QSet<QString> names;
    for (const Command& command : commands()) {
        QVERIFY2(!names.contains(command.name()), qPrintable(command.name()));
        names.insert(command.name());
        QVERIFY2(!command.summary.isEmpty(), qPrintable(command.name()));
        QVERIFY2(command.body != nullptr, qPrintable(command.name()));
        QVERIFY(all.contains(command.name()));
        const QString text = helpText(command);
        QVERIFY(text.contains(u"Usage: analemma-cli "_s + command.name()));
        for (const Argument& argument : command.arguments) {
            QVERIFY2(!argument.help.isEmpty(), qPrintable(argument.name));
            QVERIFY(text.contains(argument.name));
        }
        for (const Option& option :
             command.options + effectOptions(command.effect) + commonOptions()) {
            QVERIFY2(!option.help.isEmpty(), qPrintable(option.name));
            QVERIFY(text.contains(u"--"_s + option.name));
        }
        QVERIFY(helpText(commands(), command.noun).contains(command.summary));
    }
    for (const QString& noun :
         {u"workspace"_s, u"pipeline"_s, u"release"_s, u"image"_s, u"environment"_s, u"deploy"_s,
          u"rollback"_s, u"server"_s, u"operation"_s, u"census"_s, u"down"_s, u"demo"_s,
          u"terminal"_s, u"about"_s}) {
        QVERIFY2(all.contains(u"  "_s + noun), qPrintable(noun));
    }
    for (const ExitMeaning& one : exitTable()) {
        QVERIFY(all.contains(one.meaning));
    }
}

/// Words are split before the command is known, so an option may not take a value in one command
/// only.
void TestCliWords::optionsMeanTheSameInAllCommands()
{
    QHash<QString, bool> takesValue;
    for (const Command& command : commands()) {
        QSet<QString> own;
        for (const Option& option :
             command.options + effectOptions(command.effect) + commonOptions()) {
            QVERIFY2(!own.contains(option.name),
                     qPrintable(command.name() + u" --"_s + option.name));
            own.insert(option.name);
            if (takesValue.contains(option.name)) {
                QCOMPARE(takesValue.value(option.name), !option.value.isEmpty());
            }
            takesValue.insert(option.name, !option.value.isEmpty());
        }
    }
}

void TestCliWords::tableIsAligned()
{
    Table table;
    table.head = {u"NAME"_s, u"N"_s, u"STATE"_s};
    table.right = {u"N"_s};
    table.rows = {{u"a"_s, u"1"_s, u"ok"_s}, {u"longer"_s, u"12"_s, u"failed"_s}};
    QCOMPARE(table.text(false),
             u"NAME     N  STATE\n"
             "a        1  ok\n"
             "longer  12  failed\n"_s);
    QVERIFY(table.text(true).contains(u"\x1b[31mfailed\x1b[0m"_s));
    QVERIFY(table.text(true).contains(u"\x1b[32mok\x1b[0m"_s));
}

void TestCliWords::tableHidesControlCharacters()
{
    Table table;
    table.head = {u"NAME"_s};
    table.rows = {{u"a\x1b[2Jb"_s}};
    QVERIFY(!table.text(false).contains(QChar(0x1b)));
}

void TestCliWords::onlyOneOf()
{
    const auto only = [](const QStringList& known, const QString& given) -> QString {
        const Result<QString> found = onlyOne(known, given, u"pipeline"_s);
        return found ? *found
                     : u"%1: %2 %3"_s.arg(int(exitOf(found.error())))
                           .arg(found.error().message, found.error().hint);
    };
    QCOMPARE(only({u"shop"_s}, {}), u"shop"_s);
    QCOMPARE(only({u"shop"_s, u"api"_s}, u"api"_s), u"api"_s);
    QCOMPARE(only({u"shop"_s, u"api"_s}, {}),
             u"2: which pipeline? The workspace has: shop, api."_s);
    QCOMPARE(only({u"shop"_s}, u"shp"_s),
             u"5: there is no pipeline named \"shp\" in this workspace Did you mean \"shop\"?"_s);
    QCOMPARE(only({u"shop"_s}, u"something"_s),
             u"5: there is no pipeline named \"something\" in this workspace It has: shop."_s);
}

void TestCliWords::lockedErrorTellsWho()
{
    Error error(ErrorKind::Locked, u"environment/production is locked"_s);
    error.details = Json{{u"owner"_s, u"ana"_s},
                         {u"host"_s, u"desk"_s},
                         {u"since"_s, u"2026-11-23T08:00:00Z"_s},
                         {u"doing"_s, u"Start server web-2"_s},
                         {u"lock"_s, u"01xyz"_s}};
    const QString text = errorText(error);
    for (const QString& part :
         {u"ana"_s, u"desk"_s, u"2026-11-23T08:00:00Z"_s, u"Start server web-2"_s, u"01xyz"_s}) {
        QVERIFY2(text.contains(part), qPrintable(part));
    }
    const Json json = errorJson(error);
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.error.1"_s);
    QCOMPARE(json[u"exit"_s].toInt(), 6);
    QCOMPARE(json[u"error"_s][u"details"_s][u"owner"_s].toString(), u"ana"_s);
}

void TestCliWords::environmentAsJson()
{
    deploy::EnvironmentView view;
    view.spec.name = u"production"_s;
    deploy::Generation active;
    active.number = 2;
    active.release = u"0.2.0"_s;
    view.active = active;
    deploy::Generation warm;
    warm.number = 1;
    warm.release = u"0.1.0"_s;
    view.warm = {warm};
    deploy::MemberView member;
    member.server.name = u"web-1"_s;
    member.generation = 2;
    member.health = u"healthy"_s;
    view.members = {member};
    view.balancer.url = u"http://127.0.3.1:8000"_s;
    const Json json = environmentJson(view);
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.environment.1"_s);
    QCOMPARE(json[u"active"_s][u"generation"_s].toInt(), 2);
    QCOMPARE(json[u"active"_s][u"release"_s].toString(), u"0.2.0"_s);
    QCOMPARE(json[u"warm"_s].toArray().size(), 1);
    QCOMPARE(json[u"warm"_s][0][u"generation"_s].toInt(), 1);
    QCOMPARE(json[u"members"_s][0][u"health"_s].toString(), u"healthy"_s);
    QCOMPARE(json[u"balancer"_s][u"url"_s].toString(), u"http://127.0.3.1:8000"_s);
}

void TestCliWords::environmentWithoutAnythingAsJson()
{
    deploy::EnvironmentView view;
    view.spec.name = u"production"_s;
    const Json json = environmentJson(view);
    QVERIFY(json.contains(u"active"_s));
    QVERIFY(json[u"active"_s].isNull());
    QVERIFY(json[u"warm"_s].isArray());
    QVERIFY(json[u"members"_s].isArray());
    QVERIFY(json[u"balancer"_s].toObject().contains(u"url"_s));
}

void TestCliWords::planAsTextAndJson()
{
    engine::Preview preview;
    preview.title = u"Deploy 0.2.0"_s;
    engine::PlannedAction planned;
    planned.action.key = u"create/web-1"_s;
    planned.action.verb = u"server.create"_s;
    planned.action.says = {u"Start server web-1"_s, u"bwrap sshd"_s, u"free"_s,
                           u"stop the server"_s};
    planned.usual = milliseconds(80);
    engine::PlannedAction last;
    last.action.key = u"reap"_s;
    last.action.says = {u"Remove generation 1"_s, u"kill"_s, u"free"_s, {}};
    preview.actions = {planned, last};
    preview.usual = milliseconds(900);
    const QString text = planText(preview, false);
    for (const QString& part :
         {u"Start server web-1"_s, u"bwrap sshd"_s, u"free"_s, u"80 ms"_s, u"stop the server"_s,
          u"none"_s, u"not known yet"_s, u"nothing was done"_s}) {
        QVERIFY2(text.contains(part), qPrintable(part));
    }
    const Json json = planJson(preview);
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.plan.1"_s);
    const QJsonArray actions = json[u"actions"_s].toArray();
    QCOMPARE(actions.size(), 2);
    QCOMPARE(actions[0][u"usual_ms"_s].toInt(), 80);
    QCOMPARE(actions[0][u"reversible"_s].toBool(), true);
    QCOMPARE(actions[1][u"reversible"_s].toBool(), false);
    QVERIFY(actions[1][u"usual_ms"_s].isNull());
    QCOMPARE(json[u"usual_ms"_s].toInt(), 900);

    engine::Preview idle;
    idle.title = u"Down"_s;
    idle.reason = u"nothing runs"_s;
    QVERIFY(planText(idle, false).contains(u"nothing runs"_s));
}

void TestCliWords::endIsTold_data()
{
    QTest::addColumn<bool>("asJson");
    QTest::addColumn<engine::Outcome>("outcome");
    QTest::addColumn<int>("code");
    QTest::newRow("ok") << false << engine::Outcome::Ok << 0;
    QTest::newRow("ok json") << true << engine::Outcome::Ok << 0;
    QTest::newRow("failed") << false << engine::Outcome::Failed << 9;
    QTest::newRow("failed json") << true << engine::Outcome::Failed << 9;
}

void TestCliWords::endIsTold()
{
    QFETCH(bool, asJson);
    QFETCH(engine::Outcome, outcome);
    QFETCH(int, code);
    QByteArray out;
    QByteArray err;
    Run run;
    run.json = asJson;
    run.streams.out = [&out](const QByteArray& bytes) { out += bytes; };
    run.streams.err = [&err](const QByteArray& bytes) { err += bytes; };
    const Json result{{u"from"_s, 2}, {u"to"_s, 1}, {u"switch_ms"_s, 0.8}};
    engine::Operation one = operation(u"rollback"_s, u"finished"_s, outcome, result);
    one.title = u"Roll back production"_s;
    one.reason = u"the pool is empty"_s;
    const Result<int> told = tellEnd(run, one, u"analemma.rollback.1"_s, {}, u"back"_s);
    QCOMPARE(*told, code);
    QCOMPARE(err.contains("the pool is empty"), code != 0);
    if (asJson) {
        const Json json = QJsonDocument::fromJson(out).object();
        QCOMPARE(json[u"schema"_s].toString(), u"analemma.rollback.1"_s);
        QCOMPARE(json[u"from"_s].toInt(), 2);
        QCOMPARE(json[u"to"_s].toInt(), 1);
        QCOMPARE(json[u"switch_ms"_s].toDouble(), 0.8);
        QCOMPARE(json[u"exit"_s].toInt(), code);
    } else {
        QCOMPARE(out, code == 0 ? QByteArray("back\n") : QByteArray());
    }
}

void TestCliWords::eventLines()
{
    store::EventRow event;
    event.at = QDateTime::currentDateTimeUtc();
    event.kind = u"action"_s;
    event.body = Json{{u"state"_s, u"failed"_s},
                      {u"title"_s, u"Start server web-1"_s},
                      {u"ms"_s, 80},
                      {u"error"_s, Error(ErrorKind::Io, u"disk full"_s).toJson()}};
    const QString text = eventText(event, false);
    QVERIFY(text.contains(u"failed Start server web-1  80 ms: disk full"_s));
    event.kind = u"log"_s;
    event.body = Json{{u"text"_s, u"unpacking\x1b[2J\nmore\n"_s}};
    QVERIFY(eventText(event, false).contains(u"unpacking"_s));
    QCOMPARE(eventText(event, false).count(u'\n'), 1);
    QVERIFY(!eventText(event, false).contains(QChar(0x1b)));
    event.kind = u"plan"_s;
    QVERIFY(eventText(event, false).isEmpty());
    QCOMPARE(eventJson(event)[u"schema"_s].toString(), u"analemma.event.1"_s);
}

void TestCliWords::actionLines()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    engine::ActionView action;
    action.title = u"Start server web-1"_s;
    action.state = u"running"_s;
    action.started = now.addMSecs(-1300);
    action.fraction = 0.5;
    const QString running = actionLine(action, now, false);
    QVERIFY2(running.contains(u"running"_s) && running.contains(u"1.3 s"_s) &&
                 running.contains(u"50 %"_s),
             qPrintable(running));
    action.state = u"failed"_s;
    action.error = u"disk full"_s;
    action.finished = now.addMSecs(-1262);
    const QString failed = actionLine(action, now, false);
    QVERIFY2(failed.contains(u"38 ms"_s) && failed.contains(u"disk full"_s), qPrintable(failed));
}

void TestCliWords::demoReport()
{
    DemoReport report;
    report.steps = {{u"bake the image"_s, milliseconds(900), u"web-0.1.0"_s}};
    report.load.requests = 1000;
    report.load.versions = {{u"0.1.0"_s, 600}, {u"0.2.0"_s, 400}};
    report.rollbackMs = 12.3456;
    report.switchMs = 0.8;
    QVERIFY(report.ok());
    const Json json = report.toJson();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.demo.1"_s);
    QCOMPARE(json[u"requests"_s].toInt(), 1000);
    QCOMPARE(json[u"failed"_s].toInt(), 0);
    QCOMPARE(json[u"rollback_ms"_s].toDouble(), 12.346);
    QCOMPARE(json[u"steps"_s].toArray().size(), 1);
    QVERIFY(report.text(false).contains(u"600 from 0.1.0, 400 from 0.2.0"_s));

    DemoReport lost = report;
    lost.load.failed = 1;
    lost.load.failures = {u"HTTP 503"_s};
    QVERIFY(!lost.ok());
    QVERIFY(lost.complaints().constFirst().contains(u"1 of 1000 requests failed: HTTP 503"_s));
    DemoReport orphan = report;
    orphan.orphans = 1;
    QVERIFY(!orphan.ok());
    DemoReport silent = report;
    silent.load = {};
    QVERIFY(!silent.ok());
    DemoReport broken = report;
    broken.error = Error(ErrorKind::Failed, u"tests failed"_s);
    QVERIFY(!broken.ok());
}

QTEST_GUILESS_MAIN(TestCliWords)
#include "tst_cli_words.moc"
