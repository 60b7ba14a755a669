#include "ui/console/login_form.h"

#include "core/base/text.h"
#include "ui/console/host_key_panel.h"
#include "ui/widgets/ask_panel.h"

#include <QPointer>
#include <QVBoxLayout>

#include <algorithm>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString sentenceOf(const ssh::Question& question)
{
    const QString target = displayText(question.target, 100);
    QString text;
    switch (question.kind) {
        case ssh::Question::Kind::Passphrase:
            text = LoginForm::tr("%1 needs the passphrase of the key %2.")
                       .arg(target, displayText(question.subject, 300));
            break;
        case ssh::Question::Kind::Password:
            text = LoginForm::tr("%1 asks for your password.").arg(target);
            break;
        case ssh::Question::Kind::Interactive:
            text =
                LoginForm::tr("%1 asks:").arg(target) + u' ' +
                displayText(
                    question.instruction.isEmpty() ? question.subject : question.instruction, 600);
            break;
    }
    return question.attempt > 1 ? LoginForm::tr("That was not it.") + u' ' + text : text;
}

/// The caller overwrites its texts.
std::vector<Secret> secretsOf(const AskPanel::Given& given)
{
    std::vector<Secret> secrets;
    for (const QString& typed : given.texts) {
        QByteArray bytes = typed.toUtf8();
        secrets.emplace_back(QByteArrayView(bytes));
        bytes.fill('\0');
    }
    return secrets;
}

}  // namespace

/// A question of a login, or a host key that is looked at and then shown.
struct LoginForm::Entry {
    quint64 id = 0;
    ssh::Question question;
    ssh::Answer answer;                ///< empty: it is about a host key
    CancelToken::Registration ending;  ///< of the login that asks
    QString server;
    std::optional<operate::HostKeyView> view;
    std::vector<std::function<void()>> goOn;
    bool waited = false;  ///< behind another one, which may have settled it
    bool looking = false;
    bool trusting = false;
    [[nodiscard]] bool isLook() const { return !answer && !view; }
};

LoginForm::LoginForm(QWidget* parent)
    : QWidget(parent),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_note(new Text({}, Type::Body, Token::Quiet))
{
    setObjectName(u"login"_s);
    m_note->setObjectName(u"login-note"_s);
    m_note->setContentsMargins(metric::grid, metric::half, metric::grid, metric::half);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_note);
    column->addWidget(m_ask);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

LoginForm::~LoginForm() = default;

LoginForm::Entries::iterator LoginForm::find(quint64 id)
{
    return std::find_if(m_entries.begin(), m_entries.end(),
                        [id](const Entry& one) { return one.id == id; });
}

bool LoginForm::isOpen() const
{
    return !m_entries.empty();
}

// ---- what comes in ------------------------------------------------------------------------------

ssh::Asker LoginForm::asker(const CancelToken& asking)
{
    const QPointer<LoginForm> self(this);
    return [self, asking](const ssh::Question& question, const ssh::Answer& answer) {
        if (self != nullptr && !asking.isCancelled()) {
            self->ask(question, answer, asking);
        } else {
            answer(cancelledError());
        }
    };
}

/// What looking at a key asks by itself, of a jump host on the way, comes before that key.
void LoginForm::ask(const ssh::Question& question, const ssh::Answer& answer,
                    const CancelToken& asking)
{
    const auto at = std::find_if(m_entries.begin(), m_entries.end(),
                                 [](const Entry& one) { return one.isLook(); });
    Entry& entry = *m_entries.emplace(at);
    entry.id = m_nextId++;
    entry.question = question;
    entry.answer = answer;
    const QPointer<LoginForm> self(this);
    entry.ending = asking.onCancel([self, id = entry.id] {
        if (self != nullptr) {  // queued: the registration must not die in its own call
            QMetaObject::invokeMethod(
                self.data(), [self, id] { self->drop(id); }, Qt::QueuedConnection);
        }
    });
    showNext();
}

void LoginForm::showHostKey(const QString& server, std::function<void()> goOn)
{
    if (m_hosts == nullptr) {
        return;
    }
    const auto same = std::find_if(m_entries.begin(), m_entries.end(), [&server](const Entry& one) {
        return !one.answer && one.server == server;
    });
    if (same != m_entries.end()) {
        same->goOn.push_back(std::move(goOn));
        return;
    }
    const bool waits = !m_entries.empty();
    Entry& entry = m_entries.emplace_back();
    entry.id = m_nextId++;
    entry.server = server;
    entry.goOn.push_back(std::move(goOn));
    entry.waited = waits;
    showNext();
}

void LoginForm::showHostKey(const operate::HostKeyView& view, std::function<void()> goOn)
{
    Entry& entry = m_entries.emplace_back();
    entry.id = m_nextId++;
    entry.server = view.host;
    entry.view = view;
    entry.goOn.push_back(std::move(goOn));
    showNext();
}

