#include "core/ssh/src/knownlines.h"

#include "core/ssh/src/patterns.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype limitLine = 64 * 1024;
constexpr qsizetype hashBytes = 20;
constexpr QByteArrayView hashMark("|1|");

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

void skipBlanks(QByteArrayView& rest)
{
    while (!rest.isEmpty() && isBlank(rest.front())) {
        rest = rest.sliced(1);
    }
}

QByteArrayView takeWord(QByteArrayView& rest)
{
    qsizetype end = 0;
    while (end < rest.size() && !isBlank(rest[end])) {
        ++end;
    }
    const QByteArrayView word = rest.first(end);
    rest = rest.sliced(end);
    return word;
}

QByteArray hmac(const QByteArray& salt, const QByteArray& name)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int size = 0;
    HMAC(EVP_sha1(), salt.constData(), int(salt.size()),
         reinterpret_cast<const unsigned char*>(name.constData()), size_t(name.size()), out.data(),
         &size);
    return {reinterpret_cast<const char*>(out.data()), qsizetype(size)};
}

QByteArray hashedWith(const QByteArray& salt, const QByteArray& name)
{
    return hashMark.toByteArray() + salt.toBase64() + '|' + hmac(salt, name).toBase64();
}

/// Empty when the name is not hashed in the way we know.
QByteArray saltOf(const QByteArray& names)
{
    const qsizetype end = names.indexOf('|', hashMark.size());
    if (!names.startsWith(hashMark.toByteArray()) || end < 0) {
        return {};
    }
    const auto salt =
        QByteArray::fromBase64Encoding(names.sliced(hashMark.size(), end - hashMark.size()),
                                       QByteArray::AbortOnBase64DecodingErrors);
    const bool good = salt.decodingStatus == QByteArray::Base64DecodingStatus::Ok &&
                      salt.decoded.size() == hashBytes;
    return good ? salt.decoded : QByteArray();
}

void damage(KnownLine& line, const QString& problem)
{
    line.kind = KnownLine::Kind::Damaged;
    line.problem = problem;
}

/// "@revoked " and the like; false when the marker is none that we know.
bool takeMarker(KnownLine& line, QByteArrayView& rest)
{
    line.kind = KnownLine::Kind::Key;
    if (rest.isEmpty() || rest.front() != '@') {
        return true;
    }
    const QByteArrayView marker = takeWord(rest);
    if (rest.isEmpty()) {
        return false;
    }
    skipBlanks(rest);
    if (marker == "@cert-authority") {
        line.kind = KnownLine::Kind::Authority;
    } else if (marker == "@revoked") {
        line.kind = KnownLine::Kind::Revoked;
    } else {
        return false;
    }
    return rest.isEmpty() || rest.front() != '@';
}

void readLine(KnownLine& line, QByteArrayView rest)
{
    const qsizetype end = rest.indexOf('\0');
    rest = end < 0 ? rest : rest.first(end);
    skipBlanks(rest);
    if (rest.isEmpty() || rest.front() == '#') {
        return;
    }
    if (rest.size() > limitLine) {
        damage(line, u"the line is longer than 64 KiB"_s);
        return;
    }
    if (!takeMarker(line, rest)) {
        damage(line, u"an unknown marker"_s);
        return;
    }
    line.names = takeWord(rest).toByteArray();
    if (line.names.startsWith('|') && saltOf(line.names).isEmpty()) {
        damage(line, u"a hashed name of an unknown kind"_s);
        return;
    }
    skipBlanks(rest);
    const QByteArrayView type = takeWord(rest);
    skipBlanks(rest);
    if (type.size() < 2 || type.front() == '#' || rest.isEmpty() || rest.front() == '#') {
        damage(line, u"cut off before the key"_s);
        return;
    }
    if (type.size() < 8 &&
        std::all_of(type.begin(), type.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        damage(line, u"a key of the old protocol 1"_s);
        return;
    }
    const QByteArrayView blob = takeWord(rest);
    skipBlanks(rest);
    line.comment = rest.toByteArray().trimmed();
    const Result<PublicKey> key = parsePublicKey(type.toByteArray() + ' ' + blob.toByteArray());
    if (key) {
        line.key = *key;
    } else {
        line.problem = u"what stands there is no key"_s;
    }
}

}  // namespace

std::vector<KnownLine> readKnownLines(const QByteArray& text)
{
    std::vector<KnownLine> lines;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype found = text.indexOf('\n', at);
        KnownLine line;
        line.number = int(lines.size()) + 1;
        line.begin = at;
        line.end = found < 0 ? text.size() : found + 1;
        readLine(line, QByteArrayView(text).sliced(at, (found < 0 ? text.size() : found) - at));
        at = line.end;
        lines.push_back(std::move(line));
    }
    return lines;
}

QByteArray knownName(const QString& host, int port)
{
    const QByteArray name = host.toLower().toUtf8();
    return port == 22 || port == 0 ? name : '[' + name + "]:" + QByteArray::number(port);
}

QByteArray hashedName(const QByteArray& name)
{
    QByteArray salt(hashBytes, '\0');
    RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), int(salt.size()));
    return hashedWith(salt, name);
}

NameMatch matchesName(const KnownLine& line, const QByteArray& name)
{
    if (line.names.startsWith('|')) {
        const QByteArray salt = saltOf(line.names);
        return !salt.isEmpty() && hashedWith(salt, name) == line.names ? NameMatch::Hashed
                                                                       : NameMatch::No;
    }
    if (matchesList(name, line.names, true) != ListMatch::Yes) {
        return NameMatch::No;
    }
    const QByteArrayList names = line.names.toLower().split(',');
    return names.contains(name) ? NameMatch::Exact : NameMatch::Pattern;
}

int typeRank(const QByteArray& type)
{
    static const QByteArrayList order = {"ssh-ed25519",
                                         "ecdsa-sha2-nistp256",
                                         "ecdsa-sha2-nistp384",
                                         "ecdsa-sha2-nistp521",
                                         "sk-ssh-ed25519@openssh.com",
                                         "sk-ecdsa-sha2-nistp256@openssh.com",
                                         "ssh-rsa"};
    const qsizetype at = order.indexOf(type);
    return int(at < 0 ? order.size() : at);
}

}  // namespace analemma::ssh
