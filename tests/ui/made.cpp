#include "tests/ui/made.h"

#include <QTimeZone>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::made {

namespace {

using lifecycle::Cell;
using lifecycle::Mark;
using lifecycle::Phase;
using lifecycle::Station;

Station station(Phase phase, Mark mark, int count, const QString& line, int secondsAgo)
{
    Station made;
    made.phase = phase;
    made.mark = mark;
    made.count = count;
    made.line = line;
    made.since = now().addSecs(-secondsAgo);
    return made;
}

Cell cell(Mark mark, const QString& text, int secondsAgo, const QString& panel, const QString& item)
{
    Cell made;
    made.mark = mark;
    made.text = text;
    made.at = now().addSecs(-secondsAgo);
    made.who = u"ana@studio"_s;
    made.panel = panel;
    made.item = item;
    return made;
}

constexpr std::array<const char*, 8> subjects{
    "fix: price with tax is rounded once",
    "feat: wish list",
    "feat: search by colour and size",
    "fix: cart keeps its items after login",
    "docs: how to run the shop",
    "perf: one query for the front page",
    "fix: images of sold articles are hidden, also in the list of "
    "what others bought",
    "feat: delivery date in the order mail"};

engine::ActionView action(const QString& key, const QString& title, const QString& state, int took,
                          const QString& call, const QString& wayBack)
{
    engine::ActionView made;
    made.key = key;
    made.title = title;
    made.verb = key.section(u'/', 0, 0);
    made.state = state;
    if (state != u"waiting") {
        made.started = now().addMSecs(-took);
    }
    if (state == u"ok" || state == u"failed") {
        made.finished = now();
    }
    made.usual = milliseconds(took);
    made.says = Json{{u"call"_s, call}, {u"cost"_s, u"free"_s}, {u"way_back"_s, wayBack}};
    return made;
}

engine::Operation operation(const QString& id, const QString& kind, const QString& title,
                            engine::Outcome outcome, int secondsAgo, const QString& reason)
{
    engine::Operation made;
    made.id = id;
    made.kind = kind;
    made.target = u"environment/production"_s;
    made.title = title;
    made.state = u"finished"_s;
    made.outcome = outcome;
    made.reason = reason;
    made.created = now().addSecs(-secondsAgo - 4);
    made.finished = now().addSecs(-secondsAgo);
    return made;
}

}  // namespace

QDateTime now()
{
    return QDateTime(QDate(2026, 11, 23), QTime(9, 41, 7), Qt::UTC);
}

lifecycle::Board emptyBoard()
{
    lifecycle::Board board;
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        board.stations[static_cast<std::size_t>(i)].phase = static_cast<Phase>(i);
    }
    board.asOf = now();
    return board;
}

