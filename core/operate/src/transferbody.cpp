#include "core/operate/src/transferbody.h"

#include "core/base/files.h"

#include <unistd.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kMostInARow = 20;            // failures, after which the rest is not tried
constexpr milliseconds kKeepEvery{5'000};  // how far it is, while bytes come through

/// Files of which parts may lie about.
std::vector<KeptTransfer::Begun> begunOf(const Job& job)
{
    std::vector<KeptTransfer::Begun> begun = job.begun;
    for (const Piece& piece : job.pieces) {
        const bool over = piece.phase == Piece::Phase::Done || piece.phase == Piece::Phase::Skipped;
        if (piece.starts > 0 && !over) {
            begun.push_back({piece.source, piece.target});
        }
    }
    return begun;
}

}  // namespace

Transfers::Body::Body(Transfers* owner, Connect connection, QString folder)
    : q(owner), connect(std::move(connection)), scratchFolder(std::move(folder))
{
}

// ---- the queue ---------------------------------------------------------------------------------

JobPtr Transfers::Body::find(const QString& id) const
{
    return byId.value(id);
}

bool Transfers::Body::move(const JobPtr& job, TransferEvent event)
{
    const auto to = next(job->view.state, event);
    if (!to) {
        return false;
    }
    job->view.state = *to;
    if (*to != TransferState::Running) {
        job->speed.reset();
    }
    keepSoon(job);
    changedSoon();
    pumpSoon();
    if (isOver(*to) || *to == TransferState::Asking) {
        const TransferView view = shown(*job);
        QTimer::singleShot(0, q, [owner = q, view] { Q_EMIT owner->stopped(view); });
    }
    return true;
}

void Transfers::Body::pumpSoon()
{
    if (!std::exchange(pumping, true)) {
        QTimer::singleShot(0, q, [this] {
            pumping = false;
            pump();
        });
    }
}

void Transfers::Body::pump()
{
    const int most = std::clamp(settings.parallel, 1, 16);
    for (const JobPtr& job : std::as_const(jobs)) {
        if (job->view.state == TransferState::Waiting && !job->resting && busy < most) {
            if (job->cancel.isCancelled()) {
                job->cancel = CancelToken();
            }
            move(job, TransferEvent::Start);
        }
        while (job->view.state == TransferState::Running && busy < most && startNext(job)) {
        }
    }
    const bool idle = std::all_of(jobs.cbegin(), jobs.cend(), [](const JobPtr& job) {
        return (isOver(job->view.state) && !job->dropping) ||
               job->view.state == TransferState::Paused;
    });
    if (idle && busy == 0) {
        sessions->clear();  // others may share them, nobody has to keep them for us
        ticker.stop();
    } else if (!ticker.isActive()) {
        ticker.start();
    }
}

bool Transfers::Body::startNext(const JobPtr& job)
{
    if (!job->surveyed) {
        return !job->surveying && startSurvey(job);
    }
    while (job->nextPiece < job->pieces.size() &&
           job->pieces[job->nextPiece].phase != Piece::Phase::Waiting) {
        ++job->nextPiece;
    }
    if (job->nextPiece < job->pieces.size()) {
        startPiece(job, job->nextPiece);
        return true;
    }
    if (job->running == 0) {
        finish(job);
    }
    return false;
}

Route Transfers::Body::routeOf(const Job& job) const
{
    return {connect, sessions, job.view.from, job.view.to, false};
}

bool Transfers::Body::startSurvey(const JobPtr& job)
{
    job->surveying = true;
    ++busy;
    const CancelToken cancel = job->cancel;
    then(survey(routeOf(*job), cancel), q, [this, job, cancel](const Result<Survey>& found) {
        job->surveying = false;
        --busy;
        if (found && !job->surveyed) {
            job->surveyed = true;
            job->pieces = found->pieces;
            job->view.done = 0;  // of last time: what is there is found again, piece by piece
            job->view.filesDone = 0;
            job->view.folder = found->folder;
            job->view.total = found->bytes;
            job->view.files = int(found->pieces.size());
            job->view.refused = found->refused;
            job->view.refusedCount = found->refusedCount;
            keepSoon(job);
        } else if (!found && !cancel.isCancelled()) {
            isLoss(found.error()) ? lose(job, found.error()) : fail(job, found.error());
        }
        changedSoon();
        pumpSoon();
    });
    return true;
}

QString Transfers::Body::scratchOf(const Job& job, const QByteArray& source) const
{
    if (job.view.from.isLocal() || job.view.to.isLocal()) {
        return {};
    }
    return scratchFolder + u"/pass-%1-%2"_s.arg(job.view.id, sha256(source).left(16));
}

ConflictRule Transfers::Body::ruleFor(const Job& job, const Piece& piece) const
{
    return piece.rule.value_or(job.rule.value_or(settings.conflicts));
}

