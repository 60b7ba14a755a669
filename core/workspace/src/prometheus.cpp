#include "core/workspace/src/prometheus.h"

#include "core/base/text.h"

#include <QDir>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr Range exporterPorts{1, 65535};
constexpr qsizetype longestPath = 4096;
constexpr qsizetype longestServerPattern = 253;

/// Without a name and a password in it, which would stand in every log.
bool isWebAddress(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    return text.size() <= longestPath && url.isValid() && !url.host().isEmpty() &&
           (url.scheme() == u"http" || url.scheme() == u"https") && url.userInfo().isEmpty() &&
           !text.contains(u'@') && !url.hasQuery() && !url.hasFragment();
}

bool isFilePath(const QString& text)
{
    return !text.isEmpty() && text.size() <= longestPath && !text.endsWith(u'/') &&
           std::none_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20; });
}

bool isPattern(const QString& text)
{
    const auto fits = [](QChar c) {
        return (c.unicode() < 0x80 && c.isLetterOrNumber()) || u"._-*?"_s.contains(c);
    };
    return !text.isEmpty() && text.size() <= longestServerPattern &&
           std::all_of(text.cbegin(), text.cend(), fits);
}

bool isSecretName(const QString& text)
{
    return text.startsWith(u"secret:"_s) && isPlainName(text.mid(7));
}

/// What stands here may be the secret itself: it is not repeated.
QString readToken(const Section& section)
{
    const QString key = u"token"_s;
    if (!section.has(key)) {
        return {};
    }
    const YamlNode& value = section.node(key);
    if (value.isScalar() && isSecretName(value.text)) {
        return value.text.mid(7);
    }
    section.problems()->add(section.placeOf(key),
                            u"expected secret:NAME; the secret itself never stands in this file"_s);
    return {};
}

}  // namespace

Prometheus readPrometheus(const Section& root, const QString& folder)
{
    Prometheus prometheus;
    const YamlNode& node = root.node(u"prometheus"_s);
    if (node.isNull()) {
        return prometheus;
    }
    const Section section(root.problems(), node, root.placeOf(u"prometheus"_s),
                          {u"url"_s, u"alertmanager"_s, u"token"_s, u"authority"_s,
                           u"remote-write"_s, u"targets"_s, u"exporter-port"_s, u"servers"_s});
    const QString address = u"an address such as https://prometheus.example.org:9090"_s;
    const QString file = u"the path of a file"_s;
    const auto path = [&](const QString& key) {
        const QString text = section.word(key, file, isFilePath, QString());
        return text.isEmpty() ? text : QDir::cleanPath(QDir(folder).absoluteFilePath(text));
    };
    prometheus.url = section.word(u"url"_s, address, isWebAddress);
    prometheus.alertmanager = section.word(u"alertmanager"_s, address, isWebAddress, QString());
    prometheus.token = readToken(section);
    prometheus.authority = path(u"authority"_s);
    prometheus.remoteWrite = section.truth(u"remote-write"_s, false);
    prometheus.targets = path(u"targets"_s);
    prometheus.exporterPort =
        section.number(u"exporter-port"_s, u"a port"_s, exporterPorts, prometheus.exporterPort);
    prometheus.servers =
        section.words(u"servers"_s, u"a list of names of servers"_s,
                      u"a name of a server, with * and ? for letters"_s, isPattern);
    return prometheus;
}

}  // namespace analemma::workspace
