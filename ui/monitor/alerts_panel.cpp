#include "ui/monitor/alerts_panel.h"

#include "core/base/text.h"
#include "core/deploy/deploy.h"
#include "ui/monitor/alert_page.h"
#include "ui/monitor/alert_tables.h"
#include "ui/monitor/incident_page.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/reader.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QStackedLayout>
#include <QTableView>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kPastShown = 300;
constexpr int kIncidentsShown = 200;
const QString kIncidentItem = u"incident:"_s;
const QString kSubjectItem = u"subject:"_s;

}  // namespace

AlertsPanel::AlertsPanel(const Context& context, QWidget* parent)
    : Panel(context, u"alerts"_s, tr("Alerts"), u"bell"_s, parent),
      m_tables(new AlertTables),
      m_alertPage(nullptr),
      m_incidentPage(new IncidentPage),
      m_source(context.series != nullptr ? std::make_unique<StoreSource>(context.series) : nullptr),
      m_detail(new QWidget),
      m_stack(new QStackedLayout(m_detail)),
      m_reader(new Reader(
          300, [this] { return read(); }, this)),
      m_timer(new QTimer(this))
{
    m_alertPage = new AlertPage(m_source.get());
    m_stack->addWidget(m_alertPage);
    m_stack->addWidget(m_incidentPage);
    m_split = new SplitPage(u"alerts-split"_s, m_tables, m_detail, tr("Alerts"), this);
    m_split->setShare(0.5);
    chips()->addChip(u"open"_s, tr("Open"));
    chips()->addChip(u"past"_s, tr("Over"));
    chips()->addChip(u"silences"_s, tr("Silences"));
    chips()->addChip(u"incidents"_s, tr("Incidents"));
    setContent(m_split);
    m_tables->showList(u"open"_s);
    m_split->setFocusProxy(m_tables);
    connect(chips(), &ChipBar::changed, this, [this](const QStringList& chosen) {
        m_tables->showList(chosen.value(0));
        m_tables->current()->view()->setFocus();
    });
    connect(m_tables, &AlertTables::activated, this, &AlertsPanel::openRow);
    for (const QString& list : {u"open"_s, u"past"_s, u"incidents"_s}) {
        DataTable* table = m_tables->table(list);
        connect(table, &DataTable::currentChanged, this, [this, list, table](const QString& id) {
            // Going through the rows turns the detail with them.
            if (window()->focusWidget() == table->view() && m_split->isDetailOpen() &&
                !m_split->isNarrow()) {
                openRow(list, id);
            }
        });
    }
    m_timer->setInterval(1'000);
    connect(m_timer, &QTimer::timeout, this, &AlertsPanel::tick);
    addActions();
    connectPages();
    if (context.alerts != nullptr) {
        connect(context.alerts, &monitor::Alerts::changed, this, [this] {
            showLists();
            m_reader->readSoon();
        });
        connect(context.alerts, &monitor::Alerts::problemChanged, this, &AlertsPanel::showLists);
    }
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, this, [this] {
            if (isVisible() && m_split->isDetailOpen()) {
                readOffer(m_stack->currentWidget() == m_incidentPage ? m_incident.change
                                                                     : m_alert.change);
            }
        });
    }
    showLists();
}

AlertsPanel::~AlertsPanel() = default;

