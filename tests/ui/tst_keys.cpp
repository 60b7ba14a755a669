#include "core/base/files.h"
#include "core/base/text.h"
#include "tests/support.h"
#include "tests/ui/panel_values.h"
#include "ui/keys/key_card.h"
#include "ui/keys/keys_page.h"
#include "ui/keys/new_key_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/plan_view.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileInfo>
#include <QListWidget>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

/// A server's login that keeps the commands it was given.
class KeptSession : public ssh::Session {
public:
    explicit KeptSession(QStringList* commands) : m_commands(commands) {}
    [[nodiscard]] const ssh::Target& target() const override { return m_target; }
    [[nodiscard]] bool isConnected() const override { return true; }
    Task<Result<ssh::ExecResult>> exec(QString command, ssh::ExecOptions, CancelToken) override
    {
        m_commands->append(command);
        return done();
    }
    Task<Result<std::shared_ptr<ssh::Channel>>> openShell(ssh::ShellOptions, CancelToken) override
    {
        return refused<std::shared_ptr<ssh::Channel>>();
    }
    Task<Result<std::shared_ptr<ssh::Forward>>> forward(ssh::ForwardSpec, CancelToken) override
    {
        return refused<std::shared_ptr<ssh::Forward>>();
    }
    [[nodiscard]] std::vector<std::shared_ptr<ssh::Forward>> forwards() const override
    {
        return {};
    }
    [[nodiscard]] std::shared_ptr<ssh::Files> files() override { return nullptr; }
    Task<Result<void>> upload(QString, QString, int, std::function<void(qint64, qint64)>,
                              CancelToken) override
    {
        return nothing();
    }
    Task<Result<void>> uploadBytes(QByteArray, QString, int, CancelToken) override
    {
        return nothing();
    }
    Task<Result<QByteArray>> download(QString, qint64, CancelToken) override { return noBytes(); }
    Task<Result<void>> close() override { return nothing(); }

private:
    static Task<Result<ssh::ExecResult>> done()
    {
        ssh::ExecResult result;
        result.exitCode = 0;
        co_return result;
    }
    template <class T>
    static Task<Result<T>> refused()
    {
        co_return Error(ErrorKind::Unsupported, u"this server is played"_s);
    }
    static Task<Result<void>> nothing() { co_return Result<void>(); }
    static Task<Result<QByteArray>> noBytes() { co_return QByteArray(); }
    ssh::Target m_target;
    QStringList* m_commands;
};

Task<Result<std::shared_ptr<ssh::Session>>> door(QStringList* commands, QString server, bool open)
{
    if (!open) {
        co_return Error(ErrorKind::Auth, u"%1 refuses the key"_s.arg(server));
    }
    std::shared_ptr<ssh::Session> session = std::make_shared<KeptSession>(commands);
    co_return session;
}

}  // namespace