lifecycle::Board board(int changes)
{
    lifecycle::Board board;
    board.stations = {station(Phase::Plan, Mark::Idle, 5, u"5 open"_s, 7200),
                      station(Phase::Code, Mark::Ok, 3, u"3 new"_s, 120),
                      station(Phase::Build, Mark::Running, 1, u"1 running"_s, 14),
                      station(Phase::Test, Mark::Ok, 0, u"12/12"_s, 3600),
                      station(Phase::Release, Mark::Ok, 0, u"1.4.2 ready"_s, 900),
                      station(Phase::Deploy, Mark::Waiting, 1, u"production 1.4.1"_s, 86'400),
                      station(Phase::Operate, Mark::Ok, 0, u"3/3 healthy"_s, 86'400),
                      station(Phase::Monitor, Mark::Idle, 0, u"p95 41 ms"_s, 3)};
    for (int i = 0; i < changes; ++i) {
        lifecycle::ChangeRow row;
        row.repository = u"shop"_s;
        row.commit = QString(u"%1"_s).arg(0xa1b2c3d4e5f60718ULL * static_cast<quint64>(i * 2 + 1),
                                          16, 16, QChar(u'0')) +
                     u"9c0f00ba5eba11facade0001"_s;
        row.subject = QLatin1StringView(subjects[static_cast<std::size_t>(i) % subjects.size()]);
        row.author = u"Ana Torres"_s;
        const int age = 120 + i * 4100;
        row.time = now().addSecs(-age);
        auto& cells = row.cells;
        cells[0] = cell(Mark::Idle, u"#%1"_s.arg(12 + i * 3), age + 3000, {}, {});
        cells[1] = cell(Mark::Ok, {}, age, {}, {});
        const QString run = u"run-%1"_s.arg(i);
        const QString pipelines = u"pipelines"_s;
        if (i == 0) {
            cells[2] = cell(Mark::Running, u"14 s"_s, 14, pipelines, run);
        } else if (i == 3) {
            cells[2] = cell(Mark::Ok, u"39 s"_s, age - 60, pipelines, run);
            cells[3] = cell(Mark::Failed, u"11/12"_s, age - 40, pipelines, run);
        } else {
            cells[2] = cell(Mark::Ok, u"4%1 s"_s.arg(i % 10), age - 60, pipelines, run);
            cells[3] = cell(Mark::Ok, u"12/12"_s, age - 40, pipelines, run);
        }
        if (i > 0 && i != 3 && i != 4) {
            const QString version =
                u"1.%1.%2"_s.arg(std::max(0, 4 - i / 3)).arg(i == 1 ? 2 : i % 3);
            cells[4] = cell(Mark::Ok, version, age - 300, u"releases"_s, version);
            cells[5] = i == 1   ? cell(Mark::Running, u"qa  production"_s, 9, u"environments"_s,
                                       u"production"_s)
                       : i == 2 ? cell(Mark::Ok, u"qa  production"_s, age - 900, u"environments"_s,
                                       u"production"_s)
                                : cell(Mark::Idle, u"was in production"_s, age - 900,
                                       u"environments"_s, u"qa"_s);
        }
        if (i == 2) {
            cells[6] = cell(Mark::Ok, u"3/3"_s, 3, u"servers"_s, u"production-3-web-1"_s);
            cells[7] = cell(Mark::Idle, u"p95 41 ms"_s, 3, u"environments"_s, u"production"_s);
        }
        board.changes.append(row);
    }
    board.asOf = now().addSecs(-3);
    return board;
}

engine::Operation runningDeploy()
{
    engine::Operation made = operation(u"op-1"_s, u"deploy"_s, u"Deploy 1.4.2 to production"_s,
                                       engine::Outcome::None, 0, {});
    made.state = u"running"_s;
    made.finished = {};
    made.estimate = milliseconds(1900);
    made.actions = {
        action(u"server.create/web-1"_s, u"Start server production-4-web-1"_s, u"ok"_s, 412,
               u"bwrap: sshd on 127.64.4.1:2222 from image web-1.4.2"_s, u"stop the server"_s),
        action(u"server.create/web-2"_s, u"Start server production-4-web-2"_s, u"ok"_s, 398,
               u"bwrap: sshd on 127.64.4.2:2222 from image web-1.4.2"_s, u"stop the server"_s),
        action(u"server.create/web-3"_s, u"Start server production-4-web-3"_s, u"ok"_s, 405,
               u"bwrap: sshd on 127.64.4.3:2222 from image web-1.4.2"_s, u"stop the server"_s),
        action(u"health/4"_s, u"Wait for health of generation 4 (2 of 3)"_s, u"running"_s, 900,
               u"GET /healthz on 3 servers, rise 2"_s, u"nothing to take back"_s),
        action(u"pool.set/p1"_s, u"Put generation 4 into the idle pool"_s, u"waiting"_s, 60,
               u"haproxy: set server p1/s1..s3 addr"_s, u"empty the pool"_s),
        action(u"switch/p1"_s, u"Send all requests to generation 4"_s, u"waiting"_s, 2,
               u"haproxy: set map active p1"_s, u"switch back to generation 3"_s),
        action(u"drain/p0"_s, u"Drain generation 3 and keep it warm"_s, u"waiting"_s, 800,
               u"haproxy: wait for 0 sessions in p0"_s, {})};
    return made;
}

QList<engine::Operation> operations()
{
    return {runningDeploy(),
            operation(u"op-2"_s, u"bake"_s, u"Bake web for 1.4.2"_s, engine::Outcome::Ok, 64, {}),
            operation(u"op-3"_s, u"pipeline"_s, u"Run shop #41"_s, engine::Outcome::Failed, 1300,
                      u"Job test failed: 1 of 12 tests failed."_s),
            operation(u"op-4"_s, u"rollback"_s, u"Roll back production to 1.4.0"_s,
                      engine::Outcome::Ok, 7200, u"Rolled back to 1.4.0 in 38 ms."_s),
            operation(u"op-5"_s, u"deploy"_s, u"Deploy 1.4.1 to qa"_s, engine::Outcome::Cancelled,
                      9000, u"Cancelled; 1.4.0 stayed."_s),
            operation(u"op-6"_s, u"bake"_s, u"Bake web for 1.4.0"_s, engine::Outcome::Unknown,
                      90'000, u"The connection broke while the image was copied."_s)};
}

engine::Preview deployPreview()
{
    engine::Preview preview;
    preview.title = u"Deploy 1.4.2 to production"_s;
    for (const engine::ActionView& view : runningDeploy().actions) {
        engine::PlannedAction planned;
        planned.action.key = view.key;
        planned.action.verb = view.verb;
        planned.action.says.title = view.title;
        planned.action.says.call = view.says.value(u"call"_s).toString();
        planned.action.says.cost = view.says.value(u"cost"_s).toString();
        planned.action.says.wayBack = view.says.value(u"way_back"_s).toString();
        planned.usual = view.usual;
        preview.actions.append(planned);
    }
    preview.usual = milliseconds(3100);
    return preview;
}

}  // namespace analemma::made
