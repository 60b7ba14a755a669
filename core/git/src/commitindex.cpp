#include "core/git/commitindex.h"

#include "core/base/descriptor.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/refs.h"
#include "core/git/src/room.h"
#include "core/git/src/workfiles.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>

#include <cerrno>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// Holds the index as every git program does: by making index.lock.
class IndexLock {
public:
    static Result<IndexLock> take(git_index* index)
    {
        const QByteArray path = QByteArray(git_index_path(index)) + ".lock";
        const Descriptor made(
            ::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (!made.valid()) {
            return errno == EEXIST ? lockedIndex(git_index_path(index))
                                   : systemError(u"hold the index"_s, errno);
        }
        return IndexLock(path);
    }
    IndexLock(IndexLock&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    IndexLock& operator=(IndexLock&&) = delete;
    ~IndexLock()
    {
        if (!m_path.isEmpty()) {
            ::unlink(m_path.constData());
        }
    }

private:
    explicit IndexLock(QByteArray path) : m_path(std::move(path)) {}
    QByteArray m_path;
};

QString ownFolder(const Handle& handle)
{
    return QFile::decodeName(git_repository_path(handle.repository.get()));
}

// ---- what is asked ------------------------------------------------------------------------------

/// HEAD, and the ref that a commit moves.
struct CommitTip {
    QByteArray ref;
    CommitHandle commit;  ///< null: unborn
};

Result<CommitTip> readCommitTip(const Handle& handle, const std::optional<QString>& expected)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    if (expected && *expected != head->commit) {
        return Error(ErrorKind::Conflict,
                     u"HEAD moved meanwhile: it is %1 now. Nothing was committed."_s.arg(
                         head->commit.isEmpty() ? u"unborn"_s : head->commit.left(10)))
            .withHint(u"Look at what came in between, then commit again."_s);
    }
    CommitTip tip;
    ReferenceHandle reference;
    int code = git_reference_lookup(out(reference), handle.repository.get(), "HEAD");
    if (code == 0) {
        const bool symbolic = git_reference_type(reference.get()) == GIT_REFERENCE_SYMBOLIC;
        tip.ref = symbolic ? git_reference_symbolic_target(reference.get()) : "HEAD";
    }
    git_oid id{};
    if (code == 0 && !head->commit.isEmpty()) {
        code = git_oid_fromstr(&id, head->commit.toLatin1().constData());
        code = code < 0 ? code : git_commit_lookup(out(tip.commit), handle.repository.get(), &id);
    }
    return code < 0 ? Result<CommitTip>(gitError(code, u"read HEAD"_s))
                    : Result<CommitTip>(std::move(tip));
}

Result<SignatureHandle> signatureFor(const Handle& handle, const QString& name,
                                     const QString& email, const QDateTime& time)
{
    const QDateTime when = time.isValid() ? time : QDateTime::currentDateTime();
    QByteArray nameBytes = name.toUtf8();
    QByteArray emailBytes = email.toUtf8();
    if (name.isEmpty() || email.isEmpty()) {
        SignatureHandle own;
        if (git_signature_default(out(own), handle.repository.get()) < 0) {
            git_error_clear();
            return Error(ErrorKind::Invalid,
                         u"Git does not know who you are. Nothing was changed."_s)
                .withHint(
                    u"Run: git config --global user.name \"Your Name\" and git config "
                    u"--global user.email you@example.org"_s);
        }
        nameBytes = name.isEmpty() ? QByteArray(own->name) : nameBytes;
        emailBytes = email.isEmpty() ? QByteArray(own->email) : emailBytes;
    }
    const Result<SignatureHandle> checked =
        makeSignature(QString::fromUtf8(nameBytes), QString::fromUtf8(emailBytes), when);
    if (!checked) {
        return checked.error();
    }
    SignatureHandle signature;
    const int code =
        git_signature_new(out(signature), nameBytes.constData(), emailBytes.constData(),
                          when.toSecsSinceEpoch(), when.offsetFromUtc() / 60);
    return code < 0 ? Result<SignatureHandle>(gitError(code, u"write the author"_s))
                    : Result<SignatureHandle>(std::move(signature));
}

Result<QByteArray> preparedMessage(const QString& message)
{
    git_buf buffer = GIT_BUF_INIT;
    const int code = git_message_prettify(&buffer, message.toUtf8().constData(), 0, '#');
    const QByteArray text(buffer.ptr, static_cast<qsizetype>(buffer.size));
    git_buf_dispose(&buffer);
    if (code < 0) {
        return gitError(code, u"read the message"_s);
    }
    if (text.isEmpty()) {
        return Error(ErrorKind::Invalid, u"The message is empty. Nothing was committed."_s)
            .withHint(u"Say in one line what the commit does."_s);
    }
    return text;
}

/// The commit that a file of the repository's folder names: CHERRY_PICK_HEAD.
CommitHandle commitNamedBy(const Handle& handle, const QString& file)
{
    CommitHandle commit;
    QFile opened(ownFolder(handle) + file);
    git_oid id{};
    if (opened.open(QIODevice::ReadOnly) &&
        git_oid_fromstr(&id, opened.read(GIT_OID_HEXSZ).constData()) == 0) {
        git_commit_lookup(out(commit), handle.repository.get(), &id);
    }
    git_error_clear();
    return commit;
}

Result<std::vector<CommitHandle>> mergedCommits(const Handle& handle)
{
    struct Ids {
        std::vector<git_oid> list;
    } ids;
    const auto collect = [](const git_oid* id, void* into) {
        static_cast<Ids*>(into)->list.push_back(*id);
        return 0;
    };
    const int code = git_repository_mergehead_foreach(handle.repository.get(), collect, &ids);
    if (code < 0 && code != GIT_ENOTFOUND) {
        return gitError(code, u"read what is merged"_s);
    }
    git_error_clear();
    std::vector<CommitHandle> commits;
    for (const git_oid& id : ids.list) {
        CommitHandle commit;
        if (const int found = git_commit_lookup(out(commit), handle.repository.get(), &id);
            found < 0) {
            return gitError(found, u"read what is merged"_s);
        }
        commits.push_back(std::move(commit));
    }
    return commits;
}

Result<git_oid> stagedTree(git_index* index)
{
    if (git_index_has_conflicts(index) != 0) {
        return Error(ErrorKind::Conflict, u"Some files are in conflict. Nothing was committed."_s)
            .withHint(u"Resolve them and stage the outcome, then commit."_s);
    }
    git_oid tree{};
    const int code = git_index_write_tree(&tree, index);
    return code < 0 ? Result<git_oid>(gitError(code, u"write the staged files"_s))
                    : Result<git_oid>(tree);
}

// ---- what the repository would have run
// -----------------------------------------------------------

Committed notDone(const Handle& handle)
{
    Committed committed;
    ConfigHandle config;
    int sign = 0;
    QString hooks =
        QFile::decodeName(git_repository_commondir(handle.repository.get())) + u"hooks"_s;
    if (git_repository_config_snapshot(out(config), handle.repository.get()) == 0) {
        const char* folder = nullptr;
        if (git_config_get_string(&folder, config.get(), "core.hookspath") == 0) {
            const QString root = QFile::decodeName(git_repository_workdir(handle.repository.get()));
            hooks = QDir(root).absoluteFilePath(QFile::decodeName(folder));
        }
        static_cast<void>(git_config_get_bool(&sign, config.get(), "commit.gpgsign"));
    }
    git_error_clear();
    for (const QString& name : {u"pre-commit"_s, u"prepare-commit-msg"_s, u"commit-msg"_s,
                                u"post-commit"_s, u"post-rewrite"_s}) {
        const QFileInfo hook(hooks + u'/' + name);
        if (hook.isFile() && hook.isExecutable()) {
            committed.hooksNotRun.append(name);
        }
    }
    committed.signatureWanted = sign != 0;
    return committed;
}

// ---- the act ------------------------------------------------------------------------------------

struct NewCommit {
    QByteArray message;
    SignatureHandle author;
    SignatureHandle committer;
    TreeHandle tree;
    std::vector<CommitHandle> parents;
    QByteArray kind;  ///< for the log of the ref: "commit", "commit (amend)", ...
};

/// Author and committer, by what is asked and what is under way.
Result<void> addPeople(const Handle& handle, const CommitRequest& request, const CommitTip& tip,
                       NewCommit& made)
{
    Result<SignatureHandle> committer = signatureFor(handle, {}, {}, request.time);
    if (!committer && !request.authorName.isEmpty()) {
        committer = signatureFor(handle, request.authorName, request.authorEmail, request.time);
    }
    if (!committer) {
        return committer.error();
    }
    made.committer = std::move(*committer);
    const CommitHandle picked = commitNamedBy(handle, u"CHERRY_PICK_HEAD"_s);
    const git_commit* like = request.amend ? tip.commit.get() : picked.get();
    if (request.authorName.isEmpty() && like != nullptr) {
        const int code = git_signature_dup(out(made.author), git_commit_author(like));
        return code < 0 ? Result<void>(gitError(code, u"read the author"_s)) : Result<void>();
    }
    Result<SignatureHandle> author =
        signatureFor(handle, request.authorName, request.authorEmail, request.time);
    if (!author) {
        return author.error();
    }
    made.author = std::move(*author);
    return {};
}

Result<void> addParents(const Handle& handle, const CommitRequest& request, CommitTip& tip,
                        NewCommit& made)
{
    Result<std::vector<CommitHandle>> merged = mergedCommits(handle);
    if (!merged) {
        return merged.error();
    }
    const bool hasHead = tip.commit != nullptr;
    if (request.amend) {
        if (!hasHead || !merged->empty()) {
            return Error(ErrorKind::Invalid,
                         (hasHead ? u"A merge is under way: there is nothing to amend until it is "
                                    u"committed. Nothing was changed."_s
                                  : u"There is no commit to amend yet."_s));
        }
        for (unsigned i = 0; i < git_commit_parentcount(tip.commit.get()); ++i) {
            CommitHandle parent;
            if (const int code = git_commit_parent(out(parent), tip.commit.get(), i); code < 0) {
                return gitError(code, u"read HEAD's parents"_s);
            }
            made.parents.push_back(std::move(parent));
        }
        made.kind = "commit (amend)";
        return {};
    }
    const git_oid* before = hasHead ? git_commit_tree_id(tip.commit.get()) : nullptr;
    const bool same = hasHead ? git_oid_equal(before, git_tree_id(made.tree.get())) != 0
                              : git_tree_entrycount(made.tree.get()) == 0;
    if (same && merged->empty()) {
        return Error(ErrorKind::Invalid, u"Nothing is staged. Nothing was committed."_s)
            .withHint(u"Stage the changes that the commit shall have."_s);
    }
    made.kind = !hasHead                                                  ? "commit (initial)"
                : !merged->empty()                                        ? "commit (merge)"
                : commitNamedBy(handle, u"CHERRY_PICK_HEAD"_s) != nullptr ? "commit (cherry-pick)"
                                                                          : "commit";
    if (hasHead) {
        CommitHandle parent;
        if (const int code = git_commit_dup(out(parent), tip.commit.get()); code < 0) {
            return gitError(code, u"read HEAD"_s);
        }
        made.parents.push_back(std::move(parent));
    }
    std::move(merged->begin(), merged->end(), std::back_inserter(made.parents));
    return {};
}

/// Writes the commit and moves the ref from where it was seen, or not at all.
Result<git_oid> finishCommit(const Handle& handle, const CommitTip& tip, const NewCommit& made)
{
    std::vector<const git_commit*> parents;
    for (const CommitHandle& parent : made.parents) {
        parents.push_back(parent.get());
    }
    git_oid id{};
    git_repository* repository = handle.repository.get();
    int code =
        createCommit(&id, repository, nullptr, made.author.get(), made.committer.get(), nullptr,
                     made.message.constData(), made.tree.get(), parents.size(), parents.data());
    if (code < 0) {
        return gitError(code, u"write the commit"_s);
    }
    const QByteArray subject = made.message.left(made.message.indexOf('\n')).trimmed();
    const QByteArray log = made.kind + ": " + subject.left(1000);
    ReferenceHandle moved;
    const bool hasHead = tip.commit != nullptr;
    code = moveWithLogs(handle, {"HEAD", tip.ref}, [&] {
        return git_reference_create_matching(
            out(moved), repository, tip.ref.constData(), &id, hasHead ? 1 : 0,
            hasHead ? git_commit_id(tip.commit.get()) : nullptr, log.constData());
    });
    if (code == GIT_EMODIFIED || code == GIT_EEXISTS || code == GIT_ENOTFOUND) {
        git_error_clear();
        return Error(ErrorKind::Conflict,
                     u"HEAD moved while the commit was made. Nothing was committed."_s);
    }
    return code < 0 ? Result<git_oid>(gitError(code, u"move the branch"_s)) : Result<git_oid>(id);
}

/// What a commit ends; a rebase goes on.
void endMerge(const Handle& handle)
{
    for (const QString& name :
         {u"MERGE_HEAD"_s, u"MERGE_MODE"_s, u"MERGE_MSG"_s, u"MERGE_RR"_s, u"SQUASH_MSG"_s,
          u"CHERRY_PICK_HEAD"_s, u"REVERT_HEAD"_s, u"AUTO_MERGE"_s}) {
        QFile::remove(ownFolder(handle) + name);
    }
}

Result<Committed> makeCommit(const Handle& handle, const CommitRequest& request)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    Result<QByteArray> message = root ? preparedMessage(request.message) : root.error();
    if (!message) {
        return message.error();
    }
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    const Result<IndexLock> lock = IndexLock::take(index.get());
    if (!lock) {
        return lock.error();
    }
    if (code = git_index_read(index.get(), 0); code < 0) {
        return gitError(code, u"read the index"_s);
    }
    Result<CommitTip> tip = readCommitTip(handle, request.expected);
    const Result<git_oid> tree = tip ? stagedTree(index.get()) : tip.error();
    if (!tree) {
        return tree.error();
    }
    NewCommit made;
    made.message = *message;
    code = git_tree_lookup(out(made.tree), handle.repository.get(), &*tree);
    if (code < 0) {
        return gitError(code, u"read the staged files"_s);
    }
    Result<void> ready = addParents(handle, request, *tip, made);
    ready = ready ? addPeople(handle, request, *tip, made) : ready;
    if (!ready) {
        return ready.error();
    }
    const Result<git_oid> id = finishCommit(handle, *tip, made);
    if (!id) {
        return id.error();
    }
    endMerge(handle);
    Committed committed = notDone(handle);
    committed.id = idText(*id);
    return committed;
}

