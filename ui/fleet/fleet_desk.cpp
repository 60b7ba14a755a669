#include "ui/fleet/fleet_desk.h"

#include "core/base/text.h"
#include "core/operate/hosts.h"
#include "ui/fleet/fleet_setup.h"
#include "ui/fleet/fleet_words.h"
#include "ui/fleet/group_view.h"
#include "ui/fleet/step_grid.h"
#include "ui/shell/reader.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int earlierShown = 20;

}  // namespace

FleetDesk::FleetDesk(Context context, FleetPage* page, QObject* parent)
    : QObject(parent),
      m_context(std::move(context)),
      m_page(page),
      m_reader(new Reader(
          150, [this] { return read(); }, this))
{
    if (m_context.fleet == nullptr) {
        return;
    }
    connectPage();
    connect(m_context.engine, &engine::Engine::changed, this, [this](const QString& operation) {
        if (operation == m_operation) {
            m_reader->readSoon();
        }
    });
    connect(m_context.fleet, &operate::Fleet::outputAdded, this,
            [this](const QString& operation, const QString& host) {
                if (operation == m_operation && host == m_page->grid()->currentHost()) {
                    m_page->groups()->setTail(host, m_context.fleet->tail(operation, host));
                }
            });
}

void FleetDesk::connectPage()
{
    FleetSetup* setup = m_page->setup();
    connect(setup, &FleetSetup::previewPressed, this, &FleetDesk::preview);
    connect(setup, &FleetSetup::runPressed, this, [this] {
        if (const auto request = m_page->setup()->request()) {
            run(*request);
        }
    });
    connect(setup, &FleetSetup::savePressed, this, &FleetDesk::save);
    connect(setup, &FleetSetup::runbookChosen, this, &FleetDesk::lookUpApproval);
    connect(setup, &FleetSetup::approvePressed, this, &FleetDesk::approve);
    connect(setup, &FleetSetup::differenceWanted, this, &FleetDesk::showDifference);
    connect(m_page, &FleetPage::earlierChosen, this, &FleetDesk::open);
    connect(m_page, &FleetPage::cancelPressed, this, [this](const QString& operation) {
        then(m_context.engine->cancel(operation), this, [this](const Result<void>& cancelled) {
            if (!cancelled) {
                tell(cancelled.error());
            }
            m_reader->read();
        });
    });
    connect(m_page, &FleetPage::checkPressed, this, &FleetDesk::check);
    connect(m_page, &FleetPage::againPressed, this, &FleetDesk::runAgain);
    connect(m_page->groups(), &GroupView::outputWanted, this, &FleetDesk::fetch);
    connect(m_page->grid(), &StepGrid::hostChosen, this, [this](const QString& host) {
        m_page->groups()->setTail(host, m_context.fleet->tail(m_operation, host));
    });
}

void FleetDesk::activate()
{
    if (m_context.fleet == nullptr) {
        return;
    }
    then(m_context.fleet->hosts(), this, [this](const Result<QList<operate::Host>>& hosts) {
        if (hosts) {
            m_page->setup()->setHosts(*hosts);
        } else {
            tell(hosts.error());
        }
    });
    if (m_context.hosts != nullptr) {
        then(m_context.hosts->list(), this, [this](const Result<operate::HostList>& list) {
            const bool missing = list && !list->problems.isEmpty();
            m_page->setup()->setMissing(
                missing ? displayText(sentences(list->problems.constFirst().told()), 300)
                        : QString());
        });
    }
    readRunbooks();
    then(m_context.fleet->list(earlierShown), this,
         [this](const Result<QList<operate::FleetView>>& views) {
             if (!views) {
                 return;
             }
             m_page->setEarlier(*views, m_context.clock->now());
             // What was under way when the window closed is still there to see.
             if (m_operation.isEmpty() && !views->isEmpty() &&
                 !views->first().operation.isFinished()) {
                 open(views->first().operation.id);
             }
         });
}

void FleetDesk::readRunbooks()
{
    if (m_context.runbooks != nullptr) {
        then(m_context.runbooks->list(), this, [this](const Result<QList<operate::Runbook>>& all) {
            if (all) {
                m_page->setup()->setRunbooks(*all);
            }
        });
    }
}

void FleetDesk::open(const QString& operation)
{
    m_operation = operation;
    m_reader->read();
}

bool FleetDesk::read()
{
    if (m_operation.isEmpty()) {
        return false;
    }
    const QString wanted = m_operation;
    then(m_context.fleet->show(wanted), this,
         [this, wanted](const Result<operate::FleetView>& view) {
             m_reader->done();
             if (!view) {
                 tell(view.error());
             } else if (wanted == m_operation) {
                 m_page->setView(*view);
             }
         });
    return true;
}

