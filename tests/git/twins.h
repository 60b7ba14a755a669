#pragma once

#include "core/git/merging.h"
#include "tests/git/gitfixture.h"

#include <QDirIterator>

/// Two copies of one repository: the git program works on the one, core/git on the other, and then
/// both are the same, ids of new commits and all.
namespace gitfixture {

inline git::Committer ana()
{
    return {u"Ana"_s, u"ana@example.org"_s, QDateTime::fromSecsSinceEpoch(1'700'000'000, Qt::UTC)};
}

/// Copies a folder as it is, times and all, so that the index still knows its files.
inline void copyFolder(const QString& from, const QString& to)
{
    Ground::run(QFileInfo(from).path(), u"cp"_s, {u"-a"_s, from, to});
}

/// A copy whose files git knows again: they have other times.
inline QString copyKnown(Ground& ground, const QString& from, const QString& to)
{
    const QString copy = ground.path(to);
    copyFolder(ground.path(from), copy);
    Ground::git(copy, {u"status"_s});
    return copy;
}

inline QString twinOf(const QString& path)
{
    const QString copy = path + u"-git"_s;
    copyFolder(path, copy);
    return copy;
}

/// What `git` says, or that it failed.
inline std::optional<QString> tryGit(const QString& directory, const QStringList& arguments)
{
    ProcessSpec spec(u"git"_s, arguments);
    spec.directory = directory;
    for (const auto& [name, value] : {std::pair{u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s},
                                      {u"GIT_AUTHOR_NAME"_s, u"Ana"_s},
                                      {u"GIT_AUTHOR_EMAIL"_s, u"ana@example.org"_s},
                                      {u"GIT_COMMITTER_NAME"_s, u"Ana"_s},
                                      {u"GIT_COMMITTER_EMAIL"_s, u"ana@example.org"_s},
                                      {u"GIT_AUTHOR_DATE"_s, u"1700000000 +0000"_s},
                                      {u"GIT_COMMITTER_DATE"_s, u"1700000000 +0000"_s},
                                      {u"GIT_EDITOR"_s, u"true"_s}}) {
        spec.environment.emplace_back(name, value);
    }
    const Result<ProcessResult> result = finished(runProcess(spec, CancelToken()));
    if (!result || !result->ok()) {
        return std::nullopt;
    }
    return QString::fromUtf8(result->output);
}

/// The files of a work tree with what they hold; links with where they lead.
inline QStringList filesIn(const QString& path)
{
    QStringList all;
    QDirIterator it(path, QDir::Files | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString file = it.next();
        const QString name = file.sliced(path.size() + 1);
        if (name != u".git" && !name.startsWith(u".git/")) {
            const QFileInfo info(file);
            all.append(
                name +
                (info.isSymLink() ? u" -> "_s + QDir(path).relativeFilePath(info.symLinkTarget())
                 : info.isExecutable() ? u" *"_s
                                       : u" ="_s) +
                (info.isSymLink() ? QString() : QString::fromLatin1(Ground::read(file).toHex())));
        }
    }
    all.sort();
    return all;
}

/// Subjects of a ref log, newest first.
inline QStringList logOf(const QString& path, const QString& ref)
{
    const std::optional<QString> text =
        tryGit(path, {u"log"_s, u"-g"_s, u"--format=%gs"_s, ref, u"--"_s});
    QString plain = text.value_or(u"none"_s);
    return plain.replace(u"'ort'"_s, u"'recursive'"_s).split(u'\n', Qt::SkipEmptyParts);
}

/// All of it: HEAD, its history by trees and messages, index, status, what is under way, files.
inline QStringList stateOf(const QString& path)
{
    QStringList state;
    const auto add = [&](const QString& name, const QStringList& arguments) {
        for (const QString& line :
             tryGit(path, arguments).value_or(u"none"_s).split(u'\n', Qt::SkipEmptyParts)) {
            state.append(name + u": "_s + line);
        }
    };
    add(u"head"_s, {u"symbolic-ref"_s, u"-q"_s, u"HEAD"_s});
    add(u"log"_s, {u"log"_s, u"-30"_s, u"--topo-order"_s,
                   u"--format=%T %an <%ae> %at %cn %ct %s|%b"_s, u"HEAD"_s});
    add(u"ids"_s, {u"log"_s, u"-3"_s, u"--format=%H %P"_s, u"HEAD"_s});
    add(u"index"_s, {u"ls-files"_s, u"-s"_s});
    add(u"status"_s, {u"status"_s, u"--porcelain"_s, u"-uall"_s});
    for (const char* file : {"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "MERGE_MSG",
                             "rebase-merge/git-rebase-todo", "rebase-merge/head-name"}) {
        const QString name = QString::fromLatin1(file);
        if (QFileInfo::exists(path + u"/.git/"_s + name)) {
            state.append(name + u": "_s +
                         QString::fromUtf8(Ground::read(path + u"/.git/"_s + name)).trimmed());
        }
    }
    return state + filesIn(path);
}

/// Lines that only one of the two has; empty when they are the same.
inline QString apart(const QStringList& git, const QStringList& ours)
{
    QStringList text;
    for (const QString& line : git) {
        if (!ours.contains(line)) {
            text.append(u"git:  "_s + line);
        }
    }
    for (const QString& line : ours) {
        if (!git.contains(line)) {
            text.append(u"ours: "_s + line);
        }
    }
    return text.isEmpty() && git != ours ? u"another order"_s : text.join(u'\n');
}

inline git::Head headOf(git::Repository& repository)
{
    const Result<git::Head> head = finished(repository.head());
    return head ? *head : git::Head{u"?"_s, u"?"_s};
}

template <class T>
QString wordsOf(const Result<T>& result)
{
    return result ? u"ok"_s : toString(result.error().kind) + u": "_s + result.error().message;
}

}  // namespace gitfixture

#define COMPARE_TWINS(git, ours)                                   \
    do {                                                           \
        const QString apart_ = apart(stateOf(git), stateOf(ours)); \
        QVERIFY2(apart_.isEmpty(), qPrintable(apart_));            \
    } while (false)

// QVERIFY2 evaluates its description as well: the act is to happen once.
#define VERIFY_OK(...)                                  \
    do {                                                \
        const auto& once = (__VA_ARGS__);               \
        QVERIFY2(once.ok(), qPrintable(wordsOf(once))); \
    } while (false)
