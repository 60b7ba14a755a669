#include "core/git/diff.h"
#include "tests/ui/repository_parts.h"
#include "ui/diff/change_list.h"
#include "ui/diff/changes_browser.h"
#include "ui/diff/diff_pane.h"
#include "ui/repositories/blame_view.h"
#include "ui/repositories/branches_page.h"
#include "ui/repositories/changes_page.h"
#include "ui/repositories/commit_box.h"
#include "ui/repositories/commit_page.h"
#include "ui/repositories/compare_page.h"
#include "ui/repositories/conflict_view.h"
#include "ui/repositories/file_page.h"
#include "ui/repositories/history_page.h"
#include "ui/repositories/history_view.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/repositories/repository_page.h"
#include "ui/repositories/review_view.h"
#include "ui/repositories/reviews_page.h"
#include "ui/repositories/wall.h"
#include "ui/widgets/data_table.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

/// The pages of a repository with a real one under them, by keys and clicks: changes, branches,
/// conflicts, search, blame, comparison, review; the wall above them.
class TestRepositoryPages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void wallTellsTheState();
    void stagesAHunkAndLines();
    void stagesFilesAndCommits();
    void discardsWithUndo();
    void followsEdits();
    void branchesComeAndGo();
    void mergesAndUndoes();
    void resolvesAConflict();
    void searches();
    void showsACommitsFiles();
    void blames();
    void followsARenamedFile();
    void compares();
    void reviews();

private:
    QByteArray git(const QStringList& arguments) const { return runGit(m_path, arguments); }
    [[nodiscard]] QStringList lines(const QStringList& arguments) const
    {
        return QString::fromUtf8(git(arguments)).split(u'\n', Qt::SkipEmptyParts);
    }
    void write(const QString& name, const QByteArray& bytes) const;
    [[nodiscard]] QByteArray fileOf(const QString& name) const;
    void commit(const QString& message, const QString& name, const QByteArray& bytes) const;
    template <class Page>
    Page* turnTo(const QString& tab);
    /// The newest notice; its way back is pressed with `undo`.
    [[nodiscard]] QString told() const;
    void undo();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<Theme> m_theme;
    StandingClock m_clock;
    Context m_context;
    QString m_path;
    std::unique_ptr<RepositoriesPanel> m_panel;
    std::unique_ptr<QSignalSpy> m_notices;
};

void TestRepositoryPages::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("HOME", m_folder->path().toLocal8Bit());
    qputenv("ANALEMMA_HOME", m_folder->filePath(u"state"_s).toLocal8Bit());
    m_library = std::make_unique<git::Library>();
    m_theme = std::make_unique<Theme>();
    m_context.clock = &m_clock;
    m_context.workspace.repositories.insert(u"shop"_s, {});
    m_context.repository = [this](const QString&) { return openAt(m_path); };
}

void TestRepositoryPages::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_theme.reset();
    m_folder.reset();
}

/// main: three commits; feature: one more, from the second.
void TestRepositoryPages::init()
{
    m_path = m_folder->filePath(QString::fromLatin1(QTest::currentTestFunction()));
    QDir().mkpath(m_path);
    QCOMPARE(git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}), QByteArray());
    git({u"config"_s, u"user.name"_s, u"Ana"_s});
    git({u"config"_s, u"user.email"_s, u"ana@example.org"_s});
    QByteArray text;
    for (int i = 1; i <= 30; ++i) {
        text += "line " + QByteArray::number(i) + '\n';
    }
    commit(u"first"_s, u"price.txt"_s, text);
    commit(u"second: more words"_s, u"words.txt"_s, "one\ntwo\n");
    git({u"branch"_s, u"feature"_s});
    commit(u"third"_s, u"words.txt"_s, "one\ntwo\nthree\n");
    git({u"checkout"_s, u"-q"_s, u"feature"_s});
    commit(u"wish list, ANA-12\n\nWhy it is so.\n\nReviewed-by: Ana <ana@example.org>"_s,
           u"wish.txt"_s, "wish\n");
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    m_panel = std::make_unique<RepositoriesPanel>(m_context);
    m_notices = std::make_unique<QSignalSpy>(m_panel.get(), &Panel::notice);
    m_panel->resize(1280, 760);
    m_panel->show();
    m_panel->activate();
}

void TestRepositoryPages::cleanup()
{
    m_notices.reset();
    m_panel.reset();
    drain();
}

