#include "tests/app/servers_fixture.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Lists, edits, trust and commands of servers, against real ones.
class TestCliServers : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listAndShow();
    void providerThatCannotList();
    void addAndForget();
    void importReports();
    void trustAsks();
    void trustByFingerprint();
    void changedKeyNeverByYes();
    void execOne();
    void execOnMany();
    void execStreamsJson();
    void execTellsWhatFailed();
    void failFast();
    void limitIsKept();
    void interruptStops();
    void scripts();
    void badWords_data();
    void badWords();
    void offline();
    void passphraseOnTheTerminal();
    void keysAreListed();
};

void TestCliServers::initTestCase()
{
    begin();
    QVERIFY(m_servers[0]->makeKey(u"other"_s, u"ed25519"_s));
}

void TestCliServers::listAndShow()
{
    const Ran json = cli({u"server"_s, u"list"_s, u"--json"_s});
    QVERIFY2(json.code == 0, json.err.constData());
    QCOMPARE(json.json()[u"schema"_s].toString(), u"analemma.servers.1"_s);
    const QJsonArray servers = json.json()[u"servers"_s].toArray();
    QCOMPARE(servers.size(), 3);
    QCOMPARE(servers[0][u"name"_s].toString(), u"web-1"_s);
    QCOMPARE(servers[0][u"source"_s].toString(), u"listed"_s);
    QCOMPARE(servers[2][u"hops"_s].toArray().size(), 1);
    QVERIFY(cli({u"server"_s, u"list"_s}).out.contains("web-2"));
    const Ran shown = cli({u"server"_s, u"show"_s, u"web-3"_s});
    QCOMPARE(shown.code, 0);
    QVERIFY(shown.out.contains("jump hosts"));
    const Ran missing = cli({u"server"_s, u"show"_s, u"wbe-1"_s});
    QCOMPARE(missing.code, 5);
    QVERIFY(missing.err.contains("Did you mean \"web-1\"?"));
}

void TestCliServers::providerThatCannotList()
{
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    QVERIFY(
        writeFile(path(u"analemma.yaml"_s), before + "providers:\n  here: { type: local }\n", 0644)
            .ok());
    const auto loaded = workspace::load(path(u"analemma.yaml"_s));
    QVERIFY2(loaded.ok(), loaded ? "" : qPrintable(loaded.error().message));
    const QString servers = loaded->stateFolder() + u"/local/servers"_s;
    QVERIFY(makeFolder(QFileInfo(servers).path()).ok());
    QVERIFY(writeFile(servers, "no folder", 0600).ok());
    const Ran text = cli({u"server"_s, u"list"_s});
    QCOMPARE(text.code, 0);
    QVERIFY2(text.err.startsWith("warning: provider here could not list its servers: "),
             text.err.constData());
    QVERIFY(text.out.contains("web-1") && text.out.contains("web-3"));
    const Ran json = cli({u"server"_s, u"list"_s, u"--json"_s});
    QCOMPARE(json.code, 0);
    QCOMPARE(json.json()[u"servers"_s].toArray().size(), 3);
    const QJsonArray problems = json.json()[u"problems"_s].toArray();
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems[0][u"provider"_s].toString(), u"here"_s);
    QVERIFY(!problems[0][u"error"_s][u"message"_s].toString().isEmpty());
    QCOMPARE(cli({u"server"_s, u"show"_s, u"web-1"_s}).code, 0);
    // What might be one of those that are not listed is not acted on by halves.
    for (const QStringList& words :
         {QStringList{u"server"_s, u"exec"_s, u"--on"_s, u"tag=web"_s, u"true"_s},
          QStringList{u"fleet"_s, u"run"_s, u"--on"_s, u"tag=web"_s, u"--"_s, u"true"_s},
          QStringList{u"server"_s, u"show"_s, u"web-9"_s}}) {
        const Ran refused = cli(words);
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("provider here could not list its servers"),
                 refused.err.constData());
    }
    const Ran named = cli({u"server"_s, u"exec"_s, u"--on"_s, u"tag=web"_s, u"--on"_s,
                           u"source=listed"_s, u"--dry-run"_s, u"true"_s});
    QVERIFY2(named.code == 0, named.err.constData());
    // Where there is nothing else to list, that is the answer.
    QVERIFY(writeFile(path(u"analemma.yaml"_s),
                      "workspace: shop\nproviders:\n  here: { type: local }\n", 0644)
                .ok());
    const Ran none = cli({u"server"_s, u"list"_s, u"--json"_s});
    QCOMPARE(none.code, 1);
    QCOMPARE(none.json()[u"schema"_s].toString(), u"analemma.error.1"_s);
    QVERIFY(none.err.contains("provider here could not list its servers"));
    QVERIFY(QFile::remove(servers));
    QCOMPARE(cli({u"server"_s, u"list"_s}).code, 0);
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
}

