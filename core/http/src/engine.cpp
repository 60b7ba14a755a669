#include "core/http/src/engine.h"

#include "core/base/task.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::http {
namespace {

constexpr int keptConnections = 32;
constexpr std::chrono::milliseconds longestWait(1000);

}  // namespace

Engine::~Engine()
{
    stop();
}

quint64 Engine::add(std::shared_ptr<Transfer> transfer)
{
    quint64 id = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_stopping && !m_started) {
            m_started = true;
            m_multi = ::curl_multi_init();
            ::curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, long(keptConnections));
            sigset_t all;
            sigset_t before;
            ::sigfillset(&all);  // signals are for the main thread; SIGPIPE is for nobody
            ::pthread_sigmask(SIG_BLOCK, &all, &before);
            m_thread = std::thread([this] { run(); });
            ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        }
        if (!m_stopping) {
            id = m_nextId++;
            m_added.emplace_back(id, std::move(transfer));
            ::curl_multi_wakeup(m_multi);
        }
    }
    if (transfer) {
        transfer->fail(cancelledError());
    }
    return id;
}

void Engine::cancel(quint64 id)
{
    const std::scoped_lock lock(m_mutex);
    if (id != 0 && m_started && !m_stopping) {
        m_cancelled.push_back(id);
        ::curl_multi_wakeup(m_multi);
    }
}

void Engine::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        if (m_multi != nullptr) {
            ::curl_multi_wakeup(m_multi);
        }
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
    const std::scoped_lock lock(m_mutex);
    if (m_multi != nullptr) {
        ::curl_multi_cleanup(std::exchange(m_multi, nullptr));
    }
}

void Engine::run()
{
    while (takeOrders()) {
        startWaiting();
        int running = 0;
        ::curl_multi_perform(m_multi, &running);
        reapDone();
        startWaiting();
        const int milliseconds = expireWaiting();
        ::curl_multi_poll(m_multi, nullptr, 0, milliseconds, nullptr);
    }
    endAll();
}

/// What other threads asked for; false: the end.
bool Engine::takeOrders()
{
    std::vector<quint64> cancelled;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stopping) {
            return false;
        }
        cancelled.swap(m_cancelled);
        m_waiting.insert(m_waiting.end(), std::make_move_iterator(m_added.begin()),
                         std::make_move_iterator(m_added.end()));
        m_added.clear();
    }
    for (const quint64 id : cancelled) {
        const auto waits = std::find_if(m_waiting.begin(), m_waiting.end(),
                                        [id](const Waiting& one) { return one.first == id; });
        if (waits != m_waiting.end()) {
            waits->second->fail(cancelledError());
            m_waiting.erase(waits);
            continue;
        }
        const auto runs = std::find_if(m_running.begin(), m_running.end(),
                                       [id](const auto& one) { return one.second.id == id; });
        if (runs != m_running.end()) {
            ::curl_multi_remove_handle(m_multi, runs->first);
            runs->second.transfer->fail(cancelledError());
            m_running.erase(runs);
        }
    }
    return true;
}

void Engine::startWaiting()
{
    while (!m_waiting.empty() && int(m_running.size()) < atOnce) {
        Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        start(next.first, std::move(next.second));
    }
}

void Engine::start(quint64 id, std::shared_ptr<Transfer> transfer)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        transfer->deadline() - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
        transfer->expire();
        return;
    }
    Easy easy(::curl_easy_init());
    if (!easy) {
        transfer->fail(Error(ErrorKind::Bug, u"libcurl gives no handle"_s));
        return;
    }
    const Result<void> begun = transfer->begin(easy.get());
    if (!begun) {
        transfer->fail(begun.error());
        return;
    }
    ::curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, long(left.count()));
    CURL* handle = easy.get();
    m_running[handle] = Running{id, std::move(transfer), std::move(easy)};
    ::curl_multi_add_handle(m_multi, handle);
}

void Engine::reapDone()
{
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        const CURLcode code = message->data.result;  // the message dies with the removal
        const auto found = m_running.find(message->easy_handle);
        ::curl_multi_remove_handle(m_multi, found->first);
        Running one = std::move(found->second);
        m_running.erase(found);
        if (one.transfer->end(one.easy.get(), code)) {
            one.easy.reset();
            start(one.id, std::move(one.transfer));
        }
    }
}

/// Milliseconds until the next look at those that wait.
int Engine::expireWaiting()
{
    const auto now = std::chrono::steady_clock::now();
    auto wait = longestWait;
    for (auto one = m_waiting.begin(); one != m_waiting.end();) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(one->second->deadline() - now);
        if (left.count() <= 0) {
            one->second->expire();
            one = m_waiting.erase(one);
            continue;
        }
        wait = std::min(wait, left);
        ++one;
    }
    return int(wait.count());
}

void Engine::endAll()
{
    for (auto& [handle, one] : m_running) {
        ::curl_multi_remove_handle(m_multi, handle);
        one.transfer->fail(cancelledError());
    }
    m_running.clear();
    std::deque<Waiting> rest;
    {
        const std::scoped_lock lock(m_mutex);
        rest.swap(m_added);
    }
    rest.insert(rest.end(), m_waiting.begin(), m_waiting.end());
    m_waiting.clear();
    for (const Waiting& one : rest) {
        one.second->fail(cancelledError());
    }
}

}  // namespace analemma::http
