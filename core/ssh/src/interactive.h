#pragma once

#include "core/ssh/src/asking.h"

#include <libssh2.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace analemma::ssh {

/// Keyboard-interactive login (RFC 4256). libssh2 wants the answers to the server's questions from
/// a callback at once, which a person cannot give; so its calls run on a thread of their own, one
/// after the other, and meanwhile nobody else touches the session or its wire.
class Interactive {
public:
    /// `wake` is called on that thread after each call.
    Interactive(LIBSSH2_SESSION* session, QByteArray user, QString target,
                std::shared_ptr<Asking> asking, std::function<void()> wake);
    ~Interactive();
    Interactive(const Interactive&) = delete;
    Interactive& operator=(const Interactive&) = delete;

    /// The result of the call that has ended, or nothing; then a call is started unless one runs.
    std::optional<int> step();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] bool isAsking() const;
    /// A person was asked and gave an answer.
    [[nodiscard]] bool wasAnswered() const;
    /// Ends a running call: whoever is asked is not waited for.
    void stop();

private:
    static void respond(const char* name, int nameSize, const char* instruction,
                        int instructionSize, int count,
                        const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                        LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, void** abstract);
    std::optional<std::vector<Secret>> ask(Question question);
    void run();

    /// Shared with answers that may come after the end.
    struct Desk {
        std::mutex mutex;
        std::condition_variable changed;
        bool wanted = false;   ///< a call shall be made
        bool running = false;  ///< … and is not over
        bool asking = false;
        bool stopped = false;
        bool answered = false;
        int rounds = 0;
        std::optional<int> result;
        std::optional<Result<std::vector<Secret>>> answer;
    };
    LIBSSH2_SESSION* m_session;
    const QByteArray m_user;
    const QString m_target;
    const std::shared_ptr<Asking> m_asking;
    const std::function<void()> m_wake;
    const std::shared_ptr<Desk> m_desk = std::make_shared<Desk>();
    std::thread m_thread;
};

}  // namespace analemma::ssh
