#include "core/git/planlinks.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype itemLimit = 20;
constexpr qsizetype planReadLimit = 64 * 1024;

/// Names of standards, in the form of an item's.
bool isStandard(const QString& key)
{
    static const QStringList names{u"UTF"_s, u"UCS"_s, u"SHA"_s,  u"ISO"_s, u"RFC"_s,
                                   u"CVE"_s, u"MD"_s,  u"HTTP"_s, u"TLS"_s, u"AES"_s};
    return names.contains(key);
}

}  // namespace

QStringList planItems(const QString& text)
{
    static const QRegularExpression item(
        u"(?<![\\w#&-])(?:#([1-9][0-9]{0,6})|([A-Z][A-Z0-9]{1,9})-([1-9][0-9]{0,6}))"
        u"(?![A-Za-z0-9]|-[0-9])"_s);
    QStringList items;
    auto found = item.globalMatch(text.left(planReadLimit));
    while (found.hasNext() && items.size() < itemLimit) {
        const QRegularExpressionMatch match = found.next();
        const QString word = match.captured(0);
        if (!isStandard(match.captured(2)) && !items.contains(word)) {
            items.append(word);
        }
    }
    return items;
}

}  // namespace analemma::git
