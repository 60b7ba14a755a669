#include "core/infra/src/local/keys.h"

#include "core/base/files.h"
#include "core/infra/src/local/layout.h"

#include <QFile>
#include <QtEndian>

#include <sodium.h>

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr const char* keyType = "ssh-ed25519";
constexpr qint64 keyLimitBytes = 16 * 1024;

/// RFC 4251, section 5: "string".
QByteArray wireString(const QByteArray& bytes)
{
    QByteArray out(4, '\0');
    qToBigEndian(quint32(bytes.size()), out.data());
    return out + bytes;
}

QByteArray wireNumber(quint32 number)
{
    QByteArray out(4, '\0');
    qToBigEndian(number, out.data());
    return out;
}

QByteArray armoured(const QByteArray& blob)
{
    constexpr qsizetype lineLength = 70;
    const QByteArray text = blob.toBase64();
    QByteArray out = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    for (qsizetype at = 0; at < text.size(); at += lineLength) {
        out += text.mid(at, lineLength) + '\n';
    }
    return out + "-----END OPENSSH PRIVATE KEY-----\n";
}

void wipe(QByteArray& bytes)
{
    sodium_memzero(bytes.data(), size_t(bytes.size()));
}

Result<ClientKey> readKey(const QString& file)
{
    Result<QByteArray> text = readFile(file + u".pub"_s, keyLimitBytes);
    if (!text) {
        return text.error();
    }
    const QList<QByteArray> words = text->simplified().split(' ');
    if (words.size() < 2 || words[0] != keyType || !QFile::exists(file)) {
        return Error(ErrorKind::Invalid, u"%1.pub is no key of ours"_s.arg(file));
    }
    return ClientKey{file, QString::fromLatin1(words[0] + ' ' + words[1])};
}

/// Private key first: who sees the public one has both.
Result<ClientKey> makeKey(const QString& file, const QString& comment)
{
    KeyPair pair = makeKeyPair(comment);
    Result<void> written = writeFile(file, pair.privateText, 0600);
    wipe(pair.privateText);
    if (written) {
        written =
            writeFile(file + u".pub"_s, u"%1 %2\n"_s.arg(pair.publicText, comment).toUtf8(), 0644);
    }
    return written ? Result<ClientKey>(ClientKey{file, pair.publicText})
                   : Result<ClientKey>(written.error());
}

}  // namespace

KeyPair makeKeyPair(const QString& comment)
{
    [[maybe_unused]] static const int ready = sodium_init();
    QByteArray open(crypto_sign_PUBLICKEYBYTES, '\0');
    QByteArray secret(crypto_sign_SECRETKEYBYTES, '\0');
    const auto bytes = [](QByteArray& array) {
        return reinterpret_cast<unsigned char*>(array.data());
    };
    crypto_sign_keypair(bytes(open), bytes(secret));

    const QByteArray openBlob = wireString(keyType) + wireString(open);
    const QByteArray check = wireNumber(randombytes_random());
    QByteArray section =
        check + check + openBlob + wireString(secret) + wireString(comment.toUtf8());
    for (char pad = 1; section.size() % 8 != 0; ++pad) {
        section += pad;
    }
    QByteArray blob = QByteArray("openssh-key-v1", 15) + wireString("none") + wireString("none") +
                      wireString("") + wireNumber(1) + wireString(openBlob) + wireString(section);
    KeyPair pair;
    pair.privateText = armoured(blob);
    pair.publicText = QString::fromLatin1(QByteArray(keyType) + ' ' + openBlob.toBase64());
    wipe(secret);
    wipe(section);
    wipe(blob);
    return pair;
}

Result<ClientKey> clientKey(const QString& folder, const QString& comment)
{
    const QString file = folder + u"/id_ed25519"_s;
    if (Result<ClientKey> known = readKey(file)) {
        return known;
    }
    if (Result<void> made = makeFolder(folder); !made) {
        return made.error();
    }
    const int lock = ::open(QFile::encodeName(folder + u"/lock"_s).constData(),
                            O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0) {
        const int code = errno;
        if (lock >= 0) {
            ::close(lock);
        }
        return systemError(u"lock %1"_s.arg(folder), code);
    }
    Result<ClientKey> key = readKey(file);  // another program may have made it while we waited
    if (!key) {
        key = makeKey(file, comment);
    }
    ::close(lock);
    return key;
}

}  // namespace analemma::infra::local