// ---- what is shown ------------------------------------------------------------------------------

void LoginForm::showNext()
{
    if (m_entries.empty()) {
        m_shown = 0;
        if (!isHidden()) {
            hide();
            Q_EMIT closed();
        }
        return;
    }
    Entry& first = m_entries.front();
    if (std::exchange(m_shown, first.id) == first.id) {
        return;
    }
    m_note->setVisible(first.isLook());
    show();
    if (first.answer) {
        showQuestion(first);
    } else if (first.view) {
        showPanel(first);
    } else {
        m_note->setText(tr("Looking at the host key of %1…").arg(displayText(first.server, 80)));
        if (!std::exchange(first.looking, true)) {
            look(first);
        }
    }
}

void LoginForm::showQuestion(const Entry& entry)
{
    AskPanel::Question question;
    question.sentence = sentenceOf(entry.question);
    for (const ssh::Question::Prompt& prompt : entry.question.prompts) {
        question.fields.append({displayText(prompt.text, 200), {}, !prompt.echo});
    }
    const QPointer<LoginForm> self(this);
    const auto answered = [self, id = entry.id] {
        if (self != nullptr) {
            self->drop(id);
        }
    };
    question.answers = {
        {u"login"_s, tr("Log in"),
         [answer = entry.answer, answered](const AskPanel::Given& given) {
             answer(secretsOf(given));
             answered();
         }},
        {u"cancel"_s, tr("Cancel"), [answer = entry.answer, answered](const AskPanel::Given&) {
             answer(cancelledError());
             answered();
         }}};
    m_ask->ask(std::move(question));
}

/// The key as it is now: what an error told may be old.
void LoginForm::look(const Entry& entry)
{
    const CancelToken asking;
    then(m_hosts->offeredKey(entry.server, CancelToken(), asker(asking)), this,
         [this, asking, id = entry.id](const Result<operate::HostKeyView>& view) {
             asking.cancel();
             const auto found = find(id);
             if (found == m_entries.end()) {
                 return;
             }
             if (!view) {
                 drop(id);
                 Q_EMIT failed(view.error());
                 return;
             }
             if (found->waited && view->verdict.trust == ssh::Trust::Known) {
                 goOn(id);
                 return;
             }
             found->view = *view;
             if (m_shown == id) {
                 m_shown = 0;
                 showNext();
             }
         });
}

void LoginForm::showPanel(const Entry& entry)
{
    m_panel = new HostKeyPanel(*entry.view);
    layout()->addWidget(m_panel);
    connect(m_panel, &HostKeyPanel::trusted, this,
            [this, id = entry.id](bool replacing) { trust(id, replacing); });
    connect(m_panel, &HostKeyPanel::left, this, [this, id = entry.id] {
        m_panel = nullptr;
        const auto found = find(id);
        if (found != m_entries.end() && !found->trusting) {
            drop(id);
        }
    });
    m_panel->show();
    m_panel->focusFirst();
}

/// The panel leaves by itself; what comes next waits until the key is recorded.
void LoginForm::trust(quint64 id, bool replacing)
{
    const auto found = find(id);
    if (found == m_entries.end() || m_hosts == nullptr) {
        return;
    }
    found->trusting = true;
    then(m_hosts->trust(*found->view, replacing), this, [this, id](const Result<void>& trusted) {
        if (trusted) {
            goOn(id);
        } else {
            drop(id);
            Q_EMIT failed(trusted.error());
        }
    });
}

void LoginForm::goOn(quint64 id)
{
    const auto found = find(id);
    if (found == m_entries.end()) {
        return;
    }
    const auto waiting = std::move(found->goOn);
    drop(id);
    for (const std::function<void()>& run : waiting) {
        if (run) {
            run();
        }
    }
}

/// It is answered, or nobody waits for it any more.
void LoginForm::drop(quint64 id)
{
    const auto found = find(id);
    if (found == m_entries.end()) {
        return;
    }
    const bool shown = m_shown == id;
    m_entries.erase(found);
    if (shown) {
        m_shown = 0;
        m_ask->dismiss();
        if (m_panel != nullptr) {
            m_panel->leave();
        }
    }
    showNext();
}

void LoginForm::dismiss()
{
    Entries gone;
    gone.swap(m_entries);
    m_shown = 0;
    m_ask->dismiss();
    if (m_panel != nullptr) {
        m_panel->leave();
    }
    for (const Entry& entry : gone) {
        if (entry.answer) {
            entry.answer(cancelledError());
        }
    }
    showNext();
}

void LoginForm::escape()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
    } else if (m_panel != nullptr) {
        m_panel->leave();
    } else {
        dismiss();
    }
}

}  // namespace analemma::ui
