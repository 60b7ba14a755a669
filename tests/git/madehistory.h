#pragma once

#include <QByteArray>
#include <QList>

#include <random>

namespace gitfixture {

/// A stream for `git fast-import`: `count` commits on up to twelve branches that are merged now and
/// then, two to five at a time, with several roots. Commits are a minute apart; with `skew` some
/// clocks go wrong.
inline QByteArray madeHistory(int count, unsigned seed, bool skew = false)
{
    std::mt19937 random(seed);
    const auto below = [&random](int limit) { return int(random() % unsigned(limit)); };
    QByteArray stream;
    QList<int> heads;
    for (int i = 1; i <= count; ++i) {
        const qint64 wrong = skew && below(9) == 0 ? below(200'000) - 100'000 : 0;
        const QByteArray when = QByteArray::number(1'500'000'000 + i * 60 + wrong) + " +0000\n";
        const bool root = heads.isEmpty() || (heads.size() < 12 && below(200) == 0);
        const int at = root ? int(heads.size()) : below(int(heads.size()));
        stream += "commit refs/heads/b" + QByteArray::number(at) +
                  "\nmark :" + QByteArray::number(i) + "\nauthor Ana <ana@example.org> " + when +
                  "committer Ana <ana@example.org> " + when;
        const QByteArray text = "change " + QByteArray::number(i) + "\n";
        stream += "data " + QByteArray::number(text.size()) + "\n" + text;
        if (root) {
            heads.append(i);
            stream += "M 100644 inline f" + QByteArray::number(at) + "\ndata 1\nx\n";
            continue;
        }
        int from = heads[at];
        if (heads.size() < 12 && below(30) == 0) {  // a new branch leaves from here
            heads.append(from);
        }
        stream += "from :" + QByteArray::number(from) + "\n";
        QList<int> merged;
        for (int more = below(8) == 0 ? 1 + below(below(6) == 0 ? 4 : 1) : 0; more > 0; --more) {
            const int other = heads[below(int(heads.size()))];
            if (other != from && !merged.contains(other)) {
                merged.append(other);
                stream += "merge :" + QByteArray::number(other) + "\n";
            }
        }
        heads[at] = i;
    }
    for (int at = 0; at < heads.size(); ++at) {
        stream += "reset refs/heads/b" + QByteArray::number(at) +
                  "\nfrom :" + QByteArray::number(heads[at]) + "\n\n";
    }
    return stream + "reset refs/heads/main\nfrom :" + QByteArray::number(heads.first()) + "\n\n";
}

/// More of such a stream, behind a history of `commits`: so many remote branches, half as many tags
/// and half as many annotated ones, spread over it.
inline QByteArray madeRefs(int count, int commits)
{
    QByteArray stream;
    const auto from = [commits](int i, qint64 step) {
        return "from :" + QByteArray::number(1 + i * step % commits) + "\n";
    };
    for (int i = 0; i < count; ++i) {
        stream += "reset refs/remotes/origin/topic/" + QByteArray::number(i) + "\n" +
                  from(i, 7'919) + "\n";
    }
    for (int i = 0; i < count / 2; ++i) {
        stream += "reset refs/tags/light/" + QByteArray::number(i) + "\n" + from(i, 104'729) +
                  "\ntag v1." + QByteArray::number(i) + "\n" + from(i, 15'485'863) +
                  "tagger Ana <ana@example.org> 1600000000 +0000\ndata 8\nrelease\n\n";
    }
    return stream;
}

}  // namespace gitfixture
