#pragma once

#include "tests/app/harness.h"

#include "core/base/files.h"
#include "core/ssh/known_hosts.h"
#include "tests/ssh/private_sshd.h"

#include <QJsonArray>
#include <QRegularExpression>

/// Three real servers in a workspace, and a home of the test's own: what the tests of "server"
/// share.
namespace analemma::test {

using namespace Qt::StringLiterals;

class ServersFixture : public QObject {
    Q_OBJECT

protected:
    [[nodiscard]] static Ran cli(const QStringList& words, const QString& answer = {},
                                 const cli::Interrupt& interrupt = {})
    {
        return run(words, s_place->work(), answer, 60'000, interrupt);
    }
    static QList<Json> lines(const QByteArray& out)
    {
        QList<Json> all;
        for (const QByteArray& line : out.split('\n')) {
            if (!line.isEmpty()) {
                all.append(QJsonDocument::fromJson(line).object());
            }
        }
        return all;
    }
    static QByteArray listed(const QByteArray& name, const PrivateSshd& sshd,
                             const QByteArray& more)
    {
        return "  " + name + ": { address: " + sshd.address().toLatin1() +
               ", port: " + QByteArray::number(sshd.port()) +
               ", key: " + sshd.path(u"user"_s).toUtf8() + more + " }\n";
    }
    void trustAll() const
    {
        QByteArray known;
        for (const auto& sshd : m_servers) {
            known += '[' + sshd->address().toLatin1() + "]:" + QByteArray::number(sshd->port()) +
                     ' ' + sshd->hostKey(u"ed25519"_s).toLatin1() + '\n';
        }
        QVERIFY(writeFile(home() + u"/.ssh/known_hosts"_s, known, 0600).ok());
    }
    /// Both transports, as the rows of all functions of a test: with initTestCase_data() and
    /// init().
    static void addTransports()
    {
        QTest::addColumn<QByteArray>("transport");
        QTest::newRow("built-in") << QByteArray("built-in");
        QTest::newRow("system") << QByteArray("system");
    }
    static void setTransport(const QByteArray& transport)
    {
        QString text = QString::fromUtf8(bytes(path(u"analemma.yaml"_s)));
        static const QRegularExpression end(u"(  web-\\d: \\{.*?)(, transport: [a-z-]+)? \\}\n"_s);
        text.replace(end, u"\\1, transport: %1 }\n"_s.arg(QString::fromUtf8(transport)));
        QVERIFY(writeFile(path(u"analemma.yaml"_s), text.toUtf8(), 0644).ok());
    }
    [[nodiscard]] static QString home() { return s_place->home() + u"/user"_s; }
    [[nodiscard]] static QString path(const QString& name) { return s_place->work() + u'/' + name; }
    [[nodiscard]] static QByteArray bytes(const QString& file)
    {
        return readFile(file, 64 * 1024 * 1024).valueOr("?");
    }

    /// web-1 and web-2 with the tag web, web-3 with the tag db behind web-1; none is trusted.
    void begin()
    {
        s_place = std::make_unique<Place>();
        QVERIFY(makeFolder(home() + u"/.ssh"_s).ok());
        qputenv("HOME", home().toLocal8Bit());
        qunsetenv("SSH_AUTH_SOCK");
        QByteArray text = "workspace: shop\nservers:\n";
        for (int i = 0; i < 3; ++i) {
            m_servers.push_back(std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s},
                                                              "LogLevel VERBOSE", 40 + i));
            const QString problem = m_servers.back()->start();
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            text += listed("web-" + QByteArray::number(i + 1), *m_servers.back(),
                           i < 2 ? ", tags: [web]" : ", tags: [db], hops: [web-1]");
        }
        QVERIFY(writeFile(path(u"analemma.yaml"_s), text, 0644).ok());
    }

    inline static std::unique_ptr<Place> s_place;
    ssh::Library m_library;
    std::vector<std::unique_ptr<PrivateSshd>> m_servers;
};

}  // namespace analemma::test
