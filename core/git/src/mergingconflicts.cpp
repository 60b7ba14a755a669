#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/room.h"
#include "core/git/src/workfiles.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr std::size_t sideLimit = 8 * 1024 * 1024;

bool isText(quint32 mode)
{
    return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

bool looksBinary(const QByteArray& bytes)
{
    constexpr qsizetype looked = 8000;  // as git's buffer_is_binary()
    return bytes.first(std::min(looked, bytes.size())).contains('\0');
}

Result<IndexHandle> conflictIndex(const Handle& handle)
{
    if (const Result<void> checked = checkFilesAreOurs(handle); !checked) {
        return checked.error();
    }
    return indexOf(handle);
}

// ---- the three versions -------------------------------------------------------------------------

/// Nothing when it is too large.
Result<std::optional<QByteArray>> sideBytes(const Handle& handle, const ConflictSide& side)
{
    if (side.id.isEmpty() || side.mode == GIT_FILEMODE_COMMIT) {
        return std::optional<QByteArray>(QByteArray());
    }
    const Result<git_oid> id = idOf(side.id);
    if (!id) {
        return id.error();
    }
    const QString what = u"read %1"_s.arg(displayText(QByteArrayView(side.path), 200));
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &*id); code < 0) {
        return gitError(code, what);
    }
    if (type != GIT_OBJECT_BLOB || size > sideLimit) {
        return std::optional<QByteArray>();
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &*id); code < 0) {
        return gitError(code, what);
    }
    return std::optional<QByteArray>(bytesOf(object).toByteArray());
}

git_merge_file_input inputOf(const ConflictSide& side, const QByteArray& bytes)
{
    git_merge_file_input input = GIT_MERGE_FILE_INPUT_INIT;
    input.ptr = bytes.constData();
    input.size = static_cast<std::size_t>(bytes.size());
    input.path = side.path.constData();
    input.mode = side.mode;
    return input;
}

Result<QByteArray> mergedText(const Conflict& conflict, const ConflictText& text)
{
    const git_merge_file_input base = inputOf(conflict.base, text.base);
    const git_merge_file_input ours = inputOf(conflict.ours, text.ours);
    const git_merge_file_input theirs = inputOf(conflict.theirs, text.theirs);
    git_merge_file_options options = GIT_MERGE_FILE_OPTIONS_INIT;
    options.our_label = "ours";
    options.their_label = "theirs";
    git_merge_file_result merged{};
    const int code = git_merge_file(&merged, conflict.base.id.isEmpty() ? nullptr : &base, &ours,
                                    &theirs, &options);
    if (code < 0) {
        return gitError(code, u"merge the two versions"_s);
    }
    const QByteArray bytes(merged.ptr, static_cast<qsizetype>(merged.len));
    git_merge_file_result_free(&merged);
    return bytes;
}

Result<ConflictText> readConflictText(const Handle& handle, const Conflict& conflict)
{
    ConflictText text;
    const std::pair<const ConflictSide*, QByteArray*> sides[] = {{&conflict.base, &text.base},
                                                                 {&conflict.ours, &text.ours},
                                                                 {&conflict.theirs, &text.theirs}};
    bool mergeable = true;
    for (const auto& [side, bytes] : sides) {
        const Result<std::optional<QByteArray>> read = sideBytes(handle, *side);
        if (!read) {
            return read.error();
        }
        if (!*read) {
            ConflictText none;
            none.tooLarge = true;
            return none;
        }
        *bytes = **read;
        text.binary = text.binary || looksBinary(*bytes);
        const bool isBase = side == &conflict.base && side->id.isEmpty();
        mergeable = mergeable && (isBase || isText(side->mode));
    }
    if (mergeable && !text.binary) {
        const Result<QByteArray> merged = mergedText(conflict, text);
        if (!merged) {
            return merged.error();
        }
        text.merged = *merged;
    }
    return text;
}

// ---- resolving ----------------------------------------------------------------------------------

/// What the path becomes: an entry for the index, or nothing when it goes.
Result<std::optional<ConflictSide>> chosenSide(const Handle& handle, const Conflict& seen,
                                               const Resolution& resolution)
{
    const auto present = [](const ConflictSide& side) {
        return side.id.isEmpty() ? std::nullopt : std::optional(side);
    };
    switch (resolution.kind) {
        case Resolution::Kind::Base:
            return present(seen.base);
        case Resolution::Kind::Ours:
            return present(seen.ours);
        case Resolution::Kind::Theirs:
            return present(seen.theirs);
        case Resolution::Kind::Deleted:
            return std::optional<ConflictSide>();
        case Resolution::Kind::Bytes:
            break;
    }
    git_oid id{};
    if (const int code =
            git_blob_create_from_buffer(&id, handle.repository.get(), resolution.bytes.constData(),
                                        static_cast<std::size_t>(resolution.bytes.size()));
        code < 0) {
        return gitError(code, u"write the resolved file"_s);
    }
    const quint32 mode = isText(seen.ours.mode)     ? seen.ours.mode
                         : isText(seen.theirs.mode) ? seen.theirs.mode
                                                    : quint32(GIT_FILEMODE_BLOB);
    return std::optional(ConflictSide{idText(id), mode, seen.path});
}

