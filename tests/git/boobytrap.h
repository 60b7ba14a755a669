#pragma once

#include "tests/git/gitfixture.h"

namespace gitfixture {

/// A repository in which everything that a repository can make git run is set to leave a marker: to
/// be used by whatever reads foreign repositories, with no marker as the answer. It has two commits
/// on `main`, one on `side` that conflicts with the second, an annotated tag, changed, staged and
/// untracked files. The paths: "plain.txt", "trapped.one" (filters, text converter, diff and merge
/// drivers), "trapped.two" (a process filter), "trapped.three" (a diff command).
class BoobyTrap {
public:
    BoobyTrap(Ground& ground, const QString& name)
        : m_path(ground.init(name)), m_markers(ground.folder(name + u"-markers"_s))
    {
        makeCommits();
        makePrograms();
        Ground::write(m_path + u"/.git/more-config"_s, included());
        const QString config = m_path + u"/.git/config"_s;
        Ground::write(config, Ground::read(config) + configuration());
        QFile::remove(m_path + u"/.git/index"_s);  // every file is looked at anew
        Ground::run(m_path, u"env"_s,
                    {u"GIT_CONFIG_GLOBAL=/dev/null"_s, u"GIT_CONFIG_COUNT=2"_s,
                     u"GIT_CONFIG_KEY_0=core.fsmonitor"_s, u"GIT_CONFIG_VALUE_0=false"_s,
                     u"GIT_CONFIG_KEY_1=core.hooksPath"_s, u"GIT_CONFIG_VALUE_1=/dev/null"_s,
                     u"git"_s, u"read-tree"_s, u"HEAD"_s});
        Ground::write(m_path + u"/trapped.one"_s, "one\ntwo\nchanged\n");
        Ground::write(m_path + u"/trapped.two"_s, "a\nb\nchanged\n");
        Ground::write(m_path + u"/trapped.three"_s, "2\n");
        Ground::write(m_path + u"/untracked.one"_s, "new\n");
        forget();
    }

    [[nodiscard]] QString path() const { return m_path; }
    /// What was run since, by name: "hook-pre-commit", "filter-clean".
    [[nodiscard]] QStringList markers() const
    {
        return QDir(m_markers).entryList(QDir::Files, QDir::Name);
    }
    /// Takes all markers away.
    void forget() const
    {
        for (const QString& name : markers()) {
            QFile::remove(m_markers + u'/' + name);
        }
    }

private:
    void makeCommits() const
    {
        Ground::commit(m_path, u"first"_s,
                       {{u".gitattributes"_s,
                         "*.one filter=trap diff=trap merge=trap text=auto\n"
                         "*.two filter=process\n*.three diff=command\n"},
                        {u"plain.txt"_s, "one\ntwo\nthree\n"},
                        {u"trapped.one"_s, "one\ntwo\nthree\n"},
                        {u"trapped.two"_s, "a\nb\nc\n"},
                        {u"trapped.three"_s, "1\n"}});
        Ground::git(m_path, {u"tag"_s, u"-a"_s, u"-m"_s, u"a tag"_s, u"v1"_s});
        Ground::git(m_path, {u"branch"_s, u"side"_s});
        Ground::commit(
            m_path, u"second"_s,
            {{u"plain.txt"_s, "one\nsecond\nthree\n"}, {u"trapped.one"_s, "one\nsecond\nthree\n"}});
        Ground::git(m_path, {u"checkout"_s, u"-q"_s, u"side"_s});
        Ground::commit(
            m_path, u"other"_s,
            {{u"plain.txt"_s, "one\nother\nthree\n"}, {u"trapped.one"_s, "one\nother\nthree\n"}});
        Ground::git(m_path, {u"checkout"_s, u"-q"_s, u"main"_s});
    }

