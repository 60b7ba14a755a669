#include "core/base/text.h"
#include "core/workspace/workspace.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;

/// Any bytes: a workspace whose names all lead somewhere, or an error with file and line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = workspace::parse(fuzz::bytesOf(data, size), QStringLiteral("/srv/f.yaml"));
    if (!read) {
        fuzz::promise(read.error().message.startsWith(QStringLiteral("f.yaml:")),
                      "an error names the file");
        fuzz::promise(displayText(read.error().message, 100'000) == read.error().message,
                      "an error can be shown as it is");
        return 0;
    }
    fuzz::promise(isPlainName(read->name) && isPlainName(read->id.right(8)), "names are plain");
    for (const workspace::Environment& environment : read->environments) {
        fuzz::promise(isPlainName(environment.name), "names are plain");
        fuzz::promise(read->providers.contains(environment.provider), "the provider exists");
        fuzz::promise(read->images.contains(environment.image), "the image exists");
        fuzz::promise(environment.servers >= 1 && environment.servers <= 100, "counts are bounded");
        fuzz::promise(environment.port >= 1024 && environment.port <= 65535, "ports are ports");
    }
    for (const workspace::ImageRecipe& image : read->images) {
        int steps = 0;
        for (QString at = image.from; at != QStringLiteral("base");
             at = read->images.value(at).from) {
            fuzz::promise(read->images.contains(at) && ++steps <= read->images.size(),
                          "images end in base");
        }
        fuzz::promise(read->repositories.contains(image.repository), "the repository exists");
    }
    for (const workspace::Pipeline& pipeline : read->pipelines) {
        fuzz::promise(read->repositories.contains(pipeline.repository), "the repository exists");
    }
    return 0;
}
