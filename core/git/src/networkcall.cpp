#include "core/git/src/networkcall.h"

#include "core/base/text.h"
#include "core/git/src/credentials.h"
#include "core/git/src/networkwords.h"
#include "core/git/src/sshwords.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype answerLimit = 1024 * 1024;
constexpr qint64 progressPauseMs = 100;
constexpr int mostPhases = 50;  // that are shown at once

/// What goes on beside the process: questions, progress, and the watch over silence.
class NetworkLine : public QObject {
public:
    NetworkLine(std::shared_ptr<CredentialDesk> desk, const NetworkAccess& access,
                const CancelToken& cancel)
        : m_desk(std::move(desk)), m_access(access), m_cancel(cancel.child())
    {
        m_silence.setSingleShot(true);
        m_silence.setInterval(access.silence);
        connect(&m_silence, &QTimer::timeout, this, [this] {
            m_wasSilent = true;
            m_cancel.cancel();
        });
        connect(m_desk.get(), &CredentialDesk::askingChanged, this, [this] { wait(); });
        wait();
    }

    void hear(const QByteArray& piece)
    {
        wait();
        for (const NetworkProgress& progress : m_talk.feed(piece)) {
            const bool isDue = !m_sinceShown.isValid() || m_sinceShown.elapsed() >= progressPauseMs;
            const bool isNew = progress.phase != m_phase && ++m_phases <= mostPhases;
            if (isDue || isNew) {
                m_phase = progress.phase;
                m_sinceShown.start();
                if (m_access.progress) {
                    m_access.progress(progress);
                }
            }
        }
    }

    [[nodiscard]] CancelToken token() const { return m_cancel; }
    [[nodiscard]] Environment environment() const { return m_desk->environment(); }

    Result<NetworkAnswer> judge(const Result<ProcessResult>& ran, const QString& what)
    {
        m_silence.stop();
        m_talk.finish();
        if (!ran && ran.error().kind == ErrorKind::Cancelled && m_wasSilent) {
            return tooLong(u"%1: nothing came for %2, so it was ended."_s.arg(
                what, durationText(m_access.silence)));
        }
        if (!ran && ran.error().kind == ErrorKind::Timeout) {
            return tooLong(u"%1: it was not done after %2, so it was ended."_s.arg(
                what, durationText(m_access.limit)));
        }
        if (!ran) {
            return ran.error();
        }
        if (ran->signal != 0) {
            return Error(ErrorKind::Failed,
                         u"%1: the git program was %2."_s.arg(what, ran->endText()));
        }
        if (ran->exitCode != 0 && m_desk->trouble()) {
            const Error trouble = *m_desk->trouble();
            return trouble.kind == ErrorKind::Cancelled ? trouble : trouble.in(what);
        }
        NetworkAnswer answer;
        answer.exitCode = ran->exitCode;
        answer.output = ran->output;
        for (const QString& line : m_talk.said()) {
            answer.said.append(m_desk->redact(line));
        }
        QByteArrayList own = m_talk.own();
        answer.hostKey = takeShownKey(own, m_desk->mark());
        for (const QByteArray& line : std::as_const(own)) {
            answer.own.append(m_desk->redact(QString::fromUtf8(line)).toUtf8());
        }
        return answer;
    }

private:
    void wait()
    {
        if (m_desk->isAsking()) {
            m_silence.stop();
        } else {
            m_silence.start();
        }
    }

    Error tooLong(const QString& message) const
    {
        return Error(ErrorKind::Timeout, message)
            .withHint(
                m_phase.isEmpty()
                    ? u"Is the other side up? Try again, or allow more time."_s
                    : u"It was last at \"%1\". Try again, or allow more time."_s.arg(m_phase));
    }

    std::shared_ptr<CredentialDesk> m_desk;
    NetworkAccess m_access;
    CancelToken m_cancel;
    QTimer m_silence;
    QElapsedTimer m_sinceShown;
    NetworkTalk m_talk;
    QString m_phase;
    int m_phases = 0;
    bool m_wasSilent = false;
};

}  // namespace

Error NetworkAnswer::error(const QString& what) const
{
    Error error = networkError(what, own, u"git ended with exit code %1"_s.arg(exitCode));
    if (error.kind == ErrorKind::HostKey && !hostKey.isEmpty()) {
        error.details.insert(u"hostKey"_s, hostKey);
    }
    return error;
}

bool NetworkAnswer::isLoginRefused() const
{
    const auto isRefusal = [](const QByteArray& line) {
        return line.contains("Authentication failed for") || line.contains("Permission denied (");
    };
    return exitCode != 0 && std::any_of(own.cbegin(), own.cend(), isRefusal);
}

