#pragma once

#include "core/release/release.h"

namespace analemma::release {

/// A release as it lies in the store. It is an intent until its tag is known to stand; only
/// complete ones are told to others.
struct Record {
    Release release;
    bool complete = false;
    qint64 revision = 0;  ///< of the document; 0: not written yet
};

Json toBody(const Record& record);
Record toRecord(const store::Document& document);

/// Every record of the workspace. Store thread.
Result<QList<Record>> readRecords(store::Transaction& transaction);
Result<std::optional<Record>> readRecord(store::Transaction& transaction, const QString& id);
/// Writes on top of what was read; Conflict when somebody else wrote meanwhile.
Result<Record> writeRecord(store::Transaction& transaction, const Record& record);
Result<void> removeRecord(store::Transaction& transaction, const QString& id);

/// The record of a commit, if it has one.
std::optional<Record> recordOf(const QList<Record>& records, const QString& repository,
                               const QString& commit);

}  // namespace analemma::release
