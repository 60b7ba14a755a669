#include "core/terminal/src/parser.h"

#include <QtEndian>

#include <bit>
#include <cstring>

namespace analemma::terminal {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr quint8 esc = 0x1b;

enum Action : quint8 {
    Nothing,
    Execute,
    Collect,
    Parameter,
    EscapeDispatch,
    CsiDispatch,
    DcsPut,
    OscPut,
};

struct Transition {
    Parser::State next;
    Action action;
};

/// What a byte below 0x80 does in each state. What comes from anywhere (ESC, CAN, SUB) stands in
/// every row; the highest bit of a byte is looked at before.
class Table {
public:
    constexpr Table()
    {
        using P = Parser;
        for (int state = 0; state < P::StateCount; ++state) {
            const auto s = P::State(state);
            const bool string = s >= P::DcsEntry;
            on(s, 0x00, 0x7f, s, Nothing);
            on(s, 0x00, 0x1f, s, string ? Nothing : Execute);
        }
        on(P::Escape, 0x20, 0x2f, P::EscapeIntermediate, Collect);
        on(P::Escape, 0x30, 0x7e, P::Ground, EscapeDispatch);
        on(P::Escape, 'P', 'P', P::DcsEntry, Nothing);
        on(P::Escape, '[', '[', P::CsiEntry, Nothing);
        on(P::Escape, ']', ']', P::OscString, Nothing);
        on(P::Escape, 'X', 'X', P::OtherString, Nothing);
        on(P::Escape, '^', '_', P::OtherString, Nothing);
        on(P::EscapeIntermediate, 0x20, 0x2f, P::EscapeIntermediate, Collect);
        on(P::EscapeIntermediate, 0x30, 0x7e, P::Ground, EscapeDispatch);
        sequence(P::CsiEntry, P::CsiParameter, P::CsiIntermediate, P::CsiIgnore);
        sequence(P::DcsEntry, P::DcsParameter, P::DcsIntermediate, P::DcsIgnore);
        for (const auto s : {P::CsiEntry, P::CsiParameter, P::CsiIntermediate}) {
            on(s, 0x40, 0x7e, P::Ground, CsiDispatch);
        }
        on(P::CsiIgnore, 0x40, 0x7e, P::Ground, Nothing);
        for (const auto s : {P::DcsEntry, P::DcsParameter, P::DcsIntermediate}) {
            on(s, 0x40, 0x7e, P::DcsPass, Collect);
        }
        on(P::DcsPass, 0x20, 0x7e, P::DcsPass, DcsPut);
        on(P::OscString, 0x20, 0x7f, P::OscString, OscPut);
        on(P::OscString, 0x07, 0x07, P::Ground, Nothing);
        for (int state = 0; state < P::StateCount; ++state) {
            const auto s = P::State(state);
            on(s, 0x18, 0x18, P::Ground, Nothing);
            on(s, 0x1a, 0x1a, P::Ground, Nothing);
            on(s, esc, esc, P::Escape, Nothing);
        }
    }
    [[nodiscard]] constexpr Transition at(Parser::State state, quint8 byte) const
    {
        return m_rows[state][byte];
    }

private:
    constexpr void on(Parser::State state, int first, int last, Parser::State next, Action action)
    {
        for (int byte = first; byte <= last; ++byte) {
            m_rows[state][byte] = {next, action};
        }
    }
    constexpr void sequence(Parser::State entry, Parser::State parameter,
                            Parser::State intermediate, Parser::State ignore)
    {
        on(entry, 0x20, 0x2f, intermediate, Collect);
        on(entry, 0x30, 0x3b, parameter, Parameter);
        on(entry, 0x3c, 0x3f, parameter, Collect);
        on(parameter, 0x20, 0x2f, intermediate, Collect);
        on(parameter, 0x30, 0x3b, parameter, Parameter);
        on(parameter, 0x3c, 0x3f, ignore, Nothing);
        on(intermediate, 0x20, 0x2f, intermediate, Collect);
        on(intermediate, 0x30, 0x3f, ignore, Nothing);
    }

