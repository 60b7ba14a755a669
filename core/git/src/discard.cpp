#include "core/git/staging.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/discardstore.h"
#include "core/git/src/errors.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/room.h"
#include "core/git/src/stagedlines.h"
#include "core/git/src/worktreewalk.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

Error cannotDiscard(const QByteArray& path, const QString& why)
{
    return Error(ErrorKind::Invalid,
                 u"%1 %2. Nothing was changed."_s.arg(displayText(QByteArrayView(path), 300), why));
}

/// The entry of the index, read anew; a mode of 0 where there is none.
struct KnownEntry {
    quint32 mode = 0;
    git_oid id{};
};

Result<KnownEntry> knownEntry(const Handle& handle, const QByteArray& path)
{
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code == 0) {
        code = git_index_read(index.get(), 0);
    }
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    for (int stage = 1; stage <= 3; ++stage) {
        if (git_index_get_bypath(index.get(), path.constData(), stage) != nullptr) {
            return Error(ErrorKind::Refused,
                         u"%1 is in conflict: it has no one state to go back to. Nothing was "
                         u"changed."_s.arg(displayText(QByteArrayView(path), 300)))
                .withHint(u"Resolve the conflict first: take one side of it."_s);
        }
    }
    const git_index_entry* entry = git_index_get_bypath(index.get(), path.constData(), 0);
    if (entry == nullptr || (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0) {
        return KnownEntry();
    }
    if (isSubmodule(entry->mode)) {
        return cannotDiscard(path, u"is a submodule: its commits are its own"_s);
    }
    return KnownEntry{entry->mode, entry->id};
}

/// The file that the index stands for.
Result<WorkFile> indexedFile(const Handle& handle, const QByteArray& path, const KnownEntry& known)
{
    if (known.mode == 0) {
        return WorkFile();
    }
    const Result<QByteArray> blob = readStoredBlob(handle, known.id);
    if (!blob || S_ISLNK(known.mode)) {
        return blob ? Result<WorkFile>(WorkFile{known.mode, *blob}) : blob.error();
    }
    const Result<QByteArray> bytes = smudged(handle, path, *blob);
    return bytes ? Result<WorkFile>(WorkFile{known.mode, *bytes}) : bytes.error();
}

Result<void> putWorkFile(const QByteArray& root, const QByteArray& path, const WorkFile& file)
{
    return file.mode == 0 ? removeWorkFile(root, path) : writeWorkFile(root, path, file);
}

/// Keeps what is there, then puts the other in its place.
Result<Discarded> replaceFile(const DiscardStore& store, const QByteArray& root,
                              const QByteArray& path, const WorkFile& before, const WorkFile& after)
{
    if (before == after) {
        return cannotDiscard(path, u"is not changed"_s);
    }
    DiscardRecord record;
    record.repository = QFile::decodeName(root);
    record.path = path;
    record.time = QDateTime::currentDateTimeUtc();
    record.before = before;
    record.after = after;
    Result<Discarded> kept = store.keep(record);
    if (!kept) {
        return kept;
    }
    if (const Result<void> put = putWorkFile(root, path, after); !put) {
        const Result<void> forgotten = store.forget(kept->id);
        return forgotten ? put.error() : put.error().withHint(forgotten.error().message);
    }
    return kept;
}

struct OpenedStore {
    QByteArray root;
    DiscardStore store;
};

Result<OpenedStore> openDiscards(const Handle& handle, const QByteArray& path,
                                 const QString& folder)
{
    if (const Result<void> checked = checkWorkPath(path); !checked) {
        return checked.error();
    }
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    const Result<DiscardStore> store = DiscardStore::open(folder, *root);
    return store ? Result<OpenedStore>(OpenedStore{*root, *store}) : store.error();
}

Result<Discarded> discardFile(const Handle& handle, const QByteArray& path, const QString& folder)
{
    if (path.endsWith('/')) {
        return cannotDiscard(path, u"is a folder: name its files"_s);
    }
    const Result<OpenedStore> opened = openDiscards(handle, path, folder);
    if (!opened) {
        return opened.error();
    }
    const Result<KnownEntry> known = knownEntry(handle, path);
    const Result<WorkFile> before =
        known ? loadWorkFile(opened->root, path) : Result<WorkFile>(known.error());
    if (!before) {
        return before.error();
    }
    const Result<WorkFile> after = indexedFile(handle, path, *known);
    return after ? replaceFile(opened->store, opened->root, path, *before, *after) : after.error();
}

