#pragma once

#include "tests/git/gitfixture.h"

/// Ten small repositories with what makes repositories hard, made by the git program, and where
/// they have a work tree with changes staged, not staged and not known to git.
namespace gitfixture {

/// A stream for `git fast-import`; its commits are an hour apart.
class ImportStream {
public:
    /// Begins a commit and gives its mark. Without parents it follows what the branch has.
    int commit(const QByteArray& branch, const QByteArray& message, const QList<int>& parents = {},
               const QByteArray& author = "Ana <ana@example.org>", const QByteArray& encoding = {})
    {
        const QByteArray when =
            " " + QByteArray::number(1'600'000'000 + 3'600 * ++m_mark) + " +0200\n";
        m_bytes += "commit refs/heads/" + branch + "\nmark :" + QByteArray::number(m_mark) +
                   "\nauthor " + author + when + "committer Ana <ana@example.org>" + when;
        if (!encoding.isEmpty()) {
            m_bytes += "encoding " + encoding + '\n';
        }
        data(message + '\n');
        for (qsizetype i = 0; i < parents.size(); ++i) {
            m_bytes += (i == 0 ? "from :" : "merge :") + QByteArray::number(parents[i]) + '\n';
        }
        return m_mark;
    }
    ImportStream& file(const QByteArray& path, const QByteArray& bytes,
                       const QByteArray& mode = "100644")
    {
        m_bytes += "M " + mode + " inline " + quoted(path) + '\n';
        data(bytes);
        return *this;
    }
    ImportStream& submodule(const QByteArray& path, const QString& id)
    {
        m_bytes += "M 160000 " + id.toLatin1() + ' ' + quoted(path) + '\n';
        return *this;
    }
    ImportStream& remove(const QByteArray& path)
    {
        m_bytes += "D " + quoted(path) + '\n';
        return *this;
    }
    ImportStream& move(const QByteArray& from, const QByteArray& to)
    {
        m_bytes += "R " + quoted(from) + ' ' + quoted(to) + '\n';
        return *this;
    }
    void branch(const QByteArray& fullName, int mark)
    {
        m_bytes += "reset " + fullName + "\nfrom :" + QByteArray::number(mark) + "\n\n";
    }
    void tag(const QByteArray& name, int mark, const QByteArray& message)
    {
        m_bytes += "tag " + name + "\nfrom :" + QByteArray::number(mark) +
                   "\ntagger Ana <ana@example.org> 1700000000 +0000\n";
        data(message + '\n');
    }
    /// Into the repository at `path`, whose HEAD is main; a work tree follows.
    void into(const QString& path, bool bare = false) const
    {
        Ground::git(path, {u"fast-import"_s, u"--quiet"_s, u"--force"_s}, m_bytes);
        if (!bare) {
            Ground::git(path, {u"reset"_s, u"-q"_s, u"--hard"_s, u"main"_s});
        }
    }

private:
    void data(const QByteArray& bytes)
    {
        m_bytes += "data " + QByteArray::number(bytes.size()) + '\n' + bytes + '\n';
    }
    static QByteArray quoted(const QByteArray& path)
    {
        QByteArray text = "\"";
        for (const char c : path) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
                text += '\\' + QByteArray::number(byte, 8).rightJustified(3, '0');
            } else {
                text += c;
            }
        }
        return text + '"';
    }

    QByteArray m_bytes;
    int m_mark = 0;
};

/// Lines "name 1: ..." to "name count: ...", those of `changed` with another text.
inline QByteArray madeLines(const QByteArray& name, int count, const QList<int>& changed = {})
{
    QByteArray text;
    for (int i = 1; i <= count; ++i) {
        const bool heading = i % 15 == 1;
        text += (heading ? "" : "    ") + name + ' ' + QByteArray::number(i) +
                (changed.contains(i) ? ": now it is another one\n" : ": as it was before\n");
    }
    return text;
}

