#include "core/ssh/src/patterns.h"

#include <QByteArray>

namespace analemma::ssh {

bool matchesPattern(QByteArrayView text, QByteArrayView pattern)
{
    qsizetype t = 0;
    qsizetype p = 0;
    qsizetype star = -1;  // the last '*', and where its match began
    qsizetype begin = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            begin = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++begin;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

ListMatch matchesList(QByteArrayView text, QByteArrayView list, bool lowerPatterns)
{
    constexpr qsizetype limit = 1022;  // OpenSSH gives up on longer ones
    bool found = false;
    while (!list.isEmpty()) {
        const bool negated = list.front() == '!';
        list = list.sliced(negated ? 1 : 0);
        const qsizetype comma = list.indexOf(',');
        const QByteArrayView part = comma < 0 ? list : list.first(comma);
        list = comma < 0 ? QByteArrayView() : list.sliced(comma + 1);
        if (part.size() > limit) {
            return ListMatch::No;
        }
        const bool matches = lowerPatterns ? matchesPattern(text, part.toByteArray().toLower())
                                           : matchesPattern(text, part);
        if (matches && negated) {
            return ListMatch::Negated;
        }
        found = found || matches;
    }
    return found ? ListMatch::Yes : ListMatch::No;
}

}  // namespace analemma::ssh
