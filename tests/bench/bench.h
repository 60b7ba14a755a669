#pragma once

#include "core/base/task.h"

#include <QEventLoop>

#include <algorithm>
#include <optional>
#include <vector>

/// Shared by the programs that measure.
namespace analemma::test {

/// The answer of a task, in an event loop of its own: what tests wait with looks every ten
/// milliseconds only.
template <class T>
Result<T> here(Task<Result<T>> task)
{
    QEventLoop loop;
    std::optional<Result<T>> answer;
    then(std::move(task), &loop, [&](Result<T> result) {
        answer.emplace(std::move(result));
        loop.quit();
    });
    if (!answer) {
        loop.exec();
    }
    return *answer;
}

/// Of at least one value; of an even count the upper one in the middle.
inline double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace analemma::test
