#include "core/base/text.h"

#include <QByteArray>
#include <QDateTime>
#include <QRandomGenerator>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

enum class Breaks { Show, Keep };

/// Characters that change the order of others on screen, or that cannot be seen at all (Unicode
/// Standard Annex 9, Trojan Source), and the separators that would break a line.
bool isHiddenControl(char32_t c)
{
    return (c >= 0x80 && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e || c == 0x200b ||
           c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

QString marked(char32_t c)
{
    return u"⟨U+%1⟩"_s.arg(QString::number(c, 16).toUpper(), 4, u'0');
}

/// What stands for one character; empty for a character that is shown as it is.
QString replacement(char32_t c, Breaks breaks)
{
    if (c < 0x20) {
        const bool kept = breaks == Breaks::Keep && (c == U'\n' || c == U'\t');
        return kept ? QString() : QString(QChar(0x2400 + static_cast<int>(c)));
    }
    if (c == 0x7f) {
        return QString(QChar(0x2421));
    }
    return isHiddenControl(c) ? marked(c) : QString();
}

/// `limit` counts UTF-16 units of the result; negative: no limit.
QString filtered(QStringView text, qsizetype limit, Breaks breaks)
{
    QString out;
    out.reserve(limit < 0 ? text.size() : std::min(limit, text.size()) + 1);
    qsizetype lastWhole = 0;  // the end of the last character that leaves room for the "…"
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text[i].unicode();
        if (breaks == Breaks::Keep && c == U'\r' && i + 1 < text.size() && text[i + 1] == u'\n') {
            continue;  // CR LF is one line feed
        }
        if (c >= 0x20 && c < 0x7f) {
            out += text[i];
        } else if (text[i].isSurrogate()) {
            const bool pair =
                text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
            c = pair ? QChar::surrogateToUcs4(text[i], text[i + 1]) : char32_t{0xfffd};
            i += pair ? 1 : 0;
            const QString instead = replacement(c, breaks);
            out += instead.isEmpty() ? QString::fromUcs4(&c, 1) : instead;
        } else {
            const QString instead = replacement(c, breaks);
            out += instead.isEmpty() ? QString(text[i]) : instead;
        }
        if (limit >= 0) {
            if (out.size() > limit) {
                out.truncate(lastWhole);
                return limit > 0 ? out + u'…' : QString();
            }
            lastWhole = out.size() < limit ? out.size() : lastWhole;
        }
    }
    return out;
}

bool isSafeShellCharacter(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9') ||
           QStringView(u"_@%+:,./-").contains(c);
}

/// Words that a shell takes for its own when they stand first (POSIX.1-2017, 2.4; and bash).
bool isReservedWord(const QString& text)
{
    static const QStringList words = {u"if"_s,       u"then"_s,  u"else"_s, u"elif"_s, u"fi"_s,
                                      u"do"_s,       u"done"_s,  u"case"_s, u"esac"_s, u"while"_s,
                                      u"until"_s,    u"for"_s,   u"in"_s,   u"time"_s, u"select"_s,
                                      u"function"_s, u"coproc"_s};
    return words.contains(text);
}

bool isAsciiAlphanumeric(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9');
}

bool isHostLabel(QStringView label)
{
    if (label.isEmpty() || label.size() > 63 || label.front() == u'-') {
        return false;
    }
    return std::all_of(label.begin(), label.end(),
                       [](QChar c) { return isAsciiAlphanumeric(c) || c == u'-' || c == u'_'; });
}

bool isIpv6Address(const QString& text)
{
    const QString address = text.section(u'%', 0, 0);
    if (text.contains(u'%') && !isHostLabel(text.section(u'%', 1).replace(u'.', u'-'))) {
        return false;
    }
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET6, address.toLatin1().constData(), bytes.data()) == 1;
}

