#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace analemma::ssh {

/// Splits what comes out of a shell into the output of one command and what the shell says behind
/// it: a mark, a space, the exit code and a line's end. The output may be of any bytes and need not
/// end a line. Holds back no more than a mark.
class MarkReader {
public:
    /// 128 random bits in hexadecimal: nobody can have written them before.
    [[nodiscard]] static QByteArray freshMark();

    void expect(QByteArray mark);
    /// Takes in what came; gives what of it, and of what was held back, is output.
    QByteArray feed(QByteArrayView piece);

    /// The whole line behind the output is here.
    [[nodiscard]] bool isFound() const { return m_state == State::Found; }
    [[nodiscard]] int exitCode() const { return m_exitCode; }
    /// Behind the mark stands what no shell says.
    [[nodiscard]] bool isBroken() const { return m_state == State::Broken; }
    /// More came behind the line.
    [[nodiscard]] bool hasMore() const { return m_hasMore; }

private:
    enum class State { Output, Line, Found, Broken };
    QByteArray takeOutput();
    void readLine();

    QByteArray m_mark;
    QByteArray m_held;
    State m_state = State::Broken;
    int m_exitCode = -1;
    bool m_hasMore = false;
};

}  // namespace analemma::ssh
