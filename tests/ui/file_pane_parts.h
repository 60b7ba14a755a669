#pragma once

#include "core/base/text.h"
#include "core/operate/transferstore.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/panel_values.h"
#include "ui/files/edit_strip.h"
#include "ui/files/files_page.h"
#include "ui/files/mode_part.h"
#include "ui/files/path_bar.h"
#include "ui/files/transfer_list.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/data_table.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <fcntl.h>
#include <sys/stat.h>

/// A page of files with this machine on the left, a real server on the right, and hands.
namespace analemma::made {

using namespace Qt::StringLiterals;
using namespace analemma::operate;
using namespace analemma::test;
using namespace analemma::ui;

class FilePaneFixture : public QObject {
protected:
    [[nodiscard]] QByteArray path(const QString& name) const
    {
        return (QFileInfo(m_folder->path()).canonicalFilePath() + u'/' + name).toUtf8();
    }
    [[nodiscard]] QByteArray read(const QString& name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    static void writeTo(const QString& whole, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(whole).path());
        QFile file(whole);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    void write(const QString& name, const QByteArray& bytes) const
    {
        writeTo(m_folder->filePath(name), bytes);
    }
    void keepQueue()
    {
        auto opened = store::Store::open(m_folder->filePath(u"state"_s));
        VERIFY_OK(opened);
        m_store = std::move(*opened);
        m_kept = std::make_unique<operate::TransferStore>(m_store.get());
    }
    /// A page with this machine on the left and a real server on the right.
    void openPage(bool production = false)
    {
        m_page = std::make_unique<FilesPage>(
            [this](const QString&, const CancelToken& cancel) {
                return m_client->shared(m_target, cancel);
            },
            m_folder->filePath(u"home"_s), [this](const QString& file) { m_opened.append(file); });
        FileServer server;
        server.name = u"web-1"_s;
        server.label = u"deploy@web-1"_s;
        server.environment = production ? u"production"_s : u"qa"_s;
        server.production = production;
        server.start = path(u"there"_s);
        m_page->setServers({server});
        m_page->keepIn(m_kept.get());
        m_page->resize(1100, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        left()->go({}, path(u"here"_s));
        m_page->openServer(u"web-1"_s);
        QTRY_COMPARE(right()->folder().path, path(u"there"_s));
        QTRY_COMPARE(left()->folder().path, path(u"here"_s));
        QTRY_COMPARE(rows(right()).size(), visibleIn(u"there"_s));
        QTRY_COMPARE(rows(left()).size(), visibleIn(u"here"_s));
    }
    [[nodiscard]] qsizetype visibleIn(const QString& name) const
    {
        return QDir(m_folder->filePath(name))
            .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)
            .size();
    }
    [[nodiscard]] FilePane* left() const { return m_page->left(); }
    [[nodiscard]] FilePane* right() const { return m_page->right(); }
    [[nodiscard]] AskPanel* ask() const { return m_page->ask(); }
    /// A part of the question that is asked.
    template <class W>
    [[nodiscard]] W* asked(const QString& name) const
    {
        return ask()->findChild<W*>(name);
    }
    static QStringList rows(const FilePane* pane)
    {
        QStringList names;
        const RecordFilter* filter = pane->table()->filter();
        for (int row = 0; row < filter->rowCount(); ++row) {
            names.append(filter->index(row, 0).data().toString());
        }
        return names;
    }
    static QString cell(const FilePane* pane, int row, FileColumn column)
    {
        return pane->table()->filter()->index(row, int(column)).data().toString();
    }
    [[nodiscard]] QLabel* note(const FilePane* pane) const
    {
        return m_page->findChild<QLabel*>(pane == m_page->left() ? u"files-note-left"_s
                                                                 : u"files-note-right"_s);
    }
    static void focus(FilePane* pane) { pane->table()->setFocus(); }
    static void select(FilePane* pane, const QByteArray& name)
    {
        QVERIFY(pane->table()->selectId(idOfName(name)));
    }
    static void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
    }
    /// What a drop does, as the window system tells it; `row`: on that folder.
    static bool drop(FilePane* pane, QMimeData* data, const QByteArray& row)
    {
        QTableView* view = pane->table()->view();
        QPoint at(view->viewport()->width() / 2, view->viewport()->height() - 4);
        if (!row.isEmpty()) {
            const int line = pane->table()->model()->rowOf(idOfName(row));
            at = view->visualRect(pane->table()->filter()->index(line, 0)).center();
        }
        QDragEnterEvent enter(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &enter);
        if (!enter.isAccepted()) {
            return false;
        }
        QDropEvent event(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &event);
        return event.isAccepted();
    }
    [[nodiscard]] QList<Record> queue() const
    {
        QList<Record> records;
        for (const TransferView& one : m_page->transfers()->list()) {
            records.append(transferRecord(one));
        }
        return records;
    }
    static void pressCell(DataTable* table, int column)
    {
        QTableView* view = table->view();
        const QPoint at = view->visualRect(table->filter()->index(0, column)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
    }
    bool again(DataTable* table)
    {
        pressCell(table, 7);
        return queue()[0].fields[0].text != u"cancelled"_s;
    }

    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 40"};
    ssh::Target m_target;
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<store::Store> m_store;           ///< of those tests that keep the queue
    std::unique_ptr<operate::TransferStore> m_kept;  ///< the same
    std::unique_ptr<FilesPage> m_page;
    QStringList m_opened;
};

}  // namespace analemma::made
