#include "core/ssh/src/privatekey.h"

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/opensshkey.h"
#include "core/ssh/src/openssl.h"
#include "core/ssh/src/sshbytes.h"

#include <QFileInfo>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

unsigned char* asBytes(QByteArray& bytes)
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

QByteArray toBytes(const BIGNUM* number)
{
    QByteArray bytes(BN_num_bytes(number), '\0');
    BN_bn2bin(number, asBytes(bytes));
    return bytes;
}

QByteArray numberOf(EVP_PKEY* key, const char* name)
{
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) {
        return {};
    }
    const Owned<BIGNUM> number(raw);
    return toBytes(number.get());
}

struct PassphraseCall {
    const Secret& passphrase;
    bool asked = false;
};

int givePassphrase(char* to, int room, int, void* call)
{
    auto& asked = *static_cast<PassphraseCall*>(call);
    asked.asked = true;
    int count = -1;  // never ask on a terminal
    asked.passphrase.use([&](QByteArrayView bytes) {
        if (!bytes.isEmpty() && bytes.size() <= room) {
            std::memcpy(to, bytes.data(), std::size_t(bytes.size()));
            count = int(bytes.size());
        }
    });
    return count;
}

Error keyError(const QString& name, const QString& text)
{
    return {ErrorKind::Auth, u"the key %1 %2"_s.arg(name, text)};
}

/// Null when it is locked.
Result<std::shared_ptr<EVP_PKEY>> parsePem(const QByteArray& text, const QString& name,
                                           const Secret& passphrase)
{
    const Owned<BIO> bio(BIO_new_mem_buf(text.constData(), int(text.size())));
    PassphraseCall call{passphrase};
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, givePassphrase, &call);
    ERR_clear_error();
    if (key != nullptr) {
        return std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
    }
    if (call.asked) {
        return std::shared_ptr<EVP_PKEY>();
    }
    return keyError(name, u"is not a private key in OpenSSH or PEM format"_s);
}

Result<OpenSshKey> parseOpenSsh(const QByteArray& text, const QString& name,
                                const Secret& passphrase)
{
    OpenSshKey read = readOpenSshKey(text, passphrase);
    switch (read.problem) {
        case OpenSshKey::Problem::None:
        case OpenSshKey::Problem::Passphrase:
            return read;
        case OpenSshKey::Problem::Kind:
            return keyError(
                name, u"is of a kind that cannot be used here (hardware keys need OpenSSH)"_s);
        case OpenSshKey::Problem::Damaged:
            break;
    }
    return keyError(name, u"is damaged"_s);
}

const EVP_MD* digestFor(PrivateKey::Kind kind)
{
    switch (kind) {
        case PrivateKey::Kind::Ed25519:
            return nullptr;
        case PrivateKey::Kind::Ecdsa256:
            return EVP_sha256();
        case PrivateKey::Kind::Ecdsa384:
            return EVP_sha384();
        case PrivateKey::Kind::Ecdsa521:
        case PrivateKey::Kind::Rsa:
            return EVP_sha512();
    }
    return nullptr;
}

/// ECDSA's DER to the two numbers of RFC 5656, 3.1.2.
QByteArray ecdsaForWire(const QByteArray& der)
{
    const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
    const Owned<ECDSA_SIG> parts(d2i_ECDSA_SIG(nullptr, &at, long(der.size())));
    if (!parts) {
        return {};
    }
    WireWriter writer;
    writer.mpint(toBytes(ECDSA_SIG_get0_r(parts.get())));
    writer.mpint(toBytes(ECDSA_SIG_get0_s(parts.get())));
    return writer.take();
}

std::optional<PrivateKey::Kind> kindOfCurve(const QByteArray& group)
{
    if (group == "prime256v1" || group == "P-256") {
        return PrivateKey::Kind::Ecdsa256;
    }
    if (group == "secp384r1" || group == "P-384") {
        return PrivateKey::Kind::Ecdsa384;
    }
    if (group == "secp521r1" || group == "P-521") {
        return PrivateKey::Kind::Ecdsa521;
    }
    return std::nullopt;
}

QByteArray curveName(PrivateKey::Kind kind)
{
    return kind == PrivateKey::Kind::Ecdsa256   ? "nistp256"
           : kind == PrivateKey::Kind::Ecdsa384 ? "nistp384"
                                                : "nistp521";
}

QByteArray rsaBlob(EVP_PKEY* key)
{
    WireWriter writer;
    writer.string("ssh-rsa");
    writer.mpint(numberOf(key, OSSL_PKEY_PARAM_RSA_E));
    writer.mpint(numberOf(key, OSSL_PKEY_PARAM_RSA_N));
    return writer.take();
}

QByteArray ed25519Blob(EVP_PKEY* key)
{
    QByteArray point(32, '\0');
    std::size_t size = 32;
    if (EVP_PKEY_get_raw_public_key(key, asBytes(point), &size) != 1) {
        return {};
    }
    WireWriter writer;
    writer.string("ssh-ed25519");
    writer.string(point);
    return writer.take();
}

