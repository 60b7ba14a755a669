#include "core/git/diff.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/compare.h"
#include "core/git/src/difflines.h"
#include "core/git/src/difftexts.h"
#include "core/git/src/errors.h"
#include "core/git/src/renames.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qint64 diffLineLimit = 200'000;

FileChange changeOf(const DiffPair& pair)
{
    FileChange change;
    change.kind = pair.kind;
    change.path = pair.path;
    change.oldPath = pair.oldPath;
    change.oldMode = pair.from.mode;
    change.newMode = pair.to.mode;
    change.oldId = pair.from.known ? idText(pair.from.id) : QString();
    change.newId = pair.to.known ? idText(pair.to.id) : QString();
    change.similarity = pair.similarity;
    return change;
}

/// Both sides of a file, ready to be compared.
struct TextPair {
    DiffText from;
    DiffText to;
    bool binary = false;
    bool tooLarge = false;
};

Result<TextPair> readTexts(const Handle& handle, DiffPair& pair)
{
    Result<DiffText> from = readText(handle, pair.oldPath, pair.from);
    Result<DiffText> to = from ? readText(handle, pair.path, pair.to) : from.error();
    if (!to) {
        return to.error();
    }
    TextPair texts{std::move(*from), std::move(*to)};
    texts.tooLarge = texts.from.tooLarge || texts.to.tooLarge;
    const auto opaque = [&handle](const QByteArray& path, const DiffEnd& end,
                                  const DiffText& text) {
        return end.exists() && !end.isSubmodule() && isBinary(handle, path, text.bytes);
    };
    texts.binary = !texts.tooLarge && (opaque(pair.oldPath, pair.from, texts.from) ||
                                       opaque(pair.path, pair.to, texts.to));
    if (!texts.tooLarge && !texts.binary) {
        texts.tooLarge = lineCount(texts.from.bytes) > diffLineLimit ||
                         lineCount(texts.to.bytes) > diffLineLimit;
    }
    return texts;
}

bool haveSameBytes(const DiffPair& pair)
{
    return pair.from.known && pair.to.known && git_oid_equal(&pair.from.id, &pair.to.id) != 0;
}

Result<void> addCounts(const Handle& handle, FileChange& change, DiffPair pair, bool ignoreSpace,
                       const CancelToken& cancel)
{
    if (haveSameBytes(pair)) {
        return {};
    }
    const Result<TextPair> texts = readTexts(handle, pair);
    if (!texts) {  // missing in a partial clone, or changed under our hands
        const bool gone =
            texts.error().kind == ErrorKind::NotFound || texts.error().kind == ErrorKind::Conflict;
        return gone ? Result<void>() : texts.error();
    }
    change.binary = texts->binary;
    if (texts->binary || texts->tooLarge) {
        return {};
    }
    const Result<LineCounts> counts =
        countChanges(texts->from.bytes, texts->to.bytes, ignoreSpace, cancel);
    if (!counts) {
        return counts.error();
    }
    change.added = counts->added;
    change.deleted = counts->deleted;
    return {};
}

/// Only its blanks changed, and they are ignored.
bool isNothing(const FileChange& change, const DiffQuery& query)
{
    return query.ignoreSpace && query.counts && change.kind == FileChange::Kind::Modified &&
           change.oldMode == change.newMode && !change.binary && change.added == 0 &&
           change.deleted == 0;
}

Result<QList<FileChange>> listChanges(const Handle& handle, const DiffQuery& query,
                                      const CancelToken& cancel)
{
    Result<std::vector<DiffPair>> read = readPairs(handle, query, {}, cancel);
    const Result<std::vector<DiffPair>> pairs =
        read ? joinRenames(handle, std::move(*read), cancel) : read.error();
    if (!pairs) {
        return pairs.error();
    }
    QList<FileChange> changes;
    changes.reserve(static_cast<qsizetype>(pairs->size()));
    for (const DiffPair& pair : *pairs) {
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        FileChange change = changeOf(pair);
        if (query.counts) {
            const Result<void> counted = addCounts(handle, change, pair, query.ignoreSpace, cancel);
            if (!counted) {
                return counted.error();
            }
        }
        if (!isNothing(change, query)) {
            changes.append(std::move(change));
        }
    }
    return changes;
}

/// One file's pair. Only an added one can have come from elsewhere.
Result<DiffPair> findPair(const Handle& handle, const DiffQuery& query, const QByteArray& path,
                          const CancelToken& cancel)
{
    Result<std::vector<DiffPair>> pairs = readPairs(handle, query, path, cancel);
    const auto isIt = [&path](const DiffPair& pair) { return pair.path == path; };
    if (pairs) {
        const auto found = std::find_if(pairs->begin(), pairs->end(), isIt);
        const bool moved = found == pairs->end() || found->kind == FileChange::Kind::Added ||
                           found->kind == FileChange::Kind::Deleted;
        if (!moved) {
            return *found;
        }
        pairs = readPairs(handle, query, {}, cancel);
    }
    pairs = pairs ? joinRenames(handle, std::move(*pairs), cancel) : pairs.error();
    if (!pairs) {
        return pairs.error();
    }
    const auto found = std::find_if(pairs->begin(), pairs->end(), isIt);
    if (found == pairs->end()) {
        return Error(ErrorKind::NotFound,
                     u"%1 does not differ."_s.arg(displayText(QByteArrayView(path), 200)));
    }
    return *found;
}

