#pragma once

#include "core/monitor/checks.h"

#include <deque>

namespace analemma::monitor {

/// Where a check stands after its last look.
struct CheckStanding {
    CheckState state = CheckState::Unknown;
    QDateTime since;
    int good = 0;  ///< in a row
    int bad = 0;   ///< in a row
};

/// After one more look: down after `fall` bad ones in a row, up again after `rise` good ones; the
/// first good one makes it up. Pure.
CheckStanding judged(CheckStanding before, bool ok, int rise, int fall, const QDateTime& now);

/// Latencies of the last 15 minutes, at most 2,000 looks. Pure.
class LatencyWindow {
public:
    static constexpr qint64 span = 15 * 60 * 1000;
    static constexpr std::size_t most = 2'000;

    /// `milliseconds` is nothing for a look that was not ok.
    void add(qint64 time, std::optional<double> milliseconds);
    [[nodiscard]] int looks() const { return int(m_looks.size()); }
    /// By nearest rank, of looks that were ok; `part` from 0 to 1.
    [[nodiscard]] std::optional<double> percentile(double part) const;
    /// (satisfied + tolerating / 2) / all: satisfied within `target`, tolerating within four times
    /// it, and frustrated beyond and when it failed.
    [[nodiscard]] std::optional<double> apdex(double target) const;

private:
    struct Look {
        qint64 time = 0;
        std::optional<double> milliseconds;
    };
    std::deque<Look> m_looks;
};

/// What an answer means for a check of a URL. Pure.
CheckResult judgeAnswer(const workspace::ServiceCheck& check, const http::Response& answer,
                        const QDateTime& now);
/// What records mean for a check of a name. Pure.
CheckResult judgeRecords(const workspace::ServiceCheck& check, const QStringList& records);
/// What the files comm of all processes mean. `whole`: nothing of them was cut off. Pure.
CheckResult judgeProcesses(const workspace::ServiceCheck& check, const QByteArray& names,
                           bool whole);
/// What `systemctl show` says. Pure.
CheckResult judgeUnit(const workspace::ServiceCheck& check, const QByteArray& shown);
/// What the listening lines of /proc/net/tcp and tcp6 mean. Pure.
CheckResult judgePort(const workspace::ServiceCheck& check, const QByteArray& lines);
/// How a script ended. Pure.
CheckResult judgeScript(const workspace::ServiceCheck& check, const ssh::ExecResult& ended);

/// The last line of a text, for people; bounded.
QString lastLine(const QByteArray& text);

}  // namespace analemma::monitor