void AlertsPanel::addActions()
{
    auto* openIt = addCommand(u"alerts.show"_s, tr("Open the alert"), u"bell"_s, [this] {
        openRow(m_tables->list(), m_tables->current()->currentId());
    });
    auto* takeIt = addCommand(u"alerts.take"_s, tr("Take the alert"), u"person"_s,
                              [this] { take(chosenAlert()); });
    auto* silenceIt = addCommand(u"alerts.silence"_s, tr("Silence the alert…"), u"bell"_s, [this] {
        openAlert(chosenAlert());
        m_alertPage->askSilence();
    });
    auto* rollback = addCommand(u"alerts.rollback"_s, tr("Roll back the change before the alert"),
                                u"undo"_s, [this] {
                                    const auto offer = offerFor(m_alert.change);
                                    if (m_split->isDetailOpen() && offer) {
                                        rollBack(*offer);
                                    } else {
                                        openAlert(chosenAlert());
                                    }
                                });
    auto* unsilenceIt = addCommand(u"alerts.unsilence"_s, tr("End the silence"), u"bell"_s, [this] {
        if (m_tables->list() == u"silences"_s) {
            unsilence(m_tables->current()->currentId());
        }
    });
    auto* openIncidentIt =
        addCommand(u"alerts.incident"_s, tr("Open the incident"), u"log"_s, [this] {
            if (m_tables->list() == u"incidents"_s) {
                openIncident(m_tables->current()->currentId());
            } else {
                openIncident(m_alert.incident);
            }
        });
    DataTable* open = m_tables->table(u"open"_s);
    open->setMainAction(openIt);
    open->addRowAction(takeIt);
    open->addRowAction(silenceIt);
    open->addRowAction(rollback);
    m_tables->table(u"past"_s)->setMainAction(openIt);
    m_tables->table(u"silences"_s)->setMainAction(unsilenceIt);
    m_tables->table(u"incidents"_s)->setMainAction(openIncidentIt);
}

void AlertsPanel::connectPages()
{
    connect(m_alertPage, &AlertPage::takeAsked, this, &AlertsPanel::take);
    connect(m_alertPage, &AlertPage::rollbackAsked, this, &AlertsPanel::rollBack);
    connect(m_alertPage, &AlertPage::silenceAsked, this, &AlertsPanel::silence);
    connect(m_alertPage, &AlertPage::unsilenceAsked, this, &AlertsPanel::unsilence);
    connect(m_alertPage, &AlertPage::incidentAsked, this, &AlertsPanel::openIncident);
    connect(m_alertPage, &AlertPage::closeAsked, this, &AlertsPanel::closeDetail);
    connect(m_alertPage, &AlertPage::subjectAsked, this,
            [this](const QString& subject) { Q_EMIT openPanel(u"monitoring"_s, subject); });
    connect(m_alertPage, &AlertPage::changeAsked, this, [this] { openChange(m_alert.change); });
    connect(m_incidentPage, &IncidentPage::noteAsked, this, &AlertsPanel::addNote);
    connect(m_incidentPage, &IncidentPage::closeIncidentAsked, this, &AlertsPanel::closeIncident);
    connect(m_incidentPage, &IncidentPage::rollbackAsked, this, &AlertsPanel::rollBack);
    connect(m_incidentPage, &IncidentPage::alertAsked, this, &AlertsPanel::openAlert);
    connect(m_incidentPage, &IncidentPage::closeAsked, this, &AlertsPanel::closeDetail);
    connect(m_incidentPage, &IncidentPage::changeAsked, this,
            [this] { openChange(m_incident.change); });
}

// ---- reading ------------------------------------------------------------------------------------

void AlertsPanel::activate()
{
    Panel::activate();
    m_timer->start();
    showLists();
    m_reader->read();
    tick();
}

void AlertsPanel::deactivate()
{
    Panel::deactivate();
    m_timer->stop();
}

void AlertsPanel::tick()
{
    m_tables->refreshAges(now());
    if (m_split->isDetailOpen() && m_stack->currentWidget() == m_alertPage) {
        m_alertPage->setNow(now());
    }
    if (context().alerts != nullptr) {
        Q_EMIT refreshed(now());
    }
}

bool AlertsPanel::read()
{
    if (context().alerts == nullptr) {
        return false;
    }
    then(context().alerts->history(kPastShown), this,
         [this](const Result<QList<monitor::Alert>>& past) {
             if (past) {
                 m_past = *past;
             } else {
                 showError(past.error());
             }
             readIncidents();
         });
    return true;
}

