#include "core/monitor/src/chunkbytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace analemma::monitor {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

constexpr int kOrders = 3;  // values, differences, differences of differences
constexpr std::uint8_t kAsNumbers = 4;
constexpr std::uint8_t kXor = 15;
constexpr int kScales = 10;
constexpr std::array<double, kScales> kTens{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kWhole = 4503599627370496.0;    // 2^52: below it every integer is a double
constexpr double kLoneWhole = 70368744177664.0;  // 2^46
constexpr std::uint64_t kLoneRaw = 15;

std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

std::size_t numberSize(std::uint64_t value)
{
    return static_cast<std::size_t>(std::bit_width(value | 1) + 6) / 7;
}

std::int64_t minus(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t plus(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

class BitWriter {
public:
    explicit BitWriter(Bytes& out) : m_out(out) {}

    /// The lowest `width` bits, 0 to 64.
    void put(std::uint64_t value, int width)
    {
        while (width > 0) {
            const int room = std::min(64 - m_filled, width);
            const std::uint64_t mask =
                room == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << room) - 1;
            m_word |= (value & mask) << m_filled;
            m_filled += room;
            value = room == 64 ? 0 : value >> room;
            width -= room;
            if (m_filled == 64) {
                flush();
            }
        }
    }
    void flush()
    {
        for (int bit = 0; bit < m_filled; bit += 8) {
            m_out.push_back(static_cast<std::uint8_t>(m_word >> bit));
        }
        m_word = 0;
        m_filled = 0;
    }

private:
    Bytes& m_out;
    std::uint64_t m_word = 0;
    int m_filled = 0;
};

/// Bits of a block of bytes; past the end they are 0 and ok() is false.
class BitReader {
public:
    BitReader(const std::uint8_t* data, std::size_t size) : m_data(data), m_bits(size * 8) {}

    std::uint64_t take(int width)
    {
        std::uint64_t value = 0;
        int have = 0;
        while (have < width) {
            if (m_at >= m_bits) {
                m_ok = false;
                return 0;
            }
            const int offset = static_cast<int>(m_at % 8);
            const int some = std::min(8 - offset, width - have);
            const std::uint64_t piece = (m_data[m_at / 8] >> offset) & ((1U << some) - 1);
            value |= piece << have;
            have += some;
            m_at += static_cast<std::size_t>(some);
        }
        return value;
    }
    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] std::size_t bytesRead() const { return (m_at + 7) / 8; }

private:
    const std::uint8_t* m_data;
    std::size_t m_bits;
    std::size_t m_at = 0;
    bool m_ok = true;
};

/// What one order of differences would take.
struct OrderCost {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    std::size_t asNumbers = 0;

    void add(std::int64_t value)
    {
        least = std::min(least, value);
        most = std::max(most, value);
        asNumbers += numberSize(zigzag(value));
    }
    [[nodiscard]] int width() const
    {
        return std::bit_width(static_cast<std::uint64_t>(minus(most, least)));
    }
};

/// Unpacks `count` fields of `width` bits, each added to `base`.
void unpackBits(const std::uint8_t* data, std::size_t size, int width, std::int64_t base,
                std::size_t count, std::int64_t* out)
{
    std::size_t i = 0;
    if (width <= 56) {
        const std::uint64_t mask = (std::uint64_t(1) << width) - 1;
        std::size_t bit = 0;
        for (; i < count && bit / 8 + 8 <= size; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, data + bit / 8, 8);
            out[i] = plus(base, static_cast<std::int64_t>((word >> (bit % 8)) & mask));
            bit += static_cast<std::size_t>(width);
        }
    }
    if (i == count) {
        return;
    }
    const std::size_t bitsBefore = i * static_cast<std::size_t>(width);
    BitReader rest(data + bitsBefore / 8, size - bitsBefore / 8);
    rest.take(static_cast<int>(bitsBefore % 8));
    for (; i < count; ++i) {
        out[i] = plus(base, static_cast<std::int64_t>(rest.take(width)));
    }
}

bool isScaled(double value, int scale, std::int64_t& whole, double limit)
{
    const double scaled = value * kTens[static_cast<std::size_t>(scale)];
    if (!(std::fabs(scaled) < limit)) {
        return false;
    }
    whole = static_cast<std::int64_t>(std::nearbyint(scaled));
    const double back = static_cast<double>(whole) / kTens[static_cast<std::size_t>(scale)];
    return std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(value);
}

