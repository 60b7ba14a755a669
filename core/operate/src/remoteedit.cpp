#include "core/operate/remoteedit.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/src/editwork.h"

#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kSettleTime = 250;  // milliseconds: programs save in several steps

struct Edit {
    EditView view;
    QString folder;
    Seen base;
    Seen theirs;
    CancelToken cancel;
};
using EditPtr = std::shared_ptr<Edit>;

Task<Result<QByteArray>> localSum(QString path)
{
    std::function<Result<QByteArray>()> job = [path]() -> Result<QByteArray> {
        const Result<QString> sum = sha256(path);
        return sum ? Result<QByteArray>(sum->toLatin1()) : sum.error();
    };
    Result<QByteArray> sum = co_await onWorker<QByteArray>(std::move(job));
    co_return sum;
}

}  // namespace

QString toString(EditView::State state)
{
    switch (state) {
        case EditView::State::Opening:
            return u"opening"_s;
        case EditView::State::Open:
            return u"open"_s;
        case EditView::State::Saving:
            return u"saving"_s;
        case EditView::State::Conflict:
            return u"conflict"_s;
        case EditView::State::Failed:
            return u"failed"_s;
    }
    return u"unknown"_s;
}

struct RemoteEdits::Body {
    Body(RemoteEdits* owner, Transfers::Connect connection, QString where)
        : q(owner), connect(std::move(connection)), folder(std::move(where))
    {
        settle.setSingleShot(true);
        settle.setInterval(kSettleTime);
    }

    [[nodiscard]] EditPtr find(const QString& id) const
    {
        const auto found = std::find_if(edits.cbegin(), edits.cend(),
                                        [&id](const EditPtr& one) { return one->view.id == id; });
        return found == edits.cend() ? nullptr : *found;
    }

    void set(const EditPtr& edit, EditView::State state, std::optional<Error> error = {})
    {
        edit->view.state = state;
        edit->view.error = std::move(error);
        Q_EMIT q->changed(edit->view.id);
    }

    void fetch(const EditPtr& edit)
    {
        set(edit, EditView::State::Opening);
        const CancelToken cancel = edit->cancel;
        then(fetchForEdit(connect, sessions, edit->view.place, edit->folder, {}, cancel), q,
             [this, edit, cancel](const Result<Fetched>& fetched) {
                 if (cancel.isCancelled()) {
                     return;
                 }
                 if (!fetched) {
                     set(edit, EditView::State::Failed, fetched.error());
                     return;
                 }
                 edit->view.place = fetched->place;
                 edit->view.localPath = fetched->local;
                 edit->base = fetched->seen;
                 watch(edit);
                 set(edit, EditView::State::Open);
                 Q_EMIT q->opened(edit->view.id, edit->view.localPath);
             });
    }

    void watch(const EditPtr& edit)
    {
        watcher.addPath(edit->folder);
        if (QFileInfo::exists(edit->view.localPath)) {
            watcher.addPath(edit->view.localPath);
        }
    }

    /// Something changed in some folder: looks at all, there are few.
    void look()
    {
        for (const EditPtr& edit : std::as_const(edits)) {
            if (edit->view.localPath.isEmpty()) {
                continue;
            }
            watch(edit);  // a program that saves by renaming makes a new file
            if (edit->view.state == EditView::State::Open) {
                compare(edit);  // after a save it is compared anyway
            }
        }
    }

    void compare(const EditPtr& edit)
    {
        const CancelToken cancel = edit->cancel;
        then(localSum(edit->view.localPath), q,
             [this, edit, cancel](const Result<QByteArray>& sum) {
                 // A file that is not there is between two steps of a save.
                 if (!cancel.isCancelled() && sum && *sum != edit->base.sha256 &&
                     edit->view.state == EditView::State::Open) {
                     save(edit);
                 }
             });
    }

    void save(const EditPtr& edit)
    {
        set(edit, EditView::State::Saving);
        const CancelToken cancel = edit->cancel;
        then(writeBack(connect, sessions, edit->view.place, edit->view.localPath, edit->base,
                       cancel),
             q, [this, edit, cancel](const Result<Written>& written) {
                 if (cancel.isCancelled()) {
                     return;
                 }
                 if (!written) {
                     written.error().kind == ErrorKind::Conflict
                         ? fetchTheirs(edit, written.error())
                         : set(edit, EditView::State::Failed, written.error());
                     return;
                 }
                 edit->base = written->seen;
                 edit->view.note = written->note;
                 ++edit->view.saves;
                 set(edit, EditView::State::Open);
                 compare(edit);  // it may have been saved while it went
             });
    }

    /// Their version beside ours, so that both can be looked at.
    void fetchTheirs(const EditPtr& edit, const Error& why)
    {
        const QFileInfo ours(edit->view.localPath);
        const QString name = u"server-"_s + ours.fileName();
        const CancelToken cancel = edit->cancel;
        then(fetchForEdit(connect, sessions, edit->view.place, edit->folder, name, cancel), q,
             [this, edit, cancel, why](const Result<Fetched>& fetched) {
                 if (cancel.isCancelled()) {
                     return;
                 }
                 edit->view.theirPath = fetched ? fetched->local : QString();
                 edit->theirs = fetched ? fetched->seen : Seen();
                 set(edit, EditView::State::Conflict, why);
             });
    }

