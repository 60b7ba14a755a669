#include "core/operate/remoteedit.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QSignalSpy>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

using EditState = EditView::State;

class TestRemoteEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void opensPrivately();
    void savesAreWrittenBack();
    void savingByRenameIsSeen();
    void permissionsAndOwnerStay();
    void linksStayLinks();
    void conflictWritesNothing();
    void touchedIsAConflict();
    void removedIsAConflict();
    void mineIsKept();
    void theirsIsTaken();
    void failureKeepsTheCopy();
    void openTwiceIsOneEdit();
    void whatCannotBeEdited();
    void unsavedStaysOnDisk();

private:
    [[nodiscard]] QByteArray path(const QString& name) const
    {
        return m_folder->filePath(name).toUtf8();
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    static bool write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
    [[nodiscard]] EditView view(const QString& id) const
    {
        return m_edits->find(id).value_or(EditView());
    }
    QString open(const QString& name)
    {
        const QString id = m_edits->open({u"web-1"_s, path(name)});
        if (!QTest::qWaitFor([&] { return view(id).state != EditState::Opening; }, 20'000) ||
            view(id).error) {
            qWarning("%s", view(id).error ? qPrintable(view(id).error->message) : "waits");
        }
        return id;
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Target m_target;
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RemoteEdits> m_edits;
};

void TestRemoteEdit::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestRemoteEdit::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_client = std::make_unique<ssh::Client>();
    m_target = m_sshd.target();
    m_edits = std::make_unique<RemoteEdits>(
        [this](const QString&,
               const CancelToken& cancel) -> Task<Result<std::shared_ptr<ssh::Session>>> {
            return m_client->shared(m_target, cancel);
        },
        m_folder->filePath(u"edits"_s));
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "port = 80\n"));
}

void TestRemoteEdit::cleanup()
{
    m_edits.reset();
    QTest::qWait(1);
    m_client.reset();
    m_folder.reset();
}

void TestRemoteEdit::opensPrivately()
{
    QSignalSpy opened(m_edits.get(), &RemoteEdits::opened);
    const QString id = open(u"app.conf"_s);
    QCOMPARE(view(id).state, EditState::Open);
    QCOMPARE(opened.size(), 1);
    const QString local = view(id).localPath;
    QCOMPARE(opened[0][1].toString(), local);
    QVERIFY(local.endsWith(u"/app.conf"_s));
    QCOMPARE(read(local), "port = 80\n");
    struct stat found {};
    QCOMPARE(::stat(local.toUtf8().constData(), &found), 0);
    QCOMPARE(int(found.st_mode & 0777U), 0600);
    QCOMPARE(::stat(QFileInfo(local).path().toUtf8().constData(), &found), 0);
    QCOMPARE(int(found.st_mode & 0777U), 0700);
    m_edits->close(id);
    QVERIFY(!QFile::exists(QFileInfo(local).path()));
}

void TestRemoteEdit::savesAreWrittenBack()
{
    const QString id = open(u"app.conf"_s);
    for (int i = 1; i <= 3; ++i) {
        const QByteArray text = "port = " + QByteArray::number(8000 + i) + '\n';
        QVERIFY(write(view(id).localPath, text));
        QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, i, 20'000);
        QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), text);
        QTRY_COMPARE(view(id).state, EditState::Open);
    }
    // A save that changes nothing writes nothing.
    QVERIFY(write(view(id).localPath, "port = 8003\n"));
    QTest::qWait(800);
    QCOMPARE(view(id).saves, 3);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden),
             QStringList{u"app.conf"_s});
}

void TestRemoteEdit::savingByRenameIsSeen()
{
    const QString id = open(u"app.conf"_s);
    const QString local = view(id).localPath;
    for (int i = 1; i <= 2; ++i) {
        QVERIFY(write(local + u".new"_s, "renamed " + QByteArray::number(i)));
        QCOMPARE(std::rename((local + u".new"_s).toUtf8().constData(), local.toUtf8().constData()),
                 0);
        QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, i, 20'000);
        QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "renamed " + QByteArray::number(i));
    }
}