ShadowNeeds networkNeeds(const RemoteUrl& url, const NetworkAccess& access)
{
    ShadowNeeds needs;
    needs.protocols = url.kind == RemoteUrl::Kind::Https ? QStringList{u"https"_s}
                      : url.kind == RemoteUrl::Kind::Ssh ? QStringList{u"ssh"_s}
                                                         : QStringList{u"file"_s};
    needs.settings = {{"protocol.version", "2"},
                      {"http.sslverify", "true"},
                      {"http.followredirects", "initial"},
                      {"http.delegation", "none"},
                      {"transfer.credentialsinurl", "die"},
                      {"push.gpgsign", "false"},
                      // one pack, which is there as a whole or not at all
                      {"fetch.unpacklimit", "1"},
                      {"advice.pushupdaterejected", "false"}};
    if (!access.certificatesFile.isEmpty()) {
        needs.settings.emplace_back("http.sslcainfo", QFile::encodeName(access.certificatesFile));
    }
    return needs;
}

QStringList serverOptions(const RemoteUrl& url, const QString& option, const QString& program)
{
    if (url.kind != RemoteUrl::Kind::Local) {
        return {};
    }
    return {
        u"--%1=git -c core.hooksPath=/dev/null -c core.fsmonitor=false "
        "-c core.alternateRefsCommand=true -c receive.autoGC=false "
        "-c receive.denyCurrentBranch=refuse %2"_s.arg(option, program)};
}

namespace {

/// One run, and the desk that it had.
Task<Result<NetworkAnswer>> callOnce(NetworkCall call, NetworkAccess access,
                                     std::shared_ptr<CredentialDesk> desk, CancelToken cancel)
{
    const auto line = std::make_shared<NetworkLine>(desk, access, cancel);
    GitRun run(call.arguments);
    run.environment = line->environment();
    run.environment.insert(run.environment.end(), call.environment.begin(), call.environment.end());
    run.timeout = access.limit;
    run.limitBytes = answerLimit;
    const std::weak_ptr<NetworkLine> weak = line;
    run.onErrors = [weak](const QByteArray& piece) {
        if (const auto heard = weak.lock()) {
            heard->hear(piece);
        }
    };
    auto running = runGit(call.shadow, std::move(run), line->token());
    const Result<ProcessResult> ran = co_await std::move(running);
    co_return line->judge(ran, call.what);
}

/// What the person's configuration says of an ssh server.
Task<Result<SshWay>> sshWayTo(RemoteUrl url, NetworkAccess access)
{
    if (url.kind != RemoteUrl::Kind::Ssh || !access.sshWay) {
        co_return SshWay();
    }
    auto looking = access.sshWay(url.host, url.user);
    Result<SshWay> way = co_await std::move(looking);
    co_return way;
}

/// Where the server's key was looked for, beside the key.
void tellFiles(NetworkAnswer* answer, const NetworkAccess& access, const SshWay& way)
{
    if (answer->hostKey.isEmpty()) {
        return;
    }
    QStringList files = access.knownHostsFiles + way.server.knownHostsFiles;
    for (const SshMachine& hop : way.hops) {
        files += hop.knownHostsFiles;
    }
    answer->hostKey.insert(u"files"_s, QJsonArray::fromStringList(files));
}

}  // namespace

Task<Result<NetworkAnswer>> callRemote(NetworkCall call, NetworkAccess access, CancelToken cancel)
{
    auto finding = sshWayTo(call.url, access);
    const Result<SshWay> way = co_await std::move(finding);
    if (!way) {
        co_return way.error().in(call.what);
    }
    Result<NetworkAnswer> answer = NetworkAnswer();
    bool useKept = true;
    for (bool again = true; again;) {
        again = false;
        const Result<std::shared_ptr<CredentialDesk>> desk =
            CredentialDesk::make(call.url, access, *way, useKept);
        if (!desk) {
            co_return desk.error().in(call.what);
        }
        auto calling = callOnce(call, access, *desk, cancel);
        answer = co_await std::move(calling);
        if (!answer) {
            co_return answer;
        }
        const QList<NetworkQuestion> found =
            answer->isLoginRefused() ? (*desk)->found() : QList<NetworkQuestion>();
        for (const NetworkQuestion& question : found) {
            auto forgetting = access.keeper->refused(question);
            [[maybe_unused]] const Result<void> forgotten = co_await std::move(forgetting);
            again = bool(access.ask);
        }
        const QList<LoginKeeper::Login> taken = answer->exitCode == 0 && access.keeper
                                                    ? (*desk)->answered()
                                                    : QList<LoginKeeper::Login>();
        for (const LoginKeeper::Login& login : taken) {
            auto keeping = access.keeper->taken(login, cancel);
            [[maybe_unused]] const Result<void> kept = co_await std::move(keeping);
        }
        useKept = false;
    }
    tellFiles(&*answer, access, *way);
    co_return answer;
}

}  // namespace analemma::git
