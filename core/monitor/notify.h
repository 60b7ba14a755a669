#pragma once

#include "core/monitor/alerts.h"
#include "core/store/store.h"

namespace analemma::http {
class Client;
}

/// Where notices go.
namespace analemma::monitor {

enum class ChannelKind {
    Desktop,  ///< a signal; the window shows it
    Command,  ///< a program gets the notice as JSON on its stdin
    Webhook,  ///< POST of the same JSON
    Mail,     ///< by SMTP
};
QString toString(ChannelKind kind);

struct Channel {
    QString name;
    ChannelKind kind = ChannelKind::Desktop;
    Severity least = Severity::Info;  ///< less grave notices do not go there
    QStringList command;              ///< program and arguments; no shell, no secrets
    QString url;
    QString token;      ///< name of a secret, sent as bearer; empty: none
    QString server;     ///< "smtp://host:25", "smtps://host:465"
    bool tls = true;    ///< with smtp: refuse to send without
    QString authority;  ///< a file of certificates to trust instead of the system's
    QString user;
    QString password;  ///< name of a secret
    QString from;
    QStringList to;
    milliseconds timeout{10'000};
    bool operator==(const Channel&) const = default;
};

/// How a channel is doing.
struct ChannelView {
    QString name;
    ChannelKind kind = ChannelKind::Desktop;
    QString problem;  ///< a sentence while it fails; empty: it does not
    int waiting = 0;  ///< notices that it has not got yet
    qint64 sent = 0;  ///< since this program began
    qint64 lastSent = 0;
};

struct NotifierOptions {
    QList<milliseconds> retries{seconds(1),
                                seconds(5),
                                seconds(30),
                                std::chrono::minutes(2),
                                std::chrono::minutes(10),
                                std::chrono::minutes(30)};
    milliseconds patience =
        std::chrono::hours(24);  ///< older notices are given up, and that is told
    int queue = 500;             ///< of a channel; beyond that the oldest are given up
};

/// Hands notices to channels, each channel for itself, one notice after the other. A notice is kept
/// until all of its channels have it or gave it up: after a kill it is sent again with the same id
/// (JSON "id", header Idempotency-Key, variable ANALEMMA_NOTICE), so that a receiver can tell. Mail
/// has no such id: a kill between the server's answer and our record doubles one. Main thread.
class Notifier : public QObject {
    Q_OBJECT
public:
    /// All outlive it; `secrets` and `http` may be null: channels that need them fail then.
    Notifier(store::Store* store, store::SecretSource* secrets, http::Client* http,
             const Clock* clock, NotifierOptions options = {}, QObject* parent = nullptr);
    ~Notifier() override;

    /// In place of those before. A channel named "desktop" is always there.
    void setChannels(QList<Channel> channels);
    [[nodiscard]] QStringList channelNames() const;
    [[nodiscard]] QList<ChannelView> view() const;

    /// Takes over what a program that ended left unsent. Call it once, before Alerts::start().
    Task<Result<void>> resume();
    /// A notice that is kept (Alerts::noticed()).
    void deliver(const Notice& notice);
    /// Sends a made-up notice to one channel now, once. The error is the channel's. NotFound.
    Task<Result<void>> test(QString channel);

    class Body;  // src/notifybody.h

Q_SIGNALS:
    /// For the window: a bubble, the tray. Counts as sent once the slots have returned.
    void desktop(const analemma::monitor::Notice& notice);
    /// A channel has it, and that is kept.
    void delivered(const QString& notice, const QString& channel);
    /// view() tells something else.
    void changed();

private:
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::monitor
