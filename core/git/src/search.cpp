#include "core/git/search.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/arrivingwork.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/foundreader.h"
#include "core/git/src/refs.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

struct FoundCommits::Body : Arriving::Work {
    explicit Body(int limit) : reader(limit) {}

    Result<void> take(QByteArrayView piece) override { return reader.take(piece); }
    Result<void> end() override { return reader.end(); }

    FoundReader reader;
};

namespace {

constexpr int searchLimit = 1'000'000;
constexpr qsizetype searchedTextLimit = 4'000;
constexpr qsizetype searchedPathsLimit = 1'000;
constexpr milliseconds searchTimeout{30 * 60'000};

QString searching()
{
    return u"search the history"_s;
}

// ---- what git is asked --------------------------------------------------------------------------

/// Why a query can not be one; nothing when it can.
std::optional<Error> faultOf(const SearchQuery& query)
{
    const auto invalid = [](const QString& message) { return Error(ErrorKind::Invalid, message); };
    if (query.text.isEmpty() && query.author.isEmpty() && query.added.isEmpty() &&
        query.changed.isEmpty() && query.paths.isEmpty() && !query.since.isValid() &&
        !query.until.isValid()) {
        return invalid(u"There is nothing to search for."_s);
    }
    if (query.limit < 1 || query.limit > searchLimit) {
        return invalid(u"A search gives 1 to %L1 commits."_s.arg(searchLimit));
    }
    if (!query.added.isEmpty() && !query.changed.isEmpty()) {
        return invalid(
            u"A search is for text that was added or removed, or for a pattern, "
            "not for both."_s);
    }
    for (const QString& text : {query.text, query.author, query.added, query.changed}) {
        if (text.size() > searchedTextLimit || text.contains(QChar(0))) {
            return invalid(u"A text to search for has at most %L1 letters and no NUL in it."_s.arg(
                searchedTextLimit));
        }
    }
    for (const QString& text : {query.text, query.author}) {
        if (text.contains(u'\n')) {  // git would take the lines for several texts
            return invalid(u"A message and an author are searched for by a part of one line."_s);
        }
    }
    const auto isOdd = [](const QByteArray& path) { return path.isEmpty() || path.contains('\0'); };
    if (query.paths.size() > searchedPathsLimit ||
        std::any_of(query.paths.begin(), query.paths.end(), isOdd)) {
        return invalid(
            u"A search is for at most %L1 paths, and none is empty."_s.arg(searchedPathsLimit));
    }
    return std::nullopt;
}

/// gitglossary(7), "pathspec": the word with its magic, without which git would guess.
QByteArray pathWord(const QByteArray& path)
{
    const bool isPattern = path.contains('*') || path.contains('?') || path.contains('[');
    return (isPattern ? ":(top)" : ":(top,literal)") + path;
}

/// Each text is one word with its option: none can become an option of its own.
QByteArrayList searchCommand(const SearchQuery& query)
{
    QByteArrayList words{"log",
                         "-z",
                         "--format=%H",
                         "--stdin",
                         "--no-color",
                         "--no-show-signature",
                         "--no-mailmap",
                         "--no-notes",
                         "--no-ext-diff",
                         "--no-textconv",
                         "--fixed-strings"};
    words.append("--max-count=" + QByteArray::number(query.limit + 1));
    if (!query.matchCase) {
        words.append("--regexp-ignore-case");
    }
    const std::pair<const char*, QString> texts[] = {{"--grep=", query.text},
                                                     {"--author=", query.author},
                                                     {"-S", query.added},
                                                     {"-G", query.changed}};
    for (const auto& [option, text] : texts) {
        if (!text.isEmpty()) {
            words.append(option + text.toUtf8());
        }
    }
    const std::pair<const char*, QDateTime> times[] = {{"--max-age=", query.since},
                                                       {"--min-age=", query.until}};
    for (const auto& [option, time] : times) {
        if (time.isValid()) {
            words.append(option + QByteArray::number(std::max<qint64>(0, time.toSecsSinceEpoch())));
        }
    }
    words.append("--");
    for (const QByteArray& path : query.paths) {
        words.append(pathWord(path));
    }
    return words;
}

bool isIdPrefix(const QString& text)
{
    static const QRegularExpression form(u"^[0-9a-fA-F]{4,40}$"_s);
    return form.match(text).hasMatch();
}

struct SearchPrepared {
    std::shared_ptr<Shadow> shadow;  ///< null when there is no commit to begin at
    std::shared_ptr<Shadow> byId;    ///< the same search of named commits, without the text
    QByteArray tips;                 ///< a line each
};

Result<SearchPrepared> prepareSearch(const Handle& handle, const SearchQuery& query)
{
    SearchPrepared prepared;
    const Result<std::vector<git_oid>> tips = readTips(handle, query.from);
    if (!tips) {
        return tips.error();
    }
    for (const git_oid& tip : *tips) {
        prepared.tips += idText(tip).toLatin1() + '\n';
    }
    if (tips->empty()) {
        return prepared;
    }
    ShadowNeeds needs;
    needs.command = searchCommand(query);
    Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (shadow && isIdPrefix(query.text)) {
        SearchQuery named = query;
        named.text.clear();
        needs.command = searchCommand(named);
        // Not before --max-count, which would undo it.
        needs.command.insert(needs.command.indexOf("--"), "--no-walk=unsorted");
        prepared.shadow = *shadow;
        shadow = makeShadow(handle, needs);
        if (shadow) {
            prepared.byId = *shadow;
            return prepared;
        }
    }
    if (!shadow) {
        return shadow.error();
    }
    prepared.shadow = *shadow;
    return prepared;
}

Result<SearchPrepared> prepareFileHistory(const Handle& handle, const QByteArray& path,
                                          const QString& from, int limit)
{
    const Result<git_oid> commit = resolve(handle, from.isEmpty() ? u"HEAD"_s : from);
    if (!commit) {
        return commit.error();
    }
    SearchPrepared prepared;
    ShadowNeeds needs;
    needs.command = {"log",
                     "-z",
                     "--format=%H",
                     "--stdin",
                     "--no-color",
                     "--no-show-signature",
                     "--no-ext-diff",
                     "--no-textconv",
                     "--follow",
                     "--name-status",
                     "--max-count=" + QByteArray::number(limit + 1),
                     "--",
                     path};
    const Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (!shadow) {
        return shadow.error();
    }
    prepared.shadow = *shadow;
    prepared.tips = idText(*commit).toLatin1() + '\n';
    return prepared;
}

/// Which of these ids, a line each, are commits.
Result<QByteArray> commitsAmong(const Handle& handle, const QByteArray& lines)
{
    QByteArray commits;
    for (const QByteArray& line : lines.split('\n')) {
        git_oid id{};
        std::size_t size = 0;
        git_object_t type = GIT_OBJECT_INVALID;
        if (git_oid_fromstr(&id, line.constData()) == 0 &&
            git_odb_read_header(&size, &type, handle.odb.get(), &id) == 0 &&
            type == GIT_OBJECT_COMMIT) {
            commits += line + '\n';
        }
    }
    git_error_clear();
    return commits;
}

// ---- the runs -----------------------------------------------------------------------------------

GitRun searchRun(const QByteArray& tips, bool withPatterns)
{
    GitRun git = GitRun::prepared();
    git.input = tips;
    git.timeout = searchTimeout;
    if (withPatterns) {
        git.environment.emplace_back(u"GIT_LITERAL_PATHSPECS"_s, u"0"_s);
    }
    return git;
}

/// The commits whose id begins so, a line each.
template <class Body>
Task<Result<QByteArray>> commitsNamed(std::shared_ptr<Body> repository,
                                      std::shared_ptr<Shadow> shadow, QString prefix,
                                      CancelToken cancel)
{
    GitRun git({u"rev-parse"_s, u"--disambiguate="_s + prefix.toLower()});
    git.timeout = searchTimeout;
    git.limitBytes = 64 * 1024;
    auto task = runGit(shadow, std::move(git), cancel);
    const Result<ProcessResult> ran = co_await std::move(task);
    if (!ran) {
        co_return ran.error();
    }
    std::function<Result<QByteArray>(const Handle&)> work =
        [lines = ran->output](const Handle& handle) { return commitsAmong(handle, lines); };
    auto sorting = perform<QByteArray>(repository, std::move(work));
    Result<QByteArray> commits = co_await std::move(sorting);
    co_return commits;
}

}  // namespace

/// Who may make them.
struct Finder {
    static Task<Result<void>> runSearch(std::shared_ptr<FoundCommits::Body> body,
                                        std::shared_ptr<Repository> repository,
                                        SearchPrepared prepared, QString text)
    {
        if (prepared.byId) {
            auto naming =
                commitsNamed(Access::body(*repository), prepared.byId, text, body->cancel);
            const Result<QByteArray> named = co_await std::move(naming);
            Result<void> fed = named ? Result<void>() : Result<void>(named.error());
            if (named && !named->isEmpty()) {
                GitRun git = searchRun(*named, true);
                auto feeding =
                    Arriving::Work::feed(body, prepared.byId, std::move(git), searching());
                fed = co_await std::move(feeding);
            }
            if (!fed) {
                body->finish(fed);
                co_return fed;
            }
        }
        GitRun git = searchRun(prepared.tips, true);
        auto last = Arriving::Work::run(body, prepared.shadow, std::move(git), searching());
        Result<void> ended = co_await std::move(last);
        co_return ended;
    }

