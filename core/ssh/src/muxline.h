#pragma once

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "core/ssh/src/muxpackets.h"
#include "core/ssh/src/reactor.h"

#include <QByteArray>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace analemma::ssh {

/// One connection to the socket of a master: greets, sends one request with its descriptors, and
/// hears what the master says until it hangs up. Reactor thread.
class MuxLine final : private Reactor::Handler {
public:
    MuxLine(std::shared_ptr<Reactor> reactor, QByteArray socketPath);
    ~MuxLine() override;
    MuxLine(const MuxLine&) = delete;
    MuxLine& operator=(const MuxLine&) = delete;

    /// Never inline; in these calls the line may be destroyed. After onEnd nothing more comes.
    std::function<void(const mux::Message&)> onMessage;
    std::function<void()> onEnd;

    /// Once. Without a request it only listens. False when nobody answers there.
    [[nodiscard]] bool start(const QByteArray& request, std::vector<Descriptor> given);

private:
    void onEvents(quint32 events) override;
    void flush();
    bool take();
    void end();

    const std::shared_ptr<Reactor> m_reactor;
    const QByteArray m_path;
    Descriptor m_socket;
    QByteArray m_out;
    std::deque<Descriptor> m_given;
    QByteArray m_in;
    bool m_waitsForRoom = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

/// Asks once, and gives the answer; nothing when the master hung up without one. The line lives
/// until then, at most `patience`.
void askMaster(const std::shared_ptr<Reactor>& reactor, const QByteArray& socketPath,
               const QByteArray& request, milliseconds patience,
               std::function<void(std::optional<mux::Message>)> answer);

}  // namespace analemma::ssh
