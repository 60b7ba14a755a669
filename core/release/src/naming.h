#pragma once

#include "core/release/src/record.h"
#include "core/release/src/survey.h"
#include "core/workspace/workspace.h"

/// How releases, repositories and persons are named, and what is said of names that are not known.
namespace analemma::release {

constexpr qsizetype whoLimit = 200;  ///< characters of a name of a person

Error unknownRepository(const workspace::Workspace& workspace, const QString& name);

/// The complete record that a name means: "1.4.2" or "shop/1.4.2", with or without a "v". NotFound
/// names the known ones; Invalid when several repositories have that version.
Result<Record> recordNamed(const QString& name, const QList<Record>& records);

/// Those that are told to others, the newest version first.
QList<Record> completeOnes(QList<Record> records);

/// A person, and an address for him, as git can write them down.
QString personText(const QString& actor);
QString addressOf(const QString& person);

/// The record of a release that is about to be made.
Record newRecord(const Survey& survey, const Version& version, const QString& log,
                 const QString& actor, const QDateTime& now);

}  // namespace analemma::release
