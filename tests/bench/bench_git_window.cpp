#include "core/git/history.h"
#include "tests/bench/bench.h"
#include "ui/repositories/history_view.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QProcess>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTimer>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <time.h>

#include <cstdio>
#include <functional>
#include <memory>

/// The history in the Repositories page of the window, offscreen: from the act that opens it to the
/// first page with its texts on the screen, and how long one event holds the main thread while
/// somebody goes through all rows, beside git in the same run. Made repositories: bench_git --make.
///     bench_git_window REPOSITORY      QT_QPA_PLATFORM=offscreen
using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

constexpr int openRounds = 9;
constexpr int scrollSteps = 400;  ///< of each way to scroll

double milliseconds(const QElapsedTimer& timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

double ownTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

/// Times each event with all that comes of it: until it is over the main thread does nothing else.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0) {
            return QApplication::notify(receiver, event);
        }
        ++m_depth;
        const double before = ownTime();
        QElapsedTimer timer;
        timer.start();
        const bool taken = QApplication::notify(receiver, event);
        const double took = milliseconds(timer);
        worstOwn = std::max(worstOwn, ownTime() - before);
        worst = std::max(worst, took);
        late += took > 16 ? 1 : 0;
        ++events;
        --m_depth;
        return taken;
    }
    void begin() { worst = worstOwn = late = events = 0; }

    double worst = 0;     ///< ms of wall time
    double worstOwn = 0;  ///< ms of processor time
    int late = 0;         ///< over 16 ms of wall time
    int events = 0;

private:
    int m_depth = 0;
};

/// Tells of each paint of the rows.
class PaintWatch : public QObject {
public:
    explicit PaintWatch(HistoryView* view) : m_view(view)
    {
        view->viewport()->installEventFilter(this);
    }
    bool eventFilter(QObject* object, QEvent* event) override
    {
        if (event->type() == QEvent::Paint) {
            const bool hasRows = m_view->rows() > 0;
            const bool hasTexts = m_view->isTold();
            object->removeEventFilter(this);
            QCoreApplication::sendEvent(object, event);
            object->installEventFilter(this);
            painted(hasRows, hasTexts);
            return true;
        }
        return false;
    }
    std::function<void(bool rows, bool texts)> painted = [](bool, bool) {};

private:
    HistoryView* m_view;
};

Task<Result<std::shared_ptr<git::Repository>>> openAt(QString path)
{
    auto opening = git::Repository::open(path);
    Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
    co_return opened;
}

/// The window's page in a window of its own.
struct Page {
    explicit Page(const QString& path)
    {
        context.clock = &clock;
        context.workspace.repositories.insert(u"made"_s, {});
        context.workspace.repositories.insert(u"other"_s, {});
        context.repository = [path](const QString&) { return openAt(path); };
        panel = std::make_unique<RepositoriesPanel>(context);
        auto* column = new QVBoxLayout(&window);
        column->addWidget(panel.get());
        window.resize(1280, 800);
    }
    ~Page() { panel.reset(); }

    SystemClock clock;
    Context context;
    QWidget window;
    std::unique_ptr<RepositoriesPanel> panel;
};

struct Opened {
    double made = 0;   ///< the panel with its widgets
    double rows = 0;   ///< the first paint of rows, from the act on
    double texts = 0;  ///< the first paint of rows with their texts
};

Opened openOnce(const QString& path)
{
    Opened opened;
    QElapsedTimer timer;
    timer.start();
    Page page(path);
    page.window.show();
    QCoreApplication::processEvents();
    opened.made = milliseconds(timer);
    PaintWatch watch(page.panel->view());
    QEventLoop loop;
    watch.painted = [&](bool rows, bool texts) {
        if (rows && opened.rows == 0) {
            opened.rows = milliseconds(timer);
        }
        if (texts && opened.texts == 0) {
            opened.texts = milliseconds(timer);
            loop.quit();
        }
    };
    timer.start();
    page.panel->select(u"made/history"_s);
    loop.exec();
    return opened;
}

