// Pictures of the file pane with a real server behind it, written to a folder to be looked at:
//   ANALEMMA_THEME=dark QT_QPA_PLATFORM=offscreen files_gallery FOLDER [WIDTHxHEIGHT]

#include "tests/ssh/private_sshd.h"
#include "tests/ui/panel_values.h"
#include "ui/console/host_key_panel.h"
#include "ui/console/login_form.h"
#include "ui/files/files_page.h"
#include "ui/files/transfer_list.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QDir>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

namespace {

void put(const QString& path, qsizetype size)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QByteArray(size, 'x'));
    }
}

/// What a web server's folder looks like, with names that hide something.
void fill(const QString& root)
{
    for (const char* name :
         {"releases/1.4.1/index.html", "releases/1.4.0/index.html", "shared/log/access.log",
          "shared/log/error.log", "shared/uploads/picture.png", "config/nginx.conf",
          "config/app.env", "site.tar.gz", "README.md", "run.sh", "backup-2026-11-25.sql.zst",
          "a-name-of-eighty-characters-that-shows-how-long-names-are-cut-in-the-table-0001.txt",
          "invoice\xe2\x80\xaeTXT.exe", "red\x1b[31m.log", ".profile"}) {
        put(root + u'/' + QString::fromUtf8(name), qsizetype(qHash(QByteArray(name)) % 400'000));
    }
    put(root + u"/database.img"_s, 48'000'000);
    QFile::setPermissions(root + u"/run.sh"_s, QFile::Permissions(0x7755));
    QFile::link(u"releases/1.4.1"_s, root + u"/current"_s);
}

class Gallery {
public:
    Gallery(const QString& folder, QSize size, test::PrivateSshd* sshd, ssh::Client* client,
            const QString& root)
        : m_folder(folder), m_size(size), m_root(root)
    {
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
            for (int i = 1; i <= 2; ++i) {
                ServerFacts facts;
                facts.server = made::server(QLatin1StringView(environment), i);
                facts.server.ssh = sshd->target();
                facts.server.root = root + u"/srv"_s;
                facts.production = facts.server.environment == "production"_L1;
                all.append(facts);
            }
        }
        m_panel->setServers(all, made::now());
    }

    void draw()
    {
        picture(u"list"_s);
        m_panel->select(u"qa-4-web-1"_s);
        picture(u"server"_s);
        m_panel->openFiles(u"qa-4-web-1"_s);
        m_page = m_panel->files();
        settle(m_page->right());
        m_page->left()->go({}, (m_root + u"/desk"_s).toUtf8());
        settle(m_page->left());
        m_page->right()->table()->view()->setFocus();
        picture(u"panes"_s);
        drawLogin();
        operate::TransferSettings slow = m_page->transfers()->settings();
        slow.bytesPerSecond = 6'000'000;
        m_page->transfers()->setSettings(slow);
        for (const char* name :
             {"README.md", "releases", "database.img", "site.tar.gz", "run.sh"}) {
            m_page->right()->table()->selectId(QLatin1StringView(name));
            m_page->copy();
        }
        QTest::qWait(1'800);
        const QList<operate::TransferView> views = m_page->transfers()->list();
        m_page->transfers()->pause(views.last().id);
        (void)m_page->transfers()->add({u"qa-4-web-1"_s, "/no/such/file"},
                                       {{}, (m_root + u"/desk/x"_s).toUtf8()});
        QTest::qWait(1'500);
        picture(u"queue"_s);
        m_page->ask()->dismiss();
        m_page->transfers()->cancelAll();
        QTest::qWait(300);
        m_page->transfers()->clearOver();
        m_page->right()->table()->selectId(u"config"_s);
        m_page->remove();
        picture(u"delete"_s);
        m_page->ask()->escape();
        m_page->right()->table()->selectId(u"run.sh"_s);
        m_page->permissions();
        picture(u"permissions"_s);
        m_page->ask()->escape();
        m_page->rename();
        picture(u"rename"_s);
        m_page->ask()->escape();
        put(m_root + u"/desk/README.md"_s, 10);
        m_page->right()->table()->selectId(u"README.md"_s);
        m_page->copy();
        QTest::qWait(1'000);
        picture(u"conflict"_s);
        m_page->ask()->escape();
        m_page->editFile();
        QTest::qWait(1'000);
        picture(u"edit"_s);
        m_page->right()->go(u"production-4-web-1"_s, {});
        settle(m_page->right());
        m_page->left()->go(u"qa-4-web-1"_s, {});
        settle(m_page->left());
        m_page->right()->table()->view()->selectAll();
        m_page->right()->table()->view()->setFocus();
        picture(u"production"_s);
        m_page->left()->go(u"qa-4-web-1"_s, "/no/such");
        QTest::qWait(500);
        m_page->right()->table()->view()->clearSelection();
        m_page->right()->table()->setFilterText(u"log"_s);
        picture(u"failed"_s);
    }

    /// What a login asks: in the files and beside a one-off command.
    void drawLogin()
    {
        CommandPane* command = m_panel->page()->command();
        ssh::Question question;
        question.kind = ssh::Question::Kind::Passphrase;
        question.target = u"deploy@qa-4-web-1:22"_s;
        question.subject = u"/home/ops/.ssh/id_ed25519"_s;
        question.prompts = {{u"Passphrase"_s, false}};
        operate::HostKeyView view;
        view.host = u"qa-4-web-1"_s;
        view.address = u"203.0.113.7"_s;
        view.key = ssh::parsePublicKey(QByteArray("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI") +
                                       QByteArray(43, 'B'))
                       .valueOr(ssh::PublicKey());
        view.recordFile = u"/home/ops/.local/share/analemma/known_hosts"_s;
        const auto nothing = [](const Result<std::vector<Secret>>&) {};
        m_page->login()->ask(question, nothing);
        picture(u"login-files"_s);
        m_page->login()->dismiss();
        m_page->login()->showHostKey(view, {});
        picture(u"host-key-files"_s);
        m_page->login()->dismiss();
        m_panel->showFiles(false);
        command->login()->ask(question, nothing);
        picture(u"login-command"_s);
        command->login()->dismiss();
        command->setNotRun(Error(ErrorKind::HostKey, u"no host key of qa-4-web-1 is known"_s));
        command->login()->showHostKey(view, {});
        picture(u"host-key-command"_s);
        view.verdict.trust = ssh::Trust::Changed;
        ssh::KnownEntry entry;
        entry.key = view.key;
        entry.file = u"/home/ops/.ssh/known_hosts"_s;
        entry.line = 12;
        view.verdict.recorded.push_back(entry);
        command->login()->dismiss();
        command->login()->showHostKey(view, {});
        picture(u"host-key-changed-command"_s);
        command->login()->dismiss();
        auto* menu = m_panel->findChild<QMenu*>(u"servers.more-menu"_s);
        m_panel->findChild<QToolButton*>(u"servers.more"_s)->click();
        QTest::qWait(200);
        menu->grab().save(u"%1/%2-more-menu.png"_s.arg(
            m_folder, currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s));
        menu->close();
        m_panel->showFiles(true);
    }

private:
    void settle(FilePane* pane)
    {
        QTest::qWait(700);
        if (!pane->files()) {
            qWarning("not connected");
        }
    }
    void picture(const QString& name)
    {
        QTest::qWait(200);
        const QString scheme = currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s;
        m_window->grab().save(
            u"%1/%2-%3-%4.png"_s.arg(m_folder, scheme).arg(m_size.width()).arg(name));
    }
    QString m_folder;
    QSize m_size;
    QString m_root;
    StandingClock m_clock;
    Theme m_theme;
    Context m_context;
    std::unique_ptr<MainWindow> m_window;
    ServersPanel* m_panel = nullptr;
    FilesPage* m_page = nullptr;
};

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", (home.path() + u"/home"_s).toLocal8Bit());
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QStringList sides = arguments.value(2, u"1280x800"_s).split(u'x');
    const QString folder = arguments.value(1, u"."_s);
    QDir().mkpath(folder);
    fill(home.path() + u"/srv"_s);
    put(home.path() + u"/desk/notes.txt"_s, 2'000);
    put(home.path() + u"/desk/site/index.html"_s, 9'000);
    const ssh::Library library;
    test::PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 30");
    if (const QString problem = sshd.start(); !problem.isEmpty()) {
        qWarning("%s", qPrintable(problem));
        return 1;
    }
    ssh::Client client;
    Gallery(folder, {sides.value(0).toInt(), sides.value(1).toInt()}, &sshd, &client, home.path())
        .draw();
    return 0;
}
