#include "core/ssh/src/terminalpair.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// Control modeCharacters, from opcode 1 on (RFC 4254, section 8); -1: Linux has none of this name.
constexpr std::array<int, 18> modeCharacters = {VINTR,   VQUIT,  VERASE, VKILL, VEOF, VEOL,
                                                VEOL2,   VSTART, VSTOP,  VSUSP, -1,   VREPRINT,
                                                VWERASE, VLNEXT, -1,     VSWTC, -1,   VDISCARD};

struct Flag {
    quint8 opcode;
    tcflag_t termios::*field;
    tcflag_t bit;
};
constexpr std::array modeFlags = {
    Flag{30, &termios::c_iflag, IGNPAR}, Flag{31, &termios::c_iflag, PARMRK},
    Flag{32, &termios::c_iflag, INPCK},  Flag{33, &termios::c_iflag, ISTRIP},
    Flag{34, &termios::c_iflag, INLCR},  Flag{35, &termios::c_iflag, IGNCR},
    Flag{36, &termios::c_iflag, ICRNL},  Flag{37, &termios::c_iflag, IUCLC},
    Flag{38, &termios::c_iflag, IXON},   Flag{39, &termios::c_iflag, IXANY},
    Flag{40, &termios::c_iflag, IXOFF},  Flag{41, &termios::c_iflag, IMAXBEL},
    Flag{42, &termios::c_iflag, IUTF8},  Flag{50, &termios::c_lflag, ISIG},
    Flag{51, &termios::c_lflag, ICANON}, Flag{52, &termios::c_lflag, XCASE},
    Flag{53, &termios::c_lflag, ECHO},   Flag{54, &termios::c_lflag, ECHOE},
    Flag{55, &termios::c_lflag, ECHOK},  Flag{56, &termios::c_lflag, ECHONL},
    Flag{57, &termios::c_lflag, NOFLSH}, Flag{58, &termios::c_lflag, TOSTOP},
    Flag{59, &termios::c_lflag, IEXTEN}, Flag{60, &termios::c_lflag, ECHOCTL},
    Flag{61, &termios::c_lflag, ECHOKE}, Flag{62, &termios::c_lflag, PENDIN},
    Flag{70, &termios::c_oflag, OPOST},  Flag{71, &termios::c_oflag, OLCUC},
    Flag{72, &termios::c_oflag, ONLCR},  Flag{73, &termios::c_oflag, OCRNL},
    Flag{74, &termios::c_oflag, ONOCR},  Flag{75, &termios::c_oflag, ONLRET},
};

void applyMode(termios* settings, quint8 opcode, quint32 value)
{
    if (opcode >= 1 && opcode <= modeCharacters.size()) {
        const int index = modeCharacters.at(std::size_t(opcode) - 1);
        if (index >= 0) {
            settings->c_cc[index] = value == 255 ? cc_t(_POSIX_VDISABLE) : cc_t(value);
        }
        return;
    }
    for (const Flag& flag : modeFlags) {
        if (flag.opcode == opcode) {
            tcflag_t& field = settings->*flag.field;
            field = value != 0 ? field | flag.bit : field & ~flag.bit;
        }
    }
}

}  // namespace

Result<TerminalPair> openTerminal(const TerminalSize& size,
                                  const std::vector<std::pair<quint8, quint32>>& modes)
{
    TerminalPair pair;
    pair.near = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!pair.near.valid() || ::unlockpt(pair.near.get()) != 0) {
        return systemError(u"open a terminal"_s, errno);
    }
    pair.far = Descriptor(::ioctl(pair.near.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    if (!pair.far.valid() || ::tcgetattr(pair.far.get(), &settings) != 0) {
        return systemError(u"open a terminal"_s, errno);
    }
    for (const auto& [opcode, value] : modes) {
        applyMode(&settings, opcode, value);
    }
    if (::tcsetattr(pair.far.get(), TCSANOW, &settings) != 0) {
        return systemError(u"open a terminal"_s, errno);
    }
    setTerminalSize(pair.near.get(), size);
    return pair;
}

void setTerminalSize(int descriptor, const TerminalSize& size)
{
    winsize window{};
    window.ws_col = static_cast<unsigned short>(size.columns);
    window.ws_row = static_cast<unsigned short>(size.rows);
    window.ws_xpixel = static_cast<unsigned short>(size.widthPixels);
    window.ws_ypixel = static_cast<unsigned short>(size.heightPixels);
    ::ioctl(descriptor, TIOCSWINSZ, &window);
}

void makeRaw(int descriptor)
{
    termios settings{};
    if (::tcgetattr(descriptor, &settings) == 0) {
        ::cfmakeraw(&settings);
        ::tcsetattr(descriptor, TCSANOW, &settings);
    }
}

qint64 TerminalStream::write(const char* from, qint64 count)
{
    const ssize_t sent = ::write(descriptor(), from, std::size_t(count));
    return sent >= 0 ? sent : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

}  // namespace analemma::ssh
