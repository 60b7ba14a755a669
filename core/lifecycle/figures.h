#pragma once

#include "core/lifecycle/lifecycle.h"

#include <QLocale>

/// Delivery figures: the five that DORA's reports compare teams by (2024 report), from the journal
/// of our own deployments. Each names the operations that it was counted from.
namespace analemma::lifecycle {

/// The five.
enum class Figure { Frequency, LeadTime, FailureRate, RestoreTime, Rework };
constexpr int figureCount = 5;
constexpr std::array<Figure, figureCount> allFigures{
    Figure::Frequency, Figure::LeadTime, Figure::FailureRate, Figure::RestoreTime, Figure::Rework};
/// "deployment frequency", ...
QString toString(Figure figure);

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

/// What became of a deployment that went live.
struct Fate {
    QString operation;
    bool failed = false;                     ///< it was taken back
    bool reworked = false;                   ///< it mended a failed one
    QDateTime restored;                      ///< of a failed one; invalid: not yet
    QString restoredBy;                      ///< operation
    std::optional<milliseconds> restoredIn;  ///< from live until restored
    std::optional<milliseconds> leadTime;    ///< commit until live, median over its commits
};

/// Stretches of a trend, counted back from the end of the period: what is left at its beginning is
/// a stretch of its own when it is at least half a one, else a part of the first.
enum class Bucket { Day, Week };
QString toString(Bucket bucket);
std::optional<Bucket> bucketFromString(const QString& text);
/// Days up to 31 days, else weeks. Pure.
Bucket bucketFor(milliseconds period);

struct FigureQuery {
    QDateTime from;       ///< inclusive, UTC
    QDateTime to;         ///< exclusive
    QString environment;  ///< empty: all
    QString repository;   ///< empty: all
    Bucket bucket = Bucket::Week;
    /// As long as the period, and right before it: what it is compared with.
    [[nodiscard]] QDateTime before() const;
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
    QStringList timed;                        ///< those of them whose commits leadTime counts
    QStringList failed;                       ///< deployments that were taken back
    QStringList mended;                       ///< those of them that users no longer have
    QStringList restored;                     ///< what took them back or mended them, in that order
    QStringList reworked;                     ///< deployments that mended a failed one
};

/// A week, milliseconds, or percent. Pure.
std::optional<double> valueOf(const Figures& figures, Figure figure);
/// The deployments that the number was counted from: all that went live, those with known commits,
/// those that failed, those that were restored, those that mended. Oldest first. Pure.
QStringList eventsOf(const Figures& figures, Figure figure);
/// "3.2", "2 h 5 min", "4.5 d", "33 %"; "-" for none. Pure.
QString numberText(Figure figure, std::optional<double> value,
                   const QLocale& locale = QLocale::c());

/// How a figure went from one stretch of time to the next.
enum class Course { Unknown, Same, Better, Worse };
QString toString(Course course);
struct Comparison {
    std::optional<double> now;
    std::optional<double> before;
    Course course = Course::Unknown;  ///< Unknown: one of the two has nothing to compare
    bool rose = false;
};
/// More often is better, all others are better when they are less; within 5 % (of rates: or one
/// percentage point) it is the same. Pure.
Comparison compare(Figure figure, const Figures& now, const Figures& before);

/// The figures of one environment or repository alone.
struct FigurePart {
    QString name;
    Figures now;
    Figures before;
};

struct FigureReport {
    FigureQuery query;
    Figures all;
    Figures before;                  ///< of as long a time right before
    QList<Figures> trend;            ///< see Bucket, oldest first
    QList<FigurePart> environments;  ///< by name; those with any, now or before
    QList<FigurePart> repositories;
    QList<Delivery> deliveries;              ///< those that were counted, oldest first
    QHash<QString, Fate> fates;              ///< of the deployments among them, by operation
    QStringList problems;                    ///< what could not be read, each a sentence
    [[nodiscard]] Json toJson() const;       ///< schema analemma.figures.1
    [[nodiscard]] QByteArray toCsv() const;  ///< a row for each delivery; RFC 4180
    [[nodiscard]] const Delivery* delivery(const QString& operation) const;  ///< null: not there
};

/// A deployment counts when it went live. It failed when the program took it back by itself, or a
/// person rolled back from it before the next one; a roll back that was undone by another one
/// counts for nothing. It is rework when it is the first after a failed one in its environment.
/// Pure; any thread.
FigureReport makeFigures(const QList<Delivery>& deliveries, FigureQuery query);

/// The services asked; they outlive the task.
struct FigureSources {
    workspace::Workspace workspace;
    engine::Engine* engine = nullptr;
    Lifecycle::OpenRepository open;
    QHash<QString, QList<Landed>> known;  ///< by operation, of an earlier reading: not read again
};

/// What the journal tells of an operation; nothing of those that are no deployments. Pure.
std::optional<Delivery> deliveryOf(const engine::Operation& operation,
                                   const workspace::Workspace& workspace);

/// What makeFigures() counts, of one reading.
struct Deliveries {
    QList<Delivery> all;   ///< of the environments asked for, oldest first in each
    QStringList problems;  ///< what could not be read, each a sentence
};
/// The journal: at most 2,000 operations an environment; and of those that went live in the period
/// or in the one before it at most 500 commits each. NotFound when the query names an environment
/// or repository that is not there. Main thread; not cancellable.
Task<Result<Deliveries>> deliveries(FigureSources sources, FigureQuery query);

/// makeFigures() of deliveries(); errors as there. Main thread; not cancellable.
Task<Result<FigureReport>> figures(FigureSources sources, FigureQuery query);

}  // namespace analemma::lifecycle
