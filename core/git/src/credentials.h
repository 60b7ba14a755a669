#pragma once

#include "core/base/descriptor.h"
#include "core/base/process.h"
#include "core/git/network.h"
#include "core/git/src/networkurl.h"

#include <QObject>
#include <QSet>
#include <QSocketNotifier>
#include <QTemporaryDir>

#include <memory>

namespace analemma::git {

/// Why a question is answered without asking anybody, or not at all.
enum class QuestionFate { Ask, Known, Elsewhere, Again, Nobody };
/// Secrets are for the host of the address alone, whatever it redirects to, and each is asked for
/// once. Pure.
QuestionFate fateOf(const NetworkQuestion& question, const RemoteUrl& url, bool canAsk, bool asked);

/// Where git and ssh ask for secrets: a private folder (0700) with a small script as GIT_ASKPASS
/// and SSH_ASKPASS, and two pipes to us. So a secret stands in no argument, environment or file.
/// Main thread.
class CredentialDesk : public QObject {
    Q_OBJECT
public:
    /// `useKept`: the keeper is looked into before anybody is asked.
    static Result<std::shared_ptr<CredentialDesk>> make(const RemoteUrl& url,
                                                        const NetworkAccess& access,
                                                        const SshWay& way, bool useKept);
    ~CredentialDesk() override;

    [[nodiscard]] Environment environment() const;
    /// A person is thinking: nobody has to hurry.
    [[nodiscard]] bool isAsking() const { return m_isAsking; }
    /// Why a question got no answer, which says more than what git makes of it.
    [[nodiscard]] std::optional<Error> trouble() const { return m_trouble; }
    /// What begins a line of ssh that tells of a host key, see sshConfig(). Nobody can guess it.
    [[nodiscard]] QByteArray mark() const;
    /// What a person answered, to be kept when it was taken.
    [[nodiscard]] QList<LoginKeeper::Login> answered() const { return m_answered; }
    /// What the keeper answered.
    [[nodiscard]] QList<NetworkQuestion> found() const { return m_found; }
    /// What was given out taken out of it.
    [[nodiscard]] QString redact(const QString& text) { return m_redactor.redact(text); }

Q_SIGNALS:
    void askingChanged();

private:
    CredentialDesk(RemoteUrl url, NetworkAccess access, bool useKept);
    Result<void> open(const SshWay& way);
    void readQuestion();
    void decide(const QByteArray& prompt);
    void find(NetworkQuestion question);
    void ask(NetworkQuestion question);
    void setAsking(bool isAsking);
    void give(const NetworkQuestion& question, const Result<Secret>& secret);
    void answer(const Result<Secret>& secret);
    void refuse(Error why);

    RemoteUrl m_url;
    NetworkAccess m_access;
    QTemporaryDir m_folder;
    Descriptor m_question;  ///< both ends of each pipe, so that none ever ends
    Descriptor m_answer;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QByteArray m_prompt;
    QSet<QString> m_asked;
    QList<LoginKeeper::Login> m_answered;
    QList<NetworkQuestion> m_found;
    CancelToken m_end;
    Redactor m_redactor;
    std::optional<Error> m_trouble;
    const bool m_useKept;
    bool m_isAsking = false;
};

}  // namespace analemma::git
