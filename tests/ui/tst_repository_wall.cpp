#include "core/git/network.h"
#include "core/ssh/known_hosts.h"
#include "core/ssh/publickey.h"
#include "tests/ssh/private_sshd.h"
#include "tests/ui/repository_parts.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/repositories/repository_page.h"
#include "ui/repositories/wall.h"
#include "ui/widgets/data_table.h"

#include <QPlainTextEdit>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

/// The workspace of a test, as app/ keeps it.
struct Shelf {
    workspace::Workspace workspace;

    static Task<Result<std::shared_ptr<git::Repository>>> open(std::shared_ptr<Shelf> shelf,
                                                               QString name)
    {
        auto opening = git::Repository::open(shelf->workspace.repositories.value(name).path);
        Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
        co_return opened;
    }

    static Task<Result<workspace::Workspace>> edit(
        std::shared_ptr<Shelf> shelf, std::function<Result<QByteArray>(const QByteArray&)> change)
    {
        std::function<Result<workspace::Workspace>()> work = [file = shelf->workspace.file,
                                                              change = std::move(change)] {
            return workspace::edit(file, change);
        };
        auto editing = onWorker<workspace::Workspace>(std::move(work));
        Result<workspace::Workspace> after = co_await std::move(editing);
        if (after) {
            shelf->workspace = *after;
        }
        co_return after;
    }
};

/// A keyring that has nothing and remembers what a person said of keeping.
struct Kept : git::LoginKeeper {
    std::function<Task<Result<bool>>(QString, CancelToken)> offer;
    QList<bool> said;

    static Task<Result<Secret>> nothing()
    {
        co_return Error(ErrorKind::NotFound, u"nothing is kept"_s);
    }
    static Task<Result<void>> done() { co_return Result<void>(); }
    static Task<Result<void>> asked(Kept* kept, Task<Result<bool>> asking)
    {
        const Result<bool> keep = co_await std::move(asking);
        if (keep) {
            kept->said.append(*keep);
        }
        co_return Result<void>();
    }

    Task<Result<Secret>> find(git::NetworkQuestion, CancelToken) override { return nothing(); }
    Task<Result<void>> refused(git::NetworkQuestion) override { return done(); }
    Task<Result<void>> taken(Login login, CancelToken cancel) override
    {
        return asked(this, offer(login.question.place, cancel));
    }
};

constexpr char emptyFile[] = "# ours\nworkspace: shop\n";

}  // namespace

/// Repositories come to the wall and leave it, by keys and clicks, with real ones and a real
/// workspace file.
class TestRepositoryWall : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void emptyWallTeaches();
    void clones();
    void stopsACloneWithoutATrace();
    void saysWhyAClonesFails();
    void comparesAnUnknownServer();
    void asksWhetherALoginIsKept_data();
    void asksWhetherALoginIsKept();
    void opensAndTakesOutAgain();
    void makesOneWhereThereIsNone();
    void keepsTheFileAsItWas();
    void refusesWhatIsUsed();
    void saysWhyTheFileIsNotWritten();
    void opensAFolderOnce();

private:
    void show(const QByteArray& file);
    [[nodiscard]] QString path(const QString& name) const { return m_folder->filePath(name); }
    [[nodiscard]] QByteArray file() const { return bytesAt(path(u"analemma.yaml"_s)); }
    [[nodiscard]] bool type(const QString& field, const QString& text) const;
    [[nodiscard]] QString asked() const;
    [[nodiscard]] bool answer(const QString& id) const;
    [[nodiscard]] int rows() const { return m_panel->wall()->table()->view()->model()->rowCount(); }
    void makeShop(const QString& name, qsizetype bytes = 100) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<Theme> m_theme;
    StandingClock m_clock;
    std::unique_ptr<RepositoriesPanel> m_panel;
    std::unique_ptr<Told> m_told;
    QStringList m_keys;
    std::shared_ptr<Kept> m_kept;
};