Result<Discarded> discardSome(const Handle& handle, const FileDiff& shown,
                              const QList<LinePick>& lines, const QString& folder)
{
    const QByteArray& path = shown.change.path;
    const Result<OpenedStore> opened = openDiscards(handle, path, folder);
    if (!opened) {
        return opened.error();
    }
    if (const Result<void> checked = checkLines(shown, lines); !checked) {
        return checked.error();
    }
    const Result<KnownEntry> known = knownEntry(handle, path);
    const Result<WorkFile> before =
        known ? loadWorkFile(opened->root, path) : Result<WorkFile>(known.error());
    if (!before) {
        return before.error();
    }
    const bool isPlain = S_ISREG(before->mode);
    const Result<QByteArray> now = isPlain ? cleaned(handle, path, before->bytes) : before->bytes;
    const Result<QByteArray> staged =
        known->mode == 0 ? QByteArray() : readStoredBlob(handle, known->id);
    if (!now || !staged) {
        return now ? staged.error() : now.error();
    }
    const Result<QByteArray> whole = withLines(*now, AtHand::New, shown, linesOf(shown));
    const Result<QByteArray> wanted = withLines(*now, AtHand::New, shown, lines);
    if (!whole || !wanted || *whole != *staged ||
        (shown.change.oldMode != 0) != (known->mode != 0) ||
        (shown.change.newMode != 0) != (before->mode != 0)) {
        return notAsShown(path);
    }
    WorkFile after;
    if (known->mode != 0 || *wanted != *whole) {
        after.mode = before->mode != 0 ? before->mode : known->mode;
        const Result<QByteArray> bytes =
            S_ISREG(after.mode) ? smudged(handle, path, *wanted) : wanted;
        if (!bytes) {
            return bytes.error();
        }
        after.bytes = *bytes;
    }
    return replaceFile(opened->store, opened->root, path, *before, after);
}

Result<void> undoOne(const Handle& handle, const QString& id, const QString& folder)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    const Result<DiscardStore> store = DiscardStore::open(folder, *root);
    const Result<DiscardStore::Kept> kept = store ? store->read(id) : store.error();
    if (!kept) {
        return kept.error();
    }
    const DiscardRecord& record = kept->record;
    if (record.repository != QFile::decodeName(*root)) {
        return Error(ErrorKind::Conflict,
                     u"This was discarded in %1, another repository. Nothing was changed."_s.arg(
                         displayText(record.repository, 300)));
    }
    const Result<WorkFile> now = loadWorkFile(*root, record.path);
    if (!now) {
        return now.error();
    }
    if (DiscardStore::sumOf(*now) != kept->afterSum) {
        return Error(ErrorKind::Conflict,
                     u"%1 was changed since. Nothing was changed, and what was discarded is still "
                     u"kept."_s.arg(displayText(QByteArrayView(record.path), 300)))
            .withHint(u"Put the file aside first, then bring back what was discarded."_s);
    }
    if (const Result<void> put = putWorkFile(*root, record.path, record.before); !put) {
        return put;
    }
    return store->forget(id);
}

Result<QList<Discarded>> listDiscarded(const Handle& handle, const QString& folder)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    const Result<DiscardStore> store = DiscardStore::open(folder, *root);
    return store ? Result<QList<Discarded>>(store->list(QFile::decodeName(*root))) : store.error();
}

// ---- ignore -------------------------------------------------------------------------------------

/// `once`: unless it stands there.
Result<QByteArray> addIgnoreLine(const QByteArray& root, const QByteArray& line, bool once)
{
    Result<WorkFile> file = loadWorkFile(root, ".gitignore");
    if (!file) {
        return file.error();
    }
    if (file->mode != 0 && !S_ISREG(file->mode)) {
        return cannotDiscard(".gitignore", u"is a link, which git does not read"_s);
    }
    for (const QByteArray& known : file->bytes.split('\n')) {
        if (once && (known == line || known == line + '\r')) {
            return QByteArray();
        }
    }
    file->mode = file->mode == 0 ? quint32(GIT_FILEMODE_BLOB) : file->mode;
    const bool windows = file->bytes.contains("\r\n");
    const QByteArray end = windows ? "\r\n" : "\n";
    file->bytes += !file->bytes.isEmpty() && !file->bytes.endsWith('\n') ? end : QByteArray();
    file->bytes += line + end;
    const Result<void> written = writeWorkFile(root, ".gitignore", *file);
    return written ? Result<QByteArray>(line) : written.error();
}

