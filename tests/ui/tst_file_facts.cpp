#include "tests/ui/made.h"
#include "ui/files/file_facts.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

class TestFileFacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modesAreTold_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("text");
        using Kind = ssh::FileInfo::Kind;
        QTest::newRow("folder") << int(Kind::Folder) << 0755 << u"drwxr-xr-x"_s;
        QTest::newRow("file") << int(Kind::File) << 0640 << u"-rw-r-----"_s;
        QTest::newRow("link") << int(Kind::Link) << 0777 << u"lrwxrwxrwx"_s;
        QTest::newRow("nothing") << int(Kind::Other) << 0 << u"?---------"_s;
        QTest::newRow("set-user-id") << int(Kind::File) << 04755 << u"-rwsr-xr-x"_s;
        QTest::newRow("set-group-id alone") << int(Kind::File) << 02644 << u"-rw-r-Sr--"_s;
        QTest::newRow("sticky") << int(Kind::Folder) << 01777 << u"drwxrwxrwt"_s;
        QTest::newRow("sticky alone") << int(Kind::Folder) << 01776 << u"drwxrwxrwT"_s;
    }
    void modesAreTold()
    {
        QFETCH(int, kind);
        QFETCH(int, mode);
        QFETCH(QString, text);
        ssh::FileInfo info;
        info.kind = ssh::FileInfo::Kind(kind);
        info.mode = mode;
        QCOMPARE(modeText(info), text);
        QCOMPARE(parseMode(octalText(mode)), std::optional(mode));
    }
    void numbersThatAreNoMode()
    {
        for (const QString& text :
             {u""_s, u"8"_s, u"75"_s, u"789"_s, u"07555"_s, u" 644"_s, u"64a"_s}) {
            QVERIFY2(!parseMode(text), qPrintable(text));
        }
    }
    void rowsComeInOrder()
    {
        std::vector<ssh::FileInfo> entries;
        const auto add = [&entries](const char* name, ssh::FileInfo::Kind kind, qint64 size) {
            ssh::FileInfo info;
            info.name = name;
            info.kind = kind;
            info.size = size;
            info.modified = made::now();
            entries.push_back(info);
        };
        add("b", ssh::FileInfo::Kind::File, 1);
        add("A", ssh::FileInfo::Kind::File, 3);
        add("z", ssh::FileInfo::Kind::Folder, 0);
        add("c", ssh::FileInfo::Kind::File, 2);
        add("a\xe2\x80\xae"
            "b\x1b[31m",
            ssh::FileInfo::Kind::File, 4);
        const auto names = [&entries](FileColumn column, Qt::SortOrder order) {
            QStringList found;
            for (const Record& one : fileRecords(entries, column, order, made::now())) {
                found.append(one.fields[0].text);
            }
            return found;
        };
        const QString odd = u"a⟨U+202E⟩b␛[31m"_s;
        QCOMPARE(names(FileColumn::Name, Qt::AscendingOrder),
                 (QStringList{u"z"_s, u"A"_s, odd, u"b"_s, u"c"_s}));
        QCOMPARE(names(FileColumn::Size, Qt::AscendingOrder),
                 (QStringList{u"z"_s, u"b"_s, u"c"_s, u"A"_s, odd}));
        QCOMPARE(names(FileColumn::Size, Qt::DescendingOrder),
                 (QStringList{u"z"_s, odd, u"A"_s, u"c"_s, u"b"_s}));
        const QByteArray bytes(
            "\x00\xff\x80"
            "a",
            4);
        QCOMPARE(nameOfId(idOfName(bytes)), bytes);
    }
};

QTEST_APPLESS_MAIN(TestFileFacts)
#include "tst_file_facts.moc"
