// Pictures of consoles with real programs in a real shell, written to a folder to be looked at:
//   ANALEMMA_THEME=dark xvfb-run -a -s "-screen 0 1920x1080x24" console_gallery FOLDER
//   [WIDTHxHEIGHT]

#include "core/operate/snippets.h"
#include "core/ssh/keys.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/console_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/console/console_area.h"
#include "ui/console/login_form.h"
#include "ui/console/find_bar.h"
#include "ui/console/snippet_panel.h"
#include "ui/keys/key_card.h"
#include "ui/keys/keys_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

namespace {

class Gallery {
public:
    Gallery(const QString& folder, QSize size, test::PrivateSshd* sshd, ssh::Client* client,
            store::Store* store)
        : m_folder(folder), m_size(size), m_snippets(store)
    {
        m_context.snippets = &m_snippets;
        m_context.workspace.id = u"shop-0123abcd"_s;
        m_context.clock = &m_clock;
        m_context.workspace.name = u"shop"_s;
        m_context.workspace.environmentOrder = {u"qa"_s, u"production"_s};
        m_context.ssh = client;
        m_window = std::make_unique<MainWindow>(m_context, &m_theme);
        m_window->resize(size);
        m_window->show();
        m_window->openPanel(u"servers"_s);
        m_panel = static_cast<ServersPanel*>(m_window->currentPanel());
        QList<ServerFacts> all;
        for (const char* environment : {"qa", "production"}) {
            for (int i = 1; i <= 3; ++i) {
                ServerFacts facts;
                facts.server = made::server(QLatin1StringView(environment), i);
                facts.server.ssh = sshd->target();
                facts.production = facts.server.environment == "production"_L1;
                facts.health = u"healthy"_s;
                all.append(facts);
            }
        }
        m_panel->setServers(all, made::now());
    }

    void draw()
    {
        m_panel->select(u"qa-4-web-1"_s);
        picture(u"page"_s);
        ConsolePage* qa = open(u"qa-4-web-1"_s);
        run(qa, u"ls --color -la /etc/ssl /usr/share/doc/git | head -40"_s, 600);
        picture(u"ls"_s);
        run(qa,
            u"clear; git -C "_s + QStringLiteral(ANALEMMA_SOURCE) +
                u" log --graph --oneline --decorate --color -60 | cat"_s,
            1500);
        picture(u"git"_s);
        qa->view()->openFind();
        QTest::keyClicks(qa->view()->findBar()->findChild<QLineEdit*>(), u"merge"_s);
        QTest::qWait(600);
        picture(u"find"_s);
        qa->view()->findBar()->dismiss();
        QGuiApplication::clipboard()->setText(
            u"set -e\napt-get update\napt-get -y upgrade\n\treboot\n"_s);
        qa->view()->pasteClipboard();
        QTest::qWait(100);
        picture(u"paste"_s);
        qa->view()->askPanel()->dismiss();
        drawSnippets(qa);
        drawGuesses(qa);
        run(qa, u"clear; htop"_s, 2500);
        picture(u"htop"_s);
        QTest::keyClick(qa->view(), Qt::Key_Q);
        ConsolePage* live = open(u"production-4-web-1"_s);
        run(live,
            u"vim -c 'syntax on' "_s + QStringLiteral(ANALEMMA_SOURCE) +
                u"/ui/console/console_page.cpp"_s,
            1500);
        picture(u"vim-production"_s);
        QTest::keyClicks(live->view(), u":q!\r"_s);
        run(live,
            u"clear; printf '\\e[1mbold\\e[0m \\e[3mitalic\\e[0m \\e[2mfaint\\e[0m "
            "\\e[4msingle\\e[0m \\e[4:2mdouble\\e[0m \\e[4:3mcurly\\e[0m "
            "\\e[4:4mdotted\\e[0m \\e[4:5mdashed\\e[0m \\e[9mstrike\\e[0m "
            "\\e[53moverline\\e[0m\\n'; for i in 0 1 2 3 4 5 6 7; do printf "
            "\"\\e[3${i}mcolour $i\\e[0m \\e[9${i}mbright $i\\e[0m \\e[4${i}m on $i "
            "\\e[0m \\e[7;3${i}minverse\\e[0m\\n\"; done; echo '┌─┬─┐ ╔═╦═╗ ┏━┳━┓ ╭─╮ "
            "▁▂▃▄▅▆▇█ ░▒▓'; echo '├─┼─┤ ╠═╬═╣ ┣━╋━┫ │ │ 漢字 e\u0301'; echo '└─┴─┘ ╚═╩═╝ "
            "┗━┻━┛ ╰─╯ https://example.org/x'"_s,
            800);
        m_panel->consoles()->split(Qt::Horizontal);
        settle();
        m_panel->consoles()->split(Qt::Vertical);
        settle();
        picture(u"split"_s);
        m_panel->consoles()->toggleBroadcast();
        m_panel->consoles()->current()->toggleRecording();
        run(m_panel->consoles()->current(), u"uptime"_s, 600);
        picture(u"broadcast"_s);
        m_panel->consoles()->toggleBroadcast();
        run(m_panel->consoles()->current(), u"kill -9 $PPID"_s, 1500);
        QTest::keyClicks(m_panel->consoles()->current()->view(), u"x"_s);
        QTest::qWait(100);
        picture(u"lost"_s);
        drawKeys();
    }

