#pragma once

#include "core/ssh/config.h"
#include "core/ssh/src/configtree.h"

#include <memory>
#include <vector>

/// From the lines of a configuration to the values for one host. Pure.
namespace analemma::ssh {

HostConfig resolveHost(const std::vector<std::shared_ptr<const ConfigFile>>& files,
                       const ConfigPlaces& places, const QString& alias, const QString& user);

/// The first criterion of a Match line that is not judged here: "exec", or one of a later OpenSSH.
QString unjudgedCriterion(const QByteArray& matchLine);

}  // namespace analemma::ssh
