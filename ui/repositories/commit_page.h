#pragma once

#include "core/git/git.h"

#include <QWidget>

class QPlainTextEdit;

namespace analemma::ui {

class FactGrid;
class SectionTitle;

/// One commit: subject, who, when, names and places, message. Shows values.
class CommitPage : public QWidget {
    Q_OBJECT
public:
    explicit CommitPage(QWidget* parent = nullptr);
    /// `names` and `places` as words: "main, tag v1.4.2"; "production, qa".
    void setCommit(const git::Commit& commit, const QString& names, const QString& places);
    [[nodiscard]] QString id() const { return m_id; }

private:
    SectionTitle* m_title;
    FactGrid* m_facts;
    QPlainTextEdit* m_message;
    QString m_id;
};

}  // namespace analemma::ui
