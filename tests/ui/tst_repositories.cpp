#include "tests/git/madehistory.h"
#include "tests/ui/repository_parts.h"
#include "ui/repositories/commit_page.h"
#include "ui/repositories/history_view.h"
#include "ui/repositories/index_offer.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/repositories/wall.h"

#include <QAction>
#include <QClipboard>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

constexpr int commitCount = 12'000;

}  // namespace

/// The repositories panel with a real repository: the first rows at once, the rest behind them,
/// keys, badges, the commit's page, and a branch that moves.
class TestRepositories : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void showsTheHistory();
    void keysWalkTheRows();
    void opensACommit();
    void followsABranch();
    void goesToAnotherRepository();
    void saysWhatCannotBeRead();
    void offersAnIndex();
    void knowsWhenAnIndexIsWorthWhile();

private:
    std::unique_ptr<RepositoriesPanel> shown();
    [[nodiscard]] QStringList log() const
    {
        return QString::fromLatin1(
                   runGit(m_path, {u"log"_s, u"--all"_s, u"--date-order"_s, u"--format=%H"_s}))
            .split(u'\n', Qt::SkipEmptyParts);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<Theme> m_theme;
    StandingClock m_clock;
    Context m_context;
    QString m_path;
};

void TestRepositories::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("HOME", m_folder->path().toLocal8Bit());
    m_library = std::make_unique<git::Library>();
    m_theme = std::make_unique<Theme>();
    m_path = m_folder->filePath(u"shop.git"_s);
    QDir().mkpath(m_path);
    QCOMPARE(runGit(m_path, {u"init"_s, u"-q"_s, u"--bare"_s, u"-b"_s, u"main"_s}), QByteArray());
    QCOMPARE(
        runGit(m_path, {u"fast-import"_s, u"--quiet"_s}, gitfixture::madeHistory(commitCount, 5)),
        QByteArray());
    QCOMPARE(runGit(m_path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s, u"--no-progress"_s}),
             QByteArray());
    QCOMPARE(runGit(m_path, {u"tag"_s, u"v1.4.2"_s, u"main~2"_s}), QByteArray());
    m_context.clock = &m_clock;
    m_context.workspace.repositories.insert(u"shop"_s, {});
    m_context.workspace.repositories.insert(u"tools"_s, {});
    qputenv("ANALEMMA_HOME", m_folder->filePath(u"state"_s).toLocal8Bit());
    m_context.repository = [this](const QString& name) {
        return openAt(name == u"shop"    ? m_path
                      : name == u"large" ? m_folder->filePath(u"large.git"_s)
                                         : m_folder->filePath(name));
    };
}

void TestRepositories::cleanupTestCase()
{
    drain();  // what still reads goes before the library
    m_library.reset();
    m_theme.reset();
    m_folder.reset();
}

std::unique_ptr<RepositoriesPanel> TestRepositories::shown()
{
    auto panel = std::make_unique<RepositoriesPanel>(m_context);
    panel->resize(1280, 720);
    panel->show();
    panel->select(u"shop"_s);
    return panel;
}

