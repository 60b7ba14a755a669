#include "core/base/src/redactor_forms.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>

namespace analemma::redaction {
namespace {

constexpr size_t shortestLine = 8;
constexpr size_t shortestForm = 4;

constexpr std::string_view lowerHex = "0123456789abcdef";
constexpr std::string_view upperHex = "0123456789ABCDEF";

unsigned byteOf(char c)
{
    return static_cast<unsigned char>(c);
}

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string hexOf(char c, std::string_view digits)
{
    return {digits[byteOf(c) >> 4], digits[byteOf(c) & 15]};
}

/// Each byte through a function, joined.
std::string mapped(std::string_view text, const std::function<std::string(char)>& form)
{
    std::string out;
    out.reserve(text.size() * 6);  // no growth: a grown string leaves an unwiped block behind
    for (const char c : text) {
        std::string piece = form(c);
        out += piece;
        ::explicit_bzero(piece.data(), piece.size());
    }
    return out;
}

std::string urlForm(std::string_view text, std::string_view digits, std::string_view space,
                    std::string_view kept)
{
    return mapped(text, [&](char c) {
        if (c == ' ') {
            return std::string(space);
        }
        const bool plain = isPlain(c) || kept.find(c) != std::string_view::npos;
        // append(): g++ 12 sees an overflow in "%" + … at -O3 where there is none.
        return plain ? std::string(1, c) : std::string("%").append(hexOf(c, digits));
    });
}

std::string jsonControl(char c, std::string_view digits)
{
    switch (c) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        case '\b':
            return "\\b";
        case '\f':
            return "\\f";
        default:
            return "\\u00" + hexOf(c, digits);
    }
}

std::string jsonForm(std::string_view text, std::string_view digits, bool slashes)
{
    return mapped(text, [&](char c) -> std::string {
        if (c == '"' || c == '\\' || (c == '/' && slashes)) {
            return std::string("\\") + c;
        }
        return byteOf(c) < 0x20 ? jsonControl(c, digits) : std::string(1, c);
    });
}

/// The code point at `at` of UTF-8 text, and how many bytes it takes; a bad byte stands for itself.
unsigned codePoint(std::string_view text, size_t at, size_t& length)
{
    const unsigned first = byteOf(text[at]);
    length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (length == 1 || at + length > text.size()) {
        length = 1;
        return first;
    }
    unsigned value = first & (0x7fU >> length);
    for (size_t i = 1; i < length; ++i) {
        value = value << 6 | (byteOf(text[at + i]) & 0x3f);
    }
    return value;
}

/// JSON with everything beyond ASCII as \uXXXX, as Python and others write it.
std::string asciiJsonForm(std::string_view text, std::string_view digits)
{
    const auto unit = [digits](unsigned value) {
        return "\\u" + hexOf(static_cast<char>(value >> 8), digits) +
               hexOf(static_cast<char>(value & 0xff), digits);
    };
    std::string out;
    out.reserve(text.size() * 6);
    for (size_t at = 0; at < text.size();) {
        size_t length = 1;
        const unsigned value = codePoint(text, at, length);
        if (value >= 0x10000) {
            out += unit(0xd800 + ((value - 0x10000) >> 10)) +
                   unit(0xdc00 + ((value - 0x10000) & 0x3ff));
        } else if (value >= 0x80) {
            out += unit(value);
        } else {
            out += jsonForm(text.substr(at, 1), digits, false);
        }
        at += length;
    }
    return out;
}

std::string xmlForm(std::string_view text, std::string_view apostrophe, bool quotes)
{
    return mapped(text, [&](char c) -> std::string {
        switch (c) {
            case '&':
                return "&amp;";
            case '<':
                return "&lt;";
            case '>':
                return "&gt;";
            case '"':
                return quotes ? "&quot;" : "\"";
            case '\'':
                return std::string(apostrophe);
            default:
                return {c};
        }
    });
}

/// Backslashes before what a shell would read, as in "printf %q" and in double quotes.
std::string backslashForm(std::string_view text, std::string_view special)
{
    return mapped(text, [special](char c) {
        const bool escape = special.find(c) != std::string_view::npos;
        return escape ? std::string("\\") + c : std::string(1, c);
    });
}

std::string singleQuoteForm(std::string_view text, std::string_view quote)
{
    return mapped(text,
                  [quote](char c) { return c == '\'' ? std::string(quote) : std::string(1, c); });
}

/// $'...' of bash and ksh, as "set -x" and "printf %q" print control characters.
std::string dollarQuoteForm(std::string_view text)
{
    return mapped(text, [](char c) -> std::string {
        if (c == '\'' || c == '\\') {
            return std::string("\\") + c;
        }
        if (c == '\n' || c == '\r' || c == '\t') {
            return jsonControl(c, lowerHex);
        }
        if (byteOf(c) >= 0x20 && byteOf(c) < 0x7f) {
            return {c};
        }
        const unsigned value = byteOf(c);
        return {'\\', static_cast<char>('0' + (value >> 6)),
                static_cast<char>('0' + (value >> 3 & 7)), static_cast<char>('0' + (value & 7))};
    });
}

/// The base64 digits that depend on the secret alone when `offset` foreign bytes stand before it in
/// its group of three; what shares bits with neighbours is left out.
std::string base64Form(std::string_view text, unsigned offset, std::string_view alphabet)
{
    std::string out;
    out.reserve(text.size() * 2);
    const size_t bits = (text.size() + offset) * 8;
    for (size_t bit = (offset * 8 + 5) / 6 * 6; bit + 6 <= bits; bit += 6) {
        unsigned value = 0;
        for (size_t i = bit; i < bit + 6; ++i) {
            const unsigned byte = byteOf(text[i / 8 - offset]);
            value = value * 2 + (byte >> (7 - i % 8) & 1);
        }
        out += alphabet[value];
    }
    return out;
}

void keep(std::vector<std::string>& words, std::string word, size_t shortest)
{
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    if (word.size() >= shortest && !known) {
        words.reserve(words.size() + 1);
        words.push_back(std::move(word));
    } else {
        ::explicit_bzero(word.data(), word.size());
    }
}

void appendFormsOf(std::string_view text, std::vector<std::string>& words,
                   std::vector<std::string>& wrapped)
{
    static constexpr std::string_view shellSpecial = " \t\n!\"#$&'()*,;<=>?@[\\]^`{|}~";
    static constexpr std::string_view standard =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static constexpr std::string_view urlSafe =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const std::string_view digits : {lowerHex, upperHex}) {
        keep(words, mapped(text, [digits](char c) { return hexOf(c, digits); }), shortestForm);
        keep(words, jsonForm(text, digits, false), shortestForm);
        keep(words, jsonForm(text, digits, true), shortestForm);
        keep(words, asciiJsonForm(text, digits), shortestForm);
        for (const std::string_view space : {"%20", "+"}) {
            keep(words, urlForm(text, digits, space, "-_.~"), shortestForm);   // RFC 3986, 2.3
            keep(words, urlForm(text, digits, space, "-_.~/"), shortestForm);  // Python's quote()
            keep(words, urlForm(text, digits, space, "-_.!~*'()"), shortestForm);  // JavaScript
        }
    }
    for (const std::string_view apostrophe : {"'", "&#39;", "&apos;", "&#x27;"}) {
        keep(words, xmlForm(text, apostrophe, true), shortestForm);
        keep(words, xmlForm(text, apostrophe, false), shortestForm);
    }
    for (const std::string_view special :
         {shellSpecial, std::string_view("$`\"\\!"), std::string_view("$`\"\\")}) {
        keep(words, backslashForm(text, special), shortestForm);
    }
    keep(words, singleQuoteForm(text, "'\\''"), shortestForm);
    keep(words, singleQuoteForm(text, "'\"'\"'"), shortestForm);
    keep(words, dollarQuoteForm(text), shortestForm);
    for (unsigned offset = 0; offset < 3; ++offset) {
        keep(wrapped, base64Form(text, offset, standard), shortestForm);
        keep(wrapped, base64Form(text, offset, urlSafe), shortestForm);
    }
}

std::string_view trimmed(std::string_view text)
{
    static constexpr std::string_view space = " \t\r\n";
    const size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace

void appendForms(QByteArrayView secret, std::vector<std::string>& words,
                 std::vector<std::string>& wrapped)
{
    const std::string_view whole(secret.data(), static_cast<size_t>(secret.size()));
    const std::string_view core = trimmed(whole);  // a value read from a file ends with a line feed
    if (core.empty()) {
        return;
    }
    keep(words, std::string(core), 1);
    appendFormsOf(core, words, wrapped);
    if (core.find('\n') == std::string_view::npos) {
        return;
    }
    for (size_t at = 0; at < core.size();) {
        const size_t end = std::min(core.find('\n', at), core.size());
        const std::string_view line = trimmed(core.substr(at, end - at));
        if (line.size() >= shortestLine) {
            keep(words, std::string(line), shortestLine);
            appendFormsOf(line, words, wrapped);
        }
        at = end + 1;
    }
}

}  // namespace analemma::redaction
