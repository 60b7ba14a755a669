#pragma once

#include "core/base/result.h"

#include <QString>

namespace analemma::ssh {

/// A host name or address that is safe as an operand of a program: no leading '-', no control,
/// space or shell character (CVE-2023-51385, CVE-2017-1000117). Only parse() makes one.
class HostName {
public:
    /// Trims nothing, repairs nothing. Invalid, with what is wrong.
    static Result<HostName> parse(const QString& text);
    [[nodiscard]] const QString& text() const { return m_text; }
    bool operator==(const HostName&) const = default;

private:
    explicit HostName(QString text) : m_text(std::move(text)) {}
    QString m_text;
};

/// The same for the name of an account on a server: 1 to 64 characters.
class UserName {
public:
    static Result<UserName> parse(const QString& text);
    [[nodiscard]] const QString& text() const { return m_text; }
    bool operator==(const UserName&) const = default;

private:
    explicit UserName(QString text) : m_text(std::move(text)) {}
    QString m_text;
};

/// A place to connect to, as written: "[user@]host[:port]", "[user@][address]:port" or
/// "ssh://[user@]host[:port]".
struct Place {
    QString user;  ///< empty: not said
    QString host;
    int port = 0;  ///< 0: not said
    [[nodiscard]] QString text() const;
    bool operator==(const Place&) const = default;
};
/// Invalid when a part is no valid name or port.
Result<Place> parsePlace(const QString& text);

}  // namespace analemma::ssh