Result<QString> beginMessage(const Handle& handle, bool amend)
{
    if (amend) {
        Result<CommitTip> tip = readCommitTip(handle, std::nullopt);
        if (!tip || !tip->commit) {
            return tip ? Result<QString>(QString()) : tip.error();
        }
        const char* text = git_commit_message(tip->commit.get());
        return QString::fromUtf8(QByteArray(text).left(64 * 1024));
    }
    QFile file(ownFolder(handle) + u"MERGE_MSG"_s);
    QStringList lines;
    if (file.open(QIODevice::ReadOnly)) {
        lines = QString::fromUtf8(file.read(64 * 1024)).split(u'\n');
    }
    lines.removeIf([](const QString& line) { return line.startsWith(u'#'); });
    return lines.join(u'\n').trimmed();
}

}  // namespace

Task<Result<Committed>> commitIndex(std::shared_ptr<Repository> repository, CommitRequest request)
{
    return perform<Committed>(Access::body(*repository), [request](const Handle& handle) {
        return tellWhenFull(handle, makeCommit(handle, request), u"Nothing was committed."_s);
    });
}

Task<Result<QString>> messageToBegin(std::shared_ptr<Repository> repository, bool amend)
{
    return perform<QString>(Access::body(*repository),
                            [amend](const Handle& handle) { return beginMessage(handle, amend); });
}

}  // namespace analemma::git