QByteArray ecdsaBlob(EVP_PKEY* key, PrivateKey::Kind kind)
{
    QByteArray point(256, '\0');
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, asBytes(point),
                                        std::size_t(point.size()), &size) != 1) {
        return {};
    }
    point.truncate(qsizetype(size));
    const QByteArray curve = curveName(kind);
    WireWriter writer;
    writer.string("ecdsa-sha2-" + curve);
    writer.string(curve);
    writer.string(point);
    return writer.take();
}

}  // namespace

Result<void> PrivateKey::describe()
{
    EVP_PKEY* key = m_key.get();
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519:
            m_kind = Kind::Ed25519;
            m_publicKey = ed25519Blob(key);
            break;
        case EVP_PKEY_RSA:
            m_kind = Kind::Rsa;
            m_publicKey = rsaBlob(key);
            break;
        case EVP_PKEY_EC: {
            QByteArray group(80, '\0');
            std::size_t size = 0;
            EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                           std::size_t(group.size()), &size);
            group.truncate(qsizetype(size));
            const std::optional<Kind> kind = kindOfCurve(group);
            if (!kind) {
                return keyError(m_name, u"is on a curve that SSH does not know"_s);
            }
            m_kind = *kind;
            m_publicKey = ecdsaBlob(key, m_kind);
            break;
        }
        default:
            return keyError(m_name, u"is neither Ed25519, ECDSA nor RSA"_s);
    }
    return m_publicKey.isEmpty() ? keyError(m_name, u"is damaged"_s) : Result<void>();
}

Error passphraseNeeded(const QString& name)
{
    return keyError(name, u"is protected by a passphrase, which cannot be asked for here"_s)
        .withHint(
            u"Load it into a key agent, or use a key without passphrase that is kept for this "
            "purpose alone."_s);
}

Result<KeyFile> parseKeyFile(const QByteArray& text, const QString& name, const Secret& passphrase)
{
    std::shared_ptr<PrivateKey> key(new PrivateKey);
    key->m_name = name;
    KeyFile file;
    if (text.contains("-----BEGIN OPENSSH PRIVATE KEY-----")) {
        Result<OpenSshKey> read = parseOpenSsh(text, name, passphrase);
        if (!read) {
            return read.error();
        }
        file.publicKey = read->publicKey;
        key->m_key = read->key;
    } else {
        Result<std::shared_ptr<EVP_PKEY>> pem = parsePem(text, name, passphrase);
        if (!pem) {
            return pem.error();
        }
        key->m_key = *pem;
    }
    if (!key->m_key) {
        return file;
    }
    const Result<void> described = key->describe();
    if (!described) {
        return described.error();
    }
    file.publicKey = key->publicKey();
    file.key = std::move(key);
    return file;
}

namespace {

/// Gives back what OpenSSL keeps for a thread (its queue of errors). Workers are not joined: one
/// that ends while the program does, after OpenSSL's own end, would lose it
/// (OPENSSL_init_crypto(3)).
struct ThreadState {
    ThreadState() = default;
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
    ~ThreadState() { OPENSSL_thread_stop(); }
};

}  // namespace

Result<std::shared_ptr<const PrivateKey>> PrivateKey::parse(const QByteArray& text,
                                                            const QString& name)
{
    const Result<KeyFile> file = parseKeyFile(text, name, {});
    if (!file) {
        return file.error();
    }
    return file->key ? Result(file->key) : passphraseNeeded(name);
}

Result<KeyFile> readKeyFile(const QString& path, const Secret& passphrase)
{
    const ThreadState state;
    if (path.isEmpty()) {
        return Error(ErrorKind::Auth, u"no key file is set"_s);
    }
    Result<QByteArray> text = readFile(path, 64 * 1024);
    if (!text) {
        Error error = text.error();
        error.kind = ErrorKind::Auth;
        return error.in(u"the key cannot be read"_s);
    }
    const QFileDevice::Permissions open =
        QFileInfo(path).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther);
    if (open != QFileDevice::Permissions()) {
        logLine(LogLevel::Warning, "ssh", u"other users can read the private key %1"_s.arg(path));
    }
    Result<KeyFile> file = parseKeyFile(*text, path, passphrase);
    OPENSSL_cleanse(text->data(), std::size_t(text->size()));
    if (file && file->publicKey.isEmpty()) {
        const Result<QByteArray> beside = readFile(path + u".pub"_s, 64 * 1024);
        const Result<HostKey> known = parseHostKey(QString::fromUtf8(beside.valueOr({})));
        file->publicKey = known ? known->blob : QByteArray();
    }
    return file;
}

QByteArray PrivateKey::sign(const QByteArray& data) const
{
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.constData());
    const auto count = std::size_t(data.size());
    std::size_t size = 0;
    QByteArray signature;
    if (EVP_DigestSignInit(context.get(), nullptr, digestFor(m_kind), nullptr, m_key.get()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &size, bytes, count) == 1) {
        signature.resize(qsizetype(size));
        if (EVP_DigestSign(context.get(), asBytes(signature), &size, bytes, count) != 1) {
            size = 0;
        }
        signature.truncate(qsizetype(size));
    }
    ERR_clear_error();
    const bool ecdsa = m_kind != Kind::Ed25519 && m_kind != Kind::Rsa;
    return ecdsa && !signature.isEmpty() ? ecdsaForWire(signature) : signature;
}

}  // namespace analemma::ssh
