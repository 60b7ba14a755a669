#include "core/git/src/reviewnotes.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"
#include "core/git/src/reviewevents.h"
#include "core/git/src/room.h"

#include <QDeadlineTimer>
#include <QRandomGenerator>
#include <QThread>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr char reviewRefName[] = "refs/notes/analemma/review";
constexpr int reviewNotesLimit = 20'000;
constexpr std::size_t reviewEntriesLimit = 100'000;
constexpr seconds reviewPatience{20};

using TreeBuilderHandle = Owned<git_treebuilder, git_treebuilder_free>;

const QString reviewsText = u"read the reviews"_s;

bool isHex(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Walks the folders of two digits into which git spreads notes.
class ReviewTreeReader {
public:
    explicit ReviewTreeReader(const Handle& handle) : m_handle(handle) {}

    Result<ReviewNotes> read(const git_oid& treeId)
    {
        if (const Result<void> done = readFolder(treeId, {}); !done) {
            return done.error();
        }
        return std::move(m_read);
    }

private:
    Result<void> readFolder(const git_oid& treeId, const QByteArray& prefix)
    {
        TreeHandle tree;
        if (const int code = git_tree_lookup(out(tree), m_handle.repository.get(), &treeId);
            code < 0) {
            return gitError(code, reviewsText);
        }
        const std::size_t count = git_tree_entrycount(tree.get());
        m_entries += count;
        if (m_entries > reviewEntriesLimit) {
            return tooMany();
        }
        for (std::size_t i = 0; i < count; ++i) {
            const Result<void> done = readEntry(git_tree_entry_byindex(tree.get(), i), prefix);
            if (!done) {
                return done;
            }
        }
        return {};
    }

    Result<void> readEntry(const git_tree_entry* entry, const QByteArray& prefix)
    {
        const QByteArray name(git_tree_entry_name(entry));
        const git_filemode_t mode = git_tree_entry_filemode(entry);
        const git_oid id = *git_tree_entry_id(entry);
        const QByteArray whole = prefix + name;
        const bool isBlob = mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
        if (isBlob && whole.size() == GIT_OID_HEXSZ && isHex(whole)) {
            if (m_read.notes.size() == reviewNotesLimit) {
                return tooMany();
            }
            m_read.notes[QString::fromLatin1(whole)].append(id);
        } else if (mode == GIT_FILEMODE_TREE && name.size() == 2 && isHex(whole) &&
                   whole.size() < GIT_OID_HEXSZ) {
            return readFolder(id, whole);
        } else if (prefix.isEmpty()) {
            m_read.others.insert(name, {id, mode});
        }
        return {};
    }

    static Error tooMany()
    {
        return Error(ErrorKind::Invalid,
                     u"The notes of the reviews are more than %1: they were not read."_s.arg(
                         reviewNotesLimit));
    }

    const Handle& m_handle;
    ReviewNotes m_read;
    std::size_t m_entries = 0;
};

// ---- writing ------------------------------------------------------------------------------------

Result<git_oid> writeTreeOf(const Handle& handle, const std::function<int(git_treebuilder*)>& fill)
{
    const QString what = u"write the reviews"_s;
    TreeBuilderHandle builder;
    int code = git_treebuilder_new(out(builder), handle.repository.get(), nullptr);
    if (code == 0) {
        code = fill(builder.get());
    }
    git_oid id{};
    if (code == 0) {
        code = git_treebuilder_write(&id, builder.get());
    }
    return code < 0 ? Result<git_oid>(gitError(code, what)) : Result<git_oid>(id);
}

Result<git_oid> writeReviewBlob(const Handle& handle, const QByteArray& bytes)
{
    git_oid id{};
    const int code = git_blob_create_from_buffer(&id, handle.repository.get(), bytes.constData(),
                                                 std::size_t(bytes.size()));
    return code < 0 ? Result<git_oid>(gitError(code, u"write the reviews"_s)) : Result<git_oid>(id);
}

/// One blob for a note that has several.
Result<git_oid> joinBlobs(const Handle& handle, const QString& id, QList<git_oid> blobs)
{
    std::sort(blobs.begin(), blobs.end(),
              [](const git_oid& a, const git_oid& b) { return git_oid_cmp(&a, &b) < 0; });
    blobs.erase(
        std::unique(blobs.begin(), blobs.end(),
                    [](const git_oid& a, const git_oid& b) { return git_oid_equal(&a, &b) != 0; }),
        blobs.end());
    if (blobs.size() == 1) {
        return blobs.constFirst();
    }
    const Result<QByteArray> joined = readReviewNote(handle, id, blobs);
    return joined ? writeReviewBlob(handle, *joined) : Result<git_oid>(joined.error());
}

/// Each note in a folder of its first two digits, so that the same notes are the same tree.
Result<git_oid> writeReviewTree(const Handle& handle, const ReviewNotes& notes)
{
    QMap<QByteArray, Result<git_oid>> folders;
    std::optional<Error> failed;
    for (auto it = notes.notes.constBegin(); it != notes.notes.constEnd();) {
        const QString prefix = it.key().left(2);
        const Result<git_oid> folder = writeTreeOf(handle, [&](git_treebuilder* builder) {
            int code = 0;
            for (; code == 0 && it != notes.notes.constEnd() && it.key().startsWith(prefix); ++it) {
                const Result<git_oid> joined = joinBlobs(handle, it.key(), it.value());
                if (!joined && joined.error().kind == ErrorKind::Io) {
                    failed = joined.error();
                }
                const git_oid id = joined.valueOr(it->constFirst());  // the rest can not be read
                code =
                    git_treebuilder_insert(nullptr, builder, it.key().mid(2).toLatin1().constData(),
                                           &id, GIT_FILEMODE_BLOB);
            }
            return code;
        });
        if (!folder || failed) {
            return failed ? Result<git_oid>(*failed) : folder;
        }
        folders.insert(prefix.toLatin1(), folder);
    }
    return writeTreeOf(handle, [&](git_treebuilder* builder) {
        for (auto it = notes.others.constBegin(); it != notes.others.constEnd(); ++it) {
            // What a tree must not hold, or what is missing, is left out: it is no note.
            if (git_treebuilder_insert(nullptr, builder, it.key().constData(), &it->id, it->mode) <
                0) {
                git_error_clear();
            }
        }
        int code = 0;
        for (auto it = folders.constBegin(); code == 0 && it != folders.constEnd(); ++it) {
            code = git_treebuilder_insert(nullptr, builder, it.key().constData(), &**it,
                                          GIT_FILEMODE_TREE);
        }
        return code;
    });
}

Result<git_oid> writeReviewCommit(const Handle& handle, const git_signature* by,
                                  const QString& message, const git_oid& treeId,
                                  const std::vector<git_oid>& parentIds)
{
    const QString what = u"write the reviews"_s;
    TreeHandle tree;
    if (const int code = git_tree_lookup(out(tree), handle.repository.get(), &treeId); code < 0) {
        return gitError(code, what);
    }
    std::vector<CommitHandle> parents(parentIds.size());
    std::vector<const git_commit*> raw;
    for (std::size_t i = 0; i < parentIds.size(); ++i) {
        const int code = git_commit_lookup(out(parents[i]), handle.repository.get(), &parentIds[i]);
        if (code < 0) {
            return gitError(code, what);
        }
        raw.push_back(parents[i].get());
    }
    git_oid id{};
    const int code = createCommit(&id, handle.repository.get(), nullptr, by, by, nullptr,
                                  message.toUtf8().constData(), tree.get(), raw.size(), raw.data());
    return code < 0 ? Result<git_oid>(gitError(code, what)) : Result<git_oid>(id);
}

enum class Moved { Yes, OtherWasQuicker };

/// Moves the ref when it still is where it was; compared under the lock of the ref.
Result<Moved> moveReviewRef(const Handle& handle, const std::optional<git_oid>& from,
                            const git_oid& to, const QString& message)
{
    const git_oid none{};
    ReferenceHandle reference;
    const int code = moveWithLogs(handle, {reviewRefName}, [&] {
        return git_reference_create_matching(out(reference), handle.repository.get(), reviewRefName,
                                             &to, 1, from ? &*from : &none,
                                             message.toUtf8().constData());
    });
    if (code == GIT_EMODIFIED || code == GIT_ELOCKED || code == GIT_EEXISTS) {
        git_error_clear();
        return Moved::OtherWasQuicker;
    }
    return code < 0 ? Result<Moved>(gitError(code, u"write the reviews"_s))
                    : Result<Moved>(Moved::Yes);
}

Error reviewRefBusy()
{
    return Error(ErrorKind::Locked,
                 u"The reviews could not be written for %1: another program holds %2. Nothing was "
                 u"changed."_s.arg(durationText(reviewPatience), reviewRef()))
        .withHint(
            u"When no git program is at work in this repository, one was killed: remove "
            u"that file's .lock."_s);
}

/// Calls `attempt` until the ref was moved. Those who lost wait a while that nobody else waits.
Result<void> untilMoved(const std::function<Result<Moved>()>& attempt)
{
    const QDeadlineTimer deadline(reviewPatience);
    for (int pause = 4;; pause = std::min(pause * 2, 200)) {
        const Result<Moved> moved = attempt();
        if (!moved) {
            return moved.error();
        }
        if (*moved == Moved::Yes) {
            return {};
        }
        if (deadline.hasExpired()) {
            return reviewRefBusy();
        }
        QThread::msleep(1 + QRandomGenerator::global()->bounded(quint32(pause)));
    }
}

// ---- merging ------------------------------------------------------------------------------------

bool sameIds(const QList<git_oid>& a, const QList<git_oid>& b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const git_oid& x, const git_oid& y) { return git_oid_equal(&x, &y) != 0; });
}

