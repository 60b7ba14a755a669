#include "core/ssh/src/markreader.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace analemma::ssh {
namespace {
constexpr qsizetype longestLine = 5;  ///< " 255" and the line's end
}

QByteArray MarkReader::freshMark()
{
    std::array<quint32, 4> bits{};
    QRandomGenerator::system()->fillRange(bits.data(), qsizetype{4});
    return QByteArray(reinterpret_cast<const char*>(bits.data()), sizeof bits).toHex();
}

void MarkReader::expect(QByteArray mark)
{
    m_mark = std::move(mark);
    m_held.clear();
    m_state = State::Output;
    m_exitCode = -1;
    m_hasMore = false;
}

QByteArray MarkReader::feed(QByteArrayView piece)
{
    m_held.append(piece);
    QByteArray output;
    if (m_state == State::Output) {
        output = takeOutput();
    }
    if (m_state == State::Line) {
        readLine();
    }
    if (m_state == State::Found || m_state == State::Broken) {
        m_hasMore = m_hasMore || !m_held.isEmpty();
        m_held.clear();
    }
    return output;
}

QByteArray MarkReader::takeOutput()
{
    const qsizetype at = m_held.indexOf(m_mark);
    m_state = at < 0 ? State::Output : State::Line;
    const qsizetype count =
        at < 0 ? std::max<qsizetype>(0, m_held.size() - (m_mark.size() - 1)) : at;
    const QByteArray output = m_held.left(count);
    m_held.remove(0, at < 0 ? count : at + m_mark.size());
    return output;
}

void MarkReader::readLine()
{
    const qsizetype end = m_held.left(longestLine).indexOf('\n');
    if (end < 0 && m_held.size() < longestLine) {
        return;
    }
    bool isNumber = false;
    const int code = m_held.mid(1, std::max<qsizetype>(0, end - 1)).toInt(&isNumber);
    const bool fits = isNumber && m_held.startsWith(' ') && code >= 0 && code <= 255;
    m_state = fits ? State::Found : State::Broken;
    m_exitCode = fits ? code : -1;
    m_held.remove(0, end + 1);
}

}  // namespace analemma::ssh