void TestRepositoryPages::write(const QString& name, const QByteArray& bytes) const
{
    QFile file(m_path + u'/' + name);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

QByteArray TestRepositoryPages::fileOf(const QString& name) const
{
    QFile file(m_path + u'/' + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
}

void TestRepositoryPages::commit(const QString& message, const QString& name,
                                 const QByteArray& bytes) const
{
    write(name, bytes);
    git({u"add"_s, u"-A"_s});
    QVERIFY(!git({u"commit"_s, u"-q"_s, u"-m"_s, message}).startsWith("failed"));
}

template <class Page>
Page* TestRepositoryPages::turnTo(const QString& tab)
{
    const bool open = QTest::qWaitFor(
        [this] { return m_panel->repository()->repository() != nullptr; }, patience);
    if (!open) {
        return nullptr;
    }
    m_panel->repository()->turnTo(tab);
    return m_panel->findChild<Page*>(u"repository-"_s + tab);
}

QString TestRepositoryPages::told() const
{
    return m_notices->isEmpty() ? QString() : m_notices->last()[0].value<Notice>().text;
}

void TestRepositoryPages::undo()
{
    QVERIFY(!m_notices->isEmpty());
    const auto notice = m_notices->last()[0].value<Notice>();
    QCOMPARE(notice.action, u"Undo"_s);
    notice.run();
}

// ---- the wall -----------------------------------------------------------------------------------

void TestRepositoryPages::wallTellsTheState()
{
    git({u"clone"_s, u"-q"_s, u"."_s, u"../wall-clone"_s});
    m_path = m_folder->filePath(u"wall-clone"_s);
    git({u"config"_s, u"user.name"_s, u"Ana"_s});
    git({u"config"_s, u"user.email"_s, u"ana@example.org"_s});
    commit(u"fourth"_s, u"more.txt"_s, "4\n");
    RepositoryWall wall(m_context);
    wall.resize(1200, 300);
    wall.show();
    wall.read();
    const QAbstractItemModel* model = wall.table()->view()->model();
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 1, patience);
    const auto cell = [model](int column) { return model->index(0, column).data().toString(); };
    QTRY_COMPARE_WITH_TIMEOUT(cell(6), u"fourth"_s, patience);
    QCOMPARE(cell(0), u"shop"_s);
    QCOMPARE(cell(1), u"main"_s);
    QCOMPARE(cell(2), u"no changes"_s);
    QCOMPARE(cell(3), u"1 ahead"_s);
    // It follows the files by itself.
    write(u"new.txt"_s, "new");
    QTRY_COMPARE_WITH_TIMEOUT(cell(2), u"1 new"_s, patience);
    write(u"words.txt"_s, "changed");
    QTRY_COMPARE_WITH_TIMEOUT(cell(2), u"1 changed, 1 new"_s, patience);
    QSignalSpy opened(&wall, &RepositoryWall::opened);
    wall.table()->selectId(u"shop"_s);
    QTest::keyClick(wall.table()->view(), Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].toString(), u"shop"_s);
}

// ---- changes ------------------------------------------------------------------------------------

