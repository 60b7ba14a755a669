#pragma once

#include "core/base/task.h"

#include <QStringList>

/// The sample workspaces that come with the programs (resources/sample): a workspace file, a
/// repository in layers, a commit for each layer.
namespace analemma::app {

/// Names that makeSample() knows: "shop".
QStringList sampleNames();

/// Makes the sample in `folder` (made; Refused when it holds anything): analemma.yaml and the
/// repository with its first commit. The commit's id. Invalid for an unknown name.
Task<Result<QString>> makeSample(QString name, QString folder);

/// Commits the next layer to the sample's repository in `folder`; the commit's id. NotFound when
/// there is no sample there, Conflict when all its commits are made or files were changed by hand.
Task<Result<QString>> advanceSample(QString folder);

/// A workspace file for a new, empty workspace of this name.
QByteArray emptyWorkspaceFile(const QString& name);

}  // namespace analemma::app
