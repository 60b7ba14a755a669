#pragma once

#include "core/base/task.h"

#include <QByteArray>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace analemma::ssh {

/// Carries pieces of output from a reactor to the thread that awaits the result, in order. What
/// waits there is bounded: the reactor stops reading when isFull() and goes on when `onRoom` is
/// called.
class OutputRelay : public std::enable_shared_from_this<OutputRelay> {
public:
    using Callback = std::function<void(const QByteArray& piece, bool isError)>;
    static constexpr qsizetype kLimit = 1024 * 1024;

    /// On the awaiting thread.
    explicit OutputRelay(Callback callback) : m_callback(std::move(callback)) {}

    /// Called from the awaiting thread when there is room again. Set before the first push.
    std::function<void()> onRoom;

    void push(QByteArray piece, bool isError);  ///< reactor
    [[nodiscard]] bool isFull() const;          ///< reactor
    /// The last call, on the awaiting thread: hands over what is left, or drops it.
    void finish(bool deliver);

private:
    struct Piece {
        QByteArray bytes;
        bool isError = false;
    };
    void drain();

    const std::shared_ptr<QObject> m_anchor = detail::threadAnchor();
    Callback m_callback;  ///< touched by the awaiting thread only
    mutable std::mutex m_mutex;
    std::deque<Piece> m_pieces;
    qsizetype m_waiting = 0;
    bool m_posted = false;
};

}  // namespace analemma::ssh
