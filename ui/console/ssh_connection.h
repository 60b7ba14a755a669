#pragma once

#include "ui/console/connection.h"

namespace analemma::ui {

/// A login shell over an SSH session that somebody else opens.
class SshConnection : public Connection {
    Q_OBJECT
public:
    using Open =
        std::function<Task<Result<ssh::ChosenSession>>(CancelToken cancel, ssh::Asker asker)>;
    explicit SshConnection(Open open, QObject* parent = nullptr);
    ~SshConnection() override;
    void open(ssh::TerminalSize size) override;
    bool write(const QByteArray& bytes) override;
    void resize(ssh::TerminalSize size) override;
    void taken(qsizetype bytes) override;
    [[nodiscard]] std::optional<ssh::TransportChoice> transport() const override;
    void close() override;

private:
    void openShell(const CancelToken& cancel);
    void take(std::shared_ptr<ssh::Channel> channel);
    void fail(const Error& error);
    void flush();
    Open m_open;
    ssh::TerminalSize m_size;
    CancelToken m_cancel;
    std::shared_ptr<ssh::Session> m_session;
    std::optional<ssh::TransportChoice> m_transport;
    std::shared_ptr<ssh::Channel> m_channel;
    QByteArray m_waiting;  ///< input that the channel has no room for yet
};

}  // namespace analemma::ui
