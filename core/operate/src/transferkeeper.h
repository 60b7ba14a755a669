#pragma once

#include "core/operate/transferstore.h"

#include <QSet>
#include <QTimer>

namespace analemma::operate {

/// Writes what changed in a queue to the store, many changes at once. Main thread. When it goes, it
/// writes the last ones and lets the next window have all of them.
class TransferKeeper {
public:
    /// What is to be kept of an entry; nothing: it goes.
    using Look = std::function<std::optional<KeptTransfer>(const QString& id)>;
    /// `failed`: once, however often it fails.
    TransferKeeper(TransferStore* store, Look look, std::function<void(const Error&)> failed);
    ~TransferKeeper();
    TransferKeeper(const TransferKeeper&) = delete;
    TransferKeeper& operator=(const TransferKeeper&) = delete;

    [[nodiscard]] QString holder() const { return m_holder; }
    /// `soon`: its state; else how far it is, which may be a little old.
    void changed(const QString& id, bool soon);

private:
    Task<Result<void>> write();
    TransferStore* m_store;
    Look m_look;
    std::function<void(const Error&)> m_failed;
    QString m_holder;
    QSet<QString> m_changed;
    QTimer m_timer;
};

}  // namespace analemma::operate
