#include "core/git/src/branchesheads.h"

#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"
#include "core/git/src/room.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

QString headText(const Head& head)
{
    const QString commit = head.commit.isEmpty() ? u"no commit yet"_s : head.commit.left(10);
    return head.branch.isEmpty() ? commit
                                 : u"%1 at %2"_s.arg(displayText(head.branch, 100), commit);
}

Error headMoved(const Head& expected, const Head& now)
{
    Error error(ErrorKind::Conflict,
                u"The repository has moved: HEAD was %1 and is %2. Nothing was changed."_s.arg(
                    headText(expected), headText(now)));
    error.details.insert(u"branch"_s, now.branch);
    error.details.insert(u"commit"_s, now.commit);
    return error.withHint(u"Look at it again, then repeat what you wanted."_s);
}

}  // namespace

LogIdentity::LogIdentity(const Handle& handle, const Committer& committer)
    : m_repository(handle.repository.get())
{
    git_repository_set_ident(m_repository, committer.name.toUtf8().constData(),
                             committer.email.toUtf8().constData());
}

LogIdentity::~LogIdentity()
{
    git_repository_set_ident(m_repository, nullptr, nullptr);
}

// ---- objects ------------------------------------------------------------------------------------

Result<git_oid> idOf(const QString& text)
{
    git_oid id{};
    if (text.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, text.toLatin1().constData()) != 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no id of a commit"_s.arg(displayText(text, 80)));
    }
    return id;
}

Result<CommitHandle> commitOf(const Handle& handle, const git_oid& id)
{
    CommitHandle commit;
    if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &id); code < 0) {
        return gitError(code, u"read commit %1"_s.arg(idText(id)));
    }
    return commit;
}

Result<TreeHandle> treeOf(const Handle& handle, const QString& commit)
{
    TreeHandle tree;
    if (commit.isEmpty()) {
        return tree;
    }
    const Result<git_oid> id = idOf(commit);
    const Result<CommitHandle> found = id ? commitOf(handle, *id) : id.error();
    if (!found) {
        return found.error();
    }
    if (const int code = git_commit_tree(out(tree), found->get()); code < 0) {
        return gitError(code, u"read the files of commit %1"_s.arg(commit));
    }
    return tree;
}

Result<SignatureHandle> signatureOf(const Committer& committer)
{
    return makeSignature(
        committer.name, committer.email,
        committer.time.isValid() ? committer.time.toUTC() : QDateTime::currentDateTimeUtc());
}

Result<IndexHandle> indexOf(const Handle& handle)
{
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code == 0) {
        code = git_index_read(index.get(), 1);
    }
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    return index;
}

// ---- checks -------------------------------------------------------------------------------------

Result<void> checkHeadIs(const Handle& handle, const Head& expected)
{
    const Result<Head> now = readHead(handle);
    if (!now) {
        return now.error();
    }
    if (now->branch != expected.branch || now->commit != expected.commit) {
        return headMoved(expected, *now);
    }
    return {};
}

QString gitFolderOf(const QString& dotGit)
{
    constexpr qint64 lineLimit = 8192;
    const QFileInfo info(dotGit);
    if (info.isSymLink()) {
        return {};
    }
    if (info.isDir()) {
        return info.canonicalFilePath();
    }
    QFile file(dotGit);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray line = file.read(lineLimit).trimmed();
    if (!line.startsWith("gitdir: ")) {
        return {};
    }
    const QString named = QFile::decodeName(line.sliced(8));
    return QFileInfo(QDir(info.path()), named).canonicalFilePath();
}

Result<void> checkFilesAreOurs(const Handle& handle)
{
    git_repository* repository = handle.repository.get();
    const char* folder = git_repository_workdir(repository);
    const QString own = QFile::decodeName(git_repository_path(repository));
    if (folder == nullptr) {
        return Error(
            ErrorKind::Unsupported,
            u"%1 is a bare repository: it has no files to work on."_s.arg(displayText(own, 300)));
    }
    const QString leadsTo = gitFolderOf(QFile::decodeName(folder) + u".git"_s);
    if (leadsTo.isEmpty() || leadsTo != QFileInfo(own).canonicalFilePath()) {
        return Error(ErrorKind::Refused,
                     u"The work tree of %1 is not the folder around it. Nothing was changed."_s.arg(
                         displayText(own, 300)))
            .withHint(
                u"A setting (core.worktree) points its files elsewhere. Use the git program "
                u"if you put that there."_s);
    }
    if (QFileInfo::exists(own + u"index.lock"_s)) {
        return Error(ErrorKind::Locked,
                     u"%1index.lock is there: another git program is at work. Nothing was "
                     u"changed."_s.arg(displayText(own, 300)))
            .withHint(u"Wait for it. If none is at work, one was killed: remove that file."_s);
    }
    return {};
}

