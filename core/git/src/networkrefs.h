#pragma once

#include "core/base/descriptor.h"
#include "core/git/network.h"
#include "core/git/src/handles.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

/// How what a call brought comes into the repository: objects first, then the list of shallow
/// commits, then the refs. On its queue.
namespace analemma::git {

/// Where objects arrive: a folder below the repository's own objects, so that they need not be
/// copied. It goes with this object; what a killed program left goes with the next call, or with
/// `git prune`, which knows such names.
class Quarantine {
public:
    static Result<std::shared_ptr<Quarantine>> make(const Handle& handle);
    Quarantine(QString folder, QString objects, Descriptor lock);
    ~Quarantine();
    Quarantine(const Quarantine&) = delete;
    Quarantine& operator=(const Quarantine&) = delete;

    /// So that git writes here and reads there (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES).
    [[nodiscard]] std::vector<std::pair<QString, QString>> environment() const;
    /// Moves the packs in, each with its index last: until then nobody sees it.
    Result<void> admit() const;

private:
    QString m_folder;
    QString m_objects;
    Descriptor m_lock;  ///< flock(2) of the folder: somebody is at it
};

using RefValues = std::map<QByteArray, git_oid>;

/// The refs of the git folder at `path`.
Result<RefValues> refValues(const QString& path);

struct RefChange {
    QByteArray name;
    std::optional<git_oid> before;  ///< it must still stand there
    std::optional<git_oid> after;   ///< nothing: it goes
    QByteArray message;             ///< for the ref log
    bool forced = false;
};

/// What is to be done so that `before` becomes `after`. Symbolic refs of the repository stay.
std::vector<RefChange> changesBetween(const Handle& handle, const RefValues& before,
                                      const RefValues& after, const QByteArray& who);

/// All or none (locks first, then writes): Conflict when one is not where it was. What already
/// stands where it should is passed over. Gives back what was moved.
Result<QList<RefMove>> changeRefs(const Handle& handle, std::vector<RefChange> changes);

/// Puts the list of shallow commits in the place of the one that stood there when the shadow was
/// made. Conflict when that has changed.
Result<void> takeShallow(const Handle& handle, const QByteArray& before, const QByteArray& after);
/// Empty when there is none.
Result<QByteArray> shallowOf(const QString& gitFolder);

/// Who writes the ref log: the person of the configuration, else this program.
Result<SignatureHandle> logSignature(const Handle& handle);

}  // namespace analemma::git
