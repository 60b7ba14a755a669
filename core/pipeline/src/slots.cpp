#include "core/pipeline/src/slots.h"

namespace analemma::pipeline {

Task<Result<void>> Slots::acquire(std::shared_ptr<Slots> places, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    if (places->m_free > 0) {
        --places->m_free;
        co_return Result<void>();
    }
    Promise<void> turn;
    places->m_waiting.push_back(turn);
    const std::function<void()> leave = [turn] { turn.finish(cancelledError()); };
    const CancelToken::Registration registration = cancel.onCancel(leave);
    auto future = turn.future();
    Result<void> given = co_await future;
    co_return given;
}

void Slots::release()
{
    while (!m_waiting.empty()) {
        const Promise<void> next = m_waiting.front();
        m_waiting.pop_front();
        if (!next.isFinished()) {
            next.finish(Result<void>());
            return;
        }
    }
    ++m_free;
}

}  // namespace analemma::pipeline