bool sameBlobs(const QMap<QString, QList<git_oid>>& a, const QMap<QString, QList<git_oid>>& b)
{
    return std::equal(a.keyValueBegin(), a.keyValueEnd(), b.keyValueBegin(), b.keyValueEnd(),
                      [](const auto& x, const auto& y) {
                          return x.first == y.first && sameIds(x.second, y.second);
                      });
}

/// All of both. What of theirs is too large is left where it is.
Result<ReviewNotes> joinNotes(const Handle& handle, const ReviewNotes& ours,
                              const ReviewNotes& theirs, ReviewMerge& merge)
{
    ReviewNotes joined = ours;
    for (auto it = theirs.notes.constBegin(); it != theirs.notes.constEnd(); ++it) {
        const QList<git_oid> own = ours.notes.value(it.key());
        if (sameIds(own, it.value())) {
            continue;
        }
        const Result<QByteArray> readable = readReviewNote(handle, it.key(), it.value());
        const Result<git_oid> one =
            readable ? joinBlobs(handle, it.key(), own + it.value()) : readable.error();
        const bool isTheirs = !one && (one.error().kind == ErrorKind::Invalid ||
                                       one.error().kind == ErrorKind::NotFound);
        if (!one && !isTheirs) {
            return one.error();
        }
        if (!one) {
            merge.problems.append(one.error().message);
            continue;
        }
        merge.reviews += own.isEmpty() || git_oid_equal(&own.constFirst(), &*one) == 0 ? 1 : 0;
        joined.notes[it.key()] = {*one};
    }
    for (auto it = theirs.others.constBegin(); it != theirs.others.constEnd(); ++it) {
        const auto own = joined.others.find(it.key());
        if (own == joined.others.end() || git_oid_cmp(&it->id, &own->id) < 0) {
            joined.others.insert(it.key(), *it);
        }
    }
    return joined;
}

