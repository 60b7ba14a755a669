#pragma once

#include "core/base/task.h"
#include "core/store/store.h"

#include <QByteArray>
#include <QList>
#include <QString>

/// Which 127.x.y.z belongs to whom. Linux answers on all of 127.0.0.0/8 without any set-up; every
/// workspace gets a /16 of 127.64.0.0/10, so that two of them seldom meet.
namespace analemma::infra::local {

/// The n-th candidate of a workspace, from a start that differs between workspaces sharing a /16.
/// Host parts 0 and 255 are never used. Pure.
QString addressCandidate(const QString& workspace, int n);
inline constexpr int addressCount = 256 * 254;

/// A row of /proc/net/tcp or tcp6 in state LISTEN.
struct Listener {
    QString address;  ///< "127.64.3.2"; "*" for any
    int port = 0;
    quint32 user = 0;
    quint64 inode = 0;
};
/// proc(5). Pure; lines that do not fit are left out.
QList<Listener> parseListeners(const QByteArray& procNetTcp);

/// True when this address and port can be bound now (nobody listens, also not on 0.0.0.0).
/// Blocking, short.
bool isFree(const QString& address, int port);
/// "python3 (process 4711)", "a process of user root"; empty when it cannot be told. Blocking:
/// reads /proc.
QString ownerOf(const QString& address, int port);
/// Conflict with address, port and owner. Blocking.
Error takenError(const QString& address, int port);

struct AddressRequest {
    QString workspace;
    QString owner;  ///< "server/web-1"
    QString tag;
    QList<int> ports;
};
/// Writes the reservation before anybody uses it, and returns the address; the same owner gets the
/// same one again. Two programs cannot take one address. Conflict: every candidate is taken.
Task<Result<QString>> reserveAddress(store::Store* store, AddressRequest request);

struct Reservation {
    QString address;
    QString owner;
    QString tag;
    QList<int> ports;
};
Task<Result<QList<Reservation>>> reservations(store::Store* store);
Task<Result<void>> releaseAddress(store::Store* store, QString owner);

}  // namespace analemma::infra::local
