#pragma once

#include "core/git/merging.h"

#include <QWidget>

class QPlainTextEdit;

namespace analemma::ui {

class Button;
class Text;

/// A file that two sides changed: theirs, ours and what both came from, and under them what it will
/// become. Main thread.
class ConflictView : public QWidget {
    Q_OBJECT
public:
    explicit ConflictView(QWidget* parent = nullptr);
    void setConflict(const std::shared_ptr<git::Repository>& repository,
                     const git::Conflict& conflict);
    void clear();

Q_SIGNALS:
    void resolve(const analemma::git::Conflict& conflict,
                 const analemma::git::Resolution& resolution);
    void failed(const analemma::Error& error);

private:
    void setText(const git::ConflictText& text);
    void check();
    void give(git::Resolution::Kind kind);

    std::shared_ptr<git::Repository> m_repository;
    git::Conflict m_conflict;
    Text* m_path;
    QPlainTextEdit* m_ours;
    QPlainTextEdit* m_base;
    QPlainTextEdit* m_theirs;
    QPlainTextEdit* m_merged;
    Button* m_takeOurs;
    Button* m_takeTheirs;
    Button* m_take;
};

/// Whether a line of the text is one of git's marks of a conflict. Pure.
bool hasConflictMarks(const QString& text);

}  // namespace analemma::ui
