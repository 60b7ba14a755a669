#include "core/ssh/src/systemforward.h"

#include "core/base/text.h"
#include "core/ssh/src/muxpipe.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// A server that does not answer a request to listen or to stop.
constexpr milliseconds limitAnswer{15'000};

}  // namespace

SystemForward::SystemForward(std::shared_ptr<SystemLink> link, ForwardSpec spec)
    : ForwardOperation(link->reactor(), std::move(spec)),
      m_link(std::move(link)),
      m_path(m_link->path("/f-" + newId().right(8).toLatin1())),
      // To ssh an empty address is loopback; to servers it is any.
      m_listenHost(this->spec().listenHost.isEmpty() ? QByteArray("*")
                                                     : this->spec().listenHost.toUtf8())
{
}

SystemForward::~SystemForward()
{
    ::unlink(m_path.constData());
}

void SystemForward::start()
{
    if (m_closing || m_link->isLost()) {
        m_phase = Phase::Over;
        answer(m_closing ? cancelledError() : m_link->lossError());
        return;
    }
    if (isRemote()) {
        const Result<void> listens = listenForSsh();
        if (!listens) {
            m_phase = Phase::Over;
            answer(listens.error().in(m_link->target().text()));
            return;
        }
        askServer();
    } else {
        const Result<int> port = listenHere();
        if (!port) {
            m_phase = Phase::Over;
            answer(port.error().in(m_link->target().text()));
            return;
        }
        m_phase = Phase::Listening;
        listening(*port);
    }
    const auto self = std::static_pointer_cast<SystemForward>(shared_from_this());
    reactor()->adopt(self);
    m_link->add(self);
}

Result<void> SystemForward::listenForSsh()
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (m_path.size() >= qsizetype(sizeof address.sun_path)) {
        return Error(ErrorKind::Invalid, u"the path of the run-time folder is too long"_s);
    }
    std::memcpy(address.sun_path, m_path.constData(), std::size_t(m_path.size()));
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0 || ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket, int(kMostConnections)) != 0) {
        const int code = errno;
        if (socket >= 0) {
            ::close(socket);
        }
        return systemError(u"listen for ssh"_s, code);
    }
    watchEar(socket);
    return {};
}

void SystemForward::askServer()
{
    m_phase = Phase::Asking;
    askMaster(reactor(), m_link->socketPath(),
              mux::remoteForward(mux::Type::OpenForward, m_listenHost, spec().listenPort, m_path),
              limitAnswer, [weak = weak_from_this()](const std::optional<mux::Message>& said) {
                  if (const auto self = std::static_pointer_cast<SystemForward>(weak.lock())) {
                      self->onAnswer(said);
                  }
              });
}

void SystemForward::onAnswer(const std::optional<mux::Message>& said)
{
    if (m_phase != Phase::Asking) {
        return;
    }
    const bool isOpen =
        said && (said->type == mux::Type::Ok || said->type == mux::Type::RemotePort);
    if (!isOpen) {
        answer(said ? m_link->error(ErrorKind::Refused, refusedText()) : m_link->lossError());
        endAll({});
        over();
        return;
    }
    m_phase = Phase::Listening;
    listening(said->type == mux::Type::RemotePort ? int(said->number) : spec().listenPort);
    if (m_closing) {
        cancelRemote();
    }
}

std::shared_ptr<DataPipe> SystemForward::newPipe(const QByteArray& host, int port)
{
    return m_link->isLost() ? nullptr : std::make_shared<MuxPipe>(m_link, host, port);
}

void SystemForward::take(std::unique_ptr<TcpStream> heard)
{
    if (isRemote()) {
        connectFor(std::make_shared<MuxPipe>(m_link, std::move(heard)));
    } else {
        ForwardOperation::take(std::move(heard));
    }
}

void SystemForward::close(std::function<void()> closed)
{
    const auto self = shared_from_this();
    m_closing = true;
    answer(cancelledError());
    if (m_phase == Phase::New || m_phase == Phase::Over) {
        m_phase = Phase::Over;
        closed();
        return;
    }
    m_onClosed.push_back(std::move(closed));
    if (m_phase == Phase::Listening && isRemote()) {
        cancelRemote();
    } else if (m_phase == Phase::Listening) {
        endAll({});
        over();
    }
}

void SystemForward::cancelRemote()
{
    m_phase = Phase::Ending;
    endAll({});
    askMaster(reactor(), m_link->socketPath(),
              mux::remoteForward(mux::Type::CloseForward, m_listenHost, spec().listenPort, m_path),
              limitAnswer, [weak = weak_from_this()](const std::optional<mux::Message>&) {
                  if (const auto self = std::static_pointer_cast<SystemForward>(weak.lock())) {
                      self->over();
                  }
              });
}

void SystemForward::lost(const Error& error)
{
    const auto self = shared_from_this();
    if (m_phase != Phase::Over) {
        answer(error);
        endAll(error.message);
        over();
    }
}

void SystemForward::shutDown()
{
    m_phase = Phase::Over;
    answer(cancelledError());
    endAll({});
}

void SystemForward::over()
{
    const auto self = std::static_pointer_cast<SystemForward>(shared_from_this());
    m_phase = Phase::Over;
    ::unlink(m_path.constData());
    for (const auto& closed : std::exchange(m_onClosed, {})) {
        closed();
    }
    reactor()->dismiss(self);
}

}  // namespace analemma::ssh
