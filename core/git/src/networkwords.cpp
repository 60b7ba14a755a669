#include "core/git/src/networkwords.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cerrno>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype talkLineLimit = 2048;
constexpr qsizetype saidLimit = 100;
constexpr qsizetype ownLimit = 64;

struct NetworkMeaning {
    const char* words;
    ErrorKind kind;
    const char* text;
    const char* hint;
    int nativeCode = 0;
};

constexpr char noProof[] = "the server could not prove who it is, so no credential was sent";
constexpr char certificateHint[] =
    "Its certificate is wrong, expired or of an authority that this machine does not know. Is the "
    "address right? A file with an authority of your own can be named.";

constexpr char diskFull[] = "the disk is full, so nothing was changed";
constexpr char diskHint[] = "Free some space on that disk and try again.";

/// In the order in which they are looked for: the first one found decides. Those that ssh or curl
/// say come before what git says because of them.
constexpr std::array networkMeanings = {
    NetworkMeaning{
        "IDENTIFICATION HAS CHANGED", ErrorKind::HostKey,
        "the server's host key is not the recorded one, so no credential was sent",
        "Somebody may stand in between, or the server was rebuilt: compare the fingerprint with "
        "one from its owner before you replace the record."},
    NetworkMeaning{"REVOKED HOST KEY", ErrorKind::HostKey,
                   "the server's host key is marked as revoked, so no credential was sent", ""},
    NetworkMeaning{"HOST KEY IS REVOKED", ErrorKind::HostKey,
                   "the server's host key is marked as revoked, so no credential was sent", ""},
    NetworkMeaning{"host key is known for", ErrorKind::HostKey,
                   "no host key of this server is recorded, so no credential was sent",
                   "Compare the fingerprint with one from the server's owner, then record it."},
    NetworkMeaning{"Host key verification failed", ErrorKind::HostKey,
                   "the server's host key could not be verified, so no credential was sent",
                   "Compare the fingerprint with one from the server's owner, then record it."},
    NetworkMeaning{"certificate problem", ErrorKind::HostKey, noProof, certificateHint},
    NetworkMeaning{"certificate verification failed", ErrorKind::HostKey, noProof, certificateHint},
    NetworkMeaning{"SSL: certificate", ErrorKind::HostKey, noProof, certificateHint},
    NetworkMeaning{"SSL: no alternative certificate", ErrorKind::HostKey, noProof, certificateHint},
    NetworkMeaning{"Too many authentication failures", ErrorKind::Auth,
                   "the server ended the login after too many keys",
                   "Choose one key for this host."},
    NetworkMeaning{"Permission denied (", ErrorKind::Auth, "the login was refused",
                   "Try another key, or add this one at the server."},
    NetworkMeaning{"Authentication failed for", ErrorKind::Auth,
                   "the server did not take the name and password",
                   "Many servers want a token in place of the password."},
    NetworkMeaning{"could not read Username", ErrorKind::Auth, "the server wants a login",
                   "Give a name and a password or token."},
    NetworkMeaning{"could not read Password", ErrorKind::Auth, "the server wants a password",
                   "Give a password or token."},
    NetworkMeaning{"unable to read askpass response", ErrorKind::Auth, "the server wants a login",
                   "Give a name and a password or token."},
    NetworkMeaning{"returned error: 401", ErrorKind::Auth, "the server wants a login", ""},
    NetworkMeaning{"returned error: 403", ErrorKind::Auth, "the server does not allow it", ""},
    NetworkMeaning{"returned error: 404", ErrorKind::NotFound, "there is no such repository",
                   "Is the address right? Some servers say so of what one may not see."},
    NetworkMeaning{"returned error: 429", ErrorKind::RateLimited,
                   "the server has had too many requests", "Wait, then try again."},
    NetworkMeaning{"returned error: 3", ErrorKind::Refused, "the server points to another address",
                   "Look where it has gone, and change the address of the remote."},
    NetworkMeaning{"dubious ownership", ErrorKind::Refused,
                   "that repository belongs to another user of this machine", ""},
    NetworkMeaning{"transport '", ErrorKind::Refused, "that kind of address is not allowed",
                   "Only https and ssh are used."},
    NetworkMeaning{"does not appear to be a git repository", ErrorKind::NotFound,
                   "there is no such repository", "Is the address right?"},
    NetworkMeaning{"' does not exist", ErrorKind::NotFound, "there is no such repository",
                   "Is the address right?"},
    NetworkMeaning{"epository not found", ErrorKind::NotFound, "there is no such repository",
                   "Is the address right? Some servers say so of what one may not see."},
    NetworkMeaning{"' not found", ErrorKind::NotFound, "there is no such repository",
                   "Is the address right? Some servers say so of what one may not see."},
    NetworkMeaning{"couldn't find remote ref", ErrorKind::NotFound,
                   "the other side has no such branch or tag", ""},
    NetworkMeaning{"not found in upstream", ErrorKind::NotFound,
                   "the other side has no such branch or tag", ""},
    NetworkMeaning{"No space left on device", ErrorKind::Io, diskFull, diskHint, ENOSPC},
    NetworkMeaning{"Out of diskspace", ErrorKind::Io, diskFull, diskHint, ENOSPC},
    NetworkMeaning{"Disk quota exceeded", ErrorKind::Io, diskFull, diskHint, EDQUOT},
    NetworkMeaning{"unable to create temporary file", ErrorKind::Io,
                   "the objects could not be written", ""},
    NetworkMeaning{"Unable to negotiate", ErrorKind::Unsupported,
                   "the server and OpenSSH have nothing in common", ""},
    NetworkMeaning{"Could not resolve host", ErrorKind::Network, "the name is not known", ""},
    NetworkMeaning{"Connection refused", ErrorKind::Network, "the connection was refused", ""},
    NetworkMeaning{"timed out", ErrorKind::Timeout, "no answer", ""},
    NetworkMeaning{"Timeout was reached", ErrorKind::Timeout, "no answer", ""},
    NetworkMeaning{"not responding", ErrorKind::Timeout, "the server no longer answers", ""},
    NetworkMeaning{"gnutls_handshake", ErrorKind::Network, "no connection by TLS came about", ""},
    NetworkMeaning{"SSL connect error", ErrorKind::Network, "no connection by TLS came about", ""},
    NetworkMeaning{"Failed to connect", ErrorKind::Network, "no connection came about", ""},
    NetworkMeaning{"is unreachable", ErrorKind::Network, "there is no way to it", ""},
    NetworkMeaning{"No route to host", ErrorKind::Network, "there is no way to it", ""},
    NetworkMeaning{"Connection reset", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"unexpected disconnect", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"RPC failed", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"protocol error", ErrorKind::Protocol,
                   "what came is not what a repository sends", ""},
    NetworkMeaning{"bad line length", ErrorKind::Protocol,
                   "what came is not what a repository sends", ""},
    NetworkMeaning{"not valid: is this a git repository", ErrorKind::Protocol,
                   "what came is not what a repository sends", "Is the address right?"},
    NetworkMeaning{"pack signature mismatch", ErrorKind::Protocol,
                   "what came is not what a repository sends", ""},
    NetworkMeaning{"pack has bad object", ErrorKind::Protocol, "what came is damaged", ""},
    NetworkMeaning{"pack is corrupted", ErrorKind::Protocol, "what came is damaged", ""},
    NetworkMeaning{"inflate returned", ErrorKind::Protocol, "what came is damaged", ""},
    NetworkMeaning{"did not send all necessary objects", ErrorKind::Protocol,
                   "the other side did not send all that belongs to it", ""},
    NetworkMeaning{"early EOF", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"hung up", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"Connection closed", ErrorKind::Network, "the connection broke", ""},
    NetworkMeaning{"kex_exchange_identification", ErrorKind::Protocol,
                   "what answers there does not speak SSH", ""},
    NetworkMeaning{"Could not read from remote repository", ErrorKind::Network,
                   "the connection broke", ""},
    NetworkMeaning{"unable to access", ErrorKind::Network, "it could not be reached", ""},
};

