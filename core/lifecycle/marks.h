#pragma once

#include "core/engine/engine.h"
#include "core/workspace/workspace.h"

namespace analemma::monitor {
struct Incident;
}

/// What happened, as marks for charts: so that a curve that turns shows at what it turned.
namespace analemma::lifecycle {

/// The graver, the later.
enum class MarkKind { Bake, Config, Deploy, Rollback, Incident };
QString toString(MarkKind kind);

/// Something that was wrong for people, from when until when.
struct Incident {
    QString id;
    QString title;
    QString environment;
    QString severity;  ///< "critical"; may be empty
    QDateTime began;
    QDateTime ended;    ///< invalid: it goes on
    QString operation;  ///< the change that it came with; may be empty
};

/// Those that people took, as they are kept. Pure.
QList<Incident> incidentsOf(const QList<monitor::Incident>& kept);

/// A commit that changed the workspace file.
struct ConfigChange {
    QString commit;
    QString subject;
    QDateTime time;
    std::optional<QStringList> environments{};  ///< that it changed; none: not known
};

struct ChangeMark {
    MarkKind kind = MarkKind::Deploy;
    QDateTime time;
    QString text;       ///< has passed displayText()
    QString operation;  ///< opens it; empty: none
    QString id;         ///< the operation's, the commit's or the incident's
};

struct MarkFacts {
    QList<engine::Operation> operations;
    QList<ConfigChange> configs;
    QList<Incident> incidents;
};

/// A deployment counts from its switch on, whatever became of it: users had it. One that was taken
/// back by itself leaves a second mark, for the way back. A bake counts at its end, a roll back at
/// its switch, both when they ended well. Oldest first, at most `most`, the newest of them. Pure;
/// any thread.
QList<ChangeMark> makeMarks(const MarkFacts& facts, int most = 200);

/// The commits that changed a file, kept as long as the branch stands where it stood. Main thread;
/// one reading at a time is under way, whoever asks meanwhile gets what is known.
class ConfigHistory {
public:
    /// `file` may lie in a repository, or in none: then nothing changes it.
    explicit ConfigHistory(QString file);
    /// Of the last 400 days, at most 200, newest first. What cannot be read is none.
    [[nodiscard]] Task<Result<QList<ConfigChange>>> changes(QDateTime now) const;
    /// One of them with its environments, from the file before and after it; without them where one
    /// of the two cannot be read.
    [[nodiscard]] Task<Result<ConfigChange>> compared(ConfigChange change) const;

private:
    struct State;
    static Task<Result<QList<ConfigChange>>> read(std::shared_ptr<State> state, QDateTime now);
    static Task<Result<ConfigChange>> compare(std::shared_ptr<State> state, ConfigChange change);
    std::shared_ptr<State> m_state;
};

/// The services asked; the engine outlives the task.
struct MarkSources {
    engine::Engine* engine = nullptr;
    std::shared_ptr<const ConfigHistory> configs;  ///< may be null
    QList<Incident> incidents;
    QDateTime now;
};
/// makeMarks() of the newest operations of the journal. Errors of the journal's. Main thread.
Task<Result<QList<ChangeMark>>> marks(MarkSources sources, int most = 200);

}  // namespace analemma::lifecycle
