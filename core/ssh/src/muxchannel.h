#pragma once

#include "core/base/descriptor.h"
#include "core/ssh/src/muxline.h"
#include "core/ssh/src/stream.h"
#include "core/ssh/src/systemlink.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace analemma::ssh {

/// Two connected ends that do not block. Io.
Result<std::pair<Descriptor, Descriptor>> socketPair();

/// A command, shell or subsystem over a master: its input, output and errors are sockets whose
/// other ends ssh has. Reactor thread. When it goes, ssh closes the channel.
class MuxChannel final : public std::enable_shared_from_this<MuxChannel> {
public:
    enum Stream : std::size_t { Output, Errors };
    /// What a terminal adds.
    struct Terminal {
        TerminalSize size;
        std::vector<std::pair<quint8, quint32>> modes;
    };

    MuxChannel(std::shared_ptr<SystemLink> link, mux::SessionAsk ask,
               std::optional<Terminal> terminal);
    ~MuxChannel();
    MuxChannel(const MuxChannel&) = delete;
    MuxChannel& operator=(const MuxChannel&) = delete;

    /// Calls `opened` once, later. Unsupported, Network, Io. Whether the server then runs what was
    /// asked for shows in its end.
    void start(std::function<void(Result<void>)> opened);
    /// Called in turns of their own when bytes came, room came, or an end; until it goes.
    std::function<void()> onEvent;

    /// Bytes that came: their count, 0 when there are none now, -1 at the end of this stream.
    qint64 read(Stream stream, char* to, qint64 room);
    /// The count taken; 0 when it is full now; -1 when the command takes no more.
    qint64 write(const char* from, qint64 count);
    /// End of file for the command.
    void endWrite();
    void resize(const TerminalSize& size);
    /// What onEvent is wanted for, besides the end.
    void want(bool readable, bool writable);
    /// Nothing more comes, of neither stream, and ssh has closed the channel.
    [[nodiscard]] bool isOver() const { return m_over && m_ended[Output] && m_ended[Errors]; }
    /// Nothing when a signal ended it, or the server ran nothing, or the connection broke.
    [[nodiscard]] std::optional<int> exitCode() const { return m_exitCode; }
    [[nodiscard]] bool hasNoTerminal() const { return m_noTerminal; }

private:
    void ask();
    Result<std::vector<Descriptor>> makeStreams();
    void onMessage(const mux::Message& message);
    void enterAgain(std::optional<milliseconds> pause);
    void onLineEnd();
    void answer(Result<void> opened);
    void notify();

    const std::shared_ptr<SystemLink> m_link;
    const mux::SessionAsk m_ask;
    const std::optional<Terminal> m_terminal;
    std::function<void(Result<void>)> m_opened;
    std::unique_ptr<MuxLine> m_line;
    std::unique_ptr<TcpStream> m_input;
    std::array<std::unique_ptr<TcpStream>, 2> m_streams;
    std::array<bool, 2> m_ended{};
    bool m_entered = false;
    bool m_isOpen = false;
    bool m_over = false;
    bool m_noTerminal = false;
    std::optional<int> m_exitCode;
};

}  // namespace analemma::ssh
