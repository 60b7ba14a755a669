#include "core/terminal/src/token_mask.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype limitHeld = 64 * 1024;
const QString mask = u"***"_s;

/// The forms that the services publish for their secret scanners. Group 1 stays as it is.
const QRegularExpression& shapes()
{
    static const QRegularExpression all(
        u"(?|"
        "()-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,60000}-----END [A-Z ]{0,40}PRIVATE "
        "KEY-----|"
        "()(?:gh[pousr]_|github_pat_|glpat-|gl[a-z]{2,4}-|npm_|pypi-|do[opr]_v1_|xox[abeprs]-|"
        "[sr]k_live_|sk-|hv[bs]\\.|SG\\.)[A-Za-z0-9_.-]{16,}|"
        "()A[KS]IA[A-Z0-9]{16}|"
        "()AIza[A-Za-z0-9_-]{30,}|"
        "()eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*|"
        "((?i:bearer|basic) +)[A-Za-z0-9+/=._~-]{8,}|"
        "((?i:password|passwd|secret|token|api_?key|access_?key)(?:=[\"']?|[\"'] ?: ?[\"']))"
        "[^\\s\"'&,;\\x1b]{4,}|"
        "(://[^\\s/:@\\x1b]{1,100}:)[^\\s/@\\x1b]{1,200}(?=@)"
        ")"_s);
    return all;
}

bool isTokenPart(QChar c)
{
    return c.unicode() > 0x20 || c == u'\r' || c == u'\n';
}

}  // namespace

QString TokenMask::feed(QStringView text)
{
    if (m_swallowing) {
        qsizetype end = 0;
        while (end < text.size() && isTokenPart(text[end])) {
            ++end;
        }
        m_swallowing = end == text.size();
        text = text.sliced(end);
    }
    m_held += text;
    return take(false);
}

QString TokenMask::finish()
{
    return take(true);
}

QString TokenMask::take(bool last)
{
    QString out;
    qsizetype at = 0;
    while (at < m_held.size()) {
        // A match that touches the end counts as partial: more of it may come.
        const QRegularExpressionMatch match = shapes().match(
            m_held, at,
            last ? QRegularExpression::NormalMatch : QRegularExpression::PartialPreferFirstMatch);
        if (match.hasMatch()) {
            out += QStringView(m_held).sliced(at, match.capturedStart() - at);
            out += match.captured(1) + mask;
            at = match.capturedEnd();
            continue;
        }
        const qsizetype held = match.hasPartialMatch() ? match.capturedStart() : m_held.size();
        out += QStringView(m_held).sliced(at, held - at);
        at = held;
        break;
    }
    m_held = m_held.sliced(at);
    if (m_held.size() > limitHeld) {
        out += mask;
        m_held.clear();
        m_swallowing = true;
    }
    return out;
}

}  // namespace analemma::terminal
