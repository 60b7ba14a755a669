#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// Numbers as few bytes: what chunks, rollups and the log are written with. Pure; any thread.
/// Readers take damaged bytes: they stay within them, and say so instead of guessing.
namespace analemma::monitor {

using Bytes = std::vector<std::uint8_t>;

/// Reads forward. After the first failure everything is 0, and ok() false.
class ByteReader {
public:
    ByteReader(const std::uint8_t* data, std::size_t size) : m_at(data), m_end(data + size) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] bool atEnd() const { return m_at == m_end; }
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(m_end - m_at); }
    std::uint8_t byte();
    /// Seven bits a byte, the lowest first.
    std::uint64_t number();
    /// The same, the sign in the lowest bit.
    std::int64_t signedNumber();
    /// `size` bytes; null, and a failure, when there are fewer.
    const std::uint8_t* take(std::size_t size);
    /// A number of at most `limit`; more is a failure.
    std::size_t count(std::size_t limit);
    void fail();

private:
    const std::uint8_t* m_at;
    const std::uint8_t* m_end;
    bool m_ok = true;
};

void putNumber(Bytes& out, std::uint64_t value);
void putSigned(Bytes& out, std::int64_t value);

/// The values themselves, their differences or the differences of those, whichever is smallest, in
/// as many bits each as the widest needs or as numbers of seven bits a byte.
void packIntegers(const std::int64_t* values, std::size_t count, Bytes& out);
/// False, and `values` of no meaning, when the bytes are damaged.
bool unpackIntegers(ByteReader& in, std::size_t count, std::int64_t* values);

/// Bit for bit, NaN too: as integers of a power of ten where all are such, else each as what
/// differs from the one before it (Pelkonen and others, "Gorilla", VLDB 2015, section 4.1.2).
void packValues(const double* values, std::size_t count, Bytes& out);
bool unpackValues(ByteReader& in, std::size_t count, double* values);
/// The same, without the division: `scale` -1 says that they are in `values`, else they are
/// `wholes` / powerOfTen(scale).
bool unpackWholes(ByteReader& in, std::size_t count, int& scale, std::int64_t* wholes,
                  double* values);
/// 10 to the 0th to 9th power.
double powerOfTen(int scale);

/// One value alone: `value` as an integer of a power of ten in few bytes, else nine bytes.
void putValue(Bytes& out, double value);
double takeValue(ByteReader& in);

/// The value before in a sequence that is written one by one.
struct ValueBefore {
    std::int64_t whole = 0;
    int scale = 0;
};
/// As the difference to the value before, where both are integers of one power of ten: one byte
/// for what hardly changes. Bit for bit.
void putValueAfter(Bytes& out, double value, ValueBefore& before);
double takeValueAfter(ByteReader& in, ValueBefore& before);

/// Finds flipped bytes, no ill will.
std::uint16_t checksum(const std::uint8_t* data, std::size_t size);

}  // namespace analemma::monitor
