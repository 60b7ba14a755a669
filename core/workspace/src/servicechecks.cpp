#include "core/workspace/src/servicechecks.h"

#include "core/base/text.h"

#include <QDir>
#include <QRegularExpression>
#include <QUrl>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr Range everyRange{1'000, 24 * 3'600'000};
constexpr Range timeoutRange{100, 120'000};
constexpr Range apdexRange{1, 60'000};
constexpr Range turns{1, 20};
constexpr Range portRange{1, 65535};
constexpr Range days{0, 3650};
constexpr Range counts{0, 1'000'000};
constexpr qsizetype longestPattern = 500;
constexpr qsizetype longestScript = 4000;

/// The key that says the kind, and the keys that go with it.
struct KindKeys {
    QString key;
    CheckKind kind;
    QStringList others;
};

const QList<KindKeys>& kindKeys()
{
    static const QList<KindKeys> all = {
        {u"url"_s, CheckKind::Http, {u"apdex"_s, u"expect"_s, u"verify"_s, u"authority"_s}},
        {u"tcp"_s, CheckKind::Tcp, {u"apdex"_s}},
        {u"dns"_s, CheckKind::Dns, {u"apdex"_s, u"expect"_s, u"record"_s, u"resolver"_s}},
        {u"process"_s, CheckKind::Process, {u"server"_s}},
        {u"unit"_s, CheckKind::Unit, {u"server"_s}},
        {u"port"_s, CheckKind::Port, {u"server"_s}},
        {u"script"_s, CheckKind::Script, {u"server"_s}},
        {u"log"_s, CheckKind::Log, {u"server"_s}},
    };
    return all;
}

QStringList commonKeys()
{
    return {u"environment"_s, u"every"_s, u"timeout"_s, u"rise"_s, u"fall"_s};
}

QStringList allCheckKeys()
{
    QStringList keys = commonKeys();
    for (const KindKeys& one : kindKeys()) {
        keys += one.key;
        keys += one.others;
    }
    keys.removeDuplicates();
    return keys;
}

/// Of one line.
bool isLine(const QString& text, qsizetype longest)
{
    return !text.isEmpty() && text.size() <= longest &&
           std::none_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20; });
}

bool isCheckUrl(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    return isLine(text, 2000) && url.isValid() && !url.host().isEmpty() &&
           url.userInfo().isEmpty() && (url.scheme() == u"http" || url.scheme() == u"https");
}

bool isNumericAddress(const QString& text)
{
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET6, text.toLatin1().constData(), bytes.data()) == 1;
}

bool isIpv4(const QString& text)
{
    std::array<unsigned char, 4> bytes{};
    return ::inet_pton(AF_INET, text.toLatin1().constData(), bytes.data()) == 1;
}

/// "host:port", "[::1]:port".
std::optional<std::pair<QString, int>> hostAndPort(const QString& text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    bool isNumber = false;
    const int port = colon < 0 ? 0 : QStringView(text).sliced(colon + 1).toInt(&isNumber);
    if (!isNumber || port < 1 || port > 65535) {
        return std::nullopt;
    }
    QString host = text.left(colon);
    const bool bracketed = host.startsWith(u'[') && host.endsWith(u']');
    if (bracketed) {
        host = host.mid(1, host.size() - 2);
    }
    const bool fine = bracketed ? isNumericAddress(host) : isHostName(host) && !host.contains(u':');
    return fine ? std::optional(std::pair(host, port)) : std::nullopt;
}

bool isResolver(const QString& text)
{
    const auto both = hostAndPort(text);
    return isIpv4(text) || (both && isIpv4(both->first));
}

bool isDomain(const QString& text)
{
    return text.size() <= 253 && isHostName(text) && !text.contains(u':');
}

/// systemd.unit(5): letters, digits and ":-_.\@".
bool isUnit(const QString& text)
{
    return isLine(text, 255) && !text.startsWith(u'-') &&
           std::all_of(text.cbegin(), text.cend(), [](QChar c) {
               return (c.unicode() < 0x80 && c.isLetterOrNumber()) || u":-_.\\@"_s.contains(c);
           });
}

bool isAbsoluteFile(const QString& text)
{
    return isLine(text, 4000) && text.startsWith(u'/') && !text.endsWith(u'/') &&
           !text.split(u'/').contains(u".."_s);
}

/// Verbs at its start could lift the limits that it runs under.
bool isBoundedRegex(const QString& text)
{
    return isLine(text, longestPattern) && !text.startsWith(u"(*"_s) &&
           QRegularExpression(text).isValid();
}

