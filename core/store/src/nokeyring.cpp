#include "core/store/keyring.h"

using namespace Qt::StringLiterals;

/// A build without Qt DBus.
namespace analemma::store {

struct Keyring::Body {};

namespace {

template <class T>
Task<Result<T>> unsupported()
{
    return onWorker<T>([]() -> Result<T> {
        return Error(ErrorKind::Unsupported, u"This build cannot speak with a keyring."_s);
    });
}

}  // namespace

Keyring::Keyring(QString) {}
Keyring::~Keyring() = default;
Task<Result<Keyring::Login>> Keyring::find(QString, QString, CancelToken)
{
    return unsupported<Login>();
}
Task<Result<void>> Keyring::keep(QString, Login, CancelToken)
{
    return unsupported<void>();
}
Task<Result<void>> Keyring::forget(QString, QString, CancelToken)
{
    return unsupported<void>();
}

}  // namespace analemma::store
