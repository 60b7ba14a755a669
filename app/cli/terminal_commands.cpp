#include "app/cli/commands.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/terminal/selection.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using terminal::Screen;
using terminal::Style;

constexpr qint64 limitFile = 256 * 1024 * 1024;
constexpr qint64 limitEvent = 16 * 1024 * 1024;

/// One thing that happened to a recorded screen: output or, with a size, a resize.
struct Event {
    QByteArray output;
    std::optional<terminal::Size> size;
};

struct Recording {
    terminal::Size size;
    QList<Event> events;
};

terminal::Size bounded(int columns, int rows)
{
    return {qBound(1, columns, terminal::limitSide), qBound(1, rows, terminal::limitSide)};
}

/// [seconds, "o" | "r" | …, data] of an asciicast; nothing for kinds that show nothing.
Result<std::optional<Event>> castEvent(const QByteArray& line)
{
    ReadLimits limits;
    limits.bytes = limitEvent;
    const Result<QJsonValue> read = readJson(line, limits);
    if (!read) {
        return read.error();
    }
    const QJsonArray parts = read->toArray();
    const QString kind = parts.at(1).toString();
    const QString data = parts.at(2).toString();
    if (parts.size() < 3 || !parts.at(0).isDouble()) {
        return Error(ErrorKind::Invalid, u"expected [seconds, kind, data]"_s);
    }
    if (kind == u"o") {
        return std::optional(Event{data.toUtf8(), {}});
    }
    if (kind == u"r") {
        const QStringList sides = data.split(u'x');
        return std::optional(Event{{}, bounded(sides.value(0).toInt(), sides.value(1).toInt())});
    }
    return std::optional<Event>();
}

/// asciicast v2 (docs.asciinema.org): a header object, then an array a line.
Result<Recording> readCast(const QByteArray& bytes, const Json& header)
{
    Recording recording;
    recording.size = bounded(header[u"width"_s].toInt(80), header[u"height"_s].toInt(24));
    qsizetype at = bytes.indexOf('\n') + 1;
    for (int number = 2; at > 0 && at < bytes.size(); ++number) {
        const qsizetype found = bytes.indexOf('\n', at);
        const qsizetype end = found < 0 ? bytes.size() : found;
        const QByteArray line = bytes.sliced(at, end - at).trimmed();
        at = end + 1;
        if (line.isEmpty()) {
            continue;
        }
        const Result<std::optional<Event>> event = castEvent(line);
        if (!event) {
            return event.error().in(u"line %1"_s.arg(number));
        }
        if (*event) {
            recording.events.append(**event);
        }
    }
    return recording;
}

Result<Recording> readRecording(const QString& path)
{
    const Result<QByteArray> bytes = readFile(path, limitFile);
    if (!bytes) {
        return bytes.error();
    }
    if (bytes->startsWith('{')) {
        const Result<Json> header =
            readJsonObject(bytes->first(qMax<qsizetype>(0, bytes->indexOf('\n'))));
        if (header && header->value(u"version"_s).toInt() == 2) {
            return readCast(*bytes, *header).in(displayText(path, 400));
        }
    }
    return Recording{{}, {Event{*bytes, {}}}};
}

QJsonValue colourJson(terminal::Colour colour)
{
    switch (colour.kind()) {
        case terminal::Colour::Kind::Default:
            return QJsonValue::Null;
        case terminal::Colour::Kind::Indexed:
            return colour.index();
        case terminal::Colour::Kind::Rgb:
            return u"#%1"_s.arg(colour.value(), 6, 16, QLatin1Char('0'));
    }
    return QJsonValue::Null;
}

QJsonArray flagsJson(const Style& style)
{
    static const QStringList names = {u"bold"_s,    u"faint"_s,     u"italic"_s, u"blink"_s,
                                      u"inverse"_s, u"invisible"_s, u"strike"_s, u"overline"_s};
    static const QStringList underlines = {{},         u"underline"_s, u"double"_s,
                                           u"curly"_s, u"dotted"_s,    u"dashed"_s};
    QJsonArray flags;
    for (int i = 0; i < names.size(); ++i) {
        if ((style.flags >> i & 1) != 0) {
            flags.append(names[i]);
        }
    }
    if (style.underline != terminal::Underline::None) {
        flags.append(underlines[int(style.underline)]);
    }
    return flags;
}

