#pragma once

#include "core/base/task.h"

#include <deque>
#include <memory>

namespace analemma::pipeline {

/// At most so many jobs at a time, first come first served. Main thread.
class Slots {
public:
    explicit Slots(int count) : m_free(count) {}
    /// Waits for a place; Cancelled. Give it back with release().
    static Task<Result<void>> acquire(std::shared_ptr<Slots> places, CancelToken cancel);
    void release();

private:
    int m_free = 0;
    std::deque<Promise<void>> m_waiting;
};

}  // namespace analemma::pipeline
