#include "app/report_program.h"
#include "app/window_program.h"

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/language.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSocketNotifier>
#include <QTimer>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

int signalPipe[2] = {-1, -1};

extern "C" void onSignal(int number)
{
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = ::write(signalPipe[1], &byte, 1);
}

extern "C" void ignoreSignal(int) {}

/// A report needs fonts, but no display.
void standWithoutDisplay(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        if (QByteArray(argv[i]).startsWith("--report") &&
            !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
            qputenv("QT_QPA_PLATFORM", "offscreen");
        }
    }
}

/// A handler, not SIG_IGN, for SIGPIPE: what is ignored would be ignored in the programs we start
/// as well.
void catchSignals()
{
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    struct sigaction action = {};
    action.sa_flags = SA_RESTART;
    action.sa_handler = onSignal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    action.sa_handler = ignoreSignal;
    ::sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv)
{
    standWithoutDisplay(argc, argv);
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"analemma"_s);
    QApplication::setApplicationDisplayName(u"Analemma"_s);
    QApplication::setApplicationVersion(QStringLiteral(ANALEMMA_VERSION));
    QApplication::setDesktopFileName(u"analemma"_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A desktop control center for DevOps."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        u"workspace"_s, u"a folder with an analemma.yaml; else the last one"_s, u"[workspace]"_s);
    const QCommandLineOption language(u"language"_s, u"speak this language: en, es"_s,
                                      u"language"_s);
    parser.addOption(language);
    const QCommandLineOption report(
        u"report"_s, u"write the report of a period, as PDF or HTML, and quit"_s, u"file"_s);
    const QCommandLineOption from(u"from"_s, u"of a report: 2026-11-01T00:00:00Z"_s, u"time"_s);
    const QCommandLineOption to(u"to"_s, u"of a report; else now"_s, u"time"_s);
    const QCommandLineOption environment(u"environment"_s, u"of a report: one alone"_s, u"name"_s);
    const QCommandLineOption repository(u"repository"_s, u"of a report: one alone"_s, u"name"_s);
    parser.addOptions({report, from, to, environment, repository});
    parser.process(application);
    const analemma::Language texts(parser.value(language));

    analemma::startLog(analemma::homeFolder() + u"/log"_s);
    if (parser.isSet(report)) {
        analemma::app::ReportProgram writing(
            {parser.value(report), parser.positionalArguments().value(0), parser.value(from),
             parser.value(to), parser.value(environment), parser.value(repository)});
        QTimer::singleShot(0, &writing, [&] { writing.start(); });
        const int code = QApplication::exec();
        analemma::drain();
        return code;
    }
    analemma::app::WindowProgram program;
    catchSignals();
    std::unique_ptr<QSocketNotifier> notifier;
    if (signalPipe[0] >= 0) {
        notifier = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
        QObject::connect(notifier.get(), &QSocketNotifier::activated, &program, [] {
            char byte = 0;
            while (::read(signalPipe[0], &byte, 1) == 1) {
            }
            QApplication::closeAllWindows();
        });
    }
    QTimer::singleShot(0, &program, [&] { program.start(parser.positionalArguments().value(0)); });
    const int code = QApplication::exec();
    analemma::drain();
    return code;
}
