#pragma once

#include "core/operate/transfers.h"
#include "ui/files/file_table.h"
#include "ui/widgets/parts.h"

class QComboBox;
class QTimer;

namespace analemma::ui {

class DataTable;
class PathBar;

/// One half of the file pane: a folder of this machine or of a server. Names are foreign and shown
/// through the filter. It lists by itself, off the main thread's back; everything that changes
/// files is asked of the page.
class FilePane : public QWidget {
    Q_OBJECT
public:
    using Connect = operate::Transfers::Connect;

    /// `name`: "left" or "right"; of its parts and of its settings.
    FilePane(const QString& name, Connect connect, QWidget* parent = nullptr);
    ~FilePane() override;

    void setServers(const QList<FileServer>& servers);
    /// Shows a folder; `path` empty: where that side begins. `select`: a name to stand on then.
    void go(const QString& server, const QByteArray& path, const QByteArray& select = {});
    void reload(const QByteArray& select = {});
    void up();
    /// The row under the cursor: a folder is entered; gives the file otherwise.
    void openCurrent();

    /// It shows a folder, or is on the way to one.
    [[nodiscard]] bool isInUse() const { return m_retry != nullptr; }
    [[nodiscard]] operate::Place folder() const { return {m_server, m_path}; }
    [[nodiscard]] const FileServer& server() const;
    [[nodiscard]] bool isProduction() const { return server().production; }
    /// Selected rows, else the one under the cursor.
    [[nodiscard]] QList<ssh::FileInfo> chosen() const;
    [[nodiscard]] const ssh::FileInfo* current() const;
    [[nodiscard]] bool has(const QByteArray& name) const;
    [[nodiscard]] std::shared_ptr<ssh::Files> files() const { return m_files; }
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] PathBar* pathBar() const { return m_bar; }
    [[nodiscard]] QComboBox* box() const { return m_box; }
    [[nodiscard]] bool isShowingHidden() const { return m_hidden; }
    void setShowingHidden(bool hidden);
    void setActive(bool active);  ///< the one that the keys act on
    /// How long the last listing took to show, on the main thread, in milliseconds: for measuring.
    [[nodiscard]] qint64 shownIn() const { return m_shownIn; }

Q_SIGNALS:
    /// Another folder, other rows, or another selection.
    void changed();
    void opened(const ssh::FileInfo& file);  ///< Enter or a double click on a file
    void dropped(const analemma::ui::DraggedFiles& files, const analemma::operate::Place& folder);
    void focused();
    /// A host key did not pass; `goOn` takes the same way again.
    void hostKeyWanted(const QString& server, const std::function<void()>& goOn);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Going;
    void build();
    void connectThen(const Going& going);
    void list(const Going& going);
    void refuse(const Going& going, const Error& why);
    void giveUp(const QString& why, bool again);
    void take(ssh::Listing listing, bool isOther);
    void arrange();
    void show(const QList<Record>& records, const QByteArray& select);
    void selectAgain(const QStringList& ids);
    void tell(const QString& text, Token token, bool again = false);
    void updateFooter();
    void sortBy(int column, Qt::SortOrder order);
    [[nodiscard]] operate::Place dropFolder(const QPoint& at) const;

    QString m_name;
    Connect m_connect;
    QList<FileServer> m_servers;
    QString m_server;
    QByteArray m_path;
    std::shared_ptr<ssh::Session> m_session;
    std::shared_ptr<ssh::Files> m_files;
    std::shared_ptr<const ssh::Listing> m_listing = std::make_shared<ssh::Listing>();
    QHash<QByteArray, std::size_t> m_places;  ///< of names in the listing
    QByteArray m_select;                      ///< to stand on when the rows come
    CancelToken m_cancel;
    FileColumn m_column = FileColumn::Name;
    Qt::SortOrder m_order = Qt::AscendingOrder;
    bool m_hidden = false;
    bool m_active = false;
    qint64 m_shownIn = 0;

    QComboBox* m_box;
    Text* m_word;
    Text* m_note;
    Button* m_again;
    IconButton* m_eye;
    PathBar* m_bar;
    FileModel* m_model;
    DataTable* m_table;
    Text* m_footer;
    QTimer* m_slow;
    std::function<void()> m_retry;
};

}  // namespace analemma::ui
