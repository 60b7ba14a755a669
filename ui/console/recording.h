#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/terminal/recorder.h"

#include <QElapsedTimer>
#include <QObject>

#include <functional>
#include <memory>

namespace analemma::ui {

/// A console's output on its way to an asciicast file (0600, in a folder 0700), masked by
/// terminal::Recorder. Masking and writing happen on a worker, in order; the window waits for
/// nothing. Main thread.
class Recording : public QObject {
    Q_OBJECT
public:
    static constexpr qint64 limitBytes = 200 * 1024 * 1024;  ///< of a file; then it ends

    /// What is masked besides all that terminal::Recorder finds out by itself. Called on a worker.
    using Secrets = std::function<Result<QList<Secret>>()>;

    /// `folder` is made when it is missing. `name`: of the server; the file bears it and the time.
    /// Without its secrets nothing is recorded: their error ends it.
    Recording(const QString& folder, const QString& name, terminal::Size size, const QDateTime& now,
              Secrets secrets, QObject* parent);
    ~Recording() override;  ///< stops
    [[nodiscard]] QString path() const { return m_path; }

    void output(const QByteArray& bytes);
    void typed(const QByteArray& bytes);
    void resized(terminal::Size size);
    /// Writes what is left; ended() follows. Nothing is recorded any more.
    void stop();

Q_SIGNALS:
    /// The file is whole, or why it ends here. Once.
    void ended(const analemma::Result<void>& result);

private:
    struct Event;
    struct Writer;
    void add(Event event);
    void write();
    void finish(const Result<void>& result);
    std::shared_ptr<Writer> m_writer;
    QElapsedTimer m_since;
    QString m_path;
    bool m_writing = false;
    bool m_again = false;  ///< more came while it was writing
    bool m_stopping = false;
    bool m_ended = false;
};

}  // namespace analemma::ui
