#include "core/operate/filenames.h"

#include "core/base/text.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr qsizetype kLongestName = 255;  // NAME_MAX, in bytes

/// Where the ending begins: at the last dot, or before ".tar" ahead of it; never at the first
/// character.
qsizetype endingOf(const QByteArray& name)
{
    qsizetype dot = name.lastIndexOf('.');
    if (dot > 4 && name.left(dot).endsWith(".tar")) {
        dot -= 4;
    }
    return dot > 0 ? dot : name.size();
}

/// The first bytes, as many as `most`, that end with a whole character.
QByteArray wholeCharacters(const QByteArray& text, qsizetype most)
{
    qsizetype end = std::clamp<qsizetype>(most, 0, text.size());
    while (end > 0 && end < text.size() && (uchar(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    return text.left(end);
}

}  // namespace

QString nameRefusal(const QByteArray& name)
{
    if (name.isEmpty() || name == "." || name == "..") {
        return u"it is not the name of a file"_s;
    }
    if (name.contains('/') || name.contains('\0')) {
        return u"it would leave its folder"_s;
    }
    if (name.size() > kLongestName) {
        return u"it is longer than 255 bytes"_s;
    }
    const QString text = QString::fromUtf8(name);
    if (text.toUtf8() != name) {
        return u"it is not UTF-8"_s;
    }
    if (displayText(text, 4 * kLongestName) != text) {
        return u"it holds control or hidden characters"_s;
    }
    return {};
}

QByteArray otherName(const QByteArray& name, int number)
{
    const qsizetype dot = endingOf(name);
    const QByteArray tail = " (" + QByteArray::number(number) + ')';
    const QByteArray ending = wholeCharacters(name.mid(dot), kLongestName / 2);
    return wholeCharacters(name.left(dot), kLongestName - tail.size() - ending.size()) + tail +
           ending;
}

QString caseKey(const QByteArray& name)
{
    return QString::fromUtf8(name).normalized(QString::NormalizationForm_C).toCaseFolded();
}

std::vector<std::size_t> caseCollisions(const std::vector<QByteArray>& names)
{
    QSet<QString> seen;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QString key = caseKey(names[i]);
        if (seen.contains(key)) {
            found.push_back(i);
        }
        seen.insert(key);
    }
    return found;
}

QByteArray joined(const QByteArray& folder, const QByteArray& name)
{
    return folder.endsWith('/') ? folder + name : folder + '/' + name;
}

QByteArray lastName(const QByteArray& path)
{
    QByteArray trimmed = path;
    while (trimmed.endsWith('/')) {
        trimmed.chop(1);
    }
    return trimmed.mid(trimmed.lastIndexOf('/') + 1);
}

QByteArray parentOf(const QByteArray& path)
{
    QByteArray trimmed = path;
    while (trimmed.endsWith('/')) {
        trimmed.chop(1);
    }
    const qsizetype slash = trimmed.lastIndexOf('/');
    return slash <= 0 ? QByteArray("/") : trimmed.left(slash);
}

bool isWithin(const QByteArray& path, const QByteArray& folder)
{
    return path == folder || path.startsWith(folder.endsWith('/') ? folder : folder + '/');
}

}  // namespace analemma::operate
