#include "core/ssh/names.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

bool isUserCharacter(QChar c)
{
    return c.unicode() > 0x20 && c.unicode() < 0x7f &&
           !u"'\"`$\\;&<>|(){}[]*?!#@:/%,=^"_s.contains(c);
}

Result<int> parsePort(const QString& text)
{
    bool ok = false;
    const int port = text.toInt(&ok);
    const bool digits =
        std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!ok || !digits || port < 1 || port > 65'535) {
        return Error(ErrorKind::Invalid, u"not a port: %1"_s.arg(displayText(text, 20)));
    }
    return port;
}

}  // namespace

Result<HostName> HostName::parse(const QString& text)
{
    if (!isHostName(text)) {
        return Error(ErrorKind::Invalid,
                     u"not a host name or address: %1"_s.arg(displayText(text, 100)));
    }
    return HostName(text);
}

Result<UserName> UserName::parse(const QString& text)
{
    if (text.isEmpty() || text.size() > 64 || text.startsWith(u'-') ||
        !std::all_of(text.cbegin(), text.cend(), isUserCharacter)) {
        return Error(ErrorKind::Invalid, u"not a user name: %1"_s.arg(displayText(text, 100)));
    }
    return UserName(text);
}

QString Place::text() const
{
    const QString who = user.isEmpty() ? QString() : user + u'@';
    if (port == 0) {
        return who + host;
    }
    return who + (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

Result<Place> parsePlace(const QString& text)
{
    QString rest = text.startsWith(u"ssh://"_s) ? text.sliced(6) : text;
    if (rest.size() < text.size() && rest.endsWith(u'/')) {
        rest.chop(1);
    }
    Place place;
    const qsizetype at = rest.lastIndexOf(u'@');
    if (at >= 0) {
        const Result<UserName> user = UserName::parse(rest.first(at));
        if (!user) {
            return user.error();
        }
        place.user = user->text();
        rest = rest.sliced(at + 1);
    }
    QString port;
    if (rest.startsWith(u'[')) {
        const qsizetype end = rest.indexOf(u']');
        const QString after = end < 0 ? QString() : rest.sliced(end + 1);
        if (end < 0 || (!after.isEmpty() && after.size() < 2) ||
            (!after.isEmpty() && !after.startsWith(u':'))) {
            return Error(ErrorKind::Invalid,
                         u"not a host name or address: %1"_s.arg(displayText(rest, 100)));
        }
        port = after.sliced(after.isEmpty() ? 0 : 1);
        rest = rest.sliced(1, end - 1);
    } else if (rest.count(u':') == 1) {
        port = rest.section(u':', 1);
        rest = rest.section(u':', 0, 0);
        if (port.isEmpty()) {
            port = u"none"_s;
        }
    }
    const Result<HostName> host = HostName::parse(rest);
    if (!host) {
        return host.error();
    }
    place.host = host->text();
    if (!port.isEmpty()) {
        const Result<int> number = parsePort(port);
        if (!number) {
            return number.error();
        }
        place.port = *number;
    }
    return place;
}

}  // namespace analemma::ssh
