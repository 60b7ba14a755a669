#pragma once

#include "core/monitor/monitor.h"

#include <cstdint>
#include <mutex>

namespace analemma::monitor {

/// The newest of everything that one server said, and its series in the store.
class Newest {
public:
    explicit Newest(QString server) : m_server(std::move(server)) {}

    /// Takes a reading; puts what the store keeps of it behind `batch`. `store` may be null. One
    /// thread.
    void take(const Reading& reading, SeriesStore* store, std::vector<Measured>& batch);
    /// In the order of metric and label; `each` may not come back here. Any thread.
    void look(const std::function<void(const KnownPoint&)>& each) const;
    [[nodiscard]] std::optional<KnownPoint> point(Metric metric, QByteArrayView label) const;

private:
    struct Entry {
        KnownPoint known;
        SeriesId series = SeriesId::None;
        std::uint32_t after = 0;  ///< the place of what followed it last time
    };
    /// The place of a point; the end when there is no room for it.
    std::size_t placeOf(const Point& point, const QDateTime& time);
    void letGo(const QDateTime& now);

    const QString m_server;
    mutable std::mutex m_mutex;    ///< of the entries
    std::vector<Entry> m_entries;  ///< sorted
    std::size_t m_last = 0;        ///< the place of the point before
    QDateTime m_looked;
};

}  // namespace analemma::monitor
