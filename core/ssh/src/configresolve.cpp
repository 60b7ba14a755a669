#include "core/ssh/src/configresolve.h"

#include "core/base/sshwords.h"
#include "core/base/text.h"
#include "core/ssh/src/configtokens.h"
#include "core/ssh/src/patterns.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Shape = ConfigKeyword::Shape;

/// A line that counts for the host.
struct Found {
    const ConfigFile* file = nullptr;
    const ConfigNode* node = nullptr;
    [[nodiscard]] QString place() const
    {
        return displayText(file->path) + u':' + QString::number(node->number);
    }
};

/// What has been found so far; the first value of a keyword wins, forwards and keys add up.
struct Search {
    const ConfigPlaces& places;
    QByteArray alias;
    QByteArray user;  ///< from the command line
    bool isFinal = false;
    bool wantsFinal = false;
    QByteArray finalHost;
    std::map<QByteArray, std::vector<Found>> values;
    std::vector<Found> order;
    QStringList unjudged;

    [[nodiscard]] QByteArray first(const char* keyword) const
    {
        const auto found = values.find(keyword);
        return found == values.end() ? QByteArray()
                                     : found->second.front().node->words.arguments.value(0);
    }
    [[nodiscard]] QByteArray hostNow() const
    {
        if (isFinal) {
            return finalHost;
        }
        const QByteArray name = first("hostname");
        return name.isEmpty() ? alias : expandHostName(name, alias);
    }
    [[nodiscard]] QByteArray userNow() const
    {
        const QByteArray name = user.isEmpty() ? first("user") : user;
        return name.isEmpty() ? places.localUser.toUtf8() : name;
    }
};

enum class Term { Yes, No, Unjudged };

Term judge(const MatchTerm& term, Search& search)
{
    bool matches = false;
    if (term.attribute == "all") {
        matches = true;
    } else if (term.attribute == "final" || term.attribute == "canonical") {
        search.wantsFinal = search.wantsFinal || term.attribute == "final";
        matches = search.isFinal;
    } else if (term.attribute == "host") {
        matches = matchesList(search.hostNow().toLower(), term.argument, true) == ListMatch::Yes;
    } else if (term.attribute == "originalhost") {
        matches = matchesList(search.alias.toLower(), term.argument, true) == ListMatch::Yes;
    } else if (term.attribute == "user") {
        matches = matchesList(search.userNow(), term.argument, false) == ListMatch::Yes;
    } else if (term.attribute == "localuser") {
        matches =
            matchesList(search.places.localUser.toUtf8(), term.argument, false) == ListMatch::Yes;
    } else {
        return Term::Unjudged;
    }
    return matches != term.isNegated ? Term::Yes : Term::No;
}

/// A Match that would have to run something does not match; that it might have is written down.
bool matches(const ConfigFile& file, const ConfigNode& node, Search& search)
{
    const auto terms = parseMatch(node.words.rest);
    bool all = true;
    QByteArray unjudged;
    for (const MatchTerm& term : terms.value_or(std::vector<MatchTerm>())) {
        const Term verdict = judge(term, search);
        all = all && verdict != Term::No;
        unjudged = verdict == Term::Unjudged ? term.attribute : unjudged;
    }
    if (all && !unjudged.isEmpty()) {
        const QString text =
            u"Match %1 (%2:%3)"_s
                .arg(displayText(QByteArrayView(unjudged), 64), displayText(file.path))
                .arg(node.number);
        if (!search.unjudged.contains(text)) {
            search.unjudged += text;
        }
        return false;
    }
    return all && terms.has_value();
}

