#include "ui/fleet/fleet_page.h"

#include "core/base/text.h"
#include "ui/fleet/fleet_setup.h"
#include "ui/fleet/fleet_words.h"
#include "ui/fleet/group_view.h"
#include "ui/fleet/step_grid.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::StepState;

constexpr int setupWidth = 344;
constexpr StepState stateOrder[] = {StepState::Failed,  StepState::TimedOut, StepState::Unreachable,
                                    StepState::Unknown, StepState::Running,  StepState::Waiting,
                                    StepState::Ok,      StepState::Cancelled};
const QString everything = u".all"_s;

QVBoxLayout* columnOf(QWidget* widget)
{
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    return column;
}

}  // namespace

FleetPage::FleetPage(QWidget* parent)
    : QWidget(parent),
      m_setup(new FleetSetup),
      m_side(new QStackedWidget),
      m_earlier(new Button(Button::Look::Plain, tr("Earlier runs"), u"clock"_s)),
      m_menu(new QMenu(this))
{
    setObjectName(u"fleet-page"_s);
    m_earlier->setObjectName(u"fleet-earlier"_s);
    m_menu->setObjectName(u"fleet-earlier-menu"_s);
    auto* back = new Button(Button::Look::Quiet, tr("Servers"), u"chevron-left"_s);
    back->setObjectName(u"fleet-back"_s);
    auto* empty = new EmptyState;
    empty->setText(u"servers"_s, tr("Choose servers at the left, and what is to run on them."),
                   tr("The preview shows the exact command for each one. It runs detached: a lost "
                      "connection does not end it, and it is never run twice."));
    m_nothing = empty;
    m_previewPage = buildPreview();
    m_resultPage = buildResults();
    for (QWidget* page : {m_nothing, m_previewPage, m_resultPage}) {
        m_side->addWidget(page);
    }
    auto* head = new QHBoxLayout;
    head->addWidget(back);
    head->addStretch();
    head->addWidget(m_earlier);
    m_setup->setFixedWidth(setupWidth);
    auto* body = new QHBoxLayout;
    body->setSpacing(metric::grid * 3);
    body->addWidget(m_setup);
    body->addWidget(m_side, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::page, 0, metric::page, metric::grid * 2);
    layout->setSpacing(metric::half);
    layout->addLayout(head);
    layout->addLayout(body, 1);
    connect(back, &QPushButton::clicked, this, &FleetPage::backPressed);
    connect(m_earlier, &QPushButton::clicked, this,
            [this] { m_menu->popup(m_earlier->mapToGlobal(QPoint(0, m_earlier->height()))); });
    setEarlier({}, {});
}

QWidget* FleetPage::buildPreview()
{
    m_planView = new PlanView;
    m_planView->setObjectName(u"fleet-plan"_s);
    m_planView->setAccessibleName(tr("What would be done"));
    m_call = new LogPane;
    m_call->setTitle(tr("The exact command"));
    m_call->log()->setObjectName(u"fleet-call"_s);
    m_call->log()->setAccessibleName(tr("The exact command"));
    m_previewNote = new Text({}, Type::Body, Token::Quiet);
    m_previewNote->setObjectName(u"fleet-preview-note"_s);
    m_previewNote->setWordWrap(true);
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    column->addWidget(new SectionTitle(tr("Preview")));
    column->addWidget(m_previewNote);
    column->addWidget(m_planView, 3);
    column->addWidget(m_call, 2);
    connect(m_planView->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &FleetPage::showCall);
    return page;
}

QWidget* FleetPage::buildResults()
{
    m_title = new SectionTitle(QString());
    m_state = new StateBadge;
    m_state->setObjectName(u"fleet-state"_s);
    m_summary = new Text({}, Type::Body, Token::Quiet);
    m_summary->setObjectName(u"fleet-summary"_s);
    m_summary->setElided(true);
    m_chips = new ChipBar;
    m_chips->addChip(everything, tr("All"));
    for (const StepState state : stateOrder) {
        m_chips->addChip(toString(state), wordOf(state));
    }
    m_grid = new StepGrid;
    m_groups = new GroupView;
    m_cancel = new Button(Button::Look::Plain, tr("Cancel"), u"stop"_s);
    m_cancel->setObjectName(u"fleet-cancel"_s);
    m_check = new Button(Button::Look::Plain, tr("Check now"), u"search"_s);
    m_check->setObjectName(u"fleet-check"_s);
    m_again = new Button(Button::Look::Plain, tr("Run again where it failed"), u"redo"_s);
    m_again->setObjectName(u"fleet-again"_s);
    m_title->addWidget(m_state);
    auto* line = new QHBoxLayout;
    line->setSpacing(metric::grid);
    line->addWidget(m_summary, 1);
    for (Button* button : {m_again, m_check, m_cancel}) {
        line->addWidget(button);
    }
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(m_grid);
    split->addWidget(m_groups);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    m_grid->setMinimumHeight(76);
    m_groups->setMinimumHeight(160);
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    column->addWidget(m_title);
    column->addLayout(line);
    column->addWidget(m_chips);
    column->addWidget(split, 1);
    connect(m_chips, &ChipBar::changed, this, &FleetPage::showStates);
    connect(m_grid, &StepGrid::hostChosen, m_groups, &GroupView::showHost);
    connect(m_cancel, &QPushButton::clicked, this, [this] { Q_EMIT cancelPressed(operation()); });
    connect(m_check, &QPushButton::clicked, this, [this] { Q_EMIT checkPressed(operation()); });
    connect(m_again, &QPushButton::clicked, this, &FleetPage::againPressed);
    return page;
}

