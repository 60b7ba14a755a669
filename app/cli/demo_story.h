#pragma once

#include "app/cli/run.h"
#include "app/load.h"

namespace analemma::cli {

/// One step of the demo, as it was measured.
struct StepTime {
    QString name;
    milliseconds took{0};
    QString detail;
};

/// What the demo found out. Pure data, so that its telling can be tested.
struct DemoReport {
    QList<StepTime> steps;
    app::LoadReport load;
    double rollbackMs =
        -1;  ///< from the command to the first answer of the old release; -1: not reached
    double switchMs = -1;  ///< of that, the balancer's command
    int orphans = 0;
    std::optional<Error> error;  ///< of the step that failed
    QStringList leftovers;       ///< what could not be cleaned up, each a sentence

    [[nodiscard]] bool ok() const;
    /// Why it is not ok, one sentence each.
    [[nodiscard]] QStringList complaints() const;
    [[nodiscard]] Json toJson() const;  ///< schema analemma.demo.1
    [[nodiscard]] QString text(bool colour) const;
};

/// The whole story in a workspace of its own at `folder`. The report always comes; what was started
/// is stopped and removed also when a step failed, but with `keep`, which leaves the workspace and
/// what runs.
Task<Result<DemoReport>> tellStory(RunPointer run, QString folder, bool keep);

}  // namespace analemma::cli
