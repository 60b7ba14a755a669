#include "ui/repositories/git_desk.h"

#include "core/base/text.h"
#include "core/git/branches.h"
#include "ui/shell/words.h"
#include "ui/widgets/ask_panel.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int shownSteps = 40;

/// Why git would not take this as the name of a branch or tag; the core has the last word.
QString nameRefusal(const QString& name)
{
    return name.trimmed().isEmpty() ? GitDesk::tr("A name is needed.")
           : name.contains(u' ')    ? GitDesk::tr("No spaces in a name.")
           : name.startsWith(u'-')  ? GitDesk::tr("A name does not begin with '-'.")
           : name.size() > 200      ? GitDesk::tr("The name is too long.")
                                    : QString();
}

QString shownName(const QString& name)
{
    return displayText(name, 60);
}

}  // namespace

GitDesk::GitDesk(AskPanel* ask, QObject* parent) : Desk(parent), m_ask(ask) {}

void GitDesk::setRepository(const std::shared_ptr<git::Repository>& repository)
{
    Desk::setRepository(repository);
    m_ask->dismiss();
}

void GitDesk::withCommitter(std::function<void(const git::Committer&)> act)
{
    then(git::configuredCommitter(repository()), this,
         [this, act = std::move(act)](const Result<git::Committer>& committer) {
             if (committer) {
                 act(*committer);
             } else {
                 Q_EMIT problem(committer.error());
             }
         });
}

void GitDesk::withHead(std::function<void(const git::Head&)> act)
{
    then(repository()->head(), this, [this, act = std::move(act)](const Result<git::Head>& head) {
        if (head) {
            act(*head);
        } else {
            Q_EMIT problem(head.error());
        }
    });
}

// ---- branches and tags --------------------------------------------------------------------------

