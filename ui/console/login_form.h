#pragma once

#include "core/base/task.h"
#include "core/ssh/credentials.h"

#include <QWidget>

#include <functional>
#include <list>

namespace analemma::operate {
class Hosts;
struct HostKeyView;
}  // namespace analemma::operate

namespace analemma::ui {

class AskPanel;
class HostKeyPanel;
class Text;

/// What a login asks of a person, in the pane that wants the connection: passphrases, passwords, a
/// server's own questions, and whether a host key is the right one. One after the other; hidden
/// while nothing is asked. Main thread.
class LoginForm : public QWidget {
    Q_OBJECT
public:
    explicit LoginForm(QWidget* parent = nullptr);
    ~LoginForm() override;

    /// Who looks at host keys and records them; without it none is shown.
    void setHosts(operate::Hosts* hosts) { m_hosts = hosts; }
    /// Asks here as long as `asking` is not cancelled; cancel it when the login has ended.
    [[nodiscard]] ssh::Asker asker(const CancelToken& asking);
    void ask(const ssh::Question& question, const ssh::Answer& answer,
             const CancelToken& asking = {});
    /// A host key did not pass on the way to `server`: looks at it anew, without a login, and shows
    /// it. `goOn` runs once a person has compared it and it is recorded; a second one for the same
    /// server runs with the first.
    void showHostKey(const QString& server, std::function<void()> goOn);
    /// One that was looked at already.
    void showHostKey(const operate::HostKeyView& view, std::function<void()> goOn);
    /// Takes no for an answer to all that is asked.
    void dismiss();
    void escape();  ///< no to what is shown
    [[nodiscard]] bool isOpen() const;

Q_SIGNALS:
    void closed();  ///< nothing is asked any more
    /// The host key could not be looked at, or not be recorded.
    void failed(const analemma::Error& error);

private:
    struct Entry;
    using Entries = std::list<Entry>;
    Entries::iterator find(quint64 id);
    void showNext();
    void showQuestion(const Entry& entry);
    void showPanel(const Entry& entry);
    void look(const Entry& entry);
    void trust(quint64 id, bool replacing);
    void goOn(quint64 id);
    void drop(quint64 id);
    operate::Hosts* m_hosts = nullptr;
    AskPanel* m_ask;
    Text* m_note;
    HostKeyPanel* m_panel = nullptr;
    Entries m_entries;
    quint64 m_nextId = 1;
    quint64 m_shown = 0;  ///< the entry that stands there
};

}  // namespace analemma::ui
