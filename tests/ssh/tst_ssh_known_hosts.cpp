#include "core/ssh/known_hosts.h"

#include "core/base/files.h"
#include "core/ssh/names.h"
#include "tests/support.h"

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

/// The record of host keys: what it says against ssh-keygen, what passes, what is written.
class TestSshKnownHosts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void likeSshKeygen();
    void fingerprint();
    void verdicts_data();
    void verdicts();
    void sentences();
    void preference();
    void strangeLines();
    void writesHashed();
    void addGoesOverNothing();
    void replaceKeepsTheRest();
    void replaceRefusesWildcards();
    void namesAreValidated();
    void hostileNames_data();
    void hostileNames();
    void places_data();
    void places();

private:
    static QString run(const QStringList& arguments)
    {
        QProcess process;
        process.start(u"ssh-keygen"_s, arguments);
        process.waitForFinished(20'000);
        return QString::fromUtf8(process.readAllStandardOutput());
    }
    /// Keys of the test: number 0 to 4, of three types.
    [[nodiscard]] const PublicKey& key(int number) const { return m_keys[size_t(number)]; }
    [[nodiscard]] QByteArray line(const QByteArray& names, int number) const
    {
        return names + ' ' + key(number).text().toLatin1() + '\n';
    }
    [[nodiscard]] QByteArray hashedLine(const QString& host, int port, int number) const;
    static KnownHosts parsed(const QByteArray& text) { return KnownHosts().with(text, u"k"_s); }

    QTemporaryDir m_folder;
    std::vector<PublicKey> m_keys;
};

