#include "core/ssh/src/hostkey.h"

#include "core/base/text.h"

#include <libssh2.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

HostKey hostKeyFromBlob(const QByteArray& blob)
{
    return publicKeyFromBlob(blob);
}

Result<HostKey> parseHostKey(const QString& text)
{
    if (text.trimmed().isEmpty()) {
        return HostKey();
    }
    const Result<PublicKey> key = parsePublicKey(text.toUtf8());
    if (!key) {
        return Error(ErrorKind::HostKey, u"the pinned host key is not a public key line"_s);
    }
    return *key;
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