void turnFor(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

void press(HistoryView* view, int key)
{
    QCoreApplication::postEvent(view, new QKeyEvent(QEvent::KeyPress, key, Qt::NoModifier));
}

void turnWheel(HistoryView* view, int notches)
{
    const QPointF at(200, 200);
    QCoreApplication::postEvent(
        view->viewport(),
        new QWheelEvent(at, view->viewport()->mapToGlobal(at), {}, QPoint(0, -120 * notches),
                        Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false));
}

void printBlocks(const char* what, const TimedApplication& application)
{
    std::printf("  %-42s longest event %5.1f ms (%4.1f ms of processor), %d of %d over 16 ms\n",
                what, application.worst, application.worstOwn, application.late,
                application.events);
}

void measureScrolling(const QString& path, TimedApplication& application)
{
    Page page(path);
    page.window.show();
    HistoryView* view = page.panel->view();
    application.begin();
    page.panel->select(u"made/history"_s);
    int last = -1;
    for (int waited = 0; waited < 600 && (view->rows() == 0 || view->rows() != last); ++waited) {
        last = view->rows();
        for (int i = 0; i < 10; ++i) {
            press(view, Qt::Key_Down);  // somebody reads while the rest comes
            turnFor(30);
        }
    }
    std::printf("  %d rows\n", view->rows());
    printBlocks("while all rows come", application);
    press(view, Qt::Key_End);
    turnFor(100);
    const QString oldest = view->currentId();
    press(view, Qt::Key_Home);
    turnFor(100);
    const QString newest = view->currentId();
    const std::pair<const char*, std::function<void(int)>> ways[] = {
        {"key down", [&](int) { press(view, Qt::Key_Down); }},
        {"key page down", [&](int) { press(view, Qt::Key_PageDown); }},
        {"wheel", [&](int) { turnWheel(view, 3); }},
        {"key home and end", [&](int i) { press(view, i % 2 == 0 ? Qt::Key_End : Qt::Key_Home); }},
        {"dragged bar over all rows",
         [&](int i) {
             view->verticalScrollBar()->setValue(
                 int(qint64(view->rows()) * (i * 37 % scrollSteps) / scrollSteps));
         }},
        {"a commit chosen by its id",
         [&](int i) { view->selectId(i % 2 == 0 ? newest : oldest); }}};
    for (const auto& [name, way] : ways) {
        application.begin();
        for (int i = 0; i < scrollSteps; ++i) {
            QTimer::singleShot(0, view, [&way = way, i] { way(i); });
            turnFor(8);
        }
        printBlocks(name, application);
    }
}

double medianOfGit(const QString& path, const QStringList& arguments, int rounds)
{
    std::vector<double> values;
    for (int i = 0; i < rounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        QProcess process;
        process.setWorkingDirectory(path);
        process.setStandardOutputFile(QProcess::nullDevice());
        process.start(u"git"_s, arguments);
        process.waitForFinished(-1);
        values.push_back(milliseconds(timer));
    }
    return median(values);
}

void measureOpening(const QString& path)
{
    std::vector<double> made;
    std::vector<double> rows;
    std::vector<double> texts;
    for (int round = 0; round < openRounds; ++round) {
        const Opened opened = openOnce(path);
        made.push_back(opened.made);
        rows.push_back(opened.rows);
        texts.push_back(opened.texts);
    }
    const double page = median(texts);
    std::printf("  the panel made and shown                 %8.1f ms\n", median(made));
    std::printf("  opened to first rows painted             %8.1f ms\n", median(rows));
    std::printf("  opened to a page with texts painted      %8.1f ms, at most %.1f\n", page,
                *std::max_element(texts.begin(), texts.end()));
    const double topological = medianOfGit(
        path, {u"log"_s, u"--topo-order"_s, u"--all"_s, u"-200"_s, u"--format=%H %s"_s}, 3);
    const double plain =
        medianOfGit(path, {u"log"_s, u"--all"_s, u"-200"_s, u"--format=%H %s"_s}, 5);
    std::printf("  git log --topo-order --all -200          %8.1f ms: %.1f times\n", topological,
                topological / page);
    std::printf("  git log --all -200                       %8.1f ms: %.1f times\n", plain,
                plain / page);
}

}  // namespace

int main(int argc, char** argv)
{
    TimedApplication application(argc, argv);
    const QString path = QCoreApplication::arguments().value(1);
    if (path.isEmpty()) {
        std::fprintf(stderr, "bench_git_window REPOSITORY\n");
        return 2;
    }
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    const git::Library library;
    const Theme theme;
    std::printf("%s\n", qPrintable(path));
    measureOpening(path);
    measureScrolling(path, application);
    return 0;
}
