#include "core/base/files.h"
#include "core/workspace/workspace.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace analemma;
using namespace Qt::StringLiterals;
using workspace::Workspace;

namespace {

/// A small good file; a test changes one line of it.
const char* const small = R"(workspace: shop
repositories:
  shop: { path: ./shop }
providers:
  here: { type: local }
pipelines:
  shop: { repository: shop }
images:
  web: { start: deploy/start.sh }
environments:
  qa: { provider: here, image: web }
)";

QByteArray with(const QByteArray& line, const QByteArray& instead)
{
    const QByteArray text(small);
    return text.contains(line) ? QByteArray(text).replace(line, instead)
                               : QByteArray("the line to change is not in the file");
}

QString messageOf(const QByteArray& text)
{
    const auto read = workspace::parse(text, u"/srv/team/analemma.yaml"_s);
    return read ? u"(read)"_s : read.error().message;
}

Workspace parsed(const QByteArray& text)
{
    const auto read = workspace::parse(text, u"/srv/team/analemma.yaml"_s);
    if (!read) {
        qWarning("%s", qPrintable(read.error().message));
        return {};
    }
    return *read;
}

Json schema()
{
    QFile file(QStringLiteral(ANALEMMA_SOURCE "/resources/schema/analemma.schema.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// The schema of the maps below a section: "environments" -> its additionalProperties.
Json schemaOf(const QString& section)
{
    const Json root = schema();
    if (section.isEmpty()) {
        return root;
    }
    const QJsonValue entry = root[u"properties"_s][section][u"additionalProperties"_s];
    const QJsonValue named = entry[u"oneOf"_s].isArray() ? entry[u"oneOf"_s][0] : entry;
    const QString reference = named[u"$ref"_s].toString();
    return root[u"$defs"_s][reference.section(u'/', -1)].toObject();
}

}  // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheDesignsExample();
    void readsTheSample();
    void fillsInDefaults();
    void readsEveryKey();
    void badFiles_data();
    void badFiles();
    void tellsAllProblems();
    void keepsSecretsOutOfMessages();
    void isNamedByItsFolder();
    void isFoundUpwards();
    void loads();
    void schemaKnowsTheSameKeys_data();
    void schemaKnowsTheSameKeys();
    void schemaKnowsTheSameWords();
};

void TestWorkspace::readsTheDesignsExample()
{
    // The example of the handbook, without the provider and the remote part of later versions.
    const Workspace shop = parsed(R"(workspace: shop
repositories:
  shop: { path: ./shop, remote: git@example.org:shop.git, review: required }
providers:
  here: { type: local }
pipelines:
  shop: { repository: shop, config: .circleci/config.yml, on: [main] }
environments:
  qa:         { provider: here, servers: 1, image: web, health: /healthz, port: 8080 }
  production:
    provider: here
    servers: 3
    image: web
    health: { path: /healthz, every: 1s, rise: 2, fall: 3 }
    balancer: { port: 8000 }
    strategy: blue-green
    warm: 1
    approvals: 1
images:
  web: { from: base, provision: [deploy/provision.sh], files: [{ artifact: site.tar.gz, to: /srv/app }], start: deploy/start.sh }
servers:
  bastion: { address: 203.0.113.7, user: ops, tags: [edge] }
)");
    QCOMPARE(shop.name, u"shop"_s);
    QCOMPARE(shop.folder, u"/srv/team"_s);
    QCOMPARE(shop.file, u"/srv/team/analemma.yaml"_s);
    QCOMPARE(shop.repositories[u"shop"_s].path, u"/srv/team/shop"_s);
    QCOMPARE(shop.repositories[u"shop"_s].remote, u"git@example.org:shop.git"_s);
    QVERIFY(shop.repositories[u"shop"_s].reviewRequired);
    QCOMPARE(shop.providers[u"here"_s].type, u"local"_s);
    QCOMPARE(shop.pipelines[u"shop"_s].on, QStringList{u"main"_s});
    QCOMPARE(shop.environmentOrder, (QStringList{u"qa"_s, u"production"_s}));
    QCOMPARE(shop.environments[u"qa"_s].health.path, u"/healthz"_s);
    QVERIFY(!shop.environments[u"qa"_s].balancer.wanted);
    QVERIFY(!shop.environments[u"qa"_s].production);
    const workspace::Environment production = shop.environments[u"production"_s];
    QCOMPARE(production.servers, 3);
    QCOMPARE(production.health.every, milliseconds(1000));
    QCOMPARE(production.health.fall, 3);
    QVERIFY(production.balancer.wanted);
    QCOMPARE(production.balancer.port, 8000);
    QCOMPARE(production.approvals, 1);
    QVERIFY(production.production);
    const workspace::ImageRecipe web = shop.images[u"web"_s];
    QCOMPARE(web.repository, u"shop"_s);
    QCOMPARE(web.files.size(), 1);
    QCOMPARE(web.files[0].artifact, u"site.tar.gz"_s);
    QCOMPARE(web.files[0].to, u"/srv/app"_s);
    QCOMPARE(web.provision, QStringList{u"deploy/provision.sh"_s});
    QCOMPARE(shop.servers[u"bastion"_s].address, u"203.0.113.7"_s);
    QCOMPARE(shop.servers[u"bastion"_s].port, 22);
}

void TestWorkspace::readsTheSample()
{
    const auto read = workspace::load(
        QStringLiteral(ANALEMMA_SOURCE "/resources/sample/workspace/analemma.yaml"));
    QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().message));
    QCOMPARE(read->environments[u"production"_s].servers, 3);
}

