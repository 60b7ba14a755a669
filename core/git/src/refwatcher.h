#pragma once

#include "core/base/clock.h"
#include "core/git/src/refs.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <functional>

namespace analemma::git {

/// Tells when a branch, a tag or HEAD of one repository moved. It watches folders, since git
/// replaces files by renaming, and looks at the refs on the repository's queue, at most every 200
/// ms. Where the system gives no more watches it looks every two seconds. Main thread.
class RefWatcher : public QObject {
    Q_OBJECT
public:
    using Look = std::function<Task<Result<RefsSeen>>()>;
    RefWatcher(Look look, QObject* parent);
    void start();

Q_SIGNALS:
    void moved();

private:
    void startLook();
    void take(const Result<RefsSeen>& seen);
    /// True when something is watched now that was not before.
    bool watch(const RefsSeen& seen);

    Look m_look;
    QFileSystemWatcher m_watcher;
    QTimer m_calm;
    QTimer m_poll;
    QByteArray m_digest;
    bool m_started = false;
    bool m_looking = false;
    bool m_again = false;
};

}  // namespace analemma::git
