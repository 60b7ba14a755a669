#include "core/git/history.h"
#include "tests/bench/bench.h"
#include "tests/git/madehistory.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>

#include <git2.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>

/// The history of a repository against the git program on the same files, in one run: medians of
/// five rounds, all in the page cache. bench_git REPOSITORY measures one; bench_git --make COUNT
/// FOLDER [REFS] makes a bare one of so many commits, with so many packed refs. Both with and
/// without a commit-graph file. Memory is the peak of a process of its own, with libgit2's sorted
/// walk beside.
using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

constexpr int kRounds = 5;

bool git(const QString& folder, const QStringList& arguments)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(u"git"_s, arguments);
    return process.waitForFinished(-1) && process.exitCode() == 0;
}

double milliseconds(const std::function<void()>& work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

double medianOf(const std::function<void()>& work)
{
    std::vector<double> values;
    for (int i = 0; i < kRounds; ++i) {
        values.push_back(milliseconds(work));
    }
    return median(values);
}

/// KiB of this process at its largest.
qint64 peak()
{
    QFile file(u"/proc/self/status"_s);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith("VmHWM:")) {
                return line.mid(6).simplified().split(' ').first().toLongLong();
            }
        }
    }
    return 0;
}

void complete(const git::History& history)
{
    QEventLoop loop;
    QObject::connect(&history, &git::History::grew, &loop, [&] {
        if (history.isComplete() || history.problem()) {
            loop.quit();
        }
    });
    if (!history.isComplete()) {
        loop.exec();
    }
}

/// Prints the peak after all rows were read.
int loadWhole(const QString& path)
{
    const git::Library library;
    const auto repository = here(git::Repository::open(path));
    const auto history = repository ? here((*repository)->history({})) : repository.error();
    if (!history) {
        return 1;
    }
    complete(**history);
    std::printf("%lld\n", static_cast<long long>(peak()));
    return 0;
}

/// Prints the peak after libgit2 walked all of it with each commit's summary and author.
int walkSorted(const QString& path)
{
    git_libgit2_init();
    git_repository* repository = nullptr;
    git_revwalk* walk = nullptr;
    if (git_repository_open(&repository, path.toUtf8().constData()) != 0 ||
        git_revwalk_new(&walk, repository) != 0 || git_revwalk_push_glob(walk, "refs/*") != 0) {
        return 1;
    }
    git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL);
    git_oid id;
    std::size_t length = 0;
    while (git_revwalk_next(&id, walk) == 0) {
        git_commit* commit = nullptr;
        if (git_commit_lookup(&commit, repository, &id) == 0) {
            length += std::strlen(git_commit_summary(commit)) +
                      std::strlen(git_commit_author(commit)->name);
            git_commit_free(commit);
        }
    }
    std::printf("%lld\n", static_cast<long long>(peak()));
    return length > 0 ? 0 : 1;
}

/// What a process of this program with these arguments prints: KiB.
double peakOf(const QString& option, const QString& path)
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {option, path});
    process.waitForFinished(-1);
    return process.readAllStandardOutput().trimmed().toDouble();
}

void measure(const QString& path)
{
    std::vector<double> first;
    std::vector<double> page;
    std::vector<double> whole;
    std::vector<double> block;
    int rows = 0;
    bool file = false;
    for (int round = 0; round < kRounds; ++round) {
        QElapsedTimer timer;
        timer.start();
        const auto repository = here(git::Repository::open(path));
        const auto history = repository ? here((*repository)->history({})) : repository.error();
        if (!history) {
            std::fprintf(stderr, "%s\n", qPrintable(history.error().message));
            std::exit(1);
        }
        const QList<git::GraphRow> shown = (*history)->rows(0, 60);
        first.push_back(double(timer.nsecsElapsed()) / 1e6);
        QStringList ids;
        for (const git::GraphRow& row : shown) {
            ids.append(row.id);
        }
        static_cast<void>(here((*repository)->commits(ids)));
        page.push_back(double(timer.nsecsElapsed()) / 1e6);
        complete(**history);
        whole.push_back(double(timer.nsecsElapsed()) / 1e6);
        rows = (*history)->count();
        file = (*history)->graphFile() == git::GraphFile::Used;
        double slowest = 0;
        for (int i = 0; i < 200; ++i) {  // a page anywhere, as when somebody scrolls
            const int at = int(qint64(rows) * (i * 37 % 200) / 200);
            slowest = std::max(slowest,
                               milliseconds([&] { static_cast<void>((*history)->rows(at, 60)); }));
        }
        block.push_back(slowest);
    }
    const double theirs = medianOf([&] {
        git(path, {u"log"_s, u"--topo-order"_s, u"--all"_s, u"--format=%h %an %at %s"_s});
    });
    const double walk = medianOf([&] {
        git(path, {u"rev-list"_s, u"--topo-order"_s, u"--all"_s, u"--parents"_s});
    });
    const double some = medianOf([&] {
        git(path, {u"log"_s, u"--all"_s, u"-200"_s, u"--format=%H %s"_s});
    });
    const double ours = peakOf(u"--load"_s, path);
    QElapsedTimer timer;
    timer.start();
    const double libgit2 = peakOf(u"--walk"_s, path);
    const double sorted = double(timer.nsecsElapsed()) / 1e6;
    std::printf("%d commits, %s a commit-graph file\n", rows, file ? "with" : "without");
    std::printf(
        "  first 200 rows %.1f ms, with the texts of 60 %.1f ms; git log --all -200 %.1f ms: "
        "%.1f times\n",
        median(first), median(page), some, some / median(page));
    std::printf(
        "  all rows with lanes %.0f ms; git log --topo-order --all %.0f ms: %.1f times; git "
        "rev-list "
        "--topo-order --all %.0f ms: %.1f times; libgit2's sorted walk %.0f ms: %.1f times\n",
        median(whole), theirs, theirs / median(whole), walk, walk / median(whole), sorted,
        sorted / median(whole));
    std::printf(
        "  peak of a process that loads all: %.0f MiB; libgit2's walk %.0f MiB: %.1f times\n",
        ours / 1024, libgit2 / 1024, libgit2 / ours);
    std::printf("  60 rows anywhere: at most %.2f ms of the main thread\n", median(block));
}

int make(int count, const QString& folder, int refs)
{
    QDir().mkpath(folder);
    QProcess process;
    if (!git(folder, {u"init"_s, u"-q"_s, u"--bare"_s, u"-b"_s, u"main"_s})) {
        return 1;
    }
    process.setWorkingDirectory(folder);
    process.start(u"git"_s, {u"fast-import"_s, u"--quiet"_s});
    process.write(gitfixture::madeHistory(count, 1));
    process.write(gitfixture::madeRefs(refs / 2, count));
    process.closeWriteChannel();
    return process.waitForFinished(-1) && process.exitCode() == 0 &&
                   git(folder, {u"pack-refs"_s, u"--all"_s})
               ? 0
               : 1;
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.size() >= 3 && arguments[0] == "--make"_L1) {
        return make(arguments[1].toInt(), arguments[2], arguments.value(3).toInt());
    }
    if (arguments.size() == 2 && arguments[0] == "--walk"_L1) {
        return walkSorted(arguments[1]);
    }
    if (arguments.size() == 2 && arguments[0] == "--load"_L1) {
        return loadWhole(arguments[1]);
    }
    if (arguments.size() != 1) {
        std::fprintf(stderr, "bench_git REPOSITORY | --make COUNT FOLDER [REFS]\n");
        return 2;
    }
    const git::Library library;
    measure(arguments[0]);
    return 0;
}
