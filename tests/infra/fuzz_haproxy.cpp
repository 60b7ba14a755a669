#include "core/infra/src/haproxy_text.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::infra;

namespace {

void lookAt(const Traffic& traffic)
{
    fuzz::promise(traffic.requests >= 0 && traffic.errors >= 0 && traffic.sessions >= 0 &&
                      traffic.queue >= 0 && traffic.queueTime.count() >= 0 &&
                      traffic.responseTime.count() >= 0 && traffic.totalTime.count() >= 0,
                  "nothing that is counted is below zero");
}

}  // namespace

/// What a balancer says about itself: statistics, the map, its process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    const QString active = haproxy::activePool(bytes);
    fuzz::promise(active.size() <= 63, "a pool has a plain name");
    (void)haproxy::workerPid(bytes);
    haproxy::Setup setup;
    setup.config.name = u"production"_s;
    setup.address = u"127.64.3.1"_s;
    setup.pools.insert(u"p0"_s, {{u"web-1"_s, u"127.64.3.2"_s, 8080}});
    for (const QByteArray& csv : {bytes, "# pxname,svname," + bytes}) {
        const Result<QList<haproxy::StatRow>> rows = haproxy::parseStat(csv);
        if (!rows) {
            continue;
        }
        fuzz::promise(rows->size() <= 20'000, "bounded");
        const Balancer balancer = haproxy::balancerFrom(setup, *rows, u"p0"_s);
        fuzz::promise(balancer.pools.size() == 3, "pools are those that were asked for");
        lookAt(balancer.traffic);
        for (const Pool& pool : balancer.pools) {
            lookAt(pool.traffic);
            for (const Member& member : pool.members) {
                lookAt(member.traffic);
            }
        }
        (void)haproxy::poolCommands(setup, u"p0"_s, *rows);
        (void)haproxy::sessionsOf(*rows, u"p0"_s);
    }
    return 0;
}
