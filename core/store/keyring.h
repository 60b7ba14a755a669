#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"

#include <QString>

#include <memory>

/// The keyring of the person's session, by the Secret Service API that GNOME Keyring, KWallet and
/// KeePassXC answer (freedesktop.org, Secret Service API draft 0.2).
namespace analemma::store {

/// Logins at places ("https://example.org"). Main thread; the bus is a socket of this user alone,
/// and nothing is kept here. Errors of all calls: Unsupported (no session bus, or no keyring on
/// it), Refused (the person did not unlock it), Timeout, Protocol, Cancelled.
class Keyring {
public:
    struct Login {
        QString user;  ///< may be empty
        Secret secret;
    };
    /// `bus` is the address of a bus; empty: that of the session.
    explicit Keyring(QString bus = {});
    ~Keyring();
    Keyring(const Keyring&) = delete;
    Keyring& operator=(const Keyring&) = delete;

    /// Of any user when that is empty. NotFound.
    Task<Result<Login>> find(QString place, QString user, CancelToken cancel);
    /// In place of what is kept for the same place and user.
    Task<Result<void>> keep(QString place, Login login, CancelToken cancel);
    /// Nothing when there is none.
    Task<Result<void>> forget(QString place, QString user, CancelToken cancel);

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::store