    void takeTheirs(const EditPtr& edit)
    {
        const QString ours = edit->view.localPath;
        const QString theirs = edit->view.theirPath;
        std::function<Result<bool>()> job = [ours, theirs]() -> Result<bool> {
            QFile::remove(ours + u".mine"_s);
            if (!QFile::copy(ours, ours + u".mine"_s)) {
                return Error(ErrorKind::Io,
                             u"%1 cannot be kept as %1.mine; nothing was changed"_s.arg(
                                 displayText(ours, 300)));
            }
            const Result<QByteArray> bytes = readFile(theirs, qint64(1) << 30);
            const Result<void> written = bytes ? writeFile(ours, *bytes) : bytes.error();
            return written ? Result<bool>(true) : written.error();
        };
        const CancelToken cancel = edit->cancel;
        then(onWorker<bool>(std::move(job)), q, [this, edit, cancel](const Result<bool>& done) {
            if (cancel.isCancelled()) {
                return;
            }
            if (!done) {
                set(edit, EditView::State::Conflict, done.error());
                return;
            }
            edit->base = edit->theirs;
            edit->view.theirPath.clear();
            set(edit, EditView::State::Open);
        });
    }

    void forget(const EditPtr& edit, bool remove)
    {
        edit->cancel.cancel();
        if (!edit->view.localPath.isEmpty()) {
            watcher.removePaths({edit->view.localPath, edit->folder});
        }
        if (remove) {
            [[maybe_unused]] const Result<void> gone = analemma::removeTree(edit->folder);
        }
    }

    RemoteEdits* q;
    Transfers::Connect connect;
    QString folder;
    std::shared_ptr<Sessions> sessions = std::make_shared<Sessions>();
    QList<EditPtr> edits;
    QFileSystemWatcher watcher;
    QTimer settle;
};

RemoteEdits::RemoteEdits(Transfers::Connect connect, QString folder, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>(this, std::move(connect), std::move(folder)))
{
    const auto soon = [this] { m_body->settle.start(); };
    QObject::connect(&m_body->watcher, &QFileSystemWatcher::fileChanged, this, soon);
    QObject::connect(&m_body->watcher, &QFileSystemWatcher::directoryChanged, this, soon);
    QObject::connect(&m_body->settle, &QTimer::timeout, this, [this] { m_body->look(); });
}

RemoteEdits::~RemoteEdits()
{
    for (const EditPtr& edit : std::as_const(m_body->edits)) {
        m_body->forget(edit, !edit->view.isUnsaved());
    }
}

QString RemoteEdits::open(Place place)
{
    for (const EditPtr& edit : std::as_const(m_body->edits)) {
        if (edit->view.place == place) {
            const bool there = edit->view.state == EditView::State::Open;
            QTimer::singleShot(0, this, [this, edit, there] {
                there ? Q_EMIT opened(edit->view.id, edit->view.localPath)
                      : Q_EMIT changed(edit->view.id);
            });
            return edit->view.id;
        }
    }
    const auto edit = std::make_shared<Edit>();
    edit->view.id = newId();
    edit->view.place = std::move(place);
    edit->folder = m_body->folder + u'/' + edit->view.id;
    m_body->edits.append(edit);
    m_body->fetch(edit);
    return edit->view.id;
}

QList<EditView> RemoteEdits::list() const
{
    QList<EditView> views;
    for (const EditPtr& edit : std::as_const(m_body->edits)) {
        views.append(edit->view);
    }
    return views;
}

std::optional<EditView> RemoteEdits::find(const QString& id) const
{
    const EditPtr edit = m_body->find(id);
    return edit ? std::optional(edit->view) : std::nullopt;
}

void RemoteEdits::keepMine(const QString& id)
{
    const EditPtr edit = m_body->find(id);
    if (edit && edit->view.state == EditView::State::Conflict && edit->theirs.size >= 0) {
        edit->base = edit->theirs;
        edit->view.theirPath.clear();
        m_body->save(edit);
    }
}

void RemoteEdits::takeTheirs(const QString& id)
{
    const EditPtr edit = m_body->find(id);
    if (edit && edit->view.state == EditView::State::Conflict && edit->theirs.size >= 0) {
        m_body->takeTheirs(edit);
    }
}

void RemoteEdits::retry(const QString& id)
{
    const EditPtr edit = m_body->find(id);
    if (edit && edit->view.state == EditView::State::Failed) {
        edit->view.localPath.isEmpty() ? m_body->fetch(edit) : m_body->save(edit);
    }
}

void RemoteEdits::close(const QString& id)
{
    if (const EditPtr edit = m_body->find(id)) {
        m_body->forget(edit, true);
        m_body->edits.removeOne(edit);
        Q_EMIT changed(id);
    }
}

}  // namespace analemma::operate
