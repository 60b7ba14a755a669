#include "core/git/watch.h"

#include "core/base/clock.h"
#include "core/base/descriptor.h"
#include "core/base/log.h"
#include "core/git/src/access.h"

#include <QSet>
#include <QSocketNotifier>
#include <QTimer>

#include <array>
#include <cerrno>

#include <sys/inotify.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr milliseconds watchCalm{300};
// Qt's own watcher tells of files that come and go, but not of a write into one that stays
// (inotify(7): IN_CLOSE_WRITE).
constexpr quint32 watchMask = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                              IN_DELETE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW;

struct WatchedFolders {
    QList<QByteArray> folders;
    bool whole = true;
};

/// The folders of the files that git knows, the work tree itself and the git folder (the index is
/// renamed into it).
Result<WatchedFolders> foldersToWatch(const Handle& handle)
{
    WatchedFolders found;
    const char* root = git_repository_workdir(handle.repository.get());
    found.folders.append(git_repository_path(handle.repository.get()));
    if (root == nullptr) {
        return found;
    }
    found.folders.append(root);
    IndexHandle index;
    if (git_repository_index(out(index), handle.repository.get()) < 0) {
        return found;
    }
    if (git_index_read(index.get(), 0) < 0) {  // another program may have written it
        return found;
    }
    QSet<QByteArray> known;
    QByteArray last;
    const std::size_t count = git_index_entrycount(index.get());
    for (std::size_t i = 0; i < count; ++i) {
        const QByteArrayView path = git_index_get_byindex(index.get(), i)->path;
        // Every folder above a file; those of its neighbour before are there already.
        for (qsizetype slash = path.lastIndexOf('/'); slash > 0;
             slash = path.first(slash).lastIndexOf('/')) {
            const QByteArray folder = path.first(slash).toByteArray();
            if (folder == last || known.contains(folder)) {
                break;
            }
            if (known.size() >= WorkTreeWatch::folderLimit) {
                found.whole = false;
                return found;
            }
            known.insert(folder);
            found.folders.append(QByteArray(root) + folder);
        }
        last = path.first(std::max<qsizetype>(0, path.lastIndexOf('/'))).toByteArray();
    }
    return found;
}

}  // namespace

struct WorkTreeWatch::Body {
    std::shared_ptr<Repository> repository;
    Descriptor events;
    std::unique_ptr<QSocketNotifier> notifier;
    QTimer calm;
    bool whole = true;
    QHash<QByteArray, int> watched;
};

WorkTreeWatch::WorkTreeWatch(std::shared_ptr<Repository> repository, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>())
{
    m_body->repository = std::move(repository);
    m_body->calm.setSingleShot(true);
    m_body->calm.setInterval(watchCalm);
    connect(&m_body->calm, &QTimer::timeout, this, [this] {
        look();  // folders may have come
        Q_EMIT changed();
    });
    m_body->events = Descriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!m_body->events.valid()) {
        m_body->whole = false;
        logLine(LogLevel::Warning, "git", u"watch: %1"_s.arg(qt_error_string(errno)));
        return;
    }
    m_body->notifier =
        std::make_unique<QSocketNotifier>(m_body->events.get(), QSocketNotifier::Read);
    connect(m_body->notifier.get(), &QSocketNotifier::activated, this, [this] {
        alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
        bool any = false;
        while (::read(m_body->events.get(), buffer.data(), buffer.size()) > 0) {
            any = true;
        }
        if (any && !m_body->calm.isActive()) {
            m_body->calm.start();
        }
    });
    look();
}

WorkTreeWatch::~WorkTreeWatch() = default;

bool WorkTreeWatch::isWhole() const
{
    return m_body->whole;
}

void WorkTreeWatch::look()
{
    then(perform<WatchedFolders>(Access::body(*m_body->repository), &foldersToWatch), this,
         [this](const Result<WatchedFolders>& found) {
             if (found) {
                 watch(found->folders, found->whole);
             }
         });
}

void WorkTreeWatch::watch(const QList<QByteArray>& folders, bool whole)
{
    m_body->whole = whole;
    const QSet<QByteArray> wanted(folders.begin(), folders.end());
    for (auto it = m_body->watched.begin(); it != m_body->watched.end();) {
        if (wanted.contains(it.key())) {
            ++it;
        } else {
            inotify_rm_watch(m_body->events.get(), it.value());
            it = m_body->watched.erase(it);
        }
    }
    for (const QByteArray& folder : folders) {
        // The same folder twice is the same watch; one that was made anew gets a new one.
        const int id = inotify_add_watch(m_body->events.get(), folder.constData(), watchMask);
        if (id >= 0) {
            m_body->watched.insert(folder, id);
        } else if (errno == ENOSPC) {
            m_body->whole = false;
            break;
        }
    }
    Q_EMIT ready();
}

}  // namespace analemma::git
