#pragma once

#include <QString>

namespace analemma {

class Secret;

/// The program's own log: one line an entry, "time level area text", to a file of limited size
/// below homeFolder()/log, and to stderr when ANALEMMA_LOG=debug. It passes the redactor. Any
/// thread.
enum class LogLevel { Debug, Info, Warning };
void logLine(LogLevel level, const char* area, const QString& text);
/// Starts writing to a file; before this, only warnings reach stderr.
void startLog(const QString& folder);
/// From now on this secret is "***" in every line, in all forms that Redactor knows. Any thread.
void hideInLog(const Secret& secret);

}  // namespace analemma
