#pragma once

#include <QString>

namespace analemma::terminal {

/// Replaces what looks like a secret by "***" in a stream of text: tokens of well-known services,
/// private keys, passwords in addresses and assignments. What may be the beginning of one is held
/// back until it is decided.
class TokenMask {
public:
    QString feed(QStringView text);
    /// What was held back. At the end of the stream.
    QString finish();

private:
    QString take(bool last);
    QString m_held;
    bool m_swallowing = false;  ///< inside one that is too long to be held
};

}  // namespace analemma::terminal
