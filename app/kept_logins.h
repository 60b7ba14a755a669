#pragma once

#include "app/services.h"
#include "core/git/network.h"
#include "core/store/keyring.h"

namespace analemma::app {

/// What is asked of a person, or told, about logins that are kept.
struct Keeping {
    /// Whether the login for a place may be kept; empty: nothing is kept.
    std::function<Task<Result<bool>>(QString place, CancelToken cancel)> offer;
    std::function<void(QString)> tell;  ///< a sentence; may be empty
};

/// Logins of other repositories: passwords among the secrets of this machine, under the name that
/// secretNameOf() gives, then those that the keyring of the session has. What a person answered is
/// offered to the keyring where there is one; what was refused is taken out of it.
std::shared_ptr<git::LoginKeeper> keptLogins(QString secretsFolder, Keeping keeping);

/// "https://example.org:8443" as the name of a secret: "example.org_8443". Empty for what is no
/// such place. Pure.
QString secretNameOf(const QString& place);

}  // namespace analemma::app
