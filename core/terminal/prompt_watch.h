#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace analemma::terminal {

/// Follows what a program prints and tells whether it asks for something that is not shown while
/// it is typed: the last line ends as "Password:" and its like do. Once what is typed comes back,
/// it no longer does. Bytes may be cut anywhere; a stream each, no I/O.
class PromptWatch {
public:
    void feed(QByteArrayView bytes);
    [[nodiscard]] bool asksForSecret() const;

private:
    enum class State { Text, Escape, Sequence, String, StringEscape };
    void take(char byte);
    State m_state = State::Text;
    QByteArray m_line;  ///< what is printed of the last line, without escape sequences
};

}  // namespace analemma::terminal
