#include "core/ssh/ssh.h"

#include "tests/ssh/any_client.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

class TestSshFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void roundTrip_data();
    void roundTrip();
    void names_data();
    void names();
    void modes();
    void foldersAreMade();
    void replacesAtOnce();
    void progress();
    void manyAtOnce();
    void whatCannotBe();
    void brokenTargets();
    void limits();
    void oddFiles();
    void cancelLeavesNothing();
    void noSftp();
    void rekeying();
    void speed();

private:
    QByteArray random(qsizetype size)
    {
        QFile file(u"/dev/urandom"_s);
        const bool opened = file.open(QIODevice::ReadOnly);
        return opened ? file.read(size) : QByteArray();
    }
    Result<void> put(const QByteArray& bytes, const QString& path, int mode = 0644)
    {
        return await(m_session->uploadBytes(bytes, path, mode, {}), seconds(60));
    }
    Result<QByteArray> get(const QString& path, qint64 limit = 64 * 1024 * 1024)
    {
        return await(m_session->download(path, limit, {}), seconds(60));
    }
    QStringList leftOvers(const QString& folder)
    {
        return QDir(folder).entryList({u"*.part"_s}, QDir::Files | QDir::Hidden);
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    AnyClient m_client;
    std::shared_ptr<ssh::Session> m_session;
    QTemporaryDir m_folder;
};

void TestSshFiles::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    m_session = *session;
}

void TestSshFiles::roundTrip_data()
{
    QTest::addColumn<qsizetype>("size");
    const qsizetype sizes[] = {0,         1,         31'999,    32'000,    32'001,    63'999,
                               1'048'575, 1'048'576, 1'048'577, 3'145'728, 3'145'729, 20'000'000};
    for (const qsizetype size : sizes) {
        QTest::addRow("%lld bytes", static_cast<long long>(size)) << size;
    }
}

void TestSshFiles::roundTrip()
{
    QFETCH(qsizetype, size);
    const QByteArray bytes = random(size);
    QCOMPARE(bytes.size(), size);
    const QString path = m_folder.filePath(u"bytes"_s);
    VERIFY_OK(put(bytes, path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == bytes);
    const auto back = get(path);
    VERIFY_OK(back);
    QVERIFY(*back == bytes);
    // The same from a local file.
    const QString other = m_folder.filePath(u"copy"_s);
    VERIFY_OK(await(m_session->upload(path, other, 0600, {}, {}), seconds(60)));
    QFile copy(other);
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QVERIFY(copy.readAll() == bytes);
}

void TestSshFiles::names_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("spaces") << u"with  two spaces "_s;
    QTest::newRow("quotes") << u"a'b\"c`d"_s;
    QTest::newRow("shell") << u"$(id); rm -rf *&|<>"_s;
    QTest::newRow("option") << u"-rf"_s;
    QTest::newRow("line feed") << u"two\nlines"_s;
    QTest::newRow("unicode") << u"grün 日本 ✓"_s;
    QTest::newRow("backslash") << u"a\\b"_s;
    QTest::newRow("glob") << u"[a-z]*?"_s;
    QTest::newRow("longest") << QString(255, u'n');
}

void TestSshFiles::names()
{
    QFETCH(QString, name);
    const QString path = m_folder.filePath(name);
    VERIFY_OK(put("first", path));
    VERIFY_OK(put(name.toUtf8(), path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), name.toUtf8());
    const auto back = get(path);
    VERIFY_OK(back);
    QCOMPARE(*back, name.toUtf8());
    QCOMPARE(leftOvers(m_folder.path()), QStringList());
}

void TestSshFiles::modes()
{
    for (const int mode : {0600, 0644, 0755, 0666, 0400}) {
        const QString path = m_folder.filePath(u"mode"_s + QString::number(mode, 8));
        VERIFY_OK(put("x", path, mode));
        struct stat found {};
        QCOMPARE(::stat(path.toUtf8().constData(), &found), 0);
        QCOMPARE(int(found.st_mode & 07777U), mode);
    }
}

