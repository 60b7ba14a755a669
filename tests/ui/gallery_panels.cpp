#include "tests/ui/gallery_panels.h"

#include "tests/ui/fleet_values.h"
#include "tests/ui/panel_values.h"
#include "ui/board/board_panel.h"
#include "ui/board/board_view.h"
#include "ui/environments/deploy_page.h"
#include "ui/environments/environments_panel.h"
#include "ui/fleet/fleet_page.h"
#include "ui/fleet/fleet_setup.h"
#include "ui/fleet/group_view.h"
#include "ui/fleet/step_grid.h"
#include "ui/pipelines/pipelines_panel.h"
#include "ui/pipelines/run_page.h"
#include "ui/releases/releases_panel.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/snapshots/bake_page.h"
#include "ui/snapshots/snapshots_panel.h"

#include <QLineEdit>
#include <QPlainTextEdit>

using namespace Qt::StringLiterals;
using namespace analemma::ui;

namespace analemma::made {
namespace {

enum class Fill { Nothing, Usual, Failure, Long, Many };

struct Kind {
    Fill fill;
    const char* name;
    int rows;
};
constexpr std::array<Kind, 5> kinds{{{Fill::Nothing, "nothing", 0},
                                     {Fill::Usual, "usual", 12},
                                     {Fill::Failure, "failure", 12},
                                     {Fill::Long, "long", 12},
                                     {Fill::Many, "many", 10'000}}};

QString named(const Kind& kind, const QString& name)
{
    return kind.fill == Fill::Long
               ? (name + u"-with-a-name-that-goes-on-and-on"_s.repeated(3)).left(80)
               : name;
}

void fillBoard(BoardPanel* panel, const Kind& kind)
{
    panel->view()->setBoard(kind.rows == 0 ? emptyBoard() : board(kind.rows), made::now());
}

void fillRuns(PipelinesPanel* panel, const Kind& kind)
{
    QList<pipeline::Run> runs;
    for (int i = 0; i < kind.rows; ++i) {
        const bool bad = kind.fill == Fill::Failure && i % 3 == 0;
        pipeline::Run one = run(u"r%1"_s.arg(i), kind.rows - i,
                                bad      ? pipeline::State::Failed
                                : i == 1 ? pipeline::State::Running
                                         : pipeline::State::Passed);
        one.created = made::now().addSecs(-60 - i * 900);
        one.finished = i == 1 ? QDateTime() : one.created.addSecs(38 + i % 9);
        one.actor = u"ana@studio"_s;
        one.branch = named(kind, u"main"_s);
        one.subject = named(kind, one.subject);
        for (pipeline::JobRun& job : one.jobs) {
            job.name = named(kind, job.name);
            job.testsPassed = job.name.startsWith("test"_L1) ? 12 : 0;
        }
        runs.append(one);
    }
    panel->setRuns(runs, made::now());
    panel->select(u"r0"_s);
    if (kind.rows > 0) {
        panel->page()->appendLog(panel->page()->currentJob(), panel->page()->currentStep(),
                                 "ok test_price (0.002 s)\nok test_cart (0.004 s)\n"
                                 "FAIL: test_tax: expected 1190, got 1189\n");
    }
}

void fillReleases(ReleasesPanel* panel, const Kind& kind)
{
    QList<release::Release> releases;
    for (int i = 0; i < kind.rows; ++i) {
        release::Release one = version(u"1.%1.%2"_s.arg(kind.rows / 10 - i / 10).arg(9 - i % 10));
        one.subject = named(kind, one.subject);
        one.changeLog =
            u"### Features\n\n- wish list\n\n### Fixes\n\n- price with tax is rounded once\n"_s;
        one.created = made::now().addSecs(-300 - i * 5000);
        releases.append(one);
    }
    const QString first = releases.isEmpty() ? QString() : releases.first().version;
    const QString commit = releases.isEmpty() ? QString() : releases.first().commit;
    panel->setReleases(releases, {{{first, commit}, {u"qa"_s, u"production"_s}}}, made::now());
    if (!first.isEmpty()) {
        panel->select(first);
    }
}

void fillEnvironments(EnvironmentsPanel* panel, const Kind& kind)
{
    if (kind.fill == Fill::Nothing) {
        panel->setEnvironments({}, {}, {}, made::now());
        return;
    }
    deploy::EnvironmentView production = environment(named(kind, u"production"_s), true);
    deploy::EnvironmentView qa = environment(named(kind, u"qa"_s), false);
    production.balancer.url = u"http://127.64.3.1:8000"_s;
    qa.balancer.url = u"http://127.64.3.2:8000"_s;
    production.members.first().health = u"healthy"_s;
    if (kind.fill != Fill::Failure) {
        for (deploy::MemberView& member : production.members) {
            member.health = u"healthy"_s;
        }
        qa.members = {};
    } else {
        production.health = u"degraded"_s;
    }
    qa.active.reset();
    qa.warm.clear();
    qa.health = u"empty"_s;
    qa.generations.first().state = u"gone"_s;
    for (int i = 0; i < kind.rows; ++i) {
        deploy::Generation old = production.generations.last();
        old.number = -i;
        old.state = kind.fill == Fill::Failure && i % 4 == 1 ? u"failed"_s : u"gone"_s;
        production.generations.append(old);
    }
    deploy::RollbackTarget anew = warmTarget();
    anew.warm = false;
    anew.baked = false;
    panel->setEnvironments({qa, production},
                           {{production.spec.name, warmTarget()}, {qa.spec.name, anew}},
                           {version(u"1.4.2"_s), version(u"1.4.1"_s)}, made::now());
    if (EnvironmentCard* card = panel->card(production.spec.name)) {
        infra::Balancer balancer;
        for (int i = 0; i < 90; ++i) {
            balancer.requests += 180 + (i * 37) % 90;
            card->addSample(balancer, made::now().addSecs(i - 90));
        }
    }
    panel->select(u"1.4.2"_s);
    if (kind.fill == Fill::Failure) {
        panel->deployPage()->setError(
            Error(ErrorKind::Refused, u"production has moved on since this plan was made"_s)
                .withHint(u"Plan it again."_s));
    } else if (kind.fill == Fill::Many) {
        panel->deployPage()->setOperation(runningDeploy());
    } else {
        panel->deployPage()->setPreview(deployPreview());
    }
}

void fillServers(ServersPanel* panel, const Kind& kind)
{
    QList<ServerFacts> servers;
    for (int i = 0; i < kind.rows; ++i) {
        ServerFacts facts;
        facts.server = server(i % 3 == 2 ? u"qa"_s : u"production"_s, i + 1);
        facts.server.name = named(kind, facts.server.name);
        facts.production = i % 3 != 2;
        facts.health = kind.fill == Fill::Failure && i % 4 == 1 ? u"unhealthy"_s : u"healthy"_s;
        facts.healthText = u"L7OK 200 in 1 ms"_s;
        facts.generationState = u"active"_s;
        facts.release = u"1.4.1"_s;
        if (kind.fill == Fill::Failure && i % 4 == 2) {
            facts.server.state = u"stopped"_s;
        }
        servers.append(facts);
    }
    panel->setServers(servers, made::now());
    if (!servers.isEmpty()) {
        panel->select(servers.first().name());
        CommandPane* pane = panel->page()->command();
        pane->append("12:04:11 up 3 min,  load average: 0.31, 0.22, 0.09\n");
    }
}

void fillSnapshots(SnapshotsPanel* panel, const Kind& kind)
{
    QList<deploy::ImageView> images;
    for (int i = 0; i < kind.rows; ++i) {
        deploy::ImageView one =
            image(named(kind, u"web-1.4.%1-01ab"_s.arg(i)),
                  i == 0 ? QStringList{u"production generation 4 (active)"_s} : QStringList{});
        one.image.created = made::now().addSecs(-1200 - i * 7000);
        images.append(one);
    }
    panel->setImages(images, {version(u"1.4.2"_s), version(u"1.4.1"_s)}, made::now());
    if (kind.fill == Fill::Failure || kind.fill == Fill::Many) {
        panel->openBake();
        panel->bakePage()->setPreview(deployPreview());
        if (kind.fill == Fill::Failure) {
            panel->bakePage()->setError(Error(ErrorKind::Failed, u"the disk is full"_s)
                                            .withHint(u"Delete images that nothing uses."_s));
        }
    } else if (!images.isEmpty()) {
        panel->select(images.first().image.id);
    }
}

/// The page of fleets, at each of its stages.
void fillFleet(ServersPanel* panel, const Kind& kind)
{
    FleetPage* page = panel->fleet();
    panel->showFleet(true);
    page->setup()->setHosts(made::hosts(kind.fill == Fill::Many ? 200 : 12));
    auto* query = page->findChild<QLineEdit*>(u"fleet-query"_s);
    auto* command = page->findChild<QPlainTextEdit*>(u"fleet-command"_s);
    if (kind.fill == Fill::Nothing) {
        return;
    }
    query->setText(u"tag=web"_s);
    command->setPlainText(kind.fill == Fill::Long
                              ? u"#!/bin/sh\nset -eu\nsystemctl restart {{service}}\n"
                                "curl -fsS -H @{{token}} https://example.org/healthz\n"_s
                              : u"nginx -v; systemctl is-active nginx"_s);
    if (kind.fill == Fill::Usual) {
        engine::Preview preview;
        preview.title = u"nginx -v; systemctl is-active nginx on 6 servers"_s;
        for (int i = 1; i < 12; i += 2) {
            engine::PlannedAction planned;
            planned.action.key = u"run/web-%1"_s.arg(i);
            planned.action.says = {
                u"Run on web-%1"_s.arg(i), command->toPlainText(), u"free"_s, {}};
            planned.usual = milliseconds(420);
            preview.actions.append(planned);
        }
        page->setPreview(preview);
        return;
    }
    operate::FleetView view = made::fleetView(kind.fill == Fill::Many ? 200 : 12);
    for (operate::HostStep& step : view.steps) {
        step.host = named(kind, step.host);
    }
    if (kind.fill == Fill::Failure) {
        view.steps[9].state = operate::StepState::Unknown;
        view.steps[9].reason = u"no connection for 10 min"_s;
        view.steps[11].state = operate::StepState::TimedOut;
        view.steps[11].reason = u"ended after 30 s"_s;
        view.operation.state = u"finished"_s;
        view.operation.outcome = engine::Outcome::Unknown;
    }
    page->setView(view);
    page->groups()->setOutput(made::fleetOutputKey(0), made::fleetOutput(0));
    page->groups()->setOutput(made::fleetOutputKey(1), made::fleetOutput(1));
    page->grid()->selectHost(view.steps[2].host);
}

void fill(Panel* panel, const Kind& kind)
{
    if (auto* one = qobject_cast<BoardPanel*>(panel)) {
        fillBoard(one, kind);
    } else if (auto* runs = qobject_cast<PipelinesPanel*>(panel)) {
        fillRuns(runs, kind);
    } else if (auto* releases = qobject_cast<ReleasesPanel*>(panel)) {
        fillReleases(releases, kind);
    } else if (auto* environments = qobject_cast<EnvironmentsPanel*>(panel)) {
        fillEnvironments(environments, kind);
    } else if (auto* servers = qobject_cast<ServersPanel*>(panel)) {
        fillServers(servers, kind);
    } else if (auto* snapshots = qobject_cast<SnapshotsPanel*>(panel)) {
        fillSnapshots(snapshots, kind);
    }
}

}  // namespace

void showPanels(MainWindow* window, const std::function<void(const QString& name)>& keep)
{
    for (const PanelInfo& info : allPanels()) {
        for (const Kind& kind : kinds) {
            window->openPanel(info.id);
            fill(window->currentPanel(), kind);
            Q_EMIT window->currentPanel()->refreshed(made::now().addSecs(-3));
            keep(info.id + u'-' + QLatin1StringView(kind.name));
            if (auto* servers = qobject_cast<ServersPanel*>(window->currentPanel())) {
                fillFleet(servers, kind);
                keep(u"fleet-"_s + QLatin1StringView(kind.name));
            }
            while (window->currentPanel()->stepBack()) {
            }
        }
    }
}

}  // namespace analemma::made