Result<QByteArray> ignoreRule(const Handle& handle, const QByteArray& rule)
{
    if (rule.trimmed().isEmpty() || rule.startsWith('#') || rule.size() > 4096 ||
        rule.contains('\n') || rule.contains('\r') || rule.contains('\0')) {
        return Error(ErrorKind::Invalid, u"That is no rule of .gitignore: \"%1\"."_s.arg(
                                             displayText(QByteArrayView(rule), 100)));
    }
    const Result<QByteArray> root = workTreeRoot(handle);
    return root ? addIgnoreLine(*root, rule, true) : root;
}

Result<QByteArray> ignorePath(const Handle& handle, const QByteArray& path)
{
    const QByteArray plain = path.endsWith('/') ? path.chopped(1) : path;
    const QByteArray pattern = ignorePattern(path);
    const Result<void> checked = checkWorkPath(plain);
    if (!checked || pattern.isEmpty()) {
        return checked ? Error(ErrorKind::Invalid,
                               u"%1 has a line break in its name: no rule can name it."_s.arg(
                                   displayText(QByteArrayView(path), 300)))
                       : checked.error();
    }
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    int ignored = 0;
    const int code =
        git_ignore_path_is_ignored(&ignored, handle.repository.get(), path.constData());
    if (code < 0) {
        return gitError(code, u"read the rules of what is ignored"_s);
    }
    if (ignored != 0) {
        return QByteArray();
    }
    return addIgnoreLine(*root, pattern, false);
}

}  // namespace

Task<Result<Discarded>> discard(std::shared_ptr<Repository> repository, QByteArray path,
                                QString folder)
{
    return perform<Discarded>(Access::body(*repository), [path, folder](const Handle& handle) {
        return tellWhenFull(handle, discardFile(handle, path, folder), u"Nothing was changed."_s);
    });
}

Task<Result<Discarded>> discardLines(std::shared_ptr<Repository> repository, FileDiff shown,
                                     QList<LinePick> lines, QString folder)
{
    return perform<Discarded>(
        Access::body(*repository), [shown, lines, folder](const Handle& handle) {
            return tellWhenFull(handle, discardSome(handle, shown, lines, folder),
                                u"Nothing was changed."_s);
        });
}

Task<Result<void>> undoDiscard(std::shared_ptr<Repository> repository, QString id, QString folder)
{
    return perform<void>(Access::body(*repository), [id, folder](const Handle& handle) {
        return tellWhenFull(handle, undoOne(handle, id, folder), u"Nothing was changed."_s);
    });
}

Task<Result<QByteArray>> ignoreByRule(std::shared_ptr<Repository> repository, QByteArray rule)
{
    return perform<QByteArray>(Access::body(*repository), [rule](const Handle& handle) {
        return tellWhenFull(handle, ignoreRule(handle, rule), u"Nothing was changed."_s);
    });
}

Task<Result<QList<Discarded>>> discarded(std::shared_ptr<Repository> repository, QString folder)
{
    return perform<QList<Discarded>>(Access::body(*repository), [folder](const Handle& handle) {
        return listDiscarded(handle, folder);
    });
}

QByteArray ignorePattern(const QByteArray& path)
{
    if (path.isEmpty() || path.contains('\n')) {
        return {};
    }
    QByteArray pattern = "/";
    for (const char c : path) {
        if (c == '*' || c == '?' || c == '[' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    // Blanks at the end do not count, nor does a carriage return, unless they are escaped.
    if (pattern.endsWith(' ') || pattern.endsWith('\t') || pattern.endsWith('\r')) {
        pattern.insert(pattern.size() - 1, '\\');
    }
    return pattern;
}

Task<Result<QByteArray>> ignore(std::shared_ptr<Repository> repository, QByteArray path)
{
    return perform<QByteArray>(Access::body(*repository), [path](const Handle& handle) {
        return tellWhenFull(handle, ignorePath(handle, path), u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
