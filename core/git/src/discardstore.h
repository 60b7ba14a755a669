#pragma once

#include "core/git/src/workfiles.h"
#include "core/git/staging.h"

namespace analemma::git {

/// What one discarding did to a file of a work tree.
struct DiscardRecord {
    QString repository;  ///< root of the work tree
    QByteArray path;
    QDateTime time;
    WorkFile before;
    WorkFile after;  ///< in the file as its SHA-256 only
};

/// A folder of records, see Discarded.
class DiscardStore {
public:
    /// Refused inside `root`.
    static Result<DiscardStore> open(const QString& folder, const QByteArray& root);

    Result<Discarded> keep(const DiscardRecord& record) const;
    [[nodiscard]] QList<Discarded> list(const QString& repository) const;
    struct Kept {
        DiscardRecord record;  ///< without `after`
        QString afterSum;
    };
    /// NotFound, Invalid when damaged.
    [[nodiscard]] Result<Kept> read(const QString& id) const;
    [[nodiscard]] Result<void> forget(const QString& id) const;
    /// Of a file as it stands on the disk.
    static QString sumOf(const WorkFile& file);

private:
    explicit DiscardStore(QString folder) : m_folder(std::move(folder)) {}
    [[nodiscard]] QString fileOf(const QString& id) const;
    void removeOldest() const;

    QString m_folder;
};

}  // namespace analemma::git
