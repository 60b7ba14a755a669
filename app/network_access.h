#pragma once

#include "app/kept_logins.h"
#include "core/operate/hosts.h"

namespace analemma::app {

/// How this account reaches other repositories: its record of known hosts and ours, its keys and
/// agent, and what ~/.ssh/config says of a host, as for servers; and the logins that are kept.
/// `asker` asks a person; empty: nobody.
git::NetworkAccess networkAccess(const operate::HostPlaces& places, ssh::Asker asker,
                                 Keeping keeping = {});

/// What the configuration says of a host in the address of a repository. Unsupported when it has a
/// proxy command, which is not run; Refused for names that must not be used. Blocks: for workers.
Result<git::SshWay> sshWay(const operate::HostPlaces& places, const QString& host,
                           const QString& user);

}  // namespace analemma::app