void TestWorkspace::fillsInDefaults()
{
    const Workspace shop = parsed(small);
    const workspace::Environment qa = shop.environments[u"qa"_s];
    QCOMPARE(qa.servers, 1);
    QCOMPARE(qa.port, 8080);
    QCOMPARE(qa.health.path, u"/healthz"_s);
    QCOMPARE(qa.health.every, milliseconds(500));
    QCOMPARE(qa.strategy, u"blue-green"_s);
    QCOMPARE(qa.warm, 1);
    QCOMPARE(qa.approvals, 0);
    QCOMPARE(qa.drain, milliseconds(30'000));
    QCOMPARE(shop.images[u"web"_s].from, u"base"_s);
    QCOMPARE(shop.images[u"web"_s].repository, u"shop"_s);
    QCOMPARE(shop.pipelines[u"shop"_s].config, u".circleci/config.yml"_s);
    QVERIFY(shop.pipelines[u"shop"_s].on.isEmpty());

    // What is the only one of its kind need not be named.
    const Workspace bare = parsed(with("  qa: { provider: here, image: web }", "  qa: {}"));
    QCOMPARE(bare.environments[u"qa"_s].provider, u"here"_s);
    QCOMPARE(bare.environments[u"qa"_s].image, u"web"_s);
    // Of several repositories, the one with the recipe's name.
    const Workspace two = parsed(
        with("  shop: { path: ./shop }", "  shop: { path: ./shop }\n  web: { path: /srv/web }"));
    QCOMPARE(two.images[u"web"_s].repository, u"web"_s);
    QCOMPARE(two.repositories[u"web"_s].path, u"/srv/web"_s);
    // A file with a name alone is a workspace to begin with; empty sections are none.
    QCOMPARE(parsed("workspace: new\nenvironments:\nservers:\n").name, u"new"_s);
}

void TestWorkspace::readsEveryKey()
{
    const Workspace shop =
        parsed(with("  qa: { provider: here, image: web }", R"(  qa:
    provider: here
    image: web
    servers: 2
    port: 9000
    health: { path: "/ok?full=1", every: 250ms, rise: 1, fall: 5, within: 2m, watch: 0s }
    balancer: { port: 8443, address: 127.9.8.7 }
    strategy: blue-green
    warm: 0
    approvals: 2
    production: true
    drain: 5s)")
                   .replace("  shop: { repository: shop }",
                            "  shop: { repository: shop, secrets: { API_TOKEN: secret:api } }"));
    const workspace::Environment qa = shop.environments[u"qa"_s];
    QCOMPARE(qa.port, 9000);
    QCOMPARE(qa.health.path, u"/ok?full=1"_s);
    QCOMPARE(qa.health.every, milliseconds(250));
    QCOMPARE(qa.health.within, milliseconds(120'000));
    QCOMPARE(qa.health.watch, milliseconds(0));
    QCOMPARE(qa.balancer.address, u"127.9.8.7"_s);
    QCOMPARE(qa.warm, 0);
    QVERIFY(qa.production);
    QCOMPARE(qa.drain, milliseconds(5000));
    QCOMPARE(shop.pipelines[u"shop"_s].secrets[u"API_TOKEN"_s], u"api"_s);
}

void TestWorkspace::badFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QByteArray& text, const QString& message) {
        QTest::newRow(name) << text << message;
    };
    const auto environment = [&row](const char* name, const QByteArray& keys,
                                    const QString& message) {
        row(name, with("image: web }", "image: web, " + keys + " }"),
            u"analemma.yaml:11:"_s + message);
    };

    row("empty", "", u"analemma.yaml:1:1 expected a map, got nothing"_s);
    row("a list", "- a\n", u"analemma.yaml:1:1 expected a map, got a list"_s);
    row("broken", "workspace: shop\nimages: {\n", u"analemma.yaml:3:1 end of map flow not found"_s);
    row("broken indent", "workspace: shop\n  images: 1\n",
        u"analemma.yaml:2:9 illegal map value"_s);
    row("duplicate", with("images:", "images: {}\nimages:"),
        u"analemma.yaml:9:1 the key \"images\" stands twice in one map"_s);
    row("no name", with("workspace: shop\n", ""),
        u"analemma.yaml:1:1 workspace: expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got nothing"_s);
    row("bad name", with("workspace: shop", "workspace: The Shop"),
        u"analemma.yaml:1:12 workspace: expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got \"The Shop\""_s);
    row("unknown section", with("images:", "imagse:"),
        u"analemma.yaml:8:1 unknown key \"imagse\"; did you mean \"images\"?"_s);
    row("far key", with("images:", "kubernetes: {}\nimages:"),
        u"analemma.yaml:8:1 unknown key \"kubernetes\"; known here: workspace, repositories, providers, pipelines, environments, images, servers, checks, prometheus, alerts, channels and maintenance"_s);
    row("section is a list", with("  here: { type: local }", "  - here"),
        u"analemma.yaml:5:3 providers: expected a map of names, got a list"_s);
    row("name in capitals", with("  qa: {", "  QA: {"),
        u"analemma.yaml:11:3 environments: expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got \"QA\""_s);
    row("environment is a word", with("{ provider: here, image: web }", "one"),
        u"analemma.yaml:11:3 environments.qa: expected a map, got \"one\""_s);
    row("unprintable key", with("images:", "\"im\\e[31mages\":"),
        u"analemma.yaml:8:1 unknown key \"im␛[31mages\"; known here: workspace, repositories, providers, pipelines, environments, images, servers, checks, prometheus, alerts, channels and maintenance"_s);

    // The examples of the issue and the handbook.
    row("servers: three",
        with("  qa: { provider: here, image: web }",
             "  production:\n    provider: here\n    image: web\n    servers: three"),
        u"analemma.yaml:14:14 environments.production.servers: expected a number of servers, got \"three\""_s);
    row("unknown key of an environment",
        with("  qa: { provider: here, image: web }",
             "  production:\n    provider: here\n    instances: 3"),
        u"analemma.yaml:13:5 environments.production: unknown key \"instances\"; known here: provider, servers, image, port, health, balancer, strategy, warm, approvals, production and drain"_s);
    row("mistyped key of an environment",
        with("  qa: { provider: here, image: web }",
             "  production:\n    provider: here\n    sevrers: 3"),
        u"analemma.yaml:13:5 environments.production: unknown key \"sevrers\"; did you mean \"servers\"?"_s);
    row("digitalocean",
        with("  here: { type: local }",
             "  here: { type: local }\n  ocean: { type: digitalocean, region: fra1, size: "
             "s-1vcpu-1gb, token: secret:ocean }"),
        u"analemma.yaml:6:18 providers.ocean.type: this version has no provider \"digitalocean\"; it has local"_s);

    environment("servers quoted", "servers: \"3\"",
                u"46 environments.qa.servers: expected a number of servers, got \"3\""_s);
    environment(
        "servers 0", "servers: 0",
        u"46 environments.qa.servers: expected a number of servers from 1 to 100, got \"0\""_s);
    environment(
        "servers 1e9", "servers: 1000000000",
        u"46 environments.qa.servers: expected a number of servers from 1 to 100, got \"1000000000\""_s);
    environment("servers null", "servers: ~",
                u"46 environments.qa.servers: expected a number of servers, got nothing"_s);
    environment("servers list", "servers: [3]",
                u"46 environments.qa.servers: expected a number of servers, got a list"_s);
    environment("port 80", "port: 80",
                u"43 environments.qa.port: expected a port from 1024 to 65535, got \"80\""_s);
    environment("port 70000", "port: 70000",
                u"43 environments.qa.port: expected a port from 1024 to 65535, got \"70000\""_s);
    environment(
        "warm -1", "warm: -1",
        u"43 environments.qa.warm: expected a number of generations from 0 to 10, got \"-1\""_s);
    environment("approvals", "approvals: yes",
                u"48 environments.qa.approvals: expected a number of approvals, got \"yes\""_s);
    environment("production", "production: yes",
                u"49 environments.qa.production: expected true or false, got \"yes\""_s);
    environment(
        "drain", "drain: 5 apples",
        u"44 environments.qa.drain: expected a duration such as 500ms, 2s or 1m, got \"5 apples\""_s);
    environment("drain too long", "drain: 2h",
                u"44 environments.qa.drain: expected a duration from 0s to 1h, got \"2h\""_s);
    environment(
        "health path", "health: healthz",
        u"45 environments.qa.health: expected a path such as /healthz, or a map, got \"healthz\""_s);
    environment(
        "health list", "health: [a]",
        u"45 environments.qa.health: expected a path such as /healthz, or a map, got a list"_s);
    environment("health path in map", "health: { path: ok }",
                u"53 environments.qa.health.path: expected a path such as /healthz, got \"ok\""_s);
    environment(
        "health header injection", "health: \"/a\\r\\nX: y\"",
        u"45 environments.qa.health: expected a path such as /healthz, or a map, got \"/a␍␊X: y\""_s);
    environment(
        "health every", "health: { every: 1ms }",
        u"54 environments.qa.health.every: expected a duration from 50ms to 1m, got \"1ms\""_s);
    environment(
        "health rise", "health: { rise: 0 }",
        u"53 environments.qa.health.rise: expected a number of checks from 1 to 20, got \"0\""_s);
    environment("health key", "health: { evry: 1s }",
                u"47 environments.qa.health: unknown key \"evry\"; did you mean \"every\"?"_s);
    environment("balancer", "balancer: 8000",
                u"47 environments.qa.balancer: expected a map, got \"8000\""_s);
    environment("balancer nothing", "balancer: ~",
                u"47 environments.qa.balancer: expected a map, got nothing"_s);
    environment("balancer port", "balancer: { port: http }",
                u"55 environments.qa.balancer.port: expected a port, got \"http\""_s);
    environment(
        "balancer address", "balancer: { address: localhost }",
        u"58 environments.qa.balancer.address: expected an IP address, got \"localhost\""_s);
    environment(
        "canary", "strategy: canary",
        u"47 environments.qa.strategy: this version has no strategy \"canary\"; it has blue-green"_s);
    environment("strategy", "strategy: brave",
                u"47 environments.qa.strategy: expected a strategy (blue-green), got \"brave\""_s);
    row("unknown provider", with("provider: here", "provider: ther"),
        u"analemma.yaml:11:19 environments.qa.provider: there is no provider \"ther\"; known here: here"_s);
    row("mistyped image", with("image: web", "image: wbe"),
        u"analemma.yaml:11:32 environments.qa.image: there is no image \"wbe\"; did you mean \"web\"?"_s);
    row("which provider",
        with("  here: { type: local }", "  here: { type: local }\n  there: { type: local }")
            .replace("provider: here, ", ""),
        u"analemma.yaml:12:3 environments.qa.provider: expected the name of the provider (one of here and there), got nothing"_s);
    row("no provider",
        with("providers:\n  here: { type: local }\n", "").replace("provider: here, ", ""),
        u"analemma.yaml:9:3 environments.qa.provider: expected the name of the provider (there is none in this file), got nothing"_s);

    row("provider type", with("type: local", "type: vmware"),
        u"analemma.yaml:5:17 providers.here.type: expected a type of provider (local), got \"vmware\""_s);
    row("provider without type", with("{ type: local }", "{}"),
        u"analemma.yaml:5:3 providers.here.type: expected a type of provider (local), got nothing"_s);
    row("local provider with a region", with("{ type: local }", "{ type: local, region: fra1 }"),
        u"analemma.yaml:5:32 providers.here.region: a local provider has no \"region\"; it needs nothing but its type"_s);

    row("repository without path",
        with("{ path: ./shop }", "{ remote: https://example.org/shop.git }"),
        u"analemma.yaml:3:3 repositories.shop.path: expected the path of a folder, got nothing"_s);
    row("review rule", with("{ path: ./shop }", "{ path: ./shop, review: yes }"),
        u"analemma.yaml:3:33 repositories.shop.review: expected required or none, got \"yes\""_s);
    row("remote is an option",
        with("{ path: ./shop }", "{ path: ./shop, remote: --upload-pack=id }"),
        u"analemma.yaml:3:33 repositories.shop.remote: expected the address of a git remote, got \"--upload-pack=id\""_s);
    row("pipeline without repository", with("repository: shop", "repository: shp"),
        u"analemma.yaml:7:23 pipelines.shop.repository: there is no repository \"shp\"; did you mean \"shop\"?"_s);
    row("config outside", with("repository: shop", "repository: shop, config: ../../etc/passwd"),
        u"analemma.yaml:7:37 pipelines.shop.config: expected a path inside the repository, got \"../../etc/passwd\""_s);
    row("on", with("repository: shop", "repository: shop, on: main"),
        u"analemma.yaml:7:33 pipelines.shop.on: expected a list of branches, got \"main\""_s);
    row("branch", with("repository: shop", "repository: shop, on: [main, \"a b\"]"),
        u"analemma.yaml:7:40 pipelines.shop.on[1]: expected the name of a branch, got \"a b\""_s);
    row("variable", with("repository: shop", "repository: shop, secrets: { A-B: secret:x }"),
        u"analemma.yaml:7:40 pipelines.shop.secrets: expected the name of an environment variable, got \"A-B\""_s);

    row("image base", with("  web: {", "  base: {"),
        u"analemma.yaml:9:3 images.base: \"base\" is the image that every provider has; choose another name"_s);
    row("from nowhere", with("  web: {", "  web: { from: debian,"),
        u"analemma.yaml:9:16 images.web.from: there is no image \"debian\"; known here: web and base"_s);
    row("from itself", with("  web: {", "  web: { from: web,"),
        u"analemma.yaml:9:16 images.web.from: the images are made from each other in a circle: web from web"_s);
    row("circle",
        with("  web: { start: deploy/start.sh }",
             "  web: { from: b, start: x }\n  b: { from: c }\n  c: { from: web }"),
        u"analemma.yaml:9:16 images.web.from: the images are made from each other in a circle: web from b from c from web"_s);
    row("circle of others",
        with("  web: { start: deploy/start.sh }",
             "  web: { from: b, start: x }\n  b: { from: c }\n  c: { from: b }"),
        u"analemma.yaml:10:14 images.b.from: the images are made from each other in a circle: b from c from b"_s);
    row("no start", with("{ start: deploy/start.sh }", "{}"),
        u"analemma.yaml:11:32 environments.qa.image: the image \"web\" has no start script, so its servers would run no service; set images.web.start"_s);
    row("start outside", with("deploy/start.sh", "/bin/sh"),
        u"analemma.yaml:9:17 images.web.start: expected the path of a script inside the repository, got \"/bin/sh\""_s);
    row("provision", with("start: deploy/start.sh", "start: a.sh, provision: setup.sh"),
        u"analemma.yaml:9:34 images.web.provision: expected a list of scripts, got \"setup.sh\""_s);
    row("files", with("start: deploy/start.sh", "start: a.sh, files: { artifact: a }"),
        u"analemma.yaml:9:30 images.web.files: expected a list of { artifact or path, to }, got a map"_s);
    row("file without target",
        with("start: deploy/start.sh", "start: a.sh, files: [{ artifact: a }]"),
        u"analemma.yaml:9:31 images.web.files[0].to: expected an absolute path on the server, got nothing"_s);
    row("file to nowhere",
        with("start: deploy/start.sh", "start: a.sh, files: [{ artifact: a, to: srv }]"),
        u"analemma.yaml:9:50 images.web.files[0].to: expected an absolute path on the server, got \"srv\""_s);
    row("file climbs",
        with("start: deploy/start.sh", "start: a.sh, files: [{ artifact: a, to: /srv/../etc }]"),
        u"analemma.yaml:9:50 images.web.files[0].to: expected an absolute path on the server, got \"/srv/../etc\""_s);
    row("file of two sources",
        with("start: deploy/start.sh", "start: a.sh, files: [{ artifact: a, path: b, to: /srv }]"),
        u"analemma.yaml:9:31 images.web.files[0]: expected either \"artifact\" or \"path\", got both"_s);
    row("file of no source", with("start: deploy/start.sh", "start: a.sh, files: [{ to: /srv }]"),
        u"analemma.yaml:9:31 images.web.files[0]: expected either \"artifact\" or \"path\", got neither"_s);
    row("which repository",
        with("  shop: { path: ./shop }", "  shop: { path: ./shop }\n  docs: { path: ./docs }"),
        u"analemma.yaml:10:3 images.web.repository: expected the name of the repository (one of docs and shop), got nothing"_s);

    row("server address",
        with("environments:",
             "servers:\n  bastion: { address: \"-oProxyCommand=id\" }\nenvironments:"),
        u"analemma.yaml:11:23 servers.bastion.address: expected a host name or IP address, got \"-oProxyCommand=id\""_s);
    row("server port",
        with("environments:", "servers:\n  bastion: { address: a, port: 0 }\nenvironments:"),
        u"analemma.yaml:11:32 servers.bastion.port: expected a port from 1 to 65535, got \"0\""_s);
    row("server user",
        with("environments:", "servers:\n  bastion: { address: a, user: \"a;b\" }\nenvironments:"),
        u"analemma.yaml:11:32 servers.bastion.user: expected the name of a user, got \"a;b\""_s);
    row("same balancer",
        with("image: web }",
             "image: web, balancer: { address: 127.0.0.9 } }\n  b: { balancer: { address: "
             "127.0.0.9 } }"),
        u"analemma.yaml:12:29 environments.b.balancer.address: 127.0.0.9:8000 is already the balancer of \"qa\""_s);
}

void TestWorkspace::badFiles()
{
    QFETCH(QByteArray, text);
    QTEST(messageOf(text), "message");
    const auto read = workspace::parse(text, u"/srv/team/analemma.yaml"_s);
    const bool later = read.error().message.contains(u"this version has no"_s);
    QVERIFY(read.error().kind == (later ? ErrorKind::Unsupported : ErrorKind::Invalid));
}

void TestWorkspace::tellsAllProblems()
{
    const auto read =
        workspace::parse(with("image: web }", "image: wbe, servers: three, colour: red }")
                             .replace("type: local", "type: x"),
                         u"/srv/team/analemma.yaml"_s);
    QVERIFY(!read);
    QCOMPARE(
        read.error().message,
        u"analemma.yaml:5:17 providers.here.type: expected a type of provider (local), got \"x\""_s);
    QCOMPARE(read.error().hint, u"There are 3 more errors in this file."_s);
    const QJsonArray errors = read.error().details[u"errors"_s].toArray();
    QCOMPARE(errors.size(), 4);
    QCOMPARE(errors[1][u"line"_s].toInt(), 11);
    QCOMPARE(errors[1][u"path"_s].toString(), u"environments.qa.image"_s);
}

void TestWorkspace::keepsSecretsOutOfMessages()
{
    const QString message =
        messageOf(with("repository: shop", "repository: shop, secrets: { API_TOKEN: hunter2 }"));
    QCOMPARE(
        message,
        u"analemma.yaml:7:51 pipelines.shop.secrets.API_TOKEN: expected secret:NAME; the secret itself never stands in this file"_s);
}

void TestWorkspace::isNamedByItsFolder()
{
    QTemporaryDir folder;
    QVERIFY(makeFolder(folder.filePath(u"real"_s)));
    QVERIFY(QFile::link(folder.filePath(u"real"_s), folder.filePath(u"link"_s)));
    const auto real = workspace::parse(small, folder.filePath(u"real/analemma.yaml"_s));
    const auto link = workspace::parse(small, folder.filePath(u"link/analemma.yaml"_s));
    const auto other = workspace::parse(small, folder.filePath(u"analemma.yaml"_s));
    QCOMPARE(real->id, link->id);
    QVERIFY(real->id != other->id);
    QVERIFY(QRegularExpression(u"^shop-[0-9a-f]{8}$"_s).match(real->id).hasMatch());
    const QString canonical = QDir(folder.filePath(u"real"_s)).canonicalPath();
    QCOMPARE(real->id, u"shop-"_s + sha256(canonical.toUtf8()).left(8));
    qputenv("ANALEMMA_HOME", "/srv/state");
    QCOMPARE(real->stateFolder(), u"/srv/state/workspaces/"_s + real->id);
    qunsetenv("ANALEMMA_HOME");
}

void TestWorkspace::isFoundUpwards()
{
    QTemporaryDir folder;
    QVERIFY(makeFolder(folder.filePath(u"a/b/c"_s)));
    QVERIFY(writeFile(folder.filePath(u"a/analemma.yaml"_s), small));
    QVERIFY(makeFolder(folder.filePath(u"a/b/analemma.yaml"_s)));  // a folder of that name is none
    QCOMPARE(*workspace::find(folder.filePath(u"a/b/c"_s)), folder.filePath(u"a/analemma.yaml"_s));
    QCOMPARE(*workspace::find(folder.filePath(u"a"_s)), folder.filePath(u"a/analemma.yaml"_s));
    QCOMPARE(*workspace::find(folder.filePath(u"a/analemma.yaml"_s)),
             folder.filePath(u"a/analemma.yaml"_s));
    const auto none = workspace::find(folder.path());
    QVERIFY(none.error().kind == ErrorKind::NotFound);
    QCOMPARE(none.error().message,
             u"there is no analemma.yaml in %1 or in a folder above it"_s.arg(folder.path()));
    QVERIFY(none.error().hint.contains(u"workspace init"_s));
}

void TestWorkspace::loads()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"analemma.yaml"_s);
    QVERIFY(workspace::load(file).error().kind == ErrorKind::NotFound);
    QVERIFY(writeFile(file, small));
    QCOMPARE(workspace::load(file)->file, file);
    QCOMPARE(workspace::load(folder.path())->file, file);
    QVERIFY(writeFile(file, "workspace: [\n"));
    QCOMPARE(workspace::load(file).error().message,
             u"analemma.yaml:2:1 end of sequence flow not found"_s);
    QVERIFY(writeFile(file, QByteArray(3 * 1024 * 1024, '#')));
    QVERIFY(workspace::load(file).error().message.endsWith(
        u"analemma.yaml: it is larger than 2.0 MiB"_s));
}

