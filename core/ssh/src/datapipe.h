#pragma once

#include "core/base/result.h"

#include <functional>

namespace analemma::ssh {

/// Bytes to an address behind the server, or from one: the far half of a forwarded connection.
/// Reactor thread.
class DataPipe {
public:
    virtual ~DataPipe() = default;
    /// Calls `opened` once, later.
    virtual void start(std::function<void(Result<void>)> opened) = 0;
    /// Called in turns of their own when bytes came, room came, or the end; until close().
    std::function<void()> onEvent;

    /// Bytes that came: their count, 0 when there are none now, -1 at the end.
    virtual qint64 read(char* to, qint64 room) = 0;
    /// Whether the reader takes bytes now; they wait meanwhile.
    virtual void wantRead(bool wanted) = 0;
    /// How much write() takes now; over 0 as well where it says -1.
    [[nodiscard]] virtual qsizetype room() const = 0;
    /// The count taken; 0 when it is full now; -1 when the other side takes no more.
    virtual qint64 write(const char* from, qint64 count) = 0;
    /// Nothing more is written; reading goes on.
    virtual void endWrite() = 0;
    /// Ends both ways. Bytes that wait to be written are dropped, but for those before endWrite().
    virtual void close() = 0;
};

}  // namespace analemma::ssh