void TestRepositoryPages::stagesAHunkAndLines()
{
    QByteArray text = fileOf(u"price.txt"_s);
    text.replace("line 3\n", "line three\nline three and a half\n").replace("line 27\n", "");
    write(u"price.txt"_s, text);
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    QVERIFY(page != nullptr);
    DiffView* view = page->pane()->view();
    QTRY_COMPARE_WITH_TIMEOUT(int(view->diff().hunks.size()), 2, patience);
    view->goToHunk(1);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                      view->actionRect(1, u"stage"_s).center());
    QTRY_VERIFY_WITH_TIMEOUT(git({u"diff"_s, u"--cached"_s}).contains("-line 27"), patience);
    QVERIFY(!git({u"diff"_s, u"--cached"_s}).contains("three"));
    // One line of the other hunk: the second of the two added ones.
    QTRY_COMPARE_WITH_TIMEOUT(int(view->diff().hunks.size()), 1, patience);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->staged()->changes().size()), 1, patience);
    int row = 0;
    for (const DiffRow& at : diffRows(view->diff(), DiffLook::Inline)) {
        if (!at.isHeading() && at.right >= 0 &&
            view->diff().hunks[0].lines[at.right].text == "line three and a half") {
            break;
        }
        ++row;
    }
    view->choose(row, row);
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(git({u"diff"_s, u"--cached"_s}).contains("+line three and a half"),
                             patience);
    QVERIFY(git({u"diff"_s, u"--cached"_s}).contains(" line 3\n"));
    // And back out of the index.
    QTRY_VERIFY_WITH_TIMEOUT(page->staged()->select("price.txt"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!view->actionRect(0, u"unstage"_s).isNull(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(int(view->diff().hunks.size()), 2, patience);
    view->goToHunk(0);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                      view->actionRect(0, u"unstage"_s).center());
    QTRY_VERIFY_WITH_TIMEOUT(!git({u"diff"_s, u"--cached"_s}).contains("three"), patience);
    QVERIFY(git({u"diff"_s, u"--cached"_s}).contains("-line 27"));
}

void TestRepositoryPages::stagesFilesAndCommits()
{
    write(u"new.txt"_s, "new\n");
    write(u"words.txt"_s, "other\n");
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->unstaged()->changes().size()), 2, patience);
    auto* button = page->findChild<QAbstractButton*>(u"commit-button"_s);
    QVERIFY(!button->isEnabled());
    QVERIFY(page->unstaged()->select("new.txt"));
    QTest::keyClick(page->unstaged()->table()->view(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->staged()->changes().size()), 1, patience);
    QCOMPARE(page->staged()->changes()[0].path, QByteArray("new.txt"));
    auto* subject = page->findChild<QLineEdit*>(u"commit-subject"_s);
    subject->setFocus();
    QTest::keyClicks(subject, u"feat: something new"_s);
    page->findChild<QPlainTextEdit*>(u"commit-body"_s)->setPlainText(u"Because."_s);
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), patience);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"log"_s, u"-1"_s, u"--format=%s|%b|%an"_s}).value(0),
                              u"feat: something new|Because."_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(told().startsWith(u"Committed"_s), patience);
    QVERIFY(subject->text().isEmpty());
    QCOMPARE(lines({u"show"_s, u"--name-only"_s, u"--format="_s}), QStringList{u"new.txt"_s});
    // Amended, with the message it had.
    QTest::mouseClick(page->findChild<QAbstractButton*>(u"changes-stage-all"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->staged()->changes().size()), 1, patience);
    auto* amend = page->findChild<QAbstractButton*>(u"commit-amend"_s);
    QTRY_VERIFY_WITH_TIMEOUT(amend->isEnabled(), patience);
    amend->click();
    QTRY_COMPARE_WITH_TIMEOUT(subject->text(), u"feat: something new"_s, patience);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"show"_s, u"--name-only"_s, u"--format=%s"_s}),
                              (QStringList{u"feat: something new"_s, u"new.txt"_s, u"words.txt"_s}),
                              patience);
    QTRY_VERIFY_WITH_TIMEOUT(page->unstaged()->changes().isEmpty(), patience);
}

