#pragma once

#include "core/git/network.h"

#include <map>

namespace analemma::git {

/// Carries the questions of network calls to somebody who does not co_await: each is a signal, and
/// its answer a call. A question that nobody answers ends with its call. Main thread.
class NetworkQuestions : public QObject {
    Q_OBJECT
public:
    explicit NetworkQuestions(QObject* parent = nullptr);
    ~NetworkQuestions() override;  ///< answers what is open with Cancelled

    /// For NetworkAccess::ask. It may outlive this object: then nobody can be asked.
    [[nodiscard]] std::function<Task<Result<Secret>>(NetworkQuestion question, CancelToken cancel)>
    asker();
    /// An id that is not open (any more) is passed over.
    void answer(quint64 id, Result<Secret> secret);

Q_SIGNALS:
    void asked(quint64 id, const analemma::git::NetworkQuestion& question);
    /// Its call has ended.
    void withdrawn(quint64 id);

private:
    struct Open {
        Promise<Secret> promise;
        CancelToken::Registration cancel;
    };
    static Task<Result<Secret>> wait(Promise<Secret> promise);
    std::map<quint64, Open> m_open;
    quint64 m_last = 0;
};

/// The answer to a yes or no question that a person gives elsewhere; Cancelled when the last copy
/// of `promise` is gone without one.
Task<Result<bool>> answerTo(Promise<bool> promise);

}  // namespace analemma::git
