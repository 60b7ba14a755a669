#pragma once

#include "core/operate/src/record.h"

/// What one connection is made with: files read, keys found, transport facts gathered.
namespace analemma::operate {

struct Approach {
    Way way;
    std::vector<Record> records;  ///< of hops, then of the server; empty for those that are pinned
    ssh::Connecting connecting;   ///< hostKeys and asker are added where it is used
    bool mayAskPassword = true;
    bool mayAskInteractive = true;

    /// One that decides about this way, to be given to `connecting`.
    [[nodiscard]] std::shared_ptr<RecordedKeys> recordedKeys(bool onlyLooks) const;
    /// The asker, without the kinds of questions that ~/.ssh/config forbids.
    [[nodiscard]] ssh::Asker allowed(const ssh::Asker& asker) const;
    /// The hops and then the server.
    [[nodiscard]] std::vector<Machine> machines() const;
};

/// Blocking, for workers. Errors: those of readRecord(), NotFound for a key that is named and not
/// there.
Result<Approach> approach(const Way& way, const HostPlaces& places);

}  // namespace analemma::operate
