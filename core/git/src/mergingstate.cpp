#include "core/git/src/mergingstate.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchesheads.h"
#include "core/git/src/errors.h"
#include "core/git/src/rebasestate.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qint64 stateFileLimit = 16 * 1024 * 1024;
constexpr qsizetype messageLimit = 64 * 1024;
constexpr qsizetype conflictLimit = 10'000;

UnderWay::Kind kindUnderWay(int state)
{
    switch (state) {
        case GIT_REPOSITORY_STATE_NONE:
            return UnderWay::Kind::None;
        case GIT_REPOSITORY_STATE_MERGE:
            return UnderWay::Kind::Merge;
        case GIT_REPOSITORY_STATE_CHERRYPICK:
        case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
            return UnderWay::Kind::CherryPick;
        case GIT_REPOSITORY_STATE_REVERT:
        case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
            return UnderWay::Kind::Revert;
        case GIT_REPOSITORY_STATE_REBASE:
        case GIT_REPOSITORY_STATE_REBASE_INTERACTIVE:
        case GIT_REPOSITORY_STATE_REBASE_MERGE:
            return UnderWay::Kind::Rebase;
        default:
            return UnderWay::Kind::Other;
    }
}

QString obstacleOf(const StateFiles& files, const UnderWay& found)
{
    if (found.kind == UnderWay::Kind::Other) {
        return u"The git program has something under way that can only be finished with it."_s;
    }
    if (files.has(u"sequencer/todo"_s)) {
        return u"It is one of several that were begun together: go on with git %1 --continue."_s
            .arg(toString(found.kind));
    }
    if (files.has(u"MERGE_AUTOSTASH"_s)) {
        return u"The git program put changes aside for it, which only git merge --continue brings "
               u"back."_s;
    }
    if (found.kind == UnderWay::Kind::Merge && files.read(u"MERGE_HEAD"_s).count('\n') > 1) {
        return u"It merges several branches at once: go on with git merge --continue."_s;
    }
    return {};
}

ConflictSide sideOf(const git_index_entry* entry)
{
    if (entry == nullptr) {
        return {};
    }
    char id[GIT_OID_HEXSZ + 1] = {};
    git_oid_tostr(id, sizeof id, &entry->id);
    return {QString::fromLatin1(id), entry->mode, QByteArray(entry->path)};
}

}  // namespace

// ---- files --------------------------------------------------------------------------------------

StateFiles::StateFiles(const Handle& handle)
    : m_folder(QFile::decodeName(git_repository_path(handle.repository.get())))
{
}

bool StateFiles::has(const QString& name) const
{
    return QFileInfo::exists(m_folder + name);
}

QByteArray StateFiles::read(const QString& name) const
{
    QFile file(m_folder + name);
    return file.open(QIODevice::ReadOnly) ? file.read(stateFileLimit) : QByteArray();
}

QString StateFiles::line(const QString& name) const
{
    const QByteArray bytes = read(name);
    return QString::fromUtf8(
        bytes.first(bytes.contains('\n') ? bytes.indexOf('\n') : bytes.size()));
}

Result<void> StateFiles::write(const QString& name, const QByteArray& bytes) const
{
    const QString path = m_folder + name;
    QDir().mkpath(QFileInfo(path).path());
    return writeFile(path, bytes, 0644);
}

Result<void> StateFiles::rename(const QString& from, const QString& to) const
{
    if (!QFile::rename(m_folder + from, m_folder + to)) {
        return Error(ErrorKind::Io, u"%1 can not be made."_s.arg(displayText(m_folder + to, 300)));
    }
    return {};
}

void StateFiles::remove(const QString& name) const
{
    QFile::remove(m_folder + name);
}

void StateFiles::removeFolder(const QString& name) const
{
    static_cast<void>(removeTree(m_folder + name));
}

// ---- what is under way --------------------------------------------------------------------------

QString toString(UnderWay::Kind kind)
{
    switch (kind) {
        case UnderWay::Kind::None:
            return {};
        case UnderWay::Kind::Merge:
            return u"merge"_s;
        case UnderWay::Kind::CherryPick:
            return u"cherry-pick"_s;
        case UnderWay::Kind::Revert:
            return u"revert"_s;
        case UnderWay::Kind::Rebase:
            return u"rebase"_s;
        case UnderWay::Kind::Other:
            return u"other"_s;
    }
    return {};
}

