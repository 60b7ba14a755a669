#include "core/ssh/config.h"
#include "core/ssh/src/configtable.h"
#include "core/ssh/src/configwords.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

namespace {

bool isClean(const QString& text)
{
    for (const QChar c : text) {
        if (c.unicode() < 0x20 || c.unicode() == 0x7f) {
            return false;
        }
    }
    return true;
}

void checkHost(const HostConfig& host)
{
    if (host.problem.isEmpty()) {
        fuzz::promise(HostName::parse(host.hostName).ok(), "a host without problem has a name");
        fuzz::promise(UserName::parse(host.user).ok(), "and a user");
    }
    fuzz::promise(host.port > 0 && host.port <= 65'535, "a port is one");
    for (const Place& hop : host.proxyJump) {
        fuzz::promise(HostName::parse(hop.host).ok(), "a jump host has a name");
    }
    for (const ConfigForward& forward : host.forwards) {
        fuzz::promise(isClean(forward.text()), "a forward is clean");
    }
    for (const QString& line : host.systemLines) {
        const ConfigWords words = splitConfigLine(line.toUtf8());
        const ConfigKeyword* keyword = configKeyword(words.keyword);
        fuzz::promise(
            isClean(line) && !words.isBroken && keyword != nullptr && keyword->isForSystem,
            "a line for the system's OpenSSH is one that runs nothing");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    ConfigPlaces places;
    places.home = u"/home/ops"_s;
    places.localUser = u"ops"_s;
    places.localHost = u"desk"_s;
    places.environment[u"HOME"_s] = u"/home/ops"_s;
    const SshConfig config = SshConfig::parse(bytes, places);
    for (const ConfigLine& line : config.report()) {
        fuzz::promise(isClean(line.keyword + line.value + line.note), "a report is clean");
        fuzz::promise(line.use == LineUse::Taken || !line.note.isEmpty(), "and says why");
    }
    for (const QString& name : config.hosts()) {
        fuzz::promise(HostName::parse(name).ok(), "an offered host has a name");
    }
    for (const QString& name : {u"web"_s, u"192.0.2.1"_s}) {
        checkHost(config.resolve(name));
        checkHost(config.resolve(name, u"me"_s));
    }
    return 0;
}
