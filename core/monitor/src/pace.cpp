#include "core/monitor/src/pace.h"

#include <algorithm>

namespace analemma::monitor {

milliseconds nextInterval(const Sampler::Options& options, Pace pace, milliseconds latency,
                          double loadPerCore)
{
    const bool isWatched = pace == Pace::Watched;
    const milliseconds wanted = isWatched ? options.watched : options.background;
    const milliseconds most = std::max(wanted, isWatched ? options.background : options.slowest);
    int stretch = 1;
    if (!options.mayStretch) {
        return wanted;
    }
    if (latency > wanted / 2 || loadPerCore >= 4) {
        stretch = 3;
    } else if (latency > wanted / 4 || loadPerCore >= 2) {
        stretch = 2;
    }
    return std::min(most, wanted * stretch);
}

}  // namespace analemma::monitor
