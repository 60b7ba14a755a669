#include "core/ssh/src/files.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/kexprobe.h"
#include "core/ssh/src/markreader.h"
#include "core/ssh/src/opensshkey.h"
#include "core/ssh/src/privatekey.h"
#include "core/ssh/src/sessionmemory.h"
#include "core/ssh/src/sftppackets.h"
#include "core/ssh/src/sshbytes.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QRandomGenerator>

#include <sys/mman.h>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

/// The parts that read foreign bytes, without a network.
class TestSshParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbers();
    void readPastTheEnd();
    void fingerprint();
    void preference();
    void serverAlgorithms();
    void serverAlgorithmsDamaged();
    void mismatch();
    void ownersOfALine_data();
    void ownersOfALine();
    void replies();
    void repliesDamaged();
    void attributes();
    void extensions();
    void damagedKeys_data();
    void damagedKeys();
    void memoryOfASession();
    void emptyPagesOfASession();
    void freshMarks();
    void markedOutput();
    void badMarks_data();
    void badMarks();

private:
    static QByteArray kexInit();
};

void TestSshParts::numbers()
{
    WireWriter writer;
    writer.u32(0xfffefdfc);
    writer.u64(0x0102030405060708);
    writer.mpint(QByteArray("\0\0\x80", 3));
    writer.mpint(QByteArray("\x7f", 1));
    writer.mpint(QByteArray());
    const QByteArray bytes = writer.take();
    QCOMPARE(bytes.toHex(), QByteArray("fffefdfc0102030405060708000000020080000000017f00000000"));
    WireReader reader(bytes);
    QCOMPARE(reader.u32(), 0xfffefdfcU);
    QCOMPARE(reader.u64(), 0x0102030405060708U);
    QCOMPARE(reader.mpint().toByteArray(), QByteArray("\x80"));
    QCOMPARE(reader.mpint().toByteArray(), QByteArray("\x7f"));
    QVERIFY(reader.mpint().isEmpty());
    QVERIFY(reader.ok() && reader.rest().isEmpty());
}

void TestSshParts::readPastTheEnd()
{
    for (const QByteArray& bytes :
         {QByteArray(), QByteArray("\0\0\0", 3), QByteArray("\xff\xff\xff\xff"),
          QByteArray("\0\0\0\5abcd", 8)}) {
        WireReader reader(bytes);
        QVERIFY(reader.string().isEmpty());
        QVERIFY(!reader.ok());
        QCOMPARE(reader.u32(), 0U);
        QCOMPARE(reader.u64(), 0U);
        QCOMPARE(reader.byte(), quint8(0));
        QVERIFY(!reader.ok());
    }
}

/// As ssh-keygen prints it.
void TestSshParts::fingerprint()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"key"_s);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s,
                               {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, u""_s, u"-f"_s, path}),
             0);
    QProcess tool;
    tool.start(u"ssh-keygen"_s, {u"-l"_s, u"-f"_s, path});
    QVERIFY(tool.waitForFinished());
    const QString printed = QString::fromUtf8(tool.readAllStandardOutput()).section(u' ', 1, 1);
    QFile file(path + u".pub"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString line = QString::fromUtf8(file.readAll());
    const auto key = parseHostKey(line);
    VERIFY_OK(key);
    QCOMPARE(key->fingerprint(), printed);
    QCOMPARE(key->text(), line.section(u' ', 0, 1));
    const auto own = readKeyFile(path, {});
    VERIFY_OK(own);
    QCOMPARE(hostKeyFromBlob(own->publicKey).fingerprint(), printed);
}

void TestSshParts::preference()
{
    QCOMPARE(hostKeyPreference({}).first(), u"ssh-ed25519"_s);
    QVERIFY(!hostKeyPreference({}).contains(u"ssh-rsa"_s));  // SHA-1
    QVERIFY(!hostKeyPreference({u"ssh-dss"_s}).contains(u"ssh-dss"_s));
    const QStringList recorded = {u"ecdsa-sha2-nistp521"_s, u"ssh-rsa"_s, u"ecdsa-sha2-nistp384"_s};
    const QStringList wanted = {u"ecdsa-sha2-nistp521"_s, u"ecdsa-sha2-nistp384"_s,
                                u"ssh-ed25519"_s};
    QCOMPARE(hostKeyPreference(recorded).mid(0, 3), wanted);
    QVERIFY(!hostKeyPreference({u"ssh-rsa"_s}).contains(u"ssh-ed25519"_s));
}