void FleetPage::setPreview(const engine::Preview& preview)
{
    m_plan = preview;
    m_planView->setPreview(preview);
    QString text = displayText(preview.reason, 400);
    if (text.isEmpty()) {
        text =
            displayText(preview.title, 200) + u". "_s + tr("Nothing is done before you press Run.");
    }
    m_previewNote->setToken(preview.possible ? Token::Quiet : Token::Failed);
    m_previewNote->setText(text);
    if (m_planView->model()->rowCount() > 0) {
        m_planView->setCurrentIndex(m_planView->model()->index(0, 0));
    }
    showCall();
    m_side->setCurrentWidget(m_previewPage);
}

void FleetPage::setError(const Error& error)
{
    m_plan = {};
    m_planView->clear();
    showCall();
    m_previewNote->setToken(Token::Failed);
    m_previewNote->setText(displayText(sentences(error), 600));
    m_side->setCurrentWidget(m_previewPage);
}

void FleetPage::setReading(const QString& note, const QString& title, const QByteArray& text)
{
    m_plan = {};
    m_planView->clear();
    m_previewNote->setToken(Token::Quiet);
    m_previewNote->setText(note);
    m_call->setTitle(title);
    m_call->log()->clear();
    m_call->log()->append(displayLog(text).toUtf8());
    m_call->log()->scrollToLine(0);
    m_side->setCurrentWidget(m_previewPage);
}

void FleetPage::showCall()
{
    const QString key = m_planView->currentKey();
    m_call->log()->clear();
    for (const engine::PlannedAction& planned : m_plan.actions) {
        if (planned.action.key == key) {
            m_call->setTitle(displayText(planned.action.says.title, 120));
            m_call->log()->append(displayLog(planned.action.says.call.toUtf8()).toUtf8());
            m_call->log()->scrollToLine(0);
        }
    }
}

void FleetPage::setView(const operate::FleetView& view)
{
    const bool other = view.operation.id != m_view.operation.id;
    m_view = view;
    if (other) {
        m_chips->choose(everything);
        m_grid->forget();
        m_groups->forget();
    }
    const engine::Operation& operation = view.operation;
    const QString word = operation.isFinished() ? toString(operation.outcome) : operation.state;
    m_title->setTitle(displayText(operation.title, 70));
    m_state->setState(markOf(word), wordOfState(word));
    m_groups->setSteps(view.steps);
    showStates();
    showFirst();
    setButtons();
    m_setup->setRunning(!operation.isFinished());
    m_side->setCurrentWidget(m_resultPage);
}

/// As long as nobody has chosen one, what the first that is under way writes is shown.
void FleetPage::showFirst()
{
    if (!m_grid->currentHost().isEmpty() || !grouped(m_view.steps).isEmpty()) {
        return;
    }
    for (const operate::HostStep& step : std::as_const(m_view.steps)) {
        if (step.state == StepState::Running) {
            m_grid->selectHost(step.host);
            return;
        }
    }
}

void FleetPage::showStates()
{
    const QMap<StepState, int> counts = m_view.counts();
    int ended = 0;
    m_chips->setCount(everything, static_cast<int>(m_view.steps.size()));
    for (const StepState state : stateOrder) {
        const int count = counts.value(state);
        m_chips->setCount(toString(state), count);
        ended += isFinal(state) ? count : 0;
    }
    for (Chip* chip : m_chips->findChildren<Chip*>()) {
        const auto state = operate::stepStateFromString(chip->id());
        chip->setVisible(!state || counts.value(*state) > 0 || chip->isChecked());
    }
    const QString through = tr("%1 of %2 have ended").arg(ended).arg(m_view.steps.size());
    m_summary->setText(m_view.operation.isFinished() ? displayText(m_view.operation.reason, 1000)
                                                     : through);
    m_grid->setSteps(m_view.steps, operate::stepStateFromString(m_chips->chosen().value(0)));
}

void FleetPage::setButtons()
{
    const bool ended = m_view.operation.isFinished();
    const bool unknown = m_view.counts().value(StepState::Unknown) > 0;
    m_cancel->setVisible(!ended);
    m_cancel->setRefusal(m_view.operation.state == "cancelling"_L1 ? tr("It is being ended.")
                                                                   : QString());
    m_check->setVisible(ended && unknown);
    m_again->setVisible(ended && !againOnFailed(m_view).hosts.isEmpty());
}

void FleetPage::setEarlier(const QList<operate::FleetView>& views, const QDateTime& now)
{
    m_menu->clear();
    for (const operate::FleetView& view : views) {
        const engine::Operation& one = view.operation;
        const QString word = one.isFinished() ? toString(one.outcome) : one.state;
        QAction* action = m_menu->addAction(
            u"%1 · %2 · %3"_s.arg(displayText(one.title, 60).replace(u'&', u"&&"_s),
                                  wordOfState(word), agoText(one.created, now)));
        const QString id = one.id;
        connect(action, &QAction::triggered, this, [this, id] { Q_EMIT earlierChosen(id); });
    }
    m_earlier->setRefusal(views.isEmpty() ? tr("Nothing was run on many servers yet.") : QString());
}

}  // namespace analemma::ui
