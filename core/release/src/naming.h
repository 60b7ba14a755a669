#pragma once

#include "core/release/src/record.h"
#include "core/release/src/survey.h"
#include "core/workspace/workspace.h"

/// How releases, repositories and persons are named, and what is said of names that are not known.
namespace analemma::release {

Error unknownRepository(const workspace::Workspace& workspace, const QString& name);
Error unknownRelease(const QString& version, const QList<Record>& records);

/// Those that are told to others, the newest version first.
QList<Record> completeOnes(QList<Record> records);

/// "1.4.2" for "v1.4.2"; what is no version stays as it is, and is not found.
QString canonical(const QString& version);

/// A person, and an address for him, as git can write them down.
QString personText(const QString& actor);
QString addressOf(const QString& person);

/// The record of a release that is about to be made.
Record newRecord(const Survey& survey, const Version& version, const QString& log,
                 const QString& actor, const QDateTime& now);

}  // namespace analemma::release
