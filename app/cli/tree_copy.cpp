#include "app/cli/tree_copy.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>

#include <deque>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int limitEntries = 100'000;
constexpr int limitDepth = 64;
constexpr qint64 paintEvery = 100;  // ms

/// One line on a terminal that is painted over.
class Meter {
public:
    Meter(RunPointer run, const QString& name)
        : m_run(std::move(run)), m_name(displayText(name, 60))
    {
        m_clock.start();
    }
    ~Meter()
    {
        if (m_painted) {
            m_run->streams.err("\r\x1b[K");
        }
    }
    void show(qint64 done, qint64 total)
    {
        const qint64 now = m_clock.elapsed();
        if (!m_run->liveProgress || (m_painted && now - m_last < paintEvery)) {
            return;
        }
        const qint64 speed = now - m_first > 0 ? (done - m_from) * 1000 / (now - m_first) : 0;
        if (!m_painted) {
            m_first = now;
            m_from = done;
        }
        m_painted = true;
        m_last = now;
        const qint64 percent = total > 0 ? done * 100 / total : 100;
        const QString text =
            u"%1  %2 of %3 (%4 %)  %5/s"_s.arg(m_name, sizeText(done), sizeText(total))
                .arg(percent)
                .arg(sizeText(speed));
        m_run->streams.err("\r\x1b[K" + text.toUtf8());
    }

private:
    const RunPointer m_run;
    const QString m_name;
    QElapsedTimer m_clock;
    qint64 m_first = 0;
    qint64 m_from = 0;
    qint64 m_last = 0;
    bool m_painted = false;
};

/// What one command has copied so far.
struct Copy {
    RunPointer run;
    QString server;
    std::shared_ptr<ssh::Session> session;
    std::shared_ptr<ssh::Files> files;  ///< null where the transport has none
    int entries = 0;
    int files_ = 0;
    qint64 bytes = 0;
    int leftOut = 0;
    std::optional<Error> first;  ///< that stopped one file; the others go on

    void leaveOut(const QString& what, const QString& why)
    {
        ++leftOut;
        run->say(u"left out: %1: %2"_s.arg(displayText(what, 300), why));
    }
};
using CopyPtr = std::shared_ptr<Copy>;

ssh::TransferOptions optionsOf(const Run& run, int mode, const std::shared_ptr<Meter>& meter)
{
    ssh::TransferOptions options;
    options.resume = !run.has(u"no-resume"_s);
    options.verify = !run.has(u"no-verify"_s);
    options.mode = mode;
    options.progress = [meter](qint64 done, qint64 total) { meter->show(done, total); };
    return options;
}

void tellFile(Copy* copy, const QString& remote, const QString& local, bool sent,
              const ssh::TransferResult& result)
{
    ++copy->files_;
    copy->bytes += result.bytes;
    const QString how =
        result.resumedAt > 0 ? u", went on at %1"_s.arg(sizeText(result.resumedAt)) : QString();
    const QString from = sent ? local : copy->server + u':' + remote;
    const QString to = sent ? copy->server + u':' + remote : local;
    copy->run->answer({{u"schema"_s, u"analemma.transfer.1"_s},
                       {u"server"_s, copy->server},
                       {u"sent"_s, sent},
                       {u"remote"_s, remote},
                       {u"local"_s, local},
                       {u"bytes"_s, result.bytes},
                       {u"resumedAt"_s, result.resumedAt},
                       {u"sha256"_s, QString::fromLatin1(result.sha256)}},
                      u"%1 -> %2  %3%4%5\n"_s.arg(
                          displayText(from, 400), displayText(to, 400), sizeText(result.bytes), how,
                          result.sha256.isEmpty() ? QString() : u", verified"_s));
}

/// An error of one file among many: told, and the others go on; a broken connection ends all.
Result<void> settle(Copy* copy, const QString& what, bool isOne, const Result<void>& result)
{
    if (result || isOne) {
        return result;
    }
    const ErrorKind kind = result.error().kind;
    if (kind == ErrorKind::Cancelled || kind == ErrorKind::Network || kind == ErrorKind::Timeout) {
        return result;
    }
    copy->first = copy->first.value_or(result.error());
    copy->leaveOut(what, errorText(result.error()));
    return {};
}

Result<int> end(const Copy& copy, bool isTree)
{
    if (isTree) {
        copy.run->say(u"%1 files, %2%3"_s.arg(copy.files_)
                          .arg(sizeText(copy.bytes), copy.leftOut == 0
                                                         ? QString()
                                                         : u", %1 left out"_s.arg(copy.leftOut)));
    }
    if (copy.first) {
        return exitWith(Exit::Failed);
    }
    return exitWith(copy.leftOut == 0 ? Exit::Ok : Exit::Failed);
}