/// The values as integers of the least power of ten that fits all; -1 when none does.
int scaleAll(const double* values, std::size_t count, std::vector<std::int64_t>& wholes)
{
    int scale = 0;
    wholes.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        while (!isScaled(values[i], scale, wholes[i], kWhole)) {
            if (++scale == kScales) {
                return -1;
            }
            i = 0;  // what fitted a smaller power fits this one, but has another integer
        }
    }
    return scale;
}

void packXor(const double* values, std::size_t count, Bytes& out)
{
    BitWriter bits(out);
    std::uint64_t before = std::bit_cast<std::uint64_t>(values[0]);
    bits.put(before, 64);
    int leading = -1;
    int width = 0;
    for (std::size_t i = 1; i < count; ++i) {
        const auto now = std::bit_cast<std::uint64_t>(values[i]);
        const std::uint64_t changed = now ^ before;
        before = now;
        if (changed == 0) {
            bits.put(0, 1);
            continue;
        }
        const int left = std::min(std::countl_zero(changed), 31);
        const int right = std::countr_zero(changed);
        if (leading >= 0 && left >= leading && right >= 64 - leading - width) {
            bits.put(1, 2);
        } else {
            leading = left;
            width = 64 - left - right;
            bits.put(3, 2);
            bits.put(static_cast<std::uint64_t>(leading), 5);
            bits.put(static_cast<std::uint64_t>(width - 1), 6);
        }
        bits.put(changed >> (64 - leading - width), width);
    }
    bits.flush();
}

bool unpackXor(ByteReader& in, std::size_t count, double* values)
{
    ByteReader look = in;
    const std::size_t size = look.left();
    BitReader bits(look.take(size), size);
    std::uint64_t now = bits.take(64);
    values[0] = std::bit_cast<double>(now);
    int leading = -1;
    int width = 0;
    for (std::size_t i = 1; i < count; ++i) {
        if (bits.take(1) != 0) {
            if (bits.take(1) != 0) {
                leading = static_cast<int>(bits.take(5));
                width = static_cast<int>(bits.take(6)) + 1;
            }
            if (leading < 0 || leading + width > 64) {
                in.fail();
                return false;
            }
            now ^= bits.take(width) << (64 - leading - width);
        }
        values[i] = std::bit_cast<double>(now);
    }
    if (!bits.ok()) {
        in.fail();
        return false;
    }
    return in.take(bits.bytesRead()) != nullptr;
}

}  // namespace

// ---- bytes --------------------------------------------------------------------------------------

void ByteReader::fail()
{
    m_ok = false;
    m_at = m_end;
}

std::uint8_t ByteReader::byte()
{
    const std::uint8_t* at = take(1);
    return at != nullptr ? *at : std::uint8_t(0);
}

const std::uint8_t* ByteReader::take(std::size_t size)
{
    if (size > left()) {
        fail();
        return nullptr;
    }
    const std::uint8_t* at = m_at;
    m_at += size;
    return at;
}

std::uint64_t ByteReader::number()
{
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t next = byte();
        value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
        if (next < 0x80) {
            return m_ok ? value : 0;
        }
    }
    fail();
    return 0;
}

std::int64_t ByteReader::signedNumber()
{
    return unzigzag(number());
}

std::size_t ByteReader::count(std::size_t limit)
{
    const std::uint64_t value = number();
    if (value > limit) {
        fail();
        return 0;
    }
    return static_cast<std::size_t>(value);
}

