#include "core/ssh/ssh.h"

#include "tests/ssh/any_client.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QCryptographicHash>
#include <QElapsedTimer>

#include <sys/stat.h>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

class TestSshSftp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listing();
    void listingIsBounded();
    void hostileNames();
    void infos();
    void folders();
    void renames();
    void links();
    void refusals_data();
    void refusals();
    void roundTrip_data();
    void roundTrip();
    void resumeDownload();
    void resumeUpload();
    void partThatIsLonger();
    void verifyFindsADifference();
    void verifyWithoutSha256sum();
    void rate();
    void rateOfSeveral();
    void owners();
    void checksums();
    void longNames();
    void progress();
    void cancel();
    void failureLeavesNothing();
    void shrinkingFile();
    void manyAtOnce();

private:
    QByteArray path(const QString& name) const { return m_folder.filePath(name).toUtf8(); }
    QByteArray random(qsizetype size)
    {
        QFile file(u"/dev/urandom"_s);
        const bool opened = file.open(QIODevice::ReadOnly);
        return opened ? file.read(size) : QByteArray();
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    static bool write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
    QStringList parts() const
    {
        return QDir(m_folder.path()).entryList({u"*.analemma-part"_s}, QDir::Files);
    }
    Result<ssh::TransferResult> get(const QString& from, const QString& to,
                                    const ssh::TransferOptions& options = {})
    {
        return await(m_files->download(path(from), m_folder.filePath(to), options, {}),
                     seconds(60));
    }
    Result<ssh::TransferResult> put(const QString& from, const QString& to,
                                    const ssh::TransferOptions& options = {})
    {
        return await(m_files->upload(m_folder.filePath(from), path(to), options, {}), seconds(60));
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    AnyClient m_client;
    std::shared_ptr<ssh::Session> m_session;
    std::shared_ptr<ssh::Files> m_files;
    QTemporaryDir m_folder;
};

void TestSshSftp::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    m_session = *session;
    m_files = m_session->files();
    QVERIFY(m_files);
}

