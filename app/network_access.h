#pragma once

#include "core/git/network.h"
#include "core/operate/hosts.h"

namespace analemma::app {

/// How this account reaches other repositories: its record of known hosts and ours, its keys and
/// agent, as for servers. `asker` asks a person; empty: nobody.
git::NetworkAccess networkAccess(const operate::HostPlaces& places, ssh::Asker asker);

}  // namespace analemma::app
