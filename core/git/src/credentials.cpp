#include "core/git/src/credentials.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/networkwords.h"
#include "core/git/src/sshwords.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype promptLimit = 4096;
constexpr qsizetype secretLimit = 4096;  // of one write to a pipe, which is never torn
constexpr qsizetype mostQuestions = 8;

Error nobody(const NetworkQuestion& question)
{
    const QString place = displayText(question.place, 200);
    return {ErrorKind::Auth,
            question.kind == NetworkQuestion::Kind::Passphrase
                ? u"The key %1 needs its passphrase, and nobody could be asked."_s.arg(place)
                : u"%1 wants a login, and nobody could be asked."_s.arg(place)};
}

Error deskError(const QString& what)
{
    return systemError(u"prepare the call: "_s + what, errno);
}

Result<Descriptor> makePipe(const QString& path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::mkfifo(name.constData(), 0600) != 0) {
        return deskError(path);
    }
    Descriptor pipe(::open(name.constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    return pipe.valid() ? Result<Descriptor>(std::move(pipe)) : Result<Descriptor>(deskError(path));
}

}  // namespace

QuestionFate fateOf(const NetworkQuestion& question, const RemoteUrl& url, bool canAsk, bool asked)
{
    const bool isLogin = question.kind == NetworkQuestion::Kind::User ||
                         question.kind == NetworkQuestion::Kind::Password;
    if (isLogin && question.place != url.place()) {
        return QuestionFate::Elsewhere;
    }
    if (asked) {
        return QuestionFate::Again;
    }
    if (question.kind == NetworkQuestion::Kind::User && !url.user.isEmpty()) {
        return QuestionFate::Known;
    }
    return canAsk ? QuestionFate::Ask : QuestionFate::Nobody;
}

// ---- life ---------------------------------------------------------------------------------------

CredentialDesk::CredentialDesk(RemoteUrl url, NetworkAccess access, bool useKept)
    : m_url(std::move(url)),
      m_access(std::move(access)),
      m_folder(QDir::tempPath() + u"/analemma-call-XXXXXX"_s),
      m_useKept(useKept)
{
}

CredentialDesk::~CredentialDesk()
{
    m_end.cancel();
}

Result<std::shared_ptr<CredentialDesk>> CredentialDesk::make(const RemoteUrl& url,
                                                             const NetworkAccess& access,
                                                             const SshWay& way, bool useKept)
{
    std::shared_ptr<CredentialDesk> desk(new CredentialDesk(url, access, useKept && access.keeper));
    const Result<void> opened = desk->open(way);
    return opened ? Result<std::shared_ptr<CredentialDesk>>(std::move(desk)) : opened.error();
}

QByteArray CredentialDesk::mark() const
{
    return "host-key-" + QFileInfo(m_folder.path()).fileName().toLatin1();
}

Result<void> CredentialDesk::open(const SshWay& way)
{
    if (!m_folder.isValid()) {
        return Error(ErrorKind::Io, u"prepare the call: "_s + m_folder.errorString());
    }
    const Result<QByteArray> config = sshConfig(m_access, way, mark());
    if (!config) {
        return config.error();
    }
    const QString questions = m_folder.filePath(u"question"_s);
    const QString answers = m_folder.filePath(u"answer"_s);
    const QString script =
        u"#!/bin/sh\n"
        // ssh only tells (touch the key), or wants a yes that no one here gives
        "case $SSH_ASKPASS_PROMPT in none) exit 0 ;; confirm) exit 1 ;; esac\n"
        "printf '%s\\000' \"$1\" >%1 || exit 1\n"
        "IFS= read -r line <%2 || exit 1\n"
        "case $line in\n"
        "+*) printf '%s\\n' \"${line#+}\" ;;\n"
        "*) exit 1 ;;\n"
        "esac\n"_s.arg(shellQuote(questions), shellQuote(answers));
    for (const auto& [name, bytes, mode] :
         {std::tuple(u"ssh_config"_s, *config, 0600), {u"ask"_s, script.toLocal8Bit(), 0700}}) {
        const Result<void> written = writeFile(m_folder.filePath(name), bytes, mode);
        if (!written) {
            return written.error();
        }
    }
    Result<Descriptor> question = makePipe(questions);
    if (!question) {
        return question.error();
    }
    Result<Descriptor> answer = makePipe(answers);
    if (!answer) {
        return answer.error();
    }
    m_question = std::move(*question);
    m_answer = std::move(*answer);
    m_notifier = std::make_unique<QSocketNotifier>(m_question.get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &CredentialDesk::readQuestion);
    return {};
}