void AlertsPanel::readIncidents()
{
    if (context().incidents == nullptr) {
        m_reader->done();
        showLists();
        return;
    }
    then(context().incidents->list(kIncidentsShown), this,
         [this](const Result<QList<monitor::Incident>>& incidents) {
             m_reader->done();
             if (incidents) {
                 m_incidents = *incidents;
             } else {
                 showError(incidents.error());
             }
             showLists();
         });
}

/// What is known, in the tables and on the open page.
void AlertsPanel::showLists()
{
    QList<monitor::AlertRule> rules;
    QList<monitor::Silence> silences;
    m_open.clear();
    if (context().alerts != nullptr) {
        rules = context().alerts->rules();
        silences = context().alerts->silences();
        for (const monitor::Alert& alert : context().alerts->list()) {
            if (alert.state == monitor::AlertState::Firing && alert.id != 0) {
                m_open.append(alert);
            }
        }
    }
    const QDateTime at = now();
    m_tables->setOpen(m_open, rules, at);
    m_tables->setPast(m_past, rules, at);
    m_tables->setSilences(silences, at);
    m_tables->setIncidents(m_incidents, at);
    const auto openIncidents = std::ranges::count_if(m_incidents, &monitor::Incident::isOpen);
    chips()->setCount(u"open"_s, int(m_open.size()));
    chips()->setCount(u"past"_s, int(m_past.size()));
    chips()->setCount(u"silences"_s, int(silences.size()));
    chips()->setCount(u"incidents"_s, int(openIncidents));
    const auto loud = std::ranges::count_if(
        m_open, [](const monitor::Alert& one) { return one.silencedBy.isEmpty(); });
    const QString problem =
        context().alerts != nullptr ? displayText(context().alerts->problem(), 300) : QString();
    setSummary(!problem.isEmpty() ? tr("Not watched: %1").arg(problem)
               : m_open.isEmpty() ? tr("all is quiet")
                                  : tr("%n open", nullptr, int(m_open.size())));
    Q_EMIT attention(int(loud));
    if (m_alert.id != 0) {
        const auto fresh = std::ranges::find(m_open, m_alert.id, &monitor::Alert::id);
        const auto past = std::ranges::find(m_past, m_alert.id, &monitor::Alert::id);
        if (fresh != m_open.end()) {
            m_alert = *fresh;
        } else if (past != m_past.end()) {
            m_alert = *past;
        }
        showAlert();
    }
}

qint64 AlertsPanel::chosenAlert() const
{
    const QString list = m_tables->list();
    if (list == u"open"_s || list == u"past"_s) {
        const qint64 id = m_tables->current()->currentId().toLongLong();
        return id != 0 ? id : m_alert.id;
    }
    return m_alert.id;
}

// ---- the detail ---------------------------------------------------------------------------------

void AlertsPanel::openRow(const QString& list, const QString& id)
{
    if (id.isEmpty()) {
        return;
    }
    if (list == u"incidents"_s) {
        openIncident(id);
    } else if (list != u"silences"_s) {
        openAlert(id.toLongLong());
    }
}

void AlertsPanel::openAlert(qint64 id)
{
    if (id == 0) {
        return;
    }
    const auto shown = [this](const monitor::Alert& alert) {
        m_alert = alert;
        m_stack->setCurrentWidget(m_alertPage);
        m_split->openDetail();
        showAlert();
        readOffer(alert.change);
    };
    const auto open = std::ranges::find(m_open, id, &monitor::Alert::id);
    const auto past = std::ranges::find(m_past, id, &monitor::Alert::id);
    if (open != m_open.end() || past != m_past.end()) {
        shown(open != m_open.end() ? *open : *past);
    } else if (context().alerts != nullptr) {
        then(context().alerts->read(id), this, [this, shown](const Result<monitor::Alert>& read) {
            if (read) {
                shown(*read);
            } else {
                showError(read.error());
            }
        });
    }
}

