#include "core/git/worktree.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>

/// The status of a repository against the git program's on the same files, in one run: medians of
/// eleven rounds, turn and turn about, all in the page cache. `bench_git_status REPOSITORY`.
using namespace Qt::StringLiterals;
using namespace analemma;

namespace {

constexpr int statusRounds = 11;

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

double milliseconds(const std::function<void()>& work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

qsizetype entriesOf(const std::shared_ptr<git::Repository>& repository)
{
    const Result<git::Status> status = here(git::status(repository, CancelToken()));
    if (!status) {
        std::fprintf(stderr, "%s\n", qPrintable(status.error().message));
        std::exit(1);
    }
    return status->entries.size();
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const git::Library library;
    const QString path = application.arguments().value(1);
    const auto opened = here(git::Repository::open(path));
    if (!opened) {
        std::fprintf(stderr, "%s\n", qPrintable(opened.error().message));
        return 1;
    }
    std::shared_ptr<git::Repository> kept = *opened;
    std::vector<double> theirs;
    std::vector<double> first;
    std::vector<double> again;
    qsizetype entries = entriesOf(kept);
    for (int round = 0; round < statusRounds; ++round) {
        theirs.push_back(milliseconds([&] {
            QProcess process;
            process.setWorkingDirectory(path);
            process.setStandardOutputFile(QProcess::nullDevice());
            process.start(u"git"_s, {u"status"_s, u"--porcelain=v2"_s, u"--branch"_s, u"-z"_s});
            process.waitForFinished(-1);
        }));
        first.push_back(milliseconds([&] {
            const auto fresh = here(git::Repository::open(path));
            entries = entriesOf(*fresh);
        }));
        again.push_back(milliseconds([&] { entries = entriesOf(kept); }));
    }
    const double git = median(theirs);
    std::printf("entries %lld\n", static_cast<long long>(entries));
    std::printf("git status           %8.1f ms\n", git);
    std::printf("opened and asked     %8.1f ms  %.2f\n", median(first), median(first) / git);
    std::printf("asked once more      %8.1f ms  %.2f\n", median(again), median(again) / git);
    return 0;
}