void Transfers::Body::startPiece(const JobPtr& job, std::size_t index)
{
    Piece& piece = job->pieces[index];
    piece.phase = Piece::Phase::Running;
    ++piece.starts;
    ++job->running;
    ++busy;
    std::erase_if(job->begun, [&piece](const KeptTransfer::Begun& one) {
        return one.source == piece.source;  // the piece tells from here on
    });
    keepSoon(job, false);
    CarryOptions options;
    options.rule = ruleFor(*job, piece);
    options.verify = settings.verify || job->restored;
    options.restored = job->restored;
    options.scratch = scratchOf(*job, piece.source);
    if (!options.scratch.isEmpty()) {
        [[maybe_unused]] const Result<void> made = makeFolder(scratchFolder, 0700);
    }
    options.rate = rate;
    const CancelToken cancel = job->cancel;
    const auto first = std::make_shared<bool>(piece.starts > 1);
    options.progress = [this, owner = QPointer<Transfers>(q), job, index, cancel,
                        first](qint64 done) {
        if (owner && !cancel.isCancelled()) {
            progress(job, index, done, !std::exchange(*first, false));
        }
    };
    then(carry(routeOf(*job), piece, std::move(options), cancel), q,
         [this, job, index, cancel](const Result<Carried>& end) {
             --job->running;
             --busy;
             ended(job, index, end, cancel.isCancelled());
             dropIfStill(job);
             changedSoon();
             pumpSoon();
         });
}

void Transfers::Body::progress(const JobPtr& job, std::size_t index, qint64 done, bool counts)
{
    Piece& piece = job->pieces[index];
    const qint64 moved = done - piece.done;
    piece.done = done;
    job->view.done += moved;
    job->view.tries = 0;
    job->view.error.reset();
    const milliseconds now = clock.sinceBoot();
    job->speed.add(now, counts ? std::max<qint64>(0, moved) : 0);
    if (now - job->keptAt >= kKeepEvery) {
        job->keptAt = now;
        keepSoon(job, false);
    }
}

void Transfers::Body::settle(const JobPtr& job, Piece& piece, Piece::Phase phase)
{
    piece.phase = phase;
    const qint64 whole = phase == Piece::Phase::Failed ? 0 : piece.info.size;
    job->view.done += whole - piece.done;
    piece.done = whole;
}

void Transfers::Body::ended(const JobPtr& job, std::size_t index, const Result<Carried>& end,
                            bool stopped)
{
    Piece& piece = job->pieces[index];
    if (end) {
        job->failedInRow = 0;
        piece.target = end->target;
        if (end->end == Carried::End::Asks) {
            piece.phase = Piece::Phase::Waiting;
            job->nextPiece = std::min(job->nextPiece, index);
            if (ruleFor(*job, piece) == ConflictRule::Ask) {  // no answer for all came meanwhile
                ask(job, index, end->there);
            }
            return;
        }
        const bool skipped = end->end == Carried::End::Skipped;
        piece.verified = end->whole || !end->result.sha256.isEmpty();
        settle(job, piece, skipped ? Piece::Phase::Skipped : Piece::Phase::Done);
        ++(skipped ? job->view.skipped : job->view.filesDone);
        return;
    }
    if (stopped || isLoss(end.error())) {
        piece.phase = Piece::Phase::Waiting;
        job->nextPiece = std::min(job->nextPiece, index);
        if (!stopped) {
            lose(job, end.error());
        }
        return;
    }
    settle(job, piece, Piece::Phase::Failed);
    ++job->failures;
    if (!job->firstFailure) {
        job->firstFailure = end.error();
    }
    if (++job->failedInRow >= kMostInARow) {
        job->cancel.cancel();
        fail(job, summed(*job));
    }
}

void Transfers::Body::ask(const JobPtr& job, std::size_t index, const ssh::FileInfo& there)
{
    if (job->view.state != TransferState::Running) {
        return;  // it is asked again at its turn
    }
    job->asking = index;
    TransferConflict conflict;
    conflict.target = {job->view.to.server, job->pieces[index].target};
    conflict.there = there;
    conflict.coming = job->pieces[index].info;
    job->view.conflict = conflict;
    move(job, TransferEvent::Ask);
}

// ---- ends --------------------------------------------------------------------------------------

void Transfers::Body::finish(const JobPtr& job)
{
    if (job->failures > 0) {
        fail(job, summed(*job));
        return;
    }
    job->view.verified =
        job->view.filesDone > 0 &&
        std::all_of(job->pieces.cbegin(), job->pieces.cend(), [](const Piece& piece) {
            return piece.verified || piece.phase == Piece::Phase::Skipped;
        });
    job->view.error.reset();
    move(job, TransferEvent::Finish);
}

void Transfers::Body::fail(const JobPtr& job, const Error& error)
{
    job->view.error = error;
    move(job, TransferEvent::Fail);
}