const NetworkMeaning* meaningOf(const QByteArrayList& own)
{
    const QByteArray all = own.join('\n');
    for (const NetworkMeaning& one : networkMeanings) {
        if (all.contains(one.words)) {
            return &one;
        }
    }
    return nullptr;
}

/// The line that says most: git's own end, without the advice that follows it.
QString quotedLine(const QByteArrayList& own)
{
    QByteArray best;
    for (const QByteArray& line : own) {
        const bool says = line.startsWith("fatal: ") || line.startsWith("error: ") ||
                          line.startsWith("ssh: ") || line.contains("Permission denied (") ||
                          line.contains("ERROR:");
        if (says && (best.isEmpty() || best.contains("Could not read from remote"))) {
            best = line;
        }
    }
    if (best.isEmpty() && !own.isEmpty()) {
        best = own.constLast();
    }
    for (const char* mark : {"fatal: ", "error: "}) {
        if (best.startsWith(mark)) {
            best = best.sliced(qsizetype(qstrlen(mark)));
        }
    }
    return displayText(QByteArrayView(best), 300);
}

}  // namespace

std::optional<NetworkProgress> progressOf(QByteArrayView line)
{
    static const QRegularExpression form(
        u"\\A((?:remote: )?[A-Z][A-Za-z -]{2,60}):\\s+(?:\\d{1,3}% \\((\\d{1,18})/(\\d{1,18})\\)|"
        "(\\d{1,18}))(?:, ([0-9.]+ (?:bytes|[KMGT]iB)(?: \\| [0-9.]+ (?:bytes|[KMGT]iB)/s)?))?"
        "(?:, done\\.)?\\s*\\z"_s);
    if (line.size() > 300) {
        return std::nullopt;
    }
    const QRegularExpressionMatch match = form.match(QString::fromLatin1(line));
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    NetworkProgress progress;
    progress.phase = match.captured(1);
    const bool counted = match.captured(4).isEmpty();
    progress.done = match.captured(counted ? 2 : 4).toLongLong();
    progress.total = match.captured(3).toLongLong();
    progress.volume = match.captured(5);
    return progress;
}

