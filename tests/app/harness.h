#pragma once

#include "app/cli/cli.h"
#include "tests/ended.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

/// Runs command lines in this process, with streams that are kept.
namespace analemma::test {

struct Ran {
    int code = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] Json json() const { return QJsonDocument::fromJson(out).object(); }
};

/// A home and a folder to work in, gone at the end. The path is short: sockets lie below it.
class Place {
public:
    Place() : m_folder(QDir::tempPath() + QStringLiteral("/an-XXXXXX"))
    {
        qputenv("ANALEMMA_HOME", home().toLocal8Bit());
        QDir().mkpath(work());
        QDir().mkpath(home());
    }
    [[nodiscard]] QString home() const { return m_folder.path() + QStringLiteral("/h"); }
    [[nodiscard]] QString work() const { return m_folder.path() + QStringLiteral("/w"); }

private:
    QTemporaryDir m_folder;
};

/// Answers to questions; nobody is there when `answer` is null.
inline std::function<Task<Result<QString>>(QString, CancelToken)> answering(const QString& answer)
{
    if (answer.isNull()) {
        return {};
    }
    return [answer](const QString&, const CancelToken&) {
        return onWorker<QString>([answer]() -> Result<QString> { return answer; });
    };
}

inline Ran run(const QStringList& words, const QString& directory, const QString& answer = {},
               int timeoutMs = 120'000, const cli::Interrupt& interrupt = {})
{
    Ran ran;
    cli::Streams streams;
    streams.out = [&ran](const QByteArray& bytes) { ran.out += bytes; };
    streams.err = [&ran](const QByteArray& bytes) { ran.err += bytes; };
    streams.ask = answering(answer);
    const std::optional<Result<int>> code = ended(
        cli::execute(words, streams, directory, interrupt), std::chrono::milliseconds(timeoutMs));
    if (!code) {
        qFatal("the command did not end: %s", qPrintable(words.join(QLatin1Char(' '))));
    }
    ran.code = code->valueOr(-2);
    return ran;
}

/// Waits for a task's result.
template <class T>
Result<T> awaited(Task<Result<T>> task, int timeoutMs = 30'000)
{
    std::optional<Result<T>> result = ended(std::move(task), std::chrono::milliseconds(timeoutMs));
    if (!result) {
        qFatal("the task did not end");
    }
    return *result;
}

}  // namespace analemma::test
