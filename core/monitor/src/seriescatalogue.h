#pragma once

#include "core/monitor/series.h"

#include <map>
#include <mutex>
#include <optional>

namespace analemma::monitor {

/// Names, newest values and the state of the store: what any thread may ask for at any time.
class SeriesCatalogue {
public:
    /// Forgets all; ids begin anew.
    void clear();
    /// A series of the file.
    void learn(SeriesId id, const SeriesName& name);
    void forget(SeriesId id);
    /// The id of a name; makes one while recording, up to `limit` series.
    SeriesId find(const SeriesName& name, int limit);
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
        Latest latest;
        bool known = false;
    };
    mutable std::mutex m_mutex;
    std::map<SeriesName, SeriesId> m_ids;
    std::vector<Entry> m_entries{1};
    SeriesStatus m_status;
};

}  // namespace analemma::monitor
