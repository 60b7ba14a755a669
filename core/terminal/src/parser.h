#pragma once

#include <QByteArrayView>
#include <QtGlobal>

#include <array>
#include <span>
#include <string>

/// Bytes to text, controls and sequences: the state machine of the DEC VT500 as Paul Williams
/// published it ("A parser for DEC's ANSI-compatible video terminals", vt100.net), with UTF-8 in
/// place of 8-bit controls and a bound on everything that is kept.
namespace analemma::terminal {

/// A control sequence. Parameters are 0..9,999; -1 is one that was left out.
struct Sequence {
    static constexpr int limitParameters = 16;
    static constexpr int limitValue = 9'999;

    std::array<qint16, limitParameters> values{};
    quint32 joined = 0;  ///< bit i: parameter i came after a colon and belongs to the one before
    int count = 0;
    char prefix = 0;        ///< '?', '>', '=' or '<'
    char intermediate = 0;  ///< 0x20..0x2f; '\x7f' when there were several
    char final = 0;

    void begin()
    {
        joined = 0;
        count = 0;
        prefix = intermediate = final = 0;
    }
    /// Parameter i, or `fallback` when left out.
    [[nodiscard]] int value(int i, int fallback = 0) const
    {
        return i < count && values[std::size_t(i)] >= 0 ? values[std::size_t(i)] : fallback;
    }
    /// Parameter i as a count: at least 1.
    [[nodiscard]] int times(int i = 0) const { return qMax(1, value(i, 1)); }
    [[nodiscard]] bool isJoined(int i) const { return (joined >> i & 1) != 0; }
    /// prefix, intermediate and final as one number for a switch.
    static constexpr int code(char prefix, char intermediate, char final)
    {
        return prefix << 16 | intermediate << 8 | final;
    }
    [[nodiscard]] int code() const { return code(prefix, intermediate, final); }
};

/// What the parser found. Text comes in runs, as long as they happen to be.
class Actions {
public:
    virtual void ascii(const char* text, int length) = 0;         ///< 0x20..0x7e
    virtual void characters(std::span<const char32_t> text) = 0;  ///< with ASCII between them
    virtual void control(char code) = 0;                          ///< C0
    virtual void escape(const Sequence& sequence) = 0;
    virtual void csi(const Sequence& sequence) = 0;
    virtual void operatingSystem(QByteArrayView text) = 0;
    virtual void deviceControl(const Sequence& sequence, QByteArrayView text) = 0;

protected:
    ~Actions() = default;
};

class Parser {
public:
    static constexpr std::size_t limitString = 4096;       ///< of an OSC; a longer one is dropped
    static constexpr std::size_t limitDeviceControl = 32;  ///< only requests are read

    void feed(QByteArrayView bytes, Actions* actions);
    void reset() { *this = Parser(); }

    enum State : quint8 {
        Ground,
        Escape,
        EscapeIntermediate,
        CsiEntry,
        CsiParameter,
        CsiIntermediate,
        CsiIgnore,
        DcsEntry,
        DcsParameter,
        DcsIntermediate,
        DcsPass,
        DcsIgnore,
        OscString,
        OtherString,  ///< SOS, PM, APC: swallowed
        StateCount
    };

private:
    void step(quint8 byte, Actions* actions);
    void leave(quint8 byte, Actions* actions);
    void parameter(quint8 byte);
    void collect(quint8 byte);
    void keep(quint8 byte, std::size_t limit);
    const quint8* digits(const quint8* at, const quint8* end);
    const quint8* control(const quint8* at, const quint8* end, Actions* actions);
    const quint8* text(const quint8* at, const quint8* end, Actions* actions);
    void begin(quint8 byte);

    State m_state = Ground;
    bool m_full = false;     ///< more parameters than are kept
    bool m_tooLong = false;  ///< the string is over its limit
    quint8 m_needed = 0;     ///< bytes missing of a character
    quint8 m_lower = 0x80;
    quint8 m_upper = 0xbf;
    char32_t m_code = 0;
    Sequence m_sequence;
    std::string m_string;
};

}  // namespace analemma::terminal
