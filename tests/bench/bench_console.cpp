#include "ui/console/console_page.h"
#include "ui/console/feed_queue.h"
#include "ui/console/terminal_view.h"
#include "ui/shell/theme.h"
#include "ui/shell/theme_terminal.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QPainter>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <memory>

/// Figures of the console's widget, shown on the display of $DISPLAY (Xvfb):
///   bench_console                      32 MiB of each kind of output, and painting against
///   drawText bench_console --make KIND FILE     writes such output, for other terminals
///   bench_console --pty COMMAND...     runs a command in a pseudo terminal in the widget, 120x40
namespace {

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

constexpr qsizetype caseBytes = 32 * 1024 * 1024;
constexpr int columns = 120;
constexpr int rows = 40;

class Random {
public:
    unsigned next()
    {
        m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
        return unsigned(m_state >> 33);
    }
    int below(int limit) { return int(next() % unsigned(limit)); }

private:
    quint64 m_state = 20240607;
};

QByteArray number(int value)
{
    return QByteArray::number(value);
}

QByteArray logLine(Random& random)
{
    QByteArray line = "2026-11-26T04:" + number(10 + random.below(50)) + ":07.123 INFO  web-" +
                      number(random.below(9)) + " request id=" + number(int(random.next() >> 4)) +
                      " GET /items/" + number(random.below(9999)) + " 200 in " +
                      number(random.below(300)) + " ms\r\n";
    return line;
}

QByteArray piece(const QByteArray& kind, Random& random)
{
    QByteArray out;
    if (kind == "ascii") {
        return logLine(random);
    }
    if (kind == "utf8") {
        static const QByteArray words[] = {"plain",
                                           "gr\xc3\xbc\xc3\x9f",
                                           "\xce\xbb\xcf\x8c\xce\xb3\xce\xbf\xcf\x82",
                                           "\xe6\xbc\xa2\xe5\xad\x97",
                                           "\xf0\x9f\x9a\x80",
                                           "\xd0\xbc\xd0\xb8\xd1\x80"};
        for (int i = 0; i < 14; ++i) {
            out += words[random.below(6)] + ' ';
        }
        return out + "\r\n";
    }
    if (kind == "dense") {
        out = "\033[H";
        for (int row = 0; row < rows; ++row) {
            out += "\033[" + number(row + 1) + ";1H\033[3" + number(random.below(8)) + 'm';
            for (int column = 0; column < columns; ++column) {
                out += char('!' + (row * 7 + column + random.below(3)) % 90);
            }
        }
        return out;
    }
    if (kind == "sgr_heavy") {
        for (int column = 0; column < columns; ++column) {
            if (column % 2 == 0) {
                out += "\033[38;5;" + number(random.below(256)) + ";48;5;" +
                       number(random.below(256)) + 'm';
            } else {
                out += "\033[38;2;" + number(random.below(256)) + ';' + number(random.below(256)) +
                       ';' + number(random.below(256)) + 'm';
            }
            out += char('!' + random.below(90));
        }
        return out + "\033[0m\r\n";
    }
    if (out.isEmpty() && kind == "scroll_region") {
        out = "\033[5;35r\033[35;1H";
        for (int i = 0; i < 60; ++i) {
            out += logLine(random);
        }
        return out + "\033[r";
    }
    return {};
}

QByteArray made(const QByteArray& kind)
{
    Random random;
    QByteArray all;
    all.reserve(caseBytes + 65536);
    while (all.size() < caseBytes) {
        const QByteArray more = piece(kind, random);
        if (more.isEmpty()) {
            return {};
        }
        all += more;
    }
    return all;
}

double cpuSeconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

std::unique_ptr<TerminalView> shown()
{
    auto view = std::make_unique<TerminalView>();
    const QSize cell = view->painter().cell();
    view->resize(int(columns * cell.width() / view->devicePixelRatioF()) + 18,
                 int(rows * cell.height() / view->devicePixelRatioF()) + 8);
    view->show();
    view->setFocus();
    return view;
}

/// Feeds as a connection does: at most 1 MiB ahead of the screen.
void feedThrough(TerminalView* view, const QByteArray& bytes)
{
    QEventLoop loop;
    qsizetype offset = 0;
    const std::function<void()> more = [&] {
        while (offset < bytes.size() && !view->queue()->isFull()) {
            const qsizetype size = qMin<qsizetype>(32 * 1024, bytes.size() - offset);
            view->receive(bytes.sliced(offset, size));
            offset += size;
        }
        if (offset == bytes.size() && view->queue()->queued() == 0) {
            loop.quit();
        }
    };
    const auto link = QObject::connect(view, &TerminalView::taken, &loop, [&more] { more(); });
    QTimer::singleShot(0, &loop, more);
    loop.exec();
    QObject::disconnect(link);
}

void streams()
{
    std::printf("%-16s %10s %10s   through the shown widget, %dx%d, %s\n", "output", "MiB/s",
                "CPU s", columns, rows, qPrintable(QGuiApplication::platformName()));
    for (const char* kind : {"ascii", "utf8", "dense", "sgr_heavy", "scroll_region"}) {
        const QByteArray bytes = made(kind);
        const auto view = shown();
        QCoreApplication::processEvents();
        const double cpu = cpuSeconds();
        QElapsedTimer clock;
        clock.start();
        feedThrough(view.get(), bytes);
        const double seconds = double(clock.nsecsElapsed()) / 1e9;
        std::printf("%-16s %10.0f %10.2f\n", kind, double(bytes.size()) / 1048576 / seconds,
                    cpuSeconds() - cpu);
        std::fflush(stdout);
    }
}

/// One frame with QPainter::drawText, a call for each run of one style: what a simple widget does.
void drawWithText(const terminal::Screen& screen, QImage* image, QFont font, QSize cell)
{
    QPainter painter(image);
    painter.setFont(font);
    const int ascent = QFontMetrics(font).ascent();
    std::vector<terminal::Cell> scratch;
    for (int row = 0; row < rows; ++row) {
        const terminal::RowView view = screen.row(screen.topRow() + row, &scratch);
        std::size_t begin = 0;
        while (begin < view.cells.size()) {
            std::size_t end = begin;
            QString text;
            while (end < view.cells.size() && view.cells[end].style == view.cells[begin].style) {
                text += screen.text(view.cells[end++]);
            }
            const terminal::Style& style = screen.style(view.cells[begin].style);
            const auto shade = [](terminal::Colour colour, TerminalToken fallback) {
                return QColor(colour.kind() == terminal::Colour::Kind::Rgb ? colour.value()
                              : colour.kind() == terminal::Colour::Kind::Indexed
                                  ? terminalColour(colour.index(), Scheme::Dark)
                                  : terminalColour(fallback, Scheme::Dark));
            };
            const QRect box(int(begin) * cell.width(), row * cell.height(),
                            int(end - begin) * cell.width(), cell.height());
            painter.fillRect(box, shade(style.background, TerminalToken::Ground));
            painter.setPen(shade(style.foreground, TerminalToken::Text));
            painter.drawText(box.left(), box.top() + ascent, text);
            begin = end;
        }
    }
}

void painting()
{
    std::printf("\n%-24s %12s %12s %8s   CPU of a full repaint, best of 5 x 60\n", "cells",
                "console ms", "drawText ms", "share");
    for (const int run : {12, 1}) {
        const auto view = shown();
        QByteArray bytes;
        Random random;
        for (int row = 0; row < rows; ++row) {
            bytes += "\033[" + number(row + 1) + ";1H";
            for (int column = 0; column < columns; ++column) {
                if (column % run == 0) {
                    bytes += "\033[38;5;" + number(16 + random.below(200)) + ";48;5;" +
                             number(232 + random.below(8)) + 'm';
                }
                bytes += char('a' + random.below(26));
            }
        }
        view->receive(bytes);
        static_cast<void>(view->picture());
        const QSize cell = view->painter().cell();
        ScreenPainter painter;
        QFont font = fixedFont();
        font.setPixelSize(view->fontPixels());
        painter.setScheme(currentScheme());
        painter.setFont(font, 1.0);
        painter.setArea({columns * cell.width() + 8, rows * cell.height() + 8}, 4);
        QImage plain(columns * cell.width(), rows * cell.height(), QImage::Format_RGB32);
        ScreenShow show;
        show.topRow = view->screen()->topRow();
        QImage target(painter.picture().size(), QImage::Format_RGB32);
        const auto best = [](const std::function<void()>& frame) {
            double least = 1e9;
            frame();
            for (int round = 0; round < 5; ++round) {
                const double begin = cpuSeconds();
                for (int i = 0; i < 60; ++i) {
                    frame();
                }
                least = qMin(least, (cpuSeconds() - begin) / 60);
            }
            return least * 1000;
        };
        const double ours = best([&] {
            painter.forget();
            painter.update(view->screen(), show);
            QPainter copy(&target);  // as the widget brings it to the window
            copy.drawImage(0, 0, painter.picture());
        });
        const double theirs = best([&] { drawWithText(*view->screen(), &plain, font, cell); });
        std::printf("%-24s %12.2f %12.2f %8.2f\n", run == 1 ? "each another style" : "runs of 12",
                    ours, theirs, ours / theirs);
    }
}

/// Reads a pseudo terminal on a thread of its own, as a reactor reads a socket.
class PtyReader : public QThread {
public:
    PtyReader(int fd, TerminalView* view) : m_fd(fd), m_view(view) {}
    void took(qsizetype bytes) { m_room.release(int(bytes)); }

protected:
    void run() override
    {
        QByteArray buffer(256 * 1024, Qt::Uninitialized);
        bool open = true;
        while (open) {
            qsizetype filled = 0;
            while (filled < buffer.size()) {
                const ssize_t count =
                    ::read(m_fd, buffer.data() + filled, std::size_t(buffer.size() - filled));
                if (count > 0) {
                    filled += count;
                } else if (count < 0 && errno == EAGAIN && filled == 0) {
                    pollfd waiting{m_fd, POLLIN, 0};
                    ::poll(&waiting, 1, -1);
                } else {
                    open = count < 0 && errno == EAGAIN;
                    break;
                }
            }
            if (filled > 0) {
                m_room.acquire(int(filled));
                const QByteArray bytes(buffer.constData(), filled);
                TerminalView* view = m_view;
                QMetaObject::invokeMethod(view, [view, bytes] { view->receive(bytes); });
            }
        }
    }

private:
    int m_fd;
    TerminalView* m_view;
    QSemaphore m_room{int(FeedQueue::limitBytes)};
};

int inTerminal(const QStringList& command)
{
    const auto view = shown();
    winsize size{rows, columns, 0, 0};
    int fd = -1;
    std::vector<QByteArray> words;
    for (const QString& word : command) {
        words.push_back(word.toLocal8Bit());
    }
    std::vector<char*> arguments;
    for (QByteArray& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const pid_t child = ::forkpty(&fd, nullptr, nullptr, &size);
    if (child == 0) {
        ::setenv("TERM", "xterm-256color", 1);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    PtyReader reader(fd, view.get());
    const auto send = [fd](const QByteArray& bytes) {
        [[maybe_unused]] const ssize_t sent =
            ::write(fd, bytes.constData(), std::size_t(bytes.size()));
    };
    QObject::connect(view.get(), &TerminalView::taken, &reader,
                     [&reader](qsizetype bytes) { reader.took(bytes); });
    QObject::connect(view.get(), &TerminalView::typed, view.get(), send);
    QObject::connect(view.get(), &TerminalView::reported, view.get(), send);
    QObject::connect(&reader, &QThread::finished, qApp, &QCoreApplication::quit);
    reader.start();
    const int code = QApplication::exec();
    reader.wait();
    ::waitpid(child, nullptr, 0);
    return code;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc == 4 && QByteArray(argv[1]) == "--make") {
        const QByteArray bytes = made(argv[2]);
        QFile file(QString::fromLocal8Bit(argv[3]));
        return !bytes.isEmpty() && file.open(QIODevice::WriteOnly) &&
                       file.write(bytes) == bytes.size()
                   ? 0
                   : 1;
    }
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    const QApplication application(argc, argv);
    const Theme theme;
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == "--pty"_L1) {
        return inTerminal(arguments.mid(2));
    }
    streams();
    painting();
    return 0;
}
