#include "tests/support.h"
#include "ui/diff/change_list.h"
#include "ui/diff/diff_pane.h"
#include "ui/diff/diff_rows.h"
#include "ui/diff/diff_view.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"

#include <QBuffer>
#include <QClipboard>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

using Kind = git::DiffLine::Kind;

/// "  a", "- b", "+ c": unchanged, deleted, added.
git::Hunk hunkOf(const QList<QByteArray>& lines, int start)
{
    git::Hunk hunk;
    hunk.oldStart = hunk.newStart = start;
    int oldNumber = start;
    int newNumber = start;
    for (const QByteArray& text : lines) {
        git::DiffLine line;
        line.text = text.mid(2);
        line.kind = text[0] == '+' ? Kind::Added : text[0] == '-' ? Kind::Deleted : Kind::Context;
        line.oldNumber = line.kind == Kind::Added ? 0 : oldNumber++;
        line.newNumber = line.kind == Kind::Deleted ? 0 : newNumber++;
        hunk.lines.append(line);
    }
    hunk.oldCount = oldNumber - start;
    hunk.newCount = newNumber - start;
    return hunk;
}

git::FileDiff sample()
{
    git::FileDiff diff;
    diff.change.path = "src/price.cpp";
    diff.change.added = 4;
    diff.change.deleted = 3;
    diff.hunks = {hunkOf({"  one", "- two", "- three", "+ zwei", "+ drei", "+ vier", "  five"}, 10),
                  hunkOf({"- old", "+ new", "  end"}, 40)};
    return diff;
}

QByteArray pictureOf(int width, int height, const char* format)
{
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::red);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return buffer.data();
}

}  // namespace

/// The view of a file's changes: rows, words, keys, chosen lines, hunk actions, pictures, hostile
/// texts.
class TestDiff : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void rows();
    void pieces_data();
    void pieces();
    void keysAndChosenLines();
    void hunkActions();
    void sideBySide();
    void longLinesScroll();
    void pane();
    void pointersInWords();
    void pictures_data();
    void pictures();
    void changeList();

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

void TestDiff::initTestCase()
{
    qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
    m_theme = std::make_unique<Theme>();
}

void TestDiff::rows()
{
    const QList<DiffRow> inlined = diffRows(sample(), DiffLook::Inline);
    QCOMPARE(inlined, (QList<DiffRow>{{0, -1, -1},
                                      {0, 0, 0},
                                      {0, 1, -1},
                                      {0, 2, -1},
                                      {0, -1, 3},
                                      {0, -1, 4},
                                      {0, -1, 5},
                                      {0, 6, 6},
                                      {1, -1, -1},
                                      {1, 0, -1},
                                      {1, -1, 1},
                                      {1, 2, 2}}));
    const QList<DiffRow> beside = diffRows(sample(), DiffLook::Beside);
    QCOMPARE(beside, (QList<DiffRow>{{0, -1, -1},
                                     {0, 0, 0},
                                     {0, 1, 3},
                                     {0, 2, 4},
                                     {0, -1, 5},
                                     {0, 6, 6},
                                     {1, -1, -1},
                                     {1, 0, 1},
                                     {1, 2, 2}}));
    QCOMPARE(diffRows({}, DiffLook::Inline), QList<DiffRow>());
}

void TestDiff::pieces_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<git::Span>>("changed");
    QTest::addColumn<QList<TextPiece>>("pieces");
    using Spans = QList<git::Span>;
    using Pieces = QList<TextPiece>;
    QTest::newRow("plain") << QByteArray("int a;") << Spans{} << Pieces{{u"int a;"_s, false}};
    QTest::newRow("empty") << QByteArray() << Spans{} << Pieces{};
    QTest::newRow("word") << QByteArray("int a;") << Spans{{4, 1}}
                          << Pieces{{u"int "_s, false}, {u"a"_s, true}, {u";"_s, false}};
    QTest::newRow("tab after a word")
        << QByteArray("ab\tc") << Spans{{0, 2}} << Pieces{{u"ab"_s, true}, {u"  c"_s, false}};
    QTest::newRow("spans beyond the end") << QByteArray("abc") << Spans{{2, 9}, {40, 3}, {-3, 1}}
                                          << Pieces{{u"ab"_s, false}, {u"c"_s, true}};
    QTest::newRow("control characters become visible")
        << QByteArray("a\x1b[2Jb") << Spans{} << Pieces{{u"a\u241b[2Jb"_s, false}};
}

void TestDiff::pieces()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<git::Span>, changed);
    git::DiffLine line;
    line.text = text;
    line.changed = changed;
    QTEST(shownPieces(line), "pieces");
}

