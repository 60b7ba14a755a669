#include "core/base/text.h"
#include "core/engine/engine.h"
#include "ui/monitor/alert_page.h"
#include "ui/monitor/alerts_panel.h"
#include "ui/monitor/incident_page.h"
#include "ui/shell/reader.h"
#include "ui/widgets/split_page.h"

#include <QStackedLayout>
#include <QTimer>

using namespace Qt::StringLiterals;

/// What AlertsPanel does when it is asked.
namespace analemma::ui {
namespace {

constexpr int kOfferAgain = 5'000;  // milliseconds

}  // namespace

void AlertsPanel::take(qint64 id)
{
    if (context().alerts == nullptr || id == 0) {
        return;
    }
    then(context().alerts->take(id, context().actor), this,
         [this](const Result<monitor::Alert>& taken) {
             if (!taken) {
                 showError(taken.error());
                 return;
             }
             if (m_alert.id == taken->id) {
                 m_alert = *taken;
                 showAlert();
             }
             m_reader->read();
             const QString incident = taken->incident;
             Q_EMIT notice(
                 {lifecycle::Mark::Ok, tr("You took it. What was measured around it is kept."),
                  tr("Open the incident"), [this, incident] { openIncident(incident); }, 10});
         });
}

void AlertsPanel::silence(qint64 id, SilenceSpan span, const QString& why)
{
    if (context().alerts == nullptr || m_alert.id != id) {
        return;
    }
    monitor::Silence silence;
    silence.rule = m_alert.rule;
    silence.subject = m_alert.subject;
    silence.labels = m_alert.labels;
    silence.from = now().toMSecsSinceEpoch();
    silence.to = endOf(span, now()).toMSecsSinceEpoch();
    silence.who = context().actor;
    silence.why = why;
    then(context().alerts->silence(silence), this, [this](const Result<monitor::Silence>& made) {
        if (!made) {
            showError(made.error());
            return;
        }
        showLists();
        const QString id = made->id;
        Q_EMIT notice({lifecycle::Mark::Ok,
                       tr("Silenced until %1.")
                           .arg(absoluteTime(QDateTime::fromMSecsSinceEpoch(made->to, Qt::UTC))),
                       tr("Undo"), [this, id] { unsilence(id); }, 10});
    });
}

void AlertsPanel::unsilence(const QString& id)
{
    if (context().alerts == nullptr || id.isEmpty()) {
        return;
    }
    then(context().alerts->unsilence(id), this, [this](const Result<void>& ended) {
        if (!ended) {
            showError(ended.error());
            return;
        }
        showLists();
        Q_EMIT notice({lifecycle::Mark::Ok, tr("It is told again."), {}, {}, 5});
    });
}

/// Where it can be looked at: its environment, its operation, its commit.
void AlertsPanel::openChange(const std::optional<monitor::LastChange>& change)
{
    if (!change) {
        return;
    }
    if (change->canGoBack() || (change->operation.isEmpty() && change->commit.isEmpty())) {
        Q_EMIT openPanel(u"environments"_s, change->environment);
    } else if (change->operation.isEmpty()) {
        Q_EMIT openPanel(u"repositories"_s, change->commit);
    } else {
        Q_EMIT openPanel(u"operations"_s, change->operation);
    }
}

// ---- roll back ----------------------------------------------------------------------------------

void AlertsPanel::readOffer(const std::optional<monitor::LastChange>& change)
{
    if (!change || !change->canGoBack() || context().deployments == nullptr) {
        return;
    }
    const monitor::LastChange wanted = *change;
    then(context().deployments->environment(wanted.environment), this,
         [this, wanted](const Result<deploy::EnvironmentView>& view) {
             if (!view) {
                 RollbackOffer offer;
                 offer.environment = wanted.environment;
                 offer.refusal = displayText(view.error().message, 200);
                 m_offers.insert(wanted.operation, offer);
                 setOffer(offer);
                 // A balancer that did not answer may do so soon.
                 QTimer::singleShot(kOfferAgain, this, [this, wanted] {
                     const auto& shown = m_stack->currentWidget() == m_incidentPage
                                             ? m_incident.change
                                             : m_alert.change;
                     if (isVisible() && m_split->isDetailOpen() && shown &&
                         shown->operation == wanted.operation) {
                         readOffer(shown);
                     }
                 });
                 return;
             }
             const deploy::EnvironmentView seen = *view;
             then(context().deployments->rollbackTarget(wanted.environment), this,
                  [this, wanted, seen](const Result<deploy::RollbackTarget>& target) {
                      deploy::RollbackTarget to;
                      if (target) {
                          to = *target;
                      } else {
                          to.reason = target.error().message;
                      }
                      const RollbackOffer offer = offerOf(seen, to, wanted);
                      m_offers.insert(wanted.operation, offer);
                      setOffer(offer);
                  });
         });
}

/// The pages show what m_offers holds now.
void AlertsPanel::setOffer(const RollbackOffer& offer)
{
    if (m_alert.change && m_alert.change->environment == offer.environment) {
        showAlert();
    }
    if (m_incident.change && m_incident.change->environment == offer.environment) {
        showIncident();
    }
}

void AlertsPanel::rollBack(const RollbackOffer& offer)
{
    if (context().deployments == nullptr || !offer.refusal.isEmpty()) {
        return;
    }
    const QString incident =
        m_stack->currentWidget() == m_incidentPage ? m_incident.id : m_alert.incident;
    deploy::RollbackRequest request;
    request.environment = offer.environment;
    request.to = offer.generation;
    request.expected = offer.expected;
    then(context().deployments->rollback(request, CancelToken()), this,
         [this, incident](const Result<QString>& id) {
             if (id) {
                 follow(*id, incident);
             } else {
                 showError(id.error());
             }
         });
}

void AlertsPanel::follow(const QString& operation, const QString& incident)
{
    if (context().engine == nullptr) {
        return;
    }
    then(context().engine->finished(operation, CancelToken()), this,
         [this, incident](const Result<engine::Operation>& done) {
             if (done) {
                 rolledBack(*done, incident);
             } else {
                 showError(done.error());
             }
             readOffer(m_stack->currentWidget() == m_incidentPage ? m_incident.change
                                                                  : m_alert.change);
         });
}

void AlertsPanel::rolledBack(const engine::Operation& operation, const QString& incident)
{
    const QString environment = operation.result[u"environment"_s].toString();
    if (operation.outcome != engine::Outcome::Ok) {
        Q_EMIT notice({lifecycle::Mark::Failed, displayText(operation.reason, 300), {}, {}, 10});
        return;
    }
    const int from = operation.result[u"from"_s].toInt();
    const milliseconds took(operation.created.msecsTo(operation.finished));
    const QString text =
        tr("%1 serves %2 again, in %3.")
            .arg(environment, displayText(operation.result[u"release"_s].toString(), 60),
                 durationText(took));
    if (!incident.isEmpty()) {
        addNote(incident, text);
    }
    Q_EMIT notice({lifecycle::Mark::Ok, text, tr("Undo"),
                   [this, environment, from] { undo(environment, from); }, 10});
}

/// By the state of now, as a person has just asked for it.
void AlertsPanel::undo(const QString& environment, int generation)
{
    then(context().deployments->environment(environment), this,
         [this, environment, generation](const Result<deploy::EnvironmentView>& view) {
             if (!view) {
                 showError(view.error());
                 return;
             }
             RollbackOffer offer;
             offer.environment = environment;
             offer.generation = generation;
             offer.expected = view->expected;
             rollBack(offer);
         });
}

// ---- incidents ----------------------------------------------------------------------------------

void AlertsPanel::addNote(const QString& incident, const QString& text)
{
    if (context().incidents == nullptr) {
        return;
    }
    then(context().incidents->note(incident, context().actor, text), this,
         [this](const Result<monitor::Incident>& noted) {
             if (!noted) {
                 showError(noted.error());
                 return;
             }
             if (m_incident.id == noted->id) {
                 m_incident.timeline = noted->timeline;
                 showIncident();
             }
             m_reader->readSoon();
         });
}

void AlertsPanel::closeIncident(const QString& incident, const QString& text)
{
    if (context().incidents == nullptr) {
        return;
    }
    then(context().incidents->close(incident, context().actor, text), this,
         [this](const Result<monitor::Incident>& closed) {
             if (!closed) {
                 showError(closed.error());
                 return;
             }
             if (m_incident.id == closed->id) {
                 m_incident.closed = closed->closed;
                 m_incident.timeline = closed->timeline;
                 showIncident();
             }
             m_reader->read();
             Q_EMIT notice({lifecycle::Mark::Ok, tr("The incident is closed."), {}, {}, 5});
         });
}

}  // namespace analemma::ui
