#pragma once

#include "ui/repositories/commit_rows.h"
#include "ui/shell/theme.h"

#include <QAbstractScrollArea>
#include <QHash>
#include <QSet>

#include <memory>

class QTimer;

namespace analemma::ui {

/// A commit's name or place: a branch, a tag, an environment that it is live in.
struct CommitBadge {
    QString text;
    Token token = Token::Quiet;
    bool filled = false;  ///< what must be seen: live places
    bool operator==(const CommitBadge&) const = default;
};

/// Commits as a person reads them: lanes with their lines, badges, subject, who, when. Only what
/// is visible is computed and asked for, so a million rows scroll like ten. Main thread.
class HistoryView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit HistoryView(QWidget* parent = nullptr);

    /// Null: none. The chosen commit stays chosen when it is among the new ones.
    void setRows(std::shared_ptr<CommitRows> rows);
    /// What is said in place of rows: "No commits yet."
    void setSentence(const QString& sentence);
    void setBadges(const QHash<QString, QList<CommitBadge>>& badges);
    /// Texts that were wanted().
    void setCommits(const QList<git::Commit>& commits);
    void setNow(const QDateTime& now);

    [[nodiscard]] int rows() const { return m_rows ? m_rows->count() : 0; }
    [[nodiscard]] QString currentId() const;
    [[nodiscard]] int firstRow() const;
    /// Whether there are rows, and the texts of all that are visible.
    [[nodiscard]] bool isTold() const;
    /// False when it is not there (yet).
    bool selectId(const QString& id);

Q_SIGNALS:
    /// Commits that are visible and whose texts are missing.
    void wanted(const QStringList& ids);
    void currentChanged(const QString& id);
    void activated(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Shown {
        QString subject;
        QString author;
        QDateTime time;
    };
    void onGrew();
    void measure();
    [[nodiscard]] int visibleRows() const;
    void setCurrent(int row);
    void askForTexts();
    void describe();
    void paintRow(QPainter& painter, const git::GraphRow& row, const QRect& area, bool current);
    void paintGraph(QPainter& painter, const git::GraphRow& row, const QRect& area) const;
    int paintBadges(QPainter& painter, const QString& id, const QRect& area) const;

    std::shared_ptr<CommitRows> m_rows;
    std::unique_ptr<QObject> m_following;  ///< the life of the connection to them
    QHash<QString, QList<CommitBadge>> m_badges;
    QHash<QString, Shown> m_texts;
    QSet<QString> m_asked;
    QDateTime m_now;
    QString m_sentence;
    QString m_wantedId;  ///< to be chosen once it is there
    int m_current = -1;
    QTimer* m_ask;
};

}  // namespace analemma::ui
