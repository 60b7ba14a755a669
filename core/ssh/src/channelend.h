#pragma once

#include "core/base/text.h"

#include <libssh2.h>

namespace analemma::ssh {

/// "KILL" when a signal ended what ran on the channel (RFC 4254, 6.10).
inline QString exitSignal(LIBSSH2_SESSION* session, LIBSSH2_CHANNEL* channel)
{
    char* name = nullptr;
    std::size_t size = 0;
    libssh2_channel_get_exit_signal(channel, &name, &size, nullptr, nullptr, nullptr, nullptr);
    const QString signal =
        name == nullptr ? QString() : displayText(QByteArrayView(name, qsizetype(size)), 32);
    if (name != nullptr) {
        libssh2_free(session, name);
    }
    return signal;
}

}  // namespace analemma::ssh
