#pragma once

#include "app/cli/run.h"

/// Starting operations from the command line, watching them, and telling how they ended.
namespace analemma::cli {

/// What a command starts.
struct Start {
    /// Starts it; the id. Called again on Locked until --lock-wait has passed.
    std::function<Task<Result<QString>>(CancelToken cancel)> start;
    /// The plan, for --dry-run.
    std::function<Task<Result<engine::Preview>>()> preview;
};

/// The end of it; nothing when the command has been answered already (--dry-run, --detach).
using Ended = std::optional<engine::Operation>;

/// --dry-run shows the plan; else starts, waits with progress on stderr, and hands back the
/// operation. Ctrl-C cancels it and waits for the clean-up; twice leaves it interrupted.
Task<Result<Ended>> operate(RunPointer run, Start start);
/// Waits for an operation that runs here or elsewhere. `mayCancel`: Ctrl-C and --timeout cancel it.
Task<Result<engine::Operation>> watchOperation(RunPointer run, QString id, bool mayCancel);

/// The last part of most commands: data, sentence, exit code. `fields` is added to the JSON.
Result<int> tellEnd(const Run& run, const engine::Operation& operation, const QString& schema,
                    const Json& fields, const QString& sentence);

/// What is told at the end of an operation.
struct Telling {
    QString schema;
    Json fields;  ///< of the request, added to the JSON
    std::function<QString(const engine::Operation& ended)> sentence;  ///< for people
};
/// operate(), then tellEnd(): all that most commands do.
Task<Result<int>> operateAndTell(RunPointer run, Start start, Telling telling);

/// Its outcome, or what it is in when it has none yet.
QString operationState(const engine::Operation& one);

/// The plan for people, and as data (schema analemma.plan.1).
QString planText(const engine::Preview& preview, bool colour);
Json planJson(const engine::Preview& preview);

/// One event as a line of text; empty for those that say nothing to people.
QString eventText(const store::EventRow& event, bool colour);
Json eventJson(const store::EventRow& event);

}  // namespace analemma::cli
