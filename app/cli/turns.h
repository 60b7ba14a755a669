#pragma once

#include "core/base/task.h"

#include <memory>

namespace analemma::cli {

/// There is one terminal, and several logins may want to ask on it: each waits for its turn. Copies
/// share it. Main thread.
class Turns {
public:
    Turns();
    /// The turn lasts as long as what is given.
    [[nodiscard]] Task<Result<std::shared_ptr<void>>> take() const;

private:
    struct State;
    static Task<Result<std::shared_ptr<void>>> wait(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
};

}  // namespace analemma::cli