/// What looks other than plain: columns, colours, flags and link.
QJsonArray runsJson(const Screen& screen, const terminal::RowView& row)
{
    QJsonArray runs;
    const int columns = screen.size().columns;
    const auto styleOf = [&row](int column) {
        return std::size_t(column) < row.cells.size() ? row.cells[std::size_t(column)].style
                                                      : row.fill;
    };
    for (int column = 0; column < columns;) {
        int end = column + 1;
        while (end < columns && styleOf(end) == styleOf(column)) {
            ++end;
        }
        const Style& style = screen.style(styleOf(column));
        if (style != Style()) {
            const QString link = screen.link(style.link);
            runs.append(Json{{u"column"_s, column},
                             {u"length"_s, end - column},
                             {u"fg"_s, colourJson(style.foreground)},
                             {u"bg"_s, colourJson(style.background)},
                             {u"flags"_s, flagsJson(style)},
                             {u"link"_s, link.isEmpty() ? QJsonValue() : QJsonValue(link)}});
        }
        column = end;
    }
    return runs;
}

Json cursorJson(const terminal::Cursor& cursor)
{
    static const QStringList shapes = {u"block"_s, u"underline"_s, u"bar"_s};
    return {{u"row"_s, cursor.row},
            {u"column"_s, cursor.column},
            {u"visible"_s, cursor.visible},
            {u"shape"_s, shapes[int(cursor.shape)]}};
}

void play(const Recording& recording, Screen* screen, bool sizeIsFixed)
{
    for (const Event& event : recording.events) {
        screen->feed(event.output);
        if (event.size && !sizeIsFixed) {
            screen->resize(*event.size);
        }
    }
}

Task<Result<int>> render(RunPointer run)
{
    const Result<Recording> recording = readRecording(absolutePath(*run, run->argument(0)));
    if (!recording) {
        co_return recording.error();
    }
    const Result<int> columns =
        run->number(u"columns"_s, recording->size.columns, 1, terminal::limitSide);
    if (!columns) {
        co_return columns.error();
    }
    const Result<int> rows = run->number(u"rows"_s, recording->size.rows, 1, terminal::limitSide);
    if (!rows) {
        co_return rows.error();
    }
    const terminal::Size size{*columns, *rows};
    Screen screen(size);
    play(*recording, &screen, run->has(u"columns"_s) || run->has(u"rows"_s));
    QJsonArray json;
    QString text;
    std::vector<terminal::Cell> scratch;
    for (int y = 0; y < screen.size().rows; ++y) {
        const qint64 number = screen.topRow() + y;
        const terminal::Position begin{number, 0};
        const terminal::Position end{number, screen.size().columns};
        const terminal::Range range{begin, end, true};
        const QString line = terminal::textOf(screen, range);
        json.append(
            Json({{u"text"_s, line}, {u"runs"_s, runsJson(screen, screen.row(number, &scratch))}}));
        text += line + u'\n';
    }
    const Json answer({{u"schema"_s, u"analemma.terminal.1"_s},
                       {u"columns"_s, screen.size().columns},
                       {u"title"_s, screen.title()},
                       {u"rows"_s, json},
                       {u"cursor"_s, cursorJson(screen.cursor())}});
    run->answer(answer, text);
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> terminalCommands()
{
    const Argument file{u"FILE"_s, u"what a program wrote, or an asciicast v2"_s};
    const Option columns{u"columns"_s, u"N"_s, u"width; default: the recording's, or 80"_s};
    const Option rows{u"rows"_s, u"N"_s, u"height; default: the recording's, or 24"_s};
    const QString details =
        u"Plays a recorded terminal session at once and prints the screen at its end. Nothing\n"
        "in the recording is run, opened or answered."_s;
    return {
        {u"terminal"_s,
         u"render"_s,
         u"The last screen of a recorded terminal session"_s,
         {file},
         {columns, rows},
         Effect::Reads,
         false,
         details,
         render},
    };
}

}  // namespace analemma::cli
