#pragma once

#include "core/operate/remoteedit.h"
#include "ui/files/file_pane.h"
#include "ui/shell/panel.h"
#include "ui/widgets/ask_panel.h"

class QSplitter;
class QTimer;

namespace analemma::operate {
class TransferStore;
}

namespace analemma::ui {

class EditStrip;
class LoginForm;
class TransferList;

/// Two panes of files, of this machine or of servers, what can be done with them, and the queue of
/// transfers. Nothing is asked in a dialog; what cannot be taken back says what goes, and on
/// production servers wants the name typed.
class FilesPage : public QWidget {
    Q_OBJECT
public:
    using Connect = operate::Transfers::Connect;
    using Open = std::function<void(const QString& localPath)>;

    /// `home`: folder of this program, for what passes through and what is edited. `open`: opens a
    /// local file in the person's program for it.
    FilesPage(Connect connect, const QString& home, Open open, QWidget* parent = nullptr);
    ~FilesPage() override;

    void setServers(const QList<FileServer>& servers);
    /// Keeps the queue over the life of the window; null: not.
    void keepIn(operate::TransferStore* store);
    /// Where a person is asked what its connections need.
    [[nodiscard]] LoginForm* login() const { return m_login; }
    /// Shows a server on the right, this machine on the left.
    void openServer(const QString& server);

    [[nodiscard]] FilePane* left() const { return m_left; }
    [[nodiscard]] FilePane* right() const { return m_right; }
    [[nodiscard]] FilePane* active() const { return m_active; }
    [[nodiscard]] FilePane* other() const { return m_active == m_left ? m_right : m_left; }
    [[nodiscard]] operate::Transfers* transfers() const { return m_transfers; }
    [[nodiscard]] operate::RemoteEdits* edits() const { return m_edits; }
    [[nodiscard]] AskPanel* ask() const { return m_ask; }
    /// Esc: closes a question. False when there is nothing to step back from.
    bool stepBack();

    // What keys and buttons do, on the active pane.
    void copy();
    void rename();
    void makeFolder();
    void remove();
    void editFile();
    void permissions();
    void switchPane();

Q_SIGNALS:
    void listWanted();  ///< back to the servers
    void notice(const analemma::ui::Notice& notice);
    void changed();  ///< what can be done now

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    QWidget* buildKeys();
    bool key(FilePane* pane, int key, Qt::KeyboardModifiers modifiers);
    void setActive(FilePane* pane);
    void carry(const DraggedFiles& files, const operate::Place& folder);
    void onStopped(const operate::TransferView& view);
    void askConflict();
    void toTrash(const QList<ssh::FileInfo>& files);
    void removeNow(FilePane* pane, const QList<QByteArray>& paths);
    void report(const Error& error);
    void tell(lifecycle::Mark mark, const QString& text);
    void reloadSoon(const operate::Place& folder);
    void reloadPlaces();
    void updateKeys();
    [[nodiscard]] QString why(FilePane* pane) const;  ///< nothing can be done there now

    Connect m_connect;
    Open m_open;
    operate::Transfers* m_transfers;
    operate::RemoteEdits* m_edits;
    FilePane* m_left;
    FilePane* m_right;
    FilePane* m_active;
    QSplitter* m_panes = nullptr;
    AskPanel* m_ask;
    LoginForm* m_login;
    EditStrip* m_strip;
    TransferList* m_list;
    QList<Button*> m_keys;
    QString m_asked;                ///< the transfer that the open question is about
    QList<operate::Place> m_stale;  ///< folders to be read again, soon
    QTimer* m_reload;
    CancelToken m_cancel;
};

}  // namespace analemma::ui
