#include "core/git/src/networkurl.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype urlLimit = 2048;

Error refusedUrl(const QString& text, const QString& why)
{
    return Error(ErrorKind::Refused,
                 u"The address %1 was not used: %2."_s.arg(displayText(shownUrl(text), 200), why));
}

/// Control characters, plain or as the percent escapes that programs below turn into them.
bool hasControl(const QString& text)
{
    static const QRegularExpression escaped(u"%(0[0-9a-f]|1[0-9a-f]|7f)"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    return text.contains(escaped) || std::any_of(text.begin(), text.end(), [](QChar c) {
               return c < u' ' || (c >= QChar(0x7f) && c <= QChar(0x9f));
           });
}

bool isAccount(const QString& user)
{
    static const QRegularExpression plain(u"\\A[A-Za-z0-9_][A-Za-z0-9_.+@~-]{0,127}\\z"_s);
    return plain.match(user).hasMatch();
}

struct Authority {
    QString user;
    QString host;
    int port = 0;
};

/// "user@host:port"; the reason when it is none.
std::optional<QString> readAuthority(const QString& text, Authority& authority)
{
    const qsizetype at = text.lastIndexOf(u'@');
    if (at >= 0) {
        authority.user = text.first(at);
        if (authority.user.contains(u':')) {
            return u"a password stands in it; leave it out, it is asked for"_s;
        }
        if (!isAccount(authority.user)) {
            return u"the name of the account is not a plain one"_s;
        }
    }
    static const QRegularExpression form(
        u"\\A(\\[[0-9A-Fa-f:.]+\\]|[^:\\[\\]]+)(?::([0-9]{1,5}))?\\z"_s);
    const QRegularExpressionMatch match = form.match(text.sliced(at + 1));
    QString host = match.captured(1);
    if (host.startsWith(u'[')) {
        host = host.sliced(1, host.size() - 2);
    }
    authority.host = host.toLower();
    authority.port = match.captured(2).toInt();
    if (!match.hasMatch() || !isHostName(host) || host.startsWith(u'-')) {
        return u"the name of the host is not a plain one"_s;
    }
    if (!match.captured(2).isEmpty() && (authority.port < 1 || authority.port > 65'535)) {
        return u"the port is not one"_s;
    }
    return std::nullopt;
}

/// The host as it stands in an address.
QString bracketed(const QString& host)
{
    return host.contains(u':') ? u'[' + host + u']' : host;
}

Result<RemoteUrl> localUrl(const QString& text, const QString& path, bool local)
{
    if (!local) {
        return refusedUrl(text, u"it is a path on this machine, and nobody named it here"_s);
    }
    if (!path.startsWith(u'/')) {
        return refusedUrl(text, u"a path on this machine has to be a whole one"_s);
    }
    RemoteUrl url;
    url.kind = RemoteUrl::Kind::Local;
    url.text = path;
    url.shown = displayText(path, 300);
    return url;
}

Result<RemoteUrl> schemeUrl(const QString& text, const QString& scheme, const QString& rest,
                            bool local)
{
    if (scheme == u"file") {
        return rest.contains(u'%') ? Result<RemoteUrl>(refusedUrl(
                                         text, u"it has a percent sign: write the path alone"_s))
                                   : localUrl(text, rest, local);
    }
    if (scheme == u"git" || scheme == u"http") {
        return refusedUrl(text,
                          u"whoever is on the way can read and change what goes over it; "
                          "take https or ssh"_s);
    }
    if (scheme != u"https" && scheme != u"ssh") {
        return refusedUrl(text, u"only https and ssh are used"_s);
    }
    const qsizetype slash = rest.indexOf(u'/');
    const QString path = slash < 0 ? QString() : rest.sliced(slash);
    Authority authority;
    const std::optional<QString> wrong =
        readAuthority(slash < 0 ? rest : rest.first(slash), authority);
    if (wrong) {
        return refusedUrl(text, *wrong);
    }
    if (path.size() < 2) {
        return refusedUrl(text, u"it names no repository on the host"_s);
    }
    RemoteUrl url;
    url.kind = scheme == u"ssh" ? RemoteUrl::Kind::Ssh : RemoteUrl::Kind::Https;
    url.user = authority.user;
    url.host = authority.host;
    url.port = authority.port;
    const bool withUser = url.kind == RemoteUrl::Kind::Ssh && !url.user.isEmpty();
    url.text = scheme + u"://"_s + (withUser ? url.user + u'@' : QString()) + bracketed(url.host) +
               (url.port > 0 ? u":%1"_s.arg(url.port) : QString()) + path;
    url.shown = displayText(url.text, 300);
    return url;
}

/// "user@host:path", as ssh's own copy program has it.
Result<RemoteUrl> shortUrl(const QString& text, qsizetype colon)
{
    Authority authority;
    const std::optional<QString> wrong = readAuthority(text.first(colon), authority);
    const QString path = text.sliced(colon + 1);
    if (wrong) {
        return refusedUrl(text, *wrong);
    }
    if (path.isEmpty() || path.startsWith(u'-') || path.startsWith(u':')) {
        return refusedUrl(text, u"the path on the host is not a plain one"_s);
    }
    RemoteUrl url;
    url.kind = RemoteUrl::Kind::Ssh;
    url.text = text;
    url.user = authority.user;
    url.host = authority.host;
    url.shown = displayText(text, 300);
    return url;
}

}  // namespace

QString RemoteUrl::place() const
{
    if (kind == Kind::Local) {
        return text;
    }
    const QString end = bracketed(host) + (port > 0 ? u":%1"_s.arg(port) : QString());
    return kind == Kind::Https ? u"https://"_s + end
                               : (user.isEmpty() ? QString() : user + u'@') + end;
}

QString shownUrl(const QString& text)
{
    static const QRegularExpression password(u"\\A([A-Za-z][A-Za-z0-9+.-]*://[^/:@]*):[^/]*@"_s);
    return QString(text).replace(password, u"\\1:***@"_s);
}

Result<RemoteUrl> parseRemoteUrl(const QString& text, bool local)
{
    if (text.isEmpty() || text.size() > urlLimit) {
        return Error(ErrorKind::Invalid, u"That is no address of a repository: \"%1\"."_s.arg(
                                             displayText(shownUrl(text), 100)));
    }
    if (hasControl(text)) {
        return refusedUrl(text, u"it has a line break or another control character in it"_s);
    }
    if (text.startsWith(u'-')) {
        return refusedUrl(text, u"it begins like an option"_s);
    }
    static const QRegularExpression scheme(u"\\A([A-Za-z][A-Za-z0-9+.-]*)://(.*)\\z"_s);
    const QRegularExpressionMatch match = scheme.match(text);
    if (match.hasMatch()) {
        return schemeUrl(text, match.captured(1).toLower(), match.captured(2), local);
    }
    static const QRegularExpression helper(u"\\A[A-Za-z0-9_+.-]+::"_s);
    if (text.contains(helper)) {
        return refusedUrl(text, u"it would run a program of its own"_s);
    }
    const qsizetype colon = text.indexOf(u':');
    const qsizetype slash = text.indexOf(u'/');
    const bool isShort = colon > 0 && (slash < 0 || colon < slash);
    return isShort ? shortUrl(text, colon) : localUrl(text, text, local);
}

}  // namespace analemma::git
