#include "ui/console/links.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using terminal::Cell;
using terminal::Position;
using terminal::Screen;

constexpr int limitRows = 16;  // of one wrapped line

/// A line over its soft wraps: its text, and where each UTF-16 unit of it stands.
struct Line {
    QString text;
    std::vector<Position> places;
    std::vector<quint16> links;
};

Line lineAt(const Screen& screen, qint64 row)
{
    std::vector<Cell> scratch;
    const qint64 end = screen.topRow() + screen.size().rows;
    qint64 first = row;
    while (first > screen.wrappedFrom() && row - first < limitRows &&
           screen.row(first - 1, &scratch).wrapped) {
        --first;
    }
    Line line;
    bool goesOn = true;
    for (qint64 number = first; goesOn && number < end && number - first < 2 * limitRows;
         ++number) {
        const terminal::RowView view = screen.row(number, &scratch);
        for (int column = 0; column < int(view.cells.size()); ++column) {
            const Cell cell = view.cells[std::size_t(column)];
            const QString text = screen.text(cell);
            const quint16 link = screen.style(cell.style).link;
            for (qsizetype i = 0; i < text.size(); ++i) {
                line.places.push_back({number, column});
                line.links.push_back(link);
            }
            line.text += text;
        }
        goesOn = view.wrapped;
    }
    return line;
}

TerminalLink made(const Line& line, std::size_t begin, std::size_t end, const QString& target)
{
    TerminalLink link;
    link.target = target;
    link.text = line.text.mid(qsizetype(begin), qsizetype(end - begin));
    link.range.begin = line.places[begin];
    link.range.end = line.places[end - 1];
    ++link.range.end.column;
    return link;
}

bool isWeb(const QString& target)
{
    const QUrl url(target, QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() &&
           (url.scheme() == "http"_L1 || url.scheme() == "https"_L1);
}

/// Cuts what belongs to the sentence around an address.
qsizetype trimmedEnd(const QString& text, qsizetype begin, qsizetype end)
{
    while (end > begin) {
        const QChar last = text[end - 1];
        const bool closes = last == u')' && text.mid(begin, end - begin).count(u'(') <
                                                text.mid(begin, end - begin).count(u')');
        if (!closes && !u".,;:!?'\"]}>"_s.contains(last)) {
            break;
        }
        --end;
    }
    return end;
}

}  // namespace

QString TerminalLink::host() const
{
    return QUrl(target).host();
}

bool TerminalLink::differs() const
{
    const QString shown = text.trimmed();
    return shown != target && shown + u'/' != target;
}

std::optional<TerminalLink> linkAt(const Screen& screen, Position position)
{
    const Line line = lineAt(screen, position.row);
    const auto found =
        std::find_if(line.places.cbegin(), line.places.cend(), [position](const Position& place) {
            return place.row == position.row &&
                   (place.column == position.column || place.column + 1 == position.column);
        });
    if (found == line.places.cend()) {
        return std::nullopt;
    }
    std::size_t at = std::size_t(found - line.places.cbegin());
    while (at + 1 < line.places.size() && line.places[at + 1] <= position) {
        ++at;
    }
    if (line.places[at].column + 2 < position.column) {
        return std::nullopt;
    }
    if (const quint16 id = line.links[at]; id != 0) {
        std::size_t begin = at;
        std::size_t end = at + 1;
        while (begin > 0 && line.links[begin - 1] == id) {
            --begin;
        }
        while (end < line.links.size() && line.links[end] == id) {
            ++end;
        }
        const TerminalLink link = made(line, begin, end, screen.link(id));
        return isWeb(link.target) ? std::optional(link) : std::nullopt;
    }
    static const QRegularExpression address(
        u"\\bhttps?://[^\\s<>\"`{}|\\\\^\\x{2500}-\\x{259f}]+"_s);
    auto matches = address.globalMatch(line.text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        const qsizetype end = trimmedEnd(line.text, match.capturedStart(), match.capturedEnd());
        if (qsizetype(at) >= match.capturedStart() && qsizetype(at) < end) {
            const TerminalLink link =
                made(line, std::size_t(match.capturedStart()), std::size_t(end),
                     line.text.mid(match.capturedStart(), end - match.capturedStart()));
            return isWeb(link.target) ? std::optional(link) : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace analemma::ui
