#pragma once

#include "core/git/arriving.h"
#include "core/git/src/shadow.h"

#include <QPointer>

namespace analemma::git {

/// The run of the git program behind rows that arrive. Main thread.
struct Arriving::Work {
    virtual ~Work() = default;

    /// Reads a piece of what git prints; an error ends the run.
    virtual Result<void> take(QByteArrayView piece) = 0;
    /// Git ended well: is all there?
    virtual Result<void> end() = 0;

    /// Runs git until its end, or until nobody has the rows any more; whether that went well.
    /// `what` says what was tried: "search the history".
    static Task<Result<void>> feed(std::shared_ptr<Work> work, std::shared_ptr<Shadow> shadow,
                                   GitRun git, QString what);
    /// The same for the last run: then all is there, or has failed.
    static Task<Result<void>> run(std::shared_ptr<Work> work, std::shared_ptr<Shadow> shadow,
                                  GitRun git, QString what);
    /// Nothing (more) comes; `result` says whether that is well.
    void finish(const Result<void>& result);

    CancelToken cancel;
    bool complete = false;
    std::optional<Error> problem;
    QPointer<Arriving> owner;

private:
    void tell();
    bool m_toldOnce = false;
    bool m_telling = false;
};

}  // namespace analemma::git
