#include "tests/ui/trust_parts.h"
#include "ui/console/login_form.h"
#include "ui/files/files_page.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/widgets/log_view.h"

#include <QApplication>
#include <QLineEdit>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

/// One-off commands and files: what their login asks is asked in their own place.
class TestPaneTrust : public TrustFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(m_sshd.start(), QString());
        QVERIFY(m_sshd.makeKey(u"other"_s, u"ed25519"_s));
    }
    void init()
    {
        begin();
        VERIFY_OK(makeFolder(m_home->filePath(u"there"_s)));
    }
    void cleanup() { end(); }

    // ---- one-off commands -----------------------------------------------------------------------

    void aCommandShowsAnUnknownKeyAndGoesOn()
    {
        make(listed("web"));
        CommandPane* pane = run(u"echo in$((1+1))side >> "_s + m_home->filePath(u"ran"_s));
        HostKeyPanel* key = keyPanelIn(pane);
        QVERIFY(key != nullptr);
        QCOMPARE(textOf(key, u"host-key-fingerprint"_s), serversFingerprint());
        QVERIFY(!pane->isRunning());
        QCOMPARE(endOf(pane), u"not run"_s);
        // Refused: nothing is recorded, nothing runs, and the line still stands there.
        auto* cancel = key->findChild<QPushButton*>(u"host-key-cancel"_s);
        QTRY_COMPARE(key->window()->focusWidget(), cancel);
        QTest::keyClick(cancel, Qt::Key_Return);
        QTRY_VERIFY(!pane->login()->isVisible());
        QVERIFY(!QFile::exists(ownRecord()));
        QVERIFY(!QFile::exists(m_home->filePath(u"ran"_s)));
        auto* field = pane->findChild<QLineEdit*>(u"command"_s);
        QVERIFY(field->text().startsWith(u"echo in"_s));
        QTRY_COMPARE(pane->window()->focusWidget(), field);
        // Again, and trusted: what was asked for runs, once.
        QTest::keyClick(field, Qt::Key_Return);
        key = keyPanelIn(pane);
        QVERIFY(key != nullptr);
        click(key->findChild<QPushButton*>(u"host-key-trust"_s));
        QTRY_COMPARE_WITH_TIMEOUT(endOf(pane), u"exit code 0"_s, 20'000);
        QVERIFY(!pane->login()->isVisible());
        QCOMPARE(readFile(m_home->filePath(u"ran"_s), 1'000).valueOr({}), "in2side\n");
        QVERIFY(readFile(ownRecord(), 10'000).valueOr({}).contains("ssh-ed25519"));
    }

    void aCommandNeverPassesAChangedKey()
    {
        write(u"own/known_hosts"_s, otherRecord());
        make(listed("web"));
        CommandPane* pane = run(u"echo passed > "_s + m_home->filePath(u"ran"_s));
        HostKeyPanel* key = keyPanelIn(pane);
        QVERIFY(key != nullptr);
        QVERIFY(!textOf(key, u"host-key-recorded"_s).isEmpty());
        auto* trust = key->findChild<QPushButton*>(u"host-key-trust"_s);
        auto* name = key->findChild<QLineEdit*>(u"host-key-name"_s);
        click(trust);
        QTest::keyClicks(name, u"we"_s);
        QTest::keyClick(name, Qt::Key_Return);
        click(trust);
        QTest::qWait(300);
        QVERIFY(!trust->isEnabled());
        QTest::keyClick(name, Qt::Key_Escape);
        QTRY_VERIFY(!pane->login()->isVisible());
        QCOMPARE(readFile(ownRecord(), 10'000).valueOr({}), otherRecord());
        QVERIFY(!QFile::exists(m_home->filePath(u"ran"_s)));
    }

    void aCommandAsksForThePassphrase()
    {
        make(lockKey());
        CommandPane* pane = run(u"echo in$((1+1))side"_s);
        const AskPanel* ask = askIn(pane);
        QVERIFY(ask != nullptr);
        QVERIFY(wordsIn(ask).contains(u"passphrase"_s));
        QVERIFY(pane->isRunning());
        answer(ask, u"wrong"_s);
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible() && wordsIn(ask).contains(u"That was not it"_s),
                                 20'000);
        answer(ask, u"open sesame"_s);
        QTRY_COMPARE_WITH_TIMEOUT(endOf(pane), u"exit code 0"_s, 20'000);
        QCOMPARE(pane->log()->line(0), u"in2side"_s);
        QVERIFY(!pane->login()->isVisible());
    }

    void stopTakesTheQuestionAway()
    {
        make(lockKey());
        CommandPane* pane = run(u"echo never"_s);
        QVERIFY(askIn(pane) != nullptr);
        click(button(pane, u"stop"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!pane->isRunning(), 20'000);
        QTRY_VERIFY(!pane->login()->isVisible());
        QCOMPARE(endOf(pane), u"not run"_s);
        QCOMPARE(pane->log()->line(0), QString());
    }

    // ---- files ----------------------------------------------------------------------------------

    void filesShowAnUnknownKeyAndGoOn()
    {
        write(u"there/in-there"_s, "x");
        make(listed("web"));
        FilesPage* page = openFiles();
        HostKeyPanel* key = keyPanelIn(page);
        QVERIFY(key != nullptr);
        QCOMPARE(textOf(key, u"host-key-fingerprint"_s), serversFingerprint());
        QVERIFY(!page->right()->files());
        // Esc is no, wherever the keys go.
        page->window()->activateWindow();
        QTRY_VERIFY(QApplication::focusWidget() != nullptr);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QTRY_VERIFY(!page->login()->isVisible());
        QVERIFY(!QFile::exists(ownRecord()));
        QVERIFY(!page->right()->files());
        auto* again = button(page, u"files-again-right"_s);
        QVERIFY(again->isVisible());
        click(again);
        key = keyPanelIn(page);
        QVERIFY(key != nullptr);
        click(key->findChild<QPushButton*>(u"host-key-trust"_s));
        QTRY_VERIFY_WITH_TIMEOUT(page->right()->files() != nullptr, 20'000);
        QCOMPARE(page->right()->folder().server, u"web"_s);
        QTRY_VERIFY(page->right()->table()->model()->rowCount() > 0);
        QVERIFY(!again->isVisible());
        QVERIFY(!page->login()->isVisible());
    }

    void filesNeverPassAChangedKey()
    {
        write(u"own/known_hosts"_s, otherRecord());
        make(listed("web"));
        FilesPage* page = openFiles();
        HostKeyPanel* key = keyPanelIn(page);
        QVERIFY(key != nullptr);
        auto* trust = key->findChild<QPushButton*>(u"host-key-trust"_s);
        QVERIFY(!trust->isEnabled());
        click(trust);
        click(key->findChild<QPushButton*>(u"host-key-cancel"_s));
        QTRY_VERIFY(!page->login()->isVisible());
        QTest::qWait(300);
        QVERIFY(!page->right()->files());
        QCOMPARE(readFile(ownRecord(), 10'000).valueOr({}), otherRecord());
        // With the name typed by a person it is replaced, and the way is taken.
        click(button(page, u"files-again-right"_s));
        key = keyPanelIn(page);
        QVERIFY(key != nullptr);
        QTest::keyClicks(key->findChild<QLineEdit*>(u"host-key-name"_s), u"web"_s);
        click(key->findChild<QPushButton*>(u"host-key-trust"_s));
        QTRY_VERIFY_WITH_TIMEOUT(page->right()->files() != nullptr, 20'000);
    }

    void bothSidesAskOneAfterTheOther()
    {
        make(listed("web") + listed("also"));
        FilesPage* page = openFiles();
        QVERIFY(keyPanelIn(page) != nullptr);
        page->left()->go(u"also"_s, {});
        QTest::qWait(500);
        QCOMPARE(page->findChildren<HostKeyPanel*>(u"host-key"_s).size(), 1);
        click(keyPanelIn(page)->findChild<QPushButton*>(u"host-key-trust"_s));
        QTRY_VERIFY_WITH_TIMEOUT(page->right()->files() != nullptr, 20'000);
        // The other name has the same key, which is known by now: it goes on by itself.
        QTRY_COMPARE_WITH_TIMEOUT(page->left()->folder().server, u"also"_s, 20'000);
        QVERIFY(!page->login()->isVisible());
    }

    void filesAskForThePassphrase()
    {
        make(lockKey());
        FilesPage* page = openFiles();
        const AskPanel* ask = askIn(page->login());
        QVERIFY(ask != nullptr);
        const auto* field = ask->findChild<QLineEdit*>(u"ask-field-0"_s);
        QCOMPARE(field->echoMode(), QLineEdit::Password);
        answer(ask, u"open sesame"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->right()->files() != nullptr, 20'000);
        QVERIFY(!page->login()->isVisible());
        // Esc at the question: no, and the pane says so.
        restart("  web: { address: " + m_sshd.address().toLatin1() +
                ", port: " + QByteArray::number(m_sshd.port()) + ", transport: built-in }\n");
        page = openFiles();
        ask = askIn(page->login());
        QVERIFY(ask != nullptr);
        QTest::keyClick(ask->findChild<QLineEdit*>(u"ask-field-0"_s), Qt::Key_Escape);
        auto* again = button(page, u"files-again-right"_s);
        QTRY_VERIFY_WITH_TIMEOUT(again->isVisible(), 20'000);
        QVERIFY(!page->right()->files());
    }

private:
    CommandPane* run(const QString& command)
    {
        ServersPanel* panel = openPanel();
        CommandPane* pane = panel->page()->command();
        auto* field = pane->findChild<QLineEdit*>(u"command"_s);
        made::type(field, command);
        QTest::keyClick(field, Qt::Key_Return);
        return pane;
    }
    FilesPage* openFiles()
    {
        ServersPanel* panel = openPanel();
        panel->findChild<QAction*>(u"servers.files"_s)->trigger();
        return panel->files();
    }
    [[nodiscard]] QString serversFingerprint() const
    {
        return ssh::parsePublicKey(m_sshd.hostKey(u"ed25519"_s).toUtf8())
            .valueOr(ssh::PublicKey())
            .fingerprintGroups();
    }
    static QString endOf(const CommandPane* pane)
    {
        return pane->findChild<StateBadge*>(u"end"_s)->word();
    }
    static const AskPanel* askIn(const QWidget* place)
    {
        const auto* ask = place->findChild<AskPanel*>(u"ask"_s);
        const bool shown = QTest::qWaitFor([ask] { return ask->isVisible(); }, 20'000);
        return shown ? ask : nullptr;
    }
    static void answer(const AskPanel* ask, const QString& text)
    {
        auto* field = ask->findChild<QLineEdit*>(u"ask-field-0"_s);
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }
};

QTEST_MAIN(TestPaneTrust)
#include "tst_pane_trust.moc"