void TestRemoteEdit::permissionsAndOwnerStay()
{
    QCOMPARE(::chmod(path(u"app.conf"_s).constData(), 0640), 0);
    const bool root = ::geteuid() == 0;
    if (root) {
        QCOMPARE(::chown(path(u"app.conf"_s).constData(), 4242, 4343), 0);
    }
    const QString id = open(u"app.conf"_s);
    QVERIFY(write(view(id).localPath, "port = 81\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, 1, 20'000);
    struct stat found {};
    QCOMPARE(::stat(path(u"app.conf"_s).constData(), &found), 0);
    QCOMPARE(int(found.st_mode & 07777U), 0640);
    if (root) {
        QCOMPARE(int(found.st_uid), 4242);
        QCOMPARE(int(found.st_gid), 4343);
    }
    QCOMPARE(view(id).note, QString());
}

void TestRemoteEdit::linksStayLinks()
{
    QCOMPARE(::symlink("app.conf", path(u"link"_s).constData()), 0);
    const QString id = open(u"link"_s);
    QCOMPARE(view(id).place.path,
             QFileInfo(m_folder->filePath(u"app.conf"_s)).canonicalFilePath().toUtf8());
    QVERIFY(write(view(id).localPath, "through\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, 1, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "through\n");
    QVERIFY(QFileInfo(m_folder->filePath(u"link"_s)).isSymLink());
}

void TestRemoteEdit::conflictWritesNothing()
{
    const QString id = open(u"app.conf"_s);
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "port = 99\n"));  // the same size
    QVERIFY(write(view(id).localPath, "port = 81\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "port = 99\n");
    QCOMPARE(read(view(id).localPath), "port = 81\n");
    QCOMPARE(read(view(id).theirPath), "port = 99\n");
    QVERIFY(view(id).isUnsaved());
    QVERIFY(view(id).error->message.contains(u"nothing was written"_s));
    // More saves stay here until somebody has decided.
    QVERIFY(write(view(id).localPath, "port = 82\n"));
    QTest::qWait(800);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "port = 99\n");
    QCOMPARE(view(id).saves, 0);
}

void TestRemoteEdit::touchedIsAConflict()
{
    const QString id = open(u"app.conf"_s);
    QFile file(m_folder->filePath(u"app.conf"_s));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-3600),
                             QFileDevice::FileModificationTime));
    file.close();
    QVERIFY(write(view(id).localPath, "port = 81\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "port = 80\n");
}

void TestRemoteEdit::removedIsAConflict()
{
    const QString id = open(u"app.conf"_s);
    QVERIFY(QFile::remove(m_folder->filePath(u"app.conf"_s)));
    QVERIFY(write(view(id).localPath, "port = 81\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    QVERIFY(!QFile::exists(m_folder->filePath(u"app.conf"_s)));
    QVERIFY(view(id).theirPath.isEmpty());
    QCOMPARE(read(view(id).localPath), "port = 81\n");
}

void TestRemoteEdit::mineIsKept()
{
    const QString id = open(u"app.conf"_s);
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "theirs\n"));
    QVERIFY(write(view(id).localPath, "mine\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    m_edits->keepMine(id);
    QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, 1, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "mine\n");
    QTRY_COMPARE(view(id).state, EditState::Open);
    // A third change is a conflict again.
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "theirs again\n"));
    QVERIFY(write(view(id).localPath, "mine again\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "a third one\n"));
    m_edits->keepMine(id);
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "a third one\n");
}

void TestRemoteEdit::theirsIsTaken()
{
    const QString id = open(u"app.conf"_s);
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "theirs\n"));
    QVERIFY(write(view(id).localPath, "mine\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Conflict, 20'000);
    m_edits->takeTheirs(id);
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Open, 20'000);
    QCOMPARE(read(view(id).localPath), "theirs\n");
    QCOMPARE(read(view(id).localPath + u".mine"_s), "mine\n");
    QTest::qWait(800);
    QCOMPARE(view(id).saves, 0);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "theirs\n");
}

void TestRemoteEdit::failureKeepsTheCopy()
{
    const QString id = open(u"app.conf"_s);
    const int port = m_target.port;
    m_client = std::make_unique<ssh::Client>();
    m_target.port = freePort(m_sshd.address());
    QVERIFY(write(view(id).localPath, "port = 81\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(id).state, EditState::Failed, 20'000);
    QVERIFY(view(id).isUnsaved());
    QCOMPARE(read(view(id).localPath), "port = 81\n");
    m_target.port = port;
    m_edits->retry(id);
    QTRY_COMPARE_WITH_TIMEOUT(view(id).saves, 1, 20'000);
    QCOMPARE(read(m_folder->filePath(u"app.conf"_s)), "port = 81\n");
}

void TestRemoteEdit::openTwiceIsOneEdit()
{
    const QString id = open(u"app.conf"_s);
    QSignalSpy opened(m_edits.get(), &RemoteEdits::opened);
    const QString again = m_edits->open(view(id).place);
    QCOMPARE(again, id);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(m_edits->list().size(), 1);
}

void TestRemoteEdit::whatCannotBeEdited()
{
    const QString missing = m_edits->open({u"web-1"_s, path(u"none"_s)});
    QTRY_COMPARE_WITH_TIMEOUT(view(missing).state, EditState::Failed, 20'000);
    QVERIFY(!view(missing).isUnsaved());
    const QString folder = m_edits->open({u"web-1"_s, m_folder->path().toUtf8()});
    QTRY_COMPARE_WITH_TIMEOUT(view(folder).state, EditState::Failed, 20'000);
    QCOMPARE(view(folder).error->kind, ErrorKind::Invalid);
    QFile large(m_folder->filePath(u"large"_s));
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(65LL * 1024 * 1024));
    const QString big = m_edits->open({u"web-1"_s, path(u"large"_s)});
    QTRY_COMPARE_WITH_TIMEOUT(view(big).state, EditState::Failed, 20'000);
    QVERIFY(view(big).error->message.contains(u"edited in place"_s));
}

void TestRemoteEdit::unsavedStaysOnDisk()
{
    const QString kept = open(u"app.conf"_s);
    QVERIFY(write(m_folder->filePath(u"other.conf"_s), "x"));
    const QString saved = open(u"other.conf"_s);
    QVERIFY(write(m_folder->filePath(u"app.conf"_s), "theirs\n"));
    QVERIFY(write(view(kept).localPath, "mine\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view(kept).state, EditState::Conflict, 20'000);
    const QString unsaved = view(kept).localPath;
    const QString clean = view(saved).localPath;
    m_edits.reset();
    QCOMPARE(read(unsaved), "mine\n");
    QVERIFY(!QFile::exists(clean));
}

QTEST_GUILESS_MAIN(TestRemoteEdit)
#include "tst_remote_edit.moc"