/// The same for whoever merges the same two.
Result<git_oid> writeReviewMerge(const Handle& handle, const ReviewNotes& joined,
                                 std::vector<git_oid> parents)
{
    std::sort(parents.begin(), parents.end(),
              [](const git_oid& a, const git_oid& b) { return git_oid_cmp(&a, &b) < 0; });
    qint64 newest = 0;
    for (const git_oid& parent : parents) {
        const Result<OdbObjectHandle> object = readCommitObject(handle, parent);
        if (!object) {
            return object.error();
        }
        newest = std::max(newest, parseHeader(bytesOf(*object)).time);
    }
    const Result<SignatureHandle> by =
        makeSignature(u"Analemma"_s, u"analemma@localhost"_s, utcTime(std::max<qint64>(newest, 0)));
    const Result<git_oid> tree = by ? writeReviewTree(handle, joined) : by.error();
    return tree ? writeReviewCommit(handle, by->get(), u"Merge reviews\n"_s, *tree, parents)
                : Result<git_oid>(tree.error());
}

/// Where the ref is to go: nowhere, to theirs, or to a merge.
Result<std::optional<git_oid>> mergeTarget(const Handle& handle, const ReviewNotes& ours,
                                           const ReviewNotes& theirs, ReviewMerge& merge)
{
    const Result<ReviewNotes> joined = joinNotes(handle, ours, theirs, merge);
    if (!joined) {
        return joined.error();
    }
    git_repository* repository = handle.repository.get();
    const bool asTheirs = sameBlobs(joined->notes, theirs.notes);
    if (!ours.commit) {
        if (asTheirs) {
            return std::optional<git_oid>(theirs.commit);
        }
        const Result<git_oid> made = writeReviewMerge(handle, *joined, {*theirs.commit});
        return made ? Result<std::optional<git_oid>>(*made) : made.error();
    }
    const bool isSame = git_oid_equal(&*ours.commit, &*theirs.commit) != 0;
    if (isSame || git_graph_descendant_of(repository, &*ours.commit, &*theirs.commit) == 1) {
        if (isSame || sameBlobs(joined->notes, ours.notes)) {
            return std::optional<git_oid>();
        }
    }
    if (asTheirs && git_graph_descendant_of(repository, &*theirs.commit, &*ours.commit) == 1) {
        return std::optional<git_oid>(theirs.commit);
    }
    const Result<git_oid> made = writeReviewMerge(handle, *joined, {*ours.commit, *theirs.commit});
    return made ? Result<std::optional<git_oid>>(*made) : made.error();
}

}  // namespace