    /// A key that nobody knows yet, and one that is not the recorded one.
    void drawHostKeys(const QByteArray& key, const QByteArray& other)
    {
        operate::HostKeyView view;
        view.host = u"qa-4-web-1"_s;
        view.address = u"203.0.113.7"_s;
        view.key = ssh::parsePublicKey(key).valueOr(ssh::PublicKey());
        view.fingerprint = view.key.fingerprint();
        view.recordFile = u"/home/ops/.local/share/analemma/known_hosts"_s;
        ConsolePage* page = open(view.host);
        page->login()->dismiss();
        page->login()->showHostKey(view, {});
        picture(u"host-key"_s);
        ssh::KnownEntry entry;
        entry.key = ssh::parsePublicKey(other).valueOr(ssh::PublicKey());
        entry.file = u"/home/ops/.ssh/known_hosts"_s;
        entry.line = 12;
        view.verdict.trust = ssh::Trust::Changed;
        view.verdict.recorded.push_back(entry);
        page->login()->dismiss();
        page->login()->showHostKey(view, {});
        picture(u"host-key-changed"_s);
    }

private:
    void drawSnippets(ConsolePage* page)
    {
        for (const operate::Snippet& one :
             {operate::Snippet{u"Disk, largest first"_s,
                               u"du -xh {{folder|/var}} | sort -h | tail -20"_s},
              operate::Snippet{
                  u"Log of a unit"_s,
                  u"journalctl -u {{unit}} --since {{since|-1h}} {{!more|--no-pager}}"_s},
              operate::Snippet{u"Who listens"_s, u"ss -tlnp"_s}}) {
            static_cast<void>(test::await(m_snippets.save(one)));
        }
        page->toggleRecording();
        page->openSnippets();
        auto* panel = page->findChild<SnippetPanel*>(u"snippets"_s);
        QTest::qWait(300);
        picture(u"snippets"_s);
        auto* list = panel->findChild<QListWidget*>(u"snippet-list"_s);
        list->setCurrentRow(1);
        QTest::keyClick(panel->findChild<QLineEdit*>(u"snippet-filter"_s), Qt::Key_Return);
        QTest::keyClicks(panel->findChild<QLineEdit*>(u"snippet-value-unit"_s),
                         u"my app.service"_s);
        picture(u"snippet-fill"_s);
        QTest::keyClick(panel, Qt::Key_Escape);
        QTest::mouseClick(panel->findChild<Button*>(u"snippet-edit"_s), Qt::LeftButton);
        picture(u"snippet-edit"_s);
        panel->dismiss();
        page->toggleRecording();
        QTest::qWait(200);
        picture(u"recorded"_s);
    }
    void drawGuesses(ConsolePage* page)
    {
        page->view()->setPrediction(terminal::Predictor::Mode::On);
        run(page, u"clear"_s, 400);
        page->view()->setFocus();
        QTest::keyClicks(page->view(), u"e"_s);
        QTest::qWait(300);
        QTest::keyClicks(page->view(), u"cho not yet back"_s);  // no turn of the loop: not sent
        static_cast<void>(page->view()->picture());
        picture(u"guessed"_s, 0);
        page->view()->setPrediction(terminal::Predictor::Mode::Auto);
        run(page, QString(), 300);
    }
    void drawKeys()
    {
        m_panel->showKeys();
        auto* keys = m_panel->keys();
        QTest::qWait(600);
        keys->table()->selectId(QDir::home().filePath(u".ssh/id_rsa_old"_s));
        picture(u"keys"_s);
        QTest::keyClick(keys->table()->view(), Qt::Key_Return);
        picture(u"key"_s);
        keys->table()->selectId(QDir::home().filePath(u".ssh/id_ed25519"_s));
        keys->openChange();
        keys->findChild<QListWidget*>(u"key-servers"_s)->item(3)->setCheckState(Qt::Checked);
        picture(u"key-servers"_s);
        keys->openNew();
        picture(u"key-new"_s);
    }
    void settle()
    {
        ConsoleArea* area = m_panel->consoles();
        if (!QTest::qWaitFor([area] { return area->current()->isLive(); }, 10'000)) {
            qWarning("%s is not connected", qPrintable(area->current()->target().label));
        }
        QTest::qWait(400);
    }
    ConsolePage* open(const QString& server)
    {
        m_panel->select(server);
        QTest::mouseClick(m_panel->findChild<Button*>(u"open-console"_s), Qt::LeftButton);
        settle();
        return m_panel->consoles()->current();
    }
    static void run(ConsolePage* page, const QString& command, int wait)
    {
        page->view()->setFocus();
        Q_EMIT page->view()->typed(command.toUtf8() + '\r');
        QTest::qWait(wait);
    }
    void picture(const QString& name, int wait = 150)
    {
        if (wait > 0) {
            QTest::qWait(wait);
        }
        const QString scheme = currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s;
        m_window->grab().save(
            u"%1/%2-%3-%4.png"_s.arg(m_folder, scheme).arg(m_size.width()).arg(name));
    }
    QString m_folder;
    QSize m_size;
    StandingClock m_clock;
    Theme m_theme;
    Context m_context;
    operate::Snippets m_snippets;
    std::unique_ptr<MainWindow> m_window;
    ServersPanel* m_panel = nullptr;
};

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    qputenv("HOME", home.path().toLocal8Bit());
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QStringList sides = arguments.value(2, u"1280x800"_s).split(u'x');
    const QString folder = arguments.value(1, u"."_s);
    QDir().mkpath(folder);
    const ssh::Library library;
    test::PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 30");
    if (const QString problem = sshd.start(); !problem.isEmpty()) {
        qWarning("%s", qPrintable(problem));
        return 1;
    }
    ssh::Client client;
    const QString keys = home.filePath(u".ssh"_s);
    QDir().mkpath(keys);
    for (const auto& [name, kind] : {std::pair(u"id_ed25519"_s, ssh::NewKey::Kind::Ed25519),
                                     std::pair(u"deploy"_s, ssh::NewKey::Kind::Ed25519),
                                     std::pair(u"id_rsa_old"_s, ssh::NewKey::Kind::Rsa)}) {
        ssh::NewKey request(keys + u'/' + name, kind);
        request.comment = u"ana@studio"_s;
        request.passphrase = name == "deploy"_L1 ? Secret() : Secret("open sesame");
        static_cast<void>(test::await(ssh::generateKey(request, {})));
    }
    QFile::setPermissions(keys + u"/id_rsa_old"_s,
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
    auto store = store::Store::open(home.filePath(u"state"_s));
    if (!store) {
        qWarning("%s", qPrintable(store.error().message));
        return 1;
    }
    Gallery gallery(folder, {sides.value(0).toInt(), sides.value(1).toInt()}, &sshd, &client,
                    store->get());
    gallery.draw();
    gallery.drawHostKeys(sshd.hostKey(u"ed25519"_s).toUtf8(), sshd.read(u"user.pub"_s));
    return 0;
}
