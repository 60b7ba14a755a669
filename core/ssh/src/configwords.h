#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <optional>

/// One line of ssh_config in words, by OpenSSH's rules for quotes, '=' and comments. Pure.
namespace analemma::ssh {

struct ConfigWords {
    QByteArray keyword;  ///< as written; empty for a blank line or a comment
    QByteArray rest;     ///< all after it
    QByteArrayList arguments;
    bool isBroken = false;  ///< a quote is not closed
};
ConfigWords splitConfigLine(QByteArrayView line);

/// Takes the next word as Match reads it: ended by space or one '='. Nothing when a quote is open.
std::optional<QByteArray> takeWord(QByteArray& rest);

/// "90", "1m30s", "2h"; nothing when it is none.
std::optional<int> parseSshTime(const QByteArray& text);

}  // namespace analemma::ssh
