#include "ui/repositories/changes_page.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/commitindex.h"
#include "ui/diff/change_list.h"
#include "ui/diff/diff_pane.h"
#include "ui/repositories/commit_box.h"
#include "ui/repositories/stash_desk.h"
#include "ui/shell/words.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qsizetype mostDiscarded = 500;  // as many as git::discard() keeps

}  // namespace

QString ChangesPage::discardFolder() const
{
    return homeFolder() + u"/discarded"_s;
}

void ChangesPage::finish(Task<Result<void>> task)
{
    then(std::move(task), this, [this, of = repository()](const Result<void>& done) {
        if (of != repository()) {
            return;
        }
        if (!done) {
            Q_EMIT problem(done.error());
        }
        read();
    });
}

void ChangesPage::actOnHunk(const QString& action, int hunk, const QList<int>& lines)
{
    const git::FileDiff shown = m_pane->view()->diff();
    QList<git::LinePick> picks;
    for (const int line : lines) {
        picks.append({hunk, line});
    }
    if (picks.isEmpty()) {
        picks = git::linesOf(shown, hunk);
    }
    if (action == u"stage") {
        finish(git::stageLines(repository(), shown, picks));
    } else if (action == u"unstage") {
        finish(git::unstageLines(repository(), shown, picks));
    } else {
        then(git::discardLines(repository(), shown, picks, discardFolder()), this,
             [this, of = repository()](const Result<git::Discarded>& discarded) {
                 if (of != repository()) {
                     return;
                 }
                 if (discarded) {
                     offerUndo({*discarded});
                 } else {
                     Q_EMIT problem(discarded.error());
                 }
                 read();
             });
    }
}

void ChangesPage::stageChosen()
{
    const QList<QByteArray> paths = m_unstaged->selectedPaths();
    if (repository() && !paths.isEmpty()) {
        finish(git::stage(repository(), paths));
    }
}

void ChangesPage::unstageChosen()
{
    const QList<QByteArray> paths = m_staged->selectedPaths();
    if (repository() && !paths.isEmpty()) {
        finish(git::unstage(repository(), paths));
    }
}

void ChangesPage::ignoreChosen()
{
    for (const QByteArray& path : m_unstaged->selectedPaths()) {
        then(git::ignore(repository(), path), this,
             [this, of = repository()](const Result<QByteArray>& line) {
                 if (of == repository() && !line) {
                     Q_EMIT problem(line.error());
                 }
                 read();
             });
    }
}

/// A folder stands for the files in it, each of which can be brought back.
void ChangesPage::discardChosen()
{
    QByteArrayList files;
    QStringList folders;
    for (const QByteArray& path : m_unstaged->selectedPaths()) {
        if (path.endsWith('/')) {
            folders.append(QString::fromUtf8(path.chopped(1)));
        } else {
            files.append(path);
        }
    }
    if (folders.isEmpty()) {
        discardFiles(files);
        return;
    }
    git::DiffQuery query = queryOf(m_unstaged);
    query.paths = folders;
    query.counts = false;
    then(git::changedFiles(repository(), query, m_cancel), this,
         [this, of = repository(), files](const Result<QList<git::FileChange>>& inside) {
             if (of != repository()) {
                 return;
             }
             if (!inside) {
                 Q_EMIT problem(inside.error());
                 return;
             }
             QByteArrayList all = files;
             for (const git::FileChange& file : *inside) {
                 if (!all.contains(file.path)) {
                     all.append(file.path);
                 }
             }
             discardFiles(all);
         });
}

/// All at once, and one way back for all of them.
void ChangesPage::discardFiles(const QByteArrayList& files)
{
    struct Gathered {
        QList<git::Discarded> done;
        qsizetype missing = 0;
    };
    if (files.size() > mostDiscarded) {
        Q_EMIT problem(Error(ErrorKind::Refused,
                             tr("These are %1 files, and only %2 can be brought back: nothing was "
                                "discarded.")
                                 .arg(files.size())
                                 .arg(mostDiscarded))
                           .withHint(tr("Choose fewer, or stash them.")));
        return;
    }
    const auto gathered = std::make_shared<Gathered>();
    gathered->missing = files.size();
    for (const QByteArray& path : files) {
        then(git::discard(repository(), path, discardFolder()), this,
             [this, of = repository(), gathered](const Result<git::Discarded>& discarded) {
                 if (discarded) {
                     gathered->done.append(*discarded);
                 }
                 if (of != repository()) {
                     return;
                 }
                 if (!discarded) {
                     Q_EMIT problem(discarded.error());
                 }
                 if (--gathered->missing == 0) {
                     offerUndo(gathered->done);
                     read();
                 }
             });
    }
}

void ChangesPage::offerUndo(const QList<git::Discarded>& discarded)
{
    if (discarded.isEmpty()) {
        return;
    }
    const auto count = int(discarded.size());
    Notice said;
    said.text = count == 1 ? tr("Discarded changes of %1.")
                                 .arg(displayText(QByteArrayView(discarded[0].path), 100))
                           : tr("Discarded changes of %n files.", nullptr, count);
    said.action = tr("Undo");
    said.run = [this, of = repository(), discarded] {
        for (const git::Discarded& one : discarded) {
            finish(git::undoDiscard(of, one.id, discardFolder()));
        }
    };
    Q_EMIT notice(said);
}

// ---- putting aside ------------------------------------------------------------------------------

void ChangesPage::stashAll()
{
    m_stash->push();
}

/// Of the list that is turned to; what is renamed goes with the name it had.
void ChangesPage::stashChosen()
{
    const ChangeList* list = m_source != nullptr ? m_source : m_unstaged;
    QByteArrayList paths = list->selectedPaths();
    for (const git::FileChange& change : list->changes()) {
        if (paths.contains(change.path) && !paths.contains(change.oldPath)) {
            paths.append(change.oldPath);
        }
    }
    if (!paths.isEmpty()) {
        m_stash->push(paths);
    }
}

void ChangesPage::commit(const QString& message, bool amend)
{
    git::CommitRequest request;
    request.message = message;
    request.amend = amend;
    request.expected = m_status.commit;
    then(git::commitIndex(repository(), request), this,
         [this, of = repository(), amend](const Result<git::Committed>& committed) {
             if (of != repository()) {
                 return;
             }
             if (!committed) {
                 Q_EMIT problem(committed.error());
                 read();
                 return;
             }
             m_box->clear();
             Notice said;
             said.text =
                 (amend ? tr("Amended: %1.") : tr("Committed %1.")).arg(shortHash(committed->id));
             if (!committed->hooksNotRun.isEmpty()) {
                 said.text +=
                     u' ' +
                     tr("Hooks are not run here: %1.").arg(committed->hooksNotRun.join(u", "_s));
             }
             if (committed->signatureWanted) {
                 said.text += u' ' + tr("The repository asks for signatures; it has none.");
             }
             Q_EMIT notice(said);
             read();
         });
}

void ChangesPage::resolve(const git::Conflict& conflict, const git::Resolution& resolution)
{
    finish(git::resolveConflict(repository(), conflict, resolution));
}

}  // namespace analemma::ui