bool matchesHost(const ConfigNode& node, const QByteArray& alias)
{
    bool found = false;
    for (const QByteArray& argument : node.words.arguments) {
        const bool isNegated = argument.startsWith('!');
        if (matchesPattern(alias, QByteArrayView(argument).sliced(isNegated ? 1 : 0))) {
            if (isNegated) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

/// ProxyJump and ProxyCommand compete: the first of the two wins (ssh_config(5), ProxyJump). A jump
/// over "none" leaves the way to a later command open, as OpenSSH does.
bool isBeaten(const Search& search, const QByteArray& keyword)
{
    if (keyword == "proxyjump") {
        return search.values.contains("proxycommand");
    }
    const auto jump = search.values.find("proxyjump");
    return keyword == "proxycommand" && jump != search.values.end() &&
           jump->second.front().node->words.rest.toLower() != "none";
}

void take(const ConfigFile& file, const ConfigNode& node, Search& search)
{
    const QByteArray keyword(node.keyword->name);
    std::vector<Found>* values = nullptr;
    if (!isBeaten(search, keyword)) {
        values = &search.values[keyword];
    }
    if (values == nullptr || (!values->empty() && !node.keyword->isAdditive)) {
        return;
    }
    const auto same = [&node](const Found& found) {
        return found.node == &node || (node.keyword->shape == Shape::Word &&
                                       found.node->words.arguments == node.words.arguments);
    };
    if (std::none_of(values->begin(), values->end(), same)) {
        values->push_back({&file, &node});
        search.order.push_back({&file, &node});
    }
}

/// `mayMatch` is false inside an Include of a block that does not apply: then nothing does.
void walk(const ConfigFile& file, bool isActive, bool mayMatch, Search& search)
{
    for (const ConfigNode& node : file.nodes) {
        if (node.keyword == nullptr || !node.problem.isEmpty()) {
            const bool isBlock = node.keyword != nullptr && (node.keyword->shape == Shape::Host ||
                                                             node.keyword->shape == Shape::Match);
            isActive = isActive && !isBlock;  // a damaged condition is no condition that holds
        }
        if (node.keyword == nullptr) {
            continue;
        }
        if (node.keyword->shape == Shape::Include) {
            for (const auto& included : node.included) {
                walk(*included, isActive, isActive, search);
            }
        }
        if (!node.problem.isEmpty()) {
            continue;
        }
        if (node.keyword->shape == Shape::Host) {
            isActive =
                mayMatch && matchesHost(node, search.isFinal ? search.finalHost : search.alias);
        } else if (node.keyword->shape == Shape::Match) {
            isActive = mayMatch && matches(file, node, search);
        } else if (isActive && node.keyword->shape != Shape::Include) {
            take(file, node, search);
        }
    }
}

bool flag(const Search& search, const char* keyword, bool fallback)
{
    return parseConfigFlag(search.first(keyword)).value_or(fallback);
}

seconds timeOf(const Search& search, const char* keyword)
{
    return seconds(parseSshTime(search.first(keyword)).value_or(0));
}

QStringList listOf(const Search& search, const char* keyword, const ConfigTokens& tokens)
{
    QStringList list;
    const auto found = search.values.find(keyword);
    if (found != search.values.end()) {
        for (const Found& each : found->second) {
            for (const QByteArray& word : each.node->words.arguments) {
                const Result<QString> path = tokens.path(word);
                if (path && *path != u"none"_s) {
                    list += *path;
                }
            }
        }
    }
    return list;
}

void addForwards(const Search& search, HostConfig& host)
{
    using Kind = ConfigForward::Kind;
    static const std::array<std::pair<const char*, Kind>, 3> kinds = {
        {{"localforward", Kind::Local},
         {"remoteforward", Kind::Remote},
         {"dynamicforward", Kind::Dynamic}}};
    for (const auto& [keyword, kind] : kinds) {
        const auto found = search.values.find(keyword);
        if (found == search.values.end()) {
            continue;
        }
        for (const Found& each : found->second) {
            const auto forward = parseConfigForward(kind, each.node->words.arguments);
            const bool isNew = forward && std::find(host.forwards.begin(), host.forwards.end(),
                                                    *forward) == host.forwards.end();
            if (isNew) {
                host.forwards.push_back(*forward);
            }
        }
    }
}

bool isNeed(const Found& found)
{
    const ConfigNode& node = *found.node;
    const QByteArray value = node.words.arguments.value(0).toLower();
    const bool isOff = value == "no" || value == "false" || value == "none";
    const bool isDefault =
        !found.file->isUser && QByteArrayView(node.keyword->name).startsWith("gssapi");
    return node.keyword->use == LineUse::NeedsSystem && !isOff && !isDefault;
}

void addSystem(const Search& search, const ConfigTokens& tokens, HostConfig& host)
{
    for (const Found& found : search.order) {
        const ConfigNode& node = *found.node;
        if (isNeed(found)) {
            host.needsSystem +=
                u"%1 (%2)"_s.arg(QString::fromUtf8(node.words.keyword), found.place());
        }
        const bool isDefault = !found.file->isUser;
        if (node.keyword->isForSystem && !isDefault) {
            QByteArray line = node.words.keyword;
            const bool isPath = QByteArrayView(node.keyword->name) == "certificatefile" ||
                                QByteArrayView(node.keyword->name) == "revokedhostkeys";
            for (const QByteArray& word : node.words.arguments) {
                const Result<QString> path = isPath ? tokens.path(word) : QString::fromUtf8(word);
                const auto quoted = path ? sshConfigWord(path->toUtf8()) : std::nullopt;
                line = quoted && !line.isEmpty() ? line + ' ' + *quoted : QByteArray();
            }
            if (!line.isEmpty()) {
                host.systemLines += QString::fromUtf8(line);
            }
        }
        const QByteArrayView name(node.keyword->name);
        const QByteArray value = node.words.arguments.value(0).toLower();
        if (name == "forwardagent" && value != "no" && value != "false") {
            host.notes += u"%1: %2"_s.arg(found.place(), QString::fromUtf8(node.keyword->note));
        } else if (name == "stricthostkeychecking" &&
                   (value == "no" || value == "off" || value == "accept-new")) {
            host.notes += u"%1: %2"_s.arg(found.place(), QString::fromUtf8(node.keyword->note));
        }
    }
    host.needsSystem += search.unjudged;
}

void checkNames(HostConfig& host)
{
    const Result<HostName> name = HostName::parse(host.hostName);
    const Result<UserName> user = UserName::parse(host.user);
    if (!name || !HostName::parse(host.alias)) {
        host.problem = name ? u"not a host name or address: "_s + displayText(host.alias, 100)
                            : name.error().message;
    } else if (!user) {
        host.problem = user.error().message;
    } else if (!host.hostKeyAlias.isEmpty() && !HostName::parse(host.hostKeyAlias)) {
        host.problem = u"not a host key alias: %1"_s.arg(displayText(host.hostKeyAlias, 100));
    }
}

}  // namespace

QString unjudgedCriterion(const QByteArray& matchLine)
{
    static const QByteArrayList judged = {"all",          "final", "canonical", "host",
                                          "originalhost", "user",  "localuser"};
    const auto terms = parseMatch(matchLine);
    for (const MatchTerm& term : terms.value_or(std::vector<MatchTerm>())) {
        if (!judged.contains(term.attribute)) {
            return displayText(QByteArrayView(term.attribute), 64);
        }
    }
    return {};
}

HostConfig resolveHost(const std::vector<std::shared_ptr<const ConfigFile>>& files,
                       const ConfigPlaces& places, const QString& alias, const QString& user)
{
    Search search{places, alias.toUtf8(), user.toUtf8(), false, false, {}, {}, {}, {}};
    for (const auto& file : files) {
        walk(*file, true, true, search);
    }
    const QByteArray hostName = search.hostNow();  // the second pass does not change it (ssh(1))
    if (search.wantsFinal) {                       // Match final: once more, with what is known now
        const QString name = QString::fromUtf8(search.hostNow());
        search.finalHost = (isAddress(name) ? name : name.toLower()).toUtf8();
        search.isFinal = true;
        for (const auto& file : files) {
            walk(*file, true, true, search);
        }
    }

    HostConfig host;
    host.alias = alias;
    search.isFinal = false;
    host.hostName = QString::fromUtf8(hostName);
    host.hostName = isAddress(host.hostName) ? host.hostName : host.hostName.toLower();
    host.user = QString::fromUtf8(search.userNow());
    const QByteArray port = search.first("port");
    host.port = port.isEmpty() ? 22 : port.toInt();
    host.hostKeyAlias = QString::fromUtf8(search.first("hostkeyalias"));
    const ConfigTokens tokens(places, host);

    host.identityFiles = listOf(search, "identityfile", tokens);
    host.identitiesOnly = flag(search, "identitiesonly", false);
    host.userKnownHostsFiles = listOf(search, "userknownhostsfile", tokens);
    host.globalKnownHostsFiles = listOf(search, "globalknownhostsfile", tokens);
    host.identityAgent = tokens.agent(search.first("identityagent"));
    host.passwordLogin = flag(search, "passwordauthentication", true);
    host.publicKeyLogin = flag(search, "pubkeyauthentication", true);
    host.interactiveLogin = flag(search, "kbdinteractiveauthentication",
                                 flag(search, "challengeresponseauthentication", true));
    const QString methods = QString::fromUtf8(search.first("preferredauthentications"));
    host.preferredAuthentications = methods.split(u',', Qt::SkipEmptyParts);
    const QByteArray family = search.first("addressfamily").toLower();
    host.addressFamily = family.isEmpty() ? u"any"_s : QString::fromUtf8(family);
    host.connectTimeout = timeOf(search, "connecttimeout");
    host.serverAliveInterval = timeOf(search, "serveraliveinterval");
    const QByteArray count = search.first("serveralivecountmax");
    host.serverAliveCountMax = count.isEmpty() ? 3 : count.toInt();
    if (search.values.contains("proxyjump")) {
        const QByteArray& jumps = search.values.at("proxyjump").front().node->words.rest;
        host.proxyJump = parseProxyJump(jumps).value_or(std::vector<Place>());
    }
    if (search.values.contains("proxycommand")) {
        const QByteArray& command = search.values.at("proxycommand").front().node->words.rest;
        host.proxyCommand = command.toLower() == "none" ? QString() : QString::fromUtf8(command);
    }
    addForwards(search, host);
    addSystem(search, tokens, host);
    checkNames(host);
    return host;
}

}  // namespace analemma::ssh