namespace ten {

/// Merges, one of them with a change of its own, a criss-cross, tags, a branch behind its upstream.
inline QString merges(Ground& ground)
{
    const QString path = ground.init(u"ten-merges"_s);
    ImportStream s;
    const int root = s.commit("main", "feat: begin");
    s.file("a.txt", madeLines("a", 60))
        .file("lib/b.txt", madeLines("b", 40))
        .file(".gitignore", "*.o\n");
    const int left = s.commit("main", "fix: the head of a\n\nIt was wrong.\n\nRefs: #12");
    s.file("a.txt", madeLines("a", 60, {3}));
    const int right =
        s.commit("topic", "fix: the tail of a", {root}, "Bj\xc3\xb6rn <bjorn@example.org>");
    s.file("a.txt", madeLines("a", 60, {50}));
    const int one = s.commit("main", "Merge branch 'topic'", {left, right});
    s.file("a.txt", madeLines("a", 60, {3, 50}));
    const int other = s.commit("topic", "Merge branch 'main' into topic", {right, left});
    s.file("a.txt", madeLines("a", 60, {3, 50}));
    const int next = s.commit("main", "feat: c", {one});
    s.file("c.txt", madeLines("c", 20));
    const int far = s.commit("topic", "feat: d", {other});
    s.file("d.txt", "d\n").file("lib/b.txt", madeLines("b", 40, {1, 2}));
    const int evil = s.commit("main", "Merge branch 'topic' again", {next, far});
    s.file("d.txt", "d\nand what no side had\n").file("lib/b.txt", madeLines("b", 40, {1, 2}));
    s.commit("main", "chore: nothing at all", {evil});
    const int last = s.commit("main", "refactor: b");
    s.file("lib/b.txt", madeLines("b", 44, {1, 2, 20, 21, 22}));
    const int theirs = s.commit("elsewhere", "feat: theirs", {evil});
    s.file("theirs.txt", "theirs\n");
    s.branch("refs/remotes/origin/main", theirs);
    s.branch("refs/tags/light", left);
    s.tag("v1.0.0", one, "The first one");
    s.tag("v1.1.0", last, "The second one");
    s.into(path);
    Ground::git(path, {u"config"_s, u"remote.origin.url"_s, u"https://example.org/it.git"_s});
    Ground::git(path,
                {u"config"_s, u"remote.origin.fetch"_s, u"+refs/heads/*:refs/remotes/origin/*"_s});
    Ground::git(path, {u"config"_s, u"branch.main.remote"_s, u"origin"_s});
    Ground::git(path, {u"config"_s, u"branch.main.merge"_s, u"refs/heads/main"_s});
    Ground::write(path + u"/a.txt"_s, madeLines("a", 60, {3, 30, 50}));
    Ground::git(path, {u"add"_s, u"a.txt"_s});
    Ground::write(path + u"/a.txt"_s, madeLines("a", 58, {3, 10, 30, 50}));
    Ground::write(path + u"/lib/b.txt"_s, madeLines("b", 44, {1, 2}));
    Ground::write(path + u"/new/one.txt"_s, "one\n");
    Ground::write(path + u"/new/two.txt"_s, "two\n");
    Ground::write(path + u"/made.o"_s, "ignored\n");
    return path;
}

/// Files and folders that move, alone, together, in a chain, and with changes.
inline QString renames(Ground& ground)
{
    const QString path = ground.init(u"ten-renames"_s);
    ImportStream s;
    s.commit("main", "feat: begin");
    s.file("one.txt", madeLines("one", 50))
        .file("two.txt", madeLines("two", 50))
        .file("three.txt", madeLines("three", 50));
    s.file("old/deep/four.txt", madeLines("four", 30))
        .file("old/five.txt", madeLines("five", 30))
        .file("old/six.txt", "six\n");
    s.file("same/x.txt", "the same\n").file("same/y.txt", "the same\n").file("empty.txt", "");
    s.commit("main", "refactor: rename one");
    s.move("one.txt", "first.txt");
    s.commit("main", "refactor: rename it with changes");
    s.move("first.txt", "src/first.txt").file("src/first.txt", madeLines("one", 50, {4, 5, 6, 33}));
    s.commit("main", "refactor: rename a folder");
    s.move("old", "new/er");
    s.commit("main", "refactor: two moves too far, three does not");
    s.move("two.txt", "far.txt")
        .file("far.txt", madeLines("two", 20) + madeLines("strange and long", 60));
    s.move("three.txt", "near.txt").file("near.txt", madeLines("three", 30) + madeLines("odd", 20));
    s.commit("main", "refactor: change places");
    s.file("src/first.txt", madeLines("five", 30))
        .file("new/er/five.txt", madeLines("one", 50, {4, 5, 6, 33}));
    s.commit("main", "refactor: move both of the same, and the empty one");
    s.move("same/x.txt", "twin/x.txt")
        .move("same/y.txt", "twin/y.txt")
        .move("empty.txt", "void.txt");
    s.commit("main", "feat: a copy");
    s.file("copy.txt", madeLines("four", 30));
    s.commit("main", "refactor: move and make it a program");
    s.move("new/er/deep/four.txt", "bin/four")
        .file("bin/four", "#!/bin/sh\n" + madeLines("four", 30), "100755");
    s.commit("main", "feat: a link in place of a file");
    s.file("copy.txt", "bin/four", "120000");
    s.into(path);
    Ground::git(path, {u"mv"_s, u"near.txt"_s, u"nearer.txt"_s});
    Ground::git(path, {u"mv"_s, u"far.txt"_s, u"twin/z.txt"_s});
    Ground::write(path + u"/nearer.txt"_s, madeLines("three", 30) + madeLines("odd", 19));
    QFile::remove(path + u"/src/first.txt"_s);
    return path;
}

/// Merges of three and more, two roots, and a branch with nothing in common.
inline QString octopus(Ground& ground)
{
    const QString path = ground.init(u"ten-octopus"_s);
    ImportStream s;
    const int root = s.commit("main", "feat: begin");
    s.file("f.txt", madeLines("f", 12));
    QList<int> arms{root};
    for (const QByteArray name : {"arm1", "arm2", "arm3", "arm4"}) {
        arms.append(s.commit(name, "feat: " + name, {root}));
        s.file(name + ".txt", madeLines(name, 5));
    }
    const int lone = s.commit("lone", "feat: another root");
    s.file("lone.txt", "lone\n");
    arms.removeFirst();
    const int first = s.commit("main", "Merge arms", QList<int>{root} + arms);
    for (const QByteArray name : {"arm1", "arm2", "arm3", "arm4"}) {
        s.file(name + ".txt", madeLines(name, 5));
    }
    s.commit("main", "Merge the other root", {first, lone});
    s.file("lone.txt", "lone\n");
    s.commit("apart", "feat: nothing in common");
    s.file("apart.txt", "apart\n");
    s.into(path);
    return path;
}

/// No commit yet; one file staged, changed since, and one that git does not know.
inline QString unborn(Ground& ground)
{
    const QString path = ground.init(u"ten-unborn"_s);
    Ground::write(path + u"/staged.txt"_s, "one\ntwo\n");
    Ground::git(path, {u"add"_s, u"staged.txt"_s});
    Ground::write(path + u"/staged.txt"_s, "one\ntwo\nthree\n");
    Ground::write(path + u"/unknown.txt"_s, "unknown\n");
    return path;
}

inline ImportStream longLine(int count)
{
    ImportStream s;
    for (int i = 1; i <= count; ++i) {
        s.commit("main", "feat: step " + QByteArray::number(i));
        s.file("steps.txt", madeLines("step", 5 * i, {i, 2 * i}))
            .file("last", QByteArray::number(i) + '\n');
    }
    return s;
}

inline QString bare(Ground& ground)
{
    const QString path = ground.init(u"ten-bare"_s, {u"--bare"_s});
    longLine(12).into(path, true);
    return path;
}

/// A clone of the last four of twelve commits.
inline QString shallow(Ground& ground)
{
    const QString path = ground.path(u"ten-shallow"_s);
    Ground::git(ground.path(u"."_s), {u"clone"_s, u"-q"_s, u"--depth"_s, u"4"_s,
                                      u"file://"_s + ground.path(u"ten-bare"_s), path});
    Ground::write(path + u"/last"_s, "13\n");
    return path;
}

/// A merge under way: both changed a file, both added one, one changed what the other deleted.
inline QString conflict(Ground& ground)
{
    const QString path = ground.init(u"ten-conflict"_s);
    ImportStream s;
    const int root = s.commit("main", "feat: begin");
    s.file("both.txt", madeLines("both", 20))
        .file("gone.txt", madeLines("gone", 8))
        .file("kept.txt", madeLines("kept", 8));
    s.file("calm.txt", madeLines("calm", 8));
    s.commit("main", "feat: ours", {root});
    s.file("both.txt", madeLines("both", 20, {5})).file("added.txt", "ours\n").remove("gone.txt");
    s.file("kept.txt", madeLines("kept", 8, {2}));
    s.commit("theirs", "feat: theirs", {root});
    s.file("both.txt", madeLines("both", 20).replace("both 5:", "both five:"))
        .file("added.txt", "theirs\n");
    s.file("gone.txt", madeLines("gone", 8, {3}))
        .remove("kept.txt")
        .file("calm.txt", madeLines("calm", 8, {4}));
    s.into(path);
    Ground::run(path, u"sh"_s,
                {u"-c"_s, u"git merge -q theirs >/dev/null; test -f .git/MERGE_HEAD"_s});
    Ground::write(path + u"/calm.txt"_s, madeLines("calm", 8, {4, 5}));
    return path;
}

/// Submodules: one that was moved on, added and removed ones, one that is not there.
inline QString submodules(Ground& ground)
{
    const QString inner = ground.init(u"ten-inner"_s);
    longLine(3).into(inner);
    const QStringList ids =
        Ground::git(inner, {u"rev-list"_s, u"--reverse"_s, u"main"_s}).split(u'\n');
    const QString path = ground.init(u"ten-submodules"_s);
    const QByteArray modules = "[submodule \"inner\"]\n\tpath = inner\n\turl = ../ten-inner\n";
    const QByteArray more = "[submodule \"absent\"]\n\tpath = sub/absent\n\turl = ../ten-inner\n";
    ImportStream s;
    s.commit("main", "feat: begin");
    s.file("a.txt", "a\n");
    s.commit("main", "feat: a submodule");
    s.file(".gitmodules", modules).submodule("inner", ids[0]);
    s.commit("main", "feat: another one, and move on");
    s.file(".gitmodules", modules + more)
        .submodule("sub/absent", ids[0])
        .submodule("inner", ids[1]);
    s.commit("main", "feat: a file in place of a submodule");
    s.file(".gitmodules", modules).remove("sub/absent").file("sub/absent", "a file now\n");
    s.commit("main", "feat: and back");
    s.file(".gitmodules", modules + more).submodule("sub/absent", ids[2]);
    s.into(path);
    Ground::git(path, {u"-c"_s, u"protocol.file.allow=always"_s, u"submodule"_s, u"--quiet"_s,
                       u"update"_s, u"--init"_s, u"inner"_s});
    Ground::git(path + u"/inner"_s, {u"checkout"_s, u"-q"_s, u"--detach"_s, ids[2]});
    Ground::write(path + u"/a.txt"_s, "a\nb\n");
    return path;
}

/// Paths and texts of any bytes: not UTF-8, quotes, tabs, line breaks, escapes, leading dashes.
inline QString bytes(Ground& ground)
{
    const QString path = ground.init(u"ten-bytes"_s);
    const QList<QByteArray> names{"latin-\xff\xe9.txt",
                                  "two words.txt",
                                  "\"quoted\".txt",
                                  "line\nbreak.txt",
                                  "tab\there.txt",
                                  "back\\slash.txt",
                                  "-dash",
                                  "esc\x1b[31m",
                                  "\xc3\xbcmlaut/\xe2\x82\xac.txt",
                                  "bidi\xe2\x80\xae.txt",
                                  ":colon",
                                  "star*[a]?.txt"};
    ImportStream s;
    s.commit("main", "feat: begin");
    for (const QByteArray& name : names) {
        s.file(name, "caf\xe9 " + name + "\nsecond\n");
    }
    s.commit("main",
             "fix: gr\xfc\xdf"
             "e",
             {}, "J\xfcrgen <j@example.org>", "ISO-8859-1");
    for (const QByteArray& name : names) {
        s.file(name, "caf\xe9\x1b[0m " + name + "\nsecond\nthird \xff\xfe\n");
    }
    s.commit("main", "not text: \xff\xfe and \x1b[31mred\x1b[0m", {}, "Esc\x1b[1m <e@example.org>");
    s.move(names[0], "moved \xff\n.txt").remove(names[1]);
    s.into(path);
    // Qt gives no file names but UTF-8 ones here.
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s,
         u"for f in *.txt; do echo more >> \"$f\"; done; git add -- ./:colon ./-dash ./back*;"
         "echo unknown > \"$(printf 'unknown-\\377')\"; rm -- ./-dash; echo x >> ./:colon; git add -u ./star*"_s});
    return path;
}

