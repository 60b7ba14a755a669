#include "core/ssh/publickey.h"

#include "core/ssh/src/sshbytes.h"

#include <QCryptographicHash>
#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// RFC 4251, 6: printable ASCII without comma, at most 64 characters; here without odd ones too.
bool isTypeName(const QByteArray& name)
{
    return !name.isEmpty() && name.size() <= 64 &&
           std::all_of(name.cbegin(), name.cend(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      QByteArrayView("@._-").contains(c);
           });
}

/// The parts after the type, for the types that servers and people have (RFC 4253, 5656, 8709,
/// PROTOCOL.u2f). A cut-off key is no key.
bool isWellFormed(const PublicKey& key)
{
    WireReader reader(key.blob);
    reader.string();
    if (key.isCertificate()) {
        return reader.string().size() >= 16 && reader.ok();  // the nonce
    }
    const QByteArray type = key.isHardware() ? key.type.sliced(3).chopped(12) : key.type;
    if (type == "ssh-ed25519") {
        if (reader.string().size() != 32) {
            return false;
        }
    } else if (type.startsWith("ecdsa-sha2-")) {
        const QByteArrayView curve = reader.string();
        const QByteArrayView point = reader.string();
        if (curve != QByteArrayView(type).sliced(11) || point.size() < 65 || point.front() != 4) {
            return false;
        }
    } else if (type == "ssh-rsa" || type == "ssh-dss") {
        for (int left = type == "ssh-rsa" ? 2 : 4; left > 0; --left) {
            if (reader.mpint().isEmpty()) {
                return false;
            }
        }
    } else {
        return false;
    }
    if (key.isHardware()) {
        reader.string();  // the application
    }
    return reader.ok() && reader.rest().isEmpty();
}

}  // namespace

QString PublicKey::fingerprint() const
{
    const QByteArray hash = QCryptographicHash::hash(blob, QCryptographicHash::Sha256);
    return u"SHA256:"_s + QString::fromLatin1(hash.toBase64(QByteArray::OmitTrailingEquals));
}

QString PublicKey::fingerprintGroups() const
{
    const QString hash = fingerprint().sliced(7);
    QStringList groups;
    for (qsizetype at = 0; at < hash.size(); at += 8) {
        groups += hash.mid(at, 8);
    }
    return u"SHA256: "_s + groups.join(u' ');
}

QString PublicKey::text() const
{
    return QString::fromLatin1(type) + u' ' + QString::fromLatin1(blob.toBase64());
}

bool PublicKey::isCertificate() const
{
    return type.endsWith("-cert-v01@openssh.com");
}

bool PublicKey::isHardware() const
{
    return type.startsWith("sk-") && type.endsWith("@openssh.com") && type.size() > 15;
}

PublicKey publicKeyFromBlob(const QByteArray& blob)
{
    WireReader reader(blob);
    const QByteArray type = reader.string().toByteArray();
    return {reader.ok() && isTypeName(type) ? type : QByteArray(), blob};
}

Result<PublicKey> parsePublicKey(QByteArrayView line)
{
    const Error bad(ErrorKind::Invalid, u"not a public key line"_s);
    const QByteArrayList words = line.toByteArray().simplified().split(' ');
    if (words.size() < 2) {
        return bad;
    }
    const auto decoded =
        QByteArray::fromBase64Encoding(words.at(1), QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok) {
        return bad;
    }
    PublicKey key = publicKeyFromBlob(decoded.decoded);
    if (key.type.isEmpty() || key.type != words.first() || !isWellFormed(key)) {
        return bad;
    }
    return key;
}

}  // namespace analemma::ssh