void TestDiff::keysAndChosenLines()
{
    DiffView view;
    view.resize(600, 400);
    view.setDiff(sample());
    view.show();
    view.setFocus();
    QCOMPARE(view.rows(), 12);
    QCOMPARE(view.chosenLines(), QList<int>());
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentLine()->text, QByteArray("one"));
    QCOMPARE(view.chosenLines(), QList<int>());  // unchanged
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.chosenLines(), QList<int>{1});
    QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(view.chosenLines(), (QList<int>{1, 2, 3}));
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"two\nthree\nzwei"_s);
    QTest::keyClick(&view, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(view.currentHunk(), 1);
    QCOMPARE(view.currentLine(), nullptr);
    // From one hunk into the next only what lies in the cursor's hunk counts.
    view.choose(5, 10);
    QCOMPARE(view.currentHunk(), 1);
    QCOMPARE(view.chosenLines(), (QList<int>{0, 1}));
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.currentLine()->text, QByteArray("end"));
    // The same file again keeps its place, another begins at its top.
    view.setDiff(sample());
    QCOMPARE(view.currentRow(), 11);
    git::FileDiff other = sample();
    other.change.path = "else";
    view.setDiff(other);
    QCOMPARE(view.currentRow(), 0);
}

void TestDiff::hunkActions()
{
    DiffView view;
    view.resize(700, 400);
    view.setDiff(sample());
    view.setHunkActions({{u"stage"_s, u"Stage hunk"_s, u"Stage lines"_s},
                         {u"discard"_s, u"Discard hunk"_s, QString()}});
    view.show();
    QSignalSpy acted(&view, &DiffView::hunkActed);
    const auto click = [&view](int hunk, const QString& action) {
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {},
                          view.actionRect(hunk, action).center());
    };
    click(1, u"stage"_s);
    QCOMPARE(acted.size(), 1);
    QCOMPARE(acted[0][0].toString(), u"stage"_s);
    QCOMPARE(acted[0][1].toInt(), 1);
    QCOMPARE(acted[0][2].value<QList<int>>(), QList<int>());
    view.choose(2, 4);
    click(0, u"stage"_s);
    QCOMPARE(acted[1][1].toInt(), 0);
    QCOMPARE(acted[1][2].value<QList<int>>(), (QList<int>{1, 2, 3}));
    // Lines of one hunk are not those of another.
    click(1, u"stage"_s);
    QCOMPARE(acted[2][1].toInt(), 1);
    QCOMPARE(acted[2][2].value<QList<int>>(), QList<int>());
    view.choose(2, 3);
    click(0, u"discard"_s);
    QCOMPARE(acted[3][0].toString(), u"discard"_s);
    QCOMPARE(acted[3][2].value<QList<int>>(), QList<int>());
    view.choose(9, 9);
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(acted[4][0].toString(), u"stage"_s);
    QCOMPARE(acted[4][2].value<QList<int>>(), QList<int>{0});
    QCOMPARE(acted.size(), 5);
}

void TestDiff::sideBySide()
{
    DiffView view;
    view.resize(800, 300);
    view.setDiff(sample());
    view.show();
    view.goToHunk(1);
    view.setLook(DiffLook::Beside);
    QCOMPARE(view.rows(), 9);
    QCOMPARE(view.currentHunk(), 1);
    // Deleted at the left and added at the right: the two grounds differ on one row.
    view.goToHunk(0);
    const QImage picture = view.viewport()->grab().toImage();
    QSet<QRgb> left;
    QSet<QRgb> right;
    for (int row = 0; row < picture.height(); ++row) {
        left.insert(picture.pixel(picture.width() / 2 - 6, row));
        right.insert(picture.pixel(picture.width() - 6, row));
    }
    QVERIFY(left.contains(tint(Token::Failed).rgb()) && !left.contains(tint(Token::Ok).rgb()));
    QVERIFY(right.contains(tint(Token::Ok).rgb()) && !right.contains(tint(Token::Failed).rgb()));
}

