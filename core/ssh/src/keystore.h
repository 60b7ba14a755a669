#pragma once

#include "core/ssh/credentials.h"
#include "core/ssh/src/asking.h"
#include "core/ssh/src/privatekey.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace analemma::ssh {

/// Private keys of files. A locked one is unlocked when a server has agreed to take it, asked for
/// once, however many logins wait for it, and kept until the program ends or the file changes.
class KeyStore : public std::enable_shared_from_this<KeyStore> {
public:
    using Key = std::shared_ptr<const PrivateKey>;
    using Done = std::function<void(Result<Key>)>;

    /// Reads the file. Blocking, for workers.
    Result<std::shared_ptr<Signer>> signer(const QString& path, const QString& target,
                                           const std::shared_ptr<Asking>& asking);
    /// Gives the key, asking for its passphrase when it is locked. Any thread.
    void unlock(const QString& path, const QString& target, const std::shared_ptr<Asking>& asking,
                Done done);

private:
    struct Entry {
        QString stamp;  ///< of the file, when it was read
        Key key;
        std::vector<Done> waiting;
    };
    void ask(const QString& path, const QString& target, const std::shared_ptr<Asking>& asking,
             int attempt);
    void finish(const QString& path, const Result<Key>& result);

    std::mutex m_mutex;
    std::map<QString, Entry> m_entries;
};

}  // namespace analemma::ssh
