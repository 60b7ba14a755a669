#include "app/cli/commands.h"

#include "app/cli/demo_story.h"
#include "core/base/files.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

Task<Result<int>> demo(RunPointer run)
{
    QString folder = homeFolder() + u"/demo-"_s + newId().right(8);
    if (run->has(u"workspace"_s)) {
        folder = absolutePath(*run, run->value(u"workspace"_s));
    }
    const bool keep = run->has(u"keep"_s);
    run->say(u"the demo works in %1"_s.arg(folder));
    auto telling = tellStory(run, folder, keep);
    const Result<DemoReport> report = co_await std::move(telling);
    if (!report) {
        co_return report.error();
    }
    run->answer(report->toJson(), u'\n' + report->text(run->colour));
    const QStringList complaints = report->complaints();
    for (const QString& complaint : complaints) {
        run->say(u"analemma-cli: "_s + complaint);
    }
    if (keep) {
        run->say(u"it runs on; look with: analemma-cli environment list --workspace %1"_s.arg(
            shellQuote(folder)));
    }
    if (report->error && report->error->kind == ErrorKind::Cancelled) {
        co_return exitWith(Exit::Interrupted);
    }
    co_return exitWith(report->ok() ? Exit::Ok : Exit::Failed);
}

}  // namespace

QList<Command> demoCommands()
{
    const Option keep{u"keep"_s, {}, u"leave the workspace and what runs in it"_s};
    const QString details =
        u"Makes a workspace of its own, brings two commits to three servers behind a\n"
        "balancer, takes the second one back and brings it again, while clients send\n"
        "requests all the time; then removes everything. Exits 1 when a request failed\n"
        "or anything is left."_s;
    return {
        {u"demo"_s,
         {},
         u"The whole story under load, with a table of times"_s,
         {},
         {keep},
         Effect::Reads,
         false,
         details,
         demo},
    };
}

}  // namespace analemma::cli
