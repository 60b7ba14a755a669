#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"

#include <memory>
#include <vector>

namespace analemma::pipeline {

/// The log of one step on disk: everything passes the redactor on a worker, in order, and is there
/// for readers within milliseconds. Main thread; the file is written by one worker at a time.
class StepLog {
public:
    /// Makes the file (0600) and its folder. Io.
    static Task<Result<std::shared_ptr<StepLog>>> open(QString path, std::vector<Secret> secrets,
                                                       qint64 limitBytes);
    /// Takes a piece of output; what goes over the limit is dropped, with a mark in the log.
    void add(const QByteArray& piece);
    /// A line of ours.
    void line(const QString& text);
    /// Writes what is left; the bytes on disk. Io when some of it could not be written.
    static Task<Result<qint64>> close(std::shared_ptr<StepLog> log);

private:
    struct State;
    StepLog() = default;
    static Task<Result<void>> drain(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
    TaskScope m_scope;
};

}  // namespace analemma::pipeline
