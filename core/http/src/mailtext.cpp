#include "core/http/src/mailtext.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::http {
namespace {

constexpr qsizetype longestAddress = 254;
constexpr qsizetype longestSubject = 400;
/// Bytes of text in one encoded word: 75 characters with all around it (RFC 2047, section 2).
constexpr qsizetype wordBytes = 42;
constexpr qsizetype lineLetters = 76;

/// As words of base64, cut between characters.
QByteArray encodedWords(const QString& text)
{
    QByteArray words;
    QByteArray piece;
    const auto flush = [&] {
        if (!piece.isEmpty()) {
            words += (words.isEmpty() ? "" : "\r\n ") + ("=?utf-8?B?" + piece.toBase64() + "?=");
            piece.clear();
        }
    };
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype step = text.at(at).isHighSurrogate() && at + 1 < text.size() ? 2 : 1;
        const QByteArray letter = QStringView(text).sliced(at, step).toUtf8();
        if (piece.size() + letter.size() > wordBytes) {
            flush();
        }
        piece += letter;
        at += step;
    }
    flush();
    return words;
}

QByteArray inLines(const QByteArray& base64)
{
    QByteArray lines;
    for (qsizetype at = 0; at < base64.size(); at += lineLetters) {
        lines += base64.mid(at, lineLetters) + "\r\n";
    }
    return lines;
}

}  // namespace

bool isMailAddress(const QString& text)
{
    const qsizetype sign = text.lastIndexOf(u'@');
    return sign > 0 && sign + 1 < text.size() && text.size() <= longestAddress &&
           std::all_of(text.begin(), text.end(), [](QChar letter) {
               return letter.unicode() > 0x20 && letter.unicode() < 0x7f &&
                      !u"<>()[]\\,;:\""_s.contains(letter);
           });
}

QByteArray mailText(const Mail& mail, const QDateTime& now, const QString& id)
{
    QString subject = mail.subject.left(longestSubject);
    std::replace_if(
        subject.begin(), subject.end(), [](QChar letter) { return letter.unicode() < 0x20; }, u' ');
    QString body = mail.text;
    body.replace(u"\r\n"_s, u"\n"_s).replace(u'\n', u"\r\n"_s);
    const QString domain = mail.from.section(u'@', -1);
    return "From: " + mail.from.toLatin1() + "\r\nTo: " + mail.to.join(u",\r\n "_s).toLatin1() +
           "\r\nSubject: " + encodedWords(subject) + "\r\nDate: " +
           QLocale::c().toString(now.toUTC(), u"ddd, dd MMM yyyy HH:mm:ss"_s).toLatin1() +
           " +0000\r\nMessage-ID: <" + id.toLatin1() + '@' + domain.toLatin1() +
           ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n" +
           inLines(body.toUtf8().toBase64());
}

}  // namespace analemma::http
