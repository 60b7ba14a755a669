#include "core/base/task.h"

#include <QCoreApplication>

/// Linked into every test program: what still waits when it ends is ended as the programs do it, so
/// that the leak check sees only what is lost.
namespace {

void drainAtTheEnd()
{
    qAddPostRoutine([] { analemma::drain(); });
}

}  // namespace

Q_COREAPP_STARTUP_FUNCTION(drainAtTheEnd)
