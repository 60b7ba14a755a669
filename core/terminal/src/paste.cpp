#include "core/terminal/input.h"

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype limitUnseen = 2048;

bool isControl(QChar c)
{
    const char16_t code = c.unicode();
    return (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0);
}

}  // namespace

Paste filterPaste(const QString& clipboard)
{
    Paste paste;
    paste.text = clipboard;
    paste.text.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    for (QChar& c : paste.text) {
        if (isControl(c)) {
            c = u' ';
            ++paste.replaced;
        }
    }
    paste.lines = int(paste.text.count(u'\n')) + (paste.text.endsWith(u'\n') ? 0 : 1);
    paste.preview = paste.text.contains(u'\n') || paste.replaced > 0 ||
                    paste.text.toUtf8().size() > limitUnseen;
    return paste;
}

QString Paste::asOneLine() const
{
    QStringList parts;
    for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
        parts.append(line.trimmed());
    }
    return parts.join(u' ');
}

QByteArray encodePaste(const QString& text, const Modes& modes)
{
    QByteArray bytes = filterPaste(text).text.replace(u'\n', u'\r').toUtf8();
    return modes.bracketedPaste ? "\033[200~" + bytes + "\033[201~" : bytes;
}

}  // namespace analemma::terminal
