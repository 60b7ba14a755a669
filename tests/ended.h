#pragma once

#include "core/base/task.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace analemma::test {

/// What a task ended with; nothing when it did not within `limit`. The answer ends the wait:
/// QTest::qWaitFor() sleeps ten milliseconds between two looks, which are minutes over all tests.
template <class T>
std::optional<Result<T>> ended(Task<Result<T>> task, std::chrono::milliseconds limit)
{
    QObject context;
    QEventLoop loop;
    std::optional<Result<T>> answer;
    then(std::move(task), &context, [&](Result<T> result) {
        answer.emplace(std::move(result));
        loop.quit();
    });
    if (!answer) {
        QTimer::singleShot(limit, &loop, &QEventLoop::quit);
        loop.exec();
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return answer;
}

}  // namespace analemma::test
