#include "core/git/trailers.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype trailerLimit = 100;

/// The end of the key; -1 when this line begins no trailer.
qsizetype trailerKeyEnd(const QString& line)
{
    const qsizetype colon = line.indexOf(u':');
    if (colon < 1 || colon + 1 >= line.size() || !line[colon + 1].isSpace()) {
        return -1;
    }
    for (qsizetype i = 0; i < colon; ++i) {
        const QChar c = line[i];
        if (c != u'-' && (c.unicode() > 127 || !c.isLetterOrNumber())) {
            return -1;
        }
    }
    return colon;
}

}  // namespace

SplitBody splitTrailers(const QString& body)
{
    QStringList lines = body.split(u'\n');
    while (!lines.isEmpty() && lines.last().trimmed().isEmpty()) {
        lines.removeLast();
    }
    qsizetype first = lines.size();
    while (first > 0 && !lines[first - 1].trimmed().isEmpty()) {
        --first;
    }
    SplitBody split;
    for (qsizetype i = first; i < lines.size(); ++i) {
        const QString& line = lines[i];
        const qsizetype colon = trailerKeyEnd(line);
        if (colon > 0 && split.trailers.size() < trailerLimit) {
            split.trailers.append({line.left(colon), line.mid(colon + 1).trimmed()});
        } else if (!split.trailers.isEmpty() && line[0].isSpace()) {
            split.trailers.last().value += u' ' + line.trimmed();
        } else {
            return {body, {}};
        }
    }
    split.text = split.trailers.isEmpty() ? body : lines.first(first).join(u'\n').trimmed();
    return split;
}

}  // namespace analemma::git
