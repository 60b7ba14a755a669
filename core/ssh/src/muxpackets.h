#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

/// Messages between a master of OpenSSH, which shares its connection, and those who use it: version
/// 4 of the protocol in OpenSSH's file PROTOCOL.mux. Pure.
namespace analemma::ssh::mux {

enum class Type : quint32 {
    Hello = 0x00000001,
    NewSession = 0x10000002,
    AliveCheck = 0x10000004,
    OpenForward = 0x10000006,
    CloseForward = 0x10000007,
    NewStdioForward = 0x10000008,
    Ok = 0x80000001,
    PermissionDenied = 0x80000002,
    Failure = 0x80000003,
    ExitMessage = 0x80000004,
    Alive = 0x80000005,
    SessionOpened = 0x80000006,
    RemotePort = 0x80000007,
    TtyAllocFailed = 0x80000008
};

/// A command, shell or subsystem.
struct SessionAsk {
    bool terminal = false;
    bool subsystem = false;
    QByteArray term;
    QByteArray command;  ///< empty: the user's login shell
    std::vector<std::pair<QByteArray, QByteArray>> environment;
};

QByteArray hello();
/// Followed by three descriptors: input, output, errors.
QByteArray newSession(const SessionAsk& ask);
/// Followed by two descriptors: input, output.
QByteArray newStdioForward(const QByteArray& host, int port);
QByteArray aliveCheck();
/// The server listens; connections come to the local socket `path`. The same words end it.
QByteArray remoteForward(Type type, const QByteArray& listenHost, int listenPort,
                         const QByteArray& path);

struct Message {
    Type type = Type::Hello;
    quint32 number = 0;  ///< Hello: version; ExitMessage: exit code; RemotePort: port
    QString reason;      ///< PermissionDenied, Failure
};
/// Takes the first whole message from the buffer: nothing while it is incomplete, Protocol when it
/// can be none.
std::optional<Result<Message>> takeMessage(QByteArray& buffer);

}  // namespace analemma::ssh::mux