/// The page of keys: real files, real ssh-keygen; servers are played.
class TestKeys : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_folder = std::make_unique<QTemporaryDir>();
        auto opened = store::Store::open(m_folder->filePath(u"state"_s));
        QVERIFY(opened.ok());
        m_store = std::move(*opened);
        m_engine = std::make_unique<engine::Engine>(m_store.get(), &m_clock, u"shop"_s, u"tst"_s);
        operate::KeyDoors doors;
        doors.usual = [this](const QString& server, const CancelToken&) {
            return door(&m_commands, server, true);
        };
        doors.withKey = [this](const QString& server, const QString&, const CancelToken&) {
            return door(&m_commands, server, server != u"web-2");
        };
        for (engine::Kind& kind : operate::keyKinds(doors)) {
            m_engine->add(std::move(kind));
        }
        m_commands.clear();
        QVERIFY(makeFolder(keyFolder()).ok());
    }
    void cleanup()
    {
        m_page.reset();
        QVERIFY(await(m_engine->suspendAll()).ok());
        m_engine.reset();
        m_store.reset();
        m_folder.reset();
        m_stage.reset();
    }

    void anEmptyFolderTeaches()
    {
        open();
        QTRY_VERIFY(m_page->table()->emptyState()->isVisible());
        click(button(m_page.get(), u"keys-new"_s));
        QVERIFY(m_page->findChild<NewKeyPage*>()->isVisible());
        QVERIFY(m_page->stepBack());
        QVERIFY(!m_page->stepBack());
    }

    void aNewKeyIsMadeWithATypedPassphrase()
    {
        open();
        click(button(m_page.get(), u"keys-new"_s));
        auto* form = m_page->findChild<NewKeyPage*>();
        auto* name = form->findChild<QLineEdit*>(u"new-key-name"_s);
        auto* passphrase = form->findChild<QLineEdit*>(u"new-key-passphrase"_s);
        auto* again = form->findChild<QLineEdit*>(u"new-key-again"_s);
        auto* make = button(form, u"new-key-make"_s);
        QCOMPARE(name->text(), u"id_ed25519"_s);
        QVERIFY(make->isEnabled());
        QVERIFY(form->findChild<QLabel*>(u"new-key-note"_s)->text().startsWith(u"Without"_s));
        name->setText(u"a/b"_s);
        QVERIFY(!make->isEnabled());
        name->selectAll();
        QTest::keyClicks(name, u"deploy"_s);
        QTest::keyClicks(passphrase, u"open"_s);
        QVERIFY(make->toolTip().contains(u"five characters"_s));
        QTest::keyClicks(passphrase, u" sesame"_s);
        QVERIFY(make->toolTip().contains(u"differ"_s));
        QTest::keyClicks(again, u"open sesame"_s);
        QVERIFY(make->isEnabled());
        QTest::keyClick(again, Qt::Key_Return);
        QCOMPARE(passphrase->text(), QString());
        const QString path = keyFolder() + u"/deploy"_s;
        auto* card = m_page->findChild<KeyCard*>();
        QTRY_VERIFY_WITH_TIMEOUT(card->isVisible(), 20'000);
        QCOMPARE(card->key().path, path);
        QVERIFY(card->key().isEncrypted);
        QCOMPARE(int(QFileInfo(path).permissions() & QFile::Permissions::fromInt(0x77)), 0);
        QCOMPARE(m_page->table()->model()->rowCount(), 1);
        QCOMPARE(card->key().key.type, QByteArray("ssh-ed25519"));
        // The public half can be copied; the private one never is.
        click(button(card, u"key-copy"_s));
        QCOMPARE(QGuiApplication::clipboard()->text().toUtf8() + '\n',
                 *readFile(path + u".pub"_s, 10'000));
    }

    void looseFilesAreMarkedAndClosed()
    {
        makeKey(u"loose"_s);
        QVERIFY(QFile::setPermissions(keyFolder() + u"/loose"_s,
                                      QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        open();
        QTRY_COMPARE(m_page->table()->model()->rowCount(), 1);
        m_page->table()->selectId(keyFolder() + u"/loose"_s);
        QTest::keyClick(m_page->table()->view(), Qt::Key_Return);
        auto* card = m_page->findChild<KeyCard*>();
        QTRY_VERIFY(card->isVisible());
        QVERIFY(card->findChild<QLabel*>(u"key-warning"_s)->isVisible());
        auto* closeIt = button(card, u"key-close-to-others"_s);
        QVERIFY(closeIt->isVisible());
        click(closeIt);
        QTRY_VERIFY(!closeIt->isVisible());
        QVERIFY(!card->findChild<QLabel*>(u"key-warning"_s)->isVisible());
        QCOMPARE(int(QFileInfo(keyFolder() + u"/loose"_s).permissions() &
                     QFile::Permissions::fromInt(0x77)),
                 0);
    }

    void aKeyGoesToServersAndTheOldOneLeaves()
    {
        makeKey(u"fresh"_s);
        makeKey(u"old"_s);
        open();
        QTRY_COMPARE(m_page->table()->model()->rowCount(), 2);
        m_page->table()->selectId(keyFolder() + u"/fresh"_s);
        QTest::keyClick(m_page->table()->view(), Qt::Key_Return);
        auto* card = m_page->findChild<KeyCard*>();
        click(button(card, u"key-put"_s));
        auto* change = m_page->findChild<KeyChangePage*>();
        QVERIFY(change->isVisible());
        auto* go = button(change, u"go"_s);
        QVERIFY(!go->isEnabled());
        auto* list = change->findChild<QListWidget*>(u"key-servers"_s);
        QCOMPARE(list->count(), 3);
        QVERIFY(list->item(1)->text().endsWith(u"PRODUCTION"_s));
        auto* old = change->findChild<QComboBox*>(u"key-old"_s);
        QCOMPARE(old->count(), 2);
        old->setFocus();
        QTest::keyClick(old, Qt::Key_Down);
        QCOMPARE(old->currentIndex(), 1);
        click(button(change, u"key-all-servers"_s));
        QCOMPARE(change->change().servers, (QStringList{u"web-1"_s, u"web-2"_s}));  // not the lost
        QTRY_VERIFY(go->isEnabled());
        QVERIFY(m_commands.isEmpty());
        click(go);
        QTRY_VERIFY(!change->isRunning() && !change->operation().isEmpty());
        // web-2 does not let the new key in: there the old one stays.
        const auto operation = await(m_engine->operation(change->operation()));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, engine::Outcome::Failed);
        QVERIFY(change->findChild<QLabel*>(u"note"_s)->text().contains(u"web-2"_s));
        const QString oldBlob =
            shellQuote(QString::fromLatin1(change->change().remove.blob.toBase64()));
        int removals = 0;
        for (const QString& command : std::as_const(m_commands)) {
            removals += command.contains(u"grep -vF "_s + oldBlob) ? 1 : 0;
        }
        QCOMPARE(removals, 1);
        QCOMPARE(m_commands.size(), 4);  // install twice, one proof, one removal
    }

    void thePanelHasKeys()
    {
        auto* panel = m_stage->open<ServersPanel>();
        QVERIFY(panel->keys() == nullptr);
        panel->findChild<QAction*>(u"servers.keys"_s)->trigger();
        QVERIFY(panel->keys() != nullptr);
        QVERIFY(panel->keys()->isVisible());
        QVERIFY(panel->stepBack());
        QVERIFY(!panel->keys()->isVisible());
    }

private:
    [[nodiscard]] QString keyFolder() const { return m_folder->filePath(u"keys"_s); }
    void makeKey(const QString& name)
    {
        VERIFY_OK(await(ssh::generateKey(
            ssh::NewKey(keyFolder() + u'/' + name, ssh::NewKey::Kind::Ed25519), {})));
    }
    void open()
    {
        m_page = std::make_unique<KeysPage>(KeyPlaces{keyFolder(), {}}, m_engine.get());
        m_page->resize(1280, 700);
        m_page->setServers({{u"web-1"_s, u"qa"_s, false, {}},
                            {u"web-2"_s, u"production"_s, true, {}},
                            {u"web-3"_s, u"qa"_s, false, u"It is gone."_s}});
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_page->activate();
        m_page->table()->view()->setFocus();
    }

    SystemClock m_clock;
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<KeysPage> m_page;
    QStringList m_commands;
};

QTEST_MAIN(TestKeys)
#include "tst_keys.moc"
