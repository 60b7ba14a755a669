#include "core/git/blame.h"
#include "core/git/search.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>

/// Blame, the history of a file and searches against the git program on the same files, in one run:
/// medians of five rounds, all in the page cache. bench_git_blame REPOSITORY PATH TEXT
using namespace Qt::StringLiterals;
using namespace analemma;

namespace {

constexpr int kRounds = 5;

template <class T>
Result<T> here(Task<Result<T>> task)
{
    QEventLoop loop;
    std::optional<Result<T>> answer;
    then(std::move(task), &loop, [&](Result<T> result) {
        answer.emplace(std::move(result));
        loop.quit();
    });
    if (!answer) {
        loop.exec();
    }
    return *answer;
}

struct Times {
    std::vector<double> first;  ///< milliseconds to the first row
    std::vector<double> whole;
    qint64 rows = 0;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double since(const QElapsedTimer& timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

/// `begin` starts the work, `count` says how many rows there are.
template <class T>
void ours(Times& times, const std::function<Task<Result<std::shared_ptr<T>>>()>& begin,
          const std::function<int(const T&)>& count)
{
    QElapsedTimer timer;
    timer.start();
    const auto begun = here(begin());
    if (!begun) {
        std::fprintf(stderr, "%s\n", qPrintable(begun.error().message));
        std::exit(1);
    }
    double first = -1;
    QEventLoop loop;
    const auto look = [&] {
        if (first < 0 && count(**begun) > 0) {
            first = since(timer);
        }
        if ((*begun)->isComplete() || (*begun)->problem()) {
            loop.quit();
        }
    };
    QObject::connect(begun->get(), &git::Arriving::grew, &loop, look);
    if (!(*begun)->isComplete()) {
        loop.exec();
    }
    times.whole.push_back(since(timer));
    times.first.push_back(first < 0 ? times.whole.back() : first);
    times.rows = count(**begun);
}

void theirs(Times& times, const QString& repository, const QStringList& arguments)
{
    QElapsedTimer timer;
    timer.start();
    QProcess process;
    process.setWorkingDirectory(repository);
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(u"git"_s, arguments);
    process.waitForReadyRead(-1);
    times.first.push_back(since(timer));
    process.waitForFinished(-1);
    times.whole.push_back(since(timer));
}

void print(const char* what, const Times& us, const Times& git)
{
    std::printf("%s, %lld rows: first %.0f ms (git %.0f ms), all %.0f ms (git %.0f ms)\n", what,
                us.rows, median(us.first), median(git.first), median(us.whole), median(git.whole));
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.size() != 3) {
        std::fprintf(stderr, "bench_git_blame REPOSITORY PATH TEXT\n");
        return 2;
    }
    const git::Library library;
    const auto opened = here(git::Repository::open(arguments[0]));
    if (!opened) {
        std::fprintf(stderr, "%s\n", qPrintable(opened.error().message));
        return 1;
    }
    const std::shared_ptr<git::Repository> repository = *opened;
    const QByteArray path = arguments[1].toUtf8();
    Times blame[2];
    Times history[2];
    Times message[2];
    Times content[2];
    git::BlameQuery blamed;
    blamed.path = path;
    blamed.revision = u"HEAD"_s;
    git::SearchQuery said;
    said.text = arguments[2];
    said.from = {u"HEAD"_s};
    git::SearchQuery added;
    added.added = arguments[2];
    added.from = said.from;
    const std::function<int(const git::Blame&)> known = [](const git::Blame& b) {
        return b.known();
    };
    const std::function<int(const git::FoundCommits&)> count = [](const git::FoundCommits& found) {
        return found.count();
    };
    for (int round = 0; round < kRounds; ++round) {
        ours<git::Blame>(
            blame[0], [&] { return git::blame(repository, blamed, CancelToken()); }, known);
        theirs(blame[1], arguments[0],
               {u"blame"_s, u"--incremental"_s, u"HEAD"_s, u"--"_s, arguments[1]});
        ours<git::FoundCommits>(
            history[0],
            [&] { return git::fileHistory(repository, path, QString(), 100'000, CancelToken()); },
            count);
        theirs(history[1], arguments[0],
               {u"log"_s, u"--follow"_s, u"--name-status"_s, u"-z"_s, u"--format=%H"_s, u"--"_s,
                arguments[1]});
        ours<git::FoundCommits>(
            message[0], [&] { return git::search(repository, said, CancelToken()); }, count);
        theirs(message[1], arguments[0],
               {u"log"_s, u"-i"_s, u"-F"_s, u"--format=%H"_s, u"--grep="_s + arguments[2]});
        ours<git::FoundCommits>(
            content[0], [&] { return git::search(repository, added, CancelToken()); }, count);
        theirs(content[1], arguments[0],
               {u"log"_s, u"-i"_s, u"--format=%H"_s, u"-S"_s + arguments[2]});
    }
    print("blame", blame[0], blame[1]);
    print("history of the file", history[0], history[1]);
    print("search in messages", message[0], message[1]);
    print("search for added text", content[0], content[1]);
    return 0;
}
