#pragma once

#include "core/git/diff.h"

#include <QWidget>

class QSplitter;
class QVBoxLayout;

namespace analemma::ui {

class ChangeList;
class DiffPane;

/// What differs between two states of a repository: files at the left, the chosen one's lines at
/// the right. Reads by itself; what comes late for something else is dropped. Main thread.
class ChangesBrowser : public QWidget {
    Q_OBJECT
public:
    /// `name`: object name, and where the splitter is remembered.
    explicit ChangesBrowser(const QString& name, QWidget* parent = nullptr);
    ~ChangesBrowser() override;

    void compare(std::shared_ptr<git::Repository> repository, const git::DiffQuery& query);
    void clear(const QString& sentence);
    /// Turns to a file and, once its lines are there, to a line (from 1; 0: none) of its new or old
    /// side.
    void goTo(const QByteArray& path, int line, bool old);
    /// Above the list of files.
    void setTop(QWidget* widget);

    [[nodiscard]] ChangeList* list() const { return m_list; }
    [[nodiscard]] DiffPane* pane() const { return m_pane; }

Q_SIGNALS:
    /// The files are there.
    void listed(int files, int added, int deleted);
    void failed(const analemma::Error& error);

private:
    void readFiles();
    void readFile();
    void readPictures(const git::FileChange& change, const git::FileDiff& diff);
    void remember();
    void goToLine();

    std::shared_ptr<git::Repository> m_repository;
    git::DiffQuery m_query;
    CancelToken m_cancel;  ///< of what is being read
    struct Place {
        QByteArray path;
        int line = 0;
        bool old = false;
    };
    Place m_wanted;
    QSplitter* m_splitter;
    QVBoxLayout* m_column;
    ChangeList* m_list;
    DiffPane* m_pane;
};

}  // namespace analemma::ui
