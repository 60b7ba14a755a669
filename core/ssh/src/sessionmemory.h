#pragma once

#include <cstddef>

namespace analemma::ssh {

/// The memory of one libssh2 session. libssh2 1.10 forgets the old host key at each new key
/// exchange, and parts of a handshake that a damaged packet ends: what it forgot goes when this
/// goes. Every block is wiped before it is given back, since passwords and keys lie in them.
/// One thread at a time.
class SessionMemory {
public:
    SessionMemory() = default;
    ~SessionMemory();
    SessionMemory(const SessionMemory&) = delete;
    SessionMemory& operator=(const SessionMemory&) = delete;

    /// Like malloc, realloc and free.
    [[nodiscard]] void* take(std::size_t size);
    [[nodiscard]] void* resize(void* block, std::size_t size);
    void give(void* block);

    /// Gives pages of large blocks that hold nothing but zeros back to the system; they read as
    /// zeros again. libssh2 clears 52 KB for each session and uses little of it for small packets.
    void giveBackEmptyPages();

    /// Blocks that are out.
    [[nodiscard]] int count() const { return m_count; }

private:
    /// Before each block; a ring through all of them.
    struct alignas(std::max_align_t) Head {
        Head* before = this;
        Head* after = this;
        std::size_t size = 0;
    };
    Head m_ring;
    int m_count = 0;
};

}  // namespace analemma::ssh