// ---- HEAD ---------------------------------------------------------------------------------------

namespace {

int moveUnchecked(const Handle& handle, const Head& from, const git_oid& to, const QByteArray& log)
{
    git_repository* repository = handle.repository.get();
    ReferenceHandle head;
    if (const int code = git_reference_lookup(out(head), repository, "HEAD"); code < 0) {
        return code;
    }
    git_oid old{};
    if (!from.commit.isEmpty() && git_oid_fromstr(&old, from.commit.toLatin1().constData()) < 0) {
        return GIT_EINVALID;
    }
    ReferenceHandle moved;
    if (git_reference_type(head.get()) != GIT_REFERENCE_SYMBOLIC) {
        if (git_oid_equal(git_reference_target(head.get()), &old) == 0) {
            return GIT_EMODIFIED;
        }
        return moveWithLogs(handle, {"HEAD"}, [&] {
            return git_reference_set_target(out(moved), head.get(), &to, log.constData());
        });
    }
    const char* name = git_reference_symbolic_target(head.get());
    return moveWithLogs(handle, {"HEAD", name}, [&] {
        return from.commit.isEmpty()
                   ? git_reference_create(out(moved), repository, name, &to, 0, log.constData())
                   : git_reference_create_matching(out(moved), repository, name, &to, 1, &old,
                                                   log.constData());
    });
}

}  // namespace

Result<void> moveHead(const Handle& handle, const Head& from, const git_oid& to,
                      const QByteArray& log)
{
    const int code = moveUnchecked(handle, from, to, log);
    if (code == GIT_EMODIFIED || code == GIT_EEXISTS) {
        git_error_clear();
        const Result<Head> now = readHead(handle);
        return now ? headMoved(from, *now) : now.error();
    }
    return code < 0 ? Result<void>(gitError(code, u"move HEAD"_s)) : Result<void>();
}

void noteInHeadLog(const Handle& handle, const QString& at, const Committer& committer,
                   const QByteArray& text)
{
    QFile log(QFile::decodeName(git_repository_path(handle.repository.get())) + u"logs/HEAD"_s);
    if (!log.exists() || !log.open(QIODevice::WriteOnly | QIODevice::Append)) {
        return;
    }
    const QByteArray id = at.toLatin1();
    const QByteArray now = QByteArray::number(QDateTime::currentSecsSinceEpoch());
    const RefLogs logs(handle, {"HEAD"});
    const qint64 written =
        log.write(id + ' ' + id + ' ' + committer.name.toUtf8() + " <" + committer.email.toUtf8() +
                  "> " + now + " +0000\t" + text + '\n');
    if (written < 0 || !log.flush()) {
        log.close();
        logs.takeBack();
    }
}

void rememberOrigHead(const Handle& handle, const QString& commit)
{
    const Result<git_oid> id = idOf(commit);
    ReferenceHandle made;
    if (id) {
        git_reference_create(out(made), handle.repository.get(), "ORIG_HEAD", &*id, 1, nullptr);
        git_error_clear();
    }
}

// ---- words --------------------------------------------------------------------------------------

QString someOf(const QList<QByteArray>& paths)
{
    constexpr qsizetype named = 5;
    QStringList shown;
    for (const QByteArray& path : paths.first(std::min(named, paths.size()))) {
        shown.append(displayText(QByteArrayView(path), 200));
    }
    const QString list = shown.join(u", "_s);
    return paths.size() > named ? u"%1 and %2 more"_s.arg(list).arg(paths.size() - named) : list;
}

Error inTheWay(const QString& text, const QList<QByteArray>& paths)
{
    constexpr qsizetype held = 1000;
    QJsonArray list;
    for (const QByteArray& path : paths.first(std::min(held, paths.size()))) {
        list.append(QString::fromUtf8(path));
    }
    Error error(ErrorKind::Conflict, text.arg(someOf(paths)));
    error.details.insert(u"paths"_s, list);
    return error;
}

}  // namespace analemma::git
