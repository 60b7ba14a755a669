#pragma once

#include "core/operate/src/transferjob.h"
#include "core/operate/src/transferkeeper.h"
#include "core/operate/src/transferstate.h"

#include <QTimer>

namespace analemma::operate {

/// The queue itself: what runs when, and what becomes of it. Main thread.
struct Transfers::Body {
    Body(Transfers* owner, Connect connection, QString folder);

    // ---- the queue ------------------------------------------------------------------------------

    [[nodiscard]] JobPtr find(const QString& id) const;
    bool move(const JobPtr& job, TransferEvent event);
    void pumpSoon();
    void pump();
    /// False when there is nothing more to start now.
    bool startNext(const JobPtr& job);
    [[nodiscard]] Route routeOf(const Job& job) const;
    bool startSurvey(const JobPtr& job);
    /// Where a copy from server to server passes through this machine; empty for others. The same
    /// after a restart.
    [[nodiscard]] QString scratchOf(const Job& job, const QByteArray& source) const;
    /// What is done where something is in the way of this piece, as things stand now.
    [[nodiscard]] ConflictRule ruleFor(const Job& job, const Piece& piece) const;
    void startPiece(const JobPtr& job, std::size_t index);
    /// What was there before a resumed piece went on is no speed.
    void progress(const JobPtr& job, std::size_t index, qint64 done, bool counts);
    void settle(const JobPtr& job, Piece& piece, Piece::Phase phase);
    void ended(const JobPtr& job, std::size_t index, const Result<Carried>& end, bool stopped);
    void ask(const JobPtr& job, std::size_t index, const ssh::FileInfo& there);

    // ---- ends -----------------------------------------------------------------------------------

    void finish(const JobPtr& job);
    void fail(const JobPtr& job, const Error& error);
    /// Tries again later; all pieces that ran on that connection come here, the first one counts.
    void lose(const JobPtr& job, const Error& error);
    void dropIfStill(const JobPtr& job);
    void stop(const JobPtr& job, TransferEvent event);
    void again(const JobPtr& job);

    /// Removes what a copy that does not go on left on this machine.
    void dropScratch(const Job& job) const;

    // ---- what is kept ---------------------------------------------------------------------------

    void keepSoon(const JobPtr& job, bool soon = true) const;
    /// What of an entry goes to the store; nothing when it is over.
    [[nodiscard]] std::optional<KeptTransfer> kept(const QString& id) const;
    void restore(const QList<KeptTransfer>& transfers);

    // ---- what is shown --------------------------------------------------------------------------

    void changedSoon();
    [[nodiscard]] TransferView shown(const Job& job) const;

    Transfers* q;
    Connect connect;
    QString scratchFolder;
    SystemClock clock;
    TransferSettings settings;
    std::shared_ptr<ssh::Rate> rate = std::make_shared<ssh::Rate>();
    std::shared_ptr<Sessions> sessions = std::make_shared<Sessions>();
    QList<JobPtr> jobs;
    QHash<QString, JobPtr> byId;
    int busy = 0;  ///< surveys and pieces that run
    QTimer ticker;
    std::unique_ptr<TransferKeeper> keeper;
    bool pumping = false;
    bool telling = false;
};

}  // namespace analemma::operate