void TestRepositoryWall::initTestCase()
{
    m_library = std::make_unique<git::Library>();
    m_theme = std::make_unique<Theme>();
}

void TestRepositoryWall::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_theme.reset();
}

void TestRepositoryWall::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("HOME", m_folder->path().toLocal8Bit());
    qputenv("ANALEMMA_HOME", path(u"state"_s).toLocal8Bit());
}

void TestRepositoryWall::cleanup()
{
    m_told.reset();
    m_panel.reset();
    drain();
    m_keys.clear();
    m_kept.reset();
    m_folder.reset();
}

void TestRepositoryWall::show(const QByteArray& file)
{
    QVERIFY(writeBytes(path(u"analemma.yaml"_s), file));
    const auto loaded = workspace::load(path(u"analemma.yaml"_s));
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
    const auto shelf = std::make_shared<Shelf>();
    shelf->workspace = *loaded;
    Context context;
    context.clock = &m_clock;
    context.workspace = *loaded;
    context.repository = [shelf](QString name) { return Shelf::open(shelf, std::move(name)); };
    context.editWorkspace = [shelf](auto change) { return Shelf::edit(shelf, std::move(change)); };
    m_kept = std::make_shared<Kept>();
    context.networkAccess = [kept = m_kept, keys = m_keys](const LoginKeeping& keeping) {
        git::NetworkAccess access;
        access.knownHostsFiles = {ssh::ownKnownHostsFile()};
        access.keyFiles = keys;
        access.keeper = kept;
        kept->offer = keeping.offer;
        access.silence = milliseconds(60'000);
        return access;
    };
    m_panel = std::make_unique<RepositoriesPanel>(context);
    m_told = std::make_unique<Told>(m_panel.get());
    m_panel->resize(1280, 760);
    m_panel->show();
    m_panel->activate();
    m_panel->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    m_panel->setFocus();
}

bool TestRepositoryWall::type(const QString& field, const QString& text) const
{
    auto* line = m_panel->findChild<QLineEdit*>(u"place-"_s + field);
    if (line == nullptr || !line->isVisible()) {
        return false;
    }
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
    return line->text() == text;
}

QString TestRepositoryWall::asked() const
{
    const auto* detail = m_panel->wall()->findChild<QPlainTextEdit*>(u"ask-detail"_s);
    return detail->isVisible() ? detail->toPlainText() : QString();
}

bool TestRepositoryWall::answer(const QString& id) const
{
    auto* button = m_panel->wall()->findChild<QAbstractButton*>(u"ask-"_s + id);
    if (button == nullptr || !button->isEnabled()) {
        return false;
    }
    QTest::mouseClick(button, Qt::LeftButton);
    return true;
}

void TestRepositoryWall::makeShop(const QString& name, qsizetype bytes) const
{
    QVERIFY(initRepository(path(name)));
    quint32 seed = 7;
    for (int i = 0; i < 3; ++i) {
        QByteArray noise(bytes, Qt::Uninitialized);
        for (char& byte : noise) {
            seed = seed * 1'664'525 + 1'013'904'223;
            byte = char(seed >> 24);
        }
        QVERIFY(writeBytes(path(name) + u"/file-%1"_s.arg(i), noise));
        runGit(path(name), {u"add"_s, u"-A"_s});
        QVERIFY(!runGit(path(name), {u"commit"_s, u"-q"_s, u"-m"_s, u"commit %1"_s.arg(i)})
                     .startsWith("failed"));
    }
}

// ---- bringing in --------------------------------------------------------------------------------

void TestRepositoryWall::emptyWallTeaches()
{
    show(emptyFile);
    QCOMPARE(rows(), 0);
    Button* teach = nullptr;
    for (Button* button : m_panel->wall()->findChildren<Button*>()) {
        teach = button->isVisible() && button->text() == u"Clone…" ? button : teach;
    }
    QVERIFY(teach != nullptr);
    QTest::mouseClick(teach, Qt::LeftButton);
    auto* address = m_panel->findChild<QLineEdit*>(u"place-address"_s);
    QVERIFY(address != nullptr);
    QVERIFY(address->hasFocus());
    QCOMPARE(address->accessibleName(), u"Address"_s);
    QVERIFY(!answer(u"go"_s));  // nothing was typed
    // Esc steps back from the question, then from nothing.
    QVERIFY(m_panel->stepBack());
    QVERIFY(!address->isVisible());
    QVERIFY(!m_panel->stepBack());
}

void TestRepositoryWall::clones()
{
    makeShop(u"origin.git"_s);
    show(emptyFile);
    QSignalSpy cloning(m_panel->wall()->desk(), &WallDesk::cloning);
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(type(u"address"_s, path(u"origin.git"_s)));
    // Folder and name follow the address; the name is changed.
    QCOMPARE(m_panel->findChild<QLineEdit*>(u"place-folder"_s)->text(), path(u"origin"_s));
    QCOMPARE(m_panel->findChild<QLineEdit*>(u"place-name"_s)->text(), u"origin"_s);
    QVERIFY(type(u"name"_s, u"shop"_s));
    QCOMPARE(m_panel->findChild<QLineEdit*>(u"place-depth"_s)->placeholderText(), u"all"_s);
    QVERIFY(type(u"depth"_s, u"2"_s));
    QVERIFY(answer(u"go"_s));
    // Its row is there at once, and tells how far it is.
    QCOMPARE(rows(), 1);
    QVERIFY(m_panel->findChild<QAbstractButton*>(u"clone-stop"_s)->isVisible());
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().startsWith(u"Cloned shop"_s),
                              qPrintable(asked() + m_told->text()), patience);
    bool moved = false;
    for (const QList<QVariant>& step : cloning) {
        moved = moved || step[0].value<WallDesk::Cloning>().share > 0;
    }
    QVERIFY(moved);
    QVERIFY(!m_panel->findChild<QAbstractButton*>(u"clone-stop"_s)->isVisible());
    QCOMPARE(runGit(path(u"origin"_s), {u"rev-list"_s, u"--count"_s, u"HEAD"_s}),
             QByteArray("2\n"));
    QCOMPARE(runGit(path(u"origin"_s), {u"status"_s, u"--porcelain"_s}), QByteArray());
    const auto loaded = workspace::load(path(u"analemma.yaml"_s));
    QVERIFY(loaded);
    QCOMPARE(loaded->repositories.value(u"shop"_s).path, path(u"origin"_s));
    QVERIFY(file().startsWith(emptyFile));
    const QAbstractItemModel* model = m_panel->wall()->table()->view()->model();
    QTRY_COMPARE_WITH_TIMEOUT(model->index(0, 6).data().toString(), u"commit 2"_s, patience);
    QCOMPARE(model->index(0, 1).data().toString(), u"main"_s);
    // Enter shows it.
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->wall()->table()->currentId(), u"shop"_s, patience);
    QTest::keyClick(m_panel->wall()->table()->view(), Qt::Key_Return);
    QTRY_VERIFY2_WITH_TIMEOUT(m_panel->repository()->repository() != nullptr,
                              qPrintable(m_told->text()), patience);
    QCOMPARE(m_panel->repository()->name(), u"shop"_s);
}