void TestRepositories::showsTheHistory()
{
    const auto panel = shown();
    HistoryView* view = panel->findChild<HistoryView*>(u"history"_s);
    QVERIFY(view != nullptr);
    QCOMPARE(view->accessibleName(), u"History"_s);
    QTRY_VERIFY_WITH_TIMEOUT(view->rows() >= 200, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(view->rows(), int(log().size()), 30'000);
    // Its texts came: the chosen row is described with them.
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Home);
    QTRY_VERIFY_WITH_TIMEOUT(view->accessibleDescription().contains(u"change "_s), 20'000);
    // Something is drawn in the lanes and at the right end.
    const QImage picture = view->viewport()->grab().toImage();
    QSet<QRgb> colours;
    for (int x = 0; x < 60; ++x) {
        for (int y = 0; y < picture.height(); y += 3) {
            colours.insert(picture.pixel(x, y));
        }
    }
    QVERIFY(colours.size() > 8);
}

void TestRepositories::keysWalkTheRows()
{
    const auto panel = shown();
    HistoryView* view = panel->view();
    const QStringList ids = log();
    QTRY_COMPARE_WITH_TIMEOUT(view->rows(), int(ids.size()), 30'000);
    view->setFocus();
    const std::pair<Qt::Key, int> walk[] = {{Qt::Key_Home, 0},
                                            {Qt::Key_Down, 1},
                                            {Qt::Key_Down, 2},
                                            {Qt::Key_Up, 1},
                                            {Qt::Key_End, int(ids.size()) - 1}};
    for (const auto& [key, row] : walk) {
        QTest::keyClick(view, key);
        QCOMPARE(view->currentId(), ids[row]);
    }
    QVERIFY(view->firstRow() > 11'000);
    QTest::keyClick(view, Qt::Key_PageUp);
    QVERIFY(ids.indexOf(view->currentId()) < ids.size() - 10);
    QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), view->currentId());
    QTest::keyClick(view, Qt::Key_Home);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(300, 4 * metric::row + 5));
    QCOMPARE(view->currentId(), ids[4]);
    QVERIFY(view->selectId(ids[7'000]));
    QCOMPARE(view->currentId(), ids[7'000]);
}

void TestRepositories::opensACommit()
{
    const auto panel = shown();
    const QString tagged =
        QString::fromLatin1(runGit(m_path, {u"rev-parse"_s, u"v1.4.2"_s})).trimmed();
    QTRY_VERIFY_WITH_TIMEOUT(panel->view()->rows() >= commitCount - 1'000, 30'000);
    panel->select(tagged);
    QTRY_COMPARE_WITH_TIMEOUT(panel->page()->id(), tagged, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(panel->page()->isVisible(), 20'000);
    QVERIFY(panel->page()
                ->findChild<QPlainTextEdit*>(u"commit-message"_s)
                ->toPlainText()
                .startsWith(u"change "_s));
    QStringList values;
    for (const QLabel* label : panel->page()->findChildren<QLabel*>()) {
        values.append(label->text());
    }
    QVERIFY2(values.contains(u"v1.4.2"_s), qPrintable(values.join(u" | "_s)));
    QVERIFY(values.contains(tagged));
    QVERIFY(panel->stepBack());  // the commit
    QVERIFY(panel->stepBack());  // to the wall
    QVERIFY(panel->wall()->isVisible());
    QVERIFY(!panel->stepBack());
}

/// A commit made elsewhere is the first row soon, and what was chosen stays chosen.
void TestRepositories::followsABranch()
{
    const auto panel = shown();
    QTRY_VERIFY_WITH_TIMEOUT(panel->view()->rows() >= commitCount - 1'000, 30'000);
    const QString chosen = log()[3];
    QVERIFY(panel->view()->selectId(chosen));
    const QByteArray tree = runGit(m_path, {u"rev-parse"_s, u"main^{tree}"_s}).trimmed();
    const QByteArray fresh =
        runGit(m_path, {u"-c"_s, u"user.name=Ana"_s, u"-c"_s, u"user.email=ana@example.org"_s,
                        u"commit-tree"_s, u"-m"_s, u"fresh"_s, u"-p"_s, u"main"_s,
                        QString::fromLatin1(tree)})
            .trimmed();
    QCOMPARE(runGit(m_path, {u"update-ref"_s, u"refs/heads/main"_s, QString::fromLatin1(fresh)}),
             QByteArray());
    QTRY_COMPARE_WITH_TIMEOUT(panel->view()->rows(), int(log().size()), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(panel->view()->currentId(), chosen, 20'000);
    QTest::keyClick(panel->view(), Qt::Key_Home);
    QCOMPARE(panel->view()->currentId(), QString::fromLatin1(fresh));
}

void TestRepositories::goesToAnotherRepository()
{
    const QString path = m_folder->filePath(u"tools"_s);
    QDir().mkpath(path);
    QCOMPARE(runGit(path, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}), QByteArray());
    const auto panel = shown();
    QTRY_VERIFY_WITH_TIMEOUT(panel->view()->rows() > 0, 20'000);
    QCOMPARE(panel->findings().size(), 2);
    panel->select(u"tools"_s);
    QTRY_COMPARE_WITH_TIMEOUT(panel->view()->rows(), 0, 20'000);
    panel->select(u"shop"_s);
    QTRY_VERIFY_WITH_TIMEOUT(panel->view()->rows() > 0, 20'000);
}

void TestRepositories::saysWhatCannotBeRead()
{
    QVERIFY(QDir(m_folder->filePath(u"tools"_s)).removeRecursively());
    const auto panel = shown();
    QSignalSpy notices(panel.get(), &Panel::notice);
    QTRY_VERIFY_WITH_TIMEOUT(panel->view()->rows() > 0, 20'000);
    panel->select(u"tools"_s);
    QTRY_COMPARE_WITH_TIMEOUT(notices.size(), 1, 20'000);
    const auto told = notices[0][0].value<Notice>();
    QCOMPARE(told.mark, lifecycle::Mark::Failed);
    QVERIFY(!told.text.isEmpty());
}

/// A long history without a commit-graph file: a line offers it; nothing is written before somebody
/// says so, and afterwards without asking again.
void TestRepositories::offersAnIndex()
{
    constexpr int many = 20'300;
    const QString path = m_folder->filePath(u"large.git"_s);
    const QString file = path + u"/objects/info/commit-graph"_s;
    QDir().mkpath(path);
    QCOMPARE(runGit(path, {u"init"_s, u"-q"_s, u"--bare"_s, u"-b"_s, u"main"_s}), QByteArray());
    QCOMPARE(runGit(path, {u"fast-import"_s, u"--quiet"_s}, gitfixture::madeHistory(many, 5)),
             QByteArray());
    Context context = m_context;
    context.workspace.repositories.insert(u"large"_s, {});
    const auto opened = [&context] {
        auto panel = std::make_unique<RepositoriesPanel>(context);
        panel->resize(1280, 720);
        panel->show();
        panel->select(u"large"_s);
        return panel;
    };
    const auto rows = [](const std::unique_ptr<RepositoriesPanel>& panel) {
        return panel->view()->rows();
    };
    {
        const auto panel = opened();
        auto* line = panel->findChild<QWidget*>(u"history-index"_s);
        QVERIFY(line != nullptr && !line->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(line->isVisible(), 60'000);
        QVERIFY(rows(panel) >= 20'000);
        const auto* text = line->findChild<QLabel*>(u"history-index-text"_s);
        QVERIFY2(text->text().contains(QString::number(rows(panel))), qPrintable(text->text()));
        line->findChild<QPushButton*>(u"history-index-decline"_s)->click();
        QVERIFY(!line->isVisible());
    }
    QVERIFY(!QFile::exists(file));
    {
        const auto panel = opened();  // what was declined is not offered again
        QTRY_VERIFY_WITH_TIMEOUT(rows(panel) >= 20'000, 60'000);
        auto* line = panel->findChild<QWidget*>(u"history-index"_s);
        auto* keep = panel->findChild<QAction*>(u"history.index"_s);
        QVERIFY(keep != nullptr && keep->isEnabled() && !keep->isChecked());
        QTest::qWait(300);
        QVERIFY(!line->isVisible());
        QVERIFY(!QFile::exists(file));
        QSignalSpy notices(panel.get(), &Panel::notice);
        keep->trigger();  // but it can be had
        QVERIFY(line->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!line->isVisible(), 60'000);
        QVERIFY(QFile::exists(file));
        QCOMPARE(notices.size(), 1);
        QCOMPARE(notices[0][0].value<Notice>().mark, lifecycle::Mark::Ok);
        QCOMPARE(runGit(path, {u"commit-graph"_s, u"verify"_s}), QByteArray());
        QTRY_VERIFY_WITH_TIMEOUT(rows(panel) >= 20'000, 60'000);
    }
    QVERIFY(QFile::remove(file));
    {
        const auto panel = opened();  // it was allowed
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), 60'000);
        QVERIFY(panel->findChild<QAction*>(u"history.index"_s)->isChecked());
    }
    drain();
}

void TestRepositories::knowsWhenAnIndexIsWorthWhile()
{
    using File = git::GraphFile;
    QVERIFY(!IndexOffer::isWorthWhile(File::Missing, 19'999, 19'999));
    QVERIFY(IndexOffer::isWorthWhile(File::Missing, 20'000, 20'000));
    QVERIFY(IndexOffer::isWorthWhile(File::Damaged, 20'000, 20'000));
    QVERIFY(IndexOffer::isWorthWhile(File::Behind, 20'000, 20'000));
    QVERIFY(!IndexOffer::isWorthWhile(File::Ignored, 900'000, 900'000));
    QVERIFY(!IndexOffer::isWorthWhile(File::Used, 900'000, 1'999));
    QVERIFY(IndexOffer::isWorthWhile(File::Used, 900'000, 2'000));
}

QTEST_MAIN(TestRepositories)
#include "tst_repositories.moc"
