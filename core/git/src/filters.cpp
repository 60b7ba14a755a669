#include "core/git/src/filters.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/lfs.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/workfiles.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qint64 pointerLimit = 1024;

/// The filter that the attributes give a path; empty when there is none.
QByteArray filterOf(const Handle& handle, const QByteArray& path)
{
    const char* value = nullptr;
    const int code = git_attr_get(&value, handle.repository.get(), GIT_ATTR_CHECK_FILE_THEN_INDEX,
                                  path.constData(), "filter");
    git_error_clear();
    return code == 0 && git_attr_value(value) == GIT_ATTR_VALUE_STRING ? QByteArray(value)
                                                                       : QByteArray();
}

bool isRequired(const Handle& handle, const QByteArray& filter)
{
    if (filter == "lfs" || filter == "git-crypt") {
        return true;
    }
    ConfigHandle config;
    int required = 0;
    if (git_repository_config_snapshot(out(config), handle.repository.get()) == 0) {
        const QByteArray key = "filter." + filter + ".required";
        static_cast<void>(git_config_get_bool(&required, config.get(), key.constData()));
    }
    git_error_clear();
    return required != 0;
}

Error needsFilter(const QByteArray& path, const QByteArray& filter)
{
    const QString shown = displayText(QByteArrayView(path), 300);
    const QString name = displayText(QByteArrayView(filter), 60);
    Error error(ErrorKind::Refused,
                filter == "lfs"
                    ? u"%1 belongs to Git LFS: its content would be stored in the repository "
                      "itself. Nothing was changed."_s.arg(shown)
                    : u"%1 has to go through the filter \"%2\" before it is stored, and no filter "
                      "is run here. Nothing was changed."_s.arg(shown, name));
    return error.withHint(u"Stage it with the git program: git add -- %1"_s.arg(
        shellQuote(displayText(QByteArrayView(path), 300))));
}

}  // namespace

Result<void> checkFilter(const Handle& handle, const QByteArray& path, const QByteArray& bytes)
{
    const QByteArray filter = filterOf(handle, path);
    const bool refused =
        !filter.isEmpty() && isRequired(handle, filter) && !(filter == "lfs" && lfsPointer(bytes));
    return refused ? Result<void>(needsFilter(path, filter)) : Result<void>();
}

Result<void> checkFilterOfFile(const Handle& handle, const QByteArray& root, const QByteArray& path)
{
    if (filterOf(handle, path).isEmpty()) {
        return {};
    }
    const Result<WorkFile> file = loadWorkFile(root, path, pointerLimit);
    if (file && (file->mode == 0 || (file->mode & 0170000) == 0120000)) {
        return {};  // gone, or a link: neither is filtered
    }
    return checkFilter(handle, path, file ? file->bytes : QByteArray());
}

bool isLfsContent(const Handle& handle, const QByteArray& root, const QByteArray& path,
                  const git_oid& pointer)
{
    if (filterOf(handle, path) != "lfs") {
        return false;
    }
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const bool small =
        git_odb_read_header(&size, &type, handle.odb.get(), &pointer) == 0 && size <= pointerLimit;
    git_error_clear();
    const Result<QByteArray> bytes =
        small ? readStoredBlob(handle, pointer) : Result<QByteArray>(QByteArray());
    const std::optional<LfsPointer> known = bytes ? lfsPointer(*bytes) : std::nullopt;
    const QString file = QFile::decodeName(root + path);
    if (!known || QFile(file).size() != known->bytes) {
        return false;
    }
    return sha256(file).valueOr({}) == known->sha256;
}

}  // namespace analemma::git
