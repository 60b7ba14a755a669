#pragma once

#include "ui/console/connection.h"
#include "ui/console/recording.h"
#include "ui/widgets/parts.h"

#include <memory>

namespace analemma::operate {
class Snippets;
}  // namespace analemma::operate

namespace analemma::ui {

class LoginForm;
class SnippetPanel;
class TerminalView;

/// Whom a console is for, in our own words; a server cannot change them.
struct ConsoleTarget {
    QString server;       ///< its name in the workspace
    QString label;        ///< "deploy@web-1"
    QString place;        ///< "127.64.3.2:2222"
    QString environment;  ///< empty: of none
    bool production = false;
};

/// One session: a banner with host, environment and state over the terminal. When the connection
/// is lost the screen stays; what is typed then goes nowhere, and is never sent later.
class ConsolePage : public QWidget {
    Q_OBJECT
public:
    enum class State { Resting, Connecting, Live, Ended, Lost };

    /// `connection` may be null where there is none to be had; connecting then says so.
    ConsolePage(ConsoleTarget target, std::unique_ptr<Connection> connection,
                QWidget* parent = nullptr);
    ~ConsolePage() override;

    [[nodiscard]] const ConsoleTarget& target() const { return m_target; }
    [[nodiscard]] TerminalView* view() const { return m_view; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isLive() const { return m_state == State::Live; }
    /// Our label, then what the program calls itself.
    [[nodiscard]] QString title() const;
    /// A bell or output since it was looked at.
    [[nodiscard]] bool wantsLook() const { return m_rang; }

    void connectNow();
    /// Where recordings go, without it there are none; and what they mask.
    void setRecording(const QString& folder, Recording::Secrets secrets)
    {
        m_recordings = folder;
        m_secrets = std::move(secrets);
    }
    void setSnippets(operate::Snippets* snippets) { m_snippets = snippets; }
    void openSnippets();
    /// Begins to record what is shown, masked, or stops it.
    void toggleRecording();
    [[nodiscard]] bool isRecording() const { return m_recording != nullptr; }
    /// Where a person is asked what its login needs.
    [[nodiscard]] LoginForm* login() const { return m_login; }
    /// Words beside the state, in red when they tell of a failure.
    void tell(const QString& note, Token token);
    /// Bytes of another pane of a broadcast.
    void sendBroadcast(const QByteArray& bytes);
    /// Loud while `hosts` > 0; `panes` of them, `left` until it ends by itself.
    void setBroadcast(int hosts, int panes, std::chrono::seconds left);
    [[nodiscard]] bool isBroadcasting() const { return m_hosts > 0; }
    void setActive(bool active);  ///< the pane that keys go to, where there are several
    /// At once, or after a question when something may run in it.
    void askClose();

Q_SIGNALS:
    void stateChanged();
    void typed(const QByteArray& bytes);
    void focused();
    void closeWanted();
    /// The host key did not pass: the person wants to see it.
    void hostKeyWanted();
    void splitWanted(Qt::Orientation orientation);
    void broadcastToggled();
    void linkWanted(const QUrl& url);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void build();
    void setState(State state, const QString& word);
    void onEnded(const ssh::ChannelEnd& end);
    void updateRoom();
    void onRecorded(const QString& path, const Result<void>& result);
    void updateTitle();
    [[nodiscard]] ssh::TerminalSize size() const;
    ConsoleTarget m_target;
    std::unique_ptr<Connection> m_connection;
    TerminalView* m_view;
    LoginForm* m_login;
    StateBadge* m_badge;
    Text* m_label;
    Text* m_environment;
    Text* m_transport;
    Text* m_program;
    Text* m_note;
    Text* m_loud;
    Text* m_recordingWord;
    Button* m_reconnect;
    Button* m_hostKey;
    IconButton* m_record;
    IconButton* m_broadcast;
    SnippetPanel* m_snippetPanel = nullptr;
    operate::Snippets* m_snippets = nullptr;
    Recording* m_recording = nullptr;
    QString m_recordings;
    Recording::Secrets m_secrets;
    State m_state = State::Resting;
    int m_hosts = 0;
    bool m_active = false;
    bool m_everLive = false;
    bool m_rang = false;
};

}  // namespace analemma::ui