std::optional<monitor::Silence> AlertsPanel::silenceOf(const monitor::Alert& alert) const
{
    if (context().alerts == nullptr || !alert.isOpen()) {
        return std::nullopt;
    }
    for (const monitor::Silence& one : context().alerts->silences()) {
        const bool exact =
            one.rule == alert.rule && one.subject == alert.subject && one.labels == alert.labels;
        if (exact) {
            return one;
        }
    }
    return std::nullopt;
}

std::optional<RollbackOffer> AlertsPanel::offerFor(
    const std::optional<monitor::LastChange>& change) const
{
    if (!change || !m_offers.contains(change->operation)) {
        return std::nullopt;
    }
    return m_offers.value(change->operation);
}

void AlertsPanel::showAlert()
{
    AlertFacts facts;
    facts.alert = m_alert;
    facts.offer = offerFor(m_alert.change);
    facts.silence = silenceOf(m_alert);
    facts.canTake = context().alerts != nullptr;
    if (context().alerts != nullptr) {
        const QList<monitor::AlertRule> rules = context().alerts->rules();
        const auto rule = std::ranges::find(rules, m_alert.rule, &monitor::AlertRule::name);
        if (rule != rules.end()) {
            facts.rule = *rule;
        }
    }
    m_alertPage->setMarks(marksOf(m_incidents, m_alert.id));
    m_alertPage->setAlert(facts, now());
}

void AlertsPanel::openIncident(const QString& id)
{
    if (context().incidents == nullptr || id.isEmpty()) {
        return;
    }
    then(context().incidents->find(id), this, [this](const Result<monitor::Incident>& found) {
        if (!found) {
            showError(found.error());
            return;
        }
        m_incident = *found;
        m_stack->setCurrentWidget(m_incidentPage);
        m_split->openDetail();
        showIncident();
        readOffer(m_incident.change);
    });
}

void AlertsPanel::showIncident()
{
    m_incidentPage->setIncident(m_incident, offerFor(m_incident.change), now());
}

void AlertsPanel::closeDetail()
{
    m_alert = {};
    m_split->closeDetail();
    m_tables->current()->view()->setFocus();
}

bool AlertsPanel::stepBack()
{
    if (!m_split->isDetailOpen()) {
        return false;
    }
    const bool answered = m_stack->currentWidget() == m_alertPage ? m_alertPage->stepBack()
                                                                  : m_incidentPage->stepBack();
    if (!answered) {
        closeDetail();
    }
    return true;
}

void AlertsPanel::showList(const QString& list)
{
    chips()->choose(list);
    m_tables->showList(list);
    m_tables->current()->setFilterText({});
}

void AlertsPanel::select(const QString& item)
{
    if (item == u"open"_s) {
        showList(item);
    } else if (item.startsWith(kIncidentItem)) {
        openIncident(item.mid(kIncidentItem.size()));
    } else if (item.startsWith(kSubjectItem)) {
        showList(u"open"_s);
        m_tables->current()->setFilterText(item.mid(kSubjectItem.size()));
    } else {
        const qint64 id = item.toLongLong();
        if (std::ranges::find(m_open, id, &monitor::Alert::id) != m_open.end()) {
            showList(u"open"_s);
        }
        m_tables->current()->selectId(item);
        openAlert(item.toLongLong());
    }
}

QList<Finding> AlertsPanel::findings() const
{
    QList<Finding> found;
    for (const monitor::Alert& alert : m_open) {
        found.append({displayText(alert.sentence, 160), wordOf(alert.severity), u"bell"_s,
                      QString::number(alert.id)});
    }
    for (const monitor::Incident& incident : m_incidents) {
        if (incident.isOpen()) {
            found.append({displayText(incident.title, 160), tr("incident"), u"log"_s,
                          kIncidentItem + incident.id});
        }
    }
    return found;
}

}  // namespace analemma::ui
