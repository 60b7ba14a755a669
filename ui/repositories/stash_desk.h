#pragma once

#include "core/git/stash.h"
#include "ui/repositories/desk.h"

namespace analemma::ui {

class AskPanel;

/// Puts changes aside and brings them back; each act can be taken back. Main thread.
class StashDesk : public Desk {
    Q_OBJECT
public:
    /// `ask` is where it asks; not owned.
    explicit StashDesk(AskPanel* ask, QObject* parent = nullptr);
    void setRepository(const std::shared_ptr<git::Repository>& repository) override;

    /// No path: everything that changed. Folders end in '/'.
    void push(const QByteArrayList& paths = {});
    void apply(const git::Stash& stash);
    void pop(const git::Stash& stash);
    void drop(const git::Stash& stash);

private:
    void bring(const git::Stash& stash, bool drop);
    void takeBack(const git::Stash& stash, bool dropped);
    void withPaths(const git::Stash& stash, std::function<void(const QByteArrayList&)> act);
    void forget(const git::Stash& made, const git::Stash& stash);

    AskPanel* m_ask;
};

/// What was said when it was made, without git's "On main: ". Pure.
QString stashTitle(const git::Stash& stash);
/// Where it was made: "main". Pure.
QString stashBranch(const git::Stash& stash);

}  // namespace analemma::ui
