#pragma once

#include "core/base/task.h"

#include <memory>
#include <optional>

namespace analemma::git {

/// Rows that arrive while nobody waits. Whoever lets go of it ends the work. Main thread.
class Arriving : public QObject {
    Q_OBJECT
public:
    ~Arriving() override;

    [[nodiscard]] bool isComplete() const;
    /// Why it ended early; Cancelled when that was asked for.
    [[nodiscard]] std::optional<Error> problem() const;

Q_SIGNALS:
    /// More rows, or the end; at most 40 times a second.
    void grew();

protected:
    struct Work;
    explicit Arriving(std::shared_ptr<Work> work);

private:
    std::shared_ptr<Work> m_work;
};

/// Waits for the end; its problem() as the error. Main thread.
Task<Result<void>> untilComplete(std::shared_ptr<Arriving> rows);

}  // namespace analemma::git