void putNumber(Bytes& out, std::uint64_t value)
{
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

void putSigned(Bytes& out, std::int64_t value)
{
    putNumber(out, zigzag(value));
}

// ---- integers -----------------------------------------------------------------------------------

void packIntegers(const std::int64_t* values, std::size_t count, Bytes& out)
{
    std::array<OrderCost, kOrders> cost;
    std::int64_t before = 0;
    std::int64_t change = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t difference = minus(values[i], before);
        cost[0].add(values[i]);
        if (i > 0) {
            cost[1].add(difference);
        }
        if (i > 1) {
            cost[2].add(minus(difference, change));
        }
        before = values[i];
        change = difference;
    }
    std::size_t best = std::numeric_limits<std::size_t>::max();
    std::size_t order = 0;
    bool asNumbers = false;
    std::size_t lead = 0;  // bytes of the values that stand before the differences
    for (std::size_t o = 0; o < kOrders && (o == 0 || o < count); ++o) {
        const std::size_t fields = count - o;
        const std::size_t packed = lead + 1 + numberSize(zigzag(cost[o].least)) +
                                   (fields * static_cast<std::size_t>(cost[o].width()) + 7) / 8;
        if (count > 0 && packed < best) {
            best = packed;
            order = o;
            asNumbers = false;
        }
        if (lead + cost[o].asNumbers < best) {
            best = lead + cost[o].asNumbers;
            order = o;
            asNumbers = true;
        }
        if (o < count) {
            lead += numberSize(zigzag(values[o]));
        }
    }
    out.push_back(static_cast<std::uint8_t>(order | (asNumbers ? kAsNumbers : 0U)));
    for (std::size_t i = 0; i < order; ++i) {
        putSigned(out, values[i]);
    }
    const auto field = [&](std::size_t i) {
        if (order == 0) {
            return values[i];
        }
        const std::int64_t difference = minus(values[i], values[i - 1]);
        return order == 1 ? difference : minus(difference, minus(values[i - 1], values[i - 2]));
    };
    if (asNumbers) {
        for (std::size_t i = order; i < count; ++i) {
            putSigned(out, field(i));
        }
        return;
    }
    const int width = cost[order].width();
    const std::int64_t base = cost[order].least;
    out.push_back(static_cast<std::uint8_t>(width));
    putSigned(out, base);
    BitWriter bits(out);
    for (std::size_t i = order; i < count && width > 0; ++i) {
        bits.put(static_cast<std::uint64_t>(minus(field(i), base)), width);
    }
    bits.flush();
}

bool unpackIntegers(ByteReader& in, std::size_t count, std::int64_t* values)
{
    const std::uint8_t head = in.byte();
    const std::size_t order = head & 3U;
    if (!in.ok() || head > (kAsNumbers | 2U) || order >= kOrders || (order > 0 && order >= count)) {
        in.fail();
        return false;
    }
    for (std::size_t i = 0; i < order; ++i) {
        values[i] = in.signedNumber();
    }
    const std::size_t fields = count - order;
    std::int64_t* out = values + order;
    if ((head & kAsNumbers) != 0) {
        for (std::size_t i = 0; i < fields; ++i) {
            out[i] = in.signedNumber();
        }
    } else {
        const int width = in.byte();
        const std::int64_t base = in.signedNumber();
        if (width > 64) {
            in.fail();
            return false;
        }
        if (width == 0) {
            std::fill_n(out, fields, base);
        } else {
            const std::size_t size = (fields * static_cast<std::size_t>(width) + 7) / 8;
            const std::uint8_t* data = in.take(size);
            if (data == nullptr) {
                return false;
            }
            unpackBits(data, size, width, base, fields, out);
        }
    }
    if (order == 1) {
        std::int64_t sum = values[0];
        for (std::size_t i = 0; i < fields; ++i) {
            sum = plus(sum, out[i]);
            out[i] = sum;
        }
    } else if (order == 2) {
        std::int64_t change = minus(values[1], values[0]);
        std::int64_t sum = values[1];
        for (std::size_t i = 0; i < fields; ++i) {
            change = plus(change, out[i]);
            sum = plus(sum, change);
            out[i] = sum;
        }
    }
    return in.ok();
}

// ---- values -------------------------------------------------------------------------------------

void packValues(const double* values, std::size_t count, Bytes& out)
{
    thread_local std::vector<std::int64_t> wholes;
    if (count == 0) {
        return;
    }
    const std::size_t start = out.size();
    const int scale = scaleAll(values, count, wholes);
    if (scale >= 0) {
        out.push_back(static_cast<std::uint8_t>(scale));
        packIntegers(wholes.data(), count, out);
        if (out.size() - start <= count * 4) {
            return;
        }
    }
    Bytes other{kXor};
    packXor(values, count, other);
    if (scale < 0 || other.size() < out.size() - start) {
        out.resize(start);
        out.insert(out.end(), other.begin(), other.end());
    }
}