void TestRepositoryWall::stopsACloneWithoutATrace()
{
    makeShop(u"big"_s, 12 * 1024 * 1024);
    show(emptyFile);
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(type(u"address"_s, path(u"big"_s)));
    QVERIFY(type(u"folder"_s, u"~/copy"_s));
    QTest::keyClick(m_panel->findChild<QLineEdit*>(u"place-folder"_s), Qt::Key_Return);
    QCOMPARE(rows(), 1);
    QVERIFY(!pressAct(m_panel.get(), u"repositories.clone"_s));  // one at a time
    QTest::mouseClick(m_panel->findChild<QAbstractButton*>(u"clone-stop"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Stopped"_s), patience);
    QCOMPARE(rows(), 0);
    QCOMPARE(QDir(m_folder->path())
                 .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
                 .filter(u"copy"_s),
             QStringList());
    QCOMPARE(file(), QByteArray(emptyFile));
}

/// What was typed stays to be put right.
void TestRepositoryWall::saysWhyAClonesFails()
{
    makeShop(u"origin"_s);
    QVERIFY(writeBytes(path(u"full/kept.txt"_s), "kept"));
    show(emptyFile);
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier);
    const std::tuple<QString, QString, QString> rows[] = {
        {path(u"origin"_s), path(u"full"_s), u"not empty"_s},
        {path(u"nowhere"_s), path(u"one"_s), u"repository"_s},
        {u"ftp://example.org/shop"_s, path(u"two"_s), u"https"_s},
        {u"https://ana:secret-word@example.org/shop"_s, path(u"three"_s), u"password"_s}};
    for (const auto& [address, folder, word] : rows) {
        QVERIFY(type(u"address"_s, address));
        QVERIFY(type(u"folder"_s, folder));
        QVERIFY(answer(u"go"_s));
        QTRY_VERIFY2_WITH_TIMEOUT(asked().contains(word, Qt::CaseInsensitive), qPrintable(asked()),
                                  patience);
        QVERIFY(!asked().contains(u"secret-word"_s));
        QCOMPARE(m_panel->findChild<QLineEdit*>(u"place-address"_s)->text(), address);
        QCOMPARE(m_panel->findChild<QLineEdit*>(u"place-folder"_s)->text(), folder);
        QCOMPARE(this->rows(), 0);
    }
    QCOMPARE(bytesAt(path(u"full/kept.txt"_s)), QByteArray("kept"));
    QCOMPARE(file(), QByteArray(emptyFile));
}

/// Nothing goes there before a person has compared the key; after it, all goes on by itself.
void TestRepositoryWall::comparesAnUnknownServer()
{
    makeShop(u"origin.git"_s);
    PrivateSshd sshd;
    QCOMPARE(sshd.start(), QString());
    m_keys = {sshd.path(u"user"_s)};
    show(emptyFile);
    const QString address = u"ssh://%1@%2:%3%4"_s.arg(PrivateSshd::user(), sshd.address())
                                .arg(sshd.port())
                                .arg(path(u"origin.git"_s));
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(type(u"address"_s, address));
    QVERIFY(answer(u"go"_s));
    const auto key = ssh::parsePublicKey(sshd.hostKey(u"ed25519"_s).toUtf8());
    QVERIFY(key.ok());
    QTRY_VERIFY2_WITH_TIMEOUT(asked().contains(key->fingerprint()), qPrintable(asked()), patience);
    QVERIFY(answer(u"cancel"_s));
    const QString way =
        u"ssh -T -p %1 %2@%3"_s.arg(sshd.port()).arg(PrivateSshd::user(), sshd.address());
    QTRY_VERIFY2_WITH_TIMEOUT(asked().contains(way), qPrintable(asked()), patience);
    QVERIFY(asked().contains(u"host key"_s));
    QVERIFY(!QFile::exists(ssh::ownKnownHostsFile()));

    QVERIFY(answer(u"go"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(asked().contains(key->fingerprint()), qPrintable(asked()), patience);
    QVERIFY(answer(u"trust"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().startsWith(u"Cloned origin"_s),
                              qPrintable(m_told->text() + asked()), patience);
    const QByteArray line = sshd.hostKey(u"ed25519"_s).toUtf8();
    QVERIFY(bytesAt(ssh::ownKnownHostsFile()).contains(line.split(' ').value(1)));
}

/// What a person typed is kept only when the person says so.
void TestRepositoryWall::asksWhetherALoginIsKept_data()
{
    QTest::addColumn<QString>("button");
    QTest::addColumn<bool>("kept");
    QTest::newRow("kept") << u"keep"_s << true;
    QTest::newRow("not now") << u"forget"_s << false;
}
void TestRepositoryWall::asksWhetherALoginIsKept()
{
    QFETCH(const QString, button);
    QFETCH(const bool, kept);
    makeShop(u"origin.git"_s);
    PrivateSshd sshd;
    QCOMPARE(sshd.start(), QString());
    m_keys = {path(u"locked"_s)};
    QVERIFY(QFile::copy(sshd.path(u"user"_s), m_keys.first()));
    QVERIFY(QFile::setPermissions(m_keys.first(), QFile::ReadOwner | QFile::WriteOwner));
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, u""_s, u"-N"_s,
                                                 u"sesame"_s, u"-f"_s, m_keys.first()}),
             0);
    QVERIFY(writeBytes(ssh::ownKnownHostsFile(), u"[%1]:%2 %3\n"_s.arg(sshd.address())
                                                     .arg(sshd.port())
                                                     .arg(sshd.hostKey(u"ed25519"_s))
                                                     .toUtf8()));
    show(emptyFile);
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(type(u"address"_s, u"ssh://%1@%2:%3%4"_s.arg(PrivateSshd::user(), sshd.address())
                                   .arg(sshd.port())
                                   .arg(path(u"origin.git"_s))));
    QVERIFY(answer(u"go"_s));
    const auto field = [this] { return m_panel->findChild<QLineEdit*>(u"ask-field-0"_s); };
    QTRY_VERIFY2_WITH_TIMEOUT(field() != nullptr, qPrintable(asked()), patience);
    QCOMPARE(field()->echoMode(), QLineEdit::Password);
    QTest::keyClicks(field(), u"sesame"_s);
    QTest::keyClick(field(), Qt::Key_Return);
    const auto keep = [&] { return m_panel->findChild<QAbstractButton*>(u"ask-"_s + button); };
    QTRY_VERIFY2_WITH_TIMEOUT(keep() != nullptr, qPrintable(m_told->text() + asked()), patience);
    QVERIFY(answer(button));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().startsWith(u"Cloned origin"_s),
                              qPrintable(m_told->text() + asked()), patience);
    QCOMPARE(m_kept->said, QList<bool>{kept});
}

