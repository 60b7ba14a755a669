#pragma once

#include "core/operate/transfers.h"

namespace analemma::operate {

enum class TransferEvent {
    Start,   ///< there is room for it
    Pause,   ///< a person
    Resume,  ///< a person
    Ask,     ///< a file is there already
    Answer,  ///< a person
    Lose,    ///< the connection; it is tried again
    Finish,
    Fail,
    Cancel,  ///< a person
    Retry    ///< a person
};

/// The state that follows; nothing where the event has no meaning in this state. Pure.
std::optional<TransferState> next(TransferState state, TransferEvent event);

/// How long to wait before try number `tries` (1, 2, …) after a lost connection. Pure.
milliseconds waitBefore(int tries, milliseconds first);

}  // namespace analemma::operate
