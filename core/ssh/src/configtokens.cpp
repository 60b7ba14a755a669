#include "core/ssh/src/configtokens.h"

#include "core/base/text.h"
#include "core/ssh/src/configtree.h"

#include <QCryptographicHash>

#include <arpa/inet.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// "[address]:port", "address:port" and "port" alone.
std::optional<std::pair<QString, int>> parseEnd(const QString& text, bool needsHost)
{
    QString host;
    QString port = text;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u"]:"_s);
        if (end < 0) {
            return std::nullopt;
        }
        host = text.sliced(1, end - 1);
        port = text.sliced(end + 2);
    } else if (text.count(u':') == 1) {
        host = text.section(u':', 0, 0);
        port = text.section(u':', 1);
        host = host.isEmpty() && !needsHost ? u"*"_s : host;
    }
    bool ok = false;
    const int number = port.toInt(&ok);
    if (!ok || number < 0 || number > 65'535 || (needsHost && (host.isEmpty() || number == 0)) ||
        (!host.isEmpty() && host != u"*"_s && !isHostName(host))) {
        return std::nullopt;
    }
    return std::pair(host, number);
}

}  // namespace

bool isAddress(const QString& text)
{
    unsigned char space[16];
    const QByteArray name = text.toLatin1();
    return ::inet_pton(AF_INET, name.constData(), space) == 1 ||
           ::inet_pton(AF_INET6, name.constData(), space) == 1;
}

std::optional<ConfigForward> parseConfigForward(ConfigForward::Kind kind,
                                                const QByteArrayList& words)
{
    const bool isPair = words.size() == 2;
    const bool mayBeAlone = kind != ConfigForward::Kind::Local;
    if (!isPair && !(words.size() == 1 && mayBeAlone)) {
        return std::nullopt;
    }
    if (isPair && kind == ConfigForward::Kind::Dynamic) {
        return std::nullopt;
    }
    const auto from = parseEnd(QString::fromUtf8(words.at(0)), false);
    const auto to = isPair ? parseEnd(QString::fromUtf8(words.at(1)), true)
                           : std::optional(std::pair(QString(), 0));
    const bool mayBeZero = kind == ConfigForward::Kind::Remote;
    if (!from || !to || (from->second == 0 && !mayBeZero)) {
        return std::nullopt;
    }
    return ConfigForward{kind, from->first, from->second, to->first, to->second};
}

QByteArray expandHostName(const QByteArray& text, const QByteArray& alias)
{
    QByteArray result;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            result += text[at];
            continue;
        }
        const char which = at + 1 < text.size() ? text[++at] : '\0';
        if (which == 'h') {
            result += alias;
        } else if (which == '%') {
            result += '%';
        } else {
            return text;
        }
    }
    return result;
}

ConfigTokens::ConfigTokens(const ConfigPlaces& places, const HostConfig& host)
    : m_places(places), m_host(host)
{
}

Result<QString> ConfigTokens::token(QChar which) const
{
    switch (which.unicode()) {
        case '%':
            return u"%"_s;
        case 'C': {
            const QString all =
                m_places.localHost + m_host.hostName + QString::number(m_host.port) + m_host.user;
            return QString::fromLatin1(
                QCryptographicHash::hash(all.toUtf8(), QCryptographicHash::Sha1).toHex());
        }
        case 'd':
            return m_places.home;
        case 'h':
            return m_host.hostName;
        case 'i':
            return QString::number(m_places.userId);
        case 'k':
            return m_host.hostKeyAlias.isEmpty() ? m_host.alias : m_host.hostKeyAlias;
        case 'L':
            return m_places.localHost.section(u'.', 0, 0);
        case 'l':
            return m_places.localHost;
        case 'n':
            return m_host.alias;
        case 'p':
            return QString::number(m_host.port);
        case 'r':
            return m_host.user;
        case 'u':
            return m_places.localUser;
        default:
            return Error(ErrorKind::Invalid, u"unknown token %%1"_s.arg(which));
    }
}

QString ConfigTokens::variable(const QString& name) const
{
    const auto found = m_places.environment.find(name);
    return found == m_places.environment.end() ? QString() : found->second;
}

Result<QString> ConfigTokens::path(const QByteArray& text) const
{
    QString rest = QString::fromUtf8(text);
    if (rest.startsWith(u"~/"_s)) {
        rest = m_places.home + rest.sliced(1);
    } else if (rest.startsWith(u'~')) {
        return Error(ErrorKind::Invalid, u"~ of another account is not looked up"_s);
    }
    QString result;
    for (qsizetype at = 0; at < rest.size() && result.size() < 4'096; ++at) {
        if (rest.at(at) == u'%') {
            const Result<QString> value =
                token(at + 1 < rest.size() ? rest.at(at + 1) : QChar(u'\0'));
            if (!value) {
                return value.error();
            }
            result += *value;
            ++at;
        } else if (rest.sliced(at).startsWith(u"${"_s)) {
            const qsizetype end = rest.indexOf(u'}', at);
            const QString value = end < 0 ? QString() : variable(rest.sliced(at + 2, end - at - 2));
            if (value.isEmpty()) {
                return Error(ErrorKind::Invalid, u"a variable is not set"_s);
            }
            result += value;
            at = end;
        } else {
            result += rest.at(at);
        }
    }
    return result;
}

QString ConfigTokens::agent(const QByteArray& text) const
{
    if (text.isEmpty() || text == "SSH_AUTH_SOCK") {
        return {};
    }
    if (text.startsWith('$') && !text.startsWith("${")) {
        const QString socket = variable(QString::fromUtf8(text.sliced(1)));
        return socket.isEmpty() ? u"none"_s : socket;
    }
    return path(text).valueOr(u"none"_s);
}

}  // namespace analemma::ssh