void TestCliServers::addAndForget()
{
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    const QStringList words = {u"server"_s, u"add"_s,  u"mail"_s,   u"mail.example.org"_s,
                               u"--user"_s, u"ops"_s,  u"--port"_s, u"2222"_s,
                               u"--tag"_s,  u"edge"_s, u"--tag"_s,  u"mail"_s};
    QCOMPARE(cli(words + QStringList{u"--dry-run"_s}).code, 0);
    QCOMPARE(bytes(path(u"analemma.yaml"_s)), before);
    const Ran added = cli(words + QStringList{u"--json"_s});
    QVERIFY2(added.code == 0, added.err.constData());
    QCOMPARE(added.json()[u"schema"_s].toString(), u"analemma.host.1"_s);
    QCOMPARE(added.json()[u"tags"_s].toArray().size(), 2);
    QVERIFY(added.err.contains("server trust mail"));
    QCOMPARE(bytes(path(u"analemma.yaml"_s)),
             before +
                 "  mail: { address: mail.example.org, port: 2222, user: ops, tags: [edge, "
                 "mail] }\n");
    QCOMPARE(cli(words).code, 12);  // it is there
    QCOMPARE(cli({u"server"_s, u"add"_s, u"Bad Name"_s, u"x"_s}).code, 3);
    QCOMPARE(cli({u"server"_s, u"add"_s, u"a"_s, u"b"_s, u"--port"_s, u"70000"_s}).code, 2);
    QCOMPARE(cli({u"server"_s, u"forget"_s, u"mail"_s}).code, 12);  // listed, not imported
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
}

void TestCliServers::importReports()
{
    QVERIFY(writeFile(home() + u"/.ssh/config"_s,
                      "Host alpha\n  HostName alpha.example.org\n  ForwardAgent yes\n"
                      "Host beta\n  ProxyCommand nc %h %p\n  Zzz 1\n",
                      0600)
                .ok());
    const Ran dry = cli({u"server"_s, u"import"_s, u"--all"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(dry.code == 0, dry.err.constData());
    QCOMPARE(dry.json()[u"names"_s].toArray().size(), 2);
    QVERIFY(dry.json()[u"imported"_s].toArray().isEmpty());
    QStringList uses;
    for (const QJsonValue& line : dry.json()[u"lines"_s].toArray()) {
        uses += line[u"use"_s].toString();
    }
    QVERIFY(uses.contains(u"taken"_s) && uses.contains(u"needs system OpenSSH"_s) &&
            uses.contains(u"ignored"_s));
    QCOMPARE(cli({u"server"_s, u"list"_s, u"--json"_s}).json()[u"servers"_s].toArray().size(), 3);
    const Ran done = cli({u"server"_s, u"import"_s, u"alpha"_s, u"beta"_s, u"--tag"_s, u"old"_s});
    QVERIFY2(done.code == 0, done.err.constData());
    QVERIFY(done.out.contains("needs system OpenSSH"));
    QVERIFY(done.out.contains("imported alpha"));
    QVERIFY(done.out.contains("has not been approved"));
    QCOMPARE(cli({u"server"_s, u"list"_s, u"--json"_s}).json()[u"servers"_s].toArray().size(), 5);
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"beta"_s, u"true"_s}).code, 12);  // not approved
    // Approved by a person who was shown it.
    const Ran approved = cli({u"server"_s, u"import"_s, u"beta"_s, u"--approve-proxy"_s}, u"y"_s);
    QVERIFY2(approved.code == 0, approved.err.constData());
    QVERIFY(approved.err.contains("nc "));
    QVERIFY(!approved.out.contains("has not been approved"));
    QCOMPARE(cli({u"server"_s, u"import"_s, u"nobody"_s}).code, 5);
    QCOMPARE(cli({u"server"_s, u"import"_s}).code, 2);
    for (const QString& name : {u"alpha"_s, u"beta"_s}) {
        QCOMPARE(cli({u"server"_s, u"forget"_s, name}).code, 0);
    }
    QVERIFY(QFile::remove(home() + u"/.ssh/config"_s));
}

