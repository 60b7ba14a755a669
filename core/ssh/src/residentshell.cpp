#include "core/ssh/src/residentshell.h"

#include "core/base/text.h"
#include "core/ssh/src/shellsession.h"

#include <QThread>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype limitNoise = 64 * 1024;  ///< of what start files of a login shell print

/// For a login shell of any kind. The greeting comes from sh itself, once it is there; a server
/// that only repeats the command line does not give it, since the mark is not in there whole.
QString openingLine(const QByteArray& mark)
{
    return u"exec sh -c 'm=%1; echo \"${m}%2 0\" >&2; echo \"${m}%2 0\"; exec sh'"_s.arg(
        QString::fromLatin1(mark.left(16)), QString::fromLatin1(mark.sliced(16)));
}

/// A subshell of its own, so that nothing the command does to its shell stays; eval, so that what
/// is wrong in it ends there; and echo, which every sh has built in.
QByteArray commandLine(const QByteArray& command, const QByteArray& mark)
{
    return "( eval " + quotedForSh(command) + " ) </dev/null; echo " + mark + " $?; echo " + mark +
           " 0 >&2\n";
}

bool fitsShell(const QByteArray& command, const ExecOptions& options)
{
    return !command.isEmpty() && !command.contains('\0') && command.size() <= kLongestCommand &&
           options.input.isEmpty() && !options.onOutput;
}

}  // namespace

QByteArray quotedForSh(QByteArray bytes)
{
    bytes.replace('\'', "'\\''");
    return "'" + bytes + "'";
}

std::shared_ptr<ResidentShell> ResidentShell::make(ResidentPatience patience)
{
    const auto letGo = [home = detail::threadAnchor()](ResidentShell* shell) {
        if (home->thread() == QThread::currentThread()) {
            delete shell;
        } else {
            detail::post(home.get(), [shell] { delete shell; });
        }
    };
    return {new ResidentShell(patience), letGo};
}

ResidentShell::ResidentShell(ResidentPatience patience) : m_patience(patience)
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { onTime(); });
}

ResidentShell::~ResidentShell()
{
    hangUp();
}

Error ResidentShell::error(ErrorKind kind, const QString& text) const
{
    return {kind, u"%1: %2: %3"_s.arg(m_where, text, m_command)};
}

std::optional<ResidentShell::Run> ResidentShell::run(SessionCore& core, const QByteArray& command,
                                                     const ExecOptions& options)
{
    if (m_home->thread() != QThread::currentThread() || m_refused || !fitsShell(command, options)) {
        return std::nullopt;
    }
    const bool isOneOfMany = m_asked.isValid() && m_asked.elapsed() < m_patience.rest.count();
    m_asked.start();
    if (m_state == State::Closed && isOneOfMany) {
        open(core);
    }
    if (m_state != State::Resting) {
        return std::nullopt;
    }
    const QByteArray mark = MarkReader::freshMark();
    if (!m_pipe->write(commandLine(command, mark))) {
        return std::nullopt;  // it has just ended: onEnd() is on its way
    }
    wake();
    m_state = State::Running;
    expect(mark);
    m_command = displayText(QByteArrayView(command), 60);
    m_limit = options.limitBytes;
    m_result = ExecResult();
    m_timeout = options.timeout;
    m_timer.stop();
    if (m_timeout > milliseconds(0)) {
        m_timer.start(m_timeout);
    }
    m_run.promise = Promise<ExecResult>();
    ++m_run.number;
    return m_run;
}

void ResidentShell::leave(quint64 number)
{
    if (m_state == State::Running && m_run.number == number) {
        hangUp();
    }
}

// ---- open and closed ----------------------------------------------------------------------------

void ResidentShell::open(SessionCore& core)
{
    const QByteArray mark = MarkReader::freshMark();
    expect(mark);
    m_noise = 0;
    m_where = core.target.text();
    m_core = core.weak_from_this();
    m_reactor = core.reactor;
    m_pipe = std::make_shared<ShellPipe>();
    m_pipe->setSpare();
    ShellOptions options;
    options.terminal = false;
    options.command = openingLine(mark);
    const std::shared_ptr<ShellWorker> worker = core.newShell(std::move(options), m_pipe);
    m_worker = worker;
    m_reactor->post([worker] { worker->start(); });
    m_state = State::Opening;
    m_timer.start(m_patience.opening);
    m_pipe->attach(this);
}

