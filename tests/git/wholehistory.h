#pragma once

#include "core/git/history.h"
#include "tests/git/gitfixture.h"

#include <algorithm>

namespace gitfixture {

inline QStringList linesOf(const QString& text)
{
    return text.split(u'\n', Qt::SkipEmptyParts);
}

inline QStringList idsOfRows(const git::History& history)
{
    QStringList ids;
    for (int row = 0; row < history.count(); ++row) {
        ids.append(history.idAt(row));
    }
    return ids;
}

/// "<id> <parents>" of each row, sorted.
inline QStringList parentsOfRows(const git::History& history)
{
    QStringList parents;
    for (const git::GraphRow& row : history.rows(0, history.count())) {
        parents.append(QStringList(QStringList{row.id} + row.parents).join(u' '));
    }
    parents.sort();
    return parents;
}

/// What git says to the same question.
inline QStringList parentsByGit(const QString& path)
{
    QStringList told = linesOf(Ground::git(path, {u"rev-list"_s, u"--all"_s, u"--parents"_s}));
    told.sort();
    return told;
}

inline QStringList idsByGit(const QString& path, const QString& order)
{
    return linesOf(Ground::git(path, {u"log"_s, u"--all"_s, order, u"--format=%H"_s}));
}

/// Waits for all of it and checks that its lines fit together; a failure fails the test.
inline std::shared_ptr<git::History> whole(git::Repository& repository,
                                           const QStringList& from = {})
{
    const Result<std::shared_ptr<git::History>> begun =
        finished(repository.history(git::HistoryQuery{from}));
    if (!begun) {
        QTest::qFail(qPrintable(begun.error().message), __FILE__, __LINE__);
        return nullptr;
    }
    const std::shared_ptr<git::History> history = *begun;
    const bool over = QTest::qWaitFor(
        [&] { return history->isComplete() || history->problem().has_value(); }, 60'000);
    if (!over || history->problem()) {
        QTest::qFail(history->problem() ? qPrintable(history->problem()->message) : "no end",
                     __FILE__, __LINE__);
        return nullptr;
    }
    // What leaves a row at its lower edge comes into the next one at its upper edge.
    const auto sorted = [](QList<int> lanes) {
        std::sort(lanes.begin(), lanes.end());
        lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
        return lanes;
    };
    QList<int> above;
    const QList<git::GraphRow> rows = history->rows(0, history->count());
    for (const git::GraphRow& row : rows) {
        QList<int> in = row.passing;
        if (row.entered) {
            in.append(row.lane);
        }
        if (sorted(in) != above || row.passing.contains(row.lane) ||
            row.leaving.size() != row.parents.size()) {
            QTest::qFail(qPrintable(u"lines break at "_s + row.id), __FILE__, __LINE__);
            return nullptr;
        }
        above = sorted(row.passing + row.leaving);
    }
    // Any part of it is what the whole says.
    for (int first = 0; first < rows.size(); first += 97) {
        const QList<git::GraphRow> part = history->rows(first, 3);
        for (qsizetype i = 0; i < part.size(); ++i) {
            const git::GraphRow& same = rows[first + i];
            if (part[i].id != same.id || part[i].lane != same.lane ||
                part[i].passing != same.passing || part[i].leaving != same.leaving) {
                QTest::qFail(qPrintable(u"another row at %1"_s.arg(first + i)), __FILE__, __LINE__);
                return nullptr;
            }
        }
    }
    return history;
}

}  // namespace gitfixture