    void makePrograms() const
    {
        for (const QString& name :
             {u"pre-commit"_s, u"prepare-commit-msg"_s, u"commit-msg"_s, u"post-commit"_s,
              u"post-checkout"_s, u"post-merge"_s, u"post-index-change"_s, u"post-rewrite"_s,
              u"pre-push"_s, u"pre-rebase"_s, u"pre-auto-gc"_s, u"reference-transaction"_s,
              u"fsmonitor-watchman"_s, u"pre-receive"_s, u"update"_s, u"post-update"_s}) {
            makeScript(u"hooks/"_s + name, "hook-" + name.toLatin1());
        }
        makeScript(u"gpg"_s, "gpg");
        makeScript(u"../git-run-it"_s, "program");  // for a PATH with "." in it
    }
    void makeScript(const QString& name, const QByteArray& marker) const
    {
        const QString script = m_path + u"/.git/"_s + name;
        Ground::write(script, "#!/bin/sh\n" + touch(marker) + "\n");
        QFile::setPermissions(script, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    /// A shell command that leaves a marker and does what is asked of it as well.
    [[nodiscard]] QByteArray touch(const QByteArray& name, const QByteArray& then = {}) const
    {
        const QByteArray marker = "touch '" + QFile::encodeName(m_markers) + '/' + name + '\'';
        return then.isEmpty() ? marker : marker + "; " + then;
    }
    [[nodiscard]] QByteArray key(const QByteArray& name, const QByteArray& command) const
    {
        return '\t' + name + " = \"" + command + "\"\n";
    }

    [[nodiscard]] QByteArray configuration() const
    {
        return "[core]\n" + key("fsmonitor", touch("fsmonitor", "false #")) +
               key("sshCommand", touch("ssh-command", "false #")) +
               key("askPass", touch("askpass", "false #")) + key("pager", touch("pager", "cat")) +
               key("editor", touch("editor", "true")) +
               key("alternateRefsCommand", touch("alternate-refs", "true #")) +
               key("gitProxy", touch("git-proxy", "false #")) + "[credential]\n" +
               key("helper", "!" + touch("credential-helper", "true #")) + "[gpg]\n" +
               key("program", QFile::encodeName(m_path) + "/.git/gpg") +
               "[commit]\n\tgpgSign = true\n" + "[log]\n\tshowSignature = true\n" + "[sequence]\n" +
               key("editor", touch("sequence-editor", "true")) + "[alias]\n" +
               key("st", "!" + touch("alias")) + key("blame", "!" + touch("alias-blame")) +
               "[pager]\n" + key("log", touch("pager-log", "cat")) +
               key("blame", touch("pager-blame", "cat")) + key("diff", touch("pager-diff", "cat")) +
               "[filter \"trap\"]\n" + key("clean", touch("filter-clean", "cat")) +
               key("smudge", touch("filter-smudge", "cat")) + "\trequired = false\n" +
               "[filter \"process\"]\n" +
               key("process", touch("filter-process", "printf 0007boo")) + "[merge \"trap\"]\n" +
               key("driver", touch("merge-driver", "true")) + "[uploadpack]\n" +
               key("packObjectsHook", touch("pack-objects-hook", "false #")) + "[interactive]\n" +
               key("diffFilter", touch("diff-filter", "cat")) + "[submodule \"sub\"]\n" +
               key("update", "!" + touch("submodule-update")) + "[remote \"origin\"]\n" +
               key("url", "ext::sh -c " + touch("remote-ext").replace(' ', "% ")) +
               key("uploadpack", touch("uploadpack", "git-upload-pack")) +
               key("receivepack", touch("receivepack", "git-receive-pack")) +
               "\tfetch = +refs/heads/*:refs/remotes/origin/*\n" +
               "[include]\n\tpath = more-config\n";
    }
    [[nodiscard]] QByteArray included() const
    {
        return "[diff]\n" + key("external", touch("diff-external", "true")) + "[diff \"trap\"]\n" +
               key("textconv", touch("textconv", "cat")) + "[diff \"command\"]\n" +
               key("command", touch("diff-command", "true")) + "[trailer \"t\"]\n" +
               key("command", touch("trailer", "true")) + "[alias]\n" +
               key("incl", "!" + touch("alias-included"));
    }

    QString m_path;
    QString m_markers;
};

}  // namespace gitfixture
