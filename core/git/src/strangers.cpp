#include "core/git/src/strangers.h"

#include "core/base/descriptor.h"
#include "core/git/src/errors.h"

#include <fcntl.h>

#include <cerrno>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr int folderDepthLimit = 256;

using Strangers = std::vector<WorkTreeWalk::Stranger>;

class UnknownFinder {
public:
    UnknownFinder(const Handle& handle, const QByteArray& root, CancelToken cancel)
        : m_handle(handle), m_root(root.toStdString()), m_cancel(std::move(cancel))
    {
    }

    Result<bool> counts(const WorkTreeWalk::Stranger& stranger, int depth = 0);

private:
    Result<bool> isIgnored(const WorkTreeWalk::Stranger& stranger);
    [[nodiscard]] bool isRepository(const std::string& path) const;
    [[nodiscard]] Strangers listed(const std::string& path) const;

    const Handle& m_handle;
    std::string m_root;
    CancelToken m_cancel;
};

Result<bool> UnknownFinder::isIgnored(const WorkTreeWalk::Stranger& stranger)
{
    int ignored = 0;
    const std::string path = stranger.isFolder ? stranger.path + '/' : stranger.path;
    const int code = git_ignore_path_is_ignored(&ignored, m_handle.repository.get(), path.c_str());
    if (code < 0) {
        return gitError(code, u"read the rules of what is ignored"_s);
    }
    return ignored != 0;
}

/// As git has it: a file ".git", or a folder with what every repository has.
bool UnknownFinder::isRepository(const std::string& path) const
{
    const std::string inner = m_root + path + "/.git";
    struct stat seen {};
    if (::lstat(inner.c_str(), &seen) != 0) {
        return false;
    }
    if (!S_ISDIR(seen.st_mode)) {
        return S_ISREG(seen.st_mode);
    }
    for (const char* part : {"/HEAD", "/objects", "/refs"}) {
        if (::lstat((inner + part).c_str(), &seen) != 0) {
            return false;
        }
    }
    return true;
}

Strangers UnknownFinder::listed(const std::string& path) const
{
    Strangers found;
    Descriptor descriptor(
        ::open((m_root + path).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const Folder listing(descriptor.valid() ? ::fdopendir(descriptor.get()) : nullptr);
    if (!listing) {
        return found;
    }
    const int opened = descriptor.release();
    while (const dirent* thing = ::readdir(listing.get())) {
        const std::string_view name(thing->d_name);
        struct stat seen {};
        if (name == "." || name == ".." || name == ".git" ||
            ::fstatat(opened, thing->d_name, &seen, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        if (S_ISDIR(seen.st_mode) || S_ISREG(seen.st_mode) || S_ISLNK(seen.st_mode)) {
            found.push_back({path + '/' + thing->d_name, S_ISDIR(seen.st_mode)});
        }
    }
    // Files first: one that counts settles it.
    std::stable_partition(found.begin(), found.end(),
                          [](const auto& one) { return !one.isFolder; });
    return found;
}

Result<bool> UnknownFinder::counts(const WorkTreeWalk::Stranger& stranger, int depth)
{
    if (m_cancel.isCancelled()) {
        return cancelledError();
    }
    const Result<bool> ignored = isIgnored(stranger);
    if (!ignored || *ignored) {
        return ignored ? Result<bool>(false) : ignored;
    }
    if (!stranger.isFolder || isRepository(stranger.path) || depth == folderDepthLimit) {
        return true;
    }
    for (const WorkTreeWalk::Stranger& inner : listed(stranger.path)) {
        Result<bool> one = counts(inner, depth + 1);
        if (!one || *one) {
            return one;
        }
    }
    return false;
}

}  // namespace

Result<std::vector<std::string>> unknownAmong(const Handle& handle, const QByteArray& root,
                                              const std::vector<WorkTreeWalk::Stranger>& strangers,
                                              const CancelToken& cancel)
{
    UnknownFinder finder(handle, root, cancel);
    std::vector<std::string> unknown;
    for (const WorkTreeWalk::Stranger& stranger : strangers) {
        const Result<bool> counts = finder.counts(stranger);
        if (!counts) {
            return counts.error();
        }
        if (*counts) {
            unknown.push_back(stranger.isFolder ? stranger.path + '/' : stranger.path);
        }
    }
    return unknown;
}

}  // namespace analemma::git
