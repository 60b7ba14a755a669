#include "app/cli/output.h"

#include "app/cli/tty.h"
#include "core/base/text.h"

#include <QHash>
#include <QSocketNotifier>

#include <cerrno>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// One line from the terminal, without waiting on it.
class LineReader : public QObject {
public:
    explicit LineReader(Promise<QString> promise)
        : m_promise(std::move(promise)), m_notifier(STDIN_FILENO, QSocketNotifier::Read)
    {
        connect(&m_notifier, &QSocketNotifier::activated, this, [this] { read(); });
    }

private:
    void read()
    {
        char buffer[512];
        const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            return;
        }
        if (n > 0) {
            m_line.append(buffer, n);
        }
        const qsizetype end = m_line.indexOf('\n');
        if (end >= 0 || n <= 0 || m_line.size() > 4096) {
            m_notifier.setEnabled(false);
            m_promise.finish(QString::fromUtf8(end < 0 ? m_line : m_line.left(end)).trimmed());
        }
    }

    Promise<QString> m_promise;
    QSocketNotifier m_notifier;
    QByteArray m_line;
};

Task<Result<QString>> askTerminal(QString prompt, CancelToken cancel)
{
    writeAll(STDERR_FILENO, prompt.toUtf8());
    Promise<QString> promise;
    auto reader = std::make_shared<LineReader>(promise);
    std::function<void()> stop = [promise] { promise.finish(cancelledError()); };
    const auto registration = cancel.onCancel(std::move(stop));
    auto future = promise.future();
    Result<QString> line = co_await future;
    co_return line;
}

const QHash<QString, int>& stateColours()
{
    static const QHash<QString, int> colours = [] {
        QHash<QString, int> map;
        const auto add = [&map](int colour, const QStringList& words) {
            for (const QString& word : words) {
                map.insert(word, colour);
            }
        };
        add(32, {u"ok"_s, u"passed"_s, u"running"_s, u"active"_s, u"healthy"_s, u"yes"_s,
                 u"approved"_s});
        add(31,
            {u"failed"_s, u"broken"_s, u"unhealthy"_s, u"down"_s, u"missing"_s, u"rolled back"_s});
        add(33, {u"waiting"_s, u"warm"_s, u"starting"_s, u"degraded"_s, u"cancelling"_s,
                 u"interrupted"_s});
        add(35, {u"unknown"_s});
        add(90, {u"gone"_s, u"cancelled"_s, u"skipped"_s, u"stopped"_s, u"empty"_s, u"none"_s});
        return map;
    }();
    return colours;
}

QList<qsizetype> widthsOf(const Table& table)
{
    QList<qsizetype> widths;
    for (const QString& title : table.head) {
        widths.append(title.size());
    }
    for (const QStringList& row : table.rows) {
        for (qsizetype i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = qMax(widths[i], row[i].size());
        }
    }
    return widths;
}

}  // namespace

void writeAll(int descriptor, const QByteArray& bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t n =
            ::write(descriptor, bytes.constData() + done, size_t(bytes.size() - done));
        if (n < 0 && errno != EINTR) {
            return;  // nobody reads any more: the command itself goes on to its end
        }
        done += n > 0 ? n : 0;
    }
}

Streams Streams::ofProcess()
{
    Streams streams;
    streams.out = [](const QByteArray& bytes) { writeAll(STDOUT_FILENO, bytes); };
    streams.err = [](const QByteArray& bytes) { writeAll(STDERR_FILENO, bytes); };
    streams.outTerminal = ::isatty(STDOUT_FILENO) == 1;
    streams.errTerminal = ::isatty(STDERR_FILENO) == 1;
    if (::isatty(STDIN_FILENO) == 1 && streams.errTerminal) {
        streams.ask = askTerminal;
    }
    if (hasTerminal()) {
        streams.askSecret = askOnTerminal;
    }
    return streams;
}

QString paintState(const QString& word, bool colour)
{
    const int code = colour ? stateColours().value(word, 0) : 0;
    return code == 0 ? word : u"\x1b[%1m%2\x1b[0m"_s.arg(code).arg(word);
}

QString Table::text(bool colour) const
{
    Table clean = *this;
    for (QStringList& row : clean.rows) {
        for (QString& cell : row) {
            cell = displayText(cell, 120);
        }
    }
    const QList<qsizetype> widths = widthsOf(clean);
    const auto line = [&](const QStringList& cells, bool isHead) {
        QString out;
        for (qsizetype i = 0; i < cells.size() && i < widths.size(); ++i) {
            const bool last = i + 1 == cells.size();
            const QString space(qMax<qsizetype>(0, widths[i] - cells[i].size()), u' ');
            const QString shown = isHead ? cells[i] : paintState(cells[i], colour);
            out += right.contains(head[i]) ? space + shown : shown + (last ? QString() : space);
            out += last ? QString() : u"  "_s;
        }
        while (out.endsWith(u' ')) {
            out.chop(1);
        }
        return out + u'\n';
    };
    QString all =
        colour ? u"\x1b[1m"_s + line(head, true).chopped(1) + u"\x1b[0m\n"_s : line(head, true);
    for (const QStringList& row : std::as_const(clean.rows)) {
        all += line(row, false);
    }
    return all;
}

QString factLines(const QList<std::pair<QString, QString>>& facts, bool colour)
{
    qsizetype width = 0;
    for (const auto& [name, value] : facts) {
        width = qMax(width, value.isEmpty() ? 0 : name.size());
    }
    QString text;
    for (const auto& [name, value] : facts) {
        if (!value.isEmpty()) {
            text += name.leftJustified(width + 2, u' ') +
                    paintState(displayText(value, 2000), colour) + u'\n';
        }
    }
    return text;
}

}  // namespace analemma::cli
