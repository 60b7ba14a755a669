#include "core/terminal/prompt_watch.h"
#include "core/terminal/recorder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::terminal;

/// Recording a session: the format, and what is never in it.
class TestTerminalRecorder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void form();
    void charactersThatAreCut();
    void whatIsTypedIsNotWritten();
    void aPasswordThatWasNotShownStaysHidden_data();
    void aPasswordThatWasNotShownStaysHidden();
    void whatIsShownIsNoPassword();
    void givenSecrets();
    void tokens_data();
    void tokens();
    void tokensThatAreTooLong();
    void plainText_data();
    void plainText();
    void prompts_data();
    void prompts();

private:
    static Recorder recorder()
    {
        return {{80, 24}, QDateTime::fromSecsSinceEpoch(1'764'000'000, Qt::UTC), u"web-1"_s};
    }
    static QString shown(const QByteArray& lines)
    {
        QString all;
        for (const QByteArray& line : lines.split('\n')) {
            const QJsonArray event = QJsonDocument::fromJson(line).array();
            all += event.at(1).toString() == u"o" ? event.at(2).toString() : QString();
        }
        return all;
    }
    /// The recorded text when `bytes` come in two pieces.
    static QString inTwo(const QByteArray& bytes, qsizetype cut)
    {
        Recorder one = recorder();
        QByteArray lines = one.output(milliseconds(1), bytes.first(cut));
        lines += one.output(milliseconds(2), bytes.sliced(cut));
        return shown(lines + one.finish(milliseconds(3)));
    }
};

void TestTerminalRecorder::form()
{
    Recorder one = recorder();
    const QJsonObject head = QJsonDocument::fromJson(one.header()).object();
    QCOMPARE(head[u"version"_s].toInt(), 2);
    QCOMPARE(head[u"width"_s].toInt(), 80);
    QCOMPARE(head[u"height"_s].toInt(), 24);
    QCOMPARE(head[u"timestamp"_s].toInteger(), 1'764'000'000);
    QCOMPARE(head[u"title"_s].toString(), u"web-1"_s);
    QCOMPARE(one.output(milliseconds(1'250), "a\033[1mb\r\n$ "),
             QByteArray("[1.25,\"o\",\"a\\u001b[1mb\\r\\n$ \"]\n"));
    QCOMPARE(one.resized(milliseconds(2'000), {100, 30}), QByteArray("[2,\"r\",\"100x30\"]\n"));
    QCOMPARE(one.resized(milliseconds(2'001), {100, 30}), QByteArray());
    QCOMPARE(one.finish(milliseconds(3'000)), QByteArray());
}

void TestTerminalRecorder::charactersThatAreCut()
{
    const QByteArray text = u"né 漢字 🎉 end "_s.toUtf8();
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        QCOMPARE(inTwo(text, cut), QString::fromUtf8(text));
    }
    QCOMPARE(inTwo("\xff\xc3 z ", 1), u"\ufffd\ufffd z "_s);
}

void TestTerminalRecorder::whatIsTypedIsNotWritten()
{
    Recorder one = recorder();
    one.typed("ls -la\r");
    QCOMPARE(one.finish(milliseconds(1)), QByteArray());
}

void TestTerminalRecorder::aPasswordThatWasNotShownStaysHidden_data()
{
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<QByteArrayList>("keys");
    QTest::addColumn<QByteArray>("secret");
    const QByteArrayList plain{"h", "u", "n", "t", "e", "r", "2", "\r"};
    QTest::newRow("sudo") << QByteArray("[sudo] password for ana: ") << plain
                          << QByteArray("hunter2");
    QTest::newRow("in colour") << QByteArray("\033[1mPassword:\033[0m ") << plain
                               << QByteArray("hunter2");
    QTest::newRow("corrected") << QByteArray("Enter passphrase for key '/k': ")
                               << QByteArrayList{"hunx", "\x7f", "ter2", "\r"}
                               << QByteArray("hunter2");
    QTest::newRow("begun anew") << QByteArray("Password: ")
                                << QByteArrayList{"wrong", "\x15", "hunter2\r"}
                                << QByteArray("hunter2");
    QTest::newRow("pasted") << QByteArray("Password: ")
                            << QByteArrayList{"\033[200~hunter2\033[201~", "\r"}
                            << QByteArray("hunter2");
    QTest::newRow("in Spanish") << QString(u"[sudo] contraseña para ana: "_s).toUtf8() << plain
                                << QByteArray("hunter2");
}

void TestTerminalRecorder::aPasswordThatWasNotShownStaysHidden()
{
    QFETCH(const QByteArray, prompt);
    QFETCH(const QByteArrayList, keys);
    QFETCH(const QByteArray, secret);
    for (const bool stars : {false, true}) {
        Recorder one = recorder();
        QByteArray lines = one.output(milliseconds(1), "$ login\r\n" + prompt);
        for (const QByteArray& key : keys) {
            one.typed(key);
            lines += one.output(milliseconds(2), stars && key != "\r" ? "*" : "");
        }
        lines += one.output(milliseconds(3), "\r\nusing " + secret + ".\r\n$ ");
        lines += one.finish(milliseconds(4));
        QVERIFY2(!lines.contains(secret), lines.constData());
        QVERIFY(shown(lines).contains(u"using ***."_s));
    }
}

void TestTerminalRecorder::whatIsShownIsNoPassword()
{
    Recorder one = recorder();
    QByteArray lines = one.output(milliseconds(1), "Token name: ");
    for (const char key : {'m', 'a', 'i', 'n'}) {
        one.typed(QByteArray(1, key));
        lines += one.output(milliseconds(2), QByteArray(1, key));
    }
    one.typed("\r");
    lines += one.output(milliseconds(3), "\r\nmain it is\r\n");
    lines += one.finish(milliseconds(4));
    QCOMPARE(shown(lines), u"Token name: main\r\nmain it is\r\n"_s);
}

void TestTerminalRecorder::givenSecrets()
{
    const QByteArray text = "key=correct horse battery and more\r\n";
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        Recorder one = recorder();
        one.hide(Secret("correct horse battery"));
        QByteArray lines = one.output(milliseconds(1), text.first(cut));
        lines += one.output(milliseconds(2), text.sliced(cut));
        lines += one.finish(milliseconds(3));
        QCOMPARE(shown(lines), u"key=*** and more\r\n"_s);
    }
}

void TestTerminalRecorder::tokens_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("masked");
    const QByteArray long36(36, 'x');
    const QByteArray hex(64, 'a');
    QTest::newRow("github") << "token ghp_" + long36 + " end" << u"token *** end"_s;
    QTest::newRow("github, fine") << "github_pat_11ABC_" + long36 + "\r\n" << u"***\r\n"_s;
    QTest::newRow("gitlab") << "\"glpat-" + long36 + "\"" << u"\"***\""_s;
    QTest::newRow("digitalocean") << "dop_v1_" + hex + "\n" << u"***\n"_s;
    QTest::newRow("aws") << QByteArray("id AKIAIOSFODNN7EXAMPLE.") << u"id ***."_s;
    QTest::newRow("jwt") << QByteArray("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ-Sm x") << u"*** x"_s;
    QTest::newRow("slack") << QByteArray("xoxb-1234567890-abcdefghij\n") << u"***\n"_s;
    QTest::newRow("bearer") << QByteArray("Authorization: Bearer abcdef123456\r\n")
                            << u"Authorization: Bearer ***\r\n"_s;
    QTest::newRow("address") << QByteArray("git clone https://ana:s3cr3t@example.org/x")
                             << u"git clone https://ana:***@example.org/x"_s;
    QTest::newRow("assignment") << QByteArray("export PGPASSWORD=s3cr3t; psql")
                                << u"export PGPASSWORD=***; psql"_s;
    QTest::newRow("json") << QByteArray("{\"api_key\": \"s3cr3t\", \"a\": 1}")
                          << u"{\"api_key\": \"***\", \"a\": 1}"_s;
    QTest::newRow("private key") << QByteArray(
                                        "-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNza"
                                        "C1rZXktdjE\r\nAAAA\r\n-----END OPENSSH PRIVATE "
                                        "KEY-----\r\n$ ")
                                 << u"***\r\n$ "_s;
    QTest::newRow("two") << "ghp_" + long36 + " ghp_" + long36 + " " << u"*** *** "_s;
}

void TestTerminalRecorder::tokens()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, masked);
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        QCOMPARE(inTwo(text, cut), masked);
    }
    Recorder one = recorder();
    QByteArray lines;
    for (const char byte : text) {
        lines += one.output(milliseconds(1), QByteArray(1, byte));
    }
    QCOMPARE(shown(lines + one.finish(milliseconds(2))), masked);
}

void TestTerminalRecorder::tokensThatAreTooLong()
{
    Recorder one = recorder();
    QByteArray lines = one.output(milliseconds(1), "ghp_");
    for (int i = 0; i < 200; ++i) {
        lines += one.output(milliseconds(2), QByteArray(1'000, 'S'));
    }
    lines += one.output(milliseconds(3), "SSS end");
    lines += one.finish(milliseconds(4));
    QCOMPARE(shown(lines), u"*** end"_s);
}

void TestTerminalRecorder::plainText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("prompt") << QByteArray("ana@web-1:~$ ");
    QTest::newRow("asks") << QByteArray("Password: ");
    QTest::newRow("listing") << QByteArray("-rw-r--r-- 1 ana ana 120 task-list sk-short\r\n");
    QTest::newRow("address") << QByteArray("https://example.org/a:b at 10:00\r\n");
    QTest::newRow("public key") << QByteArray("-----BEGIN PUBLIC KEY-----\r\nAAAA\r\n");
    QTest::newRow("colours") << QByteArray("\033[38;5;12mblue\033[0m tokens secretly\r\n");
}

void TestTerminalRecorder::plainText()
{
    QFETCH(const QByteArray, text);
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        QCOMPARE(inTwo(text, cut), QString::fromUtf8(text));
    }
}

void TestTerminalRecorder::prompts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("asks");
    QTest::newRow("su") << QByteArray("Password: ") << true;
    QTest::newRow("git") << QByteArray("Password for 'https://ana@example.org': ") << true;
    QTest::newRow("title between") << QByteArray("Password:\033]0;x: y\a ") << true;
    QTest::newRow("code") << QByteArray("(ana@web-1) Verification code: ") << true;
    QTest::newRow("answered") << QByteArray("Password: \r\n") << false;
    QTest::newRow("shown") << QByteArray("Password: abc") << false;
    QTest::newRow("stars") << QByteArray("Password: ***") << true;
    QTest::newRow("shell") << QByteArray("ana@web-1:~$ ") << false;
    QTest::newRow("question") << QByteArray("Continue? [y/N]: ") << false;
    QTest::newRow("log") << QByteArray("changed password of ana\r\n$ ") << false;
    QTest::newRow("after a flood") << QByteArray(5'000, 'x') + "\r\nPassword: " << true;
}

void TestTerminalRecorder::prompts()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, asks);
    PromptWatch whole;
    whole.feed(text);
    QCOMPARE(whole.asksForSecret(), asks);
    PromptWatch bytewise;
    for (const char byte : text) {
        bytewise.feed({&byte, 1});
    }
    QCOMPARE(bytewise.asksForSecret(), asks);
}

QTEST_GUILESS_MAIN(TestTerminalRecorder)
#include "tst_terminal_recorder.moc"
