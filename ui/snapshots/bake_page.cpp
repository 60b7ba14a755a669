#include "ui/snapshots/bake_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/plan_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

BakePage::BakePage(QWidget* parent)
    : QWidget(parent),
      m_recipe(new QComboBox),
      m_release(new QComboBox),
      m_state(new StateBadge),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_plan(new PlanView),
      m_go(new Button(Button::Look::Primary, tr("Go"), u"play"_s)),
      m_cancel(new Button(Button::Look::Plain, tr("Close")))
{
    setObjectName(u"bake-page"_s);
    m_recipe->setObjectName(u"recipe-choice"_s);
    m_recipe->setAccessibleName(tr("Recipe"));
    m_release->setObjectName(u"release-choice"_s);
    m_release->setAccessibleName(tr("Release"));
    m_state->setObjectName(u"bake-state"_s);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
    m_plan->setObjectName(u"plan"_s);
    m_go->setObjectName(u"go"_s);
    m_cancel->setObjectName(u"cancel"_s);

    auto* head = new QHBoxLayout;
    head->addWidget(new Text(tr("Recipe"), Type::Body, Token::Quiet));
    head->addWidget(m_recipe);
    head->addSpacing(metric::grid);
    head->addWidget(new Text(tr("Release"), Type::Body, Token::Quiet));
    head->addWidget(m_release);
    head->addStretch();
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    auto* title = new SectionTitle(tr("Bake an image"));
    title->addWidget(m_state);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, metric::grid * 2, metric::grid * 2);
    layout->setSpacing(metric::grid);
    layout->addWidget(title);
    layout->addLayout(head);
    layout->addWidget(m_note);
    layout->addWidget(m_plan, 1);
    layout->addLayout(buttons);

    connect(m_recipe, &QComboBox::activated, this, &BakePage::choose);
    connect(m_release, &QComboBox::activated, this, &BakePage::choose);
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

void BakePage::begin(const QStringList& recipes, const QStringList& releases)
{
    m_operation.clear();
    m_running = false;
    m_ended = false;
    m_recipe->clear();
    m_recipe->addItems(recipes);
    m_release->clear();
    m_release->addItems(releases);
    m_recipe->setFocus();
    choose();
}

void BakePage::choose()
{
    m_possible = false;
    m_plan->clear();
    m_state->setState(lifecycle::Mark::Waiting, tr("planned"));
    m_note->setToken(Token::Quiet);
    m_note->setText(tr("Nothing is done before you press Go."));
    setButtons();
    Q_EMIT chosen();
}

deploy::BakeRequest BakePage::request() const
{
    deploy::BakeRequest request;
    request.recipe = m_recipe->currentText();
    request.release = m_release->currentText();
    return request;
}

void BakePage::setPreview(const engine::Preview& preview)
{
    m_plan->setPreview(preview);
    m_possible = preview.possible && !preview.actions.isEmpty();
    const QString usual =
        preview.usual ? tr("Usually %1. ").arg(durationText(*preview.usual)) : QString();
    m_note->setToken(preview.possible ? Token::Quiet : Token::Failed);
    m_note->setText(preview.reason.isEmpty() ? usual + tr("Nothing is done before you press Go.")
                                             : displayText(preview.reason, 400));
    setButtons();
}

void BakePage::setError(const Error& error)
{
    m_running = false;
    m_possible = false;
    m_state->setState(lifecycle::Mark::Failed, tr("refused"));
    m_note->setToken(Token::Failed);
    m_note->setText(displayText(
        error.hint.isEmpty() ? error.message : error.message + u" "_s + error.hint, 600));
    setButtons();
}

void BakePage::setOperation(const engine::Operation& operation)
{
    m_operation = operation.id;
    m_ended = operation.isFinished();
    m_running = !m_ended;
    m_plan->setOperation(operation);
    const QString word = m_ended ? toString(operation.outcome) : operation.state;
    m_state->setState(markOf(word), wordOfState(word));
    const bool bad = m_ended && operation.outcome != engine::Outcome::Ok;
    m_note->setToken(bad ? Token::Failed : Token::Quiet);
    const QString left = operation.estimate
                             ? tr("About %1 left.").arg(durationText(*operation.estimate))
                             : tr("Under way.");
    m_note->setText(m_ended ? displayText(operation.reason, 400) : left);
    setButtons();
}

void BakePage::setButtons()
{
    m_go->setVisible(!m_running && !m_ended);
    m_go->setRefusal(m_possible ? QString() : tr("There is no plan that could be carried out."));
    m_recipe->setEnabled(!m_running && !m_ended);
    m_release->setEnabled(!m_running && !m_ended);
    m_cancel->setText(m_running ? tr("Cancel") : tr("Close"));
    m_cancel->setRefusal(m_running && m_operation.isEmpty() ? tr("It is just being started.")
                                                            : QString());
}

}  // namespace analemma::ui
