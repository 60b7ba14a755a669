#pragma once

#include "core/base/result.h"

#include <QString>

namespace analemma::git {

/// The address of another repository, with nothing in it that a program below could take for an
/// option, a command or a second line (CVE-2017-1000117, CVE-2020-5260).
struct RemoteUrl {
    enum class Kind { Https, Ssh, Local };
    Kind kind = Kind::Https;
    QString text;   ///< for the git program; of https without the user
    QString user;   ///< may be empty
    QString host;   ///< in lower case; empty for Local
    int port = 0;   ///< 0: the usual one
    QString shown;  ///< for people
    /// "https://example.org:8443", "git@example.org", the path.
    [[nodiscard]] QString place() const;
};

/// https, ssh (also "user@host:path") and, where `local`, whole paths and file: addresses. Refused,
/// with why, for others; Invalid when it is no address at all. Pure.
Result<RemoteUrl> parseRemoteUrl(const QString& text, bool local);

/// The address without a password, for people. Pure.
QString shownUrl(const QString& text);

}  // namespace analemma::git
