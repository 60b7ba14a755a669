#pragma once

#include "core/base/task.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>

#include <memory>

/// Requests without a pause, as users would send them: a part over connections that stay open, a
/// part over a new connection each. Own thread, non-blocking sockets.
namespace analemma::app {

using std::chrono::milliseconds;

struct LoadPlan {
    QUrl url;                     ///< "http://127.64.3.1:8000/api/version"
    int keepAlive = 4;            ///< clients whose connection stays open
    int fresh = 2;                ///< clients that connect anew for each request
    milliseconds pause{8};        ///< of a client between an answer and its next request
    milliseconds patience{5000};  ///< without an answer by then a request has failed
};

/// What came of it. A request has failed when no whole answer with status 200 came.
struct LoadReport {
    qint64 requests = 0;
    qint64 failed = 0;
    QStringList failures;             ///< the first ten, each a sentence
    QHash<QString, qint64> versions;  ///< answers by the release that gave them
    double medianMs = 0;
    double p99Ms = 0;
    double worstMs = 0;
};

/// Nanoseconds on the clock that answers are stamped with (CLOCK_MONOTONIC).
qint64 loadNow();

/// The release that an answer names: "version" of its JSON; empty when there is none. Pure.
QString versionIn(const QByteArray& body);

/// One answer of an HTTP/1.1 server, as far as it has come. Pure; RFC 9112.
struct Answer {
    bool complete = false;
    bool broken = false;  ///< not HTTP, or without a length
    int status = 0;
    bool keepAlive = true;
    QByteArray body;
};
Answer readAnswer(const QByteArray& bytes);

struct LoadState;

class Load {
public:
    explicit Load(LoadPlan plan);
    ~Load();  ///< stops and joins
    /// Waits for the first answer of a release that came after a time of loadNow(); that answer's
    /// time. Begin to wait before causing it.
    Task<Result<qint64>> firstAnswer(QString version, qint64 after, milliseconds patience);
    /// Waits until so many answers have come. Timeout.
    Task<Result<void>> answered(qint64 count, milliseconds patience);
    /// Ends it: requests under way get their answer. Then the report.
    Task<Result<LoadReport>> stop();

private:
    std::shared_ptr<LoadState> m_state;
};

}  // namespace analemma::app
