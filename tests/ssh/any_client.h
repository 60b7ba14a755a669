#pragma once

#include "core/ssh/ssh.h"
#include "core/ssh/system.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

/// The client of a test that is true of both transports. Such a test runs twice:
/// ANALEMMA_TEST_TRANSPORT says by which.
namespace analemma::test {

inline const bool bySystem = qgetenv("ANALEMMA_TEST_TRANSPORT") == "system";

class AnyClient {
public:
    AnyClient()
    {
        if (bySystem) {
            m_system.emplace(m_folder.filePath(QStringLiteral("s")));
        } else {
            m_builtIn.emplace();
        }
    }
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
        if (bySystem) {
            return m_system->connectTo(std::move(target), {}, std::move(options),
                                       std::move(cancel));
        }
        return m_builtIn->connectTo(std::move(target), std::move(options), std::move(cancel));
    }

private:
    QTemporaryDir m_folder{QDir::tempPath() + QStringLiteral("/sy-XXXXXX")};
    std::optional<ssh::SystemClient> m_system;
    std::optional<ssh::Client> m_builtIn;
};

}  // namespace analemma::test
