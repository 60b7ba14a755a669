#include "core/git/src/commitgraph.h"
#include "tests/fuzz/fuzz.h"

#include <cstring>

using namespace analemma;
using namespace analemma::git;

/// One file of a commit-graph, with both kinds of ids: whatever it holds, all that is read lies
/// within it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    for (const int hashBytes : {20, 32}) {
        const Result<GraphLayer> layer = GraphLayer::parse(bytes, hashBytes, 0, 0);
        if (!layer) {
            fuzz::promise(!layer.error().message.isEmpty(), "a refusal says why");
            continue;
        }
        std::vector<quint32> parents;
        quint64 sum = 0;
        for (quint32 at = 0; at < layer->count(); ++at) {
            if (layer->parents(at, layer->count(), &parents)) {
                for (const quint32 parent : parents) {
                    fuzz::promise(parent < layer->count(), "a parent is in the file");
                    sum += layer->generation(parent);
                }
            }
            sum += quint64(layer->time(at));
            const std::optional<quint32> found = layer->find(layer->id(at));
            fuzz::promise(!found || std::memcmp(layer->id(*found), layer->id(at),
                                                std::size_t(hashBytes)) == 0,
                          "what is found is what was looked for");
        }
        fuzz::promise(sum < UINT64_MAX, "all of it can be read");
    }
    return 0;
}
