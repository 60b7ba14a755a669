#include "core/git/src/packedrefs.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;
using namespace analemma::git;

/// A file packed-refs: whatever it holds, the names lie within it and can be those of refs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    const Result<std::vector<PackedRef>> refs = parsePackedRefs(bytes);
    if (!refs) {
        fuzz::promise(!refs.error().message.isEmpty(), "a refusal says why");
        return 0;
    }
    QByteArray again = "# pack-refs with: \n";
    for (const PackedRef& ref : *refs) {
        fuzz::promise(ref.name.data() >= bytes.constData() &&
                          ref.name.data() + ref.name.size() <= bytes.constData() + bytes.size(),
                      "a name lies within the file");
        fuzz::promise(ref.name.startsWith("refs/") && !ref.name.contains("..") &&
                          !ref.name.contains('\n') && !ref.name.contains(' '),
                      "a name can be one");
        char id[GIT_OID_HEXSZ + 1];
        again +=
            QByteArray(git_oid_tostr(id, sizeof id, &ref.id)) + ' ' + ref.name.toByteArray() + '\n';
        if (ref.isPeelKnown) {
            again += '^' + QByteArray(git_oid_tostr(id, sizeof id, &ref.peeled)) + '\n';
        }
    }
    const Result<std::vector<PackedRef>> second = parsePackedRefs(again);
    fuzz::promise(second && second->size() == refs->size(), "written again it is the same");
    for (std::size_t i = 0; i < refs->size(); ++i) {
        const PackedRef& one = (*refs)[i];
        const PackedRef& other = (*second)[i];
        fuzz::promise(one.name == other.name && git_oid_equal(&one.id, &other.id) != 0 &&
                          one.isPeelKnown == other.isPeelKnown &&
                          git_oid_equal(&one.peeled, &other.peeled) != 0,
                      "each ref is the same");
    }
    return 0;
}
