#pragma once

#include "ui/repositories/desk.h"
#include "ui/repositories/network_talk.h"

namespace analemma::ui {

class AskPanel;

/// Fetch, pull and push of a repository: one at a time, each with its progress and a way to end it.
/// Secrets are asked for in the panel and go nowhere else. Main thread.
class RemoteDesk : public Desk {
    Q_OBJECT
public:
    /// `ask` is where it asks; not owned.
    RemoteDesk(const Context& context, AskPanel* ask, QObject* parent = nullptr);
    ~RemoteDesk() override;
    void setRepository(const std::shared_ptr<git::Repository>& repository) override;

    void fetch();
    void pull();
    void push();
    /// Ends what is under way; the repository is as it was.
    void stop();
    [[nodiscard]] bool isBusy() const { return m_busy; }

Q_SIGNALS:
    /// "Fetching: Receiving objects 12 of 80"; empty when nothing is under way.
    void progress(const QString& text);

private:
    bool begin(const QString& what);
    void end();
    void failed(const Error& error, std::function<void()> again);
    void fetchFrom(const QString& remote);
    void pushReviews(const QStringList& pushed);
    void pushRefs(const QStringList& refs, bool setUpstream, bool force);
    void offerForce(const QStringList& refs, const Error& error);

    Context m_context;
    AskPanel* m_ask;
    NetworkTalk* m_talk;
    CancelToken m_cancel;
    QString m_what;  ///< is under way
    bool m_busy = false;
};

}  // namespace analemma::ui
