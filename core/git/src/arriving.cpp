#include "core/git/arriving.h"

#include "core/git/src/arrivingwork.h"

#include <QTimer>

namespace analemma::git {
namespace {

constexpr milliseconds tellEvery{25};

}  // namespace

Arriving::Arriving(std::shared_ptr<Work> work) : m_work(std::move(work))
{
    m_work->owner = this;
}

Arriving::~Arriving()
{
    m_work->cancel.cancel();
}

bool Arriving::isComplete() const
{
    return m_work->complete;
}

std::optional<Error> Arriving::problem() const
{
    return m_work->problem;
}

Task<Result<void>> untilComplete(std::shared_ptr<Arriving> rows)
{
    while (!rows->isComplete() && !rows->problem()) {
        Promise<void> promise;
        auto future = promise.future();
        QObject context;
        QObject::connect(rows.get(), &Arriving::grew, &context, [promise] { promise.finish({}); });
        promise = Promise<void>();  // from here on only the rows give the answer
        const Result<void> grown = co_await future;
        if (!grown) {
            co_return grown;
        }
    }
    co_return rows->problem() ? Result<void>(*rows->problem()) : Result<void>();
}

Task<Result<void>> Arriving::Work::feed(std::shared_ptr<Work> work, std::shared_ptr<Shadow> shadow,
                                        GitRun git, QString what)
{
    // The first fault counts; what git prints until it is gone is dropped.
    const auto fault = std::make_shared<std::optional<Error>>();
    git.onOutput = [work, fault](const QByteArray& piece) {
        if (*fault) {
            return;
        }
        const Result<void> taken = work->take(piece);
        if (!taken) {
            *fault = taken.error();
            work->cancel.cancel();
        }
        work->tell();
    };
    auto task = runGit(shadow, std::move(git), work->cancel);
    const Result<ProcessResult> ran = co_await std::move(task);
    if (*fault) {
        co_return **fault;
    }
    if (!ran) {
        co_return ran.error();
    }
    if (!ran->ok()) {
        co_return gitRunError(*ran, what);
    }
    co_return work->end();
}

Task<Result<void>> Arriving::Work::run(std::shared_ptr<Work> work, std::shared_ptr<Shadow> shadow,
                                       GitRun git, QString what)
{
    auto task = feed(work, shadow, std::move(git), what);
    const Result<void> fed = co_await std::move(task);
    work->finish(fed);
    co_return Result<void>();
}

void Arriving::Work::finish(const Result<void>& result)
{
    if (result) {
        complete = true;
    } else {
        problem = result.error();
    }
    tell();
}

void Arriving::Work::tell()
{
    if (!owner || m_telling) {
        return;
    }
    m_telling = true;
    QTimer::singleShot(m_toldOnce ? tellEvery : milliseconds(0), owner, [this] {
        m_telling = false;
        m_toldOnce = true;
        Q_EMIT owner->grew();
    });
}

}  // namespace analemma::git
