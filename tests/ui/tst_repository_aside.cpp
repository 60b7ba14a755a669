#include "tests/ui/repository_parts.h"
#include "ui/diff/change_list.h"
#include "ui/diff/changes_browser.h"
#include "ui/diff/diff_pane.h"
#include "ui/repositories/branches_page.h"
#include "ui/repositories/changes_page.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/repositories/repository_page.h"
#include "ui/repositories/stashes_page.h"
#include "ui/repositories/tree_pages.h"
#include "ui/repositories/wall.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"

#include <QCheckBox>
#include <QClipboard>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

/// What lies beside the branch that is checked out: changes put aside, thrown away and brought
/// back, other work trees, submodules. By keys and clicks on a real repository.
class TestRepositoryAside : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void putsAllAside();
    void putsChosenFilesAside();
    void bringsBackWithUndo();
    void keepsWhatWasChangedSince();
    void dropsWithUndo();
    void showsWhatAStashHolds();
    void discardsAFolder();
    void worksInAnotherTree();
    void keepsATreeWithChanges();
    void tellsOfSubmodules();

private:
    QByteArray git(const QStringList& arguments) const { return runGit(m_path, arguments); }
    [[nodiscard]] QString at(const QString& name) const { return m_path + u'/' + name; }
    [[nodiscard]] QByteArray status() const
    {
        return git(
            {u"--no-optional-locks"_s, u"status"_s, u"--porcelain"_s, u"--untracked-files=all"_s});
    }
    template <class Page>
    Page* turnTo(const QString& tab);
    [[nodiscard]] bool answer(const QString& id) const;
    ChangesPage* changed();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<Theme> m_theme;
    StandingClock m_clock;
    Context m_context;
    QString m_path;
    std::unique_ptr<RepositoriesPanel> m_panel;
    std::unique_ptr<Told> m_told;
};

void TestRepositoryAside::initTestCase()
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

void TestRepositoryAside::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_theme.reset();
    m_folder.reset();
}

/// Two branches, and a work tree with something staged, something changed and new files.
void TestRepositoryAside::init()
{
    m_path = m_folder->filePath(QString::fromLatin1(QTest::currentTestFunction()) + u"/shop"_s);
    QVERIFY(initRepository(m_path));
    for (const QString& name : {u"a.txt"_s, u"b.txt"_s, u"c.txt"_s}) {
        QVERIFY(writeBytes(at(name), "one\n"));
    }
    git({u"add"_s, u"-A"_s});
    QVERIFY(!git({u"commit"_s, u"-q"_s, u"-m"_s, u"first"_s}).startsWith("failed"));
    git({u"branch"_s, u"feature/wish"_s});
    QVERIFY(writeBytes(at(u"a.txt"_s), "two\n"));
    git({u"add"_s, u"-A"_s});
    QVERIFY(writeBytes(at(u"b.txt"_s), "two\n"));
    QVERIFY(writeBytes(at(u"new/deep/x.txt"_s), "x\n"));
    QVERIFY(writeBytes(at(u"new/y.txt"_s), "y\n"));
    m_panel = std::make_unique<RepositoriesPanel>(m_context);
    m_told = std::make_unique<Told>(m_panel.get());
    m_panel->resize(1280, 760);
    m_panel->show();
    m_panel->activate();
    m_panel->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
}

void TestRepositoryAside::cleanup()
{
    m_told.reset();
    m_panel.reset();
    drain();
}

template <class Page>
Page* TestRepositoryAside::turnTo(const QString& tab)
{
    const bool open = QTest::qWaitFor(
        [this] { return m_panel->repository()->repository() != nullptr; }, patience);
    if (!open) {
        return nullptr;
    }
    m_panel->repository()->turnTo(tab);
    return m_panel->findChild<Page*>(u"repository-"_s + tab);
}

bool TestRepositoryAside::answer(const QString& id) const
{
    auto* button = m_panel->findChild<QAbstractButton*>(u"ask-"_s + id);
    if (button == nullptr || !button->isVisible() || !button->isEnabled()) {
        return false;
    }
    QTest::mouseClick(button, Qt::LeftButton);
    return true;
}

/// The changes page once it shows what init() left.
ChangesPage* TestRepositoryAside::changed()
{
    auto* page = turnTo<ChangesPage>(u"changes"_s);
    const bool shown = page != nullptr && QTest::qWaitFor(
                                              [page] {
                                                  return page->unstaged()->changes().size() == 2 &&
                                                         page->staged()->changes().size() == 1;
                                              },
                                              patience);
    return shown ? page : nullptr;
}

