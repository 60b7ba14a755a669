#include "core/ssh/src/opensshkey.h"

#include "core/ssh/src/bcryptpbkdf.h"
#include "core/ssh/src/openssl.h"
#include "core/ssh/src/sshbytes.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace analemma::ssh {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;

const unsigned char* asBytes(QByteArrayView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

Owned<BIGNUM> number(QByteArrayView magnitude)
{
    return Owned<BIGNUM>(BN_bin2bn(asBytes(magnitude), int(magnitude.size()), nullptr));
}

/// d mod (prime - 1), the exponent of the Chinese remainder form.
Owned<BIGNUM> reduced(const BIGNUM* exponent, const BIGNUM* prime)
{
    Owned<BIGNUM> result(BN_new());
    const Owned<BIGNUM> below(BN_dup(prime));
    const Owned<BN_CTX> context(BN_CTX_new());
    if (!BN_sub_word(below.get(), 1) || BN_is_zero(below.get()) ||
        !BN_mod(result.get(), exponent, below.get(), context.get())) {
        return nullptr;
    }
    return result;
}

Key build(const char* algorithm, OSSL_PARAM_BLD* builder)
{
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
        return nullptr;
    }
    return {key, EVP_PKEY_free};
}

Key readEd25519(WireReader& reader)
{
    reader.string();  // the public half stands in the private one too
    const QByteArrayView secret = reader.string();
    if (!reader.ok() || secret.size() != 64) {
        return nullptr;
    }
    return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, asBytes(secret), 32),
            EVP_PKEY_free};
}

Key readEcdsa(WireReader& reader)
{
    const QByteArrayView curve = reader.string();
    const QByteArrayView point = reader.string();
    const Owned<BIGNUM> secret = number(reader.mpint());
    const char* group = curve == "nistp256"   ? "P-256"
                        : curve == "nistp384" ? "P-384"
                        : curve == "nistp521" ? "P-521"
                                              : nullptr;
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    if (!reader.ok() || group == nullptr || !secret ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, asBytes(point),
                                         std::size_t(point.size())) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) != 1) {
        return nullptr;
    }
    return build("EC", builder.get());
}

Key readRsa(WireReader& reader)
{
    const Owned<BIGNUM> modulus = number(reader.mpint());
    const Owned<BIGNUM> exponent = number(reader.mpint());
    const Owned<BIGNUM> secret = number(reader.mpint());
    const Owned<BIGNUM> coefficient = number(reader.mpint());
    const Owned<BIGNUM> first = number(reader.mpint());
    const Owned<BIGNUM> second = number(reader.mpint());
    if (!reader.ok()) {
        return nullptr;
    }
    const Owned<BIGNUM> firstExponent = reduced(secret.get(), first.get());
    const Owned<BIGNUM> secondExponent = reduced(secret.get(), second.get());
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    const std::pair<const char*, const BIGNUM*> parts[] = {
        {OSSL_PKEY_PARAM_RSA_N, modulus.get()},
        {OSSL_PKEY_PARAM_RSA_E, exponent.get()},
        {OSSL_PKEY_PARAM_RSA_D, secret.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR1, first.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, second.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT1, firstExponent.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, secondExponent.get()},
        {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, coefficient.get()},
    };
    for (const auto& [name, value] : parts) {
        if (value == nullptr || OSSL_PARAM_BLD_push_BN(builder.get(), name, value) != 1) {
            return nullptr;
        }
    }
    return build("RSA", builder.get());
}

QByteArray armoured(const QByteArray& text)
{
    const QByteArray head = "-----BEGIN OPENSSH PRIVATE KEY-----";
    const qsizetype from = text.indexOf(head) + head.size();
    const qsizetype end = text.indexOf("-----END OPENSSH PRIVATE KEY-----", from);
    return end < 0 ? QByteArray() : QByteArray::fromBase64(text.mid(from, end - from));
}