double powerOfTen(int scale)
{
    return kTens[static_cast<std::size_t>(scale)];
}

bool unpackWholes(ByteReader& in, std::size_t count, int& scale, std::int64_t* wholes,
                  double* values)
{
    scale = -1;
    if (count == 0) {
        return in.ok();
    }
    const std::uint8_t kind = in.byte();
    if (kind == kXor) {
        return unpackXor(in, count, values);
    }
    if (!in.ok() || kind >= kScales) {
        in.fail();
        return false;
    }
    scale = kind;
    return unpackIntegers(in, count, wholes);
}

bool unpackValues(ByteReader& in, std::size_t count, double* values)
{
    thread_local std::vector<std::int64_t> wholes;
    wholes.resize(count);
    int scale = -1;
    if (!unpackWholes(in, count, scale, wholes.data(), values)) {
        return false;
    }
    if (scale >= 0) {
        const double ten = powerOfTen(scale);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = static_cast<double>(wholes[i]) / ten;
        }
    }
    return true;
}

void putValue(Bytes& out, double value)
{
    std::int64_t whole = 0;
    for (int scale = 0; scale < kScales; ++scale) {
        if (isScaled(value, scale, whole, kLoneWhole)) {
            putNumber(out, (zigzag(whole) << 4) | static_cast<std::uint64_t>(scale));
            return;
        }
    }
    putNumber(out, kLoneRaw);
    const auto bits = std::bit_cast<std::array<std::uint8_t, 8>>(value);
    out.insert(out.end(), bits.begin(), bits.end());
}

double takeValue(ByteReader& in)
{
    const std::uint64_t head = in.number();
    if (head == kLoneRaw) {
        const std::uint8_t* raw = in.take(8);
        double value = 0;
        if (raw != nullptr) {
            std::memcpy(&value, raw, 8);
        }
        return value;
    }
    if ((head & 15) >= kScales) {
        in.fail();
        return 0;
    }
    return static_cast<double>(unzigzag(head >> 4)) / kTens[head & 15];
}

void putValueAfter(Bytes& out, double value, ValueBefore& before)
{
    std::int64_t whole = 0;
    for (int i = 0; i <= kScales; ++i) {
        const int scale = i == 0 ? before.scale : i - 1;  // the same as before, most of the time
        if (isScaled(value, scale, whole, kLoneWhole)) {
            const std::int64_t from = scale == before.scale ? before.whole : 0;
            putNumber(out, (zigzag(whole - from) << 4) | static_cast<std::uint64_t>(scale));
            before = {whole, scale};
            return;
        }
    }
    putNumber(out, kLoneRaw);
    const auto bits = std::bit_cast<std::array<std::uint8_t, 8>>(value);
    out.insert(out.end(), bits.begin(), bits.end());
}

double takeValueAfter(ByteReader& in, ValueBefore& before)
{
    const std::uint64_t head = in.number();
    if (head == kLoneRaw) {
        const std::uint8_t* raw = in.take(8);
        double value = 0;
        if (raw != nullptr) {
            std::memcpy(&value, raw, 8);
        }
        return value;
    }
    const int scale = static_cast<int>(head & 15);
    if (scale >= kScales) {
        in.fail();
        return 0;
    }
    const std::int64_t from = scale == before.scale ? before.whole : 0;
    before = {plus(unzigzag(head >> 4), from), scale};
    return static_cast<double>(before.whole) / kTens[static_cast<std::size_t>(scale)];
}

std::uint16_t checksum(const std::uint8_t* data, std::size_t size)
{
    std::uint64_t sum = 0x9e3779b97f4a7c15 ^ size;
    const auto mix = [&](std::uint64_t word) {
        sum = (sum ^ word) * 0xff51afd7ed558ccd;
        sum ^= sum >> 32;
    };
    for (; size >= 8; data += 8, size -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        mix(word);
    }
    std::uint64_t rest = 0;
    if (size > 0) {
        std::memcpy(&rest, data, size);
    }
    mix(rest);
    return static_cast<std::uint16_t>(sum ^ (sum >> 16));
}

}  // namespace analemma::monitor
