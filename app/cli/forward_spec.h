#pragma once

#include "core/ssh/forward.h"

namespace analemma::cli {

/// A forward as ssh(1) takes it: "[address:]port:host:hostport" for -L and -R, "[address:]port" for
/// -D; IPv6 addresses in brackets; port 0 for any free one. Pure. Invalid.
Result<ssh::ForwardSpec> parseForward(ssh::ForwardSpec::Kind kind, const QString& text);

/// "127.0.0.1:8080 -> db:5432 from web-1"; `port` is the one that it got.
QString forwardText(const ssh::ForwardSpec& spec, int port, const QString& server);

}  // namespace analemma::cli
