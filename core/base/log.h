#pragma once

#include <QString>

namespace analemma {

/// The program's own log: one line an entry, "time level area text", to a file of limited size below
/// homeFolder()/log, and to stderr when ANALEMMA_LOG=debug. It passes the redactor. Any thread.
enum class LogLevel { Debug, Info, Warning };
void logLine(LogLevel level, const char* area, const QString& text);
/// Starts writing to a file; before this, only warnings reach stderr.
void startLog(const QString& folder);

}  // namespace analemma
