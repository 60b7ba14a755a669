#include "core/ssh/src/configtree.h"

#include "core/base/files.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr int limitDepth = 16;
constexpr int limitFiles = 512;
constexpr qint64 limitConfigFile = 1024 * 1024;
constexpr qint64 limitTreeBytes = 16 * 1024 * 1024;

Result<QByteArray> readConfigFile(const QString& path)
{
    struct stat info {};
    if (::stat(path.toLocal8Bit().constData(), &info) != 0) {
        return systemError(u"open %1"_s.arg(path), errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return Error(ErrorKind::Io, u"%1 is no regular file"_s.arg(path));
    }
    const bool isOwned = info.st_uid == 0 || info.st_uid == ::geteuid();
    if (!isOwned || (info.st_mode & 022U) != 0) {
        return Error(
            ErrorKind::Io,
            u"%1 can be written by others: it is not read, as OpenSSH refuses it too"_s.arg(path));
    }
    return readFile(path, limitConfigFile);
}

QStringList globPaths(const QString& pattern)
{
    glob_t found{};
    QStringList paths;
    if (::glob(pattern.toLocal8Bit().constData(), 0, nullptr, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && i < size_t(limitFiles); ++i) {
            paths += QString::fromLocal8Bit(found.gl_pathv[i]);
        }
    }
    ::globfree(&found);
    return paths;
}

using Shape = ConfigKeyword::Shape;

bool isNumber(const QByteArray& word, int least, int most)
{
    bool ok = false;
    const int number = word.toInt(&ok);
    return ok && number >= least && number <= most;
}

bool isFamily(const QByteArray& word)
{
    const QByteArray lower = word.toLower();
    return lower == "any" || lower == "inet" || lower == "inet6";
}

ConfigForward::Kind forwardKind(const ConfigKeyword& keyword)
{
    const QByteArrayView name(keyword.name);
    return name == "localforward"    ? ConfigForward::Kind::Local
           : name == "remoteforward" ? ConfigForward::Kind::Remote
                                     : ConfigForward::Kind::Dynamic;
}

/// What is wrong with the arguments; empty when nothing is.
QString checkArguments(const ConfigKeyword& keyword, const ConfigWords& words)
{
    const QByteArrayList& list = words.arguments;
    const QByteArray first = list.value(0);
    const bool isOne = list.size() == 1;
    bool good = true;
    switch (keyword.shape) {
        case Shape::Word:
            good = isOne && !first.isEmpty();
            break;
        case Shape::Flag:
            good = isOne && parseConfigFlag(first).has_value();
            break;
        case Shape::Number:
            good = isOne && isNumber(first, 0, 1'000'000'000);
            break;
        case Shape::Port:
            good = isOne && isNumber(first, 1, 65'535);
            break;
        case Shape::Time:
            good = isOne && (first == "none" || parseSshTime(first).has_value());
            break;
        case Shape::Family:
            good = isOne && isFamily(first);
            break;
        case Shape::Forward:
            good = parseConfigForward(forwardKind(keyword), list).has_value();
            break;
        case Shape::Match:
            good = parseMatch(words.rest).has_value();
            break;
        case Shape::Rest:
            good = !words.rest.isEmpty() && (QByteArrayView(keyword.name) != "proxyjump" ||
                                             parseProxyJump(words.rest).has_value());
            break;
        case Shape::Words:
        case Shape::Host:
        case Shape::Include:
            good = !list.isEmpty() && !list.contains(QByteArray());
            break;
        case Shape::Any:
            break;
    }
    return good ? QString() : u"the value is not valid for this keyword"_s;
}

}  // namespace

ConfigDisk realConfigDisk()
{
    return {readConfigFile, globPaths};
}

std::shared_ptr<const ConfigFile> ConfigReader::read(const QString& path, bool isUser)
{
    QString problem;
    std::shared_ptr<const ConfigFile> file = load(path, isUser, 0, problem);
    if (problem.isEmpty()) {
        return file;
    }
    const auto broken = std::make_shared<ConfigFile>();
    broken->path = path;
    broken->isUser = isUser;
    ConfigNode node;
    node.problem = problem;
    broken->nodes.push_back(std::move(node));
    return broken;
}

/// A file that is not there is empty.
std::shared_ptr<const ConfigFile> ConfigReader::load(const QString& path, bool isUser, int depth,
                                                     QString& problem)
{
    if (m_files >= limitFiles || m_bytes >= limitTreeBytes || depth > limitDepth) {
        problem = u"too many files are included"_s;
        return nullptr;
    }
    ++m_files;
    const Result<QByteArray> text = m_disk.read(path);
    if (!text) {
        problem = text.error().kind == ErrorKind::NotFound ? QString() : text.error().message;
        return nullptr;
    }
    m_bytes += text->size();
    return parse(*text, path, isUser, depth);
}

std::shared_ptr<const ConfigFile> ConfigReader::parse(const QByteArray& text, const QString& path,
                                                      bool isUser, int depth)
{
    const auto file = std::make_shared<ConfigFile>();
    file->path = path;
    file->isUser = isUser;
    int number = 0;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype found = text.indexOf('\n', at);
        const qsizetype end = found < 0 ? text.size() : found;
        ConfigNode node;
        node.number = ++number;
        node.words = splitConfigLine(QByteArrayView(text).sliced(at, end - at));
        at = end + 1;
        if (node.words.keyword.isEmpty()) {
            continue;
        }
        node.keyword = configKeyword(node.words.keyword);
        if (node.words.rest.isEmpty()) {
            node.problem = u"the value is missing"_s;
        } else if (node.keyword != nullptr) {
            const bool isRaw = node.keyword->shape == Shape::Rest;
            node.problem = node.words.isBroken && !isRaw
                               ? u"a quote is not closed"_s
                               : checkArguments(*node.keyword, node.words);
        }
        if (node.problem.isEmpty() && node.keyword != nullptr &&
            node.keyword->shape == Shape::Include) {
            include(node, isUser, depth);
        }
        file->nodes.push_back(std::move(node));
    }
    return file;
}

void ConfigReader::include(ConfigNode& node, bool isUser, int depth)
{
    for (const QByteArray& argument : node.words.arguments) {
        QString pattern = QString::fromLocal8Bit(argument);
        if (pattern.startsWith(u"~/"_s) && isUser) {
            pattern = m_home + pattern.sliced(1);
        } else if (pattern.startsWith(u'~')) {
            node.problem = u"~ of another account is not looked up"_s;
            continue;
        } else if (!pattern.startsWith(u'/')) {
            pattern = (isUser ? m_home + u"/.ssh/"_s : u"/etc/ssh/"_s) + pattern;
        }
        for (const QString& path : m_disk.glob(pattern)) {
            QString problem;
            const std::shared_ptr<const ConfigFile> file = load(path, isUser, depth + 1, problem);
            if (file) {
                node.included.push_back(file);
            } else if (!problem.isEmpty()) {
                node.problem = problem;
            }
        }
    }
}

std::optional<bool> parseConfigFlag(const QByteArray& word)
{
    const QByteArray lower = word.toLower();
    if (lower == "yes" || lower == "true") {
        return true;
    }
    return lower == "no" || lower == "false" ? std::optional<bool>(false) : std::nullopt;
}

std::optional<std::vector<Place>> parseProxyJump(const QByteArray& text)
{
    std::vector<Place> places;
    if (text.toLower() == "none") {
        return places;
    }
    for (const QByteArray& part : text.split(',')) {
        const Result<Place> place = parsePlace(QString::fromUtf8(part));
        if (!place) {
            return std::nullopt;
        }
        places.push_back(*place);
    }
    return places;
}

std::optional<std::vector<MatchTerm>> parseMatch(QByteArray rest)
{
    std::vector<MatchTerm> terms;
    while (!rest.isEmpty() && rest.front() != '#') {
        const std::optional<QByteArray> word = takeWord(rest);
        if (!word || word->isEmpty()) {
            return std::nullopt;
        }
        MatchTerm term;
        term.isNegated = word->startsWith('!');
        term.attribute = word->sliced(term.isNegated ? 1 : 0).toLower();
        const bool isAll = term.attribute == "all";
        if (isAll && (!rest.isEmpty() && rest.front() != '#')) {
            return std::nullopt;  // it stands alone
        }
        for (const MatchTerm& before : terms) {
            if (isAll && before.attribute != "final" && before.attribute != "canonical") {
                return std::nullopt;
            }
        }
        if (!isAll && term.attribute != "final" && term.attribute != "canonical") {
            const std::optional<QByteArray> argument =
                rest.startsWith('#') ? std::nullopt : takeWord(rest);
            if (!argument || argument->isEmpty()) {
                return std::nullopt;
            }
            term.argument = *argument;
        }
        terms.push_back(std::move(term));
    }
    return terms.empty() ? std::nullopt : std::optional(std::move(terms));
}

}  // namespace analemma::ssh