/// 16 bytes: 48 bits of time, 80 random bits; within one millisecond the random part counts up, so
/// that ids of one process also sort in the order in which they were made.
std::array<quint8, 16> nextIdBytes()
{
    static std::mutex mutex;
    static std::array<quint8, 16> last{};
    static qint64 lastTime = 0;
    const std::scoped_lock lock(mutex);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (now > lastTime) {
        lastTime = now;
        for (int i = 0; i < 6; ++i) {
            last.at(static_cast<size_t>(i)) = static_cast<quint8>(now >> (40 - 8 * i));
        }
        std::array<quint32, 3> random{};
        QRandomGenerator::system()->fillRange(random.data(), qsizetype{3});
        for (size_t i = 6; i < 16; ++i) {
            last.at(i) = static_cast<quint8>(random.at((i - 6) / 4) >> (8 * ((i - 6) % 4)));
        }
        last.at(6) &= 0x7f;  // room to count up
        return last;
    }
    for (size_t i = 16; i-- > 6;) {
        if (++last.at(i) != 0) {
            break;
        }
    }
    return last;
}

}  // namespace

QString displayText(const QString& foreign, qsizetype limitCharacters)
{
    return filtered(foreign, std::max<qsizetype>(0, limitCharacters), Breaks::Show);
}

QString displayText(QByteArrayView foreign, qsizetype limitCharacters)
{
    // One UTF-16 unit is at most three bytes of UTF-8: what lies behind cannot be seen anyway.
    const qsizetype limit = std::max<qsizetype>(0, limitCharacters);
    const qsizetype enough = limit < foreign.size() ? 3 * (limit + 2) : foreign.size();
    return displayText(QString::fromUtf8(foreign.first(std::min(enough, foreign.size()))), limit);
}

QString displayLog(QByteArrayView foreign)
{
    return filtered(QString::fromUtf8(foreign), -1, Breaks::Keep);
}

QString shellQuote(const QString& text)
{
    QString word = text;
    word.remove(QChar(u'\0'));  // no shell word can hold it
    const bool plain = !word.isEmpty() && !isReservedWord(word) &&
                       std::all_of(word.cbegin(), word.cend(), isSafeShellCharacter);
    return plain ? word : u'\'' + word.replace(u'\'', u"'\\''"_s) + u'\'';
}

QString shellQuote(const QStringList& words)
{
    QStringList quoted;
    quoted.reserve(words.size());
    for (const QString& word : words) {
        quoted += shellQuote(word);
    }
    return quoted.join(u' ');
}

bool isPlainName(const QString& text)
{
    if (text.isEmpty() || text.size() > 63) {
        return false;
    }
    const auto alphanumeric = [](QChar c) { return isAsciiAlphanumeric(c) && !c.isUpper(); };
    return alphanumeric(text.front()) && std::all_of(text.cbegin(), text.cend(), [&](QChar c) {
               return alphanumeric(c) || c == u'.' || c == u'_' || c == u'-';
           });
}

bool isHostName(const QString& text)
{
    if (text.isEmpty() || text.size() > 253) {
        return false;
    }
    if (text.contains(u':')) {
        return isIpv6Address(text);
    }
    const QString name = text.endsWith(u'.') ? text.chopped(1) : text;
    const QStringList labels = name.split(u'.');
    return std::all_of(labels.cbegin(), labels.cend(),
                       [](const QString& label) { return isHostLabel(label); });
}

QString sizeText(qint64 bytes)
{
    if (bytes > -1024 && bytes < 1024) {
        return QString::number(bytes) + u" B"_s;
    }
    static const std::array<QStringView, 6> units = {u" KiB", u" MiB", u" GiB",
                                                     u" TiB", u" PiB", u" EiB"};
    double value = static_cast<double>(bytes) / 1024;
    size_t unit = 0;
    while ((value >= 1023.95 || value <= -1023.95) && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return QString::number(value, 'f', 1) + units.at(unit).toString();
}

QString newId()
{
    static constexpr char16_t digits[] = u"0123456789abcdefghjkmnpqrstvwxyz";
    const std::array<quint8, 16> bytes = nextIdBytes();
    QString id;
    id.reserve(26);
    // 130 bits for 128: the first digit holds three.
    for (int digit = 0; digit < 26; ++digit) {
        quint32 value = 0;
        for (int bit = digit * 5 - 2; bit < digit * 5 + 3; ++bit) {
            const auto byte = static_cast<size_t>(std::max(bit, 0) / 8);
            const bool set = bit >= 0 && ((bytes.at(byte) >> (7 - bit % 8)) & 1) != 0;
            value = value * 2 + (set ? 1 : 0);
        }
        id += QChar(digits[value]);
    }
    return id;
}

}  // namespace analemma