void TestRepositoryPages::discardsWithUndo()
{
    write(u"words.txt"_s, "thrown away\n");
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->unstaged()->changes().size()), 1, patience);
    QVERIFY(page->unstaged()->select("words.txt"));
    for (QAction* action : page->actions()) {
        if (action->objectName() == u"changes.discard") {
            action->trigger();
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(fileOf(u"words.txt"_s), QByteArray("one\ntwo\nthree\n"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(told().contains(u"words.txt"_s), patience);
    undo();
    QTRY_COMPARE_WITH_TIMEOUT(fileOf(u"words.txt"_s), QByteArray("thrown away\n"), patience);
}

void TestRepositoryPages::followsEdits()
{
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    QSignalSpy read(page, &RepositoryTab::refreshed);
    QTRY_VERIFY_WITH_TIMEOUT(!read.isEmpty(), patience);
    QVERIFY(page->unstaged()->changes().isEmpty());
    write(u"words.txt"_s, "edited elsewhere\n");
    QTRY_COMPARE_WITH_TIMEOUT(int(page->unstaged()->changes().size()), 1, patience);
    git({u"add"_s, u"-A"_s});
    QTRY_COMPARE_WITH_TIMEOUT(int(page->staged()->changes().size()), 1, patience);
    QVERIFY(page->unstaged()->changes().isEmpty());
}

// ---- branches -----------------------------------------------------------------------------------

void TestRepositoryPages::branchesComeAndGo()
{
    auto* page = turnTo<BranchesPage>(u"branches"_s);
    const auto press = [page](const QString& id) {
        for (QAction* action : page->actions()) {
            if (action->objectName() == id) {
                QVERIFY2(action->isEnabled(), qPrintable(action->toolTip()));
                action->trigger();
            }
        }
    };
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->selectId(u"bfeature"_s), patience);
    press(u"branches.new"_s);
    auto* name = page->findChild<QLineEdit*>(u"ask-field-0"_s);
    QTRY_VERIFY(name != nullptr);
    QTest::keyClicks(name, u"topic"_s);
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"rev-parse"_s, u"topic"_s}),
                              lines({u"rev-parse"_s, u"feature"_s}), patience);
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->selectId(u"btopic"_s), patience);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->currentId(), u"btopic"_s, patience);
    press(u"branches.switch"_s);
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"symbolic-ref"_s, u"--short"_s, u"HEAD"_s}),
                              QStringList{u"topic"_s}, patience);
    QCOMPARE(fileOf(u"wish.txt"_s), QByteArray("wish\n"));
    // Deleted without a question, and brought back.
    const QStringList tip = lines({u"rev-parse"_s, u"feature"_s});
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->selectId(u"bfeature"_s), patience);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->currentId(), u"bfeature"_s, patience);
    press(u"branches.delete"_s);
    QTRY_VERIFY_WITH_TIMEOUT(told().startsWith(u"Deleted the branch feature"_s), patience);
    QVERIFY(git({u"rev-parse"_s, u"--verify"_s, u"-q"_s, u"feature"_s}).startsWith("failed"));
    undo();
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"rev-parse"_s, u"feature"_s}), tip, patience);
}

void TestRepositoryPages::mergesAndUndoes()
{
    auto* page = turnTo<BranchesPage>(u"branches"_s);
    const QStringList before = lines({u"rev-parse"_s, u"HEAD"_s});
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->selectId(u"bfeature"_s), patience);
    for (QAction* action : page->actions()) {
        if (action->objectName() == u"branches.merge") {
            QTRY_VERIFY_WITH_TIMEOUT(action->isEnabled(), patience);
            action->trigger();
        }
    }
    QAbstractButton* merge = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((merge = page->findChild<QAbstractButton*>(u"ask-merge"_s)) != nullptr,
                             patience);
    QTest::mouseClick(merge, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(
        int(lines({u"log"_s, u"-1"_s, u"--format=%P"_s}).value(0).split(u' ').size()), 2, patience);
    QCOMPARE(fileOf(u"wish.txt"_s), QByteArray("wish\n"));
    QTRY_VERIFY_WITH_TIMEOUT(told().startsWith(u"Merged feature"_s), patience);
    undo();
    QTRY_COMPARE_WITH_TIMEOUT(lines({u"rev-parse"_s, u"HEAD"_s}), before, patience);
    QCOMPARE(fileOf(u"wish.txt"_s), QByteArray("not there"));
}

