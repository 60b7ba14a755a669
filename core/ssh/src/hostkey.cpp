#include "core/ssh/src/hostkey.h"

#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <QCryptographicHash>
#include <QStringList>

#include <libssh2.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

QString HostKey::fingerprint() const
{
    const QByteArray hash = QCryptographicHash::hash(blob, QCryptographicHash::Sha256);
    return u"SHA256:"_s + QString::fromLatin1(hash.toBase64(QByteArray::OmitTrailingEquals));
}

QString HostKey::text() const
{
    return QString::fromLatin1(type) + u' ' + QString::fromLatin1(blob.toBase64());
}

HostKey hostKeyFromBlob(const QByteArray& blob)
{
    WireReader reader(blob);
    const QByteArray type = reader.string().toByteArray();
    return {reader.ok() ? type : QByteArray(), blob};
}

Result<HostKey> parseHostKey(const QString& text)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty()) {
        return HostKey();
    }
    const Error bad(ErrorKind::HostKey, u"the pinned host key is not a public key line"_s);
    if (words.size() < 2) {
        return bad;
    }
    const auto decoded = QByteArray::fromBase64Encoding(words.at(1).toLatin1(),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok) {
        return bad;
    }
    const HostKey key = hostKeyFromBlob(decoded.decoded);
    if (key.type.isEmpty() || QString::fromLatin1(key.type) != words.first()) {
        return bad;
    }
    return key;
}

QStringList hostKeyPreference(const QStringList& first)
{
#if LIBSSH2_VERSION_NUM >= 0x010b00
    const QStringList rsa = {u"rsa-sha2-512"_s, u"rsa-sha2-256"_s};
#else
    const QStringList rsa = {u"ssh-rsa"_s};
#endif
    if (first == QStringList{u"ssh-rsa"_s}) {
        return rsa;
    }
    QStringList types = {u"ssh-ed25519"_s, u"ecdsa-sha2-nistp256"_s, u"ecdsa-sha2-nistp384"_s,
                         u"ecdsa-sha2-nistp521"_s};
    for (auto type = first.crbegin(); type != first.crend(); ++type) {
        if (types.removeOne(*type)) {
            types.prepend(*type);
        }
    }
#if LIBSSH2_VERSION_NUM >= 0x010b00
    types += rsa;
#endif
    return types;
}

Result<void> checkHostKey(const HostKey& pinned, const HostKey& shown)
{
    if (!pinned.isEmpty() && pinned.blob == shown.blob) {
        return {};
    }
    const QString theirs = displayText(QByteArrayView(shown.type), 64) + u' ' + shown.fingerprint();
    const QString ours = pinned.isEmpty()
                             ? u"none"_s
                             : QString::fromLatin1(pinned.type) + u' ' + pinned.fingerprint();
    const QString message =
        pinned.isEmpty()
            ? u"no host key is pinned for this server (pinned: %1); it shows %2. Nothing was sent to it"_s
            : u"the server's host key is not the pinned one: pinned %1, the server shows %2. No "
              u"credential "
              "was sent"_s;
    Error error(ErrorKind::HostKey, message.arg(ours, theirs));
    error.hint =
        pinned.isEmpty()
            ? u"Compare the fingerprint with one from the server's console, then pin the key."_s
            : u"Somebody may stand in between, or the server was rebuilt: compare the fingerprint "
              u"on the "
              "server's console before you pin the new key."_s;
    error.details.insert(u"serverKey"_s, shown.text());
    error.details.insert(u"serverFingerprint"_s, shown.fingerprint());
    if (!pinned.isEmpty()) {
        error.details.insert(u"pinnedFingerprint"_s, pinned.fingerprint());
    }
    return error;
}

}  // namespace analemma::ssh