void ResidentShell::expect(const QByteArray& mark)
{
    m_output.expect(mark);
    m_errors.expect(mark);
}

void ResidentShell::rest()
{
    m_state = State::Resting;
    m_timer.start(m_patience.rest);
    m_pipe->setSpare();
}

void ResidentShell::refuse()
{
    m_refused = true;
    hangUp();
}

void ResidentShell::hangUp()
{
    m_state = State::Closed;
    m_timer.stop();
    if (const std::shared_ptr<ShellPipe> pipe = std::exchange(m_pipe, nullptr)) {
        pipe->detach();
        wake();
    }
}

void ResidentShell::wake() const
{
    m_reactor->post([weak = m_worker] {
        if (const auto worker = weak.lock()) {
            worker->wake();
        }
    });
}

void ResidentShell::onTime()
{
    switch (m_state) {
        case State::Closed:
            break;
        case State::Opening:
            refuse();
            break;
        case State::Resting:
            hangUp();
            break;
        case State::Running:
            hangUp();
            answer(error(ErrorKind::Timeout,
                         u"the command did not end within %1 and may still run there"_s.arg(
                             durationText(m_timeout))));
            break;
    }
}

/// The end that nobody here asked for.
void ResidentShell::onEnd(const ChannelEnd& end)
{
    const State before = m_state;
    hangUp();
    if (before == State::Opening) {
        m_refused = true;
    } else if (before == State::Resting) {
        m_refused = end.error && end.error->kind == ErrorKind::Cancelled;  // no channel to spare
    } else if (!end.error) {
        answer(error(ErrorKind::Network,
                     u"the shell there was ended; the command may have run or still run"_s));
    } else {
        Error told = *end.error;
        if (told.kind != ErrorKind::Cancelled) {
            told.message += u"; the command may have run or still run: "_s + m_command;
        }
        answer(told);
    }
}

// ---- what it says -------------------------------------------------------------------------------

void ResidentShell::onOutput(const QByteArray& piece, bool isError)
{
    if (m_pipe->taken(piece.size())) {
        wake();
    }
    if (m_state == State::Opening) {
        greet(piece, isError);
    } else if (m_state == State::Running) {
        takeIn(piece, isError);
    } else {
        hangUp();  // whatever that is, the next answer must not hold it
    }
}

void ResidentShell::greet(const QByteArray& piece, bool isError)
{
    m_noise += reader(isError).feed(piece).size();
    if (m_output.isBroken() || m_errors.isBroken() || m_noise > limitNoise) {
        refuse();
    } else if (m_output.isFound() && m_errors.isFound()) {
        if (m_output.hasMore() || m_errors.hasMore()) {
            refuse();
            return;
        }
        if (const auto core = m_core.lock()) {
            core->sawShell();
        }
        rest();
    }
}

void ResidentShell::takeIn(const QByteArray& piece, bool isError)
{
    keep(reader(isError).feed(piece), isError);
    if (m_output.isBroken() || m_errors.isBroken()) {
        refuse();
        answer(error(ErrorKind::Protocol,
                     u"the shell there gave an answer that does not fit; the command may have "
                     u"run"_s));
        return;
    }
    if (!m_output.isFound() || !m_errors.isFound()) {
        return;
    }
    m_result.exitCode = m_output.exitCode();
    if (m_output.hasMore() || m_errors.hasMore()) {
        hangUp();  // something goes on writing there
    } else {
        rest();
    }
    answer(std::move(m_result));
}

void ResidentShell::keep(const QByteArray& bytes, bool isError)
{
    const qsizetype room = m_limit - m_result.output.size() - m_result.errors.size();
    const qsizetype kept = std::clamp<qsizetype>(room, 0, bytes.size());
    m_result.truncated = m_result.truncated || kept < bytes.size();
    (isError ? m_result.errors : m_result.output).append(bytes.constData(), kept);
}

void ResidentShell::answer(Result<ExecResult> result)
{
    m_run.promise.finish(std::move(result));
}

}  // namespace analemma::ssh
