#pragma once

#include "core/base/process.h"
#include "core/monitor/notify.h"

#include <QTimer>

#include <deque>
#include <map>

namespace analemma::monitor {

/// A channel and what waits for it.
struct ChannelLine {
    Channel channel;
    std::deque<Notice> queue;
    bool busy = false;
    int attempts = 0;  ///< of the first one
    QString problem;
    qint64 sent = 0;
    qint64 lastSent = 0;
};

/// Main thread. Coroutines are static and keep it alive.
class Notifier::Body : public std::enable_shared_from_this<Notifier::Body> {
public:
    Notifier* owner = nullptr;  ///< null once it is gone
    store::Store* store = nullptr;
    store::SecretSource* secrets = nullptr;
    http::Client* http = nullptr;
    const Clock* clock = nullptr;
    NotifierOptions options;
    std::map<QString, ChannelLine> lines;
    QTimer takeOver;
    bool resuming = false;
    TaskScope scope;

    void changed();
    void enqueue(const Notice& notice, const QString& channel);
    void pump(const QString& channel);
    void giveUp(const QString& notice, const QString& channel, const QString& why);
    static Task<Result<void>> work(std::shared_ptr<Body> body, QString channel);
    static Task<Result<void>> acknowledge(std::shared_ptr<Body> body, QString notice,
                                          QString channel, QString failure);
    static Task<Result<void>> resume(std::shared_ptr<Body> body);
    static Task<Result<void>> send(std::shared_ptr<Body> body, Channel channel, Notice notice,
                                   CancelToken cancel);
};

/// By HTTP: the channel's own errors. `http` and `secrets` may be null.
Task<Result<void>> sendWebhook(http::Client* http, store::SecretSource* secrets, Channel channel,
                               Notice notice, CancelToken cancel);
Task<Result<void>> sendMail(http::Client* http, store::SecretSource* secrets, Channel channel,
                            Notice notice, CancelToken cancel);

/// How long to wait after so many failures.
milliseconds retryAfter(const NotifierOptions& options, int failures);

}  // namespace analemma::monitor
