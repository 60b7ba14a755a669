#include "core/pipeline/src/steplog.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

struct StepLog::State {
    // Main thread.
    QByteArray pending;
    qint64 taken = 0;
    qint64 limit = 0;
    bool cut = false;   ///< the limit was reached
    bool busy = false;  ///< a worker writes
    std::optional<Promise<void>> idle;
    // The worker, while busy; else the main thread.
    QFile file;
    Redactor redactor;
    bool sealed = false;  ///< nothing is written any more
    std::optional<Error> problem;

    void write(const QByteArray& bytes)
    {
        if (problem || bytes.isEmpty()) {
            return;
        }
        if (file.write(bytes) != bytes.size()) {
            problem = Error(ErrorKind::Io,
                            u"write the log %1: %2"_s.arg(file.fileName(), file.errorString()));
        }
    }

    void take(const QByteArray& bytes, bool last)
    {
        if (!sealed) {
            write(redactor.feed(bytes));
        }
        if (last && !sealed) {
            sealed = true;
            write(redactor.finish());
            write("\n[the log was cut here: a step keeps at most "_ba + sizeText(limit).toUtf8() +
                  "]\n"_ba);
        }
    }
};

Task<Result<std::shared_ptr<StepLog>>> StepLog::open(QString path, std::vector<Secret> secrets,
                                                     qint64 limitBytes)
{
    auto state = std::make_shared<State>();
    state->limit = limitBytes;
    state->file.setFileName(path);
    std::function<Result<void>()> work = [state, path, secrets]() -> Result<void> {
        for (const Secret& secret : secrets) {
            state->redactor.add(secret);
        }
        const Result<void> folder = makeFolder(QFileInfo(path).path());
        if (!folder) {
            return folder;
        }
        if (!state->file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered)) {
            return Error(ErrorKind::Io,
                         u"make the log %1: %2"_s.arg(path, state->file.errorString()));
        }
        state->file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        return {};
    };
    Result<void> opened = co_await onWorker<void>(std::move(work));
    if (!opened) {
        co_return opened.error();
    }
    std::shared_ptr<StepLog> log(new StepLog);
    log->m_state = state;
    co_return log;
}

void StepLog::add(const QByteArray& piece)
{
    State& state = *m_state;
    if (state.cut) {
        return;
    }
    const qint64 room = state.limit - state.taken;
    state.pending.append(piece.left(room));
    state.taken += std::min<qint64>(room, piece.size());
    state.cut = piece.size() > room;
    if (!state.busy) {
        state.busy = true;
        m_scope.run(drain(m_state));
    }
}

void StepLog::line(const QString& text)
{
    add((text + u'\n').toUtf8());
}

Task<Result<void>> StepLog::drain(std::shared_ptr<State> state)
{
    while (!state->pending.isEmpty()) {
        const QByteArray bytes = std::exchange(state->pending, {});
        const bool last = state->cut;
        std::function<Result<void>()> work = [state, bytes, last]() -> Result<void> {
            state->take(bytes, last);
            return {};
        };
        Result<void> done = co_await onWorker<void>(std::move(work));
        if (!done) {
            break;
        }
    }
    state->busy = false;
    if (state->idle) {
        state->idle->finish(Result<void>());
    }
    co_return Result<void>();
}

Task<Result<qint64>> StepLog::close(std::shared_ptr<StepLog> log)
{
    std::shared_ptr<State> state = log->m_state;
    if (state->busy) {
        state->idle.emplace();
        auto future = state->idle->future();
        [[maybe_unused]] Result<void> waited = co_await future;
    }
    std::function<Result<qint64>()> work = [state]() -> Result<qint64> {
        if (!state->sealed) {
            state->sealed = true;
            state->write(state->redactor.finish());
        }
        const qint64 size = state->file.size();
        state->file.close();
        return state->problem ? Result<qint64>(*state->problem) : Result<qint64>(size);
    };
    Result<qint64> size = co_await onWorker<qint64>(std::move(work));
    co_return size;
}

}  // namespace analemma::pipeline
