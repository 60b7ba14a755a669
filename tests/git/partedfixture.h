#pragma once

#include "tests/git/twins.h"

/// Branches that merge, and branches that clash.
namespace gitfixture {

/// main and topic parted, clash goes on from topic; f is changed by all of them.
inline void makeParted(Ground& ground)
{
    const QString path = ground.init(u"parted"_s);
    QByteArray lines;
    for (int i = 1; i <= 30; ++i) {
        lines += "line " + QByteArray::number(i) + '\n';
    }
    Ground::commit(
        path, u"base"_s,
        {{u"f"_s, lines}, {u"same"_s, "same\n"}, {u"gone"_s, "x\n"}, {u"d/deep"_s, lines}});
    Ground::git(path, {u"switch"_s, u"-q"_s, u"-c"_s, u"topic"_s});
    Ground::commit(path, u"topic: late lines"_s,
                   {{u"f"_s, QByteArray(lines).replace("line 29\n", "line 29 of topic\n")},
                    {u"new"_s, "new\n"}});
    Ground::git(path, {u"mv"_s, u"d/deep"_s, u"d/moved"_s});
    Ground::commit(path, u"topic: move"_s);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"-c"_s, u"clash"_s, u"topic"_s});
    Ground::commit(path, u"clash: early lines"_s,
                   {{u"f"_s, QByteArray(lines).replace("line 2\n", "line 2 of clash\n")},
                    {u"both"_s, "theirs\n"},
                    {u"gone"_s, "changed\n"}});
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    Ground::git(path, {u"rm"_s, u"-q"_s, u"gone"_s});
    Ground::commit(path, u"main: early lines"_s,
                   {{u"f"_s, QByteArray(lines).replace("line 2\n", "line 2 of main\n")},
                    {u"both"_s, "ours\n"}});
}

inline QString copyOfParted(Ground& ground, const QString& name)
{
    return copyKnown(ground, u"parted"_s, name);
}

}  // namespace gitfixture