    static Task<Result<std::shared_ptr<FoundCommits>>> search(
        std::shared_ptr<Repository> repository, SearchQuery query, CancelToken cancel)
    {
        if (const std::optional<Error> fault = faultOf(query)) {
            co_return *fault;
        }
        std::function<Result<SearchPrepared>(const Handle&)> work = [query](const Handle& handle) {
            return prepareSearch(handle, query);
        };
        auto task = perform<SearchPrepared>(Access::body(*repository), std::move(work));
        Result<SearchPrepared> prepared = co_await std::move(task);
        if (!prepared) {
            co_return prepared.error();
        }
        const auto body = std::make_shared<FoundCommits::Body>(query.limit);
        body->cancel = cancel.child();
        const std::shared_ptr<FoundCommits> found(new FoundCommits(body));
        if (prepared->shadow) {
            static_cast<void>(runSearch(body, repository, std::move(*prepared), query.text));
        } else {
            body->finish({});
        }
        co_return found;
    }

    static Task<Result<std::shared_ptr<FoundCommits>>> history(
        std::shared_ptr<Repository> repository, QByteArray path, QString from, int limit,
        CancelToken cancel)
    {
        if (path.isEmpty() || path.contains('\0') || limit < 1 || limit > searchLimit) {
            co_return Error(ErrorKind::Invalid,
                            u"The history of a file needs its path and a limit of 1 to %L1."_s.arg(
                                searchLimit));
        }
        std::function<Result<SearchPrepared>(const Handle&)> work = [path, from,
                                                                     limit](const Handle& handle) {
            return prepareFileHistory(handle, path, from, limit);
        };
        auto task = perform<SearchPrepared>(Access::body(*repository), std::move(work));
        Result<SearchPrepared> prepared = co_await std::move(task);
        if (!prepared) {
            co_return prepared.error();
        }
        const auto body = std::make_shared<FoundCommits::Body>(limit);
        body->cancel = cancel.child();
        const std::shared_ptr<FoundCommits> found(new FoundCommits(body));
        GitRun git = searchRun(prepared->tips, false);
        const QString what =
            u"read the history of %1"_s.arg(displayText(QByteArrayView(path), 200));
        static_cast<void>(Arriving::Work::run(body, prepared->shadow, std::move(git), what));
        co_return found;
    }
};

FoundCommits::FoundCommits(std::shared_ptr<Body> body) : Arriving(body), m_body(std::move(body)) {}

FoundCommits::~FoundCommits() = default;

int FoundCommits::count() const
{
    return int(m_body->reader.rows().size());
}

const FoundCommit& FoundCommits::at(int row) const
{
    return m_body->reader.rows()[std::size_t(row)];
}

bool FoundCommits::hasMore() const
{
    return m_body->reader.hasMore();
}

Task<Result<std::shared_ptr<FoundCommits>>> search(std::shared_ptr<Repository> repository,
                                                   SearchQuery query, CancelToken cancel)
{
    return Finder::search(std::move(repository), std::move(query), cancel);
}

Task<Result<std::shared_ptr<FoundCommits>>> fileHistory(std::shared_ptr<Repository> repository,
                                                        QByteArray path, QString from, int limit,
                                                        CancelToken cancel)
{
    return Finder::history(std::move(repository), std::move(path), std::move(from), limit, cancel);
}

}  // namespace analemma::git
