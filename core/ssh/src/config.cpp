#include "core/ssh/config.h"

#include "core/base/text.h"
#include "core/ssh/src/configresolve.h"
#include "core/ssh/src/configtree.h"

#include <QDir>
#include <QProcessEnvironment>

#include <pwd.h>
#include <unistd.h>

#include <set>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Shape = ConfigKeyword::Shape;

bool isPattern(const QByteArray& name)
{
    return name.startsWith('!') || name.contains('*') || name.contains('?');
}

/// "yes" in the file that the distribution ships is a default, not a wish.
bool isDistributionDefault(const ConfigFile& file, const ConfigNode& node)
{
    return !file.isUser && QByteArrayView(node.keyword->name).startsWith("gssapi");
}

bool needsSystemFor(const QByteArray& value)
{
    const QByteArray lower = value.toLower();
    return lower != "no" && lower != "false" && lower != "none";
}

ConfigLine describe(const ConfigFile& file, const ConfigNode& node, bool belowExec)
{
    ConfigLine line;
    line.file = file.path;
    line.line = node.number;
    line.keyword = displayText(QByteArrayView(node.words.keyword), 64);
    line.value = displayText(QByteArrayView(node.words.rest), 1'000);
    if (!node.problem.isEmpty()) {
        line.use = LineUse::Damaged;
        line.note = node.problem;
    } else if (node.keyword == nullptr) {
        line.note = u"OpenSSH 9.2 does not know this keyword"_s;
    } else {
        line.use = node.keyword->use;
        line.note = QString::fromUtf8(node.keyword->note);
        if (line.use == LineUse::NeedsSystem &&
            (isDistributionDefault(file, node) || !needsSystemFor(node.words.arguments.value(0)))) {
            line.use = LineUse::Ignored;
            line.note = u"off, or the distribution's default: nothing is needed"_s;
        }
        const QString unknown =
            node.keyword->shape == Shape::Match ? unjudgedCriterion(node.words.rest) : QString();
        if (!unknown.isEmpty()) {
            line.use = LineUse::NeedsSystem;
            line.note =
                u"only the system's OpenSSH can judge \"%1\"; it is not run here and the lines "
                "below it are not taken"_s.arg(unknown);
        } else if (belowExec && line.use == LineUse::Taken) {
            line.use = LineUse::NeedsSystem;
            line.note = u"stands below a Match that only the system's OpenSSH can judge"_s;
        }
    }
    return line;
}

void report(const ConfigFile& file, bool belowExec, std::vector<ConfigLine>& lines)
{
    for (const ConfigNode& node : file.nodes) {
        const bool isBlock = node.keyword != nullptr && (node.keyword->shape == Shape::Host ||
                                                         node.keyword->shape == Shape::Match);
        if (isBlock) {
            belowExec = false;
        }
        lines.push_back(describe(file, node, belowExec));
        if (isBlock && node.keyword->shape == Shape::Match) {
            belowExec = !unjudgedCriterion(node.words.rest).isEmpty();
        }
        for (const auto& included : node.included) {
            report(*included, belowExec, lines);
        }
    }
}

void collectHosts(const ConfigFile& file, QStringList& names, std::set<QString>& seen)
{
    for (const ConfigNode& node : file.nodes) {
        if (node.keyword != nullptr && node.keyword->shape == Shape::Host &&
            node.problem.isEmpty()) {
            for (const QByteArray& each : node.words.arguments) {
                const QString name = QString::fromUtf8(each);
                if (!isPattern(each) && HostName::parse(name) && seen.insert(name).second) {
                    names += name;
                }
            }
        }
        for (const auto& included : node.included) {
            collectHosts(*included, names, seen);
        }
    }
}

}  // namespace

QString toString(LineUse use)
{
    switch (use) {
        case LineUse::Taken:
            return u"taken"_s;
        case LineUse::NeedsSystem:
            return u"needs system OpenSSH"_s;
        case LineUse::Ignored:
            return u"ignored"_s;
        case LineUse::Damaged:
            return u"damaged"_s;
    }
    return {};
}

QString ConfigLine::place() const
{
    return displayText(file) + u':' + QString::number(line);
}

QString ConfigForward::text() const
{
    const QString from = listenAddress.isEmpty() ? QString() : u'[' + listenAddress + u"]:"_s;
    const QString to = host.isEmpty() ? QString() : u" [%1]:%2"_s.arg(host).arg(port);
    return from + QString::number(listenPort) + to;
}

ConfigPlaces ConfigPlaces::here()
{
    ConfigPlaces places;
    places.home = QDir::homePath();
    places.userFile = places.home + u"/.ssh/config"_s;
    places.systemFile = u"/etc/ssh/ssh_config"_s;
    places.userId = int(::getuid());
    const passwd* account = ::getpwuid(::getuid());
    places.localUser = account == nullptr ? QString() : QString::fromLocal8Bit(account->pw_name);
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) == 0) {
        places.localHost = QString::fromLocal8Bit(name);
    }
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& key : environment.keys()) {
        places.environment[key] = environment.value(key);
    }
    return places;
}

struct SshConfig::Body {
    ConfigPlaces places;
    std::vector<std::shared_ptr<const ConfigFile>> files;  ///< the user's first
};

SshConfig SshConfig::read(const ConfigPlaces& places)
{
    const auto body = std::make_shared<Body>();
    body->places = places;
    ConfigReader reader(realConfigDisk(), places.home);
    for (const bool isUser : {true, false}) {
        const QString& path = isUser ? places.userFile : places.systemFile;
        const auto file = path.isEmpty() ? nullptr : reader.read(path, isUser);
        if (file) {
            body->files.push_back(file);
        }
    }
    SshConfig config;
    config.m_body = body;
    return config;
}

SshConfig SshConfig::parse(const QByteArray& text, const ConfigPlaces& places)
{
    const auto body = std::make_shared<Body>();
    body->places = places;
    ConfigDisk nothing;
    nothing.read = [](const QString& path) -> Result<QByteArray> {
        return Error(ErrorKind::NotFound, path);
    };
    nothing.glob = [](const QString&) { return QStringList(); };
    ConfigReader reader(std::move(nothing), places.home);
    body->files.push_back(reader.parse(text, places.userFile, true, 0));
    SshConfig config;
    config.m_body = body;
    return config;
}

HostConfig SshConfig::resolve(const QString& alias, const QString& user) const
{
    return resolveHost(m_body->files, m_body->places, alias, user);
}

std::vector<ConfigLine> SshConfig::report() const
{
    std::vector<ConfigLine> lines;
    for (const auto& file : m_body->files) {
        ssh::report(*file, false, lines);
    }
    return lines;
}

QStringList SshConfig::hosts() const
{
    QStringList names;
    std::set<QString> seen;
    for (const auto& file : m_body->files) {
        collectHosts(*file, names, seen);
    }
    return names;
}

}  // namespace analemma::ssh
