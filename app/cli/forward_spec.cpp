#include "app/cli/forward_spec.h"

#include "core/base/text.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// Splits at colons that stand outside of brackets.
QStringList partsOf(const QString& text)
{
    QStringList parts(1);
    bool inBrackets = false;
    for (const QChar c : text) {
        inBrackets = (inBrackets || c == u'[') && c != u']';
        if (c == u':' && !inBrackets) {
            parts += QString();
        } else if (c != u'[' && c != u']') {
            parts.last() += c;
        }
    }
    return parts;
}

std::optional<int> portOf(const QString& text, int least)
{
    bool ok = false;
    const int port = text.toInt(&ok);
    return ok && port >= least && port <= 65'535 ? std::optional(port) : std::nullopt;
}

QString hostPort(const QString& host, int port)
{
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

}  // namespace

Result<ssh::ForwardSpec> parseForward(ssh::ForwardSpec::Kind kind, const QString& text)
{
    const bool isDynamic = kind == ssh::ForwardSpec::Kind::Dynamic;
    const QString form = isDynamic ? u"[ADDRESS:]PORT"_s : u"[ADDRESS:]PORT:HOST:HOSTPORT"_s;
    const Error wrong(ErrorKind::Invalid,
                      u"expected %1, got \"%2\""_s.arg(form, displayText(text, 200)));
    QStringList parts = partsOf(text);
    const qsizetype least = isDynamic ? 1 : 3;
    if (parts.size() < least || parts.size() > least + 1) {
        return wrong;
    }
    ssh::ForwardSpec spec;
    spec.kind = kind;
    if (parts.size() > least) {
        spec.listenHost = parts.takeFirst();
        spec.listenHost = spec.listenHost == u"localhost" ? u"127.0.0.1"_s : spec.listenHost;
    }
    const auto listen = portOf(parts[0], 0);
    const auto port = isDynamic ? std::optional(0) : portOf(parts[2], 1);
    if (!listen || !port || spec.listenHost.isEmpty() || (!isDynamic && !isHostName(parts[1]))) {
        return wrong;
    }
    spec.listenPort = *listen;
    spec.port = *port;
    spec.host = isDynamic ? QString() : parts[1];
    return spec;
}

QString forwardText(const ssh::ForwardSpec& spec, int port, const QString& server)
{
    const QString listen = hostPort(spec.listenHost, port);
    switch (spec.kind) {
        case ssh::ForwardSpec::Kind::Local:
            return u"%1 here -> %2 from %3"_s.arg(listen, hostPort(spec.host, spec.port), server);
        case ssh::ForwardSpec::Kind::Remote:
            return u"%1 on %3 -> %2 from here"_s.arg(listen, hostPort(spec.host, spec.port),
                                                     server);
        case ssh::ForwardSpec::Kind::Dynamic:
            return u"%1 here: a SOCKS proxy through %2"_s.arg(listen, server);
    }
    return {};
}

}  // namespace analemma::cli
