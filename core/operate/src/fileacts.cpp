#include "core/operate/filetree.h"
#include "core/operate/transfers.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {

Task<Result<int>> moveFiles(std::shared_ptr<ssh::Files> files, QList<FileMove> moves,
                            CancelToken cancel)
{
    for (int i = 0; i < moves.size(); ++i) {
        const Result<ssh::FileInfo> there = co_await files->info(moves[i].to, false, cancel);
        const QString name = displayText(QByteArrayView(moves[i].to), 300);
        if (there) {
            co_return Error(ErrorKind::Conflict,
                            u"%1 is there already; it was not replaced"_s.arg(name))
                .withHint(u"Choose another name."_s);
        }
        if (there.error().kind != ErrorKind::NotFound) {
            co_return there.error();
        }
        const Result<void> moved = co_await files->rename(moves[i].from, moves[i].to, cancel);
        if (!moved) {
            co_return moved.error();
        }
    }
    co_return int(moves.size());
}

Task<Result<int>> removeFiles(std::shared_ptr<ssh::Files> files, QList<QByteArray> paths,
                              CancelToken cancel)
{
    int gone = 0;
    for (int i = 0; i < paths.size(); ++i) {
        const Result<int> removed = co_await removeTree(files, paths[i], cancel);
        if (!removed) {
            co_return removed.error();
        }
        gone += *removed;
    }
    co_return gone;
}

Task<Result<int>> setModes(std::shared_ptr<ssh::Files> files, QList<QByteArray> paths, int mode,
                           std::optional<std::pair<quint32, quint32>> owners, CancelToken cancel)
{
    for (int i = 0; i < paths.size(); ++i) {
        if (owners) {
            const Result<void> given =
                co_await files->setOwner(paths[i], owners->first, owners->second, cancel);
            if (!given) {
                co_return given.error();
            }
        }
        const Result<void> set = co_await files->setMode(paths[i], mode, cancel);
        if (!set) {
            co_return set.error();
        }
    }
    co_return int(paths.size());
}

Task<Result<std::shared_ptr<ssh::Session>>> sessionOf(Task<Result<ssh::ChosenSession>> connecting,
                                                      CancelToken asking)
{
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    asking.cancel();
    if (!chosen) {
        co_return chosen.error();
    }
    co_return chosen->session;
}

Task<Result<ssh::ExecResult>> runOver(std::shared_ptr<ssh::Session> session, QString command,
                                      ssh::ExecOptions options, CancelToken cancel)
{
    auto running = session->exec(std::move(command), std::move(options), std::move(cancel));
    Result<ssh::ExecResult> ended = co_await std::move(running);
    co_return ended;
}

Task<Result<std::shared_ptr<ssh::Session>>> noSession(Error why)
{
    co_return why;
}

}  // namespace analemma::operate
