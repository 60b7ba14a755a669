#pragma once

#include "core/git/git.h"
#include "core/store/store.h"
#include "core/workspace/workspace.h"

#include <QObject>

#include <compare>
#include <functional>
#include <memory>
#include <optional>

/// Releases: a version (SemVer 2.0.0), its commit, artifacts, change log and approvals.
namespace analemma::release {

/// Semantic Versioning 2.0.0, semver.org.
struct Version {
    quint64 major = 0;
    quint64 minor = 0;
    quint64 patch = 0;
    QStringList preRelease;
    QString build;                                      ///< plays no part in the order
    static Result<Version> parse(const QString& text);  ///< "1.4.2", "v1.4.2-rc.1"
    [[nodiscard]] QString text() const;
    friend std::strong_ordering operator<=>(const Version& a, const Version& b);  ///< SemVer 11
    friend bool operator==(const Version& a, const Version& b);
};

/// One commit message read by Conventional Commits 1.0.0.
struct ConventionalCommit {
    QString type;  ///< "feat"; empty when the message does not follow the convention
    QString scope;
    bool breaking = false;
    QString description;
};
ConventionalCommit readConventional(const QString& subject, const QString& body);

/// The next version after `last` for these commits: breaking -> major (minor below 1.0.0), feat ->
/// minor, else patch. A pre-release counts for the numbers it leads up to: 2.0.0-rc.1 -> 2.0.0.
/// First version: 0.1.0. Pure.
Version nextVersion(const std::optional<Version>& last, const QList<git::Commit>& commits);
/// Markdown: Breaking changes, Added, Fixed, Other, each with subject and short hash. Plain merges
/// are left out. Foreign text has passed displayText() and is escaped: it makes no Markdown or
/// HTML. Pure.
QString changeLog(const QList<git::Commit>& commits);

struct Artifact {
    QString name;
    QString sha256;
    qint64 size = 0;
};

struct Approval {
    QString who;
    QDateTime at;
    QString comment;
};

struct Release {
    QString version;
    QString repository;
    QString commit;
    QString subject;
    QString run;  ///< whose artifacts it holds
    QString changeLog;
    QList<Artifact> artifacts;
    QList<Approval> approvals;
    QString actor;
    QDateTime created;
    QString tag;  ///< "v1.4.2"
    [[nodiscard]] QString id()
        const;  ///< "shop/1.4.2": a version names a release in its repository
    [[nodiscard]] Json toJson() const;  ///< schema analemma.release.1
    static Release fromJson(const Json& json);
};

/// What a release is made of: a run that passed.
struct Built {
    QString run;
    QString commit;
    QList<Artifact> artifacts;
};

struct Proposal {
    QString version;
    QString last;  ///< empty before the first
    QString commit;
    QString changeLog;
    QString reason;  ///< "1 feature, 2 fixes since 1.4.1"
    QString run;
};

class Releases : public QObject {
    Q_OBJECT
public:
    using OpenRepository =
        std::function<Task<Result<std::shared_ptr<git::Repository>>>(QString name)>;
    /// The newest passed run of a commit, or of the newest commit that has one (empty); NotFound
    /// with a hint. Comes from the pipelines, which are on the same floor.
    using FindBuilt = std::function<Task<Result<Built>>(QString repository, QString commit)>;
    Releases(workspace::Workspace workspace, store::Store* store, OpenRepository open,
             FindBuilt built, const Clock* clock);
    ~Releases() override;

    /// `revision` empty: the newest commit whose run passed. The last version is the highest of the
    /// repository's releases and of its tags v*. Conflict when the commit is released already
    /// (details: version), Refused when it has no run that passed, or commits that were not
    /// approved while the workspace file says `review: required`.
    Task<Result<Proposal>> propose(QString repository, QString revision);
    /// Makes a release and its annotated tag (v + version). `version` empty: the proposed one.
    /// Conflict when the version exists for another commit or the commit has a release; Refused
    /// as for propose(); Invalid when the version is not above the last.
    /// Killed at any point and called again it completes the same release: one that was begun is
    /// completed, one that is complete is given back when `version` names it and is a Conflict
    /// (details: version) when it is left empty.
    Task<Result<Release>> create(QString repository, QString revision, QString version,
                                 QString actor);
    /// One approval a person; approving twice changes nothing. `name` and errors as for release().
    Task<Result<Release>> approve(QString name, QString who, QString comment);
    Task<Result<QList<Release>>> releases(
        QString repository);  ///< newest version first; empty: all
    /// `name` is "1.4.2" or "shop/1.4.2". NotFound names the known ones; Invalid when several
    /// repositories have that version.
    Task<Result<Release>> release(QString name);

Q_SIGNALS:
    /// A release was begun, made or approved, here or by another program. Connect first, then read.
    void changed();

protected:
    void connectNotify(const QMetaMethod& signal) override;

private:
    struct Body;
    struct Flow;
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::release
