#include "core/terminal/terminal.h"

#include <QByteArray>
#include <QRandomGenerator>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

/// Prints how many MiB/s go through parser and grid of a 120x40 screen, scrollback included, for
/// kinds of output; the worst and the best of five rounds, in CPU time of this process, so that
/// what else runs on the machine counts less. bench_terminal [CASE]...
using namespace analemma::terminal;

namespace {

constexpr qsizetype caseBytes = 32 * 1024 * 1024;
constexpr qsizetype sliceBytes = 64 * 1024;
constexpr Size screenSize = {120, 40};

QByteArray number(QRandomGenerator* random, int limit)
{
    return QByteArray::number(random->bounded(limit));
}

QByteArray word(QRandomGenerator* random)
{
    QByteArray text;
    for (int i = 2 + random->bounded(8); i > 0; --i) {
        text += char('a' + random->bounded(26));
    }
    return text;
}

QByteArray asciiPiece(QRandomGenerator* random)
{
    QByteArray line = "2026-11-26T03:34:39.123Z INFO  web-" + number(random, 9) +
                      " request id=" + number(random, 1'000'000);
    while (line.size() < 95) {
        line += ' ' + word(random);
    }
    return line + "\r\n";
}

QByteArray sgrLogPiece(QRandomGenerator* random)
{
    QByteArray line;
    for (int i = 0; i < 12; ++i) {
        line +=
            "\033[" + QByteArray::number(30 + random->bounded(8)) + 'm' + word(random) + "\033[0m ";
    }
    return line + "\r\n";
}

QByteArray sgrHeavyPiece(QRandomGenerator* random)
{
    QByteArray line;
    for (int i = 0; i < 60; ++i) {
        line += "\033[38;5;" + number(random, 256) + ";48;2;" + number(random, 256) + ';' +
                number(random, 256) + ';' + number(random, 256) + 'm' + char('a' + i % 26);
    }
    return line + "\033[m\r\n";
}

QByteArray widePiece(QRandomGenerator* random)
{
    QString line;
    for (int i = 0; i < 40; ++i) {
        switch (random->bounded(4)) {
            case 0:
                line += QChar(0x4e00 + random->bounded(0x5000));
                break;
            case 1:
                line += QChar(0x3b1 + random->bounded(24));
                break;
            case 2:
                line += QString::fromUcs4(U"\U0001F680", 1);
                break;
            default:
                line += QString::fromLatin1(word(random)) + QChar(0xe9);
                break;
        }
    }
    return line.toUtf8() + "\r\n";
}

QByteArray cursorPiece(QRandomGenerator* random)
{
    return "\033[" + QByteArray::number(1 + random->bounded(40)) + ';' +
           QByteArray::number(1 + random->bounded(120)) + 'H' + char('a' + random->bounded(26));
}

QByteArray densePiece(QRandomGenerator* random)
{
    QByteArray frame = "\033[H";
    for (int row = 0; row < 40; ++row) {
        frame += "\033[" + QByteArray::number(row + 1) + ";1H\033[" +
                 QByteArray::number(31 + random->bounded(7)) + 'm';
        for (int column = 0; column < 120; ++column) {
            frame += char('!' + random->bounded(90));
        }
    }
    return frame;
}

QByteArray scrollPiece(QRandomGenerator* random)
{
    return "\033[5;35r\033[35;1H\n" + word(random) + ' ' + word(random) + "\033[5;1H\033M" +
           word(random);
}

QByteArray randomPiece(QRandomGenerator* random)
{
    QByteArray bytes(4096, '\0');
    for (char& byte : bytes) {
        byte = char(random->bounded(256));
    }
    return bytes;
}

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

struct Case {
    const char* name;
    QByteArray (*piece)(QRandomGenerator* random);
};

constexpr Case cases[] = {
    {"ascii", asciiPiece},          {"sgr_log", sgrLogPiece}, {"sgr_heavy", sgrHeavyPiece},
    {"utf8_wide", widePiece},       {"cursor", cursorPiece},  {"dense", densePiece},
    {"scroll_region", scrollPiece}, {"random", randomPiece},
};

void measure(const Case& one)
{
    QRandomGenerator random(4711);
    QByteArray bytes;
    bytes.reserve(caseBytes + 16 * 1024);
    while (bytes.size() < caseBytes) {
        bytes += one.piece(&random);
    }
    double best = 0;
    double worst = 1e9;
    double slowest = 0;
    qint64 held = 0;
    for (int round = 0; round < 5; ++round) {
        Screen screen(screenSize);
        const double start = cpuSeconds();
        for (qsizetype at = 0; at < bytes.size(); at += sliceBytes) {
            const double before = cpuSeconds();
            screen.feed(QByteArrayView(bytes).sliced(at, std::min(sliceBytes, bytes.size() - at)));
            screen.clean();
            slowest = std::max(slowest, cpuSeconds() - before);
        }
        const double rate = double(bytes.size()) / 1024 / 1024 / (cpuSeconds() - start);
        best = std::max(best, rate);
        worst = std::min(worst, rate);
        held = screen.heldBytes();
    }
    std::printf("%-14s %6.0f to %6.0f MiB/s   slowest 64 KiB %7.2f ms   held %5.1f MiB\n", one.name,
                worst, best, slowest * 1e3, double(held) / 1024 / 1024);
    std::fflush(stdout);
}

/// Full scrollback, made narrower and wider again.
void measureResize()
{
    QRandomGenerator random(4711);
    Screen screen(screenSize);
    for (int i = 0; i < 400'000; ++i) {
        screen.feed(asciiPiece(&random));
    }
    const qint64 rows = screen.topRow() - screen.firstRow();
    for (const int columns : {60, 120, 110}) {
        const double before = cpuSeconds();
        screen.resize({columns, screenSize.rows});
        const double shown = cpuSeconds() - before;
        double longest = 0;
        int steps = 0;
        for (bool more = true; more; ++steps) {
            const double start = cpuSeconds();
            more = screen.wrapMore();
            longest = std::max(longest, cpuSeconds() - start);
        }
        std::printf(
            "resize         %lld rows to %d columns %7.2f ms, then %d steps of %5.2f ms at most, "
            "%7.2f ms in all\n",
            static_cast<long long>(rows), columns, shown * 1e3, steps, longest * 1e3,
            (cpuSeconds() - before) * 1e3);
    }
}

}  // namespace

int main(int count, char** words)
{
    for (const Case& one : cases) {
        const bool named = std::any_of(words + 1, words + count, [&](const char* word) {
            return std::strcmp(word, one.name) == 0;
        });
        if (count == 1 || named) {
            measure(one);
        }
    }
    if (count == 1) {
        measureResize();
    }
    return 0;
}
