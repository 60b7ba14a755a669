#include "core/operate/transfers.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "core/operate/src/transferjob.h"
#include "core/operate/src/transferstate.h"

#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kShowEvery = 200;  // milliseconds, while bytes come through
constexpr int kMostInARow = 20;  // failures, after which the rest is not tried

}  // namespace

QString Place::text() const
{
    const QString shown = displayText(QByteArrayView(path), 400);
    return isLocal() ? shown : displayText(server, 80) + u':' + shown;
}

struct Transfers::Body {
    Body(Transfers* owner, Connect connection, QString folder)
        : q(owner), connect(std::move(connection)), scratchFolder(std::move(folder))
    {
    }

    using JobPtr = std::shared_ptr<Job>;

    // ---- the queue ------------------------------------------------------------------------------

    [[nodiscard]] JobPtr find(const QString& id) const
    {
        const auto found = std::find_if(jobs.cbegin(), jobs.cend(),
                                        [&id](const JobPtr& one) { return one->view.id == id; });
        return found == jobs.cend() ? nullptr : *found;
    }

    [[nodiscard]] int busy() const
    {
        int sum = 0;
        for (const JobPtr& job : jobs) {
            sum += job->running + (job->surveying ? 1 : 0);
        }
        return sum;
    }

    bool move(const JobPtr& job, TransferEvent event)
    {
        const auto to = next(job->view.state, event);
        if (!to) {
            return false;
        }
        job->view.state = *to;
        if (*to != TransferState::Running) {
            job->speed.reset();
        }
        changedSoon();
        pumpSoon();
        if (isOver(*to) || *to == TransferState::Asking) {
            const TransferView view = shown(*job);
            QTimer::singleShot(0, q, [owner = q, view] { Q_EMIT owner->stopped(view); });
        }
        return true;
    }

    void pumpSoon()
    {
        if (!std::exchange(pumping, true)) {
            QTimer::singleShot(0, q, [this] {
                pumping = false;
                pump();
            });
        }
    }

    void pump()
    {
        const int most = std::clamp(settings.parallel, 1, 16);
        for (const JobPtr& job : std::as_const(jobs)) {
            if (job->view.state == TransferState::Waiting && !job->resting && busy() < most) {
                if (job->cancel.isCancelled()) {
                    job->cancel = CancelToken();
                }
                move(job, TransferEvent::Start);
            }
            while (job->view.state == TransferState::Running && busy() < most && startNext(job)) {
            }
        }
        const bool idle = std::all_of(jobs.cbegin(), jobs.cend(), [](const JobPtr& job) {
            return (isOver(job->view.state) && !job->dropping) ||
                   job->view.state == TransferState::Paused;
        });
        if (idle && busy() == 0) {
            sessions->clear();  // others may share them, nobody has to keep them for us
            ticker.stop();
        } else if (!ticker.isActive()) {
            ticker.start();
        }
    }

    /// False when there is nothing more to start now.
    bool startNext(const JobPtr& job)
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

    [[nodiscard]] Route routeOf(const Job& job) const
    {
        return {connect, sessions, job.view.from, job.view.to, false};
    }

    bool startSurvey(const JobPtr& job)
    {
        job->surveying = true;
        const CancelToken cancel = job->cancel;
        then(survey(routeOf(*job), cancel), q, [this, job, cancel](const Result<Survey>& found) {
            job->surveying = false;
            if (found && !job->surveyed) {
                job->surveyed = true;
                job->pieces = found->pieces;
                job->view.folder = found->folder;
                job->view.total = found->bytes;
                job->view.files = int(found->pieces.size());
                job->view.refused = found->refused;
                job->view.refusedCount = found->refusedCount;
            } else if (!found && !cancel.isCancelled()) {
                isLoss(found.error()) ? lose(job, found.error()) : fail(job, found.error());
            }
            changedSoon();
            pumpSoon();
        });
        return true;
    }

    [[nodiscard]] QString scratchOf(const Job& job, std::size_t index)
    {
        if (job.view.from.isLocal() || job.view.to.isLocal()) {
            return {};
        }
        if (!scratch) {
            [[maybe_unused]] const Result<void> made = makeFolder(scratchFolder, 0700);
            scratch = std::make_unique<QTemporaryDir>(scratchFolder + u"/pass-XXXXXX"_s);
        }
        return scratch->filePath(u"%1-%2"_s.arg(job.view.id).arg(index));
    }

