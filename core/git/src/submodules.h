#pragma once

#include "core/base/result.h"

#include <QByteArray>

namespace analemma::git {

/// Why a submodule of that path must not be touched; empty when it may. Refused are absolute paths,
/// ".." and ".git" in any disguise, control characters, spaces and dots at an end (the cases behind
/// CVE-2018-11235, CVE-2024-32002 and CVE-2025-48384). Pure.
QString hostileSubmodulePath(const QByteArray& path);
/// The same for its URL: options ("-u..."), remote helpers ("ext::..."), control characters. Pure.
QString hostileSubmoduleUrl(const QString& url);

}  // namespace analemma::git
