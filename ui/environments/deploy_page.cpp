#include "ui/environments/deploy_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/plan_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

DeployPage::DeployPage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_releases(new QComboBox),
      m_state(new StateBadge),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_plan(new PlanView),
      m_go(new Button(Button::Look::Primary, tr("Go"), u"play"_s)),
      m_cancel(new Button(Button::Look::Plain, tr("Cancel")))
{
    setObjectName(u"deploy-page"_s);
    m_releases->setObjectName(u"release-choice"_s);
    m_releases->setAccessibleName(tr("Release"));
    m_go->setObjectName(u"go"_s);
    m_cancel->setObjectName(u"cancel"_s);
    m_plan->setObjectName(u"plan"_s);
    m_note->setWordWrap(true);
    m_note->setObjectName(u"note"_s);

    auto* head = new QHBoxLayout;
    head->addWidget(m_releases);
    head->addWidget(m_state);
    head->addStretch();
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, metric::grid * 2, metric::grid * 2);
    layout->setSpacing(metric::grid);
    layout->addWidget(m_title);
    layout->addLayout(head);
    layout->addWidget(m_note);
    layout->addWidget(m_plan, 1);
    layout->addLayout(buttons);

    connect(m_releases, &QComboBox::activated, this,
            [this] { Q_EMIT releaseChosen(m_environment, release()); });
    connect(m_go, &QPushButton::clicked, this, [this] {
        m_running = true;
        setButtons();
        Q_EMIT goPressed(m_environment, release());
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_ended || !m_running) {
            Q_EMIT closePressed();
        } else {
            Q_EMIT cancelPressed(m_operation);
        }
    });
}

void DeployPage::begin(const QString& environment, bool production, const QStringList& releases,
                       const QString& chosen)
{
    m_environment = environment;
    m_operation.clear();
    m_running = false;
    m_ended = false;
    m_possible = false;
    const bool say = production && environment != "production"_L1;
    m_title->setTitle(say ? tr("Deploy to %1 (production)").arg(environment)
                          : tr("Deploy to %1").arg(environment));
    m_releases->clear();
    m_releases->addItems(releases);
    m_releases->setCurrentText(chosen);
    m_state->setState(lifecycle::Mark::Waiting, tr("planned"));
    m_note->setToken(Token::Quiet);
    m_note->setText(tr("Nothing is done before you press Go."));
    m_plan->clear();
    setButtons();
}

QString DeployPage::release() const
{
    return m_releases->currentText();
}

void DeployPage::setPreview(const engine::Preview& preview)
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

void DeployPage::setError(const Error& error)
{
    m_running = false;
    m_possible = false;
    m_state->setState(lifecycle::Mark::Failed, tr("refused"));
    m_note->setToken(Token::Failed);
    m_note->setText(displayText(
        error.hint.isEmpty() ? error.message : error.message + u" "_s + error.hint, 600));
    setButtons();
}

void DeployPage::setOperation(const engine::Operation& operation)
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

void DeployPage::setButtons()
{
    m_go->setVisible(!m_running && !m_ended);
    m_go->setRefusal(m_possible ? QString() : tr("There is no plan that could be carried out."));
    m_releases->setEnabled(!m_running && !m_ended);
    m_cancel->setText(m_ended || !m_running ? tr("Close") : tr("Cancel"));
}

}  // namespace analemma::ui
