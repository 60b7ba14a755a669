#pragma once

#include <QByteArrayView>

/// The patterns of known_hosts and ssh_config: '*' and '?' (ssh_config(5), PATTERNS).
namespace analemma::ssh {

/// Whole text against one pattern. Takes at most text times pattern steps.
bool matchesPattern(QByteArrayView text, QByteArrayView pattern);

enum class ListMatch { No, Yes, Negated };
/// A comma-separated list with '!' for exceptions: a negated pattern that matches wins, whatever
/// else does. With `lowerPatterns` patterns are taken in lower case; the text should be so already.
ListMatch matchesList(QByteArrayView text, QByteArrayView list, bool lowerPatterns);

}  // namespace analemma::ssh