// ---- reading ------------------------------------------------------------------------------------

QString reviewRef()
{
    return QString::fromLatin1(reviewRefName);
}

QString fetchedReviewRef(const QString& remote)
{
    return u"refs/analemma/review/"_s + remote;
}

Result<ReviewNotes> readReviewNotesAt(const Handle& handle, const git_oid& commit)
{
    const Result<OdbObjectHandle> object = readCommitObject(handle, commit);
    if (!object) {
        return object.error().in(reviewsText);
    }
    CommitHandle raw;
    if (const int code = git_commit_lookup(out(raw), handle.repository.get(), &commit); code < 0) {
        return gitError(code, reviewsText);
    }
    Result<ReviewNotes> read = ReviewTreeReader(handle).read(*git_commit_tree_id(raw.get()));
    if (read) {
        read->commit = commit;
    }
    return read;
}

Result<ReviewNotes> readReviewNotes(const Handle& handle)
{
    ReferenceHandle reference;
    const int code = git_reference_lookup(out(reference), handle.repository.get(), reviewRefName);
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return ReviewNotes();
    }
    if (code < 0) {
        return gitError(code, reviewsText);
    }
    const git_oid* target = git_reference_target(reference.get());
    if (target == nullptr) {
        return Error(ErrorKind::Invalid,
                     u"%1 leads to another ref. The reviews were not read."_s.arg(reviewRef()));
    }
    return readReviewNotesAt(handle, *target);
}