QByteArray TestSshParts::kexInit()
{
    WireWriter body;
    body.byte(20);
    body.raw(QByteArray(16, 'c'));
    for (const char* names : {"kex-a,ext-info-s,kex-b,kex-strict-s-v00@openssh.com", "key-a",
                              "cipher-a", "cipher-b", "mac-a", "mac-b", "none", "none", "", ""}) {
        body.string(QByteArrayView(names));
    }
    body.byte(0);
    body.u32(0);
    const QByteArray payload = body.take();
    WireWriter packet;
    packet.u32(quint32(payload.size() + 1 + 6));
    packet.byte(6);
    packet.raw(payload);
    packet.raw(QByteArray(6, 'p'));
    return "welcome\r\nSSH-2.0-test\r\n" + packet.take();
}

void TestSshParts::serverAlgorithms()
{
    const QByteArray bytes = kexInit();
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        QVERIFY(!readServerAlgorithms(bytes.left(size)).has_value());
    }
    const auto read = readServerAlgorithms(bytes);
    QVERIFY(read.has_value());
    VERIFY_OK(*read);
    const Algorithms& algorithms = read->value();
    QCOMPARE(algorithms.kex, (QStringList{u"kex-a"_s, u"kex-b"_s}));
    QCOMPARE(algorithms.hostKeys, QStringList{u"key-a"_s});
    QCOMPARE(algorithms.ciphers, QStringList{u"cipher-a"_s});
    QCOMPARE(algorithms.macs, QStringList{u"mac-a"_s});
}

