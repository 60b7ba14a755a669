#pragma once

#include "core/ssh/src/datapipe.h"
#include "core/ssh/src/muxline.h"
#include "core/ssh/src/stream.h"
#include "core/ssh/src/systemlink.h"

#include <memory>

namespace analemma::ssh {

/// Bytes over a master: to an address behind the server, or, with a connection that ssh made to a
/// socket of ours, from one that the server heard.
class MuxPipe final : public DataPipe, public std::enable_shared_from_this<MuxPipe> {
public:
    static constexpr qsizetype kRoom = 256 * 1024;
    MuxPipe(std::shared_ptr<SystemLink> link, QByteArray host, int port);
    MuxPipe(std::shared_ptr<SystemLink> link, std::unique_ptr<TcpStream> heard);

    void start(std::function<void(Result<void>)> opened) override;
    qint64 read(char* to, qint64 room) override;
    void wantRead(bool wanted) override;
    [[nodiscard]] qsizetype room() const override { return m_broken ? 1 : kRoom - m_out.size(); }
    qint64 write(const char* from, qint64 count) override;
    void endWrite() override;
    void close() override;

private:
    Result<void> open();
    void onMessage(const mux::Message& message);
    void onLineEnd();
    void onStream();
    void answer(Result<void> opened);
    void flush();
    void want();
    void part();

    const std::shared_ptr<SystemLink> m_link;
    const QByteArray m_host;
    const int m_port = 0;
    std::function<void(Result<void>)> m_opened;
    std::unique_ptr<MuxLine> m_line;
    std::shared_ptr<TcpStream> m_from;
    std::shared_ptr<TcpStream> m_to;  ///< the same one where a connection was heard
    QByteArray m_out;
    bool m_wantsRead = false;
    bool m_ended = false;   ///< nothing more comes
    bool m_broken = false;  ///< nothing more is taken
    bool m_endWrite = false;
    bool m_writeEnded = false;
    bool m_closing = false;
};

}  // namespace analemma::ssh
