#pragma once

#include "core/ssh/ssh.h"
#include "core/ssh/system.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

/// The client of a test that is true of both transports. It is built twice: ANALEMMA_SYSTEM_SSH
/// says for which.
namespace analemma::test {

#ifdef ANALEMMA_SYSTEM_SSH
constexpr bool bySystem = true;

class AnyClient {
public:
    AnyClient() = default;
    /// Processes end, and take their folders along, when the event loop says so.
    ~AnyClient()
    {
        (void)QTest::qWaitFor(
            [this] { return QDir(m_folder.filePath(QStringLiteral("s"))).isEmpty(); });
    }
    AnyClient(const AnyClient&) = delete;
    AnyClient& operator=(const AnyClient&) = delete;

    Task<Result<std::shared_ptr<ssh::Session>>> connectTo(ssh::Target target,
                                                          ssh::ConnectOptions options,
                                                          CancelToken cancel)
    {
        return m_client.connectTo(std::move(target), {}, std::move(options), std::move(cancel));
    }

private:
    QTemporaryDir m_folder{QDir::tempPath() + QStringLiteral("/sy-XXXXXX")};
    ssh::SystemClient m_client{m_folder.filePath(QStringLiteral("s"))};
};
#else
constexpr bool bySystem = false;
using AnyClient = ssh::Client;
#endif

}  // namespace analemma::test
