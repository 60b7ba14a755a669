#pragma once

#include "app/cli/run.h"
#include "core/git/diff.h"

namespace analemma::cli {

/// A path of a repository for machines: as text, and where text cannot tell its bytes, these under
/// KEYBase64.
void putPath(Json& json, const QString& key, const QByteArray& path);

/// --stat, --patch, --name-only and what they leave out.
QList<Option> diffOptions();
/// Whether one of the three is given.
bool asksForChanges(const Run& run);

/// Answers with `json` and `text`, and after them with the files that differ as the options ask:
/// at most 10,000, and 16 MiB of patches; "complete" tells whether these are all.
Task<Result<void>> answerChanges(RunPointer run, std::shared_ptr<git::Repository> repository,
                                 git::DiffQuery query, Json json, QString text);

}  // namespace analemma::cli
