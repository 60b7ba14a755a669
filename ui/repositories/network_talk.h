#pragma once

#include "core/git/networkquestions.h"
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

Q_SIGNALS:
    void progress(const analemma::git::NetworkProgress& now);

private:
    void question(quint64 id, const git::NetworkQuestion& asked);

    Context m_context;
    AskPanel* m_ask;
    git::NetworkQuestions m_questions;
    quint64 m_asked = 0;
};

/// "Receiving objects 12 of 80". Pure.
QString progressText(const git::NetworkProgress& now);

}  // namespace analemma::ui