// ---- to the server ------------------------------------------------------------------------------

Task<Result<void>> sendFile(CopyPtr copy, QString local, QString remote)
{
    const RunPointer run = copy->run;
    const CancelToken cancel = run->interrupt.first;
    const int mode = int(QFileInfo(local).permissions() & QFile::ExeOwner) != 0 ? 0755 : 0644;
    const auto meter = std::make_shared<Meter>(run, QFileInfo(local).fileName());
    auto sending =
        copy->files->upload(local, remote.toUtf8(), optionsOf(*run, mode, meter), cancel);
    const Result<ssh::TransferResult> sent = co_await std::move(sending);
    if (!sent) {
        co_return sent.error().in(local);
    }
    tellFile(copy.get(), remote, local, true, *sent);
    co_return Result<void>();
}

/// Makes a folder that may be there.
Task<Result<void>> makeRemote(CopyPtr copy, QString remote)
{
    const CancelToken cancel = copy->run->interrupt.first;
    auto looking = copy->files->info(remote.toUtf8(), true, cancel);
    const Result<ssh::FileInfo> info = co_await std::move(looking);
    if (info && info->kind == ssh::FileInfo::Kind::Folder) {
        co_return Result<void>();
    }
    auto making = copy->files->makeFolder(remote.toUtf8(), 0755, cancel);
    Result<void> made = co_await std::move(making);
    co_return made;
}

struct Pair {
    QString local;
    QString remote;
    int depth = 0;
};

Task<Result<void>> sendFolder(CopyPtr copy, QString local, QString remote)
{
    std::deque<Pair> folders = {Pair{local, remote, 0}};
    while (!folders.empty()) {
        const Pair here = folders.front();
        folders.pop_front();
        auto making = makeRemote(copy, here.remote);
        const Result<void> made = co_await std::move(making);
        if (!made) {
            co_return made.error().in(here.remote);
        }
        const QFileInfoList entries = QDir(here.local)
                                          .entryInfoList(QDir::AllEntries | QDir::Hidden |
                                                             QDir::System | QDir::NoDotAndDotDot,
                                                         QDir::Name);
        for (const QFileInfo& entry : entries) {
            const QString target = here.remote + u'/' + entry.fileName();
            if (++copy->entries > limitEntries) {
                co_return Error(ErrorKind::Invalid, u"more than %1 files"_s.arg(limitEntries));
            }
            if (entry.isSymLink() || (!entry.isDir() && !entry.isFile())) {
                copy->leaveOut(entry.filePath(), u"neither a file nor a folder"_s);
            } else if (entry.isDir()) {
                folders.push_back(Pair{entry.filePath(), target, here.depth + 1});
            } else {
                auto sending = sendFile(copy, entry.filePath(), target);
                const Result<void> sent = co_await std::move(sending);
                const Result<void> settled = settle(copy.get(), entry.filePath(), false, sent);
                if (!settled) {
                    co_return settled.error();
                }
            }
        }
    }
    co_return Result<void>();
}

// ---- from the server ----------------------------------------------------------------------------

Task<Result<void>> fetchFile(CopyPtr copy, QString remote, QString local, int mode)
{
    const auto meter = std::make_shared<Meter>(copy->run, remote.section(u'/', -1));
    auto fetching = copy->files->download(
        remote.toUtf8(), local, optionsOf(*copy->run, mode, meter), copy->run->interrupt.first);
    const Result<ssh::TransferResult> result = co_await std::move(fetching);
    if (!result) {
        co_return result.error().in(remote);
    }
    tellFile(copy.get(), remote, local, false, *result);
    co_return Result<void>();
}

/// A folder of ours, made now or there already; never a link that leads elsewhere.
Result<void> makeLocal(const QString& path)
{
    struct stat info {};
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), 0755) == 0) {
        return {};
    }
    const int problem = errno;
    if (::lstat(name.constData(), &info) == 0 && S_ISDIR(info.st_mode)) {
        return {};
    }
    return problem == EEXIST
               ? Error(ErrorKind::Refused,
                       u"%1 is no folder; it was left as it is"_s.arg(displayText(path, 400)))
               : systemError(u"make the folder %1"_s.arg(displayText(path, 400)), problem);
}

/// The name as text, when the bytes are one that means the same here.
std::optional<QString> localName(const QByteArray& name)
{
    const QString text = QString::fromUtf8(name);
    const bool isSafe = !name.isEmpty() && name != "." && name != ".." && !name.contains('/') &&
                        !name.contains('\0') && text.toUtf8() == name;
    return isSafe ? std::optional(text) : std::nullopt;
}

