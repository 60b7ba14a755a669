#pragma once

#include "app/cli/operate.h"
#include "app/cli/run.h"

/// The bodies of all commands, one file for each noun group, and the table rows that name them.
namespace analemma::cli {

QList<Command> workspaceCommands();
QList<Command> repositoryCommands();
QList<Command> repositoryWorkspaceCommands();
QList<Command> repositoryReviewCommands();
QList<Command> repositorySearchCommands();
QList<Command> repositoryDiffCommands();
QList<Command> repositoryWorktreeCommands();
QList<Command> repositoryBranchCommands();
QList<Command> repositoryMergeCommands();
QList<Command> repositoryNetworkCommands();
QList<Command> repositoryCareCommands();
QList<Command> pipelineCommands();
QList<Command> releaseCommands();
QList<Command> imageCommands();
QList<Command> environmentCommands();
QList<Command> serverCommands();
QList<Command> keyCommands();
QList<Command> operationCommands();
QList<Command> careCommands();
QList<Command> terminalCommands();
QList<Command> demoCommands();
QList<Command> fleetCommands();
QList<Command> runbookCommands();
QList<Command> monitorCommands();
QList<Command> monitorQueryCommands();
QList<Command> monitorCheckCommands();
QList<Command> monitorPrometheusCommands();
QList<Command> monitorActCommands();
QList<Command> figuresCommands();
QList<Command> alertCommands();
QList<Command> alertWatchCommands();
QList<Command> incidentCommands();

/// "shop" where the workspace has one pipeline or repository and none is named. Usage error
/// otherwise.
Result<QString> onlyOne(const QStringList& known, const QString& given, const QString& what);

/// "2 min ago", or "-" for an invalid time.
QString ago(const Run& run, const QDateTime& time);
/// "41 s" from start to end, or until now; "-" when it never began.
QString took(const Run& run, const QDateTime& from, const QDateTime& to);

}  // namespace analemma::cli
