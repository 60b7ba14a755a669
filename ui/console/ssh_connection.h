#pragma once

#include "ui/console/connection.h"

namespace analemma::ui {

/// A login shell over a shared SSH session.
class SshConnection : public Connection {
    Q_OBJECT
public:
    SshConnection(ssh::Client* client, ssh::Target target, QObject* parent = nullptr);
    ~SshConnection() override;
    void open(ssh::TerminalSize size) override;
    bool write(const QByteArray& bytes) override;
    void resize(ssh::TerminalSize size) override;
    void taken(qsizetype bytes) override;
    void close() override;

private:
    void openShell(const CancelToken& cancel);
    void take(std::shared_ptr<ssh::Channel> channel);
    void fail(const Error& error);
    void flush();
    ssh::Client* m_client;
    ssh::Target m_target;
    ssh::TerminalSize m_size;
    CancelToken m_cancel;
    std::shared_ptr<ssh::Session> m_session;
    std::shared_ptr<ssh::Channel> m_channel;
    QByteArray m_waiting;  ///< input that the channel has no room for yet
};

}  // namespace analemma::ui
