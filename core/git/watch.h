#pragma once

#include "core/git/git.h"

namespace analemma::git {

/// Tells when something of a work tree may have changed: a file in a folder that git knows, or the
/// index. By file watch; folders above the limit are left out and isWhole() says so. Main thread.
class WorkTreeWatch : public QObject {
    Q_OBJECT
public:
    static constexpr int folderLimit = 4'000;

    explicit WorkTreeWatch(std::shared_ptr<Repository> repository, QObject* parent = nullptr);
    ~WorkTreeWatch() override;
    [[nodiscard]] bool isWhole() const;

Q_SIGNALS:
    /// At most every 300 ms.
    void changed();
    /// The watch stands: what changes from now on is told.
    void ready();

private:
    struct Body;
    void look();
    void watch(const QList<QByteArray>& folders, bool whole);
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::git