/// Programs, links, bytes, line ends of both kinds and of none, blanks only, texts of one side.
inline QString kinds(Ground& ground)
{
    const QString path = ground.init(u"ten-kinds"_s);
    const QByteArray binary = QByteArray("\x7f\x45\x4c\x46\0\1\2\3", 8) + madeLines("bin", 9);
    ImportStream s;
    s.commit("main", "feat: begin");
    s.file("run.sh", "#!/bin/sh\necho run\n")
        .file("link", "run.sh", "120000")
        .file("data.bin", binary);
    s.file("open.txt", "one\ntwo").file("crlf.txt", "one\r\ntwo\r\nthree\r\n").file("empty", "");
    s.file("blanks.txt", madeLines("blank", 30))
        .file("code.c", "int main()\n{\n    int a = 1;\n    return a;\n}\n");
    s.commit("main", "fix: modes");
    s.file("run.sh", "#!/bin/sh\necho run\n", "100755");
    s.commit("main", "fix: links and bytes");
    s.file("link", "code.c", "120000")
        .file("data.bin", binary + '\0')
        .file("run.sh", "#!/bin/sh\necho walk\n");
    s.commit("main", "fix: ends");
    s.file("open.txt", "one\ntwo\nthree")
        .file("crlf.txt", "one\ntwo\r\nthree\r\n")
        .file("empty", "no more\n");
    s.commit("main", "style: blanks");
    s.file("blanks.txt",
           madeLines("blank", 30).replace("    ", "\t").replace("blank 7:", "blank  7 :") + " \n");
    s.file("code.c", "int main() {\n\n    int  a=1;\n    return a ;\n}\n")
        .file("open.txt", "one\ntwo\nthree\n");
    s.commit("main", "feat: a file in place of a folder and the other way");
    s.remove("link").file("link/inside", "inside\n").file("empty", "");
    s.commit("main", "feat: all of it goes");
    s.remove("data.bin").remove("open.txt").remove("empty").file("link/inside", "inside");
    s.into(path);
    Ground::write(path + u"/blanks.txt"_s, madeLines("blank", 30).replace("    ", " "));
    Ground::write(path + u"/new.bin"_s, binary);
    QFile::setPermissions(path + u"/code.c"_s, QFile::permissions(path + u"/code.c"_s) |
                                                   QFile::ExeOwner | QFile::ExeUser);
    Ground::git(path, {u"add"_s, u"new.bin"_s});
    QFile::remove(path + u"/crlf.txt"_s);
    QFile::link(u"run.sh"_s, path + u"/crlf.txt"_s);
    return path;
}

}  // namespace ten

/// Their paths: merges, renames, octopus, unborn, bare, shallow, conflict, submodules, bytes,
/// kinds; each in a folder "ten-..." of the ground.
inline QStringList makeTenRepositories(Ground& ground)
{
    QStringList paths;
    for (QString (*make)(Ground&) :
         {ten::merges, ten::renames, ten::octopus, ten::unborn, ten::bare, ten::shallow,
          ten::conflict, ten::submodules, ten::bytes, ten::kinds}) {
        paths.append(make(ground));
    }
    return paths;
}

}  // namespace gitfixture
