#include "tests/fuzz/fuzz.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;

/// How often an input is changed; fewer where one takes long.
#ifndef ANALEMMA_ROUNDS
#define ANALEMMA_ROUNDS 100
#endif

/// Runs a fuzz target over its committed corpus: each file as it is, cut short, and with bytes
/// changed in a fixed way. A broken promise ends the program, and so the test.
class TestReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void corpus_data();
    void corpus();
    void noise();

private:
    static void run(const QByteArray& bytes)
    {
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                               static_cast<std::size_t>(bytes.size()));
    }
};

void TestReplay::corpus_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(ANALEMMA_CORPUS));
    const QStringList names = folder.entryList(QDir::Files, QDir::Name);
    QVERIFY2(!names.isEmpty(), "the corpus is empty");
    for (const QString& name : names) {
        QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
}

void TestReplay::corpus()
{
    QFETCH(QString, path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QElapsedTimer timer;
    timer.start();
    run(bytes);
    QVERIFY2(timer.elapsed() < 60'000, "one input took longer than a minute");

    // A large file is changed less often: the test stays short.
    const int rounds = bytes.size() > 64 * 1024 ? 2 : ANALEMMA_ROUNDS;
    QRandomGenerator random(4711);
    for (int round = 0; round < rounds && !bytes.isEmpty(); ++round) {
        run(bytes.first(random.bounded(bytes.size())));
        QByteArray changed = bytes;
        for (int change = 0; change <= round % 4; ++change) {
            changed[random.bounded(bytes.size())] = static_cast<char>(random.bounded(256));
        }
        run(changed);
        const qsizetype at = random.bounded(bytes.size());
        run(bytes.first(at) + bytes.sliced(random.bounded(bytes.size())));
    }
}

void TestReplay::noise()
{
    QRandomGenerator random(42);
    for (int round = 0; round < 3 * ANALEMMA_ROUNDS; ++round) {
        QByteArray bytes(random.bounded(200), '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random.bounded(256));
        }
        run(bytes);
    }
}

QTEST_GUILESS_MAIN(TestReplay)
#include "replay.moc"