Environment CredentialDesk::environment() const
{
    const QString ask = m_folder.filePath(u"ask"_s);
    Environment environment{
        {u"HOME"_s, m_folder.path()},  // no ~/.netrc
        {u"GIT_ASKPASS"_s, ask},
        {u"SSH_ASKPASS"_s, ask},
        {u"SSH_ASKPASS_REQUIRE"_s, u"force"_s},
        {u"GIT_SSH_VARIANT"_s, u"ssh"_s},
        {u"GIT_SSH_COMMAND"_s, u"ssh -F "_s + shellQuote(m_folder.filePath(u"ssh_config"_s))}};
    for (const char* name :
         {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
        if (qEnvironmentVariableIsSet(name)) {  // of this session, as all its programs have it
            environment.emplace_back(QLatin1StringView(name), qEnvironmentVariable(name));
        }
    }
    return environment;
}

// ---- questions ----------------------------------------------------------------------------------

void CredentialDesk::readQuestion()
{
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(m_question.get(), buffer.data(), buffer.size());
    if (got <= 0) {
        return;
    }
    m_prompt.append(buffer.data(), got);
    for (qsizetype end = m_prompt.indexOf('\0'); end >= 0; end = m_prompt.indexOf('\0')) {
        const QByteArray prompt = m_prompt.first(end);
        m_prompt.remove(0, end + 1);
        decide(prompt);
    }
    if (m_prompt.size() > promptLimit) {
        m_prompt.clear();
        refuse(Error(ErrorKind::Protocol, u"A question of %1 has no end."_s.arg(m_url.shown)));
    }
}

void CredentialDesk::decide(const QByteArray& prompt)
{
    const NetworkQuestion question = questionOf(prompt, m_url);
    const QString key =
        u"%1 %2 %3"_s.arg(int(question.kind))
            .arg(question.place,
                 question.kind == NetworkQuestion::Kind::Other ? question.prompt : QString());
    const bool asked = m_asked.contains(key) || m_asked.size() >= mostQuestions || m_isAsking;
    const QString place = displayText(question.place, 200);
    switch (fateOf(question, m_url, m_access.ask || m_useKept, asked)) {
        case QuestionFate::Elsewhere:
            refuse(Error(ErrorKind::Refused,
                         u"%1 points to %2, which wants a login. What is for the one is not given "
                         "to the other, so nothing was sent."_s.arg(m_url.place(), place))
                       .withHint(u"If the repository has moved, change the address."_s));
            return;
        case QuestionFate::Again:
            refuse(Error(ErrorKind::Auth,
                         u"%1 asked once more after it had got an answer, so it did not take it. "
                         "It was not asked for again."_s.arg(place)));
            return;
        case QuestionFate::Nobody:
            refuse(nobody(question));
            return;
        case QuestionFate::Known:
            m_asked.insert(key);
            answer(Secret(m_url.user.toUtf8()));
            return;
        case QuestionFate::Ask:
            m_asked.insert(key);
            find(question);
            return;
    }
}

void CredentialDesk::setAsking(bool isAsking)
{
    m_isAsking = isAsking;
    Q_EMIT askingChanged();
}

/// What is kept first, then a person.
void CredentialDesk::find(NetworkQuestion question)
{
    setAsking(true);
    if (!m_useKept || question.kind == NetworkQuestion::Kind::Other) {
        ask(std::move(question));
        return;
    }
    then(m_access.keeper->find(question, m_end), this, [this, question](Result<Secret> secret) {
        if (secret || secret.error().kind == ErrorKind::Cancelled) {
            if (secret) {
                m_found.append(question);
            }
            give(question, secret);
        } else {
            ask(question);
        }
    });
}

void CredentialDesk::ask(NetworkQuestion question)
{
    if (!m_access.ask) {
        setAsking(false);
        refuse(nobody(question));
        return;
    }
    then(m_access.ask(question, m_end), this, [this, question](Result<Secret> secret) {
        const bool isKept = question.kind == NetworkQuestion::Kind::Password ||
                            question.kind == NetworkQuestion::Kind::Passphrase;
        if (secret && isKept) {
            m_answered.append({question, *secret});
        }
        give(question, secret);
    });
}

void CredentialDesk::give(const NetworkQuestion& question, const Result<Secret>& secret)
{
    if (secret && question.kind != NetworkQuestion::Kind::User) {
        m_redactor.add(*secret);
    }
    m_isAsking = false;
    answer(secret);
    Q_EMIT askingChanged();
}

void CredentialDesk::answer(const Result<Secret>& secret)
{
    if (!secret) {
        refuse(secret.error());
        return;
    }
    bool isWritten = false;
    secret->use([this, &isWritten](QByteArrayView bytes) {
        std::array<char, secretLimit> line{};
        if (bytes.size() <= secretLimit - 2 && !bytes.contains('\n') && !bytes.contains('\0')) {
            line[0] = '+';
            std::copy(bytes.begin(), bytes.end(), line.begin() + 1);
            line[size_t(bytes.size()) + 1] = '\n';
            const size_t size = size_t(bytes.size()) + 2;
            isWritten = ::write(m_answer.get(), line.data(), size) == ssize_t(size);
            ::explicit_bzero(line.data(), line.size());
        }
    });
    if (!isWritten) {
        refuse(Error(ErrorKind::Invalid,
                     u"What was given for %1 can not be passed on: it is longer than %2 bytes or "
                     "has a line break in it."_s.arg(m_url.place())
                         .arg(secretLimit - 2)));
    }
}

void CredentialDesk::refuse(Error why)
{
    if (!m_trouble) {
        m_trouble = std::move(why);
    }
    [[maybe_unused]] const ssize_t written = ::write(m_answer.get(), "-\n", 2);
}

}  // namespace analemma::git
