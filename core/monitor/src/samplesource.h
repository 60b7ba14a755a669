#pragma once

#include "core/base/task.h"
#include "core/monitor/sample.h"
#include "core/ssh/ssh.h"

#include <QByteArrayList>

#include <functional>
#include <memory>

namespace analemma::monitor {

/// What answers for a server. For the thread that opened it.
class SampleSource {
public:
    using Answer = std::function<void(Result<QByteArray>)>;

    virtual ~SampleSource() = default;
    [[nodiscard]] virtual QString name() const = 0;
    [[nodiscard]] virtual quint64 pageBytes() const { return 4096; }
    /// Asks for groups, by letter; P and C take the names. One question at a time; the answer comes
    /// once, unless the source goes first, and its bytes live as long as that call. After an error
    /// the source is of no more use.
    virtual void ask(const QByteArray& letters, const QByteArrayList& names, Answer answer) = 0;
    /// What takes processes there, or waits for disks: space on the mounts, failed units, names of
    /// control groups, the time. Lines of a block. It does not disturb questions.
    virtual Task<Result<QByteArray>> survey(std::vector<Mount> mounts, CancelToken cancel) = 0;
    /// The ids of the processes there.
    virtual Task<Result<QByteArrayList>> processIds(CancelToken cancel) = 0;
    /// The end that comes while nothing is asked.
    std::function<void(const Error&)> onBroken;
};

using Source = std::shared_ptr<SampleSource>;

/// Starts the remote program. Unsupported: no shell or no awk there; Timeout: nothing was said.
Task<Result<Source>> openAwk(std::shared_ptr<ssh::Session> session, milliseconds patience,
                             CancelToken cancel);
/// Files that are read again and again over SFTP. Unsupported, NotFound, Refused: there is no
/// /proc to be had.
Task<Result<Source>> openFileSource(std::shared_ptr<ssh::Session> session, CancelToken cancel);

}  // namespace analemma::monitor
