#include "core/git/src/refwatcher.h"

#include "core/base/log.h"

#include <QFileInfo>
#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr milliseconds calmTime{200};
constexpr milliseconds pollTime{2000};

QStringList missingIn(const QStringList& wanted, const QStringList& present)
{
    const QSet<QString> known(present.begin(), present.end());
    QStringList missing;
    for (const QString& path : wanted) {
        if (!known.contains(path)) {
            missing.append(path);
        }
    }
    return missing;
}

}  // namespace

RefWatcher::RefWatcher(Look look, QObject* parent) : QObject(parent), m_look(std::move(look))
{
    m_calm.setSingleShot(true);
    m_calm.setInterval(calmTime);
    m_poll.setInterval(pollTime);
    const auto touched = [this] {
        if (!m_calm.isActive()) {
            m_calm.start();
        }
    };
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, touched);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, touched);
    connect(&m_calm, &QTimer::timeout, this, [this] { startLook(); });
    connect(&m_poll, &QTimer::timeout, this, [this] { startLook(); });
}

void RefWatcher::start()
{
    if (!std::exchange(m_started, true)) {
        startLook();
    }
}

void RefWatcher::startLook()
{
    if (m_looking) {
        m_again = true;
        return;
    }
    m_looking = true;
    then(m_look(), this, [this](const Result<RefsSeen>& seen) { take(seen); });
}

void RefWatcher::take(const Result<RefsSeen>& seen)
{
    m_looking = false;
    bool again = std::exchange(m_again, false);
    if (!seen) {
        // A ref was being written, or the folder is gone: what comes next shows it.
        logLine(LogLevel::Debug, "git", u"watch: %1"_s.arg(seen.error().message));
        m_poll.start();
    } else {
        again = watch(*seen) || again;
        const bool first = m_digest.isEmpty();
        if (std::exchange(m_digest, seen->digest) != seen->digest && !first) {
            Q_EMIT moved();
        }
    }
    if (again && !m_calm.isActive()) {
        m_calm.start();  // what changed before the new watch stood is found by a second look
    }
}

bool RefWatcher::watch(const RefsSeen& seen)
{
    const QStringList wanted = seen.folders + seen.files;
    const QStringList present = m_watcher.directories() + m_watcher.files();
    if (const QStringList gone = missingIn(present, wanted); !gone.isEmpty()) {
        m_watcher.removePaths(gone);
    }
    const QStringList fresh = missingIn(wanted, present);
    const QStringList refused = fresh.isEmpty() ? QStringList() : m_watcher.addPaths(fresh);
    if (!refused.isEmpty() || !seen.all) {
        m_poll.start();
    } else {
        m_poll.stop();
    }
    return fresh.size() > refused.size();
}

}  // namespace analemma::git
