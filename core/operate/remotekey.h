#pragma once

#include "core/operate/hosts.h"

namespace analemma::operate {

/// The host key that an ssh server of another repository showed when a call failed for it, see
/// git/network.h, and what is on record about it. NotFound when the error tells of none. Blocks:
/// for workers.
Result<HostKeyView> remoteKey(const Error& error, const HostPlaces& places);

/// Records a host key, as Hosts::trust() does, but never over another one.
Task<Result<void>> trustHostKey(HostKeyView view);

}  // namespace analemma::operate