Result<QList<Hunk>> hunksOf(const DiffPair& pair, const TextPair& texts, const DiffQuery& query,
                            const CancelToken& cancel)
{
    if (pair.kind != FileChange::Kind::TypeChanged) {
        return compareLines(texts.from.bytes, texts.to.bytes, query.context, query.ignoreSpace,
                            cancel);
    }
    Result<QList<Hunk>> going =
        compareLines(texts.from.bytes, {}, query.context, query.ignoreSpace, cancel);
    const Result<QList<Hunk>> coming =
        going ? compareLines({}, texts.to.bytes, query.context, query.ignoreSpace, cancel)
              : going.error();
    return coming ? Result<QList<Hunk>>(*going + *coming) : coming.error();
}

DiffEnd endOfChange(quint32 mode, const QString& id, const Side& side)
{
    DiffEnd end;
    end.mode = mode;
    end.known =
        id.size() == GIT_OID_HEXSZ && git_oid_fromstr(&end.id, id.toLatin1().constData()) == 0;
    end.inWorkTree = side.kind == Side::Kind::WorkTree;
    return end;
}

DiffPair pairOf(const FileChange& change, const DiffQuery& query)
{
    DiffPair pair;
    pair.kind = change.kind;
    pair.path = change.path;
    pair.oldPath = change.oldPath;
    pair.from = endOfChange(change.oldMode, change.oldId, query.from);
    pair.to = endOfChange(change.newMode, change.newId, query.to);
    pair.similarity = change.similarity;
    return pair;
}

Result<FileDiff> comparePair(const Handle& handle, const DiffQuery& query, DiffPair pair,
                             const CancelToken& cancel)
{
    const Result<TextPair> texts = readTexts(handle, pair);
    if (!texts) {
        return texts.error();
    }
    FileDiff diff;
    diff.change = changeOf(pair);
    diff.change.binary = texts->binary;
    diff.tooLarge = texts->tooLarge;
    if (texts->binary || texts->tooLarge) {
        return diff;
    }
    Result<QList<Hunk>> hunks = hunksOf(pair, *texts, query, cancel);
    if (!hunks) {
        return hunks.error();
    }
    diff.hunks = std::move(*hunks);
    for (const Hunk& hunk : diff.hunks) {
        for (const DiffLine& line : hunk.lines) {
            diff.change.added += line.kind == DiffLine::Kind::Added ? 1 : 0;
            diff.change.deleted += line.kind == DiffLine::Kind::Deleted ? 1 : 0;
        }
    }
    markWordsIn(diff.hunks);
    return diff;
}

Result<QByteArray> readBlobNamed(const Handle& handle, const QString& id, qint64 limitBytes)
{
    git_oid oid{};
    if (id.size() != GIT_OID_HEXSZ || git_oid_fromstr(&oid, id.toLatin1().constData()) != 0) {
        return Error(ErrorKind::Invalid, u"\"%1\" is no id of a file."_s.arg(displayText(id, 80)));
    }
    return readBlob(handle, oid, id.toLatin1(), limitBytes);
}

}  // namespace

Task<Result<QList<FileChange>>> changedFiles(std::shared_ptr<Repository> repository,
                                             DiffQuery query, CancelToken cancel)
{
    return perform<QList<FileChange>>(
        Access::body(*repository),
        [query, cancel](const Handle& handle) { return listChanges(handle, query, cancel); });
}

Task<Result<FileDiff>> fileDiff(std::shared_ptr<Repository> repository, DiffQuery query,
                                QByteArray path, CancelToken cancel)
{
    return perform<FileDiff>(
        Access::body(*repository), [query, path, cancel](const Handle& handle) -> Result<FileDiff> {
            Result<DiffPair> pair = findPair(handle, query, path, cancel);
            return pair ? comparePair(handle, query, std::move(*pair), cancel) : pair.error();
        });
}

Task<Result<FileDiff>> fileDiff(std::shared_ptr<Repository> repository, DiffQuery query,
                                FileChange change, CancelToken cancel)
{
    return perform<FileDiff>(Access::body(*repository),
                             [query, change, cancel](const Handle& handle) {
                                 return comparePair(handle, query, pairOf(change, query), cancel);
                             });
}

DiffQuery changesOf(const Commit& commit, int parent)
{
    DiffQuery query;
    query.to = Side::at(commit.id);
    if (!commit.parents.isEmpty()) {
        query.from = Side::at(commit.parents.value(parent, commit.parents.first()));
    }
    return query;
}

Task<Result<QByteArray>> blob(std::shared_ptr<Repository> repository, QString id, qint64 limitBytes)
{
    return perform<QByteArray>(Access::body(*repository), [id, limitBytes](const Handle& handle) {
        return readBlobNamed(handle, id, limitBytes);
    });
}

Task<Result<QString>> mergeBase(std::shared_ptr<Repository> repository, QString a, QString b)
{
    return perform<QString>(Access::body(*repository),
                            [a, b](const Handle& handle) { return findMergeBase(handle, a, b); });
}

Task<Result<AheadBehind>> aheadBehind(std::shared_ptr<Repository> repository, QString revision,
                                      QString of)
{
    return perform<AheadBehind>(Access::body(*repository), [revision, of](const Handle& handle) {
        return countAheadBehind(handle, revision, of);
    });
}

}  // namespace analemma::git