Result<QByteArray> readReviewNote(const Handle& handle, const QString& id,
                                  const QList<git_oid>& blobs)
{
    const QString what = u"read review %1"_s.arg(id.left(10));
    const Error tooLarge(ErrorKind::Invalid,
                         u"Review %1 has more than %2 or %3 lines: it was left as it is."_s
                             .arg(id.left(10), sizeText(reviewNoteLimit))
                             .arg(reviewLinesLimit));
    QList<QByteArray> notes;
    std::size_t total = 0;
    for (const git_oid& blob : blobs) {
        std::size_t size = 0;
        git_object_t type = GIT_OBJECT_INVALID;
        if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &blob); code < 0) {
            return gitError(code, what);
        }
        total += size;
        if (type != GIT_OBJECT_BLOB || size > std::size_t(reviewNoteLimit) ||
            total > std::size_t(reviewNoteLimit)) {
            return tooLarge;
        }
        OdbObjectHandle object;
        if (const int code = git_odb_read(out(object), handle.odb.get(), &blob); code < 0) {
            return gitError(code, what);
        }
        notes.append(bytesOf(object).toByteArray());
    }
    const QByteArray note = notes.size() == 1 ? notes.constFirst() : joinReviewNotes(notes);
    return note.count('\n') > reviewLinesLimit ? Result<QByteArray>(tooLarge)
                                               : Result<QByteArray>(note);
}

// ---- writing ------------------------------------------------------------------------------------

Result<QString> addReviewLine(const Handle& handle, const Reviewer& by, const QString& message,
                              const MakeReviewLine& make)
{
    QString written;
    const auto attempt = [&]() -> Result<Moved> {
        Result<ReviewNotes> notes = readReviewNotes(handle);
        if (!notes) {
            return notes.error();
        }
        const Result<ReviewLine> made = make(*notes);
        if (!made) {
            return made.error();
        }
        const QList<git_oid> blobs = notes->notes.value(made->id);
        const Result<QByteArray> old = readReviewNote(handle, made->id, blobs);
        if (!old) {
            return old.error();
        }
        const QByteArray note = joinReviewNotes({*old, made->line});
        if (note.size() > made->room) {
            return Error(ErrorKind::Invalid, u"Review %1 is full (%2). Nothing was added."_s.arg(
                                                 made->id.left(10), sizeText(reviewRoom)))
                .withHint(u"Close it and open another one for the same branch."_s);
        }
        const Result<git_oid> blob = writeReviewBlob(handle, note);
        if (!blob) {
            return blob.error();
        }
        notes->notes[made->id] = {*blob};
        const Result<SignatureHandle> signature =
            makeSignature(by.name, by.email, QDateTime::currentDateTimeUtc());
        const Result<git_oid> tree =
            signature ? writeReviewTree(handle, *notes) : signature.error();
        if (!tree) {
            return tree.error();
        }
        std::vector<git_oid> parents;
        if (notes->commit) {
            parents.push_back(*notes->commit);
        }
        const Result<git_oid> commit =
            writeReviewCommit(handle, signature->get(), message + u'\n', *tree, parents);
        if (!commit) {
            return commit.error();
        }
        written = made->id;
        return moveReviewRef(handle, notes->commit, *commit, message);
    };
    const Result<void> done = untilMoved(attempt);
    return done ? Result<QString>(written)
                : Result<QString>(
                      tellFullDisk(handle, done.error(), u"The reviews are as they were."_s));
}

Result<ReviewMerge> mergeReviewNotes(const Handle& handle, const QString& from)
{
    const Result<git_oid> id = resolve(handle, from);
    if (!id) {
        return id.error();
    }
    const Result<ReviewNotes> theirs = readReviewNotesAt(handle, *id);
    if (!theirs) {
        return theirs.error();
    }
    ReviewMerge merge;
    const auto attempt = [&]() -> Result<Moved> {
        merge = ReviewMerge();
        const Result<ReviewNotes> ours = readReviewNotes(handle);
        if (!ours) {
            return ours.error();
        }
        const Result<std::optional<git_oid>> target = mergeTarget(handle, *ours, *theirs, merge);
        if (!target) {
            return target.error();
        }
        if (!*target) {
            return Moved::Yes;
        }
        merge.changed = true;
        return moveReviewRef(handle, ours->commit, **target, u"merge reviews"_s);
    };
    const Result<void> done = untilMoved(attempt);
    return done ? Result<ReviewMerge>(merge)
                : Result<ReviewMerge>(
                      tellFullDisk(handle, done.error(), u"The reviews are as they were."_s));
}

}  // namespace analemma::git
