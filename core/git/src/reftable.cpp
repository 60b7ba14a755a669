#include "core/git/src/reftable.h"

#include "core/base/files.h"
#include "core/git/src/packedrefs.h"

#include <QFile>

#include <algorithm>
#include <filesystem>
#include <string>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qint64 packedFileLimit = 256 * 1024 * 1024;
constexpr std::size_t looseRefLimit = 500'000;

/// The names of the files below a folder like "refs". Folders that come and go meanwhile are no
/// error.
std::vector<std::string> looseNames(const std::string& folder, const std::string& below)
{
    namespace fs = std::filesystem;
    std::vector<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder + below, error), end; !error && at != end;
         at.increment(error)) {
        std::error_code gone;
        if (!at->is_directory(gone) && !gone && !at->path().native().ends_with(".lock") &&
            names.size() < looseRefLimit) {
            names.push_back(at->path().native().substr(folder.size()));
        }
    }
    return names;
}

std::optional<StoredRef> readLooseRef(const Handle& handle, const std::string& name)
{
    StoredRef ref;
    ReferenceHandle found;
    ReferenceHandle resolved;
    int code = git_reference_lookup(out(found), handle.repository.get(), name.c_str());
    if (code == 0) {
        code = git_reference_resolve(out(resolved), found.get());
    }
    git_error_clear();
    if (code < 0) {
        return std::nullopt;
    }
    ref.name = QByteArray::fromStdString(name);
    if (git_reference_type(found.get()) == GIT_REFERENCE_SYMBOLIC) {
        ref.symbolic = git_reference_symbolic_target(found.get());
    }
    ref.id = *git_reference_target(resolved.get());
    return ref;
}

Result<QByteArray> readPackedFile(const std::string& folder)
{
    return readFile(QFile::decodeName(folder.c_str()) + u"packed-refs"_s, packedFileLimit);
}

bool isBefore(const StoredRef& a, const StoredRef& b)
{
    return a.name < b.name;
}

}  // namespace

/// Loose ones come first: git-pack-refs writes the packed file before it removes them.
Result<std::vector<StoredRef>> readStoredRefs(const Handle& handle)
{
    const std::string folder = git_repository_commondir(handle.repository.get());
    std::vector<StoredRef> loose;
    for (const std::string& name : looseNames(folder, "refs")) {
        if (std::optional<StoredRef> ref = readLooseRef(handle, name)) {
            loose.push_back(std::move(*ref));
        }
    }
    std::sort(loose.begin(), loose.end(), isBefore);
    const Result<QByteArray> text = readPackedFile(folder);
    if (!text && text.error().kind != ErrorKind::NotFound) {
        return text.error();
    }
    const Result<std::vector<PackedRef>> packed = parsePackedRefs(text.valueOr({}));
    if (!packed) {
        return packed.error();
    }
    std::vector<StoredRef> refs;
    refs.reserve(loose.size() + packed->size());
    for (const PackedRef& one : *packed) {
        StoredRef ref{one.name.toByteArray(), {}, one.id, one.peeled, one.isPeelKnown};
        if (!std::binary_search(loose.begin(), loose.end(), ref, isBefore)) {
            refs.push_back(std::move(ref));
        }
    }
    std::move(loose.begin(), loose.end(), std::back_inserter(refs));
    std::sort(refs.begin(), refs.end(), isBefore);
    return refs;
}

bool hasReplacedCommits(const Handle& handle)
{
    const std::string folder = git_repository_commondir(handle.repository.get());
    return !looseNames(folder, "refs/replace").empty() ||
           readPackedFile(folder).valueOr({}).contains(" refs/replace/");
}

std::optional<git_oid> commitOf(const Handle& handle, const CommitGraph* graph,
                                const StoredRef& ref)
{
    const git_oid& id = ref.isPeelKnown ? ref.peeled : ref.id;
    if (graph != nullptr && graph->find(id.id)) {
        return id;
    }
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    int code = git_odb_read_header(&size, &type, handle.odb.get(), &id);
    if (code == 0 && type == GIT_OBJECT_COMMIT) {
        return id;
    }
    ObjectHandle tag;
    ObjectHandle commit;
    code = code == 0 && type == GIT_OBJECT_TAG ? 0 : -1;
    if (code == 0) {
        code = git_object_lookup(out(tag), handle.repository.get(), &id, GIT_OBJECT_TAG);
    }
    if (code == 0) {
        code = git_object_peel(out(commit), tag.get(), GIT_OBJECT_COMMIT);
    }
    git_error_clear();
    return code == 0 ? std::optional(*git_object_id(commit.get())) : std::nullopt;
}

}  // namespace analemma::git
