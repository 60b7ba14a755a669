#include "core/monitor/src/samplesource.h"

using namespace Qt::StringLiterals;

namespace analemma::monitor {

Task<Result<Source>> openFileSource(std::shared_ptr<ssh::Session> session, CancelToken cancel)
{
    Q_UNUSED(session)
    Q_UNUSED(cancel)
    co_return Error(ErrorKind::Unsupported, u"its files cannot be read"_s);
}

}  // namespace analemma::monitor
