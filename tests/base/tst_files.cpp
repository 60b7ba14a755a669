#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/secret.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

using namespace analemma;
using namespace Qt::StringLiterals;

namespace {

struct stat statOf(const QString& path)
{
    struct stat info {};
    ::lstat(QFile::encodeName(path).constData(), &info);
    return info;
}

int modeOf(const QString& path)
{
    return static_cast<int>(statOf(path).st_mode & 07777);
}

void setMode(const QString& path, mode_t mode)
{
    ::chmod(QFile::encodeName(path).constData(), mode);
}

void link(const QString& target, const QString& path)
{
    QCOMPARE(::symlink(QFile::encodeName(target).constData(), QFile::encodeName(path).constData()),
             0);
}

QByteArray contentOf(const QString& path)
{
    return readFile(path, 1 << 20).valueOr("(unreadable)");
}

}  // namespace

class TestFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void homeIsSet();
    void readsWithinTheLimit();
    void readsOnlyFiles();
    void writesWhole();
    void writeKeepsTheOldFileWhenItFails();
    void readersNeverSeeHalfAFile();
    void makesFolders();
    void removesTrees();
    void removesNoLinkTarget();
    void removesWhatIsReadOnly();
    void removesDeepTrees();
    void copiesTrees();
    void copiesHoles();
    void copiesEveryName();
    void copyFailsWhole();
    void copyIsNoHardLink();
    void sizesAndSpace();
    void hashes();
    void logIsOneLineAndMasked();

