#include "core/ssh/src/peerprobe.h"

#include "core/ssh/src/link.h"

namespace analemma::ssh {
namespace {
constexpr char kType[] = "probe@analemma";
}

Operation::Step PeerProbe::advance(Link& link)
{
    if (m_given != nullptr) {
        return libssh2_channel_free(m_given) == LIBSSH2_ERROR_EAGAIN ? Step::Idle : Step::Done;
    }
    if (!link.takeTurn(this)) {
        return Step::Idle;
    }
    m_given =
        libssh2_channel_open_ex(link.session(), kType, sizeof kType - 1, 32768, 32768, nullptr, 0);
    if (m_given != nullptr) {
        link.endTurn(this);
        return Step::Moved;
    }
    const int code = libssh2_session_last_errno(link.session());
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    link.endTurn(this);
    if (code != LIBSSH2_ERROR_CHANNEL_FAILURE) {
        link.lose(code);
    }
    return Step::Done;
}

void PeerProbe::abort(const Error&)
{
    if (m_given != nullptr) {
        libssh2_channel_free(m_given);
    }
}

}  // namespace analemma::ssh
