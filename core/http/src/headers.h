#pragma once

#include "core/http/http.h"

namespace analemma::http {

/// What an answer's head may be: beyond it the other side breaks the protocol.
inline constexpr qsizetype mostHeaders = 100;
inline constexpr qsizetype mostHeadLines = 1000;
inline constexpr qsizetype mostHeadBytes = 256 * 1024;

/// A token of RFC 9110, section 5.6.2: a method, a header's name.
bool isToken(QByteArrayView text);
/// What may stand after a header's name: no line break, no zero byte.
bool isHeaderValue(QByteArrayView text);

/// The heads of one answer, line by line as they come: of several (100, then 200) the last counts.
class Head {
public:
    /// False when there is too much of it.
    bool add(QByteArrayView line);
    [[nodiscard]] const QList<Header>& headers() const { return m_headers; }
    /// Its empty line has come.
    [[nodiscard]] bool isWhole() const { return m_whole; }
    void clear() { *this = Head(); }

private:
    QList<Header> m_headers;
    qsizetype m_lines = 0;
    qsizetype m_bytes = 0;
    bool m_whole = false;
};

}  // namespace analemma::http
