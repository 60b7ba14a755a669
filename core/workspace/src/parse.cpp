#include "core/workspace/src/alerting.h"
#include "core/workspace/src/check.h"
#include "core/workspace/src/prometheus.h"
#include "core/workspace/src/section.h"
#include "core/workspace/src/servicechecks.h"
#include "core/workspace/workspace.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>

#include <arpa/inet.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr Range servicePorts{1024, 65535};
constexpr Range anyPorts{1, 65535};
constexpr Range serverCounts{1, 100};
constexpr Range checkCounts{1, 20};
constexpr Range warmCounts{0, 10};
constexpr Range approvalCounts{0, 20};
constexpr qsizetype mostHops = 4;
constexpr qint64 second = 1000;
constexpr qint64 minute = 60 * second;
constexpr qint64 hour = 60 * minute;

bool hasControl(const QString& text)
{
    return std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20; });
}

bool isText(const QString& text)
{
    return !text.isEmpty() && text.size() <= 4096 && !hasControl(text);
}

/// A path that stays inside the folder it is used in.
bool isPathInside(const QString& text)
{
    return isText(text) && !text.startsWith(u'/') && !text.startsWith(u'-') &&
           !text.split(u'/').contains(u".."_s);
}

bool isServerPath(const QString& text)
{
    return isText(text) && text.startsWith(u'/') && text.size() > 1 &&
           !text.split(u'/').contains(u".."_s);
}

/// What git takes as a branch name (git-check-ref-format(1)), without what a shell or a path could
/// misread.
bool isBranch(const QString& text)
{
    static const QString forbidden = u" ~^:?*[\\\u007f"_s;
    const bool plain =
        std::none_of(text.cbegin(), text.cend(), [](QChar c) { return forbidden.contains(c); });
    return isText(text) && plain && !text.startsWith(u'-') && !text.startsWith(u'/') &&
           !text.endsWith(u'/') && !text.endsWith(u'.') && !text.contains(u".."_s) &&
           !text.contains(u"@{"_s) && !text.contains(u"//"_s);
}

bool isRemote(const QString& text)
{
    return isText(text) && !text.startsWith(u'-') && !text.contains(u' ');
}

bool isVariable(const QString& text)
{
    const auto fits = [](QChar c) {
        const char16_t u = c.unicode();
        return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9') ||
               u == u'_';
    };
    return !text.isEmpty() && text.size() <= 255 && !text[0].isDigit() &&
           std::all_of(text.cbegin(), text.cend(), fits);
}

bool isUser(const QString& text)
{
    return text.size() <= 32 && isPlainName(text.toLower());
}

/// The name of a server, or "[user@]host[:port]".
bool isHop(const QString& text)
{
    const auto fits = [](QChar c) {
        return (c.unicode() < 0x80 && c.isLetterOrNumber()) || u"._-@:[]%"_s.contains(c);
    };
    return !text.isEmpty() && text.size() <= 320 && !text.startsWith(u'-') &&
           std::all_of(text.cbegin(), text.cend(), fits);
}

bool isKeyPath(const QString& text)
{
    return isText(text) && (text.startsWith(u'/') || text.startsWith(u"~/"_s));
}

bool isTransport(const QString& text)
{
    return text == u"auto" || text == u"built-in" || text == u"system";
}

bool isReviewRule(const QString& text)
{
    return text == u"required" || text == u"none";
}

bool isSecretReference(const QString& text)
{
    return text.startsWith(u"secret:"_s) && isPlainName(text.mid(7));
}

