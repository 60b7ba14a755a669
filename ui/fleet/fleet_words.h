#pragma once

#include "core/operate/fleet.h"
#include "core/operate/runbooks.h"
#include "ui/shell/words.h"

/// How the servers of a fleet operation are told. Pure.
namespace analemma::ui {

Mark markOf(operate::StepState state);
QString wordOf(operate::StepState state);
/// "failed 3": the word, with the exit code where it says more.
QString shortWord(const operate::HostStep& step);
/// "web-1, failed, exit code 3, 1.2 s": for tooltips and screen readers.
QString spokenStep(const operate::HostStep& step);
/// "17 servers said the same", "web-3 alone said this", "2 servers: no connection".
QString groupTitle(const operate::FleetGroup& group);
/// "ok · web-1, web-2, web-3".
QString groupDetail(const operate::FleetGroup& group);

/// All of a runbook that a person approves, as lines to be read and compared.
QByteArray runbookText(const operate::Runbook& runbook);

/// What differs between two texts, line by line: "-" of the first alone, "+" of the second alone,
/// three equal lines around, "@@" where some are left out. Of the first 2,000 lines of each.
QByteArray lineDifference(const QByteArray& first, const QByteArray& second);

}  // namespace analemma::ui
