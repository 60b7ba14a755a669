#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/terminal/cells.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <memory>

namespace analemma::terminal {

/// Writes what a terminal showed as an asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a
/// header, then a line for each piece of output ("o") and each resize ("r"). What is typed is never
/// written: where it is shown it stands in the output, and where it is not it is a secret. Pure: it
/// gives the bytes to append, in order. One stream, one object.
///
/// Masked are the given secrets, what was typed where a prompt for a secret did not show it, and
/// what has the form of a well-known token, in all pieces that they may come in.
class Recorder {
public:
    Recorder(Size size, const QDateTime& started, const QString& title);
    ~Recorder();
    Recorder(Recorder&&) noexcept;
    Recorder& operator=(Recorder&&) noexcept;

    void hide(const Secret& secret);
    [[nodiscard]] QByteArray header() const;
    /// `at` counts from the start. What may be the beginning of a secret comes out later.
    QByteArray output(milliseconds at, QByteArrayView bytes);
    QByteArray resized(milliseconds at, Size size);
    /// Bytes that a person sends, before the answer to them comes. They only tell what to hide.
    void typed(QByteArrayView bytes);
    QByteArray finish(milliseconds at);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace analemma::terminal