void Transfers::Body::lose(const JobPtr& job, const Error& error)
{
    if (job->view.state != TransferState::Running) {
        return;
    }
    job->cancel.cancel();
    sessions->clear();
    job->view.error = error;
    if (++job->view.tries > settings.tries) {
        fail(job, error);
        return;
    }
    job->resting = true;
    move(job, TransferEvent::Lose);
    const quint64 round = ++job->round;
    QTimer::singleShot(waitBefore(job->view.tries, settings.firstWait), q, [this, job, round] {
        if (job->round == round) {
            job->resting = false;
            pumpSoon();
        }
    });
}

void Transfers::Body::dropIfStill(const JobPtr& job)
{
    if (!job->dropping || job->running > 0) {
        return;
    }
    std::vector<QByteArray> begun;
    QStringList passing;
    for (const KeptTransfer::Begun& one : begunOf(*job)) {
        begun.push_back(one.target);
        passing.append(scratchOf(*job, one.source));
    }
    if (begun.empty()) {
        job->dropping = false;
        keepSoon(job);
        return;
    }
    then(dropParts(routeOf(*job), std::move(begun), passing, CancelToken()), q,
         [this, job](const Result<void>&) {
             job->dropping = false;
             job->begun.clear();
             keepSoon(job);
             pumpSoon();
         });
}

void Transfers::Body::stop(const JobPtr& job, TransferEvent event)
{
    if (!next(job->view.state, event)) {
        return;
    }
    ++job->round;
    job->resting = false;
    job->cancel.cancel();
    job->view.conflict.reset();
    job->dropping = event == TransferEvent::Cancel;
    move(job, event);
    dropIfStill(job);
}

void Transfers::Body::again(const JobPtr& job)
{
    if (job->dropping || !move(job, TransferEvent::Retry)) {
        return;
    }
    for (Piece& piece : job->pieces) {
        if (piece.phase == Piece::Phase::Failed) {
            piece.phase = Piece::Phase::Waiting;
        }
    }
    job->nextPiece = 0;
    job->failures = 0;
    job->failedInRow = 0;
    job->firstFailure.reset();
    job->view.error.reset();
    job->view.tries = 0;
}

void Transfers::Body::dropScratch(const Job& job) const
{
    for (const KeptTransfer::Begun& one : begunOf(job)) {
        const QByteArray path = scratchOf(job, one.source).toLocal8Bit();
        if (!path.isEmpty()) {
            ::unlink(path.constData());
            ::unlink(ssh::partPath(path).constData());
        }
    }
}

// ---- what is kept ------------------------------------------------------------------------------

void Transfers::Body::keepSoon(const JobPtr& job, bool soon) const
{
    if (keeper) {
        keeper->changed(job->view.id, soon);
    }
}

std::optional<KeptTransfer> Transfers::Body::kept(const QString& id) const
{
    const JobPtr job = find(id);
    const bool over = !job || job->view.state == TransferState::Done ||
                      (job->view.state == TransferState::Cancelled && !job->dropping);
    if (over) {
        return std::nullopt;
    }
    KeptTransfer kept;
    kept.id = id;
    kept.from = job->view.from;
    kept.to = job->view.to;
    kept.rule = job->rule;
    kept.folder = job->view.folder;
    kept.done = job->view.done;
    kept.total = job->view.total;
    kept.files = job->view.files;
    kept.filesDone = job->view.filesDone;
    kept.begun = begunOf(*job);
    if (kept.begun.size() > KeptTransfer::kMostBegun) {
        kept.begun.resize(KeptTransfer::kMostBegun);
    }
    return kept;
}

/// Nothing of them runs before a person says so.
void Transfers::Body::restore(const QList<KeptTransfer>& transfers)
{
    QList<JobPtr> restored;
    for (const KeptTransfer& one : transfers) {
        const auto job = std::make_shared<Job>();
        job->view.id = one.id;
        job->view.from = one.from;
        job->view.to = one.to;
        job->view.state = TransferState::Paused;
        job->view.folder = one.folder;
        job->view.done = one.done;
        job->view.total = one.total;
        job->view.files = one.files;
        job->view.filesDone = one.filesDone;
        job->rule = one.rule;
        job->begun = one.begun;
        job->restored = true;
        byId.insert(one.id, job);
        restored.append(job);
    }
    jobs = restored + jobs;
    changedSoon();
}

// ---- what is shown -----------------------------------------------------------------------------

void Transfers::Body::changedSoon()
{
    if (!std::exchange(telling, true)) {
        QTimer::singleShot(0, q, [this] {
            telling = false;
            Q_EMIT q->changed();
        });
    }
}

TransferView Transfers::Body::shown(const Job& job) const
{
    TransferView view = job.view;
    if (view.state == TransferState::Running) {
        const milliseconds now = clock.sinceBoot();
        view.bytesPerSecond = job.speed.bytesPerSecond(now);
        view.left = view.total < 0 || view.bytesPerSecond == 0
                        ? std::nullopt
                        : job.speed.left(now, view.total - view.done);
    }
    return view;
}

}  // namespace analemma::operate
