#pragma once

#include "core/git/arriving.h"
#include "core/git/git.h"

/// Who wrote each line of a file: git's answer of `git blame`, line by line as it comes. (libgit2's
/// own takes 10 to 60 times as long.)
namespace analemma::git {

struct BlameQuery {
    QByteArray path;                ///< as stored
    QString revision;               ///< empty: the work tree, or HEAD of a bare repository
    bool moved = false;             ///< look for lines moved within a file (-M)
    bool copied = false;            ///< and moved from other files of the same commit (-C)
    bool ignoreWhitespace = false;  ///< (-w)
};

/// A commit and the path that lines of the file had in it.
struct BlameOrigin {
    QString commit;  ///< id; empty: not committed yet
    QByteArray path;
    QString previousCommit;  ///< blame this one to see what was there before; empty: nothing was
    QByteArray previousPath;
    QString author;  ///< at most 1,000 bytes, as the e-mail and the subject
    QString email;
    QDateTime time;  ///< of the author, UTC
    QString subject;
    bool boundary = false;  ///< the history ends here: the line may be older
};

struct BlameLine {
    int origin = -1;  ///< see Blame::origin(); -1: not known yet
    int line = 0;     ///< there, from 1
    bool operator==(const BlameLine&) const = default;
};

/// The lines are there at once, where they come from follows.
class Blame : public Arriving {
    Q_OBJECT
public:
    ~Blame() override;

    [[nodiscard]] int count() const;  ///< of lines
    [[nodiscard]] int known() const;  ///< of lines whose origin is known
    [[nodiscard]] BlameLine line(int row) const;
    [[nodiscard]] QByteArray text(int row) const;  ///< without the line feed
    [[nodiscard]] int originCount() const;
    [[nodiscard]] const BlameOrigin& origin(int index) const;

private:
    friend struct BlameMaker;
    struct Body;
    explicit Blame(std::shared_ptr<Body> body);
    std::shared_ptr<Body> m_body;
};

/// Begins it; `cancel` ends it at any time. NotFound when there is no such file, Invalid when it is
/// a folder or a submodule or has more than 16 MiB or 1,000,000 lines, Unsupported without a usable
/// git program (as a problem later on).
Task<Result<std::shared_ptr<Blame>>> blame(std::shared_ptr<Repository> repository, BlameQuery query,
                                           CancelToken cancel);

}  // namespace analemma::git
