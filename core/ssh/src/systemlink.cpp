#include "core/ssh/src/systemlink.h"

#include "core/ssh/src/sftpchannel.h"
#include "core/ssh/src/shellworker.h"
#include "core/ssh/src/systemforward.h"

#include <QFile>

#include <csignal>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {
constexpr milliseconds limitAliveCheck{5'000};
constexpr milliseconds limitEnding{2'000};
constexpr milliseconds pauseEnding{50};
}  // namespace

SystemLink::SystemLink(std::shared_ptr<Reactor> reactor, Target target, QString folder,
                       ProcessIdentity master)
    : m_reactor(std::move(reactor)),
      m_target(std::move(target)),
      m_folder(QFile::encodeName(folder)),
      m_master(std::move(master))
{
}

Error SystemLink::error(ErrorKind kind, const QString& text) const
{
    return {kind, m_target.text() + u": "_s + text};
}

Error SystemLink::lossError() const
{
    return error(ErrorKind::Network, u"the connection broke"_s);
}

void SystemLink::start()
{
    m_reactor->adopt(shared_from_this());
    m_watch = std::make_unique<MuxLine>(m_reactor, socketPath());
    m_watch->onEnd = [this] { onEnd(); };  // the line is ours
    if (!m_watch->start({}, {})) {
        onEnd();
    }
}

void SystemLink::onEnd()
{
    m_lost = true;
    for (const auto& weak : std::exchange(m_forwards, {})) {
        if (const auto forward = std::static_pointer_cast<SystemForward>(weak.lock())) {
            forward->lost(lossError());
        }
    }
    goOn();  // what waits finds out by itself
}

void SystemLink::close()
{
    const auto self = shared_from_this();
    m_watch.reset();
    onEnd();
    m_reactor->dismiss(self);
}

void SystemLink::shutDown()
{
    m_watch.reset();
    m_lost = true;
    m_entering.clear();
    m_kept.clear();
}

void SystemLink::add(const std::shared_ptr<ForwardOperation>& forward)
{
    std::erase_if(m_forwards, [](const auto& known) { return known.expired(); });
    m_forwards.push_back(forward);
}

void SystemLink::add(const std::shared_ptr<SftpChannel>& channel)
{
    std::erase_if(m_sftp, [](const auto& known) { return known.expired(); });
    m_sftp.push_back(channel);
}

void SystemLink::add(const std::shared_ptr<ShellWorker>& shell)
{
    std::erase_if(m_shells, [](const auto& known) { return known.expired(); });
    m_shells.push_back(shell);
}

void SystemLink::checkAlive(std::function<void(bool)> answer) const
{
    askMaster(m_reactor, socketPath(), mux::aliveCheck(), limitAliveCheck,
              [answer = std::move(answer)](const std::optional<mux::Message>& said) {
                  answer(said && said->type == mux::Type::Alive);
              });
}

void SystemLink::tellResized() const
{
    (void)signalProcess(m_master, SIGWINCH);  // one that is gone has no terminals
}

void SystemLink::enter(std::function<void()> go)
{
    if (m_limit > 0 && m_open >= m_limit && !m_lost) {
        m_entering.push_back(std::move(go));
        return;
    }
    ++m_open;
    go();
}

void SystemLink::leave()
{
    m_leftAt = Reactor::now();
    if (--m_open == 0) {
        m_limit = 0;
    }
    goOn();
}

std::optional<milliseconds> SystemLink::refused()
{
    --m_open;
    for (const auto& weak : m_sftp) {
        if (const auto channel = weak.lock()) {
            channel->endIfIdle();
        }
    }
    for (const auto& weak : m_shells) {
        if (const auto shell = weak.lock()) {
            shell->yieldChannel();
        }
    }
    // A server counts a channel that was closed until its program has ended.
    if (Reactor::now() - m_leftAt < limitEnding) {
        return pauseEnding;
    }
    if (m_open == 0) {
        return std::nullopt;
    }
    m_limit = m_open;
    return milliseconds(0);
}

void SystemLink::goOn()
{
    while (!m_entering.empty() && (m_limit == 0 || m_open < m_limit || m_lost)) {
        const auto go = std::move(m_entering.front());
        m_entering.pop_front();
        ++m_open;
        go();
    }
}

}  // namespace analemma::ssh
