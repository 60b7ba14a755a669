#include "core/base/readers.h"
#include "tests/fuzz/fuzz.h"

#include <QSet>

using namespace analemma;

namespace {

int checkNode(const YamlNode& node, int depth)
{
    fuzz::promise(depth <= ReadLimits().depth, "the depth is bounded");
    fuzz::promise(node.line > 0 && node.column > 0, "every value has a place");
    int nodes = 1;
    for (const YamlNode& item : node.items) {
        nodes += checkNode(item, depth + 1);
    }
    QSet<QString> keys;
    for (const YamlNode::Entry& entry : node.entries) {
        fuzz::promise(!keys.contains(entry.key), "no key stands twice");
        keys.insert(entry.key);
        nodes += checkNode(entry.value, depth + 1);
    }
    fuzz::promise(node.describe().size() < 80, "a description is short");
    return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto root = readYaml(fuzz::bytesOf(data, size), QStringLiteral("f.yaml"));
    if (!root) {
        fuzz::promise(root.error().kind == ErrorKind::Invalid, "bad input is Invalid");
        fuzz::promise(root.error().message.startsWith(QStringLiteral("f.yaml:")),
                      "an error names the file");
        fuzz::promise(!root.error().message.contains(QChar(0x1b)), "no escape reaches a message");
        return 0;
    }
    fuzz::promise(checkNode(*root, 0) <= 2 * ReadLimits().nodes, "the size is bounded");
    (void)root->toJson();
    return 0;
}