void TestCliServers::trustAsks()
{
    const Ran refused = cli({u"server"_s, u"exec"_s, u"web-2"_s, u"true"_s});
    QCOMPARE(refused.code, 10);
    QVERIFY(refused.err.contains("server trust web-2"));
    const Ran nobody = cli({u"server"_s, u"trust"_s, u"web-2"_s});
    QCOMPARE(nobody.code, 12);
    const Ran no = cli({u"server"_s, u"trust"_s, u"web-2"_s}, u"n"_s);
    QCOMPARE(no.code, 130);
    QCOMPARE(cli({u"server"_s, u"trust"_s, u"web-2"_s, u"--dry-run"_s}).code, 0);
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"web-2"_s, u"true"_s}).code, 10);
    const Ran yes = cli({u"server"_s, u"trust"_s, u"web-2"_s}, u"yes"_s);
    QVERIFY2(yes.code == 0, yes.err.constData());
    QVERIFY(yes.out.contains("SHA256:"));
    const Ran ran = cli({u"server"_s, u"exec"_s, u"web-2"_s, u"echo in"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.out, QByteArray("in\n"));
}

void TestCliServers::trustByFingerprint()
{
    const auto fingerprint = [this](int i) {
        return ssh::parsePublicKey(m_servers[std::size_t(i)]->hostKey(u"ed25519"_s).toUtf8())
            .valueOr(ssh::PublicKey())
            .fingerprint();
    };
    // The hop first, then the server behind it.
    const Ran wrong =
        cli({u"server"_s, u"trust"_s, u"web-3"_s, u"--fingerprint"_s, fingerprint(1), u"--yes"_s});
    QCOMPARE(wrong.code, 10);
    const Ran done = cli({u"server"_s, u"trust"_s, u"web-3"_s, u"--json"_s, u"--fingerprint"_s,
                          fingerprint(0), u"--fingerprint"_s, fingerprint(2)});
    QVERIFY2(done.code == 0, done.err.constData());
    const QList<Json> views = lines(done.out);
    QCOMPARE(views.size(), 2);
    QCOMPARE(views[0][u"server"_s].toString(), u"web-1"_s);
    QCOMPARE(views[0][u"trust"_s].toString(), u"unknown"_s);
    QCOMPARE(views[1][u"server"_s].toString(), u"web-3"_s);
    const Ran ran = cli({u"server"_s, u"exec"_s, u"web-3"_s, u"echo $SSH_CONNECTION"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(cli({u"server"_s, u"trust"_s, u"web-3"_s}).code, 0);  // known
}

void TestCliServers::changedKeyNeverByYes()
{
    const QByteArray other = m_servers[0]->read(u"other.pub"_s);
    const QByteArray line = '[' + m_servers[0]->address().toLatin1() +
                            "]:" + QByteArray::number(m_servers[0]->port()) + ' ' + other;
    const QString own = s_place->home() + u"/known_hosts"_s;
    QVERIFY(writeFile(own, line, 0600).ok());
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"web-1"_s, u"true"_s}).code, 10);
    const QStringList trust = {u"server"_s, u"trust"_s, u"web-1"_s};
    for (const QStringList& more :
         {QStringList{}, {u"--yes"_s}, {u"--replace"_s}, {u"--replace"_s, u"--yes"_s}}) {
        const Ran ran = cli(trust + more);
        QVERIFY2(ran.code == 10, ran.err.constData());
    }
    QCOMPARE(cli(trust + QStringList{u"--replace"_s}, u"yes"_s).code, 10);
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"web-1"_s, u"true"_s}).code, 10);
    QCOMPARE(bytes(own), line);
    const Ran shown = cli(trust);
    QVERIFY(shown.out.contains("changed"));
    QCOMPARE(shown.out.count("recorded"), 1);
    const Ran typed = cli(trust + QStringList{u"--replace"_s}, u"web-1"_s);
    QVERIFY2(typed.code == 0, typed.err.constData());
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"web-1"_s, u"true"_s}).code, 0);
    trustAll();
}