void TestRepositoryWall::opensAndTakesOutAgain()
{
    makeShop(u"tools"_s);
    runGit(path(u"tools"_s),
           {u"remote"_s, u"add"_s, u"origin"_s, u"git@example.org:ana/tools.git"_s});
    show(emptyFile);
    QTest::keyClick(m_panel.get(), Qt::Key_O, Qt::ControlModifier);
    QVERIFY(type(u"folder"_s, u"tools"_s));  // from the workspace's folder
    QTest::keyClick(m_panel->findChild<QLineEdit*>(u"place-folder"_s), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Added tools"_s), patience);
    QCOMPARE(file(), QByteArray(emptyFile) +
                         "repositories:\n  tools: { path: \"./tools\", remote: "
                         "\"git@example.org:ana/tools.git\" }\n");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, patience);
    QVERIFY(!file().contains("tools"));
    QCOMPARE(runGit(path(u"tools"_s), {u"rev-list"_s, u"--count"_s, u"HEAD"_s}), QByteArray("3\n"));
}

void TestRepositoryWall::makesOneWhereThereIsNone()
{
    QVERIFY(writeBytes(path(u"notes/a.txt"_s), "a"));
    show(emptyFile);
    QVERIFY(pressAct(m_panel.get(), u"repositories.open"_s));
    QVERIFY(type(u"folder"_s, path(u"notes"_s)));
    QVERIFY(answer(u"go"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(asked().contains(u"repository"_s), qPrintable(asked()), patience);
    QVERIFY(answer(u"make"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().startsWith(u"Made notes"_s), patience);
    QCOMPARE(runGit(path(u"notes"_s), {u"status"_s, u"--porcelain"_s}), QByteArray("?? a.txt\n"));
    QCOMPARE(runGit(path(u"notes"_s), {u"symbolic-ref"_s, u"--short"_s, u"HEAD"_s}),
             QByteArray("main\n"));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    // And the other way round: a new one where there is one.
    QTest::keyClick(m_panel.get(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(initRepository(path(u"there"_s)));
    QVERIFY(type(u"folder"_s, path(u"there"_s)));
    QVERIFY(answer(u"go"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(!asked().isEmpty(), qPrintable(asked()), patience);
    QVERIFY(answer(u"open"_s));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
}

// ---- taking out ---------------------------------------------------------------------------------

void TestRepositoryWall::keepsTheFileAsItWas()
{
    for (const QString& name : {u"one"_s, u"two"_s, u"three"_s}) {
        makeShop(name);
    }
    const QByteArray before =
        "workspace: shop\nrepositories:\n  one: { path: ./one }   # the first\n"
        "  two:\n    path: ./two\n    # why\n    review: required\n  three: { path: ./three }\n";
    show(before);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, patience);
    QTableView* view = m_panel->wall()->table()->view();
    QVERIFY(m_panel->wall()->table()->selectId(u"one"_s));
    QVERIFY(pressAct(m_panel.get(), u"repositories.remove"_s));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    QVERIFY(!file().contains("./one"));
    QVERIFY(QFile::exists(path(u"one/.git/HEAD"_s)));
    QVERIFY(m_told->undo());
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, patience);
    QCOMPARE(file(), before);
    // All at once.
    view->setFocus();
    QTest::keyClick(view, Qt::Key_A, Qt::ControlModifier);
    QVERIFY(pressAct(m_panel.get(), u"repositories.remove"_s));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, patience);
    // Somebody wrote the file since: that stays.
    QVERIFY(writeBytes(path(u"analemma.yaml"_s), "# theirs\nworkspace: shop\n"));
    const int known = int(m_told->text().size());
    QVERIFY(known > 0);
    QVERIFY(m_told->undo());
    QTRY_VERIFY_WITH_TIMEOUT(!m_told->text().contains(u"out of the workspace"_s), patience);
    QVERIFY(file().startsWith("# theirs\n"));
}

void TestRepositoryWall::refusesWhatIsUsed()
{
    makeShop(u"one"_s);
    makeShop(u"two"_s);
    const QByteArray before =
        "workspace: shop\nrepositories:\n  one: { path: ./one }\n  two: { path: ./two }\n"
        "pipelines:\n  build: { repository: one, config: .circleci/config.yml }\n";
    show(before);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    QVERIFY(m_panel->wall()->table()->selectId(u"one"_s));
    QVERIFY(pressAct(m_panel.get(), u"repositories.remove"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().contains(u"Remove what uses the repository first"_s),
                              qPrintable(m_told->text()), patience);
    QCOMPARE(file(), before);
    QCOMPARE(rows(), 2);
}

void TestRepositoryWall::saysWhyTheFileIsNotWritten()
{
    makeShop(u"tools"_s);
    show(emptyFile);
    QVERIFY(QFile::setPermissions(path(u"analemma.yaml"_s), QFile::ReadOwner));
    QVERIFY(pressAct(m_panel.get(), u"repositories.open"_s));
    QVERIFY(type(u"folder"_s, u"tools"_s));
    QVERIFY(answer(u"go"_s));
    QTRY_VERIFY2_WITH_TIMEOUT(m_told->text().contains(u"read-only"_s), qPrintable(m_told->text()),
                              patience);
    QVERIFY(m_told->text().contains(path(u"tools"_s)));
    QCOMPARE(file(), QByteArray(emptyFile));
    QCOMPARE(rows(), 0);
}

void TestRepositoryWall::opensAFolderOnce()
{
    makeShop(u"tools"_s);
    show("workspace: shop\nrepositories:\n  mine: { path: ./tools }\n  other: { path: ./other }\n");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    m_panel->wall()->desk()->openFolder(path(u"tools"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_told->text().contains(u"as mine"_s), patience);
    QCOMPARE(m_panel->wall()->table()->currentId(), u"mine"_s);
}

QTEST_MAIN(TestRepositoryWall)
#include "tst_repository_wall.moc"
