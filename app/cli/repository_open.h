#pragma once

#include "app/cli/run.h"
#include "core/git/search.h"

#include <QJsonArray>

namespace analemma::cli {

/// By its name in the workspace, or at a path where there is none. Errors: NotFound, those of
/// opening.
Task<Result<std::shared_ptr<git::Repository>>> openNamed(RunPointer run, QString given);

/// What was made of exactly one commit, as data and as a line of text; empty when nothing was.
struct PlacesTold {
    QJsonArray json;
    QString text;
};
/// Of the services that can be asked; on stderr it is said which could not.
Task<Result<PlacesTold>> placesMadeOf(RunPointer run, QString repository, QString commit);

/// The commits that a search finds, with their texts.
Task<Result<QList<git::Commit>>> findCommits(RunPointer run,
                                             std::shared_ptr<git::Repository> repository,
                                             git::SearchQuery query);

/// `repository where`: what holds a commit.
Task<Result<int>> repositoryWhere(RunPointer run);

}  // namespace analemma::cli