/// Files of the work tree as they are: nothing else holds what somebody wrote between the markers.
struct KeptFiles {
    QByteArray root;
    QList<std::pair<QByteArray, WorkFile>> files;
};

/// A folder and what is too large are not among them.
Result<KeptFiles> keepFiles(const Handle& handle, const QList<QByteArray>& paths)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    KeptFiles kept{*root, {}};
    for (const QByteArray& path : paths) {
        if (const Result<WorkFile> file = loadWorkFile(*root, path)) {
            kept.files.append({path, *file});
        }
    }
    return kept;
}

/// What was half written goes first, to make room.
Error putKept(const KeptFiles& kept, const Error& why)
{
    QList<QByteArray> left;
    for (const auto& [path, file] : kept.files) {
        if (!removeWorkFile(kept.root, path)) {
            left.append(path);
        }
    }
    for (const auto& [path, file] : kept.files) {
        if (file.mode != 0 && !writeWorkFile(kept.root, path, file) && !left.contains(path)) {
            left.append(path);
        }
    }
    Error error = why;
    if (!left.isEmpty()) {
        error.message += u". These files could not be put back: %1."_s.arg(someOf(left));
    }
    return error;
}

Result<void> resolveOnQueue(const Handle& handle, const Conflict& seen,
                            const Resolution& resolution)
{
    const Result<IndexHandle> index = conflictIndex(handle);
    const Result<QList<Conflict>> all = index ? readConflicts(index->get()) : index.error();
    if (!all) {
        return all.error();
    }
    if (!all->contains(seen)) {
        return Error(ErrorKind::Conflict,
                     u"%1 has no such conflict any more. Nothing was changed."_s.arg(
                         displayText(QByteArrayView(seen.path), 200)))
            .withHint(u"Look at the conflicts again."_s);
    }
    const Result<std::optional<ConflictSide>> chosen = chosenSide(handle, seen, resolution);
    if (!chosen) {
        return chosen.error();
    }
    QSet<QByteArray> paths;
    for (const ConflictSide* side : {&seen.base, &seen.ours, &seen.theirs}) {
        if (!side->id.isEmpty()) {
            if (const Result<void> checked = checkPath(side->path); !checked) {
                return checked;
            }
            paths.insert(side->path);
            git_index_conflict_remove(index->get(), side->path.constData());
        }
    }
    git_error_clear();
    int code = 0;
    if (*chosen) {
        const Result<git_oid> id = idOf((*chosen)->id);
        if (!id) {
            return id.error();
        }
        git_index_entry entry{};
        entry.id = *id;
        entry.mode = (*chosen)->mode;
        entry.path = (*chosen)->path.constData();
        code = git_index_add(index->get(), &entry);
    }
    if (code < 0) {
        return gitError(code, u"resolve %1"_s.arg(displayText(QByteArrayView(seen.path), 200)));
    }
    const Result<KeptFiles> kept = keepFiles(handle, paths.values());
    if (!kept) {
        return kept.error();
    }
    Result<void> written = forcePaths(handle, index->get(), paths.values());
    if (code = written ? git_index_write(index->get()) : 0; code < 0) {
        written = gitError(code, u"write the index"_s);
    }
    return written ? written : putKept(*kept, written.error());
}

}  // namespace

// ---- the face -----------------------------------------------------------------------------------

Task<Result<UnderWay>> underWay(std::shared_ptr<Repository> repository)
{
    return perform<UnderWay>(Access::body(*repository), &readUnderWay);
}

Task<Result<QList<Conflict>>> conflicts(std::shared_ptr<Repository> repository)
{
    return perform<QList<Conflict>>(Access::body(*repository), [](const Handle& handle) {
        const Result<IndexHandle> index = indexOf(handle);
        return index ? readConflicts(index->get()) : Result<QList<Conflict>>(index.error());
    });
}

Task<Result<ConflictText>> conflictText(std::shared_ptr<Repository> repository, Conflict conflict)
{
    return perform<ConflictText>(Access::body(*repository), [conflict](const Handle& handle) {
        return readConflictText(handle, conflict);
    });
}

Task<Result<void>> resolveConflict(std::shared_ptr<Repository> repository, Conflict seen,
                                   Resolution resolution)
{
    return perform<void>(Access::body(*repository), [seen, resolution](const Handle& handle) {
        return tellWhenFull(handle, resolveOnQueue(handle, seen, resolution),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