void TestRepositoryPages::resolvesAConflict()
{
    git({u"checkout"_s, u"-q"_s, u"feature"_s});
    commit(u"theirs"_s, u"words.txt"_s, "one\ntwo\nfour\n");
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    QVERIFY(git({u"merge"_s, u"-q"_s, u"feature"_s}).startsWith("failed"));
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    auto* view = page->findChild<ConflictView*>(u"conflict"_s);
    QTRY_VERIFY_WITH_TIMEOUT(page->unstaged()->select("words.txt"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(view->isVisible(), patience);
    auto* merged = view->findChild<QPlainTextEdit*>(u"conflict-merged"_s);
    QTRY_VERIFY_WITH_TIMEOUT(merged->toPlainText().contains(u"<<<<<<< "_s), patience);
    QCOMPARE(view->findChild<QPlainTextEdit*>(u"conflict-ours"_s)->toPlainText(),
             u"one\ntwo\nthree\n"_s);
    QCOMPARE(view->findChild<QPlainTextEdit*>(u"conflict-theirs"_s)->toPlainText(),
             u"one\ntwo\nfour\n"_s);
    auto* take = view->findChild<QAbstractButton*>(u"conflict-take"_s);
    QVERIFY(!take->isEnabled());
    auto* finish = m_panel->findChild<QAbstractButton*>(u"under-way-finish"_s);
    QTRY_VERIFY_WITH_TIMEOUT(finish->isVisible() && !finish->isEnabled(), patience);
    merged->setPlainText(u"one\ntwo\nthree\nfour\n"_s);
    QVERIFY(take->isEnabled());
    QTest::mouseClick(take, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(fileOf(u"words.txt"_s), QByteArray("one\ntwo\nthree\nfour\n"),
                              patience);
    QTRY_VERIFY_WITH_TIMEOUT(finish->isEnabled(), patience);
    QTest::mouseClick(finish, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(
        int(lines({u"log"_s, u"-1"_s, u"--format=%P"_s}).value(0).split(u' ').size()), 2, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!finish->isVisible(), patience);
    QCOMPARE(git({u"status"_s, u"--porcelain"_s}), QByteArray());
}

// ---- looking ------------------------------------------------------------------------------------

void TestRepositoryPages::searches()
{
    auto* page = turnTo<HistoryPage>(u"history"_s);
    auto* field = page->findChild<QLineEdit*>(u"history-search"_s);
    auto* where = page->findChild<QComboBox*>(u"history-where"_s);
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 4, patience);
    field->setFocus();
    QTest::keyClicks(field, u"wish"_s);
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 1, patience);
    QTest::keyClick(page->view(), Qt::Key_Home);
    QCOMPARE(page->view()->currentId(), lines({u"rev-parse"_s, u"feature"_s}).value(0));
    const std::tuple<int, QString, int> searches[] = {
        {1, u"Ana"_s, 4}, {2, u"words.txt"_s, 2}, {3, u"three"_s, 1}, {0, u"nothing of it"_s, 0}};
    for (const auto& [place, text, count] : searches) {
        where->setCurrentIndex(place);
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), count, patience);
    }
    where->setCurrentIndex(0);
    field->setText(lines({u"rev-parse"_s, u"--short=8"_s, u"main~1"_s}).value(0));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 1, patience);
    // One branch alone, and everything again.
    field->clear();
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 4, patience);
    auto* branch = page->findChild<QComboBox*>(u"history-branch"_s);
    branch->setCurrentIndex(branch->findText(u"main"_s));
    Q_EMIT branch->activated(branch->currentIndex());
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 3, patience);
}

void TestRepositoryPages::showsACommitsFiles()
{
    auto* page = turnTo<HistoryPage>(u"history"_s);
    QTRY_COMPARE_WITH_TIMEOUT(page->view()->rows(), 4, patience);
    page->selectCommit(lines({u"rev-parse"_s, u"feature"_s}).value(0));
    ChangesBrowser* changes = page->page()->changes();
    QTRY_COMPARE_WITH_TIMEOUT(int(changes->list()->changes().size()), 1, patience);
    QTRY_COMPARE_WITH_TIMEOUT(changes->pane()->view()->rows(), 2, patience);
    QStringList values;
    for (const QLabel* label : page->page()->findChildren<QLabel*>()) {
        values.append(label->text());
    }
    QVERIFY2(values.contains(u"ANA-12"_s), qPrintable(values.join(u" | "_s)));
    QVERIFY(values.contains(u"Reviewed-by"_s));
    QCOMPARE(page->page()->findChild<QPlainTextEdit*>(u"commit-message"_s)->toPlainText(),
             u"wish list, ANA-12\n\nWhy it is so."_s);
}

void TestRepositoryPages::blames()
{
    auto* page = turnTo<FilePage>(u"file"_s);
    auto* field = page->findChild<QLineEdit*>(u"file-path"_s);
    field->setText(u"words.txt"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page->blame()->rows(), 3, patience);
    QTRY_COMPARE_WITH_TIMEOUT(page->history()->rows(), 2, patience);
    page->blame()->setFocus();
    QTest::keyClick(page->blame(), Qt::Key_End);
    QTRY_VERIFY_WITH_TIMEOUT(page->blame()->currentOrigin() != nullptr, patience);
    const QString third = lines({u"rev-parse"_s, u"main"_s}).value(0);
    QCOMPARE(page->blame()->currentOrigin()->commit, third);
    // Enter goes to the commit.
    QTest::keyClick(page->blame(), Qt::Key_Return);
    QCOMPARE(m_panel->repository()->tab(), u"history"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->view()->currentId(), third, patience);
}

