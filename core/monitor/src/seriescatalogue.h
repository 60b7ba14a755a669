#pragma once

#include "core/monitor/series.h"

#include <QHash>
#include <QSet>

#include <deque>
#include <mutex>
#include <vector>

namespace analemma::monitor {

/// Names, newest values and the state of the store: what any thread may ask for at any time.
class SeriesCatalogue {
public:
    /// Forgets all; ids begin anew.
    void clear();
    /// A series of the file.
    void learn(SeriesId id, const SeriesName& name);
    void forget(SeriesId id);
    /// The id of a name; makes one while recording, as far as the limits allow.
    SeriesId find(const SeriesName& name, const SeriesLimits& limits);
    [[nodiscard]] bool knows(SeriesId id) const;
    /// The greatest id.
    [[nodiscard]] quint32 last() const;
    /// Those with ids after `id`.
    [[nodiscard]] QList<SeriesInfo> after(quint32 id) const;

    void setLatest(const std::vector<std::pair<SeriesId, Latest>>& values);
    [[nodiscard]] std::vector<Latest> latest(const std::vector<SeriesId>& series) const;
    [[nodiscard]] QList<SeriesInfo> list(const QString& subject) const;

    [[nodiscard]] SeriesStatus status() const;
    /// True when that changed what people are told.
    bool setStatus(const std::function<void(SeriesStatus&)>& change);
    void notice(const QString& sentence);

private:
    struct Entry {
        SeriesName name;
        bool known = false;
    };
    using Ids = std::vector<SeriesId>;
    /// Where the name stands among those of its subject, or would.
    [[nodiscard]] Ids::iterator placeOf(Ids& ids, const SeriesName& name);
    void put(SeriesId id, const SeriesName& name);

    mutable std::mutex m_mutex;
    QHash<QString, Ids> m_subjects;  ///< each by metric and labels
    QSet<QString> m_texts;           ///< metrics and labels: one text for all series
    std::deque<Entry> m_entries = std::deque<Entry>(1);
    std::vector<Latest> m_latest = std::vector<Latest>(1);  ///< as many as there are entries
    std::size_t m_known = 0;
    SeriesStatus m_status;
};

}  // namespace analemma::monitor
