#include "app/window_program.h"

#include "core/base/files.h"
#include "core/base/log.h"
#include "ui/shell/language.h"

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
    parser.process(application);
    const analemma::ui::Language texts(parser.value(language));

    analemma::startLog(analemma::homeFolder() + u"/log"_s);
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
