#pragma once

#include "core/git/networkquestions.h"
#include "ui/shell/panel.h"

class QAction;

namespace analemma::ui {

class AskPanel;

/// Fetch, pull and push of a repository: one at a time, each with its progress and a way to end it.
/// Secrets are asked for in the panel and go nowhere else. Main thread.
class RemoteDesk : public QObject {
    Q_OBJECT
public:
    /// `ask` is where it asks; not owned.
    RemoteDesk(const Context& context, AskPanel* ask, QObject* parent = nullptr);
    ~RemoteDesk() override;
    void setRepository(const std::shared_ptr<git::Repository>& repository);

    void fetch();
    void pull();
    void push();
    /// Ends what is under way; the repository is as it was.
    void stop();
    [[nodiscard]] bool isBusy() const { return m_busy; }

Q_SIGNALS:
    /// "Fetching: Receiving objects 12 of 80"; empty when nothing is under way.
    void progress(const QString& text);
    void acted();
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);

private:
    [[nodiscard]] git::NetworkAccess access(const QString& what);
    bool begin(const QString& what);
    void end();
    void said(const QString& text);
    void question(quint64 id, const git::NetworkQuestion& question);
    void fetchFrom(const QString& remote);
    void pushReviews(const QStringList& pushed);
    void pushRefs(const QStringList& refs, bool setUpstream, bool force);
    void offerForce(const QStringList& refs, const Error& error);

    Context m_context;
    AskPanel* m_ask;
    git::NetworkQuestions m_questions;
    std::shared_ptr<git::Repository> m_repository;
    CancelToken m_cancel;
    quint64 m_asked = 0;
    bool m_busy = false;
};

}  // namespace analemma::ui
