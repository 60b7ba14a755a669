#include "core/ssh/keys.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/ssh/src/keyfiles.h"

#include <QFile>
#include <QFileInfo>

#include <unistd.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

bool isPlainLine(const QString& text)
{
    return text.size() <= 256 &&
           std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.isPrint(); });
}

Result<void> check(const NewKey& request)
{
    if (request.path.isEmpty() || !isPlainLine(request.comment)) {
        return Error(ErrorKind::Invalid, u"a key needs a file name and a comment of one line"_s);
    }
    if (request.kind == NewKey::Kind::Rsa && (request.bits < 3072 || request.bits > 16384)) {
        return Error(ErrorKind::Invalid, u"an RSA key needs 3072 to 16384 bits"_s);
    }
    bool isGood = true;
    request.passphrase.use([&isGood](QByteArrayView bytes) {
        isGood = bytes.isEmpty() ||
                 (bytes.size() >= 5 && bytes.size() < 1'000 && !bytes.contains('\n') &&
                  !bytes.contains('\r') && !bytes.contains('\0'));
    });
    if (!isGood) {
        return Error(ErrorKind::Invalid,
                     u"a passphrase has at least five characters in one line"_s);
    }
    for (const QString& path : {request.path, request.path + u".pub"_s}) {
        if (QFileInfo::exists(path)) {
            return Error(ErrorKind::Conflict,
                         u"%1 is there already and was not changed"_s.arg(displayText(path)));
        }
    }
    return {};
}

/// ssh-keygen without a terminal reads the passphrase twice from stdin.
ProcessSpec commandFor(const NewKey& request, const QString& path)
{
    QStringList arguments = {u"-q"_s, u"-t"_s};
    if (request.kind == NewKey::Kind::Rsa) {
        arguments += {u"rsa"_s, u"-b"_s, QString::number(request.bits)};
    } else {
        arguments += u"ed25519"_s;
    }
    arguments += {u"-a"_s, u"32"_s, u"-C"_s, request.comment, u"-f"_s, path};
    ProcessSpec spec(u"ssh-keygen"_s, arguments);
    request.passphrase.use([&spec](QByteArrayView bytes) {
        spec.input = bytes.toByteArray() + '\n' + bytes.toByteArray() + '\n';
    });
    if (spec.input.isEmpty()) {
        spec.input = "\n\n";
    }
    spec.timeout = milliseconds(120'000);
    return spec;
}

/// Gives the new files their names; never over others.
Result<void> settle(const QString& from, const QString& to)
{
    for (const QString& end : {QString(), u".pub"_s}) {
        const QString target = to + end;
        if (::link(QFile::encodeName(from + end).constData(),
                   QFile::encodeName(target).constData()) != 0) {
            return errno == EEXIST
                       ? Error(
                             ErrorKind::Conflict,
                             u"%1 is there already and was not changed"_s.arg(displayText(target)))
                       : systemError(u"make %1"_s.arg(target), errno);
        }
    }
    return {};
}

Result<void> checkKey(const PublicKey& key)
{
    const Result<PublicKey> again = parsePublicKey(key.text().toLatin1());
    if (!again || *again != key) {
        return Error(ErrorKind::Invalid, u"not a public key"_s);
    }
    return {};
}

}  // namespace

Task<Result<KeyInfo>> generateKey(NewKey request, CancelToken cancel)
{
    const Result<void> valid = check(request);
    if (!valid) {
        co_return valid.error();
    }
    const QString fresh = request.path + u".new-"_s + newId();
    ProcessSpec spec = commandFor(request, fresh);
    const Result<ProcessResult> ended = co_await runProcess(std::move(spec), cancel);
    Result<void> made;
    if (!ended) {
        made = ended.error();
    } else if (!ended->ok()) {
        const QString why = displayText(QByteArrayView(ended->errors.trimmed()), 300);
        made = Error(ErrorKind::Io,
                     u"ssh-keygen made no key: %1"_s.arg(why.isEmpty() ? ended->endText() : why));
    } else {
        made = settle(fresh, request.path);
    }
    for (const QString& end : {QString(), u".pub"_s}) {
        QFile::remove(fresh + end);
    }
    if (!made) {
        co_return made.error();
    }
    std::function<Result<std::vector<KeyInfo>>()> job = [path = request.path] {
        return listKeyFiles(QFileInfo(path).absolutePath());
    };
    const Result<std::vector<KeyInfo>> keys =
        co_await onWorker<std::vector<KeyInfo>>(std::move(job));
    for (const KeyInfo& info : keys.valueOr(std::vector<KeyInfo>())) {
        if (QFileInfo(info.path) == QFileInfo(request.path)) {
            co_return info;
        }
    }
    co_return Error(ErrorKind::Io, u"ssh-keygen made no key that can be read"_s);
}

Result<QString> installKeyCommand(const PublicKey& key, const QString& comment)
{
    const Result<void> valid = checkKey(key);
    if (!valid) {
        return valid.error();
    }
    if (!isPlainLine(comment)) {
        return Error(ErrorKind::Invalid, u"a comment is one line of text"_s);
    }
    const QString line = shellQuote(comment.isEmpty() ? key.text() : key.text() + u' ' + comment);
    const QString blob = shellQuote(QString::fromLatin1(key.blob.toBase64()));
    return u"umask 077; f=\"$HOME/.ssh/authorized_keys\"; mkdir -p \"$HOME/.ssh\" && touch \"$f\" "
           u"&& "
           "{ grep -v '^[[:space:]]*#' \"$f\" | grep -qF %2 || { t=\"$f.new.$$\"; cp -p \"$f\" "
           "\"$t\" && "
           "{ [ -z \"$(tail -c 1 \"$t\")\" ] || echo >> \"$t\"; } && printf '%s\\n' %1 >> \"$t\" "
           "&& "
           "mv -f \"$t\" \"$f\"; }; }"_s.replace(u"%1"_s, line)
               .replace(u"%2"_s, blob);
}

Result<QString> removeKeyCommand(const PublicKey& key)
{
    const Result<void> valid = checkKey(key);
    if (!valid) {
        return valid.error();
    }
    const QString blob = shellQuote(QString::fromLatin1(key.blob.toBase64()));
    return u"umask 077; f=\"$HOME/.ssh/authorized_keys\"; [ ! -e \"$f\" ] || { t=\"$f.new.$$\"; "
           "cp -p \"$f\" \"$t\" && { grep -vF %1 \"$f\" > \"$t\"; [ $? -le 1 ]; } && mv -f \"$t\" \"$f\"; }"_s
               .replace(u"%1"_s, blob);
}

}  // namespace analemma::ssh
