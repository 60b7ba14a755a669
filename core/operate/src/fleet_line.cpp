#include "core/operate/src/fleet_line.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr milliseconds firstPause(250);
constexpr milliseconds longestPause(10'000);
constexpr qsizetype answerLimit = pieceBytes + 64 * 1024;

bool isBroken(const Error& error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
}

}  // namespace

Task<Result<void>> open(LinePtr line, CancelToken cancel)
{
    if (line->session && line->session->isConnected()) {
        co_return Result<void>();
    }
    line->session.reset();
    auto connecting = line->body->connect(line->host, cancel);
    Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    line->session = chosen->session;
    line->lastContact = line->body->clock->sinceBoot();
    co_return Result<void>();
}

Task<Result<StepReport>> ask(LinePtr line, QString key, QByteArray script, milliseconds timeout,
                             CancelToken cancel)
{
    Result<void> opened = co_await open(line, cancel);
    if (!opened) {
        co_return opened.error();
    }
    ssh::ExecOptions options;
    options.input = std::move(script);
    options.timeout = timeout;
    options.limitBytes = answerLimit;
    const std::shared_ptr<ssh::Session> session = line->session;
    const QString shell = u"/bin/sh -s"_s;
    Result<ssh::ExecResult> answer = co_await session->exec(shell, options, cancel);
    options.input.fill('\0');  // it may hold secrets
    if (!answer) {
        if (isBroken(answer.error())) {
            line->session.reset();
            line->broke = true;
        }
        co_return answer.error();
    }
    line->lastContact = line->body->clock->sinceBoot();
    Result<StepReport> report = readReport(key, answer->output);
    if (!report && !answer->errors.trimmed().isEmpty()) {
        co_return Error(ErrorKind::Protocol,
                        u"its shell said: %1"_s.arg(
                            displayText(QByteArrayView(answer->errors.trimmed().left(300)), 300)));
    }
    co_return report;
}

Task<Result<StepReport>> askUntilAnswered(LinePtr line, QString key, QByteArray script,
                                          milliseconds timeout, CancelToken cancel)
{
    milliseconds pause = firstPause;
    bool told = false;
    if (line->lastContact.count() == 0) {
        line->lastContact = line->body->clock->sinceBoot();
    }
    for (;;) {
        Result<StepReport> report = co_await ask(line, key, script, timeout, cancel);
        if (report || report.error().kind == ErrorKind::Cancelled ||
            report.error().kind == ErrorKind::Protocol) {
            if (report && told) {
                line->call.log(u"%1: connected again"_s.arg(line->host));
            }
            co_return report;
        }
        const milliseconds without = line->body->clock->sinceBoot() - line->lastContact;
        if (without > line->patience) {
            co_return Error(ErrorKind::Network, u"no connection for %1: %2"_s.arg(
                                                    durationText(without), report.error().message));
        }
        if (!std::exchange(told, true)) {
            line->call.log(u"%1: the connection is lost (%2); what was begun there goes on"_s.arg(
                line->host, report.error().message));
        }
        Result<void> waited = co_await sleepFor(pause, cancel);
        if (!waited) {
            co_return waited.error();
        }
        pause = std::min(pause * 2, longestPause);
    }
}

}  // namespace analemma::operate
