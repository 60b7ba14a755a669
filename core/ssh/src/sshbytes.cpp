#include "core/ssh/src/sshbytes.h"

#include <QtEndian>

namespace analemma::ssh {

QByteArrayView WireReader::bytes(qsizetype count)
{
    if (!m_ok || count < 0 || count > m_rest.size()) {
        m_ok = false;
        m_rest = {};
        return {};
    }
    const QByteArrayView taken = m_rest.first(count);
    m_rest = m_rest.sliced(count);
    return taken;
}

quint8 WireReader::byte()
{
    const QByteArrayView taken = bytes(1);
    return m_ok ? quint8(taken.front()) : quint8(0);
}

quint32 WireReader::u32()
{
    const QByteArrayView taken = bytes(4);
    return m_ok ? qFromBigEndian<quint32>(taken.data()) : 0;
}

quint64 WireReader::u64()
{
    const QByteArrayView taken = bytes(8);
    return m_ok ? qFromBigEndian<quint64>(taken.data()) : 0;
}

QByteArrayView WireReader::string()
{
    const quint32 size = u32();
    return bytes(qsizetype(size));
}

QByteArrayView WireReader::mpint()
{
    QByteArrayView number = string();
    while (!number.isEmpty() && number.front() == '\0') {
        number = number.sliced(1);
    }
    return number;
}

void WireWriter::u32(quint32 value)
{
    char bytes[4];
    qToBigEndian(value, bytes);
    m_bytes.append(bytes, 4);
}

void WireWriter::u64(quint64 value)
{
    char bytes[8];
    qToBigEndian(value, bytes);
    m_bytes.append(bytes, 8);
}

void WireWriter::string(QByteArrayView value)
{
    u32(quint32(value.size()));
    raw(value);
}

void WireWriter::mpint(QByteArrayView magnitude)
{
    while (!magnitude.isEmpty() && magnitude.front() == '\0') {
        magnitude = magnitude.sliced(1);
    }
    const bool high = !magnitude.isEmpty() && (quint8(magnitude.front()) & 0x80U) != 0;
    u32(quint32(magnitude.size() + (high ? 1 : 0)));
    if (high) {
        byte(0);
    }
    raw(magnitude);
}

}  // namespace analemma::ssh
