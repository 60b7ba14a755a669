#pragma once

#include "core/git/network.h"
#include "tests/git/gitfixture.h"

/// Repositories to talk to on this machine, and short ways to do it.
namespace gitfixture {

/// A repository with branches, tags and a merge, to be cloned.
inline QString makeRich(Ground& ground, const QString& name)
{
    const QString path = ground.init(name);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "1\n"}, {u"dir/b.txt"_s, "1\n"}});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"one"_s, u"v1"_s});
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"-b"_s, u"side"_s});
    Ground::commit(path, u"aside"_s, {{u"c.txt"_s, "side\n"}});
    Ground::git(path, {u"branch"_s, u"deep/er"_s});
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"main"_s});
    Ground::commit(path, u"second"_s, {{u"a.txt"_s, "2\n"}});
    Ground::git(path, {u"merge"_s, u"-q"_s, u"-m"_s, u"joined"_s, u"side"_s});
    Ground::git(path, {u"tag"_s, u"light"_s});
    return path;
}

/// A clone by git, whose remote is the path alone.
inline QString cloneByGit(Ground& ground, const QString& from, const QString& name,
                          const QStringList& more = {})
{
    Ground::git(ground.folder(u"."_s), QStringList{u"clone"_s, u"-q"_s} + more +
                                           QStringList{u"file://"_s + from, ground.path(name)});
    Ground::git(ground.path(name), {u"remote"_s, u"set-url"_s, u"origin"_s, from});
    return ground.path(name);
}

inline git::NetworkAccess localAccess()
{
    git::NetworkAccess access;
    access.localPaths = true;
    access.silence = milliseconds(60'000);
    return access;
}

inline Result<git::FetchResult> fetched(const std::shared_ptr<git::Repository>& repository,
                                        const git::FetchOptions& options = {},
                                        const git::NetworkAccess& access = localAccess())
{
    return finished(git::fetch(repository, options, access, CancelToken()));
}

inline Result<git::PushResult> pushed(const std::shared_ptr<git::Repository>& repository,
                                      const git::PushOptions& options,
                                      const git::NetworkAccess& access = localAccess())
{
    return finished(git::push(repository, options, access, CancelToken()));
}

/// What a call that died could have left among the objects.
inline QStringList leftOver(const QString& path)
{
    const QString objects = path + u"/.git/objects"_s;
    return QDir(objects).entryList({u"tmp_*"_s}, QDir::AllEntries) +
           QDir(objects + u"/pack"_s).entryList({u"tmp_*"_s, u"*.keep"_s}, QDir::AllEntries);
}

/// All refs with what they hold, HEAD first.
inline QString refsOf(const QString& path)
{
    return Ground::git(path, {u"rev-parse"_s, u"--symbolic-full-name"_s, u"HEAD"_s}) + u'\n' +
           Ground::git(path, {u"for-each-ref"_s, u"--format=%(refname) %(objectname) %(symref)"_s});
}

/// Bytes that do not compress, the same for the same seed.
inline QByteArray noise(qsizetype size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 x = seed * 2654435761u + 1;
    for (char& byte : bytes) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        byte = char(x);
    }
    return bytes;
}

/// What tests of repositories that talk to each other on this machine have in common.
class LocalRemotes : public QObject {
protected:
    void setUp()
    {
        m_ground = std::make_unique<Ground>();
        m_library = std::make_unique<git::Library>();
    }
    void tearDown()
    {
        drain();
        m_library.reset();
        m_ground.reset();
    }
    QString made(const QString& name) { return makeRich(*m_ground, name); }
    QString cloned(const QString& from, const QString& name, const QStringList& more = {})
    {
        return cloneByGit(*m_ground, from, name, more);
    }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<git::Library> m_library;
};

}  // namespace gitfixture