bool isAddress(const QString& text)
{
    std::array<unsigned char, 16> bytes{};
    const QByteArray name = text.toLatin1();
    return ::inet_pton(AF_INET, name.constData(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, name.constData(), bytes.data()) == 1;
}

/// Reads the sections into a Workspace and remembers where names of other parts stand.
class Parser {
public:
    Parser(Problems* problems, const YamlNode& root, QString folder)
        : m_root(problems, root, Place{root.line, root.column, QString()},
                 {u"workspace"_s, u"repositories"_s, u"providers"_s, u"pipelines"_s,
                  u"environments"_s, u"images"_s, u"servers"_s, u"checks"_s, u"prometheus"_s,
                  u"alerts"_s, u"channels"_s, u"maintenance"_s}),
          m_folder(std::move(folder))
    {
    }

    Workspace run()
    {
        m_workspace.name =
            m_root.word(u"workspace"_s,
                        u"a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\""_s, isPlainName);
        readRepositories();
        readProviders();
        readPipelines();
        readImages();
        readEnvironments();
        readServers();
        m_workspace.checks = readChecks(m_root, m_folder);
        for (const ServiceCheck& one : std::as_const(m_workspace.checks)) {
            const QString path = u"checks."_s + one.name + u".environment"_s;
            m_places.insert(path, placeIn(u"checks"_s, one.name, u"environment"_s));
        }
        m_workspace.prometheus = readPrometheus(m_root, m_folder);
        readAlerting(m_root, m_workspace);
        check(m_workspace, m_places, m_root.problems());
        return m_workspace;
    }

private:
    /// Where a key of a named map of a section stands.
    [[nodiscard]] Place placeIn(const QString& part, const QString& name, const QString& key) const
    {
        const YamlNode& value = m_root.node(part).at(name).at(key);
        return Place{value.line, value.column, value.path};
    }

    /// The name of another part; whether it exists is checked when all is read.
    QString reference(const Section& section, const QString& key, const QString& what)
    {
        const Place place = section.placeOf(key);
        m_places.insert(place.path, place);
        return section.word(key, u"the name of "_s + what, isText, QString());
    }

    void readRepositories()
    {
        m_root.maps(
            u"repositories"_s, {u"path"_s, u"remote"_s, u"review"_s},
            [this](const QString& name, const Section& section) {
                Repository repository;
                repository.name = name;
                const QString path = section.word(u"path"_s, u"the path of a folder"_s, isText);
                repository.path = QDir::cleanPath(QDir(m_folder).absoluteFilePath(path));
                repository.remote = section.word(u"remote"_s, u"the address of a git remote"_s,
                                                 isRemote, QString());
                repository.reviewRequired = section.word(u"review"_s, u"required or none"_s,
                                                         isReviewRule, u"none"_s) == u"required";
                m_workspace.repositories.insert(name, repository);
            });
    }

    void readProviders()
    {
        // The keys of providers to come are known, so that the type is what is told.
        const QStringList known = {u"type"_s,  u"region"_s, u"size"_s,
                                   u"token"_s, u"socket"_s, u"address"_s};
        m_root.maps(u"providers"_s, known, [this](const QString& name, const Section& section) {
            static const QStringList later = {u"container"_s, u"ssh"_s, u"digitalocean"_s};
            Provider provider;
            provider.name = name;
            provider.type = section.word(u"type"_s, u"a type of provider (local)"_s, isText);
            if (later.contains(provider.type)) {
                section.problems()->add(
                    section.placeOf(u"type"_s),
                    u"this version has no provider \"%1\"; it has local"_s.arg(provider.type),
                    ErrorKind::Unsupported);
            } else if (!provider.type.isEmpty() && provider.type != u"local") {
                section.expected(u"type"_s, u"a type of provider (local)"_s);
            } else {
                rejectForeign(section, {u"type"_s});
            }
            m_workspace.providers.insert(name, provider);
        });
    }

    /// Keys that only other types of provider have.
    static void rejectForeign(const Section& section, const QStringList& own)
    {
        for (const QString& key : {u"region"_s, u"size"_s, u"token"_s, u"socket"_s, u"address"_s}) {
            if (section.has(key) && !own.contains(key)) {
                section.problems()->add(
                    section.placeOf(key),
                    u"a local provider has no \"%1\"; it needs nothing but its type"_s.arg(key));
            }
        }
    }

    void readPipelines()
    {
        const QStringList known = {u"repository"_s, u"config"_s, u"on"_s, u"secrets"_s};
        m_root.maps(u"pipelines"_s, known, [this](const QString& name, const Section& section) {
            Pipeline pipeline;
            pipeline.name = name;
            pipeline.repository = reference(section, u"repository"_s, u"a repository"_s);
            pipeline.config = section.word(u"config"_s, u"a path inside the repository"_s,
                                           isPathInside, u".circleci/config.yml"_s);
            pipeline.on = section.words(u"on"_s, u"a list of branches"_s, u"the name of a branch"_s,
                                        isBranch);
            pipeline.secrets = readSecrets(section);
            m_workspace.pipelines.insert(name, pipeline);
        });
    }

    static QMap<QString, QString> readSecrets(const Section& section)
    {
        QMap<QString, QString> secrets;
        const YamlNode& map = section.node(u"secrets"_s);
        if (map.isNull()) {
            return secrets;
        }
        if (!map.isMap()) {
            section.expected(u"secrets"_s, u"a map of variables to secrets"_s);
            return secrets;
        }
        for (const YamlNode::Entry& entry : map.entries) {
            const QString& name = entry.key;
            if (!isVariable(name)) {
                section.problems()->add(Place{entry.keyLine, entry.keyColumn, map.path},
                                        u"expected the name of an environment variable, got \""_s +
                                            displayText(name, 60) + u'"');
            }
            if (entry.value.isScalar() && isSecretReference(entry.value.text)) {
                secrets.insert(name, entry.value.text.mid(7));
                continue;
            }
            // What stands here may be the secret itself: it is not repeated.
            section.problems()->add(
                Place{entry.value.line, entry.value.column, entry.value.path},
                u"expected secret:NAME; the secret itself never stands in this file"_s);
        }
        return secrets;
    }

    void readImages()
    {
        const QStringList known = {u"from"_s, u"files"_s, u"provision"_s, u"start"_s,
                                   u"repository"_s};
        m_root.maps(u"images"_s, known, [this](const QString& name, const Section& section) {
            const QString script = u"the path of a script inside the repository"_s;
            ImageRecipe image;
            image.name = name;
            m_places.insert(section.place().path, section.place());
            image.from = reference(section, u"from"_s, u"an image (or base)"_s);
            if (image.from.isEmpty()) {
                image.from = u"base"_s;
            }
            image.repository = reference(section, u"repository"_s, u"a repository"_s);
            image.provision =
                section.words(u"provision"_s, u"a list of scripts"_s, script, isPathInside);
            image.start = section.word(u"start"_s, script, isPathInside, QString());
            image.files = readFiles(section);
            m_workspace.images.insert(name, image);
        });
    }

    static QList<FileSpec> readFiles(const Section& section)
    {
        QList<FileSpec> files;
        const YamlNode& list = section.node(u"files"_s);
        if (section.has(u"files"_s) && !list.isList()) {
            section.expected(u"files"_s, u"a list of { artifact or path, to }"_s);
            return files;
        }
        for (const YamlNode& item : list.items) {
            const Section entry(section.problems(), item, Place{item.line, item.column, item.path},
                                {u"artifact"_s, u"path"_s, u"to"_s});
            FileSpec file;
            file.artifact =
                entry.word(u"artifact"_s, u"the name of an artifact"_s, isPathInside, QString());
            file.path =
                entry.word(u"path"_s, u"a path inside the repository"_s, isPathInside, QString());
            file.to = entry.word(u"to"_s, u"an absolute path on the server"_s, isServerPath);
            if (item.isMap() && entry.has(u"artifact"_s) == entry.has(u"path"_s)) {
                const QString which = entry.has(u"path"_s) ? u"both"_s : u"neither"_s;
                section.problems()->add(
                    entry.place(), u"expected either \"artifact\" or \"path\", got "_s + which);
            }
            files += file;
        }
        return files;
    }

    void readEnvironments()
    {
        const QStringList known = {u"provider"_s,  u"servers"_s,    u"image"_s,    u"port"_s,
                                   u"health"_s,    u"balancer"_s,   u"strategy"_s, u"warm"_s,
                                   u"approvals"_s, u"production"_s, u"drain"_s};
        m_root.maps(u"environments"_s, known, [this](const QString& name, const Section& section) {
            Environment environment;
            environment.name = name;
            environment.provider = reference(section, u"provider"_s, u"a provider"_s);
            environment.image = reference(section, u"image"_s, u"an image"_s);
            environment.servers =
                section.number(u"servers"_s, u"a number of servers"_s, serverCounts, 1);
            environment.port =
                section.number(u"port"_s, u"a port"_s, servicePorts, environment.port);
            environment.health = readHealth(section);
            environment.balancer = readBalancer(section);
            environment.strategy = readStrategy(section);
            environment.warm =
                section.number(u"warm"_s, u"a number of generations"_s, warmCounts, 1);
            environment.approvals =
                section.number(u"approvals"_s, u"a number of approvals"_s, approvalCounts, 0);
            environment.production = section.truth(u"production"_s, false) || name == u"production";
            environment.drain = section.duration(u"drain"_s, Range{0, hour}, environment.drain);
            m_workspace.environments.insert(name, environment);
            m_workspace.environmentOrder += name;
        });
    }

    /// A path alone, or a map with it.
    static HealthCheck readHealth(const Section& section)
    {
        HealthCheck health;
        const YamlNode& node = section.node(u"health"_s);
        const auto isHttpPath = [](const QString& text) {
            return isText(text) && text.startsWith(u'/') && !text.contains(u' ');
        };
        if (!section.has(u"health"_s)) {
            return health;
        }
        if (!node.isMap()) {
            health.path =
                section.word(u"health"_s, u"a path such as /healthz, or a map"_s, isHttpPath);
            return health;
        }
        const Section map(section.problems(), node, section.placeOf(u"health"_s),
                          {u"path"_s, u"every"_s, u"rise"_s, u"fall"_s, u"within"_s, u"watch"_s});
        health.path = map.word(u"path"_s, u"a path such as /healthz"_s, isHttpPath, health.path);
        health.every = map.duration(u"every"_s, Range{50, minute}, health.every);
        health.rise = map.number(u"rise"_s, u"a number of checks"_s, checkCounts, health.rise);
        health.fall = map.number(u"fall"_s, u"a number of checks"_s, checkCounts, health.fall);
        health.within = map.duration(u"within"_s, Range{second, hour}, health.within);
        health.watch = map.duration(u"watch"_s, Range{0, 24 * hour}, health.watch);
        return health;
    }

    BalancerSpec readBalancer(const Section& section)
    {
        BalancerSpec balancer;
        if (!section.has(u"balancer"_s)) {
            return balancer;
        }
        balancer.wanted = true;
        const Section map(section.problems(), section.node(u"balancer"_s),
                          section.placeOf(u"balancer"_s), {u"port"_s, u"address"_s});
        balancer.port = map.number(u"port"_s, u"a port"_s, servicePorts, balancer.port);
        balancer.address = map.word(u"address"_s, u"an IP address"_s, isAddress, QString());
        m_places.insert(map.placeOf(u"address"_s).path, map.placeOf(u"address"_s));
        return balancer;
    }

    static QString readStrategy(const Section& section)
    {
        const QString only = u"blue-green"_s;
        const QString strategy =
            section.word(u"strategy"_s, u"a strategy (blue-green)"_s, isText, only);
        if (strategy == u"rolling" || strategy == u"canary") {
            section.problems()->add(
                section.placeOf(u"strategy"_s),
                u"this version has no strategy \"%1\"; it has blue-green"_s.arg(strategy),
                ErrorKind::Unsupported);
        } else if (!strategy.isEmpty() && strategy != only) {
            section.expected(u"strategy"_s, u"a strategy (blue-green)"_s);
        }
        return only;
    }

    void readServers()
    {
        const QStringList known = {u"address"_s, u"port"_s, u"user"_s,     u"tags"_s,
                                   u"hops"_s,    u"key"_s,  u"transport"_s};
        m_root.maps(u"servers"_s, known, [this](const QString& name, const Section& section) {
            StaticServer server;
            server.name = name;
            server.address = section.word(u"address"_s, u"a host name or IP address"_s, isHostName);
            server.port = section.number(u"port"_s, u"a port"_s, anyPorts, server.port);
            server.user = section.word(u"user"_s, u"the name of a user"_s, isUser, QString());
            server.tags =
                section.words(u"tags"_s, u"a list of tags"_s,
                              u"a tag of a-z, 0-9, \".\", \"_\" and \"-\""_s, isPlainName);
            server.hops = section.words(u"hops"_s, u"a list of jump hosts"_s,
                                        u"the name of a server or user@host:port"_s, isHop);
            if (server.hops.size() > mostHops) {
                section.expected(u"hops"_s, u"at most four jump hosts"_s);
            }
            server.key = section.word(u"key"_s, u"the path of a private key, absolute or from ~/"_s,
                                      isKeyPath, QString());
            server.transport =
                section.word(u"transport"_s, u"auto, built-in or system"_s, isTransport, QString());
            m_workspace.servers.insert(name, server);
        });
    }

    Section m_root;
    QString m_folder;
    Places m_places;
    Workspace m_workspace;
};

QString identityOf(const QString& name, const QString& folder)
{
    const QString canonical = QFileInfo(folder).canonicalFilePath();
    const QString path = canonical.isEmpty() ? folder : canonical;
    return name + u'-' + sha256(path.toUtf8()).left(8);
}

}  // namespace

Result<Workspace> parse(const QByteArray& bytes, const QString& file)
{
    const QFileInfo info(file);
    const auto root = readYaml(bytes, info.fileName());
    if (!root) {
        return root.error();
    }
    const QString folder = QDir::cleanPath(info.absolutePath());
    Problems problems(info.fileName());
    Workspace workspace = Parser(&problems, *root, folder).run();
    if (!problems.isEmpty()) {
        return problems.error();
    }
    workspace.folder = folder;
    workspace.file = QDir::cleanPath(info.absoluteFilePath());
    workspace.id = identityOf(workspace.name, folder);
    return workspace;
}

}  // namespace analemma::workspace
