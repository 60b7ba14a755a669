#include "core/git/src/difftexts.h"

#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using FilterListHandle = Owned<git_filter_list, git_filter_list_free>;

QString whatOf(const QByteArray& path)
{
    return u"read %1"_s.arg(displayText(QByteArrayView(path), 200));
}

QByteArray placeOf(const Handle& handle, const QByteArray& path)
{
    return git_repository_workdir(handle.repository.get()) + path;
}

class OpenFile {
public:
    explicit OpenFile(const QByteArray& place)
        : m_descriptor(::open(place.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
    {
    }
    ~OpenFile()
    {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    operator int() const { return m_descriptor; }  // NOLINT: implicit, that is its use

private:
    int m_descriptor;
};

/// Null when there is more than the limit.
Result<QByteArray> readWhole(const QByteArray& place, const QByteArray& path)
{
    const OpenFile file(place);
    struct stat state {};
    if (file < 0 || ::fstat(file, &state) != 0) {
        return systemError(whatOf(path), errno);
    }
    if (!S_ISREG(state.st_mode)) {
        return Error(ErrorKind::Conflict,
                     u"%1 is no file any more."_s.arg(displayText(QByteArrayView(path), 200)));
    }
    if (state.st_size > DiffText::sizeLimit) {
        return QByteArray();
    }
    QByteArray bytes("");
    std::array<char, 65536> part{};
    while (bytes.size() <= DiffText::sizeLimit) {
        const ssize_t count = ::read(file, part.data(), part.size());
        if (count < 0 && errno != EINTR) {
            return systemError(whatOf(path), errno);
        }
        if (count == 0) {
            return bytes;
        }
        bytes.append(part.data(), std::max<ssize_t>(count, 0));
    }
    return QByteArray();
}

Result<QByteArray> readLink(const QByteArray& place, const QByteArray& path)
{
    std::array<char, 4096> target{};
    const ssize_t count = ::readlink(place.constData(), target.data(), target.size());
    if (count < 0) {
        return systemError(whatOf(path), errno);
    }
    return QByteArray(target.data(), count);
}

/// Line ends as git would store them. Only what libgit2 itself can do: no filter of the
/// repository's configuration is run.
Result<QByteArray> asStored(const Handle& handle, const QByteArray& path, const QByteArray& bytes)
{
    FilterListHandle filters;
    if (const int code =
            git_filter_list_load(out(filters), handle.repository.get(), nullptr, path.constData(),
                                 GIT_FILTER_TO_ODB, GIT_FILTER_ALLOW_UNSAFE);
        code < 0) {
        return gitError(code, whatOf(path));
    }
    if (!filters) {
        return bytes;
    }
    git_buf stored{};
    const int code = git_filter_list_apply_to_buffer(&stored, filters.get(), bytes.constData(),
                                                     static_cast<std::size_t>(bytes.size()));
    if (code < 0) {
        return gitError(code, whatOf(path));
    }
    QByteArray result(stored.ptr, static_cast<qsizetype>(stored.size));
    git_buf_dispose(&stored);
    return result;
}

Result<DiffText> readFromWorkTree(const Handle& handle, const QByteArray& path, DiffEnd& end)
{
    const QByteArray place = placeOf(handle, path);
    Result<QByteArray> bytes = end.isLink() ? readLink(place, path) : readWhole(place, path);
    if (!bytes) {
        return bytes.error();
    }
    if (bytes->isNull()) {
        return DiffText{{}, true};
    }
    Result<QByteArray> stored = end.isLink() ? std::move(bytes) : asStored(handle, path, *bytes);
    if (!stored) {
        return stored.error();
    }
    end.known = git_odb_hash(&end.id, stored->constData(), static_cast<std::size_t>(stored->size()),
                             GIT_OBJECT_BLOB) == 0;
    return DiffText{std::move(*stored), false};
}

Result<qint64> blobSize(const Handle& handle, const QByteArray& path, const git_oid& id)
{
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &id); code < 0) {
        return gitError(code, whatOf(path));
    }
    if (type != GIT_OBJECT_BLOB) {
        return Error(ErrorKind::Invalid, u"%1 is no file: the repository is damaged."_s.arg(
                                             displayText(QByteArrayView(path), 200)))
            .withHint(u"Run git fsck in it."_s);
    }
    return static_cast<qint64>(size);
}

}  // namespace

Result<qint64> sizeOf(const Handle& handle, const QByteArray& path, const DiffEnd& end)
{
    if (!end.exists() || end.isSubmodule()) {
        return qint64(0);
    }
    if (!end.inWorkTree) {
        return blobSize(handle, path, end.id);
    }
    struct stat state {};
    if (::lstat(placeOf(handle, path).constData(), &state) != 0) {
        return systemError(whatOf(path), errno);
    }
    return static_cast<qint64>(state.st_size);
}

Result<DiffText> readText(const Handle& handle, const QByteArray& path, DiffEnd& end)
{
    if (!end.exists() || (!end.known && !end.inWorkTree)) {
        return DiffText();
    }
    if (end.isSubmodule()) {
        return DiffText{"Subproject commit " + idText(end.id).toLatin1() + '\n', false};
    }
    if (end.inWorkTree) {
        return readFromWorkTree(handle, path, end);
    }
    const Result<qint64> size = blobSize(handle, path, end.id);
    if (!size) {
        return size.error();
    }
    if (*size > DiffText::sizeLimit) {
        return DiffText{{}, true};
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &end.id); code < 0) {
        return gitError(code, whatOf(path));
    }
    return DiffText{bytesOf(object).toByteArray(), false};
}

bool isBinary(const Handle& handle, const QByteArray& path, QByteArrayView bytes)
{
    const char* value = nullptr;
    if (git_attr_get(&value, handle.repository.get(), GIT_ATTR_CHECK_FILE_THEN_INDEX,
                     path.constData(), "diff") < 0) {
        git_error_clear();
    }
    switch (git_attr_value(value)) {
        case GIT_ATTR_VALUE_FALSE:
            return true;
        case GIT_ATTR_VALUE_TRUE:
            return false;
        default:
            return bytes.first(std::min<qsizetype>(bytes.size(), 8000)).contains('\0');
    }
}

}  // namespace analemma::git
