#include "ui/widgets/plan_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/plan_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

PlanPage::PlanPage(const QString& title, QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(title)),
      m_choices(new QWidget),
      m_state(new StateBadge),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_plan(new PlanView),
      m_go(new Button(Button::Look::Primary, tr("Go"), u"play"_s)),
      m_cancel(new Button(Button::Look::Plain, tr("Close")))
{
    m_state->setObjectName(u"plan-state"_s);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
    m_plan->setObjectName(u"plan"_s);
    m_go->setObjectName(u"go"_s);
    m_cancel->setObjectName(u"cancel"_s);

    auto* head = new QHBoxLayout(m_choices);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(metric::grid);
    head->addStretch();
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    m_title->addWidget(m_state);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, 0, 0);
    layout->setSpacing(metric::grid);
    layout->addWidget(m_title);
    layout->addWidget(m_choices);
    layout->addWidget(m_note);
    layout->addWidget(m_plan, 1);
    layout->addLayout(buttons);

    connect(m_go, &QPushButton::clicked, this, [this] {
        m_running = true;
        setButtons();
        Q_EMIT goPressed();
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_running) {
            Q_EMIT cancelPressed(m_operation);
        } else {
            Q_EMIT closePressed();
        }
    });
}

void PlanPage::setTitle(const QString& title)
{
    m_title->setTitle(title);
}

void PlanPage::addChoice(const QString& name, QWidget* choice)
{
    auto* head = static_cast<QHBoxLayout*>(m_choices->layout());
    const int end = head->count() - 1;  // the stretch stays last
    if (end > 0) {
        head->insertSpacing(end, metric::grid);
    }
    choice->setAccessibleName(name);
    if (focusProxy() == nullptr) {
        setFocusProxy(choice);
    }
    head->insertWidget(head->count() - 1, new Text(name, Type::Body, Token::Quiet));
    head->insertWidget(head->count() - 1, choice);
}

void PlanPage::begin()
{
    m_operation.clear();
    m_running = false;
    m_ended = false;
    planAnew();
}

void PlanPage::planAnew()
{
    m_possible = false;
    m_plan->clear();
    m_state->setState(Mark::Waiting, tr("planned"));
    say(tr("Nothing is done before you press Go."));
    setButtons();
}

void PlanPage::setPreview(const engine::Preview& preview)
{
    m_plan->setPreview(preview);
    m_possible = preview.possible && !preview.actions.isEmpty();
    QString text = displayText(preview.reason, 400);
    if (text.isEmpty()) {
        text = tr("Nothing is done before you press Go.");
        if (preview.usual) {
            text.prepend(tr("Usually %1.").arg(durationText(*preview.usual)) + u' ');
        }
    }
    say(text, preview.possible ? Token::Quiet : Token::Failed);
    setButtons();
}

void PlanPage::setError(const Error& error)
{
    m_running = false;
    m_possible = false;
    m_state->setState(Mark::Failed, tr("refused"));
    say(displayText(sentences(error), 600), Token::Failed);
    setButtons();
}

void PlanPage::setOperation(const engine::Operation& operation)
{
    m_operation = operation.id;
    m_ended = operation.isFinished();
    m_running = !m_ended;
    m_plan->setOperation(operation);
    const QString word = m_ended ? toString(operation.outcome) : operation.state;
    m_state->setState(markOf(word), wordOfState(word));
    if (m_ended) {
        const bool ok = operation.outcome == engine::Outcome::Ok;
        say(displayText(operation.reason, 400), ok ? Token::Quiet : Token::Failed);
    } else {
        say(operation.estimate ? tr("About %1 left.").arg(durationText(*operation.estimate))
                               : tr("Under way."));
    }
    setButtons();
}

void PlanPage::setButtons()
{
    m_go->setVisible(!m_running && !m_ended);
    m_go->setRefusal(m_possible ? QString() : tr("There is no plan that could be carried out."));
    m_choices->setEnabled(!m_running && !m_ended);
    m_cancel->setText(m_running ? tr("Cancel") : tr("Close"));
    m_cancel->setRefusal(m_running && m_operation.isEmpty() ? tr("It is just being started.")
                                                            : QString());
}

void PlanPage::say(const QString& text, Token token)
{
    m_note->setToken(token);
    m_note->setText(text);
}

}  // namespace analemma::ui
