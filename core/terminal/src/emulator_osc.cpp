#include "core/terminal/src/emulator.h"

#include "core/base/text.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype limitTitle = 80;
constexpr std::size_t limitReplies = 32;

/// The text before the first ';', and what follows it.
std::pair<QByteArrayView, QByteArrayView> cut(QByteArrayView text)
{
    const qsizetype at = text.indexOf(';');
    return at < 0 ? std::pair(text, QByteArrayView())
                  : std::pair(text.first(at), text.sliced(at + 1));
}

/// "rgb:rrrr/gggg/bbbb", as XParseColor knows it.
QByteArray colourText(quint32 rgb)
{
    QByteArray text = "rgb:";
    for (const int shift : {16, 8, 0}) {
        const QByteArray two = QByteArray::number((rgb >> shift & 0xff) + 0x100, 16).sliced(1);
        text += two + two + (shift > 0 ? "/" : "");
    }
    return text;
}

/// Only addresses that a browser opens, and nothing that would not show as it is.
bool isOpenable(const QString& address)
{
    const QUrl url(address, QUrl::StrictMode);
    return url.isValid() && (url.scheme() == u"http"_s || url.scheme() == u"https"_s) &&
           !url.host().isEmpty() && displayText(address, LinkTable::limitAddress) == address;
}

}  // namespace

void Emulator::operatingSystem(QByteArrayView text)
{
    const auto [number, rest] = cut(text);
    if (number == "0" || number == "2") {
        setTitle(rest);
    } else if (number == "8") {
        hyperlink(rest);
    } else if (number == "10" && rest == "?" && options.foreground) {
        reply("\033]10;" + colourText(*options.foreground) + "\033\\");
    } else if (number == "11" && rest == "?" && options.background) {
        reply("\033]11;" + colourText(*options.background) + "\033\\");
    } else if (number == "52") {
        clipboardWrite(rest);
    } else if (number == "133" && (rest == "A" || rest.startsWith("A;"))) {
        current().prompt = true;
    }
}

void Emulator::setTitle(QByteArrayView text)
{
    title = displayText(text, limitTitle);
}

/// OSC 8 ; id=… ; address. A link that may not be kept leaves plain text.
void Emulator::hyperlink(QByteArrayView text)
{
    const auto [parameters, address] = cut(text);
    m_penKnown = false;
    m_pen.link = 0;
    if (address.isEmpty() || address.size() > LinkTable::limitAddress) {
        return;
    }
    const QString target = QString::fromUtf8(address);
    if (!isOpenable(target)) {
        return;
    }
    QString id;
    for (const QByteArray& one : parameters.toByteArray().split(':')) {
        if (one.startsWith("id=")) {
            id = QString::fromUtf8(one.sliced(3)).left(250);
        }
    }
    std::optional<quint16> link = links.intern(id, target);
    if (!link && collect(false)) {
        link = links.intern(id, target);
    }
    m_pen.link = link.value_or(0);
}

/// OSC 52 ; c or p ; base64. What asks for the content ("?") is never answered.
void Emulator::clipboardWrite(QByteArrayView text)
{
    const auto [selection, data] = cut(text);
    if (data.isEmpty() || data == "?") {
        return;
    }
    const auto decoded =
        QByteArray::fromBase64Encoding(data.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    if (decoded) {
        clipboard = ClipboardRequest{QString::fromUtf8(*decoded),
                                     selection.contains('p') && !selection.contains('c')};
    }
}

void Emulator::reply(const QByteArray& bytes)
{
    if (replies.size() < limitReplies) {
        replies.push_back(bytes);
    }
}

}  // namespace analemma::terminal
