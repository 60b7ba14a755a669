#pragma once

#include "core/base/readers.h"

namespace analemma::yaml {

/// Writes into every node where it stands: "environments.production.servers",
/// "images.web.files[0]". Values that came from an alias get the path of where they are used.
void setPaths(YamlNode& root);

/// False when a quoted scalar starts at `position` (tags and anchors may stand before it) and its
/// quote is open to the end: yaml-cpp 0.7 takes the rest of the file for its text then.
bool isQuoteClosed(const QByteArray& bytes, qsizetype position);

/// The offset of the first byte that is not UTF-8 (RFC 3629), or -1.
qsizetype firstBadUtf8(const QByteArray& bytes);

}  // namespace analemma::yaml