void TestSshKnownHosts::initTestCase()
{
    const QStringList types = {u"ed25519"_s, u"ed25519"_s, u"ecdsa"_s, u"rsa"_s, u"ed25519"_s};
    for (const QString& type : types) {
        const QString path = m_folder.filePath(u"key%1"_s.arg(m_keys.size()));
        run({u"-q"_s, u"-t"_s, type, u"-N"_s, QString(), u"-C"_s, u"a comment"_s, u"-f"_s, path});
        const Result<QByteArray> text = readFile(path + u".pub"_s, 10'000);
        VERIFY_OK(text);
        const Result<PublicKey> key = parsePublicKey(*text);
        VERIFY_OK(key);
        m_keys.push_back(*key);
    }
}

/// A line as `ssh-keygen -H` hashes it: not by our own code.
QByteArray TestSshKnownHosts::hashedLine(const QString& host, int port, int number) const
{
    const QString path = m_folder.filePath(u"to_hash"_s);

    const QString name = port == 22 ? host : u"[%1]:%2"_s.arg(host).arg(port);
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(line(name.toUtf8(), number));
        file.close();
    }
    run({u"-q"_s, u"-H"_s, u"-f"_s, path});
    return readFile(path, 100'000).valueOr(QByteArray());
}

/// 200 lines of every kind and 60 questions: the same lines with the same markers as ssh-keygen -F,
/// and the same keys as ssh-keygen -l -F.
void TestSshKnownHosts::likeSshKeygen()
{
    QRandomGenerator random(2024);
    const QStringList hosts = {
        u"web-1"_s, u"web-2.example.org"_s, u"db"_s,   u"192.0.2.7"_s, u"2001:db8::7"_s,
        u"a"_s,     u"git.example.org"_s,   u"edge"_s, u"bastion"_s,   u"x.internal"_s};
    const QByteArrayList patterns = {"*",
                                     "*.example.org",
                                     "web-?",
                                     "192.0.2.*",
                                     "!db,*",
                                     "*.internal,!x.internal",
                                     "WEB-1",
                                     "web-1,db,2001:db8::7",
                                     "[*]:2222",
                                     "[db]:2222,db",
                                     "",
                                     "a*b*c,a",
                                     "![edge]:2200,[edge]:*",
                                     ",,edge,",
                                     "?"};
    const QByteArrayList strange = {"# a comment",
                                    "",
                                    "   ",
                                    "web-1",
                                    "web-1 ssh-ed25519",
                                    "web-1 ssh-ed25519 ",
                                    "web-1 ssh-ed25519 # cut",
                                    "web-1 ssh-ed25519 notbase64!",
                                    "@unknown web-1 ssh-ed25519 AAAA",
                                    "@revoked",
                                    "@revoked @cert-authority * ssh-ed25519 AAAA",
                                    "|1|short|x ssh-ed25519 AAAA",
                                    "|2|a|b ssh-ed25519 AAAA",
                                    "db 2048 35 1234567890",
                                    "edge\tssh-rsa\tAAAA"};
    QByteArray text;
    int lines = 0;
    for (; lines < 200; ++lines) {
        const int number = random.bounded(5);
        const QString host = hosts.at(random.bounded(int(hosts.size())));
        const int port = random.bounded(3) == 0 ? 2222 : 22;
        switch (random.bounded(8)) {
            case 0:
            case 1:
                text += hashedLine(host, port, number);
                break;
            case 2:
                text += line(patterns.at(random.bounded(int(patterns.size()))), number);
                break;
            case 3:
                text += "@revoked " + line(host.toUtf8(), number);
                break;
            case 4:
                text += "@cert-authority  " +
                        line(patterns.at(random.bounded(int(patterns.size()))), number);
                break;
            case 5:
                text += strange.at(random.bounded(int(strange.size()))) + '\n';
                break;
            case 6:
                text += "  \t" + line('[' + host.toUtf8() + "]:2222," + host.toUtf8(), number);
                break;
            default:
                text += line(host.toUtf8(), number).trimmed() + " with a comment\r\n";
        }
    }
    QCOMPARE(text.count('\n'), 200);
    const QString path = m_folder.filePath(u"corpus"_s);
    VERIFY_OK(writeFile(path, text));
    const Result<KnownHosts> known = readKnownHosts({path, m_folder.filePath(u"absent"_s)});
    VERIFY_OK(known);

    static const QRegularExpression found(u"^# Host .* found: line (\\d+)( CA| REVOKED)?"_s,
                                          QRegularExpression::MultilineOption);
    const auto theirs = [&](const QStringList& options, const QString& name) {
        QStringList list;
        auto matches = found.globalMatch(run(options + QStringList{u"-F"_s, name, u"-f"_s, path}));
        while (matches.hasNext()) {
            const auto match = matches.next();
            list += match.captured(1) + match.captured(2);
        }
        return list;
    };
    const auto ours = [](const KnownLookup& lookup, bool withDamaged) {
        std::map<int, QString> byLine;
        for (const KnownEntry& entry : lookup.keys) {
            byLine[entry.line] = QString::number(entry.line);
        }
        for (const KnownEntry& entry : lookup.authorities) {
            byLine[entry.line] = QString::number(entry.line) + u" CA"_s;
        }
        for (const KnownEntry& entry : lookup.revoked) {
            byLine[entry.line] = QString::number(entry.line) + u" REVOKED"_s;
        }
        for (const KnownEntry& entry : lookup.damaged) {
            if (withDamaged) {
                byLine[entry.line] = QString::number(entry.line);
            }
        }
        QStringList list;
        for (const auto& [number, each] : byLine) {
            list += each;
        }
        return list;
    };
    int questions = 0;
    qsizetype answers = 0;
    for (const QString& host : hosts + QStringList{u"unheard"_s, u"web-9"_s, u"abc"_s,
                                                   u"y.internal"_s, u"192.0.2.77"_s}) {
        for (const int port : {22, 2222, 2200, 22222}) {
            const QString name = port == 22 ? host : u"[%1]:%2"_s.arg(host).arg(port);
            const KnownLookup lookup = known->lookup(host, port);
            QCOMPARE(ours(lookup, true).join(u' '), theirs({}, name).join(u' '));
            QCOMPARE(ours(lookup, false).join(u' '), theirs({u"-l"_s}, name).join(u' '));
            answers += ours(lookup, true).size();
            ++questions;
        }
    }
    QCOMPARE(questions, 60);
    QVERIFY(answers > 500);
    QVERIFY(!known->problems().isEmpty());
}

void TestSshKnownHosts::fingerprint()
{
    const QString theirs = run({u"-l"_s, u"-f"_s, m_folder.filePath(u"key3.pub"_s)});
    QVERIFY(theirs.contains(key(3).fingerprint()));
    const QString groups = key(3).fingerprintGroups();
    QVERIFY(groups.startsWith(u"SHA256: "_s));
    QCOMPARE(groups.count(u' '), 6);
    QCOMPARE(QString(groups).remove(u' '), key(3).fingerprint());
}

void TestSshKnownHosts::verdicts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<int>("offered");
    QTest::addColumn<int>("trust");
    const auto row = [](const char* name, const QByteArray& text, const QString& host, int port,
                        int offered, Trust trust) {
        QTest::newRow(name) << text << host << port << offered << int(trust);
    };
    // What must not pass.
    row("changed", line("web", 0), u"web"_s, 22, 1, Trust::Changed);
    row("changed, hashed", hashedLine(u"web"_s, 22, 0), u"web"_s, 22, 1, Trust::Changed);
    row("changed, wildcard", line("*.org", 0), u"web.org"_s, 22, 1, Trust::Changed);
    row("changed, port", line("[web]:2222", 0), u"web"_s, 2222, 1, Trust::Changed);
    row("changed, another type", line("web", 0), u"web"_s, 22, 2, Trust::Changed);
    row("changed, two types known", line("web", 0) + line("web", 2), u"web"_s, 22, 1,
        Trust::Changed);
    row("changed, capitals", line("WEB", 0), u"Web"_s, 22, 1, Trust::Changed);
    row("changed beside a CA", line("web", 0) + "@cert-authority " + line("*", 4), u"web"_s, 22, 1,
        Trust::Changed);
    row("revoked", "@revoked " + line("web", 0), u"web"_s, 22, 0, Trust::Revoked);
    row("revoked for all", "@revoked " + line("*", 0), u"web"_s, 22, 0, Trust::Revoked);
    row("revoked though recorded", line("web", 0) + "@revoked " + line("*", 0), u"web"_s, 22, 0,
        Trust::Revoked);
    row("revoked, hashed", "@revoked " + hashedLine(u"web"_s, 22, 0), u"web"_s, 22, 0,
        Trust::Revoked);
    row("revoked CA line is no key", "@revoked " + line("web", 1), u"web"_s, 22, 0, Trust::Unknown);
    row("only a CA", "@cert-authority " + line("*.org", 0), u"web.org"_s, 22, 1,
        Trust::NeedsAuthority);
    row("the CA's own key", "@cert-authority " + line("web", 0), u"web"_s, 22, 0,
        Trust::NeedsAuthority);
    row("unknown", line("web", 0), u"db"_s, 22, 0, Trust::Unknown);
    row("unknown, another port", line("web", 0), u"web"_s, 2222, 0, Trust::Unknown);
    row("unknown, negated", line("*,!web", 0), u"web"_s, 22, 0, Trust::Unknown);
    row("unknown, only negated", line("!db", 0), u"web"_s, 22, 0, Trust::Unknown);
    row("unknown, damaged record", "web ssh-ed25519 AAAA\n", u"web"_s, 22, 0, Trust::Unknown);
    row("unknown, commented out", '#' + line("web", 0), u"web"_s, 22, 0, Trust::Unknown);
    row("unknown, odd marker", "@trusted " + line("web", 0), u"web"_s, 22, 0, Trust::Unknown);
    row("unknown, type does not fit", "web ssh-rsa " + key(0).blob.toBase64() + '\n', u"web"_s, 22,
        0, Trust::Unknown);
    row("unknown, prefix", line("web", 0), u"we"_s, 22, 0, Trust::Unknown);
    row("unknown, nothing", {}, u"web"_s, 22, 0, Trust::Unknown);
    // What must pass.
    row("known", line("web", 0), u"web"_s, 22, 0, Trust::Known);
    row("known, hashed", hashedLine(u"web"_s, 22, 0), u"web"_s, 22, 0, Trust::Known);
    row("known, hashed port", hashedLine(u"web"_s, 2222, 0), u"web"_s, 2222, 0, Trust::Known);
    row("known, one of two", line("web", 0) + line("web", 2), u"web"_s, 22, 2, Trust::Known);
    row("known, several names", line("db,web,192.0.2.1", 0), u"192.0.2.1"_s, 22, 0, Trust::Known);
    row("known, another revoked", line("web", 0) + "@revoked " + line("web", 1), u"web"_s, 22, 0,
        Trust::Known);
    row("known beside a CA", line("web", 0) + "@cert-authority " + line("*", 1), u"web"_s, 22, 0,
        Trust::Known);
}

