#include "core/ssh/ssh.h"

#include "core/base/text.h"

#include <libssh2.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

Library::Library()
{
    libssh2_init(0);
}

Library::~Library()
{
    libssh2_exit();
}

QString Target::text() const
{
    const QString shown = host.contains(u':') ? u'[' + host + u']' : host;
    return displayText(user, 64) + u'@' + displayText(shown, 255) + u':' + QString::number(port);
}

QString ExecResult::endText() const
{
    return signal.isEmpty() ? u"exit code %1"_s.arg(exitCode)
                            : u"killed by signal %1"_s.arg(signal);
}

}  // namespace analemma::ssh
