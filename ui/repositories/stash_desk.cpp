#include "ui/repositories/stash_desk.h"

#include "core/base/text.h"
#include "core/git/diff.h"
#include "ui/widgets/ask_panel.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString shownStash(const git::Stash& stash)
{
    return displayText(stashTitle(stash), 80);
}

}  // namespace

QString stashTitle(const git::Stash& stash)
{
    const auto colon = stash.message.indexOf(u": "_s);
    const bool usual = stash.message.startsWith(u"On "_s) || stash.message.startsWith(u"WIP on "_s);
    return usual && colon > 0 ? stash.message.mid(colon + 2) : stash.message;
}

QString stashBranch(const git::Stash& stash)
{
    const QString before = stash.message.left(stash.message.indexOf(u": "_s));
    return before.startsWith(u"On "_s)       ? before.mid(3)
           : before.startsWith(u"WIP on "_s) ? before.mid(7)
                                             : QString();
}

StashDesk::StashDesk(AskPanel* ask, QObject* parent) : Desk(parent), m_ask(ask) {}

void StashDesk::setRepository(const std::shared_ptr<git::Repository>& repository)
{
    Desk::setRepository(repository);
    m_ask->dismiss();
}

void StashDesk::push(const QByteArrayList& paths)
{
    if (!repository()) {
        return;
    }
    const auto count = int(paths.size());
    AskPanel::Question question;
    question.sentence =
        paths.isEmpty() ? tr("Stash all changes") : tr("Stash %n chosen file(s)", nullptr, count);
    question.fields = {{tr("What are they? (may be empty)")}};
    question.all = paths.isEmpty() ? tr("New files stay") : QString();
    question.answers = {
        {u"stash"_s, tr("Stash"),
         [this, paths](const AskPanel::Given& given) {
             git::StashRequest request;
             request.message = given.text().trimmed();
             request.untracked = !given.all;
             request.paths = paths;
             run<git::Stash>(git::pushStash(repository(), request), [this](const git::Stash& made) {
                 said(tr("Stashed: %1.").arg(shownStash(made)), tr("Undo"), [this, made] {
                     runDone(git::popStash(repository(), made.id, true), tr("Everything is back."));
                 });
             });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void StashDesk::apply(const git::Stash& stash)
{
    bring(stash, false);
}

void StashDesk::pop(const git::Stash& stash)
{
    bring(stash, true);
}

void StashDesk::bring(const git::Stash& stash, bool drop)
{
    runThen(drop ? git::popStash(repository(), stash.id, true)
                 : git::applyStash(repository(), stash.id, true),
            [this, stash, drop] {
                const QString text = drop ? tr("Popped: %1.") : tr("Applied: %1.");
                said(text.arg(shownStash(stash)), tr("Undo"),
                     [this, stash, drop] { takeBack(stash, drop); });
            });
}

void StashDesk::drop(const git::Stash& stash)
{
    run<git::Stash>(git::dropStash(repository(), stash.id), [this](const git::Stash& dropped) {
        said(tr("Dropped: %1.").arg(shownStash(dropped)), tr("Undo"), [this, dropped] {
            runDone(git::restoreStash(repository(), dropped.id, dropped.message),
                    tr("%1 is back on the list.").arg(shownStash(dropped)));
        });
    });
}

/// The files that a stash holds.
void StashDesk::withPaths(const git::Stash& stash, std::function<void(const QByteArrayList&)> act)
{
    git::DiffQuery changed;
    changed.from = git::Side::at(stash.base);
    changed.to = git::Side::at(stash.id);
    changed.counts = false;
    git::DiffQuery fresh = changed;
    fresh.from = git::Side::nothing();
    fresh.to = git::Side::at(stash.untracked);
    run<QList<git::FileChange>>(git::changedFiles(repository(), changed, CancelToken()),
                                [this, fresh, more = !stash.untracked.isEmpty(),
                                 act = std::move(act)](const QList<git::FileChange>& files) {
                                    QByteArrayList paths;
                                    for (const git::FileChange& file : files) {
                                        paths.append(file.path);
                                        if (file.oldPath != file.path) {
                                            paths.append(file.oldPath);
                                        }
                                    }
                                    if (!more) {
                                        act(paths);
                                        return;
                                    }
                                    run<QList<git::FileChange>>(
                                        git::changedFiles(repository(), fresh, CancelToken()),
                                        [paths, act](const QList<git::FileChange>& unknown) {
                                            QByteArrayList all = paths;
                                            for (const git::FileChange& file : unknown) {
                                                all.append(file.path);
                                            }
                                            act(all);
                                        });
                                });
}

/// Its files are put aside again: they were not changed before it was brought back.
void StashDesk::takeBack(const git::Stash& stash, bool dropped)
{
    withPaths(stash, [this, stash, dropped](const QByteArrayList& paths) {
        git::StashRequest request;
        request.message = stashTitle(stash);
        request.untracked = true;
        request.paths = paths;
        run<git::Stash>(git::pushStash(repository(), request),
                        [this, stash, dropped](const git::Stash& made) {
                            if (!dropped) {
                                forget(made, stash);
                                return;
                            }
                            runThen(git::restoreStash(repository(), stash.id, stash.message),
                                    [this, made, stash] { forget(made, stash); });
                        });
    });
}

/// What was put aside for the way back goes, unless it holds more than what was brought.
void StashDesk::forget(const git::Stash& made, const git::Stash& stash)
{
    git::DiffQuery query;
    query.from = git::Side::at(stash.id);
    query.to = git::Side::at(made.id);
    query.counts = false;
    run<QList<git::FileChange>>(
        git::changedFiles(repository(), query, CancelToken()),
        [this, made](const QList<git::FileChange>& apart) {
            if (!apart.isEmpty()) {
                said(tr("As it was before. What you changed since is a stash of its own."));
                return;
            }
            run<git::Stash>(git::dropStash(repository(), made.id),
                            [this](const git::Stash&) { said(tr("As it was before.")); });
        });
}

}  // namespace analemma::ui
