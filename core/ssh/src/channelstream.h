#pragma once

#include "core/ssh/src/datachannel.h"
#include "core/ssh/src/stream.h"

#include <memory>

namespace analemma::ssh {

/// A connection through another one: what a jump host carries.
class ChannelStream final : public ByteStream {
public:
    /// `via` is on the same reactor.
    ChannelStream(std::shared_ptr<Link> via, QString host, int port);
    ~ChannelStream() override;

    void connect(std::function<void(Result<void>)> done) override;
    qint64 read(char* to, qint64 room) override;
    qint64 write(const char* from, qint64 count) override;
    void want(bool readable, bool writable) override;
    [[nodiscard]] Error failure() const override;
    [[nodiscard]] qint64 unacknowledged() const override;
    [[nodiscard]] int descriptor() const override;
    void endWrite() override;
    void close() override;

private:
    void deliver();
    void deliverSoon();
    [[nodiscard]] bool isDue() const;

    const std::shared_ptr<Link> m_via;
    const QString m_host;
    const int m_port;
    std::shared_ptr<DataChannel> m_channel;
    bool m_readable = false;
    bool m_writable = false;
    bool m_posted = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

}  // namespace analemma::ssh
