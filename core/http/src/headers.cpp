#include "core/http/src/headers.h"

#include <algorithm>

namespace analemma::http {

bool isToken(QByteArrayView text)
{
    static constexpr QByteArrayView marks("!#$%&'*+-.^_`|~");
    return !text.isEmpty() && text.size() <= 200 &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z') || marks.contains(letter);
           });
}

bool isHeaderValue(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char letter) {
        return letter == '\r' || letter == '\n' || letter == '\0';
    });
}

bool Head::add(QByteArrayView line)
{
    m_bytes += line.size();
    ++m_lines;
    if (m_bytes > mostHeadBytes || m_lines > mostHeadLines) {
        return false;
    }
    if (line.startsWith("HTTP/")) {
        m_headers.clear();
        m_whole = false;
        return true;
    }
    m_whole = m_whole || line.trimmed().isEmpty();
    const qsizetype colon = line.indexOf(':');
    if (colon > 0 && m_headers.size() < mostHeaders) {
        m_headers.append({line.first(colon).trimmed().toByteArray().toLower(),
                          line.sliced(colon + 1).trimmed().toByteArray()});
    }
    return true;
}

QByteArray Response::header(QByteArrayView nameInLowerCase) const
{
    for (const Header& header : headers) {
        if (header.first == nameInLowerCase) {
            return header.second;
        }
    }
    return {};
}

}  // namespace analemma::http
