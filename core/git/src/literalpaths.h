#pragma once

#include "core/git/src/handles.h"

#include <QByteArrayList>

#include <vector>

namespace analemma::git {

/// Paths for libgit2, taken as they are where it is told to match none as a pattern.
class LiteralPaths {
public:
    explicit LiteralPaths(const QByteArrayList& paths) : m_paths(paths)
    {
        for (QByteArray& path : m_paths) {
            if (path.endsWith('/')) {
                path.chop(1);
            }
            m_pointers.push_back(path.data());
        }
    }
    [[nodiscard]] git_strarray array() { return {m_pointers.data(), m_pointers.size()}; }

private:
    QByteArrayList m_paths;
    std::vector<char*> m_pointers;
};

}  // namespace analemma::git
