#pragma once

#include "core/lifecycle/lifecycle.h"

/// Delivery figures: the five that DORA's reports compare teams by (2024 report), from the journal
/// of our own deployments. Each names the operations that it was counted from.
namespace analemma::lifecycle {

/// A commit that reached an environment with a deployment.
struct Landed {
    QString commit;
    QString subject;
    QDateTime time;  ///< of the committer
};

/// One way in or back, as the journal tells it.
struct Delivery {
    enum class Kind { Deploy, Rollback };
    Kind kind = Kind::Deploy;
    QString operation;
    QString environment;
    QString repository;
    QString release;
    QString commit;
    int from = 0;         ///< of a roll back: the generation that was left, ...
    int to = 0;           ///< ... and the one that serves since; 0: made anew
    bool stayed = false;  ///< it ended well
    QDateTime began;
    QDateTime live;  ///< users had it from then on; invalid: never
    QDateTime ended;
    QList<Landed> changes;  ///< of a deployment: what was not there before
};

struct FigureQuery {
    QDateTime from;       ///< inclusive, UTC
    QDateTime to;         ///< exclusive
    QString environment;  ///< empty: all
    QString repository;   ///< empty: all
};

/// The five, of one stretch of time. What nothing was counted for has no value.
struct Figures {
    QDateTime from;
    QDateTime to;
    int deployments = 0;  ///< that went live
    std::optional<double> perWeek;
    std::optional<milliseconds> leadTime;     ///< commit until live, median over commits
    std::optional<double> failureRate;        ///< percent of deployments
    std::optional<milliseconds> restoreTime;  ///< live until taken back or mended, median
    std::optional<double> reworkRate;         ///< percent of deployments
    int commits = 0;                          ///< that leadTime is the median of
    QStringList deployed;                     ///< operations, oldest first
    QStringList failed;                       ///< deployments that were taken back
    QStringList restored;                     ///< what took them back or mended them
    QStringList reworked;                     ///< deployments that mended a failed one
};

struct FigureReport {
    FigureQuery query;
    Figures all;
    QList<Figures> trend;               ///< by week from `from` on; the last one may be shorter
    QList<Delivery> deliveries;         ///< those that were counted, oldest first
    QStringList problems;               ///< what could not be read, each a sentence
    [[nodiscard]] Json toJson() const;  ///< schema analemma.figures.1
    [[nodiscard]] QByteArray toCsv() const;  ///< a row for each delivery; RFC 4180
};

/// A deployment counts when it went live. It failed when the program took it back by itself, or a
/// person rolled back from it before the next one; a roll back that was undone by another one
/// counts for nothing. It is rework when it is the first after a failed one in its environment.
/// Pure; any thread.
FigureReport makeFigures(const QList<Delivery>& deliveries, FigureQuery query);

/// The services asked; they outlive the task.
struct FigureSources {
    const workspace::Workspace* workspace = nullptr;
    engine::Engine* engine = nullptr;
    Lifecycle::OpenRepository open;
};

/// What the journal tells of an operation; nothing of those that are no deployments. Pure.
std::optional<Delivery> deliveryOf(const engine::Operation& operation,
                                   const workspace::Workspace& workspace);

/// makeFigures() of the journal: at most 2,000 operations an environment, and 500 commits a
/// deployment. NotFound when the query names an environment or repository that is not there. Main
/// thread; not cancellable.
Task<Result<FigureReport>> figures(FigureSources sources, FigureQuery query);

}  // namespace analemma::lifecycle
