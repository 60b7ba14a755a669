#pragma once

#include "core/operate/hosts.h"

#include "core/base/files.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <memory>
#include <optional>

/// A home, a store and a Hosts of a test's own.
namespace analemma::test {

using namespace Qt::StringLiterals;
using namespace analemma::operate;

class HostsFixture : public QObject {
    Q_OBJECT

protected:
    [[nodiscard]] HostPlaces places() const
    {
        HostPlaces places;
        places.config.home = m_home->path();
        places.config.userFile = sshFile(u"config"_s);
        places.config.localUser = PrivateSshd::user();
        places.sshFolder = m_home->filePath(u".ssh"_s);
        places.userKnownHosts = {sshFile(u"known_hosts"_s)};
        places.ownKnownHosts = m_home->filePath(u"own/known_hosts"_s);
        places.runFolder = m_home->filePath(u"r"_s);
        return places;
    }
    [[nodiscard]] QString sshFile(const QString& name) const
    {
        return m_home->filePath(u".ssh/"_s + name);
    }
    void write(const QString& path, const QByteArray& text) const
    {
        VERIFY_OK(writeFile(path, text, 0600));
    }
    [[nodiscard]] QString workspaceFile() const { return m_home->filePath(u"w/analemma.yaml"_s); }
    static QByteArray listed(const QByteArray& name, const PrivateSshd& sshd,
                             const QByteArray& more = {})
    {
        return "  " + name + ": { address: " + sshd.address().toLatin1() +
               ", port: " + QByteArray::number(sshd.port()) +
               ", key: " + sshd.path(u"user"_s).toUtf8() + more + " }\n";
    }
    /// A Hosts on a workspace file with these servers.
    void make(const QByteArray& servers = {}, std::optional<HostPlaces> where = {})
    {
        m_hosts.reset();
        write(workspaceFile(),
              "workspace: shop\n" + (servers.isEmpty() ? servers : "servers:\n" + servers));
        auto loaded = workspace::load(workspaceFile());
        VERIFY_OK(loaded);
        m_hosts = std::make_unique<Hosts>(
            *loaded, m_store.get(), &m_client,
            [this] {
                return give({m_made, m_problems});
            },
            where ? *where : places());
    }
    static Task<Result<infra::ServerList>> give(infra::ServerList list) { co_return list; }
    [[nodiscard]] QByteArray knownLine(const PrivateSshd& sshd, const QString& key = {}) const
    {
        return '[' + sshd.address().toLatin1() + "]:" + QByteArray::number(sshd.port()) + ' ' +
               (key.isEmpty() ? sshd.hostKey(u"ed25519"_s) : key).toLatin1() + '\n';
    }
    Result<ssh::ChosenSession> connectTo(const QString& name)
    {
        return await(m_hosts->connect(name, CancelToken()));
    }
    QByteArray said(const ssh::ChosenSession& chosen, const QString& command)
    {
        const auto ran = await(chosen.session->exec(command, {}, {}));
        return ran ? ran->output : QByteArray("failed: ") + ran.error().message.toUtf8();
    }
    static int logins(const PrivateSshd& sshd)
    {
        return int(sshd.log().count("Accepted publickey"));
    }

    ssh::Library m_library;
    QList<infra::Server> m_made;
    QList<infra::ServerList::Problem> m_problems;  ///< of providers that cannot list theirs
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<store::Store> m_store;
    ssh::Client m_client{1};
    std::unique_ptr<Hosts> m_hosts;

    /// Everything new.
    void begin()
    {
        m_hosts.reset();
        m_store.reset();
        m_made.clear();
        m_problems.clear();
        m_home = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/ho-XXXXXX"_s);
        for (const QString& folder : {u".ssh"_s, u"own"_s, u"w"_s, u"state"_s, u"r"_s}) {
            VERIFY_OK(makeFolder(m_home->filePath(folder)));
        }
        auto opened = store::Store::open(m_home->filePath(u"state"_s));
        VERIFY_OK(opened);
        m_store = std::move(*opened);
    }
};

}  // namespace analemma::test
