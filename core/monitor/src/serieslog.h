#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/chunkbytes.h"

#include <functional>
#include <span>

/// The rows of the log: what one commit acknowledged, and of which series everything that came
/// before it was written to their chunks in that same commit. Replaying them in order gives back
/// what stood in memory. Pure; any thread.
namespace analemma::monitor {

Bytes packLog(std::span<const Measured> samples, std::span<const SeriesId> flushed);
/// Calls `flushed` for the series first, then `sample` for the samples. False when the bytes are
/// damaged, maybe after some calls.
bool unpackLog(std::span<const std::uint8_t> row, const std::function<void(SeriesId)>& flushed,
               const std::function<void(const Measured&)>& sample);

}  // namespace analemma::monitor
