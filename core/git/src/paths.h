#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QList>

/// Decisions about the names and links of a foreign tree. Pure.
namespace analemma::git {

/// Why a name of a tree entry must not become a file; empty when it may. Refused are "", ".", "..",
/// names with '/', NUL, CR or LF, and whatever some file system takes for ".git" (the cases behind
/// CVE-2014-9390, CVE-2019-1352 and CVE-2025-48384).
QString hostileName(QByteArrayView name);

/// The links of a tree by their paths ("a/b").
class TreeLinks {
public:
    void add(const QByteArray& path, const QByteArray& target) { m_targets.insert(path, target); }
    [[nodiscard]] QList<QByteArray> paths() const { return m_targets.keys(); }
    /// True when following the link at `path` never leaves the tree, through its other links too.
    [[nodiscard]] bool staysInside(const QByteArray& path) const;

private:
    QHash<QByteArray, QByteArray> m_targets;
};

}  // namespace analemma::git