void readStatuses(const Section& expect, QList<int>* statuses)
{
    const QString what = u"an HTTP status such as 200, or a list of them"_s;
    const YamlNode& node = expect.node(u"status"_s);
    const QList<YamlNode> one = {node};
    for (const YamlNode& item : node.isList() ? node.items : one) {
        const auto status = item.asInteger();
        if (!status || *status < 100 || *status > 599) {
            workspace::expected(expect.problems(), Place{item.line, item.column, item.path}, item,
                                what);
            return;
        }
        statuses->append(int(*status));
    }
}

void readHttp(const Section& section, const QString& folder, ServiceCheck* check)
{
    const YamlNode& url = section.node(u"url"_s);
    if (url.isScalar() && !QUrl(url.text).userInfo().isEmpty()) {
        // It is not repeated: there is a password in it.
        section.problems()->add(section.placeOf(u"url"_s),
                                u"expected a URL without a name and a password"_s);
    } else {
        check->url = section.word(u"url"_s, u"a URL such as https://example.org/"_s, isCheckUrl);
    }
    check->verify = section.truth(u"verify"_s, true);
    const QString authority = section.word(
        u"authority"_s, u"a file of certificates"_s,
        [](const QString& text) { return isLine(text, 4000); }, QString());
    check->authority =
        authority.isEmpty() ? authority : QDir::cleanPath(QDir(folder).absoluteFilePath(authority));
    if (!section.has(u"expect"_s)) {
        return;
    }
    const Section expect(section.problems(), section.node(u"expect"_s),
                         section.placeOf(u"expect"_s), {u"status"_s, u"body"_s, u"certificate"_s});
    if (expect.has(u"status"_s)) {
        readStatuses(expect, &check->statuses);
    }
    check->body = expect.word(
        u"body"_s, u"a text that must be in the answer"_s,
        [](const QString& text) { return isLine(text, 1000); }, QString());
    check->certificateDays =
        expect.number(u"certificate"_s, u"a number of days"_s, days, check->certificateDays);
}

void readDns(const Section& section, ServiceCheck* check)
{
    check->domain = section.word(u"dns"_s, u"a name such as example.org"_s, isDomain);
    check->record = section.word(
        u"record"_s, u"a type of record ("_s + listed(recordTypes()) + u')',
        [](const QString& text) { return recordTypes().contains(text); }, check->record);
    check->resolver =
        section.word(u"resolver"_s, u"the IPv4 address of a name server"_s, isResolver, QString());
    if (section.has(u"expect"_s)) {
        const Section expect(section.problems(), section.node(u"expect"_s),
                             section.placeOf(u"expect"_s), {u"answer"_s});
        check->answer = expect.word(
            u"answer"_s, u"what the name must stand for"_s,
            [](const QString& text) { return isLine(text, 500); }, QString());
    }
}

void readLog(const Section& section, ServiceCheck* check)
{
    const Section log(section.problems(), section.node(u"log"_s), section.placeOf(u"log"_s),
                      {u"file"_s, u"pattern"_s, u"regex"_s, u"most"_s});
    check->file = log.word(u"file"_s, u"an absolute path on the server"_s, isAbsoluteFile);
    check->isRegex = log.has(u"regex"_s);
    if (log.has(u"regex"_s) && log.has(u"pattern"_s)) {
        log.problems()->add(log.placeOf(u"regex"_s),
                            u"expected either \"pattern\" or \"regex\", got both"_s);
    }
    check->pattern =
        check->isRegex ? log.word(u"regex"_s, u"a regular expression of at most 500 characters"_s,
                                  isBoundedRegex)
                       : log.word(u"pattern"_s, u"a text of at most 500 characters"_s,
                                  [](const QString& text) { return isLine(text, longestPattern); });
    check->most = log.number(u"most"_s, u"a number of lines"_s, counts, 0);
}

