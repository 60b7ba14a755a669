#include "app/cli/turns.h"

#include <deque>

namespace analemma::cli {

struct Turns::State {
    bool isTaken = false;
    std::deque<Promise<bool>> waiting;

    void pass()
    {
        while (!waiting.empty()) {
            const Promise<bool> next = waiting.front();
            waiting.pop_front();
            if (!next.isFinished()) {  // else it has given up
                next.finish(true);
                return;
            }
        }
        isTaken = false;
    }
};

Turns::Turns() : m_state(std::make_shared<State>()) {}

Task<Result<std::shared_ptr<void>>> Turns::take() const
{
    return wait(m_state);
}

Task<Result<std::shared_ptr<void>>> Turns::wait(std::shared_ptr<State> state)
{
    if (std::exchange(state->isTaken, true)) {
        Promise<bool> promise;
        auto future = promise.future();
        state->waiting.push_back(promise);
        promise = Promise<bool>();
        const Result<bool> mine = co_await future;
        if (!mine) {
            co_return mine.error();
        }
    }
    std::function<void(void*)> pass = [state](void*) { state->pass(); };
    co_return std::shared_ptr<void>(nullptr, std::move(pass));
}

}  // namespace analemma::cli