    Transition m_rows[Parser::StateCount][0x80] = {};
};

constexpr Table table;

bool isPrintable(quint8 byte)
{
    return quint8(byte - 0x20) < 0x5f;
}

/// The end of the run of printable ASCII, eight bytes at a time: a byte is none if its high bit is
/// set, if it is below 0x20, or if it is 0x7f.
const quint8* printableEnd(const quint8* at, const quint8* end)
{
    constexpr quint64 ones = 0x0101010101010101;
    constexpr quint64 high = 0x8080808080808080;
    while (end - at >= 8) {
        quint64 word = 0;
        memcpy(&word, at, 8);
        const quint64 low = word & ~high;
        const quint64 below = ~(low + ones * 0x60);  // high bit set where the byte is below 0x20
        const quint64 del = low + ones;              // high bit set where it is 0x7f
        if (((word | below | del) & high) != 0) {
            break;
        }
        at += 8;
    }
    while (at < end && isPrintable(*at)) {
        ++at;
    }
    return at;
}

bool continues(quint8 byte)
{
    return (byte & 0xc0) == 0x80;
}

/// Decodes a character of two or three bytes that are all there; gives its length, or 0 for what
/// needs a closer look: the edges of the ranges, four bytes, bad ones.
int whole(const quint8* at, const quint8* end, char32_t* code)
{
    const quint8 first = at[0];
    if (first >= 0xc2 && first <= 0xdf && end - at >= 2 && continues(at[1])) {
        *code = char32_t(first & 0x1f) << 6 | (at[1] & 0x3f);
        return 2;
    }
    if (first >= 0xe1 && first <= 0xef && first != 0xed && end - at >= 3 && continues(at[1]) &&
        continues(at[2])) {
        *code = char32_t(first & 0x0f) << 12 | char32_t(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        return 3;
    }
    return 0;
}

/// Reads one to three digits, without a branch for each, before a byte that is none; gives their
/// number, or 0 when they are none or more. Four bytes are there.
int shortNumber(const quint8* at, qint16* value)
{
    quint32 word = 0;
    memcpy(&word, at, 4);
    word = qFromLittleEndian(word) ^ 0x30303030;  // digits become 0..9
    const quint32 others = (((word & 0x7f7f7f7f) + 0x76767676) | word) & 0x80808080;
    if (others == 0 || (others & 0x80) != 0) {
        return 0;
    }
    const int length = std::countr_zero(others) / 8;
    word <<= 8 * (4 - length);  // the last digit is the highest byte, zeros come before the first
    *value = qint16((word >> 24) + 10 * (word >> 16 & 0xff) + 100 * (word >> 8 & 0xff));
    return length;
}

}  // namespace

void Parser::feed(QByteArrayView bytes, Actions* actions)
{
    const auto* at = reinterpret_cast<const quint8*>(bytes.data());
    const quint8* const end = at + bytes.size();
    while (at < end) {
        if (m_state == CsiEntry || m_state == CsiParameter) {
            at = control(at, end, actions);
        } else if (m_state != Ground) {
            step(*at++, actions);
        } else if (m_needed == 0 && isPrintable(*at)) {
            const quint8* const run = at;
            at = printableEnd(at + 1, end);
            actions->ascii(reinterpret_cast<const char*>(run), int(at - run));
        } else if (m_needed != 0 || *at >= 0x80) {
            at = text(at, end, actions);
        } else if (*at == esc && end - at >= 2 && at[1] == '[') {
            m_state = CsiEntry;
            m_sequence.begin();
            m_full = false;
            at += 2;
        } else {
            step(*at++, actions);
        }
    }
}

inline void Parser::parameter(quint8 byte)
{
    if (m_sequence.count == 0) {
        m_sequence.values[0] = -1;
        m_sequence.count = 1;
    }
    if (byte >= '0' && byte <= '9') {
        digits(&byte, &byte + 1);
    } else if (m_sequence.count == Sequence::limitParameters) {
        m_full = true;
    } else {
        if (byte == ':') {
            m_sequence.joined |= 1u << m_sequence.count;
        }
        m_sequence.values[std::size_t(m_sequence.count++)] = -1;
    }
}

/// The table's rows for CsiEntry and CsiParameter once more, for what most sequences are made of:
/// numbers and a final byte. Anything else goes by the table.
const quint8* Parser::control(const quint8* at, const quint8* end, Actions* actions)
{
    while (at < end) {
        if (quint8(*at - '0') < 10) {
            m_state = CsiParameter;
            at = digits(at, end);
        } else if (*at == ';' || *at == ':') {
            m_state = CsiParameter;
            parameter(*at++);
        } else if (*at >= 0x40 && *at <= 0x7e) {
            m_state = Ground;
            m_sequence.final = char(*at);
            actions->csi(m_sequence);
            return at + 1;
        } else {
            step(*at, actions);
            return at + 1;
        }
    }
    return at;
}

/// The digits of the parameter that is under way.
const quint8* Parser::digits(const quint8* at, const quint8* end)
{
    if (m_sequence.count == 0) {
        m_sequence.values[0] = -1;
        m_sequence.count = 1;
    }
    qint16& value = m_sequence.values[std::size_t(m_sequence.count - 1)];
    if (value < 0 && !m_full && end - at >= 4) {
        if (const int length = shortNumber(at, &value); length != 0) {
            return at + length;
        }
    }
    int grown = qMax<int>(0, value);
    for (; at < end && quint8(*at - '0') < 10; ++at) {
        grown = qMin(grown * 10 + (*at - '0'), Sequence::limitValue);
    }
    if (!m_full) {
        value = qint16(grown);
    }
    return at;
}

/// Decodes characters beyond ASCII, with short runs of ASCII between them. Bad bytes become one
/// U+FFFD for each longest valid beginning (Unicode, "Substitution of Maximal Subparts"); a control
/// ends a partial character and acts.
const quint8* Parser::text(const quint8* at, const quint8* end, Actions* actions)
{
    constexpr int shortRun = 16;
    std::array<char32_t, 256> decoded;
    std::size_t count = 0;
    while (at < end && count < decoded.size()) {
        if (m_needed == 0) {
            if (isPrintable(*at)) {
                const auto room = qMin<std::ptrdiff_t>(end - at, shortRun);
                const quint8* const after = printableEnd(at, at + room);
                if (after - at == shortRun || count + shortRun > decoded.size()) {
                    break;
                }
                while (at < after) {
                    decoded[count++] = *at++;
                }
                continue;
            }
            if (*at < 0x80) {
                break;
            }
            if (const int length = whole(at, end, &decoded[count]); length != 0) {
                at += length;
                ++count;
                continue;
            }
            begin(*at++);
            if (m_needed == 0) {
                decoded[count++] = replacement;
            }
        } else if (*at < m_lower || *at > m_upper) {
            m_needed = 0;  // the byte is looked at again
            decoded[count++] = replacement;
        } else {
            m_code = m_code << 6 | (*at++ & 0x3f);
            m_lower = 0x80;
            m_upper = 0xbf;
            if (--m_needed == 0) {
                decoded[count++] = m_code;
            }
        }
    }
    actions->characters(std::span(decoded).first(count));
    return at;
}

/// The first byte of a character; the second one's range keeps out overlong forms, surrogates and
/// what lies past U+10FFFF (Unicode, table 3-7).
void Parser::begin(quint8 byte)
{
    m_lower = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    m_upper = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    if (byte >= 0xc2 && byte <= 0xdf) {
        m_needed = 1;
        m_code = byte & 0x1f;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        m_needed = 2;
        m_code = byte & 0x0f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        m_needed = 3;
        m_code = byte & 0x07;
    }
}

void Parser::step(quint8 byte, Actions* actions)
{
    if (byte >= 0x80) {
        if (m_state == OscString) {
            keep(byte, limitString);
        } else if (m_state < DcsEntry) {
            m_state = Ground;  // no sequence holds such a byte: it is text
            const quint8 one[] = {byte};
            text(one, one + 1, actions);
        }
        return;
    }
    const Transition transition = table.at(m_state, byte);
    const bool entered = transition.next != m_state || byte == esc;
    if (entered) {
        leave(byte, actions);
    }
    const State before = m_state;
    m_state = transition.next;
    switch (transition.action) {
        case Nothing:
            break;
        case Execute:
            actions->control(char(byte));
            break;
        case Collect:
            collect(byte);
            break;
        case Parameter:
            parameter(byte);
            break;
        case EscapeDispatch:
            m_sequence.final = char(byte);
            actions->escape(m_sequence);
            break;
        case CsiDispatch:
            m_sequence.final = char(byte);
            actions->csi(m_sequence);
            break;
        case DcsPut:
            keep(byte, limitDeviceControl);
            break;
        case OscPut:
            keep(byte, limitString);
            break;
    }
    if (!entered) {
        return;
    }
    if (m_state == Escape || m_state == CsiEntry || m_state == DcsEntry) {
        m_sequence.begin();
        m_full = false;
    } else if ((m_state == OscString || m_state == DcsPass) && before != m_state) {
        m_string.clear();
        m_tooLong = false;
    }
}

/// A string ends: with BEL or ESC it is told, with CAN or SUB it never was.
void Parser::leave(quint8 byte, Actions* actions)
{
    if (m_tooLong || byte == 0x18 || byte == 0x1a) {
        return;
    }
    if (m_state == OscString) {
        actions->operatingSystem(QByteArrayView(m_string.data(), qsizetype(m_string.size())));
    } else if (m_state == DcsPass) {
        actions->deviceControl(m_sequence,
                               QByteArrayView(m_string.data(), qsizetype(m_string.size())));
    }
}

void Parser::collect(quint8 byte)
{
    if (byte >= 0x40) {
        m_sequence.final = char(byte);
    } else if (byte >= 0x3c) {
        m_sequence.prefix = char(byte);
    } else {
        m_sequence.intermediate = m_sequence.intermediate == 0 ? char(byte) : '\x7f';
    }
}

void Parser::keep(quint8 byte, std::size_t limit)
{
    if (m_string.size() < limit) {
        m_string.push_back(char(byte));
    } else {
        m_tooLong = true;
    }
}

}  // namespace analemma::terminal
