#include "ui/repositories/network_talk.h"

#include "core/base/text.h"
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
    git::NetworkAccess access = m_context.networkAccess();
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

QString progressText(const git::NetworkProgress& now)
{
    return now.total > 0
               ? NetworkTalk::tr("%1 %2 of %3").arg(now.phase).arg(now.done).arg(now.total)
               : now.phase;
}

}  // namespace analemma::ui