std::optional<NetworkProgress> NetworkTalk::takeLine()
{
    const QByteArray line = std::exchange(m_line, {});
    if (line.trimmed().isEmpty()) {
        return std::nullopt;
    }
    if (std::optional<NetworkProgress> progress = progressOf(line)) {
        return progress;
    }
    if (line.startsWith("remote: ") || line == "remote:") {
        const QString text = displayText(QByteArrayView(line).sliced(7), 500).trimmed();
        static const QRegularExpression count(u"\\ATotal \\d+ \\(delta "_s);
        if (m_said.size() < saidLimit && !text.isEmpty() && !text.contains(count)) {
            m_said.append(text);
        }
        return std::nullopt;
    }
    m_own.append(line);
    if (m_own.size() > ownLimit) {
        m_own.removeFirst();
    }
    return std::nullopt;
}

QList<NetworkProgress> NetworkTalk::feed(QByteArrayView piece)
{
    QList<NetworkProgress> told;
    for (const char c : piece) {
        if (c == '\r' || c == '\n') {
            if (std::optional<NetworkProgress> progress = takeLine()) {
                if (!told.isEmpty() && told.constLast().phase == progress->phase) {
                    told.removeLast();
                }
                told.append(std::move(*progress));
            }
        } else if (m_line.size() < talkLineLimit) {
            m_line.append(c);
        }
    }
    return told;
}

void NetworkTalk::finish()
{
    (void)takeLine();
}

Error networkError(const QString& what, const QByteArrayList& own, const QString& endText)
{
    const NetworkMeaning* meaning = meaningOf(own);
    const QString quoted = own.isEmpty() ? endText : quotedLine(own);
    if (meaning == nullptr) {
        return Error(ErrorKind::Failed, u"%1: %2"_s.arg(what, quoted));
    }
    return Error(meaning->kind,
                 u"%1: %2 (\"%3\")."_s.arg(what, QString::fromLatin1(meaning->text), quoted),
                 meaning->nativeCode)
        .withHint(QString::fromLatin1(meaning->hint));
}

std::optional<PushedRef> pushedRefOf(QByteArrayView line)
{
    const QByteArrayList parts = line.toByteArray().split('\t');
    if (parts.size() != 3 || parts[0].size() != 1 || line.size() > 8192) {
        return std::nullopt;
    }
    const std::pair<char, PushedRef::State> states[] = {
        {' ', PushedRef::State::Moved},    {'+', PushedRef::State::Forced},
        {'-', PushedRef::State::Removed},  {'*', PushedRef::State::New},
        {'!', PushedRef::State::Rejected}, {'=', PushedRef::State::Same}};
    const auto* const state =
        std::find_if(std::begin(states), std::end(states),
                     [&parts](const auto& one) { return one.first == parts[0].at(0); });
    const qsizetype colon = parts[1].indexOf(':');
    if (state == std::end(states) || colon < 0) {
        return std::nullopt;
    }
    PushedRef ref;
    ref.name = QString::fromUtf8(parts[1].sliced(colon + 1));
    ref.state = state->second;
    if (ref.state == PushedRef::State::Rejected) {
        ref.reason = displayText(QByteArrayView(parts[2]), 300);
    }
    return ref;
}

QStringList rejectedTags(const QByteArrayList& own)
{
    static const QRegularExpression form(u"\\A ! \\[rejected\\]\\s+\\S+\\s+-> (\\S+)\\s+\\("_s);
    QStringList names;
    for (const QByteArray& line : own) {
        const QRegularExpressionMatch match = form.match(QString::fromUtf8(line));
        if (match.hasMatch()) {
            names.append(displayText(match.captured(1), 300));
        }
    }
    return names;
}

NetworkQuestion questionOf(const QByteArray& prompt, const RemoteUrl& url)
{
    static const QRegularExpression login(u"\\A(Username|Password) for '(.*)': \\z"_s);
    static const QRegularExpression key(u"\\AEnter passphrase for (?:key )?'?(.*?)'?: \\z"_s);
    const QString text = QString::fromUtf8(prompt);
    NetworkQuestion question;
    question.prompt = displayText(text, 300);
    question.user = url.user;
    question.place = url.place();
    if (const QRegularExpressionMatch match = login.match(text); match.hasMatch()) {
        question.kind = match.captured(1) == u"Username" ? NetworkQuestion::Kind::User
                                                         : NetworkQuestion::Kind::Password;
        QString place = match.captured(2);
        const qsizetype start = place.indexOf(u"://"_s) + 3;
        const qsizetype at = place.lastIndexOf(u'@');
        if (start >= 3 && at >= start) {
            question.user = displayText(place.sliced(start, at - start), 100);
            place.remove(start, at - start + 1);
        }
        question.place = place;
    } else if (const QRegularExpressionMatch keyed = key.match(text); keyed.hasMatch()) {
        question.kind = NetworkQuestion::Kind::Passphrase;
        question.place = keyed.captured(1);
    } else if (text.endsWith(u"'s password: "_s)) {
        question.kind = NetworkQuestion::Kind::Password;
    } else {
        question.kind = NetworkQuestion::Kind::Other;
    }
    return question;
}

}  // namespace analemma::git
