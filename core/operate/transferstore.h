#pragma once

#include "core/operate/transfers.h"
#include "core/store/store.h"

#include <vector>

namespace analemma::operate {

/// A transfer that has not come to its end, as it is kept.
struct KeptTransfer {
    /// A file of which a part may lie beside its target.
    struct Begun {
        QByteArray source;
        QByteArray target;
        bool operator==(const Begun&) const = default;
    };
    static constexpr std::size_t kMostBegun = 64;

    QString id;
    Place from;
    Place to;
    std::optional<ConflictRule> rule = std::nullopt;  ///< for all of this entry
    bool folder = false;
    qint64 done = 0;    ///< bytes
    qint64 total = -1;  ///< -1: not known yet
    int files = 0;
    int filesDone = 0;
    std::vector<Begun> begun;

    [[nodiscard]] Json toJson() const;
    /// Invalid for all that toJson() would not have written, and for what Transfers would not
    /// carry.
    static Result<KeptTransfer> fromJson(const QString& id, const Json& json);
};

/// Transfers that outlive their window, in the store of the workspace. A holder is one queue of one
/// program; what it holds no other one takes while that program lives. Main thread.
class TransferStore {
public:
    static constexpr int kMost = 5'000;  ///< entries of a queue

    explicit TransferStore(store::Store* store) : m_store(store) {}
    /// Those that nobody holds any more, in the order of their making; `holder` has them from now
    /// on. What cannot be read is removed.
    Task<Result<QList<KeptTransfer>>> take(QString holder);
    /// Writes and removes, at once.
    Task<Result<void>> keep(QString holder, QList<KeptTransfer> transfers, QStringList gone);
    /// Lets go of all that `holder` has.
    Task<Result<void>> release(QString holder);
    /// How many take() would give.
    Task<Result<int>> waiting();

private:
    store::Store* m_store;
};

}  // namespace analemma::operate
