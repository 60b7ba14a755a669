#pragma once

#include "core/git/networkquestions.h"
#include "core/operate/hosts.h"
#include "ui/shell/context.h"

namespace analemma::ui {

class AskPanel;

/// How clone, fetch and push talk with a person: they ask in a panel for what only a person knows,
/// and tell how far they are. Secrets go nowhere else. Main thread.
class NetworkTalk : public QObject {
    Q_OBJECT
public:
    /// `ask` is where it asks; not owned.
    NetworkTalk(const Context& context, AskPanel* ask, QObject* parent = nullptr);
    /// For one call.
    [[nodiscard]] git::NetworkAccess access();
    /// A call failed. When an ssh server showed a host key that nobody recorded yet, a person
    /// compares it here, and `again` runs once it is recorded; `failed` runs in all other cases,
    /// with what is to be told.
    void settle(const Error& error, std::function<void()> again,
                std::function<void(const Error&)> failed);

Q_SIGNALS:
    /// What became of a login that was to be kept.
    void told(const QString& sentence);
    void progress(const analemma::git::NetworkProgress& now);

private:
    void question(quint64 id, const git::NetworkQuestion& asked);
    void askToKeep(const QString& place, const Promise<bool>& answer, const CancelToken& cancel);
    void compare(const operate::HostKeyView& view, const Error& error,
                 const std::function<void()>& again,
                 const std::function<void(const Error&)>& failed);

    Context m_context;
    AskPanel* m_ask;
    git::NetworkQuestions m_questions;
    quint64 m_asked = 0;
};

/// "Receiving objects 12 of 80". Pure.
QString progressText(const git::NetworkProgress& now);

}  // namespace analemma::ui