void TestCliServers::execOne()
{
    const Ran ran = cli(
        {u"server"_s, u"exec"_s, u"web-1"_s, u"--"_s, u"printf"_s, u"%s-%s"_s, u"a b"_s, u"c"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.out, QByteArray("a b-c"));
    const Ran failed = cli({u"server"_s, u"exec"_s, u"web-1"_s, u"echo bad >&2; exit 7"_s});
    QCOMPARE(failed.code, 1);
    QVERIFY(failed.out.isEmpty());
    QVERIFY(failed.err.startsWith("bad\n"));
    QVERIFY(failed.err.contains("exit code 7"));
    const Ran dry = cli({u"server"_s, u"exec"_s, u"web-1"_s, u"touch x"_s, u"--dry-run"_s});
    QCOMPARE(dry.code, 0);
    QVERIFY(dry.err.contains("would run on web-1"));
}

void TestCliServers::execOnMany()
{
    const Ran ran = cli({u"server"_s, u"exec"_s, u"--on"_s, u"tag=web"_s, u"echo one; echo two"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QByteArrayList out = ran.out.trimmed().split('\n');
    std::sort(out.begin(), out.end());
    QCOMPARE(out, QByteArrayList({"web-1  one", "web-1  two", "web-2  one", "web-2  two"}));
    QVERIFY(ran.err.contains("2 of 2 servers: ok"));
    const Ran all = cli(
        {u"server"_s, u"exec"_s, u"--on"_s, u"web-*"_s, u"--on"_s, u"source=listed"_s, u"true"_s});
    QVERIFY(all.err.contains("3 of 3 servers: ok"));
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"--on"_s, u"tag=none"_s, u"true"_s}).code, 5);
}

void TestCliServers::execStreamsJson()
{
    const Ran ran =
        cli({u"server"_s, u"exec"_s, u"--json"_s, u"--on"_s, u"tag=web"_s, u"--"_s, u"sh"_s,
             u"-c"_s, u"printf '\\303'; sleep 0.2; printf '\\251'; echo err >&2; exit 3"_s});
    QCOMPARE(ran.code, 1);
    QHash<QString, QString> out;
    QHash<QString, QString> err;
    QHash<QString, int> ends;
    for (const Json& line : lines(ran.out)) {
        QCOMPARE(line[u"schema"_s].toString(), u"analemma.exec.2"_s);
        const QString server = line[u"server"_s].toString();
        if (line.contains(u"exit"_s)) {
            QVERIFY(!ends.contains(server));
            ends[server] = line[u"exit"_s].toInt();
        } else {
            QVERIFY(!ends.contains(server));  // nothing after the end
            (line[u"stream"_s] == u"stdout"_s ? out : err)[server] += line[u"data"_s].toString();
        }
    }
    QCOMPARE(ends, (QHash<QString, int>{{u"web-1"_s, 3}, {u"web-2"_s, 3}}));
    QCOMPARE(out.value(u"web-1"_s), u"\u00e9"_s);  // whole, though it came in halves
    QCOMPARE(err.value(u"web-2"_s), u"err\n"_s);
}