void readKind(const Section& section, const QString& folder, ServiceCheck* check)
{
    switch (check->kind) {
        case CheckKind::Http:
            readHttp(section, folder, check);
            break;
        case CheckKind::Tcp: {
            const QString place =
                section.word(u"tcp"_s, u"host:port, or [address]:port for IPv6"_s,
                             [](const QString& text) { return hostAndPort(text).has_value(); });
            if (const auto both = hostAndPort(place)) {
                check->host = both->first;
                check->port = both->second;
            }
            break;
        }
        case CheckKind::Dns:
            readDns(section, check);
            break;
        case CheckKind::Process:
            check->process = section.word(
                u"process"_s, u"the name of a process"_s,
                [](const QString& text) { return isLine(text, 255) && !text.contains(u'/'); });
            break;
        case CheckKind::Unit:
            check->unit = section.word(u"unit"_s, u"the name of a systemd unit"_s, isUnit);
            break;
        case CheckKind::Port:
            check->port = section.number(u"port"_s, u"a port"_s, portRange, 0);
            break;
        case CheckKind::Script:
            check->script = section.word(u"script"_s, u"a command line"_s, [](const QString& text) {
                return isLine(text, longestScript);
            });
            break;
        case CheckKind::Log:
            readLog(section, check);
            break;
    }
}

/// The one key that says what is checked; null, and told, when it is not one.
const KindKeys* kindOf(const Section& section)
{
    const KindKeys* found = nullptr;
    QStringList all;
    for (const KindKeys& one : kindKeys()) {
        all += one.key;
        if (!section.has(one.key)) {
            continue;
        }
        if (found != nullptr) {
            section.problems()->add(
                section.placeOf(one.key),
                u"a check looks at one thing; this one has \"%1\" already"_s.arg(found->key));
            return nullptr;
        }
        found = &one;
    }
    if (found == nullptr) {
        section.problems()->add(section.place(),
                                u"expected what to check: one of "_s + listed(all));
    }
    return found;
}

ServiceCheck readCheck(const QString& name, const Section& section, const QString& folder)
{
    ServiceCheck check;
    check.name = name;
    const KindKeys* kind = kindOf(section);
    if (kind == nullptr) {
        return check;
    }
    check.kind = kind->kind;
    QStringList own = commonKeys() + kind->others;
    own += kind->key;
    for (const QString& key : allCheckKeys()) {
        if (section.has(key) && !own.contains(key)) {
            section.problems()->add(section.placeOf(key),
                                    u"a check of \"%1\" has no \"%2\""_s.arg(kind->key, key));
        }
    }
    const auto isName = [](const QString& text) { return isPlainName(text); };
    if (kind->others.contains(u"server"_s)) {
        check.server = section.word(u"server"_s, u"the name of a server"_s, isName);
    }
    check.environment =
        section.word(u"environment"_s, u"the name of an environment"_s, isName, QString());
    check.every = section.duration(u"every"_s, everyRange, check.every);
    check.timeout = section.duration(u"timeout"_s, timeoutRange, check.timeout);
    check.rise = section.number(u"rise"_s, u"a number of answers"_s, turns, check.rise);
    check.fall = section.number(u"fall"_s, u"a number of answers"_s, turns, check.fall);
    check.apdex = section.duration(u"apdex"_s, apdexRange, check.apdex);
    readKind(section, folder, &check);
    return check;
}

}  // namespace

QString toString(CheckKind kind)
{
    switch (kind) {
        case CheckKind::Http:
            return u"http"_s;
        case CheckKind::Tcp:
            return u"tcp"_s;
        case CheckKind::Dns:
            return u"dns"_s;
        case CheckKind::Process:
            return u"process"_s;
        case CheckKind::Unit:
            return u"unit"_s;
        case CheckKind::Port:
            return u"port"_s;
        case CheckKind::Script:
            return u"script"_s;
        case CheckKind::Log:
            return u"log"_s;
    }
    return {};
}

QStringList recordTypes()
{
    return {u"A"_s, u"AAAA"_s, u"CNAME"_s, u"MX"_s, u"NS"_s, u"TXT"_s};
}

QString ServiceCheck::target() const
{
    switch (kind) {
        case CheckKind::Http:
            return url;
        case CheckKind::Tcp:
            return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
        case CheckKind::Dns:
            return record + u' ' + domain;
        case CheckKind::Process:
            return u"process %1 on %2"_s.arg(process, server);
        case CheckKind::Unit:
            return u"unit %1 on %2"_s.arg(unit, server);
        case CheckKind::Port:
            return u"port %1 on %2"_s.arg(QString::number(port), server);
        case CheckKind::Script:
            return u"script on %1"_s.arg(server);
        case CheckKind::Log:
            return u"%1 on %2"_s.arg(file, server);
    }
    return {};
}

QMap<QString, ServiceCheck> readChecks(const Section& root, const QString& folder)
{
    QMap<QString, ServiceCheck> checks;
    root.maps(u"checks"_s, allCheckKeys(), [&](const QString& name, const Section& section) {
        checks.insert(name, readCheck(name, section, folder));
    });
    return checks;
}

}  // namespace analemma::workspace