private:
    QString at(const QString& name) const { return m_folder->filePath(name); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFiles::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestFiles::cleanup()
{
    QVERIFY(removeTree(m_folder->path()));
}

void TestFiles::homeIsSet()
{
    qputenv("ANALEMMA_HOME", QFile::encodeName(at(u"x/../home"_s)));
    QCOMPARE(homeFolder(), at(u"home"_s));
    qputenv("ANALEMMA_HOME", "");
    qputenv("XDG_DATA_HOME", QFile::encodeName(at(u"data"_s)));
    QCOMPARE(homeFolder(), at(u"data/analemma"_s));
    qunsetenv("XDG_DATA_HOME");
}

void TestFiles::readsWithinTheLimit()
{
    QVERIFY(writeFile(at(u"f"_s), "12345"));
    QCOMPARE(*readFile(at(u"f"_s), 5), QByteArray("12345"));
    const auto refused = readFile(at(u"f"_s), 4);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == ErrorKind::Invalid);
    QCOMPARE(refused.error().message, u"read %1: it is larger than 4 B"_s.arg(at(u"f"_s)));
    QVERIFY(readFile(u"/proc/self/status"_s, 100'000)->contains("VmSize"));
    QCOMPARE(*readStart(at(u"f"_s), 3), QByteArray("123"));
    QCOMPARE(*readStart(at(u"f"_s), 100), QByteArray("12345"));
    QVERIFY(readFile(at(u"f"_s), 1 << 20)->capacity() <
            64 * 1024);  // the room that it takes, not the limit
    const QByteArray large = QByteArray("0123456789").repeated(100'000);
    QVERIFY(writeFile(at(u"large"_s), large).ok());
    QVERIFY(*readFile(at(u"large"_s), large.size()) == large);
    QVERIFY(*readStart(at(u"large"_s), 99'999) == large.left(99'999));
}

void TestFiles::readsOnlyFiles()
{
    QVERIFY(readFile(at(u"none"_s), 10).error().kind == ErrorKind::NotFound);
    QVERIFY(readFile(at(u"."_s), 10).error().kind == ErrorKind::Invalid);
    QCOMPARE(::mkfifo(QFile::encodeName(at(u"pipe"_s)).constData(), 0600), 0);
    QVERIFY(readFile(at(u"pipe"_s), 10).error().kind == ErrorKind::Invalid);  // and does not hang
}

void TestFiles::writesWhole()
{
    const ::mode_t mask = ::umask(077);
    QVERIFY(writeFile(at(u"f"_s), "one"));
    QCOMPARE(modeOf(at(u"f"_s)), 0600);
    QVERIFY(writeFile(at(u"f"_s), "two", 0755));
    ::umask(mask);
    QCOMPARE(modeOf(at(u"f"_s)), 0755);
    QCOMPARE(contentOf(at(u"f"_s)), QByteArray("two"));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{u"f"_s});
    QVERIFY(writeFile(at(u"no/f"_s), "x").error().kind == ErrorKind::NotFound);
}

void TestFiles::writeKeepsTheOldFileWhenItFails()
{
    QVERIFY(makeFolder(at(u"full/f"_s)));  // a folder where the file should go: rename fails
    QVERIFY(!writeFile(at(u"full/f"_s), "x"));
    QVERIFY(QFileInfo(at(u"full/f"_s)).isDir());
    QCOMPARE(QDir(at(u"full"_s)).entryList(QDir::Files | QDir::Hidden).size(), 0);
}

void TestFiles::readersNeverSeeHalfAFile()
{
    const QString path = at(u"f"_s);
    QVERIFY(writeFile(path, QByteArray(100'000, 'a')));
    std::jthread writer([path] {
        for (int i = 0; i < 50; ++i) {
            (void)writeFile(path, QByteArray(100'000, i % 2 == 0 ? 'b' : 'a')).ok();
        }
    });
    for (int i = 0; i < 200; ++i) {
        const QByteArray seen = contentOf(path);
        QCOMPARE(seen.size(), 100'000);
        QCOMPARE(seen.count(seen[0]), 100'000);
    }
}

void TestFiles::makesFolders()
{
    QVERIFY(makeFolder(at(u"a/b/c"_s)));
    QCOMPARE(modeOf(at(u"a"_s)), 0700);
    QCOMPARE(modeOf(at(u"a/b/c"_s)), 0700);
    QVERIFY(makeFolder(at(u"a/b/c"_s), 0755));  // there already: left as it is
    QCOMPARE(modeOf(at(u"a/b/c"_s)), 0700);
    QVERIFY(makeFolder(at(u"a/d/"_s), 0755));
    QCOMPARE(modeOf(at(u"a/d"_s)), 0755);
    QVERIFY(writeFile(at(u"file"_s), ""));
    QVERIFY(!makeFolder(at(u"file"_s)));
    QVERIFY(!makeFolder(at(u"file/x"_s)));
    QVERIFY(!makeFolder(u"/proc/none/x"_s));  // nobody makes one there
}

void TestFiles::removesTrees()
{
    QVERIFY(removeTree(at(u"none"_s)));
    QVERIFY(removeTree(at(u"none/below"_s)));
    QVERIFY(writeFile(at(u"f"_s), "x"));
    QVERIFY(removeTree(at(u"f"_s)));
    QVERIFY(makeFolder(at(u"t/a/b"_s)));
    for (int i = 0; i < 300; ++i) {
        QVERIFY(QFile(at(u"t/a/b/%1"_s.arg(i))).open(QIODevice::WriteOnly));
    }
    QVERIFY(removeTree(at(u"t/"_s)));
    QVERIFY(!QFileInfo::exists(at(u"t"_s)));
    QVERIFY(!removeTree(u"/"_s));
}

void TestFiles::removesNoLinkTarget()
{
    QVERIFY(makeFolder(at(u"kept"_s)));
    QVERIFY(writeFile(at(u"kept/f"_s), "x"));
    QVERIFY(makeFolder(at(u"t"_s)));
    link(at(u"kept"_s), at(u"t/link"_s));
    link(at(u"kept"_s), at(u"link"_s));
    QVERIFY(removeTree(at(u"t"_s)));
    QVERIFY(removeTree(at(u"link"_s)));
    QVERIFY(!QFileInfo(at(u"link"_s)).isSymLink());
    QCOMPARE(contentOf(at(u"kept/f"_s)), QByteArray("x"));
}

void TestFiles::removesWhatIsReadOnly()
{
    QVERIFY(makeFolder(at(u"t/locked/in"_s)));
    QVERIFY(writeFile(at(u"t/locked/in/f"_s), "x"));
    setMode(at(u"t/locked/in/f"_s), 0400);
    setMode(at(u"t/locked/in"_s), 0000);
    setMode(at(u"t/locked"_s), 0500);
    setMode(at(u"t"_s), 0500);
    QVERIFY(removeTree(at(u"t"_s)));
    QVERIFY(!QFileInfo::exists(at(u"t"_s)));
}

void TestFiles::removesDeepTrees()
{
    // Deeper than the open files of a process and than the longest path.
    int folder = ::open(QFile::encodeName(m_folder->path()).constData(), O_RDONLY | O_DIRECTORY);
    const char* name = "a-folder-in-a-folder";
    for (int i = 0; i < 1500; ++i) {
        QCOMPARE(::mkdirat(folder, name, 0700), 0);
        const int next = ::openat(folder, name, O_RDONLY | O_DIRECTORY);
        ::close(folder);
        folder = next;
    }
    ::close(folder);
    QVERIFY(removeTree(at(QString::fromLatin1(name))));
    QVERIFY(!QFileInfo::exists(at(QString::fromLatin1(name))));
}

void TestFiles::copiesTrees()
{
    QVERIFY(makeFolder(at(u"from/sub"_s), 0750));
    QVERIFY(writeFile(at(u"from/sub/run.sh"_s), QByteArray(300'000, 'x'), 0755));
    QVERIFY(writeFile(at(u"from/empty"_s), "", 0440));
    QVERIFY(writeFile(at(u"outside"_s), "outside"));
    link(at(u"outside"_s), at(u"from/absolute"_s));
    link(u"sub/run.sh"_s, at(u"from/relative"_s));
    link(u"nowhere"_s, at(u"from/dangling"_s));
    QCOMPARE(::mkfifo(QFile::encodeName(at(u"from/pipe"_s)).constData(), 0600), 0);
    const std::array<timespec, 2> times = {timespec{1'000'000, 5}, timespec{1'234'567, 89}};
    ::utimensat(AT_FDCWD, QFile::encodeName(at(u"from/sub"_s)).constData(), times.data(), 0);
    setMode(at(u"from"_s), 0555);

    QVERIFY(copyTree(at(u"from"_s), at(u"to"_s)));
    QCOMPARE(modeOf(at(u"to"_s)), 0555);
    QCOMPARE(modeOf(at(u"to/sub"_s)), 0750);
    QCOMPARE(modeOf(at(u"to/sub/run.sh"_s)), 0755);
    QCOMPARE(modeOf(at(u"to/empty"_s)), 0440);
    QCOMPARE(contentOf(at(u"to/sub/run.sh"_s)), QByteArray(300'000, 'x'));
    QCOMPARE(statOf(at(u"to/sub"_s)).st_mtim.tv_sec, 1'234'567);
    QCOMPARE(statOf(at(u"to/sub"_s)).st_mtim.tv_nsec, 89);
    QCOMPARE(statOf(at(u"to/sub/run.sh"_s)).st_mtim.tv_nsec,
             statOf(at(u"from/sub/run.sh"_s)).st_mtim.tv_nsec);
    std::array<char, 4096> text{};
    QVERIFY(::readlink(QFile::encodeName(at(u"to/absolute"_s)).constData(), text.data(),
                       text.size()) > 0);
    QCOMPARE(QFile::decodeName(text.data()), at(u"outside"_s));
    text.fill('\0');
    QVERIFY(::readlink(QFile::encodeName(at(u"to/relative"_s)).constData(), text.data(),
                       text.size()) > 0);
    QCOMPARE(QByteArray(text.data()), QByteArray("sub/run.sh"));
    QVERIFY(QFileInfo(at(u"to/dangling"_s)).isSymLink());
    QVERIFY(!QFileInfo::exists(at(u"to/pipe"_s)));

    const auto again = copyTree(at(u"from"_s), at(u"to"_s));
    QVERIFY(again.error().kind == ErrorKind::Conflict);
    QVERIFY(copyTree(at(u"from/sub/run.sh"_s), at(u"single"_s)));
    QCOMPARE(modeOf(at(u"single"_s)), 0755);
}

void TestFiles::copiesHoles()
{
    QFile file(at(u"sparse"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(64 * 1024 * 1024));
    QVERIFY(file.seek(32 * 1024 * 1024) && file.write("middle") == 6);
    file.close();
    QVERIFY(copyTree(at(u"sparse"_s), at(u"copy"_s)));
    QCOMPARE(statOf(at(u"copy"_s)).st_size, 64 * 1024 * 1024);
    QVERIFY(statOf(at(u"copy"_s)).st_blocks <= statOf(at(u"sparse"_s)).st_blocks + 16);
    QCOMPARE(*sha256(at(u"copy"_s)), *sha256(at(u"sparse"_s)));
}

void TestFiles::copiesEveryName()
{
    QVERIFY(makeFolder(at(u"from"_s)));
    const QByteArray from = QFile::encodeName(at(u"from"_s)) + '/';
    int made = 0;
    for (int c = 1; c < 256; ++c) {
        const QByteArray name = from + "n" + static_cast<char>(c);
        if (c != '/') {
            const int fd = ::open(name.constData(), O_WRONLY | O_CREAT, 0600);
            QVERIFY(fd >= 0);
            ::close(fd);
            ++made;
        }
    }
    QVERIFY(copyTree(at(u"from"_s), at(u"to"_s)));
    int seen = 0;
    for (int c = 1; c < 256; ++c) {
        const QByteArray name = QFile::encodeName(at(u"to"_s)) + "/n" + static_cast<char>(c);
        seen += c != '/' && ::access(name.constData(), R_OK) == 0 ? 1 : 0;
    }
    QCOMPARE(seen, made);
    QVERIFY(removeTree(at(u"from"_s)));
    QVERIFY(removeTree(at(u"to"_s)));
}

void TestFiles::copyFailsWhole()
{
    QVERIFY(makeFolder(at(u"from"_s)));
    QVERIFY(writeFile(at(u"from/a"_s), "x"));
    QString deep = at(u"from"_s);
    for (int i = 0; i < 210; ++i) {
        deep += u"/d"_s;
    }
    QVERIFY(makeFolder(deep));
    const auto copied = copyTree(at(u"from"_s), at(u"to"_s));
    QVERIFY(!copied);
    QVERIFY(copied.error().message.contains(u"nested deeper than 200"_s));
    QVERIFY(!QFileInfo::exists(at(u"to"_s)));
    QVERIFY(!copyTree(at(u"none"_s), at(u"to"_s)));
    QVERIFY(!QFileInfo::exists(at(u"to"_s)));
    QVERIFY(!copyTree(at(u"from"_s), at(u"no/to"_s)));
}

void TestFiles::copyIsNoHardLink()
{
    QVERIFY(writeFile(at(u"a"_s), "old"));
    QVERIFY(copyTree(at(u"a"_s), at(u"b"_s)));
    QFile file(at(u"b"_s));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.write("new") == 3);
    file.close();
    QCOMPARE(contentOf(at(u"a"_s)), QByteArray("old"));
    QVERIFY(statOf(at(u"a"_s)).st_ino != statOf(at(u"b"_s)).st_ino);
}

void TestFiles::sizesAndSpace()
{
    QVERIFY(makeFolder(at(u"t/u"_s)));
    QVERIFY(writeFile(at(u"t/a"_s), "12345"));
    QVERIFY(writeFile(at(u"t/u/b"_s), "123"));
    link(at(u"t/a"_s), at(u"t/link"_s));
    QCOMPARE(treeSize(at(u"t"_s)), 8);
    QCOMPARE(treeSize(at(u"none"_s)), 0);
    QVERIFY(freeSpace(m_folder->path()) > 0);
    QVERIFY(freeSpace(at(u"not/there/yet"_s)) > 0);
}

void TestFiles::hashes()
{
    const QString abc = u"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_s;
    QCOMPARE(sha256(QByteArray("abc")), abc);
    QVERIFY(writeFile(at(u"f"_s), "abc"));
    QCOMPARE(*sha256(at(u"f"_s)), abc);
    QVERIFY(sha256(at(u"none"_s)).error().kind == ErrorKind::NotFound);
}

void TestFiles::logIsOneLineAndMasked()
{
    startLog(at(u"log"_s));
    hideInLog(Secret(QByteArrayView("hunter2-hunter2")));
    logLine(LogLevel::Info, "test", u"login with hunter2-hunter2\nforged line"_s);
    logLine(LogLevel::Debug, "test", u"not written unless asked for"_s);
    const QString path = at(u"log/analemma.log"_s);
    QByteArray log = contentOf(path);
    QCOMPARE(modeOf(path), 0600);
    QCOMPARE(log.count('\n'), 1);
    QVERIFY2(log.endsWith(" info test login with ***␊forged line\n"), log.constData());

    const QString large(8000, u'x');
    for (int i = 0; i < 700; ++i) {
        logLine(LogLevel::Info, "test", large);
    }
    QVERIFY(QFileInfo(path).size() < 5 * 1024 * 1024);
    QVERIFY(QFileInfo(path + u".1"_s).size() > 3 * 1024 * 1024);
}

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