// ---- putting aside ------------------------------------------------------------------------------

void TestRepositoryAside::putsAllAside()
{
    auto* page = changed();
    QVERIFY(page != nullptr);
    const QByteArray before = status();
    QTest::mouseClick(page->findChild<QAbstractButton*>(u"changes-stash-all"_s), Qt::LeftButton);
    auto* message = page->findChild<QLineEdit*>(u"ask-field-0"_s);
    QVERIFY(message != nullptr);
    QVERIFY(message->hasFocus());
    QTest::keyClicks(message, u"half a price"_s);
    QTest::keyClick(message, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(status(), QByteArray(), patience);
    QCOMPARE(git({u"stash"_s, u"list"_s, u"--format=%gs"_s}),
             QByteArray("On main: half a price\n"));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"half a price"_s), patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(status(), before, patience);
    QTRY_COMPARE_WITH_TIMEOUT(git({u"stash"_s, u"list"_s}), QByteArray(), patience);
}

void TestRepositoryAside::putsChosenFilesAside()
{
    auto* page = changed();
    QVERIFY(page != nullptr);
    QVERIFY(page->unstaged()->select("b.txt"));
    QVERIFY(pressAct(m_panel.get(), u"changes.stash"_s));
    QVERIFY(answer(u"stash"_s));
    QTRY_COMPARE_WITH_TIMEOUT(status(), QByteArray("M  a.txt\n?? new/deep/x.txt\n?? new/y.txt\n"),
                              patience);
    QCOMPARE(git({u"stash"_s, u"show"_s, u"--name-only"_s}), QByteArray("b.txt\n"));
    // A whole folder that git does not know.
    QTRY_COMPARE_WITH_TIMEOUT(int(page->unstaged()->changes().size()), 1, patience);
    QVERIFY(page->unstaged()->select("new/"));
    QVERIFY(pressAct(m_panel.get(), u"changes.stash"_s));
    QVERIFY(answer(u"stash"_s));
    QTRY_COMPARE_WITH_TIMEOUT(status(), QByteArray("M  a.txt\n"), patience);
    QVERIFY(!QFile::exists(at(u"new"_s)));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Stashed"_s), patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(bytesAt(at(u"new/deep/x.txt"_s)), QByteArray("x\n"), patience);
    QTRY_COMPARE_WITH_TIMEOUT(git({u"stash"_s, u"list"_s}).count('\n'), 1, patience);
}

void TestRepositoryAside::bringsBackWithUndo()
{
    const QByteArray before = status();
    git({u"stash"_s, u"push"_s, u"-q"_s, u"-u"_s, u"-m"_s, u"wishes"_s});
    QVERIFY(writeBytes(at(u"c.txt"_s), "mine\n"));  // another change, which is left alone
    auto* page = turnTo<StashesPage>(u"stashes"_s);
    QVERIFY(page != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->rowCount(), 1, patience);
    const QByteArray id = git({u"rev-parse"_s, u"stash@{0}"_s});
    page->table()->view()->setFocus();
    QTest::keyClick(page->table()->view(), Qt::Key_Return);
    const QByteArray both = QByteArray(before).replace("?? new/deep", " M c.txt\n?? new/deep");
    QTRY_COMPARE_WITH_TIMEOUT(status(), both, patience);
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Applied: wishes"_s), patience);
    QVERIFY(m_told->undo());
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"As it was before"_s), patience);
    QCOMPARE(status(), QByteArray(" M c.txt\n"));
    QCOMPARE(git({u"stash"_s, u"list"_s, u"--format=%H"_s}), id);
    // And off the list.
    QVERIFY(pressAct(m_panel.get(), u"stashes.pop"_s));
    QTRY_COMPARE_WITH_TIMEOUT(status(), both, patience);
    QTRY_COMPARE_WITH_TIMEOUT(git({u"stash"_s, u"list"_s}), QByteArray(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"Popped"_s), patience);
    QVERIFY(m_told->undo());
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"As it was before"_s), patience);
    QCOMPARE(status(), QByteArray(" M c.txt\n"));
    QCOMPARE(git({u"stash"_s, u"list"_s, u"--format=%H %gs"_s}),
             id.trimmed() + " On main: wishes\n");
}