void TestSshKnownHosts::verdicts()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    QFETCH(int, offered);
    QFETCH(int, trust);
    const TrustVerdict verdict = parsed(text).verdict(host, port, key(offered));
    QCOMPARE(verdict.trust, Trust(trust));
    const Result<void> result = verdict.asResult(host, port, key(offered));
    QCOMPARE(result.ok(), Trust(trust) == Trust::Known);
    if (!result) {
        QCOMPARE(result.error().kind, ErrorKind::HostKey);
        QVERIFY(result.error().message.contains(u"Nothing was sent"_s));
        QVERIFY(!result.error().hint.isEmpty());
    }
    // No verdict depends on what other files hold about other hosts.
    const KnownHosts more = parsed(text).with(line("other", 3), u"l"_s);
    QCOMPARE(more.verdict(host, port, key(offered)).trust, Trust(trust));
}

void TestSshKnownHosts::sentences()
{
    const KnownHosts known = parsed("# top\n" + line("web", 0));
    const Error changed =
        known.verdict(u"web"_s, 22, key(1)).asResult(u"web"_s, 22, key(1)).error();
    QVERIFY(changed.message.contains(key(0).fingerprint()));
    QVERIFY(changed.message.contains(key(1).fingerprint()));
    QVERIFY(changed.message.contains(u"(k:2)"_s));
    const TrustVerdict unknown = known.verdict(u"db"_s, 2222, key(0));
    QCOMPARE(unknown.elsewhere.size(), 1U);
    const Error error = unknown.asResult(u"db"_s, 2222, key(0)).error();
    QVERIFY2(error.message.contains(u"db:2222"_s), qPrintable(error.message));
    QVERIFY(error.hint.contains(u"k:2"_s));
    const PublicKey certificate{"ssh-ed25519-cert-v01@openssh.com", "x"};
    QCOMPARE(known.verdict(u"web"_s, 22, certificate).trust, Trust::NeedsAuthority);
    QCOMPARE(known.verdict(u"web"_s, 22, PublicKey()).trust, Trust::Changed);
}

