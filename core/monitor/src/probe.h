#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <optional>

/// The remote half of the sampler: which program answers there, and how it is found.
namespace analemma::monitor {

/// For a login shell of any kind: a sh that runs the first line of its input.
QString probeCommand();
/// That line, with its line feed. It looks for an awk that does what is needed, says which one
/// after `mark`, and becomes it. What follows on the input are requests.
QByteArray probeInput(const QByteArray& mark);

/// What the line after the mark says.
struct ProbeAnswer {
    QByteArray awk;  ///< empty: there is none
    QByteArray problem;
    quint64 pageBytes = 4096;
};
/// The answer within what came so far; nothing as long as it is not whole. What start files print
/// before it is passed over, and what follows it is none.
std::optional<ProbeAnswer> readProbe(const QByteArray& output, const QByteArray& mark);

/// One request: "7 sml name name\n". The answer is "<7\n", lines that begin with the letter of
/// their group, ">7\n".
QByteArray request(quint64 number, const QByteArray& letters, const QByteArrayList& names);
/// The lines of an answer, which lie within `output` and live no longer; nothing while it is not
/// whole. Protocol when it cannot become one.
std::optional<Result<QByteArray>> readAnswer(const QByteArray& output, quint64 number);

/// The text of the remote program; for tests with all kinds of awk.
QByteArray remoteProgram();

}  // namespace analemma::monitor
