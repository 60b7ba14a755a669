#pragma once

#include "core/base/task.h"
#include "tests/ended.h"

#include <QCoreApplication>
#include <QTest>

#include <memory>
#include <optional>

/// Shared by the tests: waiting for a task without leaving the test function.
namespace analemma::test {

/// The answer of a task, for QTRY_VERIFY(answer->has_value()).
template <class T>
std::shared_ptr<std::optional<Result<T>>> listen(Task<Result<T>> task, QObject* context)
{
    auto answer = std::make_shared<std::optional<Result<T>>>();
    then(std::move(task), context,
         [answer](Result<T> result) { answer->emplace(std::move(result)); });
    return answer;
}

/// Spins the event loop until the task ends; a Timeout error after `limit`.
template <class T>
Result<T> await(Task<Result<T>> task, std::chrono::milliseconds limit = std::chrono::seconds(60))
{
    std::optional<Result<T>> answer = ended(std::move(task), limit);
    if (!answer) {
        return Error(ErrorKind::Timeout, QStringLiteral("the test waited in vain"));
    }
    return std::move(*answer);
}

}  // namespace analemma::test

namespace QTest {

/// QCOMPARE for our enums, whose toString() gives a QString and not the char array that Qt Test
/// expects.
template <class E>
requires(std::is_enum_v<E>&& requires(E value) {
    {
        toString(value)
        } -> std::same_as<QString>;
}) bool qCompare(const E& actual, const E& expected, const char* actualText,
                 const char* expectedText, const char* file, int line)
{
    return compare_helper(
        actual == expected, "Compared values are not the same",
        [&actual]() -> const char* { return qstrdup(toString(actual).toUtf8().constData()); },
        [&expected]() -> const char* { return qstrdup(toString(expected).toUtf8().constData()); },
        actualText, expectedText, file, line);
}

}  // namespace QTest

/// Fails the test with the error's text when a Result is an error.
#define VERIFY_OK(result)                                                                \
    do {                                                                                 \
        const auto& verifyOkResult = (result);                                           \
        QVERIFY2(verifyOkResult.ok(),                                                    \
                 verifyOkResult.ok() ? "" : qPrintable(verifyOkResult.error().message)); \
    } while (false)
