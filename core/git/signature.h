#pragma once

#include "core/git/git.h"

namespace analemma::git {

/// What a commit is signed with. Whether the signature is good is not checked here: that needs the
/// keys that one trusts.
enum class SignedWith : quint8 { Nothing, OpenPgp, Ssh, X509, Other };

/// NotFound for an unknown commit.
Task<Result<SignedWith>> signedWith(std::shared_ptr<Repository> repository, QString commit);

}  // namespace analemma::git