void TestSshParts::serverAlgorithmsDamaged()
{
    const QByteArray good = kexInit();
    QRandomGenerator generator(7);
    for (int i = 0; i < 20'000; ++i) {
        QByteArray bytes = good;
        for (int k = 0; k < 3; ++k) {
            bytes[generator.bounded(int(bytes.size()))] = char(generator.bounded(256));
        }
        (void)readServerAlgorithms(bytes);  // anything but a crash
    }
    QVERIFY(!readServerAlgorithms(QByteArray(300'000, 'x')).value().ok());
}

void TestSshParts::mismatch()
{
    Algorithms ours;
    ours.kex = ours.hostKeys = ours.ciphers = ours.macs = {u"a"_s, u"b"_s};
    Algorithms theirs = ours;
    QVERIFY(!explainMismatch(ours, theirs).has_value());
    theirs.macs = {u"c"_s};
    theirs.hostKeys = {};
    const auto error = explainMismatch(ours, theirs);
    QVERIFY(error.has_value());
    QCOMPARE(error->kind, ErrorKind::Unsupported);
    QCOMPARE(error->details.keys(), (QStringList{u"hostKey"_s, u"mac"_s}));
    QVERIFY(error->message.contains(u"the server offers c; built in are a, b"_s));
    QVERIFY(error->message.contains(u"the server offers none"_s));
}

void TestSshParts::ownersOfALine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("owner");
    QTest::addColumn<QString>("group");
    QTest::newRow("OpenSSH") << QByteArray(
                                    "-rw-r--r--    1 ana      staff        1234 Nov 26 09:41 a b")
                             << u"ana"_s << u"staff"_s;
    QTest::newRow("numbers") << QByteArray("drwxr-xr-x    ? 1000     100    0 Jan  1  2020 d")
                             << u"1000"_s << u"100"_s;
    QTest::newRow("empty") << QByteArray() << QString() << QString();
    QTest::newRow("a name alone") << QByteArray("file") << QString() << QString();
    QTest::newRow("control") << QByteArray(
                                    "-rw-r--r-- 1 a\033[31m st\xe2\x80\xae"
                                    "ff 1 Nov 26 9:41 x")
                             << QString() << QString();
    QTest::newRow("long") << "-rw-r--r-- 1 " + QByteArray(60, 'a') + " b 1 Nov 26 9:41 x"
                          << QString() << u"b"_s;
}

void TestSshParts::ownersOfALine()
{
    QFETCH(QByteArray, line);
    const auto [owner, group] = ownersIn(line);
    QTEST(owner, "owner");
    QTEST(group, "group");
}

void TestSshParts::replies()
{
    WireWriter writer;
    writer.u32(4 + 1 + 4 + 4 + 2 + 4);
    writer.byte(101);
    writer.u32(9);
    writer.u32(3);
    writer.string("no");
    writer.string("");
    const QByteArray one = writer.take();
    QByteArray buffer;
    for (const char byte : one + one) {  // byte by byte
        buffer += byte;
        const auto reply = sftp::takeReply(buffer);
        if (reply) {
            VERIFY_OK(*reply);
            QCOMPARE(reply->value().id, 9U);
            QCOMPARE(reply->value().status(), sftp::Status::PermissionDenied);
            QCOMPARE(reply->value().statusText(), u"no"_s);
            QVERIFY(buffer.isEmpty());
        }
    }
    QVERIFY(buffer.isEmpty());
}

void TestSshParts::repliesDamaged()
{
    for (const QByteArray& start : {QByteArray("\xff\xff\xff\xff", 4), QByteArray("\0\0\0\0", 4),
                                    QByteArray("\0\4\0\1", 4)}) {
        QByteArray buffer = start + QByteArray(100, '\0');
        const auto reply = sftp::takeReply(buffer);
        QVERIFY(reply.has_value() && !reply->ok());
        QCOMPARE(reply->error().kind, ErrorKind::Protocol);
    }
    QRandomGenerator generator(11);
    for (int i = 0; i < 20'000; ++i) {
        QByteArray buffer("\0\0\0\x20", 4);
        for (int k = 0; k < 40; ++k) {
            buffer += char(generator.bounded(256));
        }
        const auto reply = sftp::takeReply(buffer);
        QVERIFY(reply.has_value() && reply->ok());
        (void)sftp::readAttributes(reply->value());
        (void)reply->value().handle();
        (void)reply->value().data();
        (void)reply->value().statusText();
        (void)sftp::offersExtension(reply->value(), "posix-rename@openssh.com");
    }
}

void TestSshParts::attributes()
{
    sftp::Reply reply;
    reply.type = sftp::Type::Attributes;
    WireWriter writer;
    writer.u32(0x1 | 0x2 | 0x4);
    writer.u64(77);
    writer.u32(1000);
    writer.u32(1000);
    writer.u32(0040755);
    reply.body = writer.take();
    const auto attributes = sftp::readAttributes(reply);
    QVERIFY(attributes.has_value());
    QCOMPARE(attributes->size.value(), 77U);
    QVERIFY(attributes->isFolder() && !attributes->isRegular());
    reply.body.chop(1);
    QVERIFY(!sftp::readAttributes(reply).has_value());
}

void TestSshParts::extensions()
{
    sftp::Reply reply;
    WireWriter writer;
    writer.string("other@example.org");
    writer.string("1");
    writer.string("posix-rename@openssh.com");
    writer.string("1");
    reply.body = writer.take();
    QVERIFY(sftp::offersExtension(reply, "posix-rename@openssh.com"));
    QVERIFY(!sftp::offersExtension(reply, "rename"));
}

void TestSshParts::damagedKeys_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("ed25519") << u"ed25519"_s;
    QTest::newRow("ecdsa") << u"ecdsa"_s;
    QTest::newRow("rsa") << u"rsa"_s;
}

/// A key file with any byte changed is refused or still a key; it never does harm.
void TestSshParts::damagedKeys()
{
    QFETCH(QString, type);
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"key"_s);
    QCOMPARE(
        QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-t"_s, type, u"-N"_s, u""_s, u"-f"_s, path}),
        0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const QByteArray head = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    const QByteArray end = "\n-----END OPENSSH PRIVATE KEY-----\n";
    const QByteArray bytes =
        QByteArray::fromBase64(text.mid(head.size(), text.size() - head.size() - end.size()));
    const auto whole = PrivateKey::parse(text, path);
    VERIFY_OK(whole);
    QVERIFY(!(*whole)->sign("data").isEmpty());
    const qsizetype step = type == u"rsa"_s ? 7 : 1;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        QByteArray damaged = bytes;
        damaged[at] = char(damaged.at(at) ^ 0x81);
        const auto key = PrivateKey::parse(head + damaged.toBase64() + end, path);
        if (key) {
            (void)(*key)->sign("data");
        } else {
            QCOMPARE(key.error().kind, ErrorKind::Auth);
        }
        const auto cut = PrivateKey::parse(head + bytes.left(at).toBase64() + end, path);
        QVERIFY(!cut || at > bytes.size() - 32);
    }
}