void FleetDesk::preview()
{
    const Result<operate::FleetRequest> request = m_page->setup()->request();
    if (!request) {
        return;
    }
    const quint64 asked = ++m_asked;
    const operate::FleetRequest wanted = *request;
    then(m_context.fleet->preview(wanted), this,
         [this, wanted, asked](const Result<engine::Preview>& preview) {
             if (asked != m_asked) {
                 return;  // another one was asked for meanwhile
             }
             if (!preview) {
                 m_page->setError(preview.error());
                 return;
             }
             m_page->setPreview(*preview);
             m_page->setup()->setPreviewed(wanted);
         });
}

/// A runbook's text is looked at once more: it may have been replaced since it was chosen.
void FleetDesk::run(const operate::FleetRequest& request)
{
    const auto runbook = m_page->setup()->chosenRunbook();
    if (!runbook || m_context.runbooks == nullptr) {
        start(request);
        return;
    }
    m_page->setup()->setRunning(true);  // pressed twice, it runs once
    then(m_context.runbooks->approvalOf(*runbook), this,
         [this, request, runbook](const Result<operate::RunbookApproval>& approval) {
             if (approval && approval->approved) {
                 start(request);
                 return;
             }
             m_page->setup()->setRunning(false);
             if (approval) {
                 m_page->setup()->setApproval(*runbook, *approval);
             } else {
                 m_page->setError(approval.error());
             }
         });
}

void FleetDesk::start(const operate::FleetRequest& request)
{
    ++m_asked;
    m_page->setup()->setRunning(true);
    then(m_context.fleet->run(request, CancelToken()), this, [this](const Result<QString>& id) {
        if (!id) {
            m_page->setup()->setRunning(false);
            m_page->setError(id.error());
            return;
        }
        open(*id);
    });
}

/// Shows the preview of it: what is pressed there is Run.
void FleetDesk::runAgain()
{
    m_page->setup()->setRequest(againOnFailed(m_page->view()));
    preview();
}

void FleetDesk::check(const QString& operation)
{
    then(m_context.fleet->check(operation, CancelToken()), this,
         [this, operation](const Result<QString>& id) {
             if (!id) {
                 tell(id.error());
                 return;
             }
             then(m_context.engine->finished(*id, CancelToken()), this,
                  [this, operation](const Result<engine::Operation>&) {
                      if (operation == m_operation) {
                          m_reader->read();
                      }
                  });
         });
}

void FleetDesk::save(const operate::Runbook& runbook)
{
    if (m_context.runbooks == nullptr) {
        return;
    }
    const QString name = runbook.name;
    then(m_context.runbooks->save(runbook), this, [this, name](const Result<void>& saved) {
        if (!saved) {
            tell(saved.error());
            return;
        }
        readRunbooks();
        Q_EMIT notice({Mark::Ok, tr("Saved the runbook %1").arg(name), {}, {}, 4});
    });
}

void FleetDesk::lookUpApproval(const operate::Runbook& runbook)
{
    if (m_context.runbooks == nullptr) {
        return;
    }
    then(m_context.runbooks->approvalOf(runbook), this,
         [this, runbook](const Result<operate::RunbookApproval>& approval) {
             if (!approval) {
                 tell(approval.error());
                 return;
             }
             m_page->setup()->setApproval(runbook, *approval);
             if (approval->earlier) {
                 showDifference(*approval->earlier, runbook);
             }
         });
}

void FleetDesk::approve(const operate::Runbook& runbook)
{
    if (m_context.runbooks == nullptr) {
        return;
    }
    then(m_context.runbooks->approve(runbook), this, [this, runbook](const Result<void>& approved) {
        if (approved) {
            lookUpApproval(runbook);
        } else {
            tell(approved.error());
        }
    });
}

void FleetDesk::showDifference(const operate::Runbook& earlier, const operate::Runbook& runbook)
{
    m_page->setReading(
        tr("The runbook %1 has another text than the one that you approved.").arg(runbook.name),
        tr("What changed: - approved before, + would run now"),
        lineDifference(runbookText(earlier), runbookText(runbook)));
}

void FleetDesk::fetch(const QString& sha256)
{
    if (m_fetching.contains(sha256)) {
        return;
    }
    m_fetching.insert(sha256);
    then(m_context.fleet->output(sha256), this, [this, sha256](const Result<QByteArray>& output) {
        m_fetching.remove(sha256);
        m_page->groups()->setOutput(sha256, output ? *output : sentences(output.error()).toUtf8());
    });
}

void FleetDesk::tell(const Error& error)
{
    Q_EMIT notice({Mark::Failed, displayText(sentences(error), 400), {}, {}, 10});
}

}  // namespace analemma::ui