void GitDesk::newBranch(const QString& start)
{
    AskPanel::Question question;
    question.sentence =
        tr("New branch at %1").arg(shownName(start.size() == 40 ? shortHash(start) : start));
    question.fields = {{tr("Name of the branch")}};
    question.all = tr("Switch to it");
    question.refusal = nameRefusal;
    question.answers = {
        {u"make"_s, tr("Make branch"),
         [this, start, head = m_head](const AskPanel::Given& given) {
             const QString name = given.text().trimmed();
             run<QString>(git::createBranch(repository(), name, start), [this, name,
                                                                         turn = given.all, head](
                                                                            const QString& commit) {
                 if (turn) {
                     runDone(git::switchTo(repository(), head, name),
                             tr("Made %1 and switched to it.").arg(shownName(name)));
                 } else {
                     said(tr("Made the branch %1 at %2.").arg(shownName(name), shortHash(commit)));
                 }
             });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void GitDesk::newTag(const QString& commit)
{
    AskPanel::Question question;
    question.sentence = tr("New tag at %1").arg(shortHash(commit));
    question.fields = {{tr("Name of the tag")}, {tr("Message")}};
    question.refusal = nameRefusal;
    question.answers = {
        {u"make"_s, tr("Make tag"),
         [this, commit](const AskPanel::Given& given) {
             const QString name = given.text().trimmed();
             const QString message = given.texts.value(1).trimmed();
             withCommitter([this, commit, name, message](const git::Committer& committer) {
                 runDone(repository()->createTag(name, commit, message.isEmpty() ? name : message,
                                                 committer.name, committer.email),
                         tr("Made the tag %1.").arg(shownName(name)));
             });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void GitDesk::turnTo(const git::Ref& ref)
{
    const QString before = m_head.branch;
    if (ref.kind == git::Ref::Kind::Tag) {
        runDone(
            git::detachAt(repository(), m_head, ref.commit),
            tr("The files are those of %1; no branch is checked out.").arg(shownName(ref.name)));
        return;
    }
    if (ref.kind == git::Ref::Kind::Branch) {
        runDone(git::switchTo(repository(), m_head, ref.name),
                tr("Switched to %1.").arg(shownName(ref.name)));
        return;
    }
    // A remote branch gets a branch of its own that follows it.
    const QString name = ref.name.mid(ref.name.indexOf(u'/') + 1);
    run<QString>(git::createBranch(repository(), name, ref.name),
                 [this, name, head = m_head](const QString&) {
                     runDone(git::switchTo(repository(), head, name),
                             tr("Made %1 and switched to it.").arg(shownName(name)));
                 });
}

void GitDesk::rename(const git::Ref& branch)
{
    AskPanel::Question question;
    question.sentence = tr("Rename %1 to").arg(shownName(branch.name));
    question.fields = {{tr("New name"), branch.name}};
    question.refusal = nameRefusal;
    question.answers = {
        {u"rename"_s, tr("Rename"),
         [this, branch](const AskPanel::Given& given) {
             const QString name = given.text().trimmed();
             runDone(git::renameBranch(repository(), branch.name, name, branch.commit),
                     tr("%1 is called %2 now.").arg(shownName(branch.name), shownName(name)));
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

/// No question before: the way back is offered after.
void GitDesk::remove(const git::Ref& ref)
{
    const bool tag = ref.kind == git::Ref::Kind::Tag;
    run<git::Deleted>(tag ? git::deleteTag(repository(), ref.name, ref.commit)
                          : git::deleteBranch(repository(), ref.name, ref.commit),
                      [this, tag](const git::Deleted& deleted) {
                          const QString text = tag ? tr("Deleted the tag %1 (was at %2).")
                                                   : tr("Deleted the branch %1 (was at %2).");
                          said(text.arg(shownName(deleted.name), shortHash(deleted.commit)),
                               tr("Undo"), [this, record = deleted.record] {
                                   run<git::Deleted>(
                                       git::bringBack(repository(), record),
                                       [this](const git::Deleted& back) {
                                           said(tr("%1 is back.").arg(shownName(back.name)));
                                       });
                               });
                      });
}

// ---- joining histories --------------------------------------------------------------------------

/// Files with changes are saved by the reset; so this can be taken back as well.
void GitDesk::undoTo(const QString& commit)
{
    withHead([this, commit](const git::Head& head) {
        withCommitter([this, commit, head](const git::Committer& committer) {
            run<git::ResetDone>(
                git::reset(repository(), head, commit, git::ResetMode::ThrowChangesAway, committer),
                [this, commit](const git::ResetDone& done) {
                    offerBack(tr("Back at %1.").arg(shortHash(commit)), done.saved);
                });
        });
    });
}

void GitDesk::offerBack(const QString& text, const QString& saved)
{
    said(text, saved.isEmpty() ? QString() : tr("Undo"), [this, saved] {
        withHead([this, saved](const git::Head& head) {
            runDone(git::undoReset(repository(), head, saved), tr("Everything is back."));
        });
    });
}

void GitDesk::outcome(const git::Outcome& outcome, const QString& done)
{
    switch (outcome.kind) {
        case git::Outcome::Kind::Nothing:
            said(tr("It is all there already; nothing was changed."));
            return;
        case git::Outcome::Kind::Done:
            said(done, outcome.before.isEmpty() ? QString() : tr("Undo"),
                 [this, before = outcome.before] { undoTo(before); });
            return;
        case git::Outcome::Kind::Stopped:
            break;
    }
    Notice notice;
    notice.mark = lifecycle::Mark::Waiting;
    notice.text = tr("Stopped: %n file(s) are in conflict. Resolve them under Changes, or abort.",
                     nullptr, outcome.conflicts);
    Q_EMIT this->notice(notice);
}

void GitDesk::merge(const QString& revision)
{
    then(git::previewMerge(repository(), revision), this,
         [this, revision](const Result<git::MergePreview>& preview) {
             if (preview) {
                 askMerge(revision, *preview);
             } else {
                 Q_EMIT problem(preview.error());
             }
         });
}

void GitDesk::askMerge(const QString& revision, const git::MergePreview& preview)
{
    using Kind = git::MergePreview::Kind;
    const QString branch = m_head.branch.isEmpty() ? tr("what is checked out") : m_head.branch;
    if (preview.kind == Kind::UpToDate) {
        said(tr("%1 holds all of %2 already.").arg(shownName(branch), shownName(revision)));
        return;
    }
    AskPanel::Question question;
    question.sentence = tr("Merge %1 into %2").arg(shownName(revision), shownName(branch));
    if (preview.kind == Kind::FastForward) {
        question.detail = tr("%1 only moves forward to %2; no merge commit is needed.")
                              .arg(shownName(branch), shortHash(preview.commit));
    } else if (preview.kind == Kind::Unrelated) {
        question.detail = tr("The two have no commit in common.");
    } else if (preview.conflicts.isEmpty()) {
        question.detail = tr("A merge commit; no conflicts.");
    } else {
        QStringList lines{
            tr("%n file(s) will be in conflict:", nullptr, int(preview.conflicts.size()))};
        for (const QByteArray& path :
             preview.conflicts.first(std::min<qsizetype>(shownSteps, preview.conflicts.size()))) {
            lines.append(displayText(QByteArrayView(path), 200));
        }
        question.detail = lines.join(u'\n');
    }
    if (preview.kind == Kind::FastForward) {
        question.all = tr("A merge commit all the same");
    }
    const bool unrelated = preview.kind == Kind::Unrelated;
    question.answers = {{u"merge"_s, unrelated ? tr("Merge all the same") : tr("Merge"),
                         [this, revision, unrelated, head = m_head](const AskPanel::Given& given) {
                             git::MergeRequest request;
                             request.revision = revision;
                             request.fastForward = !given.all;
                             request.unrelated = unrelated;
                             withCommitter([this, request, head](const git::Committer& committer) {
                                 run<git::Outcome>(
                                     git::merge(repository(), head, request, committer),
                                     [this, revision = request.revision](const git::Outcome& out) {
                                         outcome(out, tr("Merged %1.").arg(shownName(revision)));
                                     });
                             });
                         },
                         unrelated},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void GitDesk::rebase(const QString& onto)
{
    then(git::planRebase(repository(), onto, {}), this,
         [this](const Result<git::RebasePlan>& plan) {
             if (!plan) {
                 Q_EMIT problem(plan.error());
             } else if (plan->upToDate) {
                 said(tr("It stands on %1 already.").arg(shownName(plan->name)));
             } else {
                 askRebase(*plan);
             }
         });
}

void GitDesk::askRebase(const git::RebasePlan& plan)
{
    AskPanel::Question question;
    question.sentence = tr("Rebase %1 onto %2").arg(shownName(plan.branch), shownName(plan.name));
    QStringList lines{
        tr("%n commit(s) are made anew, oldest first:", nullptr, int(plan.steps.size()))};
    for (const auto& step : plan.steps.first(std::min<qsizetype>(shownSteps, plan.steps.size()))) {
        lines.append(shortHash(step.commit) + u"  "_s + displayText(step.subject, 120));
    }
    if (!plan.skipped.isEmpty()) {
        lines.append(tr("%n commit(s) are left out: merges, and what is there already.", nullptr,
                        int(plan.skipped.size())));
    }
    question.detail = lines.join(u'\n');
    question.verbatim = true;
    question.answers = {{u"rebase"_s, tr("Rebase"),
                         [this, plan](const AskPanel::Given&) {
                             withCommitter([this, plan](const git::Committer& committer) {
                                 run<git::Outcome>(git::rebase(repository(), plan, committer),
                                                   [this, plan](const git::Outcome& out) {
                                                       outcome(out, tr("Rebased %1 onto %2.")
                                                                        .arg(shownName(plan.branch),
                                                                             shownName(plan.name)));
                                                   });
                             });
                         }},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void GitDesk::pick(const git::Commit& commit)
{
    withCommitter([this, commit, head = m_head](const git::Committer& committer) {
        const int parent = commit.parents.size() > 1 ? 1 : 0;
        run<git::Outcome>(git::cherryPick(repository(), head, commit.id, parent, committer),
                          [this, commit](const git::Outcome& out) {
                              outcome(out, tr("Picked %1.").arg(shortHash(commit.id)));
                          });
    });
}

void GitDesk::revert(const git::Commit& commit)
{
    withCommitter([this, commit, head = m_head](const git::Committer& committer) {
        const int parent = commit.parents.size() > 1 ? 1 : 0;
        run<git::Outcome>(git::revert(repository(), head, commit.id, parent, committer),
                          [this, commit](const git::Outcome& out) {
                              outcome(out, tr("Reverted %1.").arg(shortHash(commit.id)));
                          });
    });
}

void GitDesk::reset(const QString& revision)
{
    using Mode = git::ResetMode;
    const QString branch = m_head.branch.isEmpty() ? tr("HEAD") : m_head.branch;
    AskPanel::Question question;
    question.sentence = tr("Move %1 to %2").arg(shownName(branch), shortHash(revision));
    question.detail =
        tr("Keep everything: files and what is staged stay as they are.\n"
           "Keep files: files stay, nothing is staged.\n"
           "Throw changes away: files become those of the commit; what they held is "
           "saved, for Undo.");
    const auto act = [this, revision, head = m_head](Mode mode) {
        return [this, revision, head, mode](const AskPanel::Given&) {
            withCommitter([this, revision, head, mode](const git::Committer& committer) {
                run<git::ResetDone>(
                    git::reset(repository(), head, revision, mode, committer),
                    [this, mode](const git::ResetDone& done) {
                        const QString text =
                            tr("Moved from %1 to %2.")
                                .arg(shortHash(done.before), shortHash(done.after));
                        if (mode == Mode::ThrowChangesAway) {
                            offerBack(text, done.saved);
                        } else {
                            said(text, tr("Undo"),
                                 [this, before = done.before, mode] { moveTo(before, mode); });
                        }
                    });
            });
        };
    };
    question.answers = {
        {u"keep-files"_s, tr("Keep files"), act(Mode::KeepFiles)},
        {u"keep-everything"_s, tr("Keep everything"), act(Mode::KeepEverything)},
        {u"throw-away"_s, tr("Throw changes away"), act(Mode::ThrowChangesAway), true},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

void GitDesk::moveTo(const QString& commit, git::ResetMode mode)
{
    withHead([this, commit, mode](const git::Head& head) {
        withCommitter([this, commit, mode, head](const git::Committer& committer) {
            run<git::ResetDone>(git::reset(repository(), head, commit, mode, committer),
                                [this](const git::ResetDone& done) {
                                    said(tr("Back at %1.").arg(shortHash(done.after)));
                                });
        });
    });
}

// ---- work trees ---------------------------------------------------------------------------------

void GitDesk::newWorkTree(const QString& branch, const QString& root)
{
    AskPanel::Question question;
    question.sentence = branch.isEmpty() ? tr("New work tree: check out a branch in a folder")
                                         : tr("Work tree for %1").arg(shownName(branch));
    const QString beside = root + u'-' + QString(branch).replace(u'/', u'-');
    question.fields = {{tr("Folder"), branch.isEmpty() ? root + u'-' : beside}};
    if (branch.isEmpty()) {
        question.fields.prepend({tr("Branch")});
    }
    question.refusal = [](const QString& text) {
        return text.trimmed().isEmpty() ? tr("A text is needed.") : QString();
    };
    question.answers = {
        {u"make"_s, tr("Make work tree"),
         [this, branch, root](const AskPanel::Given& given) {
             const QString of = branch.isEmpty() ? given.text().trimmed() : branch;
             const QString folder =
                 QDir(QFileInfo(root).path()).absoluteFilePath(given.texts.constLast().trimmed());
             run<git::LinkedTree>(git::addWorkTree(repository(), folder, of),
                                  [this, of](const git::LinkedTree& made) {
                                      said(tr("%1 is checked out in %2.")
                                               .arg(shownName(of), displayText(made.path, 200)),
                                           tr("Undo"), [this, made] { removeWorkTree(made); });
                                  });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

/// Its branch can be checked out there again; what is on no branch is asked about before.
void GitDesk::removeWorkTree(const git::LinkedTree& tree)
{
    const auto act = [this, tree] {
        runThen(git::removeWorkTree(repository(), tree.name), [this, tree] {
            const QString text =
                tree.gone ? tr("Forgot the work tree %1.").arg(shownName(tree.name))
                          : tr("Removed the work tree %1.").arg(displayText(tree.path, 200));
            const bool back = !tree.branch.isEmpty() && !tree.gone;
            said(text, back ? tr("Undo") : QString(), [this, tree] {
                run<git::LinkedTree>(git::addWorkTree(repository(), tree.path, tree.branch),
                                     [this](const git::LinkedTree& made) {
                                         said(tr("%1 is back.").arg(displayText(made.path, 200)));
                                     });
            });
        });
    };
    if (tree.gone || !tree.branch.isEmpty()) {
        act();
        return;
    }
    AskPanel::Question question;
    question.sentence = tr("Remove the work tree %1").arg(displayText(tree.path, 200));
    question.detail = tr("No branch is checked out there: commits that are on no branch can then "
                         "be found by their ids alone. It was at %1.")
                          .arg(tree.commit);
    question.careful = true;
    question.answers = {{u"remove"_s, tr("Remove"), [act](const AskPanel::Given&) { act(); }, true},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

// ---- what is under way --------------------------------------------------------------------------

void GitDesk::finish()
{
    withCommitter([this, head = m_head](const git::Committer& committer) {
        run<git::Outcome>(git::finishUnderWay(repository(), head, {}, committer),
                          [this](const git::Outcome& out) { outcome(out, tr("Finished.")); });
    });
}

void GitDesk::skip()
{
    withCommitter([this, head = m_head](const git::Committer& committer) {
        run<git::Outcome>(
            git::skipStep(repository(), head, committer),
            [this](const git::Outcome& out) { outcome(out, tr("Left out, and finished.")); });
    });
}

void GitDesk::abandon()
{
    withCommitter([this, head = m_head](const git::Committer& committer) {
        run<git::ResetDone>(
            git::abortUnderWay(repository(), head, committer), [this](const git::ResetDone& done) {
                offerBack(tr("Aborted: everything is as it was before."), done.saved);
            });
    });
}

}  // namespace analemma::ui
