#include "core/git/src/indexedit.h"

#include "core/base/text.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"
#include "core/git/src/workfiles.h"

#include <QFile>

#include <unistd.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// The hash at the end of the index file; empty when there is none.
QByteArray sumOnDisk(const char* path)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly) || file.size() < GIT_OID_RAWSZ) {
        return {};
    }
    file.seek(file.size() - GIT_OID_RAWSZ);
    return file.read(GIT_OID_RAWSZ);
}

Result<void> writeChanged(git_index* index, const QByteArray& sum)
{
    const char* path = git_index_path(index);
    if (sumOnDisk(path) != sum) {
        return Error(ErrorKind::Conflict,
                     u"Another program changed the index meanwhile. Nothing was changed."_s)
            .withHint(u"Look at the changes again, then repeat."_s);
    }
    const int code = git_index_write(index);
    if (code == GIT_ELOCKED) {
        git_error_clear();
        return lockedIndex(path);
    }
    return code < 0 ? Result<void>(gitError(code, u"write the index"_s)) : Result<void>();
}

Result<QByteArray> convertEnds(const Handle& handle, const QByteArray& path,
                               const QByteArray& bytes, git_filter_mode_t mode)
{
    using Filters = Owned<git_filter_list, git_filter_list_free>;
    Filters filters;
    const QString what =
        u"convert the line ends of %1"_s.arg(displayText(QByteArrayView(path), 300));
    int code = git_filter_list_load(out(filters), handle.repository.get(), nullptr,
                                    path.constData(), mode, GIT_FILTER_ALLOW_UNSAFE);
    if (code < 0) {
        return gitError(code, what);
    }
    if (!filters) {
        return bytes;
    }
    git_buf result = GIT_BUF_INIT;
    code = git_filter_list_apply_to_buffer(&result, filters.get(), bytes.constData(),
                                           static_cast<std::size_t>(bytes.size()));
    const QByteArray converted(result.ptr, static_cast<qsizetype>(result.size));
    git_buf_dispose(&result);
    return code < 0 ? Result<QByteArray>(gitError(code, what)) : Result<QByteArray>(converted);
}

}  // namespace

Error lockedIndex(const char* path)
{
    return Error(ErrorKind::Locked,
                 u"Another program is changing the index of this repository (%1.lock is there). "
                 u"Nothing was changed."_s.arg(displayText(QFile::decodeName(path), 300)),
                 GIT_ELOCKED)
        .withHint(
            u"Wait for it. If no git program is at work there, one was killed and left that "
            u"file: remove it."_s);
}

Result<void> editIndex(const Handle& handle, const std::function<Result<void>(git_index*)>& change)
{
    if (const Result<QByteArray> root = workTreeRoot(handle); !root) {
        return root.error();
    }
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code == 0) {
        code = git_index_read(index.get(), 0);
    }
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    const QByteArray sum = sumOnDisk(git_index_path(index.get()));
    Result<void> done = change(index.get());
    if (done) {
        done = writeChanged(index.get(), sum);
    }
    if (!done) {
        git_index_read(index.get(), 1);  // forget what was not written
        git_error_clear();
    }
    return done;
}

Result<TreeHandle> headTree(const Handle& handle)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    TreeHandle tree;
    git_oid id{};
    if (head->commit.isEmpty() || git_oid_fromstr(&id, head->commit.toLatin1().constData()) != 0) {
        return tree;
    }
    CommitHandle commit;
    int code = git_commit_lookup(out(commit), handle.repository.get(), &id);
    if (code == 0) {
        code = git_commit_tree(out(tree), commit.get());
    }
    if (code < 0) {
        return gitError(code, u"read HEAD's files"_s);
    }
    return tree;
}

Result<QByteArray> readStoredBlob(const Handle& handle, const git_oid& id)
{
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const QString what = u"read a file of the repository"_s;
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    if (type != GIT_OBJECT_BLOB || size > static_cast<std::size_t>(workFileLimit)) {
        return Error(ErrorKind::Invalid,
                     u"%1: it is no file, or larger than %2"_s.arg(what, sizeText(workFileLimit)));
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    return QByteArray(static_cast<const char*>(git_odb_object_data(object.get())),
                      static_cast<qsizetype>(git_odb_object_size(object.get())));
}

Result<QByteArray> cleaned(const Handle& handle, const QByteArray& path, const QByteArray& bytes)
{
    return convertEnds(handle, path, bytes, GIT_FILTER_TO_ODB);
}

Result<QByteArray> smudged(const Handle& handle, const QByteArray& path, const QByteArray& bytes)
{
    return convertEnds(handle, path, bytes, GIT_FILTER_TO_WORKTREE);
}

KeptIndex::KeptIndex(const Handle& handle)
{
    IndexHandle index;
    if (git_repository_index(out(index), handle.repository.get()) < 0) {
        git_error_clear();
        return;
    }
    m_path = git_index_path(index.get());
    m_kept = m_path + ".analemma-" + newId().toLatin1();
    if (::link(m_path.constData(), m_kept.constData()) != 0) {
        m_kept.clear();
    }
}

KeptIndex::~KeptIndex()
{
    if (!m_kept.isEmpty()) {
        ::unlink(m_kept.constData());
    }
}

void KeptIndex::putBack()
{
    // Of two names of one file rename(2) removes none: the destructor does.
    if (!m_kept.isEmpty()) {
        ::rename(m_kept.constData(), m_path.constData());
    }
}

}  // namespace analemma::git