void TestSshFiles::foldersAreMade()
{
    const QString path = m_folder.filePath(u"a/b c/d/e/file"_s);
    VERIFY_OK(put("deep", path));
    const auto back = get(path);
    VERIFY_OK(back);
    QCOMPARE(*back, QByteArray("deep"));
}

/// Who reads all the time sees the whole old or the whole new file.
void TestSshFiles::replacesAtOnce()
{
    const QString path = m_folder.filePath(u"switched"_s);
    VERIFY_OK(put(QByteArray(100'000, 'a'), path));
    QObject context;
    for (int round = 0; round < 10; ++round) {
        const char letter = round % 2 == 0 ? 'b' : 'a';
        const auto answer =
            listen(m_session->uploadBytes(QByteArray(100'000, letter), path, 0644, {}), &context);
        while (!answer->has_value()) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray seen = file.readAll();
            QCOMPARE(seen.size(), 100'000);
            QCOMPARE(seen.count(seen.front()), 100'000);
            QTest::qWait(1);
        }
        VERIFY_OK(**answer);
    }
}

void TestSshFiles::progress()
{
    QTemporaryDir local;
    QFile file(local.filePath(u"big"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(random(5'500'000));
    file.close();
    std::vector<qint64> seen;
    const auto report = [&seen](qint64 done, qint64 total) {
        seen.push_back(total == 5'500'000 ? done : -1);
    };
    VERIFY_OK(
        await(m_session->upload(file.fileName(), m_folder.filePath(u"big"_s), 0644, report, {})));
    QVERIFY(seen.size() >= 5);
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    QVERIFY(seen.front() > 0);
    QCOMPARE(seen.back(), 5'500'000);
}

void TestSshFiles::manyAtOnce()
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<void>>>> answers;
    for (int i = 0; i < 12; ++i) {  // with the idle ones more than sshd's ten
        answers.push_back(listen(
            m_session->uploadBytes(QByteArray(2'000'000, char('a' + i)),
                                   m_folder.filePath(u"many"_s + QString::number(i)), 0644, {}),
            &context));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 40'000);
        VERIFY_OK(**answer);
    }
    for (int i = 0; i < 12; ++i) {
        QFile file(m_folder.filePath(u"many"_s + QString::number(i)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == QByteArray(2'000'000, char('a' + i)));
    }
}

void TestSshFiles::whatCannotBe()
{
    QCOMPARE(put("x", u""_s).error().kind, ErrorKind::Invalid);
    QCOMPARE(put("x", u"/tmp/"_s).error().kind, ErrorKind::Invalid);
    QCOMPARE(put("x", u"/tmp/a"_s + QChar(u'\0')).error().kind, ErrorKind::Invalid);
    const auto missing = get(m_folder.filePath(u"nowhere"_s));
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    QVERIFY2(missing.error().message.startsWith(m_session->target().text() + u": download of "_s),
             qPrintable(missing.error().message));
    QCOMPARE(get(m_folder.path()).error().kind, ErrorKind::Invalid);
    const auto local =
        await(m_session->upload(u"/nowhere/at/all"_s, m_folder.filePath(u"x"_s), 0644, {}, {}));
    QCOMPARE(local.error().kind, ErrorKind::NotFound);
}

void TestSshFiles::brokenTargets()
{
    // The target is a folder: it stays, and nothing is left beside it.
    QVERIFY(QDir().mkpath(m_folder.filePath(u"folder/inside"_s)));
    const auto folder = put("x", m_folder.filePath(u"folder"_s));
    QVERIFY(!folder);
    QVERIFY(QFile::exists(m_folder.filePath(u"folder/inside"_s)));
    QCOMPARE(leftOvers(m_folder.path()), QStringList());
    // A file stands where a folder is needed.
    VERIFY_OK(put("x", m_folder.filePath(u"file"_s)));
    QVERIFY(!put("x", m_folder.filePath(u"file/below"_s)));
    // The disk is full.
    const auto full = put("x", u"/dev/full/x"_s);
    QVERIFY(!full);
    QVERIFY(!put("x", u"/proc/nothing/here"_s));
}

void TestSshFiles::limits()
{
    const QString path = m_folder.filePath(u"limited"_s);
    VERIFY_OK(put(QByteArray(100'000, 'x'), path));
    QCOMPARE(get(path, 99'999).error().kind, ErrorKind::Invalid);
    VERIFY_OK(get(path, 100'000));
    QCOMPARE(get(u"/proc/kallsyms"_s, 100'000).error().kind, ErrorKind::Invalid);  // says size 0
}

void TestSshFiles::oddFiles()
{
    const auto proc = get(u"/proc/version"_s, 10'000);  // says size 0
    VERIFY_OK(proc);
    QVERIFY(proc->startsWith("Linux version"));
    QCOMPARE(get(u"/dev/zero"_s, 10).error().kind, ErrorKind::Invalid);
    const QString pipe = m_folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(pipe.toUtf8().constData(), 0600), 0);
    QCOMPARE(get(pipe, 10).error().kind, ErrorKind::Invalid);  // and does not hang
}

void TestSshFiles::cancelLeavesNothing()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"cancelled"_s);
    for (const int after : {0, 2, 10, 40}) {
        const CancelToken cancel;
        QObject context;
        const auto answer = listen(
            m_session->uploadBytes(QByteArray(300'000'000, 'x'), path, 0644, cancel), &context);
        QTest::qWait(after);
        cancel.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QVERIFY2(!**answer, "it was over before it was cancelled");
        QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
        QVERIFY(!QFile::exists(path));
        QCOMPARE(leftOvers(folder.path()), QStringList());
    }
    VERIFY_OK(put("after", path));
    const CancelToken cancel;
    QObject context;
    const auto answer =
        listen(m_session->download(m_sshd.path(u"user"_s), 10'000, cancel), &context);
    cancel.cancel();
    QTRY_VERIFY(answer->has_value());
    // So small a file may have been here before it was cancelled.
    QVERIFY(**answer || (*answer)->error().kind == ErrorKind::Cancelled);
    VERIFY_OK(get(path));
}

void TestSshFiles::noSftp()
{
    PrivateSshd sshd({u"ed25519"_s}, "Subsystem sftp /bin/false", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const auto result = await((*session)->uploadBytes("x", sshd.path(u"x"_s), 0600, {}));
    QVERIFY(!result);
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
}

void TestSshFiles::rekeying()
{
    PrivateSshd sshd({u"ed25519"_s}, "RekeyLimit 1M", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const QByteArray bytes = random(12'000'000);
    VERIFY_OK(await((*session)->uploadBytes(bytes, sshd.path(u"x"_s), 0600, {}), seconds(60)));
    const auto back = await((*session)->download(sshd.path(u"x"_s), 20'000'000, {}), seconds(60));
    VERIFY_OK(back);
    QVERIFY(*back == bytes);
}

/// No limit that a busy machine could break, but the figure stands in the log.
void TestSshFiles::speed()
{
    const QByteArray bytes = random(64 * 1024 * 1024);
    QElapsedTimer timer;
    timer.start();
    VERIFY_OK(put(bytes, m_folder.filePath(u"fast"_s)));
    const qint64 up = timer.restart();
    VERIFY_OK(get(m_folder.filePath(u"fast"_s)));
    const qint64 down = timer.elapsed();
    qInfo("64 MiB: up %lld MiB/s, down %lld MiB/s", 64'000LL / std::max<qint64>(up, 1),
          64'000LL / std::max<qint64>(down, 1));
    QVERIFY(up < 60'000 && down < 60'000);
}

QTEST_GUILESS_MAIN(TestSshFiles)
#include "tst_ssh_files.moc"