void TestCliServers::execTellsWhatFailed()
{
    // One of them cannot be reached: its line tells, the others run.
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    QVERIFY(writeFile(path(u"analemma.yaml"_s),
                      before + "  gone: { address: 127.0.0.1, port: 1, tags: [web], key: " +
                          m_servers[0]->path(u"user"_s).toUtf8() + " }\n",
                      0644)
                .ok());
    const Ran ran = cli({u"server"_s, u"exec"_s, u"--json"_s, u"--on"_s, u"tag=web"_s, u"true"_s});
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
    QCOMPARE(ran.code, 11);  // the one failure that there was
    int errors = 0;
    int good = 0;
    for (const Json& line : lines(ran.out)) {
        errors += line.contains(u"error"_s) ? 1 : 0;
        good += line.value(u"exit"_s) == QJsonValue(0) ? 1 : 0;
    }
    QCOMPARE(errors, 1);
    QCOMPARE(good, 2);
}

void TestCliServers::failFast()
{
    const Ran ran = cli({u"server"_s, u"exec"_s, u"--on"_s, u"web-*"_s, u"--limit"_s, u"1"_s,
                         u"--fail-fast"_s, u"echo here; exit 4"_s});
    QCOMPARE(ran.code, 1);
    QCOMPARE(ran.out.count("here"), 1);
    QVERIFY2(ran.err.contains("not begun: 2"), ran.err.constData());
}

void TestCliServers::limitIsKept()
{
    const QString mark = path(u"running"_s);
    const QString script = u"echo >> %1; wc -l < %1; sleep 0.3; sed -i 1d %1"_s.arg(mark);
    const Ran ran =
        cli({u"server"_s, u"exec"_s, u"--on"_s, u"web-*"_s, u"--limit"_s, u"1"_s, u"--"_s, script});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.out.count("  1\n"), 3);
    QFile::remove(mark);
}

void TestCliServers::interruptStops()
{
    const cli::Interrupt interrupt;
    QTimer::singleShot(1'500, this, [interrupt] { interrupt.raise(); });
    QElapsedTimer clock;
    clock.start();
    const Ran ran =
        cli({u"server"_s, u"exec"_s, u"--on"_s, u"tag=web"_s, u"sleep 60"_s}, {}, interrupt);
    QCOMPARE(ran.code, 130);
    QVERIFY(clock.elapsed() < 20'000);
}

void TestCliServers::scripts()
{
    QVERIFY(writeFile(path(u"s.sh"_s),
                      "#!/bin/sh\nset -e\nname=$(cat <<'E'\nit's \"x\"\nE\n)\n"
                      "echo \"$name\"\n",
                      0644)
                .ok());
    const Ran one = cli({u"server"_s, u"run"_s, u"s.sh"_s, u"web-1"_s});
    QVERIFY2(one.code == 0, one.err.constData());
    QCOMPARE(one.out, QByteArray("it's \"x\"\n"));
    const Ran two = cli({u"server"_s, u"run"_s, u"s.sh"_s, u"--on"_s, u"tag=web"_s});
    QCOMPARE(two.out.count("it's"), 2);
    QCOMPARE(cli({u"server"_s, u"run"_s, u"absent.sh"_s, u"web-1"_s}).code, 5);
}

void TestCliServers::badWords_data()
{
    QTest::addColumn<QString>("line");
    for (const char* line :
         {"server exec web-1", "server exec --on colour=red true", "server exec --on tag=web",
          "server run s.sh", "server run s.sh web-1 --on tag=web", "server put x web-1",
          "server get web-1 x", "server get /a/b:c x", "server forward web-1",
          "server forward web-1 -L x", "server transport web-1 pigeon",
          "server exec --on tag=web --limit 0 true"}) {
        QTest::newRow(line) << QString::fromLatin1(line);
    }
}

void TestCliServers::badWords()
{
    QFETCH(QString, line);
    const Ran ran = cli(line.split(u' '));
    QVERIFY2(ran.code == 2, (QByteArray::number(ran.code) + ' ' + ran.err).constData());
    QVERIFY(ran.out.isEmpty());
    const Ran json = cli({u"server"_s, u"shell"_s, u"web-1"_s, u"--json"_s});
    QCOMPARE(json.json()[u"exit"_s].toInt(), 2);
}

void TestCliServers::offline()
{
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    QVERIFY(writeFile(path(u"analemma.yaml"_s),
                      before + "  gone: { address: 127.0.0.1, port: 1, key: " +
                          m_servers[0]->path(u"user"_s).toUtf8() +
                          " }\n  keyless: { address: 127.0.0.1, port: 1 }\n" +
                          listed("locked", *m_servers[0], ", user: nobody-here"),
                      0644)
                .ok());
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"gone"_s, u"true"_s}).code, 11);
    const Ran keyless = cli({u"server"_s, u"exec"_s, u"keyless"_s, u"true"_s});
    QCOMPARE(keyless.code, 4);
    QVERIFY(keyless.err.contains("no agent runs"));
    const Ran locked = cli({u"server"_s, u"exec"_s, u"locked"_s, u"true"_s});
    QVERIFY2(locked.code == 4, locked.err.constData());
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
}

