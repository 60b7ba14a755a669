#pragma once

#include "core/monitor/notify.h"
#include "core/workspace/workspace.h"

/// What the workspace file says about alerts, over what holds without it.
namespace analemma::monitor {

/// The built-in rules that are not switched off, as the file changes them, then its own. Pure.
QList<AlertRule> alertRules(const workspace::Workspace& workspace);
QList<Channel> alertChannels(const workspace::Workspace& workspace);
QList<MaintenanceWindow> maintenanceWindows(const workspace::Workspace& workspace);

}  // namespace analemma::monitor
