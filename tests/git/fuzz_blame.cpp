#include "core/git/src/blamereader.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;
using namespace analemma::git;

/// What git blame prints about a file of 60 lines: every line that is told of has an origin, and it
/// does not matter how it comes in pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    constexpr int lineCount = 60;
    BlameReader whole(lineCount);
    const Result<void> taken = whole.take(bytes);
    const Result<void> ended = taken ? whole.end() : taken;
    fuzz::promise(ended.ok() || !ended.error().message.isEmpty(), "a refusal says why");
    int known = 0;
    for (const BlameLine& line : whole.lines()) {
        fuzz::promise(line.origin < int(whole.origins().size()), "an origin is there");
        fuzz::promise(line.origin < 0 || line.line > 0, "lines count from 1");
        known += line.origin >= 0 ? 1 : 0;
    }
    fuzz::promise(known == whole.known(), "what is known is counted");
    fuzz::promise(!ended.ok() || known == lineCount, "a good end knows all");
    for (const BlameOrigin& origin : whole.origins()) {
        fuzz::promise(!origin.path.isEmpty() && origin.subject.size() <= 1'000,
                      "names are bounded");
    }
    BlameReader pieces(lineCount);
    Result<void> each;
    const qsizetype step = size > 0 ? 1 + data[0] % 7 : 1;
    for (qsizetype at = 0; at < bytes.size() && each; at += step) {
        each = pieces.take(QByteArrayView(bytes).sliced(at, std::min(step, bytes.size() - at)));
    }
    fuzz::promise(each.ok() == taken.ok(), "pieces change nothing");
    fuzz::promise(!taken.ok() || pieces.lines() == whole.lines(), "pieces give the same lines");
    return 0;
}