void TestSshKnownHosts::preference()
{
    const KnownHosts known =
        parsed(line("web", 3) + line("web", 2) + line("web", 0) + "@revoked " + line("web", 0));
    const QByteArrayList expected = {"ecdsa-sha2-nistp256", "ssh-rsa"};
    QCOMPARE(known.preference(u"web"_s, 22), expected);
    QCOMPARE(known.pinFor(u"web"_s, 22), std::optional<PublicKey>(key(2)));
    QVERIFY(!known.pinFor(u"db"_s, 22));
    QVERIFY(known.preference(u"db"_s, 22).isEmpty());
}

void TestSshKnownHosts::strangeLines()
{
    const QByteArray nul = line("web", 0).replace("web", QByteArray("we\0b", 4));
    const QByteArray longLine = "web ssh-ed25519 " + QByteArray(100'000, 'A') + '\n';
    for (const QByteArray& text :
         {nul, longLine, QByteArray(300'000, '@'), QByteArray(10'000, '\n'),
          "web,*" + QByteArray(3'000, '*') + line("a", 0), line("web", 0).chopped(30)}) {
        const KnownHosts known = parsed(text);
        QVERIFY(known.lookup(u"web"_s, 22).keys.empty());
    }
    // A pattern that makes a naive matcher take for ever.
    QByteArray stars;
    for (int i = 0; i < 300; ++i) {
        stars += "*a";
    }
    QVERIFY(parsed(line(stars + "b", 0)).lookup(QString(253, u'a'), 22).keys.empty());
    // The last line may lack its end.
    QCOMPARE(parsed(line("web", 0).trimmed()).lookup(u"web"_s, 22).keys.size(), 1U);
}

void TestSshKnownHosts::writesHashed()
{
    const QString path = m_folder.filePath(u"new/own"_s);
    const KnownHostsFile file(path);
    VERIFY_OK(file.add(u"Web-1.example.org"_s, 22, key(0)));
    VERIFY_OK(file.add(u"web-1.example.org"_s, 2222, key(2)));
    VERIFY_OK(file.add(u"web-1.example.org"_s, 22, key(0)));  // again: nothing
    const QByteArray text = readFile(path, 10'000).valueOr(QByteArray());
    QCOMPARE(text.count('\n'), 2);
    QVERIFY(!text.contains("web"));
    QVERIFY(run({u"-F"_s, u"web-1.example.org"_s, u"-f"_s, path}).contains(u"found: line 1"_s));
    QVERIFY(
        run({u"-F"_s, u"[web-1.example.org]:2222"_s, u"-f"_s, path}).contains(u"found: line 2"_s));
    struct stat info {};
    QCOMPARE(::stat(qPrintable(path), &info), 0);
    QCOMPARE(int(info.st_mode & 0777U), 0600);
    const Result<KnownHosts> known = readKnownHosts({path});
    VERIFY_OK(known);
    QCOMPARE(known->verdict(u"web-1.example.org"_s, 2222, key(2)).trust, Trust::Known);
}

void TestSshKnownHosts::addGoesOverNothing()
{
    const QString path = m_folder.filePath(u"guarded"_s);
    const QByteArray before = line("web", 0) + "@revoked " + line("*", 1) + "no end";
    VERIFY_OK(writeFile(path, before));
    const KnownHostsFile file(path);
    QCOMPARE(file.add(u"web"_s, 22, key(2)).error().kind, ErrorKind::Conflict);
    QCOMPARE(file.add(u"db"_s, 22, key(1)).error().kind, ErrorKind::HostKey);
    QCOMPARE(file.replace(u"db"_s, 22, key(1)).error().kind, ErrorKind::Refused);
    QCOMPARE(readFile(path, 10'000).valueOr({}), before);
    VERIFY_OK(file.add(u"db"_s, 22, key(2)));
    const QByteArray after = readFile(path, 10'000).valueOr({});
    QVERIFY(after.startsWith(before + "\n|1|"));
}

void TestSshKnownHosts::replaceKeepsTheRest()
{
    const QString path = m_folder.filePath(u"replaced"_s);
    const QByteArray head = "# ours\r\n\n   \tdb,web,edge  " + key(0).text().toLatin1() + "  c \n";
    const QByteArray tail = "garbage line\n@revoked " + line("web", 4) + "@cert-authority " +
                            line("*.org", 3) + "\xff\xfe binary";
    VERIFY_OK(writeFile(path, head + hashedLine(u"web"_s, 22, 2) + tail));
    const KnownHostsFile file(path);
    VERIFY_OK(file.replace(u"web"_s, 22, key(1)));
    const QByteArray text = readFile(path, 10'000).valueOr({});
    QVERIFY(text.startsWith(QByteArray(head).replace("db,web,edge", "db,edge") + tail + "\n|1|"));
    const Result<KnownHosts> known = readKnownHosts({path});
    VERIFY_OK(known);
    QCOMPARE(known->verdict(u"web"_s, 22, key(1)).trust, Trust::Known);
    QCOMPARE(known->verdict(u"web"_s, 22, key(0)).trust, Trust::Changed);
    QCOMPARE(known->verdict(u"edge"_s, 22, key(0)).trust, Trust::Known);
    VERIFY_OK(file.remove(u"web"_s, 22));
    const QByteArray left = readFile(path, 10'000).valueOr({});
    QCOMPARE(left, QByteArray(head).replace("db,web,edge", "db,edge") + tail + '\n');
}

void TestSshKnownHosts::replaceRefusesWildcards()
{
    const QString path = m_folder.filePath(u"wild"_s);
    for (const QByteArray& text : {line("w*", 0), line("web,w?b", 0)}) {
        VERIFY_OK(writeFile(path, text));
        const Result<void> result = KnownHostsFile(path).replace(u"web"_s, 22, key(1));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Refused);
        QVERIFY(result.error().message.contains(u":1 "_s));
        QCOMPARE(readFile(path, 10'000).valueOr({}), text);
    }
}

void TestSshKnownHosts::namesAreValidated()
{
    const QString path = m_folder.filePath(u"names"_s);
    const KnownHostsFile file(path);
    QCOMPARE(file.add(u"web\n* x"_s, 22, key(0)).error().kind, ErrorKind::Invalid);
    QCOMPARE(file.add(u"*"_s, 22, key(0)).error().kind, ErrorKind::Invalid);
    QCOMPARE(file.add(u"web"_s, 0, key(0)).error().kind, ErrorKind::Invalid);
    QCOMPARE(file.add(u"web"_s, 22, PublicKey()).error().kind, ErrorKind::Invalid);
    QCOMPARE(file.add(u"web"_s, 22, {"ssh-rsa", key(0).blob}).error().kind, ErrorKind::Invalid);
    QVERIFY(!QFile::exists(path));
}

void TestSshKnownHosts::hostileNames_data()
{
    QTest::addColumn<QString>("name");
    const QStringList shapes = {u"%1"_s, u"%1web"_s, u"web%1"_s, u"we%1b"_s};
    const QStringList pieces = {
        u"-"_s,
        u"-oProxyCommand=x"_s,
        u"--"_s,
        u";id"_s,
        u"|id"_s,
        u"&id"_s,
        u"$(id)"_s,
        u"`id`"_s,
        u"\n"_s,
        u"\r"_s,
        u"\t"_s,
        u" "_s,
        QString(QChar(u'\0')),
        u"\x1b[2J"_s,
        u"\x7f"_s,
        u"'"_s,
        u"\""_s,
        u"\\"_s,
        u"<x"_s,
        u">x"_s,
        u"(x)"_s,
        u"{a,b}"_s,
        u"*"_s,
        u"?"_s,
        u"!"_s,
        u"#"_s,
        u"~"_s,
        u"${IFS}"_s,
        u"%h"_s,
        u"%00"_s,
        u"\u00a0"_s,
        u"\u202e"_s,
        u"../"_s,
        u"/etc"_s,
        u"a@b"_s,
        u"^"_s,
        u"="_s,
        u","_s,
    };
    for (const QString& piece : pieces) {
        for (const QString& shape : shapes) {
            const QString name = shape.arg(piece);
            QTest::newRow(name.toUtf8().toPercentEncoding().constData()) << name;
        }
    }
}

/// None of them becomes a host or, apart from a '-' or '~' inside, a user.
void TestSshKnownHosts::hostileNames()
{
    QFETCH(QString, name);
    const bool inner =
        name.size() > 1 && !name.startsWith(u'-') && name.contains(u'-') && !name.contains(u' ');
    const bool plain = std::all_of(name.cbegin(), name.cend(), [](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'-');
    });
    if (!(inner && plain)) {
        QVERIFY(!HostName::parse(name));
        QVERIFY(name.contains(u'~') || !UserName::parse(name));
        QVERIFY(!parsePlace(u"x@"_s + name));
    } else {
        QVERIFY(!name.startsWith(u'-'));
    }
    QVERIFY(!parsePlace(name + u"@web"_s) || UserName::parse(name).ok());
    QVERIFY(!parsePlace(u"web:"_s + name));
}

void TestSshKnownHosts::places_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("host") << u"web"_s << u""_s << u"web"_s << 0;
    QTest::newRow("all") << u"ops@web.org:2222"_s << u"ops"_s << u"web.org"_s << 2222;
    QTest::newRow("url") << u"ssh://ops@web:22/"_s << u"ops"_s << u"web"_s << 22;
    QTest::newRow("v6") << u"2001:db8::1"_s << u""_s << u"2001:db8::1"_s << 0;
    QTest::newRow("v6 port") << u"ops@[2001:db8::1]:99"_s << u"ops"_s << u"2001:db8::1"_s << 99;
    QTest::newRow("v6 brackets") << u"[2001:db8::1]"_s << u""_s << u"2001:db8::1"_s << 0;
    for (const char* bad :
         {"", "[x]@web", "@web", "web:", "web:0", "web:65536", "web:+1", "[web", "[::1]22",
          "[::1]:", "a@b@c", "ssh://", "ssh://web/x", "web:22:22", "user@"}) {
        QTest::newRow(bad) << QString::fromLatin1(bad) << QString() << QString() << -1;
    }
}

void TestSshKnownHosts::places()
{
    QFETCH(QString, text);
    QFETCH(int, port);
    const Result<Place> place = parsePlace(text);
    QCOMPARE(place.ok(), port >= 0);
    if (place) {
        QTEST(place->user, "user");
        QTEST(place->host, "host");
        QCOMPARE(place->port, port);
        QCOMPARE(parsePlace(place->text()).valueOr(Place()), *place);
    }
}

QTEST_GUILESS_MAIN(TestSshKnownHosts)
#include "tst_ssh_known_hosts.moc"
