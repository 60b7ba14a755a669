#pragma once

#include "core/git/git.h"

#include <QWidget>

class QPlainTextEdit;

namespace analemma::ui {

class ChangesBrowser;
class FactGrid;
class SectionTitle;

/// One commit: subject, who, when, names and places, message, and what it changed.
class CommitPage : public QWidget {
    Q_OBJECT
public:
    explicit CommitPage(QWidget* parent = nullptr);
    /// `names` and `places` as words: "main, tag v1.4.2"; "production, qa".
    void setCommit(const std::shared_ptr<git::Repository>& repository, const git::Commit& commit,
                   const QString& names, const QString& places);
    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] ChangesBrowser* changes() const { return m_changes; }

Q_SIGNALS:
    void failed(const analemma::Error& error);
    /// Who wrote this file, and its history.
    void fileWanted(const QByteArray& path, const QString& revision);

private:
    void fitMessage();

    SectionTitle* m_title;
    FactGrid* m_facts;
    QPlainTextEdit* m_message;
    ChangesBrowser* m_changes;
    QString m_id;
};

}  // namespace analemma::ui
