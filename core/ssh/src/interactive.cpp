#include "core/ssh/src/interactive.h"

#include "core/base/text.h"
#include "core/ssh/src/wire.h"

#include <pthread.h>
#include <signal.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr int kMostRounds = 10;
constexpr int kMostPrompts = 16;

/// libssh2's callback finds its object here: the session's own pointer belongs to the wire.
thread_local Interactive* t_current = nullptr;

QString foreign(const char* text, int size, qsizetype most)
{
    return text == nullptr || size <= 0 ? QString() : displayText(QByteArrayView(text, size), most);
}

}  // namespace

Interactive::Interactive(LIBSSH2_SESSION* session, QByteArray user, QString target,
                         std::shared_ptr<Asking> asking, std::function<void()> wake)
    : m_session(session),
      m_user(std::move(user)),
      m_target(std::move(target)),
      m_asking(std::move(asking)),
      m_wake(std::move(wake))
{
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    m_thread = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Interactive::~Interactive()
{
    stop();
}

void Interactive::stop()
{
    {
        const std::scoped_lock lock(m_desk->mutex);
        m_desk->stopped = true;
        m_desk->changed.notify_all();
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

bool Interactive::isRunning() const
{
    const std::scoped_lock lock(m_desk->mutex);
    return m_desk->running;
}

bool Interactive::isAsking() const
{
    const std::scoped_lock lock(m_desk->mutex);
    return m_desk->asking;
}

bool Interactive::wasAnswered() const
{
    const std::scoped_lock lock(m_desk->mutex);
    return m_desk->answered;
}

std::optional<int> Interactive::step()
{
    const std::scoped_lock lock(m_desk->mutex);
    if (m_desk->result) {
        return std::exchange(m_desk->result, std::nullopt);
    }
    if (!m_desk->running && !m_desk->stopped) {
        m_desk->wanted = m_desk->running = true;
        m_desk->changed.notify_all();
    }
    return std::nullopt;
}

void Interactive::run()
{
    t_current = this;
    std::unique_lock lock(m_desk->mutex);
    for (;;) {
        m_desk->changed.wait(lock, [this] { return m_desk->wanted || m_desk->stopped; });
        if (m_desk->stopped) {
            m_desk->running = false;
            return;
        }
        m_desk->wanted = false;
        lock.unlock();
        const int code = libssh2_userauth_keyboard_interactive_ex(
            m_session, m_user.constData(), unsigned(m_user.size()), &respond);
        lock.lock();
        m_desk->result = code;
        m_desk->running = false;
        m_wake();
    }
}

void Interactive::respond(const char* name, int nameSize, const char* instruction,
                          int instructionSize, int count,
                          const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                          LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, void** abstract)
{
    if (count <= 0 || count > kMostPrompts) {
        return;  // nothing to answer; empty answers are sent
    }
    Question question;
    question.kind = Question::Kind::Interactive;
    question.target = t_current->m_target;
    question.subject = foreign(name, nameSize, 200);
    question.instruction = foreign(instruction, instructionSize, 2000);
    for (int i = 0; i < count; ++i) {
        question.prompts.push_back(
            {foreign(prompts[i].text, int(prompts[i].length), 500), prompts[i].echo != 0});
    }
    const auto answers = t_current->ask(std::move(question));
    for (int i = 0; answers && i < count && std::size_t(i) < answers->size(); ++i) {
        (*answers)[std::size_t(i)].use([abstract, &response = responses[i]](QByteArrayView bytes) {
            response.text = Wire::copyFor(abstract, bytes);
            response.length = response.text == nullptr ? 0 : unsigned(bytes.size());
        });
    }
}

std::optional<std::vector<Secret>> Interactive::ask(Question question)
{
    std::unique_lock lock(m_desk->mutex);
    if (m_desk->stopped || ++m_desk->rounds > kMostRounds) {
        return std::nullopt;
    }
    m_desk->asking = true;
    m_desk->answer.reset();
    lock.unlock();
    m_asking->ask(std::move(question), [desk = m_desk](const Result<std::vector<Secret>>& answer) {
        const std::scoped_lock held(desk->mutex);
        desk->answer = answer;
        desk->changed.notify_all();
    });
    lock.lock();
    m_desk->changed.wait(lock, [this] { return m_desk->answer || m_desk->stopped; });
    m_desk->asking = false;
    if (!m_desk->answer || !*m_desk->answer) {
        return std::nullopt;
    }
    m_desk->answered = true;
    return **m_desk->answer;
}

}  // namespace analemma::ssh
