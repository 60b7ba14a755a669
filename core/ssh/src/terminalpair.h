#pragma once

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "core/ssh/shell.h"
#include "core/ssh/src/stream.h"

#include <utility>
#include <vector>

/// A pseudo terminal of our own (pty(7)). OpenSSH learns size and modes of a terminal from one; it
/// carries input only, output goes by a socket, which can be held back without holding up ssh.
namespace analemma::ssh {

struct TerminalPair {
    Descriptor near;  ///< ours; does not block
    Descriptor far;   ///< of ssh
};
/// With the modes of RFC 4254, section 8. Io.
Result<TerminalPair> openTerminal(const TerminalSize& size,
                                  const std::vector<std::pair<quint8, quint32>>& modes);
void setTerminalSize(int descriptor, const TerminalSize& size);
/// From now on bytes pass as they are.
void makeRaw(int descriptor);

/// Our side, as the reactor writes to it.
class TerminalStream final : public TcpStream {
public:
    using TcpStream::TcpStream;
    qint64 write(const char* from, qint64 count) override;
    void endWrite() override {}
};

}  // namespace analemma::ssh
