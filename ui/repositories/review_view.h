#pragma once

#include "core/git/review.h"
#include "ui/shell/panel.h"
#include "ui/widgets/parts.h"

#include <QWidget>

class QPlainTextEdit;

namespace analemma::ui {

class ChangesBrowser;

/// The comments of one thread, with what can be answered. Shows values.
class ThreadCard : public Card {
    Q_OBJECT
public:
    ThreadCard(const git::ReviewThread& thread, const QDateTime& now, QWidget* parent = nullptr);

Q_SIGNALS:
    void reply(const QString& thread);
    void resolve(const QString& thread, bool resolved);
    /// Its place in the files.
    void goTo(const QByteArray& path, int line, bool old);
};

/// One review: what the branch changes, what was said of it, and the verdicts. Main thread.
class ReviewView : public QWidget {
    Q_OBJECT
public:
    explicit ReviewView(QWidget* parent = nullptr);
    void setReview(const std::shared_ptr<git::Repository>& repository, const git::Review& review,
                   const QDateTime& now);
    [[nodiscard]] QString id() const { return m_review.id; }
    [[nodiscard]] ChangesBrowser* changes() const { return m_changes; }

Q_SIGNALS:
    void act(const analemma::git::ReviewAct& act);
    void failed(const analemma::Error& error);

private:
    void fillThreads(const QDateTime& now);
    void comment();
    void verdict(git::ReviewEvent::Kind kind);
    void replyTo(const QString& thread);
    void describePlace();

    git::Review m_review;
    QString m_shownTip;
    QString m_replying;  ///< thread that the form answers; empty: a new one
    SectionTitle* m_title;
    StateBadge* m_state;
    Text* m_facts;
    Button* m_approve;
    Button* m_ask;
    Button* m_close;
    ChangesBrowser* m_changes;
    QVBoxLayout* m_threads;
    Text* m_place;
    QPlainTextEdit* m_text;
    Button* m_send;
};

/// "open", "changes asked", … as a mark and a word in the person's language.
lifecycle::Mark markOf(git::ReviewState state);
QString wordOf(git::ReviewState state);

}  // namespace analemma::ui