void TestDiff::longLinesScroll()
{
    DiffView view;
    view.resize(400, 200);
    git::FileDiff diff;
    diff.change.path = "long";
    QList<QByteArray> lines;
    for (int i = 0; i < 5'000; ++i) {
        lines.append("+ line " + QByteArray::number(i) + QByteArray(i == 7 ? 100'000 : 3, 'x'));
    }
    diff.hunks = {hunkOf(lines, 1)};
    view.setDiff(diff);
    view.show();
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.currentRow(), 5'000);
    QVERIFY(view.verticalScrollBar()->value() > 4'900);
    QVERIFY(view.horizontalScrollBar()->maximum() > 0);
    QVERIFY(!view.grab().isNull());
}

void TestDiff::pane()
{
    DiffPane pane;
    pane.resize(700, 400);
    pane.show();
    QLabel* path = pane.findChild<QLabel*>(u"diff-path"_s);
    QLabel* figures = pane.findChild<QLabel*>(u"diff-figures"_s);
    pane.setDiff(sample());
    QVERIFY(pane.view()->isVisible());
    QCOMPARE(path->text(), u"src/price.cpp"_s);
    QCOMPARE(figures->text(), u"+4 \u22123"_s);
    QTest::mouseClick(pane.findChild<QAbstractButton*>(u"diff-beside"_s), Qt::LeftButton);
    QCOMPARE(pane.view()->look(), DiffLook::Beside);
    QCOMPARE(DiffPane().view()->look(), DiffLook::Beside);  // remembered
    QSignalSpy space(&pane, &DiffPane::ignoreSpaceChanged);
    QTest::mouseClick(pane.findChild<QAbstractButton*>(u"diff-space"_s), Qt::LeftButton);
    QCOMPARE(space.size(), 1);
    QVERIFY(pane.ignoresSpace());

    git::FileDiff renamed;
    renamed.change.kind = git::FileChange::Kind::Renamed;
    renamed.change.path = "new\x1b.txt";
    renamed.change.oldPath = "old.txt";
    pane.setDiff(renamed);
    QVERIFY(!pane.view()->isVisible());
    QCOMPARE(path->text(), u"new\u241b.txt"_s);
    QCOMPARE(figures->text(), u"renamed from old.txt"_s);
    git::FileDiff large;
    large.tooLarge = true;
    pane.setDiff(large);
    QVERIFY(!pane.view()->isVisible());
}

void TestDiff::pointersInWords()
{
    git::FileDiff diff;
    diff.change.path = "film.mp4";
    diff.change.oldMode = diff.change.newMode = 0100644;
    diff.hunks = {hunkOf(
        {"  version https://git-lfs.github.com/spec/v1", "- oid sha256:" + QByteArray(64, 'a'),
         "- size 2097152", "+ oid sha256:" + QByteArray(64, 'b'), "+ size 3145728"},
        1)};
    DiffPane pane;
    pane.show();
    pane.setDiff(diff);
    QVERIFY(!pane.view()->isVisible());
    auto* words = pane.findChild<QWidget*>(u"diff-words"_s);
    QVERIFY(words->isVisible());
    QStringList shown;
    for (const QLabel* label : words->findChildren<QLabel*>()) {
        shown.append(label->text());
    }
    const QString text = shown.join(u'\n');
    QVERIFY2(text.contains(u"Git LFS: 2.0 MiB (aaaaaaaaaa), now 3.0 MiB (bbbbbbbbbb)"_s) ||
                 text.contains(u"Git LFS: 2 MiB (aaaaaaaaaa), now 3 MiB (bbbbbbbbbb)"_s),
             qPrintable(text));
    QCOMPARE(pane.findChild<QLabel*>(u"diff-path"_s)->text(), u"film.mp4"_s);
}

void TestDiff::pictures_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QSize>("size");
    QTest::newRow("png") << pictureOf(30, 20, "png") << QSize(30, 20);
    QTest::newRow("jpeg") << pictureOf(31, 20, "jpeg") << QSize(31, 20);
    QTest::newRow("cut") << pictureOf(30, 20, "png").left(40) << QSize();
    QTest::newRow("text") << QByteArray("hello") << QSize();
    QTest::newRow("svg is none") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg'/>")
                                 << QSize();
    QByteArray huge = pictureOf(30, 20, "png");
    huge.replace(16, 4, QByteArray::fromHex("00010000"));  // IHDR's width: 65,536
    huge.replace(20, 4, QByteArray::fromHex("00010000"));
    QTest::newRow("4 gigapixels by its head") << huge << QSize();
}

void TestDiff::pictures()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QSize, size);
    const QImage image = decodePicture(bytes);
    QCOMPARE(image.isNull() ? QSize() : image.size(), size);
    DiffPane pane;
    pane.resize(500, 300);
    pane.show();
    git::FileChange change;
    change.path = "logo.png";
    QCOMPARE(pane.setPictures(change, {}, bytes), size.isValid());
    QCOMPARE(pane.findChild<PictureView*>()->isVisible(), size.isValid());
    QVERIFY(!pane.grab().isNull());
}

void TestDiff::changeList()
{
    ChangeList list(u"files"_s);
    list.resize(400, 200);
    list.show();
    git::FileChange odd;
    odd.path = QByteArray("data/\xff\x01 odd\n.bin");
    odd.binary = true;
    git::FileChange plain;
    plain.path = "README.md";
    plain.kind = git::FileChange::Kind::Added;
    plain.added = 12;
    QSignalSpy moved(&list, &ChangeList::currentChanged);
    list.setChanges({odd, plain});
    QVERIFY(list.select(odd.path));
    QCOMPARE(moved.last()[0].toByteArray(), odd.path);
    QCOMPARE(list.current()->path, odd.path);
    QVERIFY(list.select("README.md"));
    QCOMPARE(list.current()->added, 12);
    QVERIFY(!list.select("nothing"));
    QCOMPARE(list.selectedPaths(), QList<QByteArray>{"README.md"});
    const QAbstractItemModel* model = list.table()->view()->model();
    QCOMPARE(model->index(0, 1).data().toString(), u"binary"_s);
    QCOMPARE(model->index(1, 1).data().toString(), u"+12 \u22120"_s);
    QVERIFY(!list.grab().isNull());
    list.setChanges({});
    QCOMPARE(list.current(), nullptr);
}

QTEST_MAIN(TestDiff)
#include "tst_diff.moc"