void TestRepositoryPages::followsARenamedFile()
{
    git({u"mv"_s, u"words.txt"_s, u"terms.txt"_s});
    commit(u"another name"_s, u"other.txt"_s, "other\n");
    auto* page = turnTo<FilePage>(u"file"_s);
    page->showFile("terms.txt", {});
    QTRY_COMPARE_WITH_TIMEOUT(page->blame()->rows(), 3, patience);
    QTRY_COMPARE_WITH_TIMEOUT(page->history()->rows(), 3, patience);  // with those of words.txt
    page->blame()->setFocus();
    QTest::keyClick(page->blame(), Qt::Key_Home);
    QTRY_VERIFY_WITH_TIMEOUT(page->blame()->currentOrigin() != nullptr, patience);
    QCOMPARE(page->blame()->currentOrigin()->commit, lines({u"rev-parse"_s, u"main~2"_s}).value(0));
}

void TestRepositoryPages::compares()
{
    auto* page = turnTo<ComparePage>(u"compare"_s);
    auto* from = page->findChild<QComboBox*>(u"compare-from"_s);
    QTRY_VERIFY_WITH_TIMEOUT(from->findData(u"feature"_s) >= 0, patience);
    page->compare(u"main"_s, u"feature"_s);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->changes()->list()->changes().size()), 2, patience);
    auto* figures = page->findChild<QLabel*>(u"compare-figures"_s);
    QTRY_COMPARE_WITH_TIMEOUT(figures->text(), u"1 commit(s) more, 1 fewer"_s, patience);
    page->findChild<QAbstractButton*>(u"compare-swap"_s)->click();
    QCOMPARE(from->currentText(), u"feature"_s);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->changes()->list()->changes().size()), 2, patience);
}

// ---- review -------------------------------------------------------------------------------------

void TestRepositoryPages::reviews()
{
    auto* page = turnTo<ReviewsPage>(u"reviews"_s);
    page->begin();
    auto* branch = page->findChild<QLineEdit*>(u"ask-field-0"_s);
    QVERIFY(branch != nullptr);
    branch->setText(u"feature"_s);
    QTest::mouseClick(page->findChild<QAbstractButton*>(u"ask-open"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->rowCount(), 1, patience);
    QTRY_VERIFY_WITH_TIMEOUT(page->view()->isVisible(), patience);
    ReviewView* view = page->view();
    QTRY_COMPARE_WITH_TIMEOUT(int(view->changes()->list()->changes().size()), 1, patience);
    DiffView* diff = view->changes()->pane()->view();
    QTRY_COMPARE_WITH_TIMEOUT(diff->rows(), 2, patience);
    diff->choose(1, 1);
    QCOMPARE(view->findChild<QLabel*>(u"review-place"_s)->text(), u"Of line 1 of wish.txt"_s);
    view->findChild<QPlainTextEdit*>(u"review-text"_s)->setPlainText(u"Too short."_s);
    QTest::mouseClick(view->findChild<QAbstractButton*>(u"review-send"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(int(view->findChildren<ThreadCard*>().size()), 1, patience);
    const auto texts = [view] {
        QStringList all;
        for (const QLabel* label : view->findChildren<QLabel*>()) {
            all.append(label->text());
        }
        return all;
    };
    QVERIFY(texts().contains(u"Too short."_s));
    // The same on a clone that fetched the notes.
    const QString clone = m_folder->filePath(u"review-clone"_s);
    runGit(m_folder->path(), {u"clone"_s, u"-q"_s, m_path, clone});
    runGit(clone, {u"fetch"_s, u"-q"_s, u"origin"_s,
                   u"refs/notes/analemma/review:refs/notes/analemma/review"_s});
    const auto there = await(openAt(clone), std::chrono::seconds(60));
    QVERIFY(there);
    const auto list = await(git::reviews(*there, false), std::chrono::seconds(60));
    QVERIFY(list);
    QCOMPARE(int(list->reviews.size()), 1);
    QCOMPARE(list->reviews[0].branch, u"feature"_s);
    QTest::mouseClick(view->findChild<QAbstractButton*>(u"thread-resolve"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(
        !view->findChildren<ThreadCard*>().isEmpty() &&
            page->table()->view()->model()->index(0, 3).data().toString() == u"0"_s,
        patience);
    QTest::mouseClick(view->findChild<QAbstractButton*>(u"review-ask"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->index(0, 1).data().toString(),
                              u"changes asked"_s, patience);
}

QTEST_MAIN(TestRepositoryPages)
#include "tst_repository_pages.moc"