/// What a library forgets is given back in the end: the leak checker of the suite watches.
void TestSshParts::memoryOfASession()
{
    SessionMemory memory;
    auto* kept = static_cast<char*>(memory.take(5));
    std::memcpy(kept, "12345", 5);
    void* other = memory.take(0);
    QVERIFY(other != nullptr);
    QCOMPARE(quintptr(kept) % alignof(std::max_align_t), quintptr(0));
    kept = static_cast<char*>(memory.resize(kept, 100'000));
    QCOMPARE(QByteArray(kept, 5), "12345");
    kept = static_cast<char*>(memory.resize(kept, 2));
    QCOMPARE(QByteArray(kept, 2), "12");
    QCOMPARE(memory.count(), 2);
    memory.give(other);
    memory.give(nullptr);
    QCOMPARE(memory.count(), 1);
    QVERIFY(memory.resize(nullptr, 10) != nullptr);  // like realloc
    QVERIFY(memory.take(SIZE_MAX) == nullptr);
    QCOMPARE(memory.count(), 2);
}

/// What a session cleared and never used takes no memory; what it wrote stays.
void TestSshParts::emptyPagesOfASession()
{
    constexpr std::size_t size = 64 * 1024;
    const auto page = std::size_t(::sysconf(_SC_PAGESIZE));
    SessionMemory memory;
    auto* block = static_cast<char*>(memory.take(size));
    std::memset(block, 0, size);
    std::memcpy(block + size / 2, "kept", 4);
    const auto resident = [&]() -> int {
        const auto from = (quintptr(block) + page - 1) / page * page;
        std::vector<unsigned char> pages(size / page - 1);
        return ::mincore(reinterpret_cast<void*>(from), pages.size() * page, pages.data()) == 0
                   ? int(std::count_if(pages.begin(), pages.end(),
                                       [](auto each) { return (each & 1) != 0; }))
                   : -1;
    };
    QCOMPARE(resident(), int(size / page - 1));
    memory.giveBackEmptyPages();
    QCOMPARE(resident(), 1);
    QCOMPARE(QByteArray(block + size / 2, 4), "kept");
    QVERIFY(std::all_of(block, block + size / 2, [](char each) { return each == 0; }));
    block[10] = 1;
    memory.giveBackEmptyPages();
    QCOMPARE(block[10], char(1));
}

void TestSshParts::freshMarks()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray mark = MarkReader::freshMark();
        QCOMPARE(mark.size(), 32);
        QCOMPARE(QByteArray::fromHex(mark).toHex(), mark);
        seen.insert(mark);
    }
    QCOMPARE(seen.size(), 1000);
}

/// However a stream is cut, its output is the same; nothing is held back but the length of a mark.
void TestSshParts::markedOutput()
{
    QByteArray mark = MarkReader::freshMark();
    mark[31] = mark[0] == '0' ? '1' : '0';  // else its first 31 letters and itself hold it twice
    const QByteArray output = mark.left(31) + "x\n\0 0\n"_ba + mark.left(16) + mark.left(16) +
                              " 0\nno end" + mark.left(31);
    const QByteArray stream = output + mark + " 137\n";
    for (qsizetype size = 1; size <= stream.size(); ++size) {
        MarkReader reader;
        reader.expect(mark);
        QByteArray got;
        for (qsizetype at = 0; at < stream.size(); at += size) {
            QVERIFY(!reader.isFound());
            got +=
                reader.feed(QByteArrayView(stream).sliced(at, std::min(size, stream.size() - at)));
            QVERIFY(got.size() > std::min(at + size, output.size()) - 32);
        }
        QVERIFY(reader.isFound() && !reader.hasMore() && !reader.isBroken());
        QCOMPARE(reader.exitCode(), 137);
        QCOMPARE(got, output);
        QVERIFY(reader.feed("late").isEmpty());
        QVERIFY(reader.hasMore());
    }
}

void TestSshParts::badMarks_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no number") << " \n"_ba;
    QTest::newRow("nothing") << "\n"_ba;
    QTest::newRow("no space") << "00\n"_ba;
    QTest::newRow("word") << " ok\n"_ba;
    QTest::newRow("negative") << " -1\n"_ba;
    QTest::newRow("too big") << " 256\n"_ba;
    QTest::newRow("too long") << " 0000000"_ba;
    QTest::newRow("zero byte") << " \0\n"_ba;
}

void TestSshParts::badMarks()
{
    QFETCH(QByteArray, line);
    const QByteArray mark = MarkReader::freshMark();
    for (const qsizetype size : {qsizetype(1), mark.size() + line.size()}) {
        MarkReader reader;
        reader.expect(mark);
        const QByteArray stream = mark + line;
        for (qsizetype at = 0; at < stream.size(); at += size) {
            QCOMPARE(reader.feed(QByteArrayView(stream).sliced(at, size)), QByteArray());
        }
        QVERIFY(reader.isBroken() && !reader.isFound());
    }
}

QTEST_GUILESS_MAIN(TestSshParts)
#include "tst_ssh_parts.moc"
