#pragma once

#include <QByteArray>
#include <QByteArrayView>

/// The data types of RFC 4251, section 5, as bytes: for keys, KEXINIT and SFTP packets.
namespace analemma::ssh {

/// Reads foreign bytes with bounds: after the first read past the end everything is empty and ok()
/// is false. It views the bytes, it does not copy them.
class WireReader {
public:
    explicit WireReader(QByteArrayView bytes) : m_rest(bytes) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }
    quint8 byte();
    quint32 u32();
    quint64 u64();
    QByteArrayView bytes(qsizetype count);
    QByteArrayView string();
    /// The magnitude of a positive mpint, without leading zeros.
    QByteArrayView mpint();

private:
    QByteArrayView m_rest;
    bool m_ok = true;
};

/// Appends to a byte array.
class WireWriter {
public:
    void byte(quint8 value) { m_bytes.append(char(value)); }
    void u32(quint32 value);
    void u64(quint64 value);
    void string(QByteArrayView value);
    /// A positive big-endian number.
    void mpint(QByteArrayView magnitude);
    void raw(QByteArrayView value) { m_bytes.append(value.data(), value.size()); }
    void reserve(qsizetype size) { m_bytes.reserve(size); }
    [[nodiscard]] QByteArray take() { return std::move(m_bytes); }

private:
    QByteArray m_bytes;
};

}  // namespace analemma::ssh
