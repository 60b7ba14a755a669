#include "core/store/src/ballast.h"

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::store {
namespace {

constexpr qint64 ballastBytes = 8 * 1024 * 1024;

}  // namespace

bool Ballast::lay() const
{
    if (QFile::exists(m_path)) {
        return true;
    }
    // Under another name first: nobody must take a file for the ballast that has no room yet.
    const QString making = m_path + u".new"_s;
    const int fd =
        ::open(QFile::encodeName(making).constData(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const bool kept = ::posix_fallocate(fd, 0, ballastBytes) == 0;
    ::close(fd);
    if (!kept) {
        QFile::remove(making);
        return false;
    }
    ::rename(QFile::encodeName(making).constData(), QFile::encodeName(m_path).constData());
    return QFile::exists(m_path);  // another program may have been first
}

bool Ballast::give() const
{
    return QFile::remove(m_path);
}

}  // namespace analemma::store
