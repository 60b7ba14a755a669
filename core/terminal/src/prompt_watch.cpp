#include "core/terminal/prompt_watch.h"

#include <QString>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype limitLine = 256;
constexpr qsizetype limitLook = 1024;  // of a large piece only the end matters

/// As sudo, su, ssh, git, gpg, mysql, psql, ansible and cryptsetup ask, and some languages do.
constexpr QStringView promptWords[] = {
    u"password",      u"passphrase",        u"passcode", u"contraseña", u"clave",
    u"mot de passe",  u"passwort",          u"senha",    u"secret",     u"token",
    u"one-time code", u"verification code", u"pin",      u"otp"};

}  // namespace

void PromptWatch::feed(QByteArrayView bytes)
{
    if (bytes.size() > limitLook) {
        bytes = bytes.last(limitLook);
        m_state = State::Text;
        m_line.clear();
    }
    for (const char byte : bytes) {
        take(byte);
    }
}

void PromptWatch::take(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    switch (m_state) {
        case State::Escape:
            m_state = byte == '['                                                ? State::Sequence
                      : byte == ']' || byte == 'P' || byte == '_' || byte == '^' ? State::String
                                                                                 : State::Text;
            return;
        case State::Sequence:
            m_state = code >= 0x40 && code <= 0x7e ? State::Text : State::Sequence;
            return;
        case State::String:
            m_state = byte == '\a'     ? State::Text
                      : byte == '\033' ? State::StringEscape
                                       : State::String;
            return;
        case State::StringEscape:
            m_state = byte == '\\' ? State::Text : State::String;
            return;
        case State::Text:
            break;
    }
    if (byte == '\033') {
        m_state = State::Escape;
    } else if (byte == '\n' || byte == '\r') {
        m_line.clear();
    } else if (byte == '\b') {
        m_line.chop(1);
    } else if (code >= 0x20 && code != 0x7f) {
        m_line.append(byte);
        if (m_line.size() > limitLine) {
            m_line.remove(0, limitLine / 2);
        }
    }
}

bool PromptWatch::asksForSecret() const
{
    QString line = QString::fromUtf8(m_line).trimmed().toLower();
    while (line.endsWith(u'*') || line.endsWith(QChar(0x2022))) {
        line.chop(1);  // some show how much was typed, not what
    }
    line = line.trimmed();
    return (line.endsWith(u':') || line.endsWith(QChar(0xff1a))) &&
           std::any_of(std::begin(promptWords), std::end(promptWords),
                       [&line](QStringView word) { return line.contains(word); });
}

}  // namespace analemma::terminal
