#pragma once

#include <QString>

namespace analemma::store {

/// A file of zeros beside the database, given up when the disk is full, so that the journal can
/// still say so. Every program of the workspace sees by the file whether it is there.
class Ballast {
public:
    explicit Ballast(QString path) : m_path(std::move(path)) {}
    /// Makes the file where it is missing; false when the disk has no room for it. Blocks.
    [[nodiscard]] bool lay() const;
    /// Gives its room to the database; false when it was given already.
    [[nodiscard]] bool give() const;

private:
    QString m_path;
};

}  // namespace analemma::store
