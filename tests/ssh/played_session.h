#pragma once

#include "core/ssh/ssh.h"

#include <QCoreApplication>

#include <memory>
#include <vector>

/// A connection without a server: what is said on its channels, a test says.
namespace analemma::test {

class PlayedChannel final : public ssh::Channel {
public:
    explicit PlayedChannel(QString line) : command(std::move(line)) {}

    void start() override {}
    bool write(const QByteArray& bytes) override
    {
        written += bytes;
        return !isClosed;
    }
    [[nodiscard]] qsizetype room() const override { return kInputLimit; }
    void endInput() override {}
    void resize(ssh::TerminalSize) override {}
    void taken(qsizetype bytes) override { takenBytes += bytes; }
    void close() override { isClosed = true; }

    void say(const QByteArray& piece, bool isError = false)
    {
        if (!isClosed) {
            Q_EMIT output(piece, isError);
        }
    }
    void end(int exitCode)
    {
        ssh::ChannelEnd how;
        how.exitCode = exitCode;
        if (!isClosed) {
            Q_EMIT ended(how);
        }
    }

    const QString command;
    QByteArray written;
    qsizetype takenBytes = 0;
    bool isClosed = false;
};

class PlayedSession final : public ssh::Session {
public:
    /// Those that were opened, the newest last.
    std::vector<std::shared_ptr<PlayedChannel>> channels;
    QByteArray execOutput;  ///< of every command that is run apart

    [[nodiscard]] const ssh::Target& target() const override { return m_target; }
    [[nodiscard]] bool isConnected() const override { return true; }
    Task<Result<ssh::ExecResult>> exec(QString, ssh::ExecOptions, CancelToken) override
    {
        return ran(execOutput);
    }
    Task<Result<std::shared_ptr<ssh::Channel>>> openShell(ssh::ShellOptions options,
                                                          CancelToken) override
    {
        channels.push_back(std::make_shared<PlayedChannel>(options.command));
        return opened(channels.back());
    }
    Task<Result<std::shared_ptr<ssh::Forward>>> forward(ssh::ForwardSpec, CancelToken) override
    {
        return none<std::shared_ptr<ssh::Forward>>();
    }
    [[nodiscard]] std::vector<std::shared_ptr<ssh::Forward>> forwards() const override
    {
        return {};
    }
    [[nodiscard]] std::shared_ptr<ssh::Files> files() override { return nullptr; }
    Task<Result<void>> upload(QString, QString, int, std::function<void(qint64, qint64)>,
                              CancelToken) override
    {
        return none<void>();
    }
    Task<Result<void>> uploadBytes(QByteArray, QString, int, CancelToken) override
    {
        return none<void>();
    }
    Task<Result<QByteArray>> download(QString, qint64, CancelToken) override
    {
        return none<QByteArray>();
    }
    Task<Result<void>> close() override { return closed(); }

private:
    static Task<Result<ssh::ExecResult>> ran(QByteArray output)
    {
        ssh::ExecResult result;
        result.exitCode = 0;
        result.output = std::move(output);
        co_return result;
    }
    static Task<Result<std::shared_ptr<ssh::Channel>>> opened(
        std::shared_ptr<PlayedChannel> channel)
    {
        std::shared_ptr<ssh::Channel> made = std::move(channel);
        co_return made;
    }
    template <class T>
    static Task<Result<T>> none()
    {
        co_return Error(ErrorKind::Unsupported, QStringLiteral("this server is played"));
    }
    static Task<Result<void>> closed() { co_return Result<void>(); }

    ssh::Target m_target;
};

/// The event loop of a program that has none: what is posted runs.
inline void runPosted()
{
    if (QCoreApplication::instance() == nullptr) {
        static int count = 1;
        static char name[] = "played";
        static char* words[] = {name, nullptr};
        static const QCoreApplication application(count, words);
    }
    for (int turn = 0; turn < 12; ++turn) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents();
    }
}

}  // namespace analemma::test
