#include "core/git/src/rebasestate.h"

#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/merging.h"
#include "core/git/src/mergingstate.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

QByteArray quotedForScript(const QByteArray& text)
{
    QByteArray quoted = text;
    return '\'' + quoted.replace('\'', "'\\''") + '\'';
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

QByteArray joinedLines(const QList<QByteArray>& lines)
{
    return lines.isEmpty() ? QByteArray() : lines.join('\n') + '\n';
}

/// Files of git's for what we do not do: changes put aside, other strategies, signing, squashing.
QString foreignPart(const StateFiles& files)
{
    for (const char* name :
         {"autostash", "amend", "current-fixups", "gpg_sign_opt", "strategy", "strategy_opts",
          "signoff", "cdate_is_adate", "ignore_date", "update-refs", "squash-onto",
          "rewritten-pending", "reschedule-failed-exec"}) {
        const QString path = u"rebase-merge/"_s + QString::fromLatin1(name);
        if (files.has(path) &&
            (qstrcmp(name, "rewritten-pending") != 0 || !files.read(path).isEmpty())) {
            return QString::fromLatin1(name);
        }
    }
    return {};
}

}  // namespace

// ---- pure ---------------------------------------------------------------------------------------

std::optional<QString> pickedBy(QByteArrayView line)
{
    for (const QByteArrayView word : {QByteArrayView("pick "), QByteArrayView("p ")}) {
        if (!line.startsWith(word)) {
            continue;
        }
        const QByteArrayView rest = line.sliced(word.size());
        const qsizetype space = rest.indexOf(' ');
        const QByteArray id = rest.first(space < 0 ? rest.size() : space).toByteArray();
        if (id.size() == GIT_OID_HEXSZ && std::all_of(id.begin(), id.end(), isHexDigit)) {
            return QString::fromLatin1(id);
        }
    }
    return std::nullopt;
}

QList<QByteArray> todoLines(QByteArrayView bytes)
{
    QList<QByteArray> lines;
    for (const QByteArray& line : bytes.toByteArray().split('\n')) {
        const QByteArray text = line.trimmed();
        if (!text.isEmpty() && !text.startsWith('#') && text != "noop") {
            lines.append(text);
        }
    }
    return lines;
}

QByteArray authorScript(const QByteArray& name, const QByteArray& email, qint64 seconds,
                        int offsetMinutes)
{
    const int zone = std::abs(offsetMinutes);
    const QByteArray offset =
        (offsetMinutes < 0 ? "-" : "+") +
        QByteArray::number(zone / 60 * 100 + zone % 60).rightJustified(4, '0');
    return "GIT_AUTHOR_NAME=" + quotedForScript(name) +
           "\nGIT_AUTHOR_EMAIL=" + quotedForScript(email) + "\nGIT_AUTHOR_DATE='@" +
           QByteArray::number(seconds) + ' ' + offset + "'\n";
}

// ---- files --------------------------------------------------------------------------------------

RebaseState readRebase(const Handle& handle)
{
    const StateFiles files(handle);
    RebaseState state;
    state.headName = files.line(u"rebase-merge/head-name"_s).toUtf8();
    state.onto = files.line(u"rebase-merge/onto"_s);
    state.origHead = files.line(u"rebase-merge/orig-head"_s);
    state.done = todoLines(files.read(u"rebase-merge/done"_s));
    state.todo = todoLines(files.read(u"rebase-merge/git-rebase-todo"_s));
    state.stopped = files.line(u"rebase-merge/stopped-sha"_s);
    return state;
}

Result<void> writeRebase(const Handle& handle, const RebaseState& state)
{
    const StateFiles files(handle);
    QList<std::pair<QString, QByteArray>> all{
        {u"head-name"_s, state.headName + '\n'},
        {u"onto"_s, state.onto.toLatin1() + '\n'},
        {u"orig-head"_s, state.origHead.toLatin1() + '\n'},
        {u"interactive"_s, {}},
        {u"drop_redundant_commits"_s, {}},
        {u"no-reschedule-failed-exec"_s, {}},
        {u"git-rebase-todo"_s, joinedLines(state.todo)},
        {u"done"_s, joinedLines(state.done)},
        {u"msgnum"_s, QByteArray::number(state.done.size()) + '\n'},
        {u"end"_s, QByteArray::number(state.done.size() + state.todo.size()) + '\n'},
    };
    for (const QString& gone : {u"stopped-sha"_s, u"message"_s, u"author-script"_s}) {
        files.remove(u"rebase-merge/"_s + gone);
    }
    files.remove(u"REBASE_HEAD"_s);
    files.remove(u"MERGE_MSG"_s);
    if (!state.stopped.isEmpty()) {
        const Result<git_oid> id = idOf(state.stopped);
        const Result<CommitHandle> commit = id ? commitOf(handle, *id) : id.error();
        if (!commit) {
            return commit.error();
        }
        const git_signature* author = git_commit_author(commit->get());
        all.append({u"stopped-sha"_s, state.stopped.toLatin1() + '\n'});
        all.append({u"message"_s, QByteArray(git_commit_message_raw(commit->get()))});
        all.append({u"author-script"_s, authorScript(author->name, author->email, author->when.time,
                                                     author->when.offset)});
    }
    // The folder appears with all that git needs to lead back.
    const bool begins = !files.has(u"rebase-merge"_s);
    const QString folder = begins ? u"analemma-rebase/"_s : u"rebase-merge/"_s;
    for (const auto& [name, bytes] : std::as_const(all)) {
        if (const Result<void> written = files.write(folder + name, bytes); !written) {
            return written;
        }
    }
    if (begins) {
        if (const Result<void> renamed = files.rename(u"analemma-rebase"_s, u"rebase-merge"_s);
            !renamed) {
            return renamed;
        }
    }
    return state.stopped.isEmpty() ? Result<void>()
                                   : files.write(u"REBASE_HEAD"_s, state.stopped.toLatin1() + '\n');
}

void clearRebase(const Handle& handle)
{
    const StateFiles files(handle);
    files.removeFolder(u"rebase-merge"_s);
    files.remove(u"REBASE_HEAD"_s);
    files.remove(u"MERGE_MSG"_s);
    files.remove(u"AUTO_MERGE"_s);
}

void describeRebase(const Handle& handle, UnderWay& found)
{
    const StateFiles files(handle);
    const RebaseState state = readRebase(handle);
    if (state.headName.startsWith("refs/heads/")) {
        found.branch = QString::fromUtf8(state.headName.sliced(11));
    }
    found.before = state.origHead;
    found.onto = state.onto;
    found.step = static_cast<int>(state.done.size());
    found.steps = static_cast<int>(state.done.size() + state.todo.size());
    if (!state.stopped.isEmpty()) {
        found.commit = state.stopped;
    }
    if (!files.has(u"rebase-merge/git-rebase-todo"_s) || !idOf(state.onto) ||
        !idOf(state.origHead)) {
        found.obstacle = u"It was begun in a way that only git rebase --continue goes on with."_s;
        return;
    }
    const QString part = foreignPart(files);
    if (!part.isEmpty()) {
        found.obstacle =
            u"It was begun with an option (%1) that only git rebase --continue knows."_s.arg(part);
        return;
    }
    for (const QByteArray& line : state.todo) {
        if (!pickedBy(line)) {
            found.obstacle = u"Its list has steps that only git rebase --continue can take."_s;
            return;
        }
    }
}

}  // namespace analemma::git