/// One folder; its folders are appended to `folders`.
Task<Result<void>> fetchEntries(CopyPtr copy, Pair here, std::shared_ptr<std::deque<Pair>> folders)
{
    auto listing =
        copy->files->list(here.remote.toUtf8(), limitEntries, copy->run->interrupt.first);
    const Result<ssh::Listing> list = co_await std::move(listing);
    if (!list) {
        co_return list.error().in(here.remote);
    }
    if (list->truncated || list->refusedNames > 0) {
        copy->leaveOut(here.remote, list->truncated ? u"it holds more than is read"_s
                                                    : u"names that no file can have"_s);
    }
    for (const ssh::FileInfo& entry : list->entries) {
        const auto name = localName(entry.name);
        const QString shown = here.remote + u'/' + displayText(QByteArrayView(entry.name), 200);
        if (++copy->entries > limitEntries) {
            co_return Error(ErrorKind::Invalid, u"more than %1 files"_s.arg(limitEntries));
        }
        if (!name) {
            copy->leaveOut(shown, u"its name is no UTF-8"_s);
            continue;
        }
        const QString remote = here.remote + u'/' + *name;
        const QString local = here.local + u'/' + *name;
        if (entry.kind == ssh::FileInfo::Kind::Folder) {
            if (here.depth >= limitDepth) {
                copy->leaveOut(shown, u"too deep"_s);
            } else {
                folders->push_back(Pair{local, remote, here.depth + 1});
            }
        } else if (entry.kind == ssh::FileInfo::Kind::File) {
            auto fetching = fetchFile(copy, remote, local, entry.mode);
            const Result<void> fetched = co_await std::move(fetching);
            const Result<void> settled = settle(copy.get(), shown, false, fetched);
            if (!settled) {
                co_return settled.error();
            }
        } else {
            copy->leaveOut(shown, u"neither a file nor a folder"_s);
        }
    }
    co_return Result<void>();
}

Task<Result<void>> fetchFolder(CopyPtr copy, QString remote, QString local)
{
    const auto folders = std::make_shared<std::deque<Pair>>();
    folders->push_back(Pair{local, remote, 0});
    while (!folders->empty()) {
        const Pair here = folders->front();
        folders->pop_front();
        const Result<void> made =
            settle(copy.get(), here.remote, here.depth == 0, makeLocal(here.local));
        if (!made) {
            co_return made.error();
        }
        if (!QFileInfo(here.local).isDir() || QFileInfo(here.local).isSymLink()) {
            continue;  // told by settle()
        }
        auto fetching = fetchEntries(copy, here, folders);
        const Result<void> fetched = co_await std::move(fetching);
        const Result<void> settled = settle(copy.get(), here.remote, here.depth == 0, fetched);
        if (!settled) {
            co_return settled.error();
        }
    }
    co_return Result<void>();
}

CopyPtr begin(const RunPointer& run, const QString& server,
              const std::shared_ptr<ssh::Session>& session)
{
    const auto copy = std::make_shared<Copy>();
    copy->run = run;
    copy->server = server;
    copy->session = session;
    copy->files = session->files();
    return copy;
}

}  // namespace

Task<Result<int>> sendTree(RunPointer run, QString server, std::shared_ptr<ssh::Session> session,
                           QString local, QString remote)
{
    const CopyPtr copy = begin(run, server, session);
    const bool isTree = QFileInfo(local).isDir();
    auto sending = isTree ? sendFolder(copy, local, remote) : sendFile(copy, local, remote);
    const Result<void> sent = co_await std::move(sending);
    if (!sent) {
        co_return sent.error();
    }
    co_return end(*copy, isTree);
}

Task<Result<int>> fetchTree(RunPointer run, QString server, std::shared_ptr<ssh::Session> session,
                            QString remote, QString local)
{
    const CopyPtr copy = begin(run, server, session);
    auto looking = copy->files->info(remote.toUtf8(), true, run->interrupt.first);
    const Result<ssh::FileInfo> info = co_await std::move(looking);
    if (!info) {
        co_return info.error().in(remote);
    }
    const bool isTree = info->kind == ssh::FileInfo::Kind::Folder;
    if (isTree && !run->has(u"recursive"_s)) {
        co_return usageError(u"%1 is a folder"_s.arg(displayText(remote, 400)),
                             u"Add --recursive to fetch all that is in it."_s);
    }
    auto fetching =
        isTree ? fetchFolder(copy, remote, local) : fetchFile(copy, remote, local, info->mode);
    const Result<void> fetched = co_await std::move(fetching);
    if (!fetched) {
        co_return fetched.error();
    }
    co_return end(*copy, isTree);
}

}  // namespace analemma::cli
