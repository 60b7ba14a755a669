#pragma once

#include "core/git/src/diffpairs.h"

namespace analemma::git {

/// How many bytes a text has of each line it is made of (of each piece of 64 bytes, in long lines).
/// What comes after the last line break is left out, as git 2.39 does.
struct LineWeights {
    struct Weight {
        quint64 line = 0;  ///< a hash
        quint32 bytes = 0;
    };
    std::vector<Weight> weights;  ///< by line
};
/// With `isText` a CR before a line feed does not count. Pure.
LineWeights weighLines(QByteArrayView bytes, bool isText);
/// How many bytes both have. Pure.
qint64 commonBytes(const LineWeights& a, const LineWeights& b);

/// Joins deleted and added files to renamed ones, as git does from 50 percent on (without copies):
/// first those with the same bytes, then those of one name, then the best of all. With more than
/// 1000 times 1000 of them, only the same bytes count.
Result<std::vector<DiffPair>> joinRenames(const Handle& handle, std::vector<DiffPair> pairs,
                                          const CancelToken& cancel);

}  // namespace analemma::git