/// The ciphers that ssh-keygen -Z gives for key files and OpenSSL has.
const EVP_CIPHER* cipherNamed(QByteArrayView name)
{
    return name == "aes256-ctr"   ? EVP_aes_256_ctr()
           : name == "aes256-cbc" ? EVP_aes_256_cbc()
           : name == "aes192-ctr" ? EVP_aes_192_ctr()
           : name == "aes192-cbc" ? EVP_aes_192_cbc()
           : name == "aes128-ctr" ? EVP_aes_128_ctr()
           : name == "aes128-cbc" ? EVP_aes_128_cbc()
                                  : nullptr;
}

/// What is locked, unlocked; rubbish when the passphrase is wrong, empty when it cannot be done.
QByteArray unlocked(QByteArrayView part, const EVP_CIPHER* cipher, QByteArrayView derivation,
                    const Secret& passphrase)
{
    constexpr quint32 mostRounds = 10'000;  // minutes; ssh-keygen takes 16
    WireReader reader(derivation);
    const QByteArrayView salt = reader.string();
    const quint32 rounds = reader.u32();
    if (!reader.ok() || salt.isEmpty() || rounds == 0 || rounds > mostRounds) {
        return {};
    }
    const int keySize = EVP_CIPHER_get_key_length(cipher);
    QByteArray key;
    passphrase.use([&](QByteArrayView bytes) {
        key = bcryptPbkdf(bytes, salt, int(rounds), keySize + EVP_CIPHER_get_iv_length(cipher));
    });
    const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    QByteArray plain(part.size() + 32, '\0');
    int count = 0;
    const bool done =
        EVP_DecryptInit_ex(context.get(), cipher, nullptr, asBytes(key), asBytes(key) + keySize) ==
            1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
        EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &count,
                          asBytes(part), int(part.size())) == 1;
    OPENSSL_cleanse(key.data(), std::size_t(key.size()));
    plain.truncate(done ? count : 0);
    return plain;
}

OpenSshKey readPrivatePart(QByteArrayView part)
{
    WireReader reader(part);
    const quint32 check = reader.u32();
    if (reader.u32() != check) {
        return {};
    }
    const QByteArrayView type = reader.string();
    OpenSshKey result;
    if (type == "ssh-ed25519") {
        result.key = readEd25519(reader);
    } else if (type == "ssh-rsa") {
        result.key = readRsa(reader);
    } else if (type.startsWith("ecdsa-sha2-")) {
        result.key = readEcdsa(reader);
    } else {
        result.problem = reader.ok() ? OpenSshKey::Problem::Kind : OpenSshKey::Problem::Damaged;
        return result;
    }
    result.problem = result.key ? OpenSshKey::Problem::None : OpenSshKey::Problem::Damaged;
    return result;
}

}  // namespace

OpenSshKey readOpenSshKey(const QByteArray& text, const Secret& passphrase)
{
    QByteArray bytes = armoured(text);
    WireReader reader(bytes);
    const QByteArrayView magic = reader.bytes(15);
    const QByteArrayView cipherName = reader.string();
    const QByteArrayView derivationName = reader.string();
    const QByteArrayView derivation = reader.string();
    const quint32 count = reader.u32();
    const QByteArray publicKey = reader.string().toByteArray();
    const QByteArrayView part = reader.string();
    OpenSshKey result;
    if (!reader.ok() || magic != QByteArrayView("openssh-key-v1\0", 15) || count != 1) {
        return result;
    }
    if (cipherName == "none") {
        result = readPrivatePart(part);
    } else if (const EVP_CIPHER* cipher = cipherNamed(cipherName);
               cipher == nullptr || derivationName != "bcrypt") {
        result.problem = OpenSshKey::Problem::Kind;
    } else {
        if (!passphrase.isEmpty()) {
            QByteArray plain = unlocked(part, cipher, derivation, passphrase);
            result = readPrivatePart(plain);
            OPENSSL_cleanse(plain.data(), std::size_t(plain.size()));
        }
        if (!result.key && result.problem != OpenSshKey::Problem::Kind) {
            result.problem = OpenSshKey::Problem::Passphrase;
        }
    }
    result.publicKey = publicKey;
    ERR_clear_error();
    OPENSSL_cleanse(bytes.data(), std::size_t(bytes.size()));
    return result;
}

}  // namespace analemma::ssh