void TestWorkspace::schemaKnowsTheSameKeys_data()
{
    QTest::addColumn<QString>("section");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("root") << QString() << QByteArray("zzzzzzzz: 1");
    for (const char* section : {"repositories", "pipelines", "images", "environments", "servers",
                                "checks", "alerts", "channels", "maintenance"}) {
        QTest::newRow(section) << QString::fromLatin1(section)
                               << QByteArray("workspace: a\n" + QByteArray(section) +
                                             ": { x: { zzzzzzzz: 1 } }");
    }
}

/// The message about an unknown key lists what is known: the same must stand in the schema.
void TestWorkspace::schemaKnowsTheSameKeys()
{
    QFETCH(QString, section);
    QFETCH(QByteArray, text);
    const auto read = workspace::parse(text, u"/srv/analemma.yaml"_s);
    QStringList known;
    for (const QJsonValue& problem : read.error().details[u"errors"_s].toArray()) {
        const QString message = problem[u"message"_s].toString();
        if (message.contains(u"zzzzzzzz"_s)) {
            known =
                message.section(u"known here: "_s, 1).replace(u" and "_s, u", "_s).split(u", "_s);
        }
    }
    known.sort();
    const Json described = schemaOf(section);
    QVERIFY(!known.isEmpty());
    QCOMPARE(described[u"properties"_s].toObject().keys(), known);
    QCOMPARE(described[u"additionalProperties"_s], QJsonValue(false));
}

void TestWorkspace::schemaKnowsTheSameWords()
{
    const Json root = schema();
    QCOMPARE(root[u"$schema"_s].toString(), u"https://json-schema.org/draft/2020-12/schema"_s);
    const Json definitions = root[u"$defs"_s].toObject();
    // Every reference leads somewhere.
    const QString text = QString::fromUtf8(QJsonDocument(root).toJson());
    QRegularExpressionMatchIterator found =
        QRegularExpression(u"\"#/\\$defs/([a-zA-Z]+)\""_s).globalMatch(text);
    int references = 0;
    while (found.hasNext()) {
        QVERIFY(definitions.contains(found.next().captured(1)));
        ++references;
    }
    QVERIFY(references > 10);
    const Json environment = schemaOf(u"environments"_s)[u"properties"_s].toObject();
    QCOMPARE(environment[u"strategy"_s][u"enum"_s].toArray(), QJsonArray{u"blue-green"_s});
    QCOMPARE(environment[u"servers"_s][u"maximum"_s].toInt(), 100);
    QCOMPARE(definitions[u"provider"_s][u"properties"_s][u"type"_s][u"enum"_s].toArray(),
             QJsonArray{u"local"_s});
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
