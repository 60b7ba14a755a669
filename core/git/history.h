#pragma once

#include "core/git/git.h"

/// The whole history of a repository as rows with lines between them, for views that show a part at
/// a time.
namespace analemma::git {

/// Where a commit stands in the drawing, and the lines around it. Lanes are columns from 0 on; a
/// line never changes its lane between two commits.
struct GraphRow {
    QString id;
    QStringList parents;
    int lane = 0;
    bool entered = false;  ///< a line comes from above
    QList<int> passing;    ///< lanes of lines that go by
    QList<int> leaving;    ///< lanes, below, of the lines to the parents
};

struct HistoryQuery {
    QStringList from;  ///< revisions; empty: HEAD and all branches, remote branches and tags
};

/// What became of the commit-graph file of a repository (gitformat-commit-graph(5)); without one a
/// large history comes slowly. core/git/graphfile.h writes it.
enum class GraphFile {
    Used,
    Missing,
    Behind,   ///< so many commits are newer that it is of no use
    Damaged,  ///< or of a form that is not known; it was passed over
    Ignored,  ///< as git does: shallow clones, grafts, replaced commits, core.commitGraph=false
};

/// Rows come in slices: the first are there at once, the rest follows while nobody waits. With a
/// commit-graph file children come before parents whatever the clocks say (the order of
/// `git log --date-order`); without one the order is that of `git log`. Main thread.
class History : public QObject {
    Q_OBJECT
public:
    ~History() override;

    [[nodiscard]] int count() const;
    [[nodiscard]] bool isComplete() const;
    [[nodiscard]] GraphFile graphFile() const;
    /// Commits met until now that the file does not hold; all of them where none is used.
    [[nodiscard]] int countNotInFile() const;
    /// Why it ended early.
    [[nodiscard]] std::optional<Error> problem() const;

    [[nodiscard]] QString idAt(int row) const;
    /// The row of a commit, or -1 when it is not there (yet).
    [[nodiscard]] int rowOf(const QString& id) const;
    /// Costs the rows asked for and at most 255 before them.
    [[nodiscard]] QList<GraphRow> rows(int first, int count) const;

Q_SIGNALS:
    /// More rows, or the end.
    void grew();

private:
    friend class Repository;
    struct Body;
    explicit History(std::shared_ptr<Body> body);
    static Task<Result<void>> readOn(std::shared_ptr<Body> body);
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::git
