#include "ui/repositories/network_talk.h"

#include "core/base/text.h"
#include "core/operate/remotekey.h"
#include "ui/widgets/ask_panel.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString questionText(const git::NetworkQuestion& question)
{
    using Kind = git::NetworkQuestion::Kind;
    const QString place = displayText(question.place, 200);
    switch (question.kind) {
        case Kind::User:
            return NetworkTalk::tr("Who are you at %1?").arg(place);
        case Kind::Password:
            return question.user.isEmpty() ? NetworkTalk::tr("Password or token at %1").arg(place)
                                           : NetworkTalk::tr("Password or token of %1 at %2")
                                                 .arg(displayText(question.user, 80), place);
        case Kind::Passphrase:
            return NetworkTalk::tr("Passphrase of the key %1").arg(place);
        case Kind::Other:
            break;
    }
    return displayText(question.prompt, 300);
}

}  // namespace

NetworkTalk::NetworkTalk(const Context& context, AskPanel* ask, QObject* parent)
    : QObject(parent), m_context(context), m_ask(ask)
{
    connect(&m_questions, &git::NetworkQuestions::asked, this, &NetworkTalk::question);
    connect(&m_questions, &git::NetworkQuestions::withdrawn, this, [this](quint64 id) {
        if (id == m_asked) {
            m_ask->dismiss();
        }
    });
}

git::NetworkAccess NetworkTalk::access()
{
    const QPointer<NetworkTalk> talk(this);
    LoginKeeping keeping;
    keeping.offer = [talk](const QString& place, const CancelToken& cancel) {
        Promise<bool> answer;
        auto waiting = git::answerTo(answer);
        if (talk) {
            talk->askToKeep(place, answer, cancel);
        } else {
            answer.finish(false);
        }
        return waiting;
    };
    keeping.tell = [talk](const QString& sentence) {
        if (talk) {
            Q_EMIT talk->told(sentence);
        }
    };
    git::NetworkAccess access = m_context.networkAccess(std::move(keeping));
    access.ask = m_questions.asker();
    access.progress = [self = QPointer<NetworkTalk>(this)](const git::NetworkProgress& now) {
        if (self) {
            Q_EMIT self->progress(now);
        }
    };
    return access;
}

void NetworkTalk::question(quint64 id, const git::NetworkQuestion& asked)
{
    m_asked = id;
    AskPanel::Question question;
    question.sentence = questionText(asked);
    AskPanel::Field field;
    field.label = asked.kind == git::NetworkQuestion::Kind::User ? tr("Name") : tr("Secret");
    field.hidden = asked.kind != git::NetworkQuestion::Kind::User;
    question.fields = {field};
    question.answers = {{u"give"_s, tr("Go on"),
                         [this, id](const AskPanel::Given& given) {
                             m_questions.answer(id, Secret(given.text().toUtf8()));
                         }},
                        {u"refuse"_s, tr("Cancel"), [this, id](const AskPanel::Given&) {
                             m_questions.answer(id, cancelledError());
                         }}};
    m_ask->ask(std::move(question));
}

/// A question that another one takes the place of answers by its end.
void NetworkTalk::askToKeep(const QString& place, const Promise<bool>& answer,
                            const CancelToken& cancel)
{
    struct Asked {
        Promise<bool> answer;
        CancelToken::Registration cancelled;
    };
    const auto asked = std::make_shared<Asked>();
    asked->answer = answer;
    asked->cancelled = cancel.onCancel([weak = std::weak_ptr<Asked>(asked)] {
        if (const auto strong = weak.lock()) {
            strong->answer.finish(cancelledError());
        }
    });
    const auto give = [asked](bool keep) {
        return [asked, keep](const AskPanel::Given&) { asked->answer.finish(keep); };
    };
    AskPanel::Question question;
    question.sentence = tr("Keep the login for %1 in the keyring?").arg(displayText(place, 200));
    question.answers = {{u"keep"_s, tr("Keep it"), give(true)},
                        {u"forget"_s, tr("Not now"), give(false)}};
    m_ask->ask(std::move(question));
}

void NetworkTalk::settle(const Error& error, std::function<void()> again,
                         std::function<void(const Error&)> failed)
{
    if (error.kind != ErrorKind::HostKey) {
        failed(error);
        return;
    }
    const operate::HostPlaces places =
        m_context.hosts != nullptr ? m_context.hosts->places() : operate::HostPlaces::here();
    std::function<Result<operate::HostKeyView>()> look = [error, places] {
        return operate::remoteKey(error, places);
    };
    then(onWorker<operate::HostKeyView>(std::move(look)), this,
         [this, error, again = std::move(again),
          failed = std::move(failed)](const Result<operate::HostKeyView>& view) {
             if (view && view->verdict.trust == ssh::Trust::Unknown) {
                 compare(*view, error, again, failed);
             } else {
                 failed(error);
             }
         });
}

void NetworkTalk::compare(const operate::HostKeyView& view, const Error& error,
                          const std::function<void()>& again,
                          const std::function<void(const Error&)>& failed)
{
    AskPanel::Question question;
    question.sentence =
        tr("%1 is not known yet. Is this its key?").arg(displayText(view.host, 100));
    question.detail =
        tr("%1\n\nCompare it with what its owner says. Nothing was sent there. When it is the "
           "right one, it is recorded in %2.")
            .arg(displayText(view.fingerprint, 100), displayText(view.recordFile, 300));
    question.careful = true;
    question.answers = {
        {u"trust"_s, tr("It is: record it and go on"),
         [this, view, again, failed](const AskPanel::Given&) {
             then(operate::trustHostKey(view), this, [again, failed](const Result<void>& recorded) {
                 if (recorded) {
                     again();
                 } else {
                     failed(recorded.error());
                 }
             });
         }},
        {u"cancel"_s, tr("No"), [error, failed](const AskPanel::Given&) { failed(error); }}};
    m_ask->ask(std::move(question));
}

QString progressText(const git::NetworkProgress& now)
{
    return now.total > 0
               ? NetworkTalk::tr("%1 %2 of %3").arg(now.phase).arg(now.done).arg(now.total)
               : now.phase;
}

}  // namespace analemma::ui
