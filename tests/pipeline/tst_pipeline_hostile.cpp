#include "core/pipeline/src/model.h"
#include "tests/support.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::pipeline;

/// Files that were made to hurt their reader: each is refused with a short sentence, soon.
class TestPipelineHostile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void survivesHostileFiles_data();
    void survivesHostileFiles();
};

void TestPipelineHostile::survivesHostileFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray head = "version: 2.1\n";
    QByteArray many = head + "jobs:\n  a:\n" + "    docker: [{image: x}]\n    steps: [checkout]\n" +
                      "workflows:\n  w:\n    jobs:\n";
    for (int i = 0; i < 600; ++i) {
        many += "      - a: {name: n" + QByteArray::number(i) + "}\n";
    }
    QTest::newRow("many jobs") << many;
    for (const char* steps : {"[checkout]", "[]"}) {
        QByteArray bomb = head + "commands:\n  c0: {steps: " + steps + "}\n";
        for (int i = 1; i < 15; ++i) {
            const QByteArray before = "c" + QByteArray::number(i - 1);
            bomb += "  c" + QByteArray::number(i) + ": {steps: [" +
                    QByteArray((before + ",").repeated(9)) + before + "]}\n";
        }
        QTest::addRow("commands that multiply %s", steps)
            << bomb + "jobs:\n  build:\n    machine: true\n    steps: [c14]\n";
    }
    QTest::newRow("binary") << QByteArray("\x00\xff\xfe", 3);
    QTest::newRow("deep") << QByteArray(5000, '[');
    QTest::newRow("long key") << head + "jobs: {" + QByteArray(100'000, 'k') + ": 1}\n";
    QTest::newRow("zero byte in a variable")
        << head +
               "jobs:\n  build:\n    machine: true\n    environment: {A: \"x\\0y\"}\n    steps: "
               "[checkout]\n";
}

void TestPipelineHostile::survivesHostileFiles()
{
    QFETCH(QByteArray, text);
    QElapsedTimer timer;
    timer.start();
    const Result<Definition> got = readCircleCi(text, u"config.yml"_s, u"main"_s);
    QVERIFY(!got);
    QCOMPARE(toString(got.error().kind), toString(ErrorKind::Invalid));
    QVERIFY2(got.error().message.size() < 1000, "the message is for people");
    QVERIFY(timer.elapsed() < 60'000);  // not by the size of what an alias would grow to
}

QTEST_GUILESS_MAIN(TestPipelineHostile)
#include "tst_pipeline_hostile.moc"
