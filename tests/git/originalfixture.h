#pragma once

#include "tests/git/twins.h"

/// A repository with main and topic, which differ in each way, a remote and tags.
namespace gitfixture {

inline void makeOriginal(Ground& ground)
{
    const QString source = ground.init(u"source"_s);
    Ground::commit(source, u"zero"_s, {{u"a"_s, "a\n"}});
    Ground::git(source, {u"branch"_s, u"far"_s});
    const QString path = ground.path(u"original"_s);
    Ground::git(source, {u"clone"_s, u"-q"_s, source, path});
    Ground::write(path + u"/.gitignore"_s, "*.log\n");
    Ground::commit(path, u"one"_s,
                   {{u"same"_s, "same\n"},
                    {u"differs"_s, "main\n"},
                    {u"gone"_s, "gone\n"},
                    {u"d/e"_s, "e\n"}});
    Ground::git(path, {u"tag"_s, u"light"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"heavy"_s, u"v1"_s});
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"topic"_s});
    Ground::git(path, {u"rm"_s, u"-q"_s, u"gone"_s, u"d/e"_s});
    Ground::write(path + u"/d"_s, "a file now\n");
    Ground::write(path + u"/out.log"_s, "kept in git here\n");
    Ground::git(path, {u"add"_s, u"-f"_s, u"out.log"_s});
    Ground::commit(path, u"two"_s, {{u"differs"_s, "topic\n"}, {u"new/file"_s, "new\n"}});
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
}

inline QString copyOfOriginal(Ground& ground, const QString& name)
{
    return copyKnown(ground, u"original"_s, name);
}

/// An entry of a tree as it is stored; any name goes.
inline QByteArray entry(const QByteArray& mode, const QByteArray& name, const QString& id)
{
    return mode + ' ' + name + '\0' + QByteArray::fromHex(id.toLatin1());
}

/// A commit whose tree is of these bytes.
inline QString commitOfTree(const QString& path, const QByteArray& tree)
{
    const QString id = Ground::git(
        path, {u"hash-object"_s, u"-t"_s, u"tree"_s, u"-w"_s, u"--literally"_s, u"--stdin"_s},
        tree);
    return Ground::git(path, {u"commit-tree"_s, u"-m"_s, u"made"_s, id});
}

}  // namespace gitfixture
