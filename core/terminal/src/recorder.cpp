#include "core/terminal/recorder.h"

#include "core/terminal/prompt_watch.h"
#include "core/terminal/src/token_mask.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>

#include <array>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype shortestSecret = 4;  // masking less would mask half of all words

QByteArray line(milliseconds at, const QString& kind, const QString& data)
{
    const QJsonArray event{double(at.count()) / 1000.0, kind, data};
    return QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
}

/// What is typed where it is not shown. Of a fixed size, so that it can be wiped whole.
class HiddenLine {
public:
    ~HiddenLine() { wipe(); }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    void wipe()
    {
        ::explicit_bzero(m_bytes.data(), m_bytes.size());
        m_size = 0;
    }
    void append(char byte)
    {
        if (m_size < m_bytes.size()) {
            m_bytes[m_size++] = byte;
        }
    }
    void chop()
    {
        while (m_size > 0 && (static_cast<unsigned char>(m_bytes[--m_size]) & 0xc0) == 0x80) {
        }
    }
    [[nodiscard]] QByteArrayView view() const
    {
        return {m_bytes.data(), static_cast<qsizetype>(m_size)};
    }

private:
    std::array<char, 1024> m_bytes{};
    std::size_t m_size = 0;
};

}  // namespace

struct Recorder::State {
    Size size;
    qint64 started = 0;
    QString title;
    Redactor redactor;
    QStringDecoder decoder{QStringDecoder::Utf8};
    TokenMask tokens;
    PromptWatch prompt;
    HiddenLine hidden;
    bool escaping = false;  ///< inside the bytes of a key or mark that is no text

    void take(char byte);
    void conclude();
};

void Recorder::State::conclude()
{
    if (hidden.view().size() >= shortestSecret) {
        redactor.add(Secret(hidden.view()));
    }
    hidden.wipe();
}

void Recorder::State::take(char byte)
{
    if (escaping) {
        escaping = byte == '[' || byte == 'O' || byte == ';' || (byte >= '0' && byte <= '9');
    } else if (byte == '\x1b') {
        escaping = true;
    } else if (byte == '\r' || byte == '\n') {
        conclude();
    } else if (byte == '\b' || byte == '\x7f') {
        hidden.chop();
    } else if (byte == '\x15' || byte == '\x03') {  // ^U, ^C
        hidden.wipe();
    } else {
        hidden.append(byte);
    }
}

Recorder::Recorder(Size size, const QDateTime& started, const QString& title)
    : m_state(std::make_unique<State>())
{
    m_state->size = size;
    m_state->started = started.toSecsSinceEpoch();
    m_state->title = title;
}

Recorder::~Recorder() = default;
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;

void Recorder::hide(const Secret& secret)
{
    m_state->redactor.add(secret);
}

QByteArray Recorder::header() const
{
    const QJsonObject head{{u"version"_s, 2},
                           {u"width"_s, m_state->size.columns},
                           {u"height"_s, m_state->size.rows},
                           {u"timestamp"_s, m_state->started},
                           {u"title"_s, m_state->title},
                           {u"env"_s, QJsonObject{{u"TERM"_s, u"xterm-256color"_s}}}};
    return QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray Recorder::output(milliseconds at, QByteArrayView bytes)
{
    m_state->prompt.feed(bytes);
    if (!m_state->prompt.asksForSecret()) {
        m_state->hidden.wipe();  // it is shown, so it is none; or it was given already
    }
    const QString text = m_state->decoder.decode(m_state->redactor.feed(bytes));
    const QString shown = m_state->tokens.feed(text);
    return shown.isEmpty() ? QByteArray() : line(at, u"o"_s, shown);
}

QByteArray Recorder::resized(milliseconds at, Size size)
{
    if (size == m_state->size) {
        return {};
    }
    m_state->size = size;
    return line(at, u"r"_s, u"%1x%2"_s.arg(size.columns).arg(size.rows));
}

void Recorder::typed(QByteArrayView bytes)
{
    if (!m_state->prompt.asksForSecret()) {
        return;
    }
    for (const char byte : bytes) {
        m_state->take(byte);
    }
}

QByteArray Recorder::finish(milliseconds at)
{
    m_state->hidden.wipe();
    const QString text = m_state->decoder.decode(m_state->redactor.finish());
    const QString shown = m_state->tokens.feed(text) + m_state->tokens.finish();
    return shown.isEmpty() ? QByteArray() : line(at, u"o"_s, shown);
}

}  // namespace analemma::terminal