void TestRepositoryAside::keepsWhatWasChangedSince()
{
    git({u"stash"_s, u"push"_s, u"-q"_s, u"-u"_s, u"-m"_s, u"wishes"_s});
    auto* page = turnTo<StashesPage>(u"stashes"_s);
    QVERIFY(page != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->rowCount(), 1, patience);
    QVERIFY(pressAct(m_panel.get(), u"stashes.pop"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"Popped"_s), patience);
    QVERIFY(writeBytes(at(u"b.txt"_s), "better\n"));
    QVERIFY(m_told->undo());
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"a stash of its own"_s), patience);
    QCOMPARE(status(), QByteArray());
    QCOMPARE(git({u"stash"_s, u"list"_s}).count('\n'), 2);
    QCOMPARE(git({u"show"_s, u"stash@{1}:b.txt"_s}), QByteArray("better\n"));
}

void TestRepositoryAside::dropsWithUndo()
{
    git({u"stash"_s, u"push"_s, u"-q"_s, u"-m"_s, u"wishes"_s});
    const QByteArray list = git({u"stash"_s, u"list"_s, u"--format=%gd %H %gs"_s});
    auto* page = turnTo<StashesPage>(u"stashes"_s);
    QVERIFY(page != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->rowCount(), 1, patience);
    QVERIFY(pressAct(m_panel.get(), u"stashes.drop"_s));
    QTRY_COMPARE_WITH_TIMEOUT(git({u"stash"_s, u"list"_s}), QByteArray(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(page->table()->view()->model()->rowCount(), 0, patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(git({u"stash"_s, u"list"_s, u"--format=%gd %H %gs"_s}), list,
                              patience);
}

void TestRepositoryAside::showsWhatAStashHolds()
{
    git({u"stash"_s, u"push"_s, u"-q"_s, u"-u"_s, u"-m"_s, u"wishes"_s});
    auto* page = turnTo<StashesPage>(u"stashes"_s);
    QVERIFY(page != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(int(page->changes()->list()->changes().size()), 2, patience);
    QCOMPARE(page->changes()->list()->changes()[1].path, QByteArray("b.txt"));
    QTRY_COMPARE_WITH_TIMEOUT(page->changes()->pane()->view()->rows(), 3, patience);
    Chip* fresh = nullptr;
    for (Chip* chip : page->findChildren<Chip*>()) {
        fresh = chip->id() == u"new" ? chip : fresh;
    }
    QVERIFY(fresh != nullptr && fresh->isVisible());
    QTest::mouseClick(fresh, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page->changes()->list()->changes()[0].path,
                              QByteArray("new/deep/x.txt"), patience);
}

void TestRepositoryAside::discardsAFolder()
{
    auto* page = changed();
    QVERIFY(page != nullptr);
    const QByteArray before = status();
    QTableView* view = page->unstaged()->table()->view();
    view->setFocus();
    QTest::keyClick(view, Qt::Key_A, Qt::ControlModifier);  // the folder and b.txt
    QVERIFY(pressAct(m_panel.get(), u"changes.discard"_s));
    QTRY_COMPARE_WITH_TIMEOUT(status(), QByteArray("M  a.txt\n"), patience);
    QVERIFY(!QFile::exists(at(u"new"_s)));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().contains(u"3 files"_s), qPrintable(m_told->text()),
                              patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(status(), before, patience);
    QCOMPARE(bytesAt(at(u"new/deep/x.txt"_s)), QByteArray("x\n"));
    QCOMPARE(bytesAt(at(u"b.txt"_s)), QByteArray("two\n"));
}

// ---- work trees and submodules ------------------------------------------------------------------

void TestRepositoryAside::worksInAnotherTree()
{
    auto* page = turnTo<BranchesPage>(u"branches"_s);
    QVERIFY(page != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->selectId(u"bfeature/wish"_s), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!page->trees()->root().isEmpty(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(pressAct(m_panel.get(), u"branches.tree"_s), patience);
    auto* folder = page->findChild<QLineEdit*>(u"ask-field-0"_s);
    QVERIFY(folder != nullptr);
    const QString beside = m_path + u"-feature-wish"_s;
    QCOMPARE(folder->text(), beside);
    QTest::keyClick(folder, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"checked out in"_s), patience);
    QCOMPARE(runGit(beside, {u"symbolic-ref"_s, u"--short"_s, u"HEAD"_s}),
             QByteArray("feature/wish\n"));
    // The list has it; it is opened, copied, removed and brought back.
    page->turnTo(u"trees"_s);
    QAbstractItemModel* model = page->trees()->table()->view()->model();
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 2, patience);
    QVERIFY(page->trees()->table()->selectId(m_path));
    QVERIFY(!pressAct(m_panel.get(), u"trees.remove"_s));  // the repository itself
    QVERIFY(page->trees()->table()->selectId(beside));
    QVERIFY(pressAct(m_panel.get(), u"trees.copy-path"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), beside);
    QSignalSpy wanted(page, &RepositoryTab::folderWanted);
    page->trees()->table()->view()->setFocus();
    QTest::keyClick(page->trees()->table()->view(), Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toString(), beside);
    QVERIFY(pressAct(m_panel.get(), u"trees.remove"_s));
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 1, patience);
    QVERIFY(!QFile::exists(beside));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Removed the work tree"_s), patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(git({u"worktree"_s, u"list"_s}).count('\n'), 2, patience);
    QCOMPARE(bytesAt(beside + u"/a.txt"_s), QByteArray("one\n"));
}

void TestRepositoryAside::keepsATreeWithChanges()
{
    const QString beside = m_path + u"-wish"_s;
    git({u"worktree"_s, u"add"_s, u"-q"_s, beside, u"feature/wish"_s});
    QVERIFY(writeBytes(beside + u"/unsaved.txt"_s, "work"));
    auto* page = turnTo<BranchesPage>(u"branches"_s);
    QVERIFY(page != nullptr);
    page->turnTo(u"trees"_s);
    QTRY_VERIFY_WITH_TIMEOUT(page->trees()->table()->selectId(beside), patience);
    QVERIFY(pressAct(m_panel.get(), u"trees.remove"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().contains(u"unsaved.txt"_s), qPrintable(m_told->text()),
                              patience);
    QCOMPARE(bytesAt(beside + u"/unsaved.txt"_s), QByteArray("work"));
    // Its folder goes by other hands: it is told, and can be forgotten.
    QVERIFY(QDir(beside).removeRecursively());
    page->read();
    QTRY_COMPARE_WITH_TIMEOUT(
        page->trees()->table()->view()->model()->index(1, 2).data().toString(), u"folder is gone"_s,
        patience);
    QVERIFY(!pressAct(m_panel.get(), u"trees.open"_s));
    QVERIFY(pressAct(m_panel.get(), u"trees.remove"_s));
    QTRY_COMPARE_WITH_TIMEOUT(git({u"worktree"_s, u"list"_s}).count('\n'), 1, patience);
}

void TestRepositoryAside::tellsOfSubmodules()
{
    const QString inner = m_folder->filePath(u"inner"_s);
    QVERIFY(initRepository(inner));
    for (const QByteArray text : {"1", "2"}) {
        QVERIFY(writeBytes(inner + u"/i.txt"_s, text));
        runGit(inner, {u"add"_s, u"-A"_s});
        runGit(inner, {u"commit"_s, u"-q"_s, u"-m"_s, QString::fromLatin1(text)});
    }
    const QStringList allow{u"-c"_s, u"protocol.file.allow=always"_s};
    for (const QString& name : {u"same"_s, u"moved"_s, u"away"_s}) {
        const QByteArray added =
            git(allow + QStringList{u"submodule"_s, u"add"_s, u"-q"_s, inner, name});
        QVERIFY2(!added.startsWith("failed"), added.constData());
    }
    runGit(at(u"moved"_s), {u"checkout"_s, u"-q"_s, u"HEAD~1"_s});
    git({u"submodule"_s, u"deinit"_s, u"-q"_s, u"-f"_s, u"away"_s});
    auto* page = turnTo<BranchesPage>(u"branches"_s);
    QVERIFY(page != nullptr);
    page->turnTo(u"modules"_s);
    const QAbstractItemModel* model = page->modules()->table()->view()->model();
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 3, patience);
    const std::pair<const char*, const char*> states[] = {
        {"away", "not checked out"}, {"moved", "at another commit"}, {"same", "as recorded"}};
    for (int row = 0; row < 3; ++row) {
        QCOMPARE(model->index(row, 0).data().toString(), QString::fromLatin1(states[row].first));
        QCOMPARE(model->index(row, 1).data().toString(), QString::fromLatin1(states[row].second));
        QCOMPARE(model->index(row, 4).data().toString(), inner);
    }
    const QString recorded = QString::fromLatin1(runGit(inner, {u"rev-parse"_s, u"HEAD"_s}));
    QVERIFY(recorded.startsWith(model->index(1, 2).data().toString()));
    QVERIFY(!recorded.startsWith(model->index(1, 3).data().toString()));
}

QTEST_MAIN(TestRepositoryAside)
#include "tst_repository_aside.moc"
