#pragma once

#include "core/base/clock.h"
#include "core/lifecycle/lifecycle.h"
#include "ui/shell/theme.h"

#include <QDateTime>
#include <QString>

/// How states, times and sizes are said. State is always colour plus icon plus word. Pure.
namespace analemma::ui {

using lifecycle::Mark;

Token tokenOf(Mark mark);
QString iconOf(Mark mark);
/// "ok", "running", … in the person's language.
QString wordOf(Mark mark);
QString wordOf(lifecycle::Phase phase);
QString iconOf(lifecycle::Phase phase);

/// The mark of a state as the core writes it: "running", "passed", "healthy", "warm",
/// "interrupted", … Words that nobody knows are Unknown; empty is None.
Mark markOf(const QString& state);
Mark markOf(pipeline::State state);
/// That state as a word for people, in their language.
QString wordOfState(const QString& state);
QString wordOfState(pipeline::State state);

/// "2 min ago"; empty for an invalid time.
QString agoText(const QDateTime& time, const QDateTime& now);
/// "2 min": the same without "ago", for narrow cells.
QString shortAge(const QDateTime& time, const QDateTime& now);
/// "23 Nov 2026 09:41:07" in local time with the zone; for tooltips.
QString absoluteTime(const QDateTime& time);
/// What happened, and what to do next, as sentences. Foreign text is not cleaned.
QString sentences(const Error& error);
/// "a1b2c3d".
QString shortHash(const QString& hash);

}  // namespace analemma::ui