    void startPiece(const JobPtr& job, std::size_t index)
    {
        Piece& piece = job->pieces[index];
        piece.phase = Piece::Phase::Running;
        ++piece.starts;
        ++job->running;
        CarryOptions options;
        options.rule = piece.rule.value_or(job->rule.value_or(settings.conflicts));
        options.verify = settings.verify;
        options.scratch = scratchOf(*job, index);
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
                 ended(job, index, end, cancel.isCancelled());
                 dropIfStill(job);
                 changedSoon();
                 pumpSoon();
             });
    }

    /// What was there before a resumed piece went on is no speed.
    void progress(const JobPtr& job, std::size_t index, qint64 done, bool counts)
    {
        Piece& piece = job->pieces[index];
        const qint64 moved = done - piece.done;
        piece.done = done;
        job->view.done += moved;
        job->view.tries = 0;
        job->view.error.reset();
        job->speed.add(clock.sinceBoot(), counts ? std::max<qint64>(0, moved) : 0);
    }

    void settle(const JobPtr& job, Piece& piece, Piece::Phase phase)
    {
        piece.phase = phase;
        const qint64 whole = phase == Piece::Phase::Failed ? 0 : piece.info.size;
        job->view.done += whole - piece.done;
        piece.done = whole;
    }

    void ended(const JobPtr& job, std::size_t index, const Result<Carried>& end, bool stopped)
    {
        Piece& piece = job->pieces[index];
        if (end) {
            job->failedInRow = 0;
            piece.target = end->target;
            if (end->end == Carried::End::Asks) {
                piece.phase = Piece::Phase::Waiting;
                job->nextPiece = std::min(job->nextPiece, index);
                ask(job, index, end->there);
                return;
            }
            const bool skipped = end->end == Carried::End::Skipped;
            piece.verified = !end->result.sha256.isEmpty();
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

    void ask(const JobPtr& job, std::size_t index, const ssh::FileInfo& there)
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

    // ---- ends -----------------------------------------------------------------------------------

    void finish(const JobPtr& job)
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

    void fail(const JobPtr& job, const Error& error)
    {
        job->view.error = error;
        move(job, TransferEvent::Fail);
    }

    /// Tries again later; all pieces that ran on that connection come here, the first one counts.
    void lose(const JobPtr& job, const Error& error)
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

    void dropIfStill(const JobPtr& job)
    {
        if (!job->dropping || job->running > 0) {
            return;
        }
        std::vector<QByteArray> begun;
        QStringList passing;
        for (std::size_t i = 0; i < job->pieces.size(); ++i) {
            const Piece& piece = job->pieces[i];
            const bool over =
                piece.phase == Piece::Phase::Done || piece.phase == Piece::Phase::Skipped;
            if (piece.starts > 0 && !over) {
                begun.push_back(piece.target);
                passing.append(scratchOf(*job, i));
            }
        }
        if (begun.empty()) {
            job->dropping = false;
            return;
        }
        then(dropParts(routeOf(*job), std::move(begun), passing, CancelToken()), q,
             [this, job](const Result<void>&) {
                 job->dropping = false;
                 pumpSoon();
             });
    }

    void stop(const JobPtr& job, TransferEvent event)
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

    void again(const JobPtr& job)
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

    // ---- what is shown --------------------------------------------------------------------------

    void changedSoon()
    {
        if (!std::exchange(telling, true)) {
            QTimer::singleShot(0, q, [this] {
                telling = false;
                Q_EMIT q->changed();
            });
        }
    }

    [[nodiscard]] TransferView shown(const Job& job) const
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

    Transfers* q;
    Connect connect;
    QString scratchFolder;
    std::unique_ptr<QTemporaryDir> scratch;
    SystemClock clock;
    TransferSettings settings;
    std::shared_ptr<ssh::Rate> rate = std::make_shared<ssh::Rate>();
    std::shared_ptr<Sessions> sessions = std::make_shared<Sessions>();
    QList<JobPtr> jobs;
    QTimer ticker;
    bool pumping = false;
    bool telling = false;
};

Transfers::Transfers(Connect connect, QString scratch, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>(this, std::move(connect), std::move(scratch)))
{
    m_body->ticker.setInterval(kShowEvery);
    QObject::connect(&m_body->ticker, &QTimer::timeout, this, &Transfers::changed);
}

Transfers::~Transfers()
{
    for (const Body::JobPtr& job : std::as_const(m_body->jobs)) {
        job->cancel.cancel();
    }
}

void Transfers::setSettings(const TransferSettings& settings)
{
    m_body->settings = settings;
    m_body->rate->set(settings.bytesPerSecond);
    m_body->pumpSoon();
}

const TransferSettings& Transfers::settings() const
{
    return m_body->settings;
}

Result<QString> Transfers::add(Place from, Place to)
{
    const QString why = nameRefusal(lastName(to.path));
    if (!why.isEmpty()) {
        return Error(ErrorKind::Invalid, u"%1 is not carried: %2"_s.arg(to.text(), why))
            .withHint(u"Rename it where it is."_s);
    }
    if (!from.path.startsWith('/') || !to.path.startsWith('/')) {
        return Error(ErrorKind::Invalid, u"%1 is not a whole path"_s.arg(
                                             from.path.startsWith('/') ? to.text() : from.text()));
    }
    if (from.server == to.server && isWithin(to.path, from.path)) {
        return Error(ErrorKind::Invalid, u"%1 cannot be copied into itself"_s.arg(from.text()));
    }
    for (const Place& one : {from, to}) {
        if (one.isLocal() && QString::fromUtf8(one.path).toUtf8() != one.path) {
            return Error(ErrorKind::Invalid,
                         u"%1 is not carried: the path is not UTF-8"_s.arg(one.text()));
        }
    }
    const auto job = std::make_shared<Job>();
    job->view.id = newId();
    job->view.from = std::move(from);
    job->view.to = std::move(to);
    m_body->jobs.append(job);
    m_body->changedSoon();
    m_body->pumpSoon();
    return job->view.id;
}

QList<TransferView> Transfers::list() const
{
    QList<TransferView> views;
    for (const Body::JobPtr& job : std::as_const(m_body->jobs)) {
        views.append(m_body->shown(*job));
    }
    return views;
}

std::optional<TransferView> Transfers::find(const QString& id) const
{
    const Body::JobPtr job = m_body->find(id);
    return job ? std::optional(m_body->shown(*job)) : std::nullopt;
}

void Transfers::pause(const QString& id)
{
    if (const Body::JobPtr job = m_body->find(id)) {
        m_body->stop(job, TransferEvent::Pause);
    }
}

void Transfers::resume(const QString& id)
{
    if (const Body::JobPtr job = m_body->find(id)) {
        m_body->move(job, TransferEvent::Resume);
    }
}

void Transfers::cancel(const QString& id)
{
    if (const Body::JobPtr job = m_body->find(id)) {
        m_body->stop(job, TransferEvent::Cancel);
    }
}

void Transfers::retry(const QString& id)
{
    if (const Body::JobPtr job = m_body->find(id)) {
        m_body->again(job);
    }
}

void Transfers::answer(const QString& id, ConflictRule rule, bool forAll)
{
    const Body::JobPtr job = m_body->find(id);
    if (!job || job->view.state != TransferState::Asking || rule == ConflictRule::Ask) {
        return;
    }
    if (forAll) {
        job->rule = rule;
    }
    job->pieces[job->asking].rule = rule;
    job->view.conflict.reset();
    m_body->move(job, TransferEvent::Answer);
}

void Transfers::pauseAll()
{
    for (const Body::JobPtr& job : std::as_const(m_body->jobs)) {
        m_body->stop(job, TransferEvent::Pause);
    }
}

void Transfers::resumeAll()
{
    for (const Body::JobPtr& job : std::as_const(m_body->jobs)) {
        m_body->move(job, TransferEvent::Resume);
    }
}

void Transfers::cancelAll()
{
    for (const Body::JobPtr& job : std::as_const(m_body->jobs)) {
        if (!isOver(job->view.state)) {
            m_body->stop(job, TransferEvent::Cancel);
        }
    }
}

void Transfers::clearOver()
{
    m_body->jobs.removeIf([](const Body::JobPtr& job) {
        return isOver(job->view.state) && !job->dropping && job->running == 0;
    });
    m_body->changedSoon();
}

}  // namespace analemma::operate
