#include "core/git/blame.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/arrivingwork.h"
#include "core/git/src/blamereader.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/workfiles.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

struct Blame::Body : Arriving::Work {
    Body(QByteArray bytes, std::vector<qsizetype> lines)
        : content(std::move(bytes)), starts(std::move(lines)), reader(int(starts.size()))
    {
    }

    Result<void> take(QByteArrayView piece) override { return reader.take(piece); }
    Result<void> end() override { return reader.end(); }

    QByteArray content;
    std::vector<qsizetype> starts;  ///< of the lines
    BlameReader reader;
};

/// Who may make one.
struct BlameMaker {
    static Task<Result<std::shared_ptr<Blame>>> make(std::shared_ptr<Repository> repository,
                                                     BlameQuery query, CancelToken cancel);
};

namespace {

constexpr qint64 blamedBytes = 16 * 1024 * 1024;
constexpr qsizetype blamedLines = 1'000'000;
constexpr milliseconds blameTimeout{30 * 60'000};

QString shownPath(const QByteArray& path)
{
    return displayText(QByteArrayView(path), 200);
}

Error notBlamed(ErrorKind kind, const QByteArray& path, const QString& reason)
{
    return Error(kind, u"%1 %2."_s.arg(shownPath(path), reason));
}

/// The bytes of a file of the work tree that git knows, or where it leads when it is a link.
Result<QByteArray> readKnownFile(const Handle& handle, const QByteArray& path)
{
    git_repository* repository = handle.repository.get();
    IndexHandle index;
    if (const int code = git_repository_index(out(index), repository); code < 0) {
        return gitError(code, u"read the index"_s);
    }
    if (const int code = git_index_read(index.get(), 0); code < 0) {
        return gitError(code, u"read the index"_s);
    }
    std::size_t position = 0;
    if (git_index_find(&position, index.get(), path.constData()) < 0) {
        git_error_clear();
        return notBlamed(ErrorKind::NotFound, path, u"is no file that git keeps"_s);
    }
    const Result<QByteArray> root = workTreeRoot(handle);
    const Result<WorkFile> file =
        root ? loadWorkFile(*root, path, blamedBytes) : Result<WorkFile>(root.error());
    if (!file) {
        return file.error();
    }
    if (file->mode == 0) {
        return notBlamed(ErrorKind::NotFound, path, u"is not in the work tree"_s);
    }
    return file->bytes;
}

struct BlamePrepared {
    QByteArray content;
    std::vector<qsizetype> starts;
    std::shared_ptr<Shadow> shadow;
    bool ofWorkTree = false;
};

QByteArrayList blameCommand(const BlameQuery& query, const QByteArray& commit)
{
    QByteArrayList words{"blame", "--incremental", "--encoding=UTF-8"};
    for (const auto& [is, flag] : {std::pair{query.moved || query.copied, "-M"},
                                   {query.copied, "-C"},
                                   {query.ignoreWhitespace, "-w"}}) {
        if (is) {
            words.append(flag);
        }
    }
    // What was read is what is blamed, whatever becomes of the file.
    words += commit.isEmpty() ? QByteArrayList{"--contents", "-"} : QByteArrayList{commit};
    return words + QByteArrayList{"--", query.path};
}

Result<BlamePrepared> prepareBlame(const Handle& handle, const BlameQuery& query)
{
    if (query.path.isEmpty() || query.path.contains('\0')) {
        return notBlamed(ErrorKind::Invalid, "\"\"", u"is not the path of a file"_s);
    }
    BlamePrepared prepared;
    prepared.ofWorkTree =
        query.revision.isEmpty() && git_repository_workdir(handle.repository.get()) != nullptr;
    const Result<git_oid> commit =
        resolve(handle, query.revision.isEmpty() ? u"HEAD"_s : query.revision);
    if (!commit) {
        return commit.error();
    }
    Result<QByteArray> content = prepared.ofWorkTree
                                     ? readKnownFile(handle, query.path)
                                     : readBlobAt(handle, *commit, query.path, true, blamedBytes);
    if (!content) {
        return content.error();
    }
    if (content->count('\n') >= blamedLines) {
        return notBlamed(ErrorKind::Invalid, query.path,
                         u"has more than %L1 lines"_s.arg(blamedLines));
    }
    ShadowNeeds needs;
    needs.workTree = prepared.ofWorkTree;
    needs.command =
        blameCommand(query, prepared.ofWorkTree ? QByteArray() : idText(*commit).toLatin1());
    Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (!shadow) {
        return shadow.error();
    }
    prepared.content = std::move(*content);
    for (qsizetype at = 0; at < prepared.content.size();) {
        prepared.starts.push_back(at);
        const qsizetype feed = prepared.content.indexOf('\n', at);
        at = feed < 0 ? prepared.content.size() : feed + 1;
    }
    prepared.shadow = std::move(*shadow);
    return prepared;
}

}  // namespace

Task<Result<std::shared_ptr<Blame>>> BlameMaker::make(std::shared_ptr<Repository> repository,
                                                      BlameQuery query, CancelToken cancel)
{
    std::function<Result<BlamePrepared>(const Handle&)> work = [query](const Handle& handle) {
        return prepareBlame(handle, query);
    };
    auto task = perform<BlamePrepared>(Access::body(*repository), std::move(work));
    Result<BlamePrepared> prepared = co_await std::move(task);
    if (!prepared) {
        co_return prepared.error();
    }
    const auto body = std::make_shared<Blame::Body>(prepared->content, std::move(prepared->starts));
    body->cancel = cancel.child();
    const std::shared_ptr<Blame> blame(new Blame(body));
    if (body->starts.empty()) {
        body->finish({});
        co_return blame;
    }
    GitRun git = GitRun::prepared();
    git.timeout = blameTimeout;
    if (prepared->ofWorkTree) {
        git.input = prepared->content;
    }
    static_cast<void>(Arriving::Work::run(body, prepared->shadow, std::move(git),
                                          u"blame %1"_s.arg(shownPath(query.path))));
    co_return blame;
}

Blame::Blame(std::shared_ptr<Body> body) : Arriving(body), m_body(std::move(body)) {}

Blame::~Blame() = default;

int Blame::count() const
{
    return int(m_body->starts.size());
}

int Blame::known() const
{
    return m_body->reader.known();
}

BlameLine Blame::line(int row) const
{
    return m_body->reader.lines()[std::size_t(row)];
}

QByteArray Blame::text(int row) const
{
    const qsizetype from = m_body->starts[std::size_t(row)];
    const qsizetype feed = m_body->content.indexOf('\n', from);
    return m_body->content.sliced(from, (feed < 0 ? m_body->content.size() : feed) - from);
}

int Blame::originCount() const
{
    return int(m_body->reader.origins().size());
}

const BlameOrigin& Blame::origin(int index) const
{
    return m_body->reader.origins()[std::size_t(index)];
}

Task<Result<std::shared_ptr<Blame>>> blame(std::shared_ptr<Repository> repository, BlameQuery query,
                                           CancelToken cancel)
{
    return BlameMaker::make(std::move(repository), std::move(query), cancel);
}

}  // namespace analemma::git
