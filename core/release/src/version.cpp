#include "core/release/release.h"

#include "core/base/text.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

constexpr qsizetype textLimit = 200;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isIdentifierCharacter(QChar c)
{
    return isDigit(c) || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'-';
}

bool isNumeric(QStringView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isDigit);
}

/// Digits without a leading zero, as SemVer 2 and 9 ask.
bool isPlainNumber(QStringView text)
{
    return isNumeric(text) && (text.size() == 1 || text.front() != u'0');
}

bool isIdentifier(QStringView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isIdentifierCharacter);
}

std::strong_ordering toOrdering(int comparison)
{
    return comparison <=> 0;
}

/// SemVer 11.4: numbers by value and below words, words by ASCII. Numbers of any length: they have
/// no leading zero, so the longer one is larger.
std::strong_ordering compareIdentifiers(const QString& a, const QString& b)
{
    const bool aIsNumber = isNumeric(a);
    const bool bIsNumber = isNumeric(b);
    if (aIsNumber != bIsNumber) {
        return aIsNumber ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (aIsNumber && a.size() != b.size()) {
        return a.size() <=> b.size();
    }
    return toOrdering(a.compare(b));
}

std::strong_ordering comparePreReleases(const QStringList& a, const QStringList& b)
{
    if (a.isEmpty() || b.isEmpty()) {
        return a.isEmpty() <=> b.isEmpty();  // a version is above its own pre-releases
    }
    const qsizetype common = std::min(a.size(), b.size());
    for (qsizetype i = 0; i < common; ++i) {
        if (const auto order = compareIdentifiers(a[i], b[i]); order != 0) {
            return order;
        }
    }
    return a.size() <=> b.size();
}

Error notAVersion(const QString& text, const QString& why)
{
    return Error(ErrorKind::Invalid,
                 u"\"%1\" is not a version: %2."_s.arg(displayText(text, 60), why))
        .withHint(u"Write three numbers, as in 1.4.2 or 2.0.0-rc.1 (semver.org)."_s);
}

Result<QStringList> readIdentifiers(const QString& text, QStringView part, bool isPreRelease)
{
    QStringList identifiers;
    for (const QStringView identifier : part.split(u'.')) {
        if (!isIdentifier(identifier)) {
            return notAVersion(
                text,
                u"what follows - or + is words of letters, digits and -, with dots between"_s);
        }
        if (isPreRelease && isNumeric(identifier) && !isPlainNumber(identifier)) {
            return notAVersion(text, u"a number begins with 0"_s);
        }
        identifiers.append(identifier.toString());
    }
    return identifiers;
}

Result<quint64> readNumber(const QString& text, QStringView part)
{
    if (!isPlainNumber(part)) {
        return notAVersion(text, u"it needs three numbers without leading zeros"_s);
    }
    bool fits = false;
    const quint64 number = part.toULongLong(&fits);
    if (!fits) {
        return notAVersion(text, u"a number is too large"_s);
    }
    return number;
}

}  // namespace

Result<Version> Version::parse(const QString& text)
{
    if (text.size() > textLimit) {
        return notAVersion(text, u"it is longer than %1 characters"_s.arg(textLimit));
    }
    QStringView rest(text);
    if (rest.startsWith(u'v')) {
        rest = rest.sliced(1);
    }
    Version version;
    if (const qsizetype plus = rest.indexOf(u'+'); plus >= 0) {
        const auto build = readIdentifiers(text, rest.sliced(plus + 1), false);
        if (!build) {
            return build.error();
        }
        version.build = build->join(u'.');
        rest = rest.first(plus);
    }
    if (const qsizetype dash = rest.indexOf(u'-'); dash >= 0) {
        auto identifiers = readIdentifiers(text, rest.sliced(dash + 1), true);
        if (!identifiers) {
            return identifiers.error();
        }
        version.preRelease = std::move(*identifiers);
        rest = rest.first(dash);
    }
    const QList<QStringView> parts = rest.split(u'.');
    if (parts.size() != 3) {
        return notAVersion(text, u"it needs three numbers"_s);
    }
    quint64* const numbers[] = {&version.major, &version.minor, &version.patch};
    for (qsizetype i = 0; i < 3; ++i) {
        const Result<quint64> number = readNumber(text, parts[i]);
        if (!number) {
            return number.error();
        }
        *numbers[i] = *number;
    }
    return version;
}

QString Version::text() const
{
    QString result = u"%1.%2.%3"_s.arg(major).arg(minor).arg(patch);
    if (!preRelease.isEmpty()) {
        result += u'-' + preRelease.join(u'.');
    }
    if (!build.isEmpty()) {
        result += u'+' + build;
    }
    return result;
}

std::strong_ordering operator<=>(const Version& a, const Version& b)
{
    if (const auto order =
            std::tie(a.major, a.minor, a.patch) <=> std::tie(b.major, b.minor, b.patch);
        order != 0) {
        return order;
    }
    return comparePreReleases(a.preRelease, b.preRelease);
}

bool operator==(const Version& a, const Version& b)
{
    return (a <=> b) == 0;
}

}  // namespace analemma::release