Result<UnderWay> readUnderWay(const Handle& handle)
{
    const StateFiles files(handle);
    UnderWay found;
    found.kind = kindUnderWay(git_repository_state(handle.repository.get()));
    if (found.kind == UnderWay::Kind::None) {
        return found;
    }
    found.obstacle = obstacleOf(files, found);
    const QString names[] = {
        {}, u"MERGE_HEAD"_s, u"CHERRY_PICK_HEAD"_s, u"REVERT_HEAD"_s, u"REBASE_HEAD"_s, {}};
    if (const QString& name = names[int(found.kind)]; !name.isEmpty()) {
        found.commit = files.line(name);
    }
    found.message = QString::fromUtf8(cleanMessage(files.read(u"MERGE_MSG"_s).left(messageLimit)));
    if (found.kind == UnderWay::Kind::Rebase) {
        describeRebase(handle, found);
    }
    if (git_repository_is_bare(handle.repository.get()) == 0) {
        const Result<IndexHandle> index = indexOf(handle);
        const Result<QList<Conflict>> open = index ? readConflicts(index->get()) : index.error();
        if (!open) {
            return open.error();
        }
        found.conflicts = static_cast<int>(open->size());
    }
    return found;
}

Result<void> checkIdle(const Handle& handle)
{
    const int state = git_repository_state(handle.repository.get());
    const UnderWay::Kind kind = kindUnderWay(state);
    if (kind == UnderWay::Kind::None || state == GIT_REPOSITORY_STATE_BISECT) {
        return {};
    }
    const QString what = kind == UnderWay::Kind::Other ? u"Something"_s : u"A "_s + toString(kind);
    return Error(ErrorKind::Conflict,
                 u"%1 is under way in this repository. Nothing was changed."_s.arg(what))
        .withHint(u"Finish or abort it first."_s);
}

void clearState(const StateFiles& files)
{
    // The file that tells what is under way goes first: what dies here left only a message.
    for (const char* name : {"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "MERGE_MODE",
                             "MERGE_MSG", "AUTO_MERGE"}) {
        files.remove(QString::fromLatin1(name));
    }
}

QByteArray cleanMessage(const QByteArray& message)
{
    GitText clean;
    if (git_message_prettify(&clean, message.constData(), 1, '#') < 0) {
        git_error_clear();
        return message;
    }
    return clean.bytes();
}

// ---- conflicts ----------------------------------------------------------------------------------

Result<QList<Conflict>> readConflicts(git_index* index)
{
    QList<Conflict> all;
    Owned<git_index_conflict_iterator, git_index_conflict_iterator_free> iterator;
    if (const int code = git_index_conflict_iterator_new(out(iterator), index); code < 0) {
        return gitError(code, u"read the conflicts"_s);
    }
    const git_index_entry* base = nullptr;
    const git_index_entry* ours = nullptr;
    const git_index_entry* theirs = nullptr;
    for (;;) {
        const int code = git_index_conflict_next(&base, &ours, &theirs, iterator.get());
        if (code == GIT_ITEROVER) {
            git_error_clear();
            return all;
        }
        if (code < 0) {
            return gitError(code, u"read the conflicts"_s);
        }
        if (all.size() == conflictLimit) {
            return Error(ErrorKind::Invalid,
                         u"There are more than %1 files with conflicts."_s.arg(conflictLimit));
        }
        const git_index_entry* named = ours != nullptr ? ours : theirs != nullptr ? theirs : base;
        all.append(Conflict{QByteArray(named->path), sideOf(base), sideOf(ours), sideOf(theirs)});
    }
}

QByteArray conflictComment(git_index* index)
{
    const Result<QList<Conflict>> all = readConflicts(index);
    QByteArray text;
    for (const Conflict& conflict : all.valueOr({})) {
        text += "#\t" + conflict.path + '\n';
    }
    return text.isEmpty() ? text : "\n# Conflicts:\n" + text;
}

}  // namespace analemma::git
