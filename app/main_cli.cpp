#include "app/cli/cli.h"
#include "app/cli/tty.h"

#include "core/base/files.h"
#include "core/base/log.h"

#include <QCoreApplication>
#include <QDir>
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

/// Signals become bytes in a pipe that the event loop reads. A handler, not SIG_IGN, for SIGPIPE:
/// what is ignored would be ignored in the programs that we start as well.
bool catchSignals()
{
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return false;
    }
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGHUP, &action, nullptr);
    action.sa_handler = ignoreSignal;
    ::sigaction(SIGPIPE, &action, nullptr);
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"analemma-cli"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(ANALEMMA_VERSION));
    const analemma::app::Libraries libraries;
    analemma::startLog(analemma::homeFolder() + u"/log"_s);

    const analemma::cli::Interrupt interrupt;
    std::unique_ptr<QSocketNotifier> notifier;
    if (catchSignals()) {
        notifier = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
        QObject::connect(notifier.get(), &QSocketNotifier::activated, &application, [interrupt] {
            char byte = 0;
            while (::read(signalPipe[0], &byte, 1) == 1) {
                if (interrupt.second.isCancelled()) {
                    analemma::cli::restoreTerminal();
                    ::_exit(int(analemma::cli::Exit::Interrupted));  // the third time: at once
                }
                interrupt.raise();
            }
        });
    }
    QTimer::singleShot(0, &application, [&application, interrupt] {
        auto task = analemma::cli::execute(QCoreApplication::arguments().mid(1),
                                           analemma::cli::Streams::ofProcess(), QDir::currentPath(),
                                           interrupt);
        analemma::then(std::move(task), &application, [](analemma::Result<int> code) {
            QCoreApplication::exit(code.valueOr(int(analemma::cli::Exit::Failed)));
        });
    });
    const int code = QCoreApplication::exec();
    analemma::drain();
    analemma::cli::restoreTerminal();
    return code;
}
