#include "core/ssh/src/bcryptpbkdf.h"

#include "core/ssh/src/openssl.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace analemma::ssh {
namespace {

using Digest = std::array<unsigned char, SHA512_DIGEST_LENGTH>;
using HashBlock = std::array<unsigned char, 32>;

constexpr std::size_t kSubkeys = 18;
constexpr std::size_t kBoxes = 4 * 256;

/// Blowfish's state: subkeys, then the four S-boxes.
struct Blowfish {
    std::array<quint32, kSubkeys> p;
    std::array<quint32, kBoxes> s;

    [[nodiscard]] quint32 mix(quint32 x) const
    {
        return ((s[x >> 24] + s[256 + ((x >> 16) & 0xff)]) ^ s[512 + ((x >> 8) & 0xff)]) +
               s[768 + (x & 0xff)];
    }
    void encrypt(quint32& left, quint32& right) const
    {
        quint32 a = left ^ p[0];
        quint32 b = right;
        for (std::size_t i = 1; i <= 16; i += 2) {
            b ^= mix(a) ^ p[i];
            a ^= mix(b) ^ p[i + 1];
        }
        left = b ^ p[17];
        right = a;
    }
};

/// The next four bytes, round and round.
class Stream {
public:
    explicit Stream(const Digest& bytes) : m_bytes(bytes) {}
    quint32 next()
    {
        quint32 word = 0;
        for (int i = 0; i < 4; ++i) {
            word = word << 8 | m_bytes[m_at];
            m_at = (m_at + 1) % m_bytes.size();
        }
        return word;
    }

private:
    const Digest& m_bytes;
    std::size_t m_at = 0;
};

using Number = Owned<BIGNUM>;

/// arctan(1 / x) * 2^bits, by its series.
Number arctan(BN_ULONG x, int bits)
{
    Number sum(BN_new());
    Number power(BN_new());
    BN_one(power.get());
    BN_lshift(power.get(), power.get(), bits);
    BN_div_word(power.get(), x);
    for (BN_ULONG n = 1; !BN_is_zero(power.get()); n += 2) {
        const Number term(BN_dup(power.get()));
        BN_div_word(term.get(), n);
        n % 4 == 1 ? BN_add(sum.get(), sum.get(), term.get())
                   : BN_sub(sum.get(), sum.get(), term.get());
        BN_div_word(power.get(), x * x);
    }
    return sum;
}

/// Blowfish starts from the binary digits of pi behind the point. Machin's formula gives them in
/// some milliseconds, which is shorter and easier to trust than a thousand constants.
Blowfish digitsOfPi()
{
    constexpr int words = int(kSubkeys + kBoxes);
    constexpr int spare = 64;
    constexpr int bits = 32 * words + spare;
    const Number first = arctan(5, bits);
    const Number second = arctan(239, bits);
    BN_mul_word(first.get(), 16);
    BN_mul_word(second.get(), 4);
    BN_sub(first.get(), first.get(), second.get());
    BN_mask_bits(first.get(), bits);  // without the 3
    BN_rshift(first.get(), first.get(), spare);
    std::array<unsigned char, 4 * std::size_t(words)> bytes{};
    BN_bn2binpad(first.get(), bytes.data(), int(bytes.size()));
    Blowfish state{};
    for (std::size_t i = 0; i < std::size_t(words); ++i) {
        quint32& word = i < kSubkeys ? state.p[i] : state.s[i - kSubkeys];
        for (std::size_t j = 0; j < 4; ++j) {
            word = word << 8 | bytes[4 * i + j];
        }
    }
    return state;
}

void expand(Blowfish& state, const Digest& key, const Digest* salt)
{
    Stream keys(key);
    for (quint32& subkey : state.p) {
        subkey ^= keys.next();
    }
    Stream salts(salt == nullptr ? key : *salt);
    quint32 left = 0;
    quint32 right = 0;
    const auto step = [&](quint32& one, quint32& two) {
        if (salt != nullptr) {
            left ^= salts.next();
            right ^= salts.next();
        }
        state.encrypt(left, right);
        one = left;
        two = right;
    };
    for (std::size_t i = 0; i < kSubkeys; i += 2) {
        step(state.p[i], state.p[i + 1]);
    }
    for (std::size_t i = 0; i < kBoxes; i += 2) {
        step(state.s[i], state.s[i + 1]);
    }
}

HashBlock bcryptHash(const Digest& passphrase, const Digest& salt)
{
    static const Blowfish start = digitsOfPi();
    Blowfish state = start;
    expand(state, passphrase, &salt);
    for (int i = 0; i < 64; ++i) {
        expand(state, salt, nullptr);
        expand(state, passphrase, nullptr);
    }
    constexpr char text[] = "OxychromaticBlowfishSwatDynamite";
    std::array<quint32, 8> words{};
    for (std::size_t i = 0; i < 32; ++i) {
        words[i / 4] = words[i / 4] << 8 | quint8(text[i]);
    }
    for (int i = 0; i < 64; ++i) {
        for (std::size_t j = 0; j < 8; j += 2) {
            state.encrypt(words[j], words[j + 1]);
        }
    }
    HashBlock block{};
    for (std::size_t i = 0; i < 32; ++i) {
        block[i] = static_cast<unsigned char>(words[i / 4] >> (8 * (i % 4)));
    }
    OPENSSL_cleanse(&state, sizeof state);
    return block;
}

Digest sha512(const void* bytes, std::size_t count)
{
    Digest digest{};
    SHA512(static_cast<const unsigned char*>(bytes), count, digest.data());
    return digest;
}

}  // namespace

QByteArray bcryptPbkdf(QByteArrayView passphrase, QByteArrayView salt, int rounds, int size)
{
    const Digest secret = sha512(passphrase.data(), std::size_t(passphrase.size()));
    const int stride = (size + 31) / 32;
    const int most = (size + stride - 1) / stride;
    QByteArray key(size, '\0');
    for (int block = 1, left = size; left > 0; ++block) {
        QByteArray salted = salt.toByteArray();
        for (int shift = 24; shift >= 0; shift -= 8) {
            salted += char(block >> shift);
        }
        HashBlock made = bcryptHash(secret, sha512(salted.constData(), std::size_t(salted.size())));
        HashBlock sum = made;
        for (int round = 1; round < rounds; ++round) {
            made = bcryptHash(secret, sha512(made.data(), made.size()));
            std::transform(
                sum.begin(), sum.end(), made.begin(), sum.begin(),
                [](unsigned char a, unsigned char b) { return static_cast<unsigned char>(a ^ b); });
        }
        const int count = std::min(most, left);
        for (int i = 0; i < count; ++i) {
            const int at = i * stride + block - 1;
            if (at < size) {
                key[at] = char(sum[std::size_t(i)]);
            }
        }
        left -= count;
    }
    return key;
}

}  // namespace analemma::ssh