void TestSshSftp::listing()
{
    QVERIFY(QDir(m_folder.path()).mkpath(u"list/inner"_s));
    QVERIFY(write(m_folder.filePath(u"list/file"_s), "12345"));
    QVERIFY(QFile::link(u"file"_s, m_folder.filePath(u"list/link"_s)));
    QCOMPARE(::mkfifo(path(u"list/fifo"_s).constData(), 0600), 0);
    QCOMPARE(::chmod(path(u"list/file"_s).constData(), 0640), 0);
    auto listing = await(m_files->list(path(u"list"_s), 100, {}));
    VERIFY_OK(listing);
    QVERIFY(!listing->truncated);
    QCOMPARE(listing->refusedNames, 0);
    std::sort(listing->entries.begin(), listing->entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    QByteArrayList names;
    for (const ssh::FileInfo& entry : listing->entries) {
        names += entry.name;
    }
    QCOMPARE(names, (QByteArrayList{"fifo", "file", "inner", "link"}));
    QCOMPARE(int(listing->entries[0].kind), int(ssh::FileInfo::Kind::Other));
    QCOMPARE(int(listing->entries[1].kind), int(ssh::FileInfo::Kind::File));
    QCOMPARE(int(listing->entries[2].kind), int(ssh::FileInfo::Kind::Folder));
    QCOMPARE(int(listing->entries[3].kind), int(ssh::FileInfo::Kind::Link));
    const ssh::FileInfo& file = listing->entries[1];
    QCOMPARE(file.size, 5);
    QCOMPARE(file.mode, 0640);
    QCOMPARE(file.owner, quint32(::geteuid()));
    QVERIFY(qAbs(file.modified.secsTo(QDateTime::currentDateTimeUtc())) < 60);
}

void TestSshSftp::listingIsBounded()
{
    const QString folder = m_folder.filePath(u"many"_s);
    QVERIFY(QDir().mkpath(folder));
    for (int i = 0; i < 1500; ++i) {
        QVERIFY(write(folder + u'/' + QString::number(i), {}));
    }
    const auto all = await(m_files->list(folder.toUtf8(), 10'000, {}));
    VERIFY_OK(all);
    QCOMPARE(all->entries.size(), std::size_t(1500));
    QVERIFY(!all->truncated);
    const auto some = await(m_files->list(folder.toUtf8(), 700, {}));
    VERIFY_OK(some);
    QCOMPARE(some->entries.size(), std::size_t(700));
    QVERIFY(some->truncated);
}

void TestSshSftp::hostileNames()
{
    const QByteArrayList names = {"\xff\xfe not text", "line\nfeed", "-rf", "'; rm -rf ~; '",
                                  "\x1b[2Jclear",      "..hidden",   " ",   "a\\b"};
    QVERIFY(QDir(m_folder.path()).mkpath(u"hostile"_s));
    const QByteArray folder = path(u"hostile"_s) + '/';
    QVERIFY(write(m_folder.filePath(u"source"_s), "bytes"));
    ssh::TransferOptions options;
    options.verify = true;
    for (const QByteArray& name : names) {
        const auto done =
            await(m_files->upload(m_folder.filePath(u"source"_s), folder + name, options, {}));
        VERIFY_OK(done);
        VERIFY_OK(await(m_files->setMode(folder + name, 0600, {})));
        const auto info = await(m_files->info(folder + name, true, {}));
        VERIFY_OK(info);
        QCOMPARE(info->name, name);
        QCOMPARE(info->size, 5);
    }
    const auto listing = await(m_files->list(folder, 100, {}));
    VERIFY_OK(listing);
    QCOMPARE(listing->entries.size(), std::size_t(names.size()));
    for (const ssh::FileInfo& entry : listing->entries) {
        QVERIFY(names.contains(entry.name));
        VERIFY_OK(await(m_files->remove(folder + entry.name, {})));
    }
    VERIFY_OK(await(m_files->removeFolder(folder, {})));
}

void TestSshSftp::infos()
{
    QVERIFY(write(m_folder.filePath(u"known"_s), "123"));
    QVERIFY(QFile::link(u"known"_s, m_folder.filePath(u"to known"_s)));
    const auto through = await(m_files->info(path(u"to known"_s), true, {}));
    VERIFY_OK(through);
    QCOMPARE(int(through->kind), int(ssh::FileInfo::Kind::File));
    const auto itself = await(m_files->info(path(u"to known"_s), false, {}));
    VERIFY_OK(itself);
    QCOMPARE(int(itself->kind), int(ssh::FileInfo::Kind::Link));
    const auto target = await(m_files->readLink(path(u"to known"_s), {}));
    VERIFY_OK(target);
    QCOMPARE(*target, QByteArray("known"));
    const auto real = await(m_files->realPath(path(u"list/../known"_s), {}));
    VERIFY_OK(real);
    QCOMPARE(*real, QFileInfo(m_folder.filePath(u"known"_s)).canonicalFilePath().toUtf8());
    const auto home = await(m_files->realPath(".", {}));
    VERIFY_OK(home);
    QVERIFY(home->startsWith('/'));
}

void TestSshSftp::folders()
{
    VERIFY_OK(await(m_files->makeFolder(path(u"made"_s), 0750, {})));
    const auto info = await(m_files->info(path(u"made"_s), true, {}));
    VERIFY_OK(info);
    QCOMPARE(int(info->kind), int(ssh::FileInfo::Kind::Folder));
    QCOMPARE(info->mode & 0700, 0700);
    VERIFY_OK(await(m_files->setMode(path(u"made"_s), 0711, {})));
    QCOMPARE(await(m_files->info(path(u"made"_s), true, {}))->mode, 0711);
    QVERIFY(write(m_folder.filePath(u"made/file"_s), "x"));
    QVERIFY(!await(m_files->removeFolder(path(u"made"_s), {})));
    VERIFY_OK(await(m_files->remove(path(u"made/file"_s), {})));
    VERIFY_OK(await(m_files->removeFolder(path(u"made"_s), {})));
    const auto gone = await(m_files->info(path(u"made"_s), true, {}));
    QVERIFY(!gone);
    QCOMPARE(gone.error().kind, ErrorKind::NotFound);
}

void TestSshSftp::renames()
{
    QVERIFY(write(m_folder.filePath(u"new"_s), "new"));
    QVERIFY(write(m_folder.filePath(u"old"_s), "old"));
    VERIFY_OK(await(m_files->rename(path(u"new"_s), path(u"old"_s), {})));
    QCOMPARE(read(m_folder.filePath(u"old"_s)), QByteArray("new"));
    QVERIFY(!QFile::exists(m_folder.filePath(u"new"_s)));
}

/// A part file that is a link is not followed: a download must not write elsewhere.
void TestSshSftp::links()
{
    QVERIFY(write(m_folder.filePath(u"precious"_s), "precious"));
    QVERIFY(write(m_folder.filePath(u"remote"_s), "other"));
    QVERIFY(QFile::link(u"precious"_s, m_folder.filePath(u"trap.analemma-part"_s)));
    ssh::TransferOptions options;
    options.resume = true;
    const auto done = get(u"remote"_s, u"trap"_s, options);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, ErrorKind::Io);
    QCOMPARE(read(m_folder.filePath(u"precious"_s)), QByteArray("precious"));
    QVERIFY(QFile::remove(m_folder.filePath(u"trap.analemma-part"_s)));
}

void TestSshSftp::refusals_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("kind");
    QTest::newRow("missing") << QByteArray("/no/such/file") << int(ErrorKind::NotFound);
    QTest::newRow("empty") << QByteArray() << int(ErrorKind::Invalid);
    QTest::newRow("zero byte") << QByteArray("/tmp/a\0b", 8) << int(ErrorKind::Invalid);
    QTest::newRow("long") << QByteArray(5000, 'a') << int(ErrorKind::Invalid);
}

void TestSshSftp::refusals()
{
    QFETCH(QByteArray, name);
    QFETCH(int, kind);
    const QString here = m_folder.filePath(u"refused"_s);
    QCOMPARE(int(await(m_files->list(name, 10, {})).error().kind), kind);
    QCOMPARE(int(await(m_files->info(name, true, {})).error().kind), kind);
    QCOMPARE(int(await(m_files->readLink(name, {})).error().kind), kind);
    QCOMPARE(int(await(m_files->remove(name, {})).error().kind), kind);
    QCOMPARE(int(await(m_files->rename(name, "/tmp/other", {})).error().kind), kind);
    QCOMPARE(int(await(m_files->download(name, here, {}, {})).error().kind), kind);
    QVERIFY(!QFile::exists(here));
    QVERIFY(parts().isEmpty());
    const auto folder = await(m_files->download("/tmp", here, {}, {}));
    QVERIFY(!folder);
    QVERIFY(folder.error().message.startsWith(m_session->target().text()));
}

void TestSshSftp::roundTrip_data()
{
    QTest::addColumn<qsizetype>("size");
    for (const qsizetype size : {0, 1, 31'999, 32'000, 32'001, 1'048'576, 1'048'577, 20'000'000}) {
        QTest::addRow("%lld bytes", static_cast<long long>(size)) << size;
    }
}

void TestSshSftp::roundTrip()
{
    QFETCH(qsizetype, size);
    const QByteArray bytes = random(size);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    ssh::TransferOptions options;
    options.verify = true;
    options.mode = 0751;
    const auto up = put(u"source"_s, u"there"_s, options);
    VERIFY_OK(up);
    QCOMPARE(up->bytes, size);
    QCOMPARE(up->sha256, QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    QVERIFY(read(m_folder.filePath(u"there"_s)) == bytes);
    QCOMPARE(await(m_files->info(path(u"there"_s), true, {}))->mode, 0751);
    const auto down = get(u"there"_s, u"back"_s, options);
    VERIFY_OK(down);
    QCOMPARE(down->bytes, size);
    QCOMPARE(down->sha256, up->sha256);
    QVERIFY(read(m_folder.filePath(u"back"_s)) == bytes);
    QVERIFY(parts().isEmpty());
}

void TestSshSftp::resumeDownload()
{
    const QByteArray bytes = random(5'000'000);
    QVERIFY(write(m_folder.filePath(u"remote"_s), bytes));
    ssh::TransferOptions options;
    options.resume = true;
    options.verify = true;
    for (const qsizetype there : {0, 1, 1'000'000, 4'999'999, 5'000'000}) {
        QFile::remove(m_folder.filePath(u"resumed"_s));
        QVERIFY(write(m_folder.filePath(u"resumed.analemma-part"_s), bytes.left(there)));
        const auto done = get(u"remote"_s, u"resumed"_s, options);
        VERIFY_OK(done);
        QCOMPARE(done->resumedAt, there);
        QVERIFY(read(m_folder.filePath(u"resumed"_s)) == bytes);
        QVERIFY(parts().isEmpty());
    }
}

void TestSshSftp::resumeUpload()
{
    const QByteArray bytes = random(5'000'000);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    ssh::TransferOptions options;
    options.resume = true;
    options.verify = true;
    for (const qsizetype there : {0, 1, 1'000'000, 4'999'999, 5'000'000}) {
        QFile::remove(m_folder.filePath(u"resumed"_s));
        QVERIFY(write(m_folder.filePath(u"resumed.analemma-part"_s), bytes.left(there)));
        const auto done = put(u"source"_s, u"resumed"_s, options);
        VERIFY_OK(done);
        QCOMPARE(done->resumedAt, there);
        QVERIFY(read(m_folder.filePath(u"resumed"_s)) == bytes);
        QVERIFY(parts().isEmpty());
    }
}

void TestSshSftp::partThatIsLonger()
{
    const QByteArray bytes = random(100'000);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    ssh::TransferOptions options;
    options.resume = true;
    QVERIFY(write(m_folder.filePath(u"longer.analemma-part"_s), random(300'000)));
    VERIFY_OK(get(u"source"_s, u"longer"_s, options));
    QVERIFY(read(m_folder.filePath(u"longer"_s)) == bytes);
    QVERIFY(write(m_folder.filePath(u"longer.analemma-part"_s), random(300'000)));
    VERIFY_OK(put(u"source"_s, u"longer"_s, options));
    QVERIFY(read(m_folder.filePath(u"longer"_s)) == bytes);
}

/// What was there before the break is not what the file begins with now.
void TestSshSftp::verifyFindsADifference()
{
    QVERIFY(write(m_folder.filePath(u"source"_s), random(200'000)));
    QVERIFY(write(m_folder.filePath(u"target"_s), "old"));
    ssh::TransferOptions options;
    options.resume = true;
    options.verify = true;
    for (const bool down : {true, false}) {
        QVERIFY(write(m_folder.filePath(u"target.analemma-part"_s), random(100'000)));
        const auto done =
            down ? get(u"source"_s, u"target"_s, options) : put(u"source"_s, u"target"_s, options);
        QVERIFY(!done);
        QCOMPARE(done.error().kind, ErrorKind::Conflict);
        QVERIFY(parts().isEmpty());  // so that the next try starts afresh
        QCOMPARE(read(m_folder.filePath(u"target"_s)), QByteArray("old"));
    }
}

void TestSshSftp::verifyWithoutSha256sum()
{
    PrivateSshd sshd({u"ed25519"_s}, "ForceCommand internal-sftp", 3);  // no commands at all
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const QByteArray bytes = random(3'000'001);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    ssh::TransferOptions options;
    options.verify = true;
    const auto done = await((*session)->files()->upload(m_folder.filePath(u"source"_s),
                                                        path(u"checked"_s), options, {}),
                            seconds(60));
    VERIFY_OK(done);
    QCOMPARE(done->sha256, QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

void TestSshSftp::rate()
{
    QVERIFY(write(m_folder.filePath(u"source"_s), random(600'000)));
    ssh::TransferOptions options;
    options.bytesPerSecond = 400'000;
    for (const bool down : {true, false}) {
        QElapsedTimer timer;
        timer.start();
        VERIFY_OK(down ? get(u"source"_s, u"slow"_s, options)
                       : put(u"source"_s, u"slow"_s, options));
        QVERIFY2(timer.elapsed() >= 1'000, qPrintable(QString::number(timer.elapsed())));
    }
}

void TestSshSftp::rateOfSeveral()
{
    QVERIFY(write(m_folder.filePath(u"source"_s), random(300'000)));
    ssh::TransferOptions options;
    options.rate = std::make_shared<ssh::Rate>(400'000);
    QElapsedTimer timer;
    timer.start();
    auto first = m_files->download(path(u"source"_s), m_folder.filePath(u"one"_s), options, {});
    auto second = m_files->upload(m_folder.filePath(u"source"_s), path(u"two"_s), options, {});
    VERIFY_OK(await(std::move(first)));
    VERIFY_OK(await(std::move(second)));
    QVERIFY2(timer.elapsed() >= 1'000, qPrintable(QString::number(timer.elapsed())));
    // Let loose while it runs.
    QVERIFY(write(m_folder.filePath(u"source"_s), random(12'000'000)));
    timer.start();
    auto third = m_files->download(path(u"source"_s), m_folder.filePath(u"one"_s), options, {});
    QTest::qWait(200);
    options.rate->set(0);
    VERIFY_OK(await(std::move(third)));
    QVERIFY2(timer.elapsed() < 25'000, qPrintable(QString::number(timer.elapsed())));
}

void TestSshSftp::owners()
{
    QVERIFY(write(m_folder.filePath(u"owned"_s), "x"));
    const QByteArray file = path(u"owned"_s);
    VERIFY_OK(await(m_files->setOwner(file, ::geteuid(), ::getegid(), {})));
    const auto info = await(m_files->info(file, true, {}));
    VERIFY_OK(info);
    QCOMPARE(info->owner, quint32(::geteuid()));
    QCOMPARE(info->group, quint32(::getegid()));
    if (::geteuid() == 0) {
        VERIFY_OK(await(m_files->setOwner(file, 4242, 4343, {})));
        struct stat found {};
        QCOMPARE(::stat(file.constData(), &found), 0);
        QCOMPARE(int(found.st_uid), 4242);
        QCOMPARE(int(found.st_gid), 4343);
        VERIFY_OK(await(m_files->setOwner(file, 0, 0, {})));
    }
    QVERIFY(!await(m_files->setOwner(path(u"no such"_s), 0, 0, {})));
    const auto listing = await(m_files->list(path(u"."_s), 1000, {}));
    VERIFY_OK(listing);
    const auto found = std::find_if(listing->entries.begin(), listing->entries.end(),
                                    [](const auto& one) { return one.name == "owned"; });
    QVERIFY(found != listing->entries.end());
    QCOMPARE(found->ownerName, PrivateSshd::user());
}

void TestSshSftp::checksums()
{
    const QByteArray bytes = random(1'500'000);
    const QByteArray sum = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    for (const QString& name : {u"plain"_s, u"a'b \\ \n$(id)"_s}) {
        QVERIFY(write(m_folder.filePath(name), bytes));
        const auto found = await(m_files->checksum(path(name), {}));
        VERIFY_OK(found);
        QCOMPARE(*found, sum);
    }
    QCOMPARE(await(m_files->checksum(path(u"no such"_s), {})).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(m_files->checksum(path(u"."_s), {})).error().kind, ErrorKind::Invalid);
}

/// A part file's name fits where the file's own does.
void TestSshSftp::longNames()
{
    ssh::TransferOptions options;
    options.resume = true;
    for (const int length : {241, 242, 255}) {
        const QString name(length, u'n');
        const QByteArray part = ssh::partPath(path(name));
        QVERIFY(part.size() - part.lastIndexOf('/') - 1 <= 255);
        QVERIFY(write(m_folder.filePath(name), "long"));
        VERIFY_OK(get(name, u"short"_s, options));
        VERIFY_OK(put(u"short"_s, name, options));
        VERIFY_OK(get(u"short"_s, name, options));
        VERIFY_OK(put(u"short"_s, name));
        QCOMPARE(read(m_folder.filePath(name)), "long");
    }
    QVERIFY(ssh::partPath("/a/" + QByteArray(254, 'n') + 'x') !=
            ssh::partPath("/a/" + QByteArray(254, 'n') + 'y'));
    QVERIFY(parts().isEmpty());
}

void TestSshSftp::progress()
{
    QVERIFY(write(m_folder.filePath(u"source"_s), random(5'000'000)));
    for (const bool down : {true, false}) {
        std::vector<qint64> seen;
        ssh::TransferOptions options;
        options.progress = [&seen](qint64 done, qint64 total) {
            seen.push_back(total == 5'000'000 ? done : -1);
        };
        VERIFY_OK(down ? get(u"source"_s, u"shown"_s, options)
                       : put(u"source"_s, u"shown"_s, options));
        QVERIFY(seen.size() >= 4);
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        QVERIFY(seen.front() > 0);
        QCOMPARE(seen.back(), 5'000'000);
    }
}

void TestSshSftp::cancel()
{
    const QByteArray bytes = random(30'000'000);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    for (const bool resume : {false, true}) {
        for (const bool down : {true, false}) {
            const CancelToken token;
            ssh::TransferOptions options;
            options.resume = resume;
            options.progress = [&token](qint64 done, qint64) {
                if (done > 5'000'000) {
                    token.cancel();
                }
            };
            const QString target = m_folder.filePath(u"cancelled"_s);
            const QString source = m_folder.filePath(u"source"_s);
            const auto done =
                down ? await(m_files->download(source.toUtf8(), target, options, token))
                     : await(m_files->upload(source, target.toUtf8(), options, token));
            QVERIFY(!done);
            QCOMPARE(done.error().kind, ErrorKind::Cancelled);
            QVERIFY(!QFile::exists(target));
            QCOMPARE(parts().size(), resume ? 1 : 0);
            if (resume) {
                options.progress = nullptr;
                options.verify = true;
                const auto rest =
                    down ? await(m_files->download(source.toUtf8(), target, options, {}))
                         : await(m_files->upload(source, target.toUtf8(), options, {}));
                VERIFY_OK(rest);
                QVERIFY(rest->resumedAt > 0);
                QVERIFY(read(target) == bytes);
                QVERIFY(QFile::remove(target));
            }
        }
    }
}

void TestSshSftp::failureLeavesNothing()
{
    QVERIFY(write(m_folder.filePath(u"source"_s), "x"));
    QVERIFY(QDir(m_folder.path()).mkpath(u"a folder/inner"_s));
    const auto onto = put(u"source"_s, u"a folder"_s);
    QVERIFY(!onto);
    const auto missing = put(u"source"_s, u"nowhere/file"_s);
    QVERIFY(!missing);
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    const auto none = put(u"no source"_s, u"target"_s);
    QVERIFY(!none);
    QCOMPARE(none.error().kind, ErrorKind::NotFound);
    const auto here = get(u"source"_s, u"nowhere/file"_s);
    QVERIFY(!here);
    QCOMPARE(here.error().kind, ErrorKind::NotFound);
    QVERIFY(parts().isEmpty());
}

void TestSshSftp::shrinkingFile()
{
    const QString source = m_folder.filePath(u"shrinks"_s);
    QVERIFY(write(source, random(30'000'000)));
    ssh::TransferOptions options;
    options.progress = [&source](qint64, qint64) { QFile::resize(source, 1000); };
    const auto done = get(u"shrinks"_s, u"shrunk"_s, options);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, ErrorKind::Conflict);
    QVERIFY(parts().isEmpty());
}

void TestSshSftp::manyAtOnce()
{
    const QByteArray bytes = random(1'000'000);
    QVERIFY(write(m_folder.filePath(u"source"_s), bytes));
    std::vector<std::shared_ptr<std::optional<Result<ssh::TransferResult>>>> answers;
    for (int i = 0; i < 20; ++i) {  // more than the server gives channels
        answers.push_back(listen(
            m_files->download(path(u"source"_s), m_folder.filePath(u"copy %1"_s.arg(i)), {}, {}),
            this));
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
        QTRY_VERIFY_WITH_TIMEOUT(answers[i]->has_value(), 60'000);
        VERIFY_OK(**answers[i]);
        QVERIFY(read(m_folder.filePath(u"copy %1"_s.arg(i))) == bytes);
    }
}

QTEST_GUILESS_MAIN(TestSshSftp)
#include "tst_ssh_sftp.moc"
