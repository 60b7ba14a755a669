#pragma once

#include "core/monitor/src/writerequest.h"

#include <map>
#include <memory>
#include <optional>

/// What of the store is to be sent next, and what was acknowledged of it. Main thread.
namespace analemma::monitor {

/// A part of a batch.
struct WritePart {
    std::size_t from = 0;
    std::size_t to = 0;
};

struct WriteBatch {
    std::vector<Measured> values;
    QList<PromLabels> series;          ///< by place
    std::vector<WriteSample> samples;  ///< in the order of `values`

    /// The middle of a part that holds several series, at the end of one of them; nothing when it
    /// holds one only.
    [[nodiscard]] std::optional<std::size_t> middleOf(const WritePart& part) const;
};

class WriteQueue {
public:
    using LabelsOf = std::function<PromLabels(const QString& subject)>;
    WriteQueue(SeriesStore* store, QString workspace, LabelsOf labels)
        : m_store(store), m_workspace(std::move(workspace)), m_labels(std::move(labels))
    {
    }

    WritePositions positions;
    qint64 floor = 0;  ///< what is not younger is too old for the receiver

    /// Looks for series that are new.
    void learnNames();
    /// What a receiver is asked to tell the newest sample that it has of each series, with the
    /// name of the series in the label `analemma_metric`.
    [[nodiscard]] QStringList newestExpressions() const;
    void takeNewest(const QList<PromSeries>& answer);

    /// The series with something to send, from the oldest of it to the end of a slice of time.
    struct Wanted {
        std::vector<SeriesPlace> places;  ///< empty: all is sent
        std::vector<qint64> latest;       ///< of each
        qint64 to = 0;
    };
    [[nodiscard]] Wanted wanted(qint64 now) const;
    /// `values` are all that the store has of what is wanted: a series without one has a gap there,
    /// or it was let go of.
    void passOver(const Wanted& wanted, const std::vector<Measured>& values);
    /// Leaves out what is known to be too old; how many.
    qint64 dropOld(std::vector<Measured>& values);
    [[nodiscard]] std::shared_ptr<WriteBatch> batchOf(std::vector<Measured> values) const;

private:
    [[nodiscard]] PromLabels labelsOf(const SeriesName& name) const;

    SeriesStore* m_store;
    QString m_workspace;
    LabelsOf m_labels;
    std::map<SeriesId, SeriesName> m_names;
};

}  // namespace analemma::monitor
