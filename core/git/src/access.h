#pragma once

#include "core/git/git.h"
#include "core/git/src/handles.h"
#include "core/git/src/queue.h"

#include <functional>

/// How the faces of this module reach a repository's queue and handle.
namespace analemma::git {

/// What coroutines hold: it outlives the Repository until the last of them ends. The handle is used
/// and freed on the queue only.
struct Repository::Body {
    Body(std::shared_ptr<Queue> q, std::shared_ptr<Handle> h)
        : queue(std::move(q)), handle(std::move(h))
    {
    }
    ~Body()
    {
        queue->add([last = std::move(handle)] { static_cast<void>(last); });
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    std::shared_ptr<Queue> queue;
    std::shared_ptr<Handle> handle;
    QString path;
};

template <class T>
Task<Result<T>> onQueue(std::shared_ptr<Queue> queue, std::function<Result<T>()> work)
{
    Promise<T> promise;
    auto future = promise.future();
    std::function<void()> job = [promise, work = std::move(work)] { promise.finish(work()); };
    queue->add(std::move(job));
    promise = Promise<T>();  // from here on only the job gives the answer
    Result<T> result = co_await future;
    co_return result;
}

/// `body` stays alive until the work is done, and with it the handle.
template <class T, class Body>
Task<Result<T>> perform(std::shared_ptr<Body> body, std::function<Result<T>(const Handle&)> work)
{
    std::function<Result<T>()> job = [handle = body->handle, work = std::move(work)] {
        return work(*handle);
    };
    auto task = onQueue<T>(body->queue, std::move(job));
    Result<T> result = co_await std::move(task);
    co_return result;
}

/// For faces that are not Repository's own members: `perform<T>(Access::body(*repository), work)`.
struct Access {
    static std::shared_ptr<Repository::Body> body(const Repository& repository)
    {
        return repository.m_body;
    }
};

}  // namespace analemma::git
