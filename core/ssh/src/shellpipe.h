#pragma once

#include "core/base/task.h"
#include "core/ssh/shell.h"

#include <QByteArray>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace analemma::ssh {

/// The queues between a Channel and the operation that works for it on the reactor. Both are
/// bounded: input by Channel::kInputLimit, output by what the owner has not taken yet.
class ShellPipe : public std::enable_shared_from_this<ShellPipe> {
public:
    /// Gets what comes, on the thread that made the pipe.
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual void onOutput(const QByteArray& piece, bool isError) = 0;
        virtual void onRoom() = 0;
        virtual void onEnd(const ChannelEnd& end) = 0;
    };
    /// What the reactor has to do next.
    struct Orders {
        QByteArray input;
        bool endInput = false;
        bool close = false;
        std::optional<TerminalSize> size;
    };

    // ---- the owner's thread
    void attach(Owner* owner);
    void detach();
    bool write(const QByteArray& bytes);
    [[nodiscard]] qsizetype room() const;
    void endInput();
    void resize(TerminalSize size);
    void close();
    /// The channel may be given up for another one, until the next write(): that is an end with a
    /// Cancelled error.
    void setSpare();
    /// True when the reactor may read again.
    bool taken(qsizetype bytes);

    // ---- the reactor
    /// Takes the orders given since the last call.
    Orders takeOrders();
    /// So many bytes of input are on their way.
    void sent(qsizetype bytes);
    /// Another one needs a channel. True when this one is to be closed for it.
    [[nodiscard]] bool giveUpIfSpare();
    [[nodiscard]] bool isSpare() const;
    void push(QByteArray piece, bool isError);
    [[nodiscard]] bool isFull() const;
    /// Only the first one counts.
    void finish(ChannelEnd end);

private:
    struct Piece {
        QByteArray bytes;
        bool isError = false;
    };
    void postDrain();
    void drain();

    const std::shared_ptr<QObject> m_anchor = detail::threadAnchor();
    Owner* m_owner = nullptr;  ///< the owner's thread only

    mutable std::mutex m_mutex;
    Orders m_orders;
    qsizetype m_unsent = 0;  ///< bytes of input that were written and are not sent
    bool m_wasFull = false;
    bool m_roomToTell = false;
    bool m_inputEnded = false;
    bool m_spare = false;
    std::deque<Piece> m_pieces;
    qsizetype m_held = 0;  ///< bytes of output that came and are not taken
    std::optional<ChannelEnd> m_end;
    bool m_ended = false;
    bool m_attached = false;
    bool m_posted = false;
};

}  // namespace analemma::ssh
