#pragma once

#include "core/operate/transfers.h"

#include "core/base/files.h"

#include "tests/ssh/cable.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QCryptographicHash>
#include <QElapsedTimer>

#include <sys/stat.h>
#include <unistd.h>

/// A queue of transfers between this machine and two real servers, which share a folder.
namespace analemma::test {

using namespace Qt::StringLiterals;
using namespace analemma::operate;
using State = TransferState;

class TransfersFixture : public QObject {
protected:
    [[nodiscard]] QByteArray path(const QString& name) const
    {
        return m_folder->filePath(name).toUtf8();
    }
    static QByteArray random(qsizetype size)
    {
        QFile file(u"/dev/urandom"_s);
        const bool opened = file.open(QIODevice::ReadOnly);
        return opened ? file.read(size) : QByteArray();
    }
    [[nodiscard]] QByteArray read(const QString& name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    bool write(const QString& name, const QByteArray& bytes) const
    {
        const QString whole = m_folder->filePath(name);
        QDir().mkpath(QFileInfo(whole).path());
        QFile file(whole);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
    [[nodiscard]] QStringList parts() const
    {
        QStringList found;
        for (const QString& name :
             QDir(m_folder->path()).entryList({u"*.analemma-part"_s}, QDir::Files | QDir::Hidden)) {
            found += name;
        }
        return found;
    }
    [[nodiscard]] Place here(const QString& name) const { return {{}, path(name)}; }
    [[nodiscard]] Place there(const QString& name, const QString& server = u"web-1"_s) const
    {
        return {server, path(name)};
    }
    QString add(const Place& from, const Place& to)
    {
        const Result<QString> id = m_transfers->add(from, to);
        if (!id) {
            qWarning("%s", qPrintable(id.error().message));
        }
        return id.valueOr({});
    }
    [[nodiscard]] TransferView view(const QString& id) const
    {
        return m_transfers->find(id).value_or(TransferView());
    }
    bool waitFor(const QString& id, State state, int limit = 40'000)
    {
        const bool came = QTest::qWaitFor([&] { return view(id).state == state; }, limit);
        if (!came) {
            const TransferView now = view(id);
            qWarning("%s: %s", qPrintable(toString(now.state)),
                     now.error ? qPrintable(now.error->message) : "");
        }
        return came;
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    PrivateSshd m_other{{u"ed25519"_s}, "MaxSessions 40", 3};
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Transfers> m_transfers;
    QHash<QString, ssh::Target> m_targets;
    int m_connects = 0;
};

}  // namespace analemma::test