void TestCliServers::passphraseOnTheTerminal()
{
    const QString key = home() + u"/.ssh/id_ed25519"_s;
    QVERIFY(QFile::copy(m_servers[0]->path(u"user"_s), key));
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                 u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
             0);
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    QVERIFY(writeFile(path(u"analemma.yaml"_s),
                      before + "  mine: { address: " + m_servers[0]->address().toLatin1() +
                          ", port: " + QByteArray::number(m_servers[0]->port()) +
                          ", transport: built-in }\n",
                      0644)
                .ok());
    QStringList prompts;
    cli::Streams streams;
    QByteArray out;
    QByteArray err;
    streams.out = [&out](const QByteArray& piece) { out += piece; };
    streams.err = [&err](const QByteArray& piece) { err += piece; };
    streams.askSecret = [&prompts](const QString& prompt, bool echo, const CancelToken&) {
        prompts += prompt + (echo ? u" shown"_s : u" hidden"_s);
        const bool first = prompts.size() == 1;
        return onWorker<Secret>([first]() -> Result<Secret> {
            return first ? Secret("wrong") : Secret("open sesame");
        });
    };
    const auto code = awaited(cli::execute({u"server"_s, u"exec"_s, u"mine"_s, u"echo in"_s},
                                           streams, s_place->work(), cli::Interrupt()));
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
    QVERIFY2(code.valueOr(-1) == 0, err.constData());
    QCOMPARE(out, QByteArray("in\n"));
    QCOMPARE(prompts.size(), 2);
    QVERIFY(prompts[0].contains(key) && prompts[0].endsWith(u"hidden"_s));
    QVERIFY(!err.contains("sesame"));
    QVERIFY(QFile::remove(key));
}

void TestCliServers::keysAreListed()
{
    const QString key = home() + u"/.ssh/id_test"_s;
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(),
                                                 u"-C"_s, u"mine"_s, u"-f"_s, key}),
             0);
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
    const Ran ran = run({u"server"_s, u"keys"_s, u"--json"_s}, u"/"_s);  // needs no workspace
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonArray keys = ran.json()[u"keys"_s].toArray();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys[0][u"comment"_s].toString(), u"mine"_s);
    QVERIFY(!keys[0][u"warning"_s].toString().isEmpty());  // the group can read it
    QVERIFY(ran.err.contains(key.toUtf8()));
    QVERIFY(ran.err.contains("No agent runs."));
    QVERIFY(QFile::remove(key) && QFile::remove(key + u".pub"_s));
}

QTEST_GUILESS_MAIN(TestCliServers)
#include "tst_cli_servers.moc"
