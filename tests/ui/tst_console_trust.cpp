#include "core/base/files.h"
#include "core/operate/hosts.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/console_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/console/ask_panel.h"
#include "ui/console/console_area.h"
#include "ui/console/host_key_panel.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/data_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

/// Listed and imported servers in the window: real ones, whose keys a person compares in the
/// console.
class TestConsoleTrust : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(m_sshd.start(), QString());
        QVERIFY(m_sshd.makeKey(u"other"_s, u"ed25519"_s));
    }
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_home = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/ct-XXXXXX"_s);
        m_client = std::make_unique<ssh::Client>(1);
        for (const QString& folder : {u".ssh"_s, u"own"_s, u"state"_s}) {
            VERIFY_OK(makeFolder(m_home->filePath(folder)));
        }
        auto store = store::Store::open(m_home->filePath(u"state"_s));
        VERIFY_OK(store);
        m_store = std::move(*store);
    }
    void cleanup()
    {
        m_stage.reset();
        m_hosts.reset();
        m_client.reset();
        m_store.reset();
    }

    void importedAndListedServersStandInTheList()
    {
        write(u".ssh/config"_s, "Host shell\n  HostName shell.example.org\n  ForwardAgent yes\n");
        make("  web: { address: 127.0.0.1, hops: [shell], tags: [edge] }\n");
        VERIFY_OK(await(m_hosts->import(u"shell"_s, {})));
        auto* panel = m_stage->open<ServersPanel>();
        const RecordModel* model = panel->findChild<DataTable*>(u"servers-table"_s)->model();
        QTRY_COMPARE(model->rowCount(), 2);
        QCOMPARE(model->record(u"web"_s)->fields[3].text, u"listed"_s);
        QCOMPARE(model->record(u"shell"_s)->fields[3].text, u"imported"_s);
        QCOMPARE(model->record(u"shell"_s)->fields[5].text, u"shell.example.org:22"_s);
        panel->select(u"web"_s);
        QAction* copy = panel->findChild<QAction*>(u"servers.copy-ssh"_s);
        copy->trigger();
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"ssh -J shell"_s));
        panel->select(u"shell"_s);
        copy->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"ssh -- shell"_s);
        QVERIFY(wordsIn(panel->page()).contains(u"agent forwarding stays off"_s));
        QVERIFY(panel->findChild<QAction*>(u"servers.console"_s)->isEnabled());
    }

    void aProviderThatCannotListIsTold()
    {
        make("  web: { address: 127.0.0.1 }\n", [] {
            infra::ServerList list;
            list.problems = {{u"ocean"_s, Error(ErrorKind::Network, u"no answer"_s)}};
            return given(list);
        });
        auto* panel = m_stage->open<ServersPanel>();
        QSignalSpy told(panel, &Panel::notice);
        panel->activate();
        QTRY_VERIFY(!told.isEmpty());
        QCOMPARE(told.first().first().value<Notice>().text,
                 u"provider ocean could not list its servers: no answer"_s);
        QCOMPARE(panel->findChild<DataTable*>(u"servers-table"_s)->model()->rowCount(), 1);
    }

    void anUnknownKeyIsComparedAndTrusted()
    {
        make(listed("web"));
        auto* panel = m_stage->open<ServersPanel>();
        ConsolePage* page = openConsole(panel);
        QTRY_VERIFY_WITH_TIMEOUT(trustButton(page)->isVisible(), 20'000);
        QCOMPARE(page->state(), ConsolePage::State::Lost);
        HostKeyPanel* shown = showKey(page);
        QVERIFY(shown != nullptr);
        const ssh::PublicKey key =
            ssh::parsePublicKey(m_sshd.hostKey(u"ed25519"_s).toUtf8()).valueOr(ssh::PublicKey());
        QCOMPARE(shown->view().key, key);
        QCOMPARE(textOf(shown, u"host-key-fingerprint"_s), key.fingerprintGroups());
        QVERIFY(textOf(shown, u"host-key-file"_s).contains(m_home->filePath(u"own/known_hosts"_s)));
        QVERIFY(wordsIn(shown).contains(u"ssh-ed25519"_s));
        QVERIFY(wordsIn(shown).contains(m_sshd.address()));
        // Enter at once is no: nothing is recorded.
        auto* cancel = shown->findChild<QPushButton*>(u"host-key-cancel"_s);
        QTRY_COMPARE(shown->window()->focusWidget(), cancel);  // offscreen it may be inactive
        QTest::keyClick(cancel, Qt::Key_Return);
        QTRY_VERIFY(page->findChild<HostKeyPanel*>(u"host-key"_s) == nullptr);
        QVERIFY(!QFile::exists(m_home->filePath(u"own/known_hosts"_s)));
        QVERIFY(!page->isLive());
        shown = showKey(page);
        QTest::mouseClick(shown->findChild<QPushButton*>(u"host-key-trust"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page->isLive(), 20'000);
        QVERIFY(!trustButton(page)->isVisible());
        made::type(page->view(), u"echo in$((1+1))side\r"_s);
        QTRY_VERIFY_WITH_TIMEOUT(seen(page->view()).contains(u"in2side"_s), 20'000);
    }

    void aChangedKeyNeedsTheNameTyped()
    {
        const QByteArray line = '[' + m_sshd.address().toLatin1() +
                                "]:" + QByteArray::number(m_sshd.port()) + ' ' +
                                m_sshd.read(u"other.pub"_s);
        write(u"own/known_hosts"_s, line);
        make(listed("web"));
        auto* panel = m_stage->open<ServersPanel>();
        ConsolePage* page = openConsole(panel);
        QTRY_VERIFY_WITH_TIMEOUT(trustButton(page)->isVisible(), 20'000);
        HostKeyPanel* shown = showKey(page);
        QVERIFY(shown != nullptr);
        const auto fingerprint = [](const QByteArray& text) {
            return ssh::parsePublicKey(text).valueOr(ssh::PublicKey()).fingerprintGroups();
        };
        QCOMPARE(textOf(shown, u"host-key-recorded"_s), fingerprint(m_sshd.read(u"other.pub"_s)));
        QCOMPARE(textOf(shown, u"host-key-fingerprint"_s),
                 fingerprint(m_sshd.hostKey(u"ed25519"_s).toUtf8()));
        auto* trust = shown->findChild<QPushButton*>(u"host-key-trust"_s);
        auto* name = shown->findChild<QLineEdit*>(u"host-key-name"_s);
        QVERIFY(!trust->isEnabled());
        QTest::mouseClick(trust, Qt::LeftButton);
        QTest::keyClicks(name, u"we"_s);
        QTest::keyClick(name, Qt::Key_Return);
        QTest::mouseClick(trust, Qt::LeftButton);
        QTest::qWait(300);
        QVERIFY(!trust->isEnabled() && !page->isLive());
        QCOMPARE(readFile(m_home->filePath(u"own/known_hosts"_s), 10'000).valueOr({}), line);
        QTest::keyClicks(name, u"b"_s);
        QVERIFY(trust->isEnabled());
        QTest::mouseClick(trust, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page->isLive(), 20'000);
    }

    void aPassphraseIsAskedInTheConsole()
    {
        const QString key = m_home->filePath(u".ssh/id_ed25519"_s);
        QVERIFY(QFile::copy(m_sshd.path(u"user"_s), key));
        QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QCOMPARE(
            QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
            0);
        write(u".ssh/known_hosts"_s, '[' + m_sshd.address().toLatin1() +
                                         "]:" + QByteArray::number(m_sshd.port()) + ' ' +
                                         m_sshd.hostKey(u"ed25519"_s).toLatin1());
        make("  web: { address: " + m_sshd.address().toLatin1() +
             ", port: " + QByteArray::number(m_sshd.port()) + ", transport: built-in }\n");
        auto* panel = m_stage->open<ServersPanel>();
        ConsolePage* page = openConsole(panel);
        AskPanel* ask = page->view()->askPanel();
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible(), 20'000);
        auto* field = ask->findChild<QLineEdit*>(u"ask-field-0"_s);
        QCOMPARE(field->echoMode(), QLineEdit::Password);
        QVERIFY(wordsIn(ask).contains(key));
        QTest::keyClicks(field, u"wrong"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(wordsIn(ask).contains(u"That was not it"_s), 20'000);
        field = ask->findChild<QLineEdit*>(u"ask-field-0"_s);
        QTest::keyClicks(field, u"open sesame"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(page->isLive(), 20'000);
        QVERIFY(!ask->isVisible());
        QVERIFY(!seen(page->view()).contains(u"sesame"_s));
    }

    void escapeAtAQuestionEndsTheLogin()
    {
        aPassphraseIsAskedInTheConsole();
        m_stage.reset();
        m_hosts.reset();
        m_client = std::make_unique<ssh::Client>(1);  // forgets the opened key
        make("  web: { address: " + m_sshd.address().toLatin1() +
             ", port: " + QByteArray::number(m_sshd.port()) + ", transport: built-in }\n");
        auto* panel = m_stage->open<ServersPanel>();
        ConsolePage* page = openConsole(panel);
        AskPanel* ask = page->view()->askPanel();
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible(), 20'000);
        QTest::keyClick(ask, Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(page->state(), ConsolePage::State::Lost, 20'000);
        QVERIFY(!ask->isVisible());
    }

private:
    void write(const QString& name, const QByteArray& text) const
    {
        VERIFY_OK(writeFile(m_home->filePath(name), text, 0600));
    }
    [[nodiscard]] QByteArray listed(const QByteArray& name) const
    {
        return "  " + name + ": { address: " + m_sshd.address().toLatin1() +
               ", port: " + QByteArray::number(m_sshd.port()) +
               ", key: " + m_sshd.path(u"user"_s).toUtf8() + " }\n";
    }
    static Task<Result<infra::ServerList>> given(infra::ServerList list) { co_return list; }
    void make(const QByteArray& servers, const operate::Hosts::Made& made = {})
    {
        m_stage = std::make_unique<Stage>();
        const auto workspace =
            workspace::parse("workspace: shop\nservers:\n" + servers, u"/srv/analemma.yaml"_s);
        VERIFY_OK(workspace);
        operate::HostPlaces places;
        places.config.home = m_home->path();
        places.config.userFile = m_home->filePath(u".ssh/config"_s);
        places.config.localUser = PrivateSshd::user();
        places.sshFolder = m_home->filePath(u".ssh"_s);
        places.userKnownHosts = QStringList{m_home->filePath(u".ssh/known_hosts"_s)};
        places.ownKnownHosts = m_home->filePath(u"own/known_hosts"_s);
        m_hosts = std::make_unique<operate::Hosts>(*workspace, m_store.get(), m_client.get(), made,
                                                   places);
        m_stage->context.workspace.servers = workspace->servers;
        m_stage->context.hosts = m_hosts.get();
        m_stage->context.ssh = m_client.get();
    }
    static ConsolePage* openConsole(ServersPanel* panel)
    {
        auto* table = panel->findChild<DataTable*>(u"servers-table"_s);
        const bool read =
            QTest::qWaitFor([table] { return table->model()->rowCount() > 0; }, 10'000);
        panel->select(u"web"_s);
        panel->findChild<QAction*>(u"servers.console"_s)->trigger();
        return read ? panel->consoles()->current() : nullptr;
    }
    static QPushButton* trustButton(const ConsolePage* page)
    {
        return page->findChild<QPushButton*>(u"console-host-key"_s);
    }
    static HostKeyPanel* showKey(const ConsolePage* page)
    {
        QTest::mouseClick(trustButton(page), Qt::LeftButton);
        HostKeyPanel* panel = nullptr;
        [[maybe_unused]] const bool shown = QTest::qWaitFor(
            [&] {
                panel = page->findChild<HostKeyPanel*>(u"host-key"_s);
                return panel != nullptr;
            },
            20'000);
        return panel;
    }
    static QString textOf(const QWidget* widget, const QString& name)
    {
        const auto* label = widget->findChild<QLabel*>(name);
        return label == nullptr ? QString() : label->text();
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<operate::Hosts> m_hosts;
    std::unique_ptr<Stage> m_stage;
};

QTEST_MAIN(TestConsoleTrust)
#include "tst_console_trust.moc"
