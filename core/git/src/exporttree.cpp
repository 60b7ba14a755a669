#include "core/git/src/exporttree.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/paths.h"

#include <QDir>
#include <QFile>
#include <QSet>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr std::size_t treeObjectLimit = 64 * 1024 * 1024;
constexpr std::size_t linkTargetLimit = 4095;  // PATH_MAX with its end
constexpr qsizetype pathLimit = 4096;
constexpr unsigned submoduleMode = GIT_FILEMODE_COMMIT & S_IFMT;

enum class Form { Folder, File, Program, Link };

struct Item {
    QByteArray name;
    int depth = 0;  ///< 0: in the folder itself
    Form form = Form::File;
    git_oid id{};
    QByteArray target;  ///< of a link
};

class Fd {
public:
    explicit Fd(int fd = -1) : m_fd(fd) {}
    Fd(Fd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Fd& operator=(Fd&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Fd()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    /// close(2), which may be the first to tell of a write error.
    [[nodiscard]] int closeNow() { return ::close(std::exchange(m_fd, -1)); }

private:
    int m_fd;
};

Error refused(const QByteArray& path, const QString& reason)
{
    return Error(ErrorKind::Refused, u"The commit's file \"%1\" %2. Nothing was exported."_s.arg(
                                         displayText(QByteArrayView(path), 300), reason))
        .withHint(
            u"Ordinary repositories have no such files: look at who made this commit before you go on."_s);
}

Error failed(const QByteArray& name, int code)
{
    return systemError(u"write %1"_s.arg(displayText(QByteArrayView(name), 300)), code)
        .withHint(u"What was written of the commit's files was removed again."_s);
}

Result<OdbObjectHandle> readObject(const Handle& handle, const git_oid& id, git_object_t wanted,
                                   std::size_t limit, const QByteArray& path)
{
    const QString what = u"read %1"_s.arg(displayText(QByteArrayView(path), 300));
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    if (type != wanted) {
        return refused(path, u"is not what its folder says it is"_s);
    }
    if (size > limit) {
        return refused(
            path, u"has %1, more than the %2 allowed"_s.arg(sizeText(static_cast<qint64>(size)),
                                                            sizeText(static_cast<qint64>(limit))));
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    return object;
}

// ---- what to write ------------------------------------------------------------------------------

/// Lists and checks a tree, writing nothing.
class Plan {
public:
    Plan(const Handle& handle, const ExportLimits& limits, const CancelToken& cancel)
        : m_handle(handle), m_limits(limits), m_cancel(cancel)
    {
    }
    Result<void> addTree(const git_oid& id, const QByteArray& path, int depth);
    [[nodiscard]] Result<void> checkLinks() const;
    std::vector<Item> items;  ///< a folder comes right before what is in it

private:
    Result<void> addEntry(const git_tree_entry* entry, const QByteArray& folder, int depth,
                          QSet<QByteArray>& names);
    Result<void> addLink(Item item, const QByteArray& path);

    const Handle& m_handle;
    const ExportLimits& m_limits;
    const CancelToken& m_cancel;
    TreeLinks m_links;
};

Result<void> Plan::addTree(const git_oid& id, const QByteArray& path, int depth)
{
    if (depth > m_limits.depth) {
        return refused(path, u"lies more than %1 folders deep"_s.arg(m_limits.depth));
    }
    const Result<OdbObjectHandle> checked =
        readObject(m_handle, id, GIT_OBJECT_TREE, treeObjectLimit, path);
    if (!checked) {
        return checked.error();
    }
    TreeHandle tree;
    if (const int code = git_tree_lookup(out(tree), m_handle.repository.get(), &id); code < 0) {
        return gitError(code, u"read the folder %1"_s.arg(displayText(QByteArrayView(path), 300)));
    }
    QSet<QByteArray> names;
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
        if (const auto added = addEntry(git_tree_entry_byindex(tree.get(), i), path, depth, names);
            !added) {
            return added.error();
        }
    }
    return {};
}

Result<void> Plan::addEntry(const git_tree_entry* entry, const QByteArray& folder, int depth,
                            QSet<QByteArray>& names)
{
    if (m_cancel.isCancelled()) {
        return cancelledError();
    }
    const QByteArray name(git_tree_entry_name(entry));
    const QByteArray path = folder.isEmpty() ? name : folder + '/' + name;
    if (const QString reason = hostileName(name); !reason.isEmpty()) {
        return refused(path, reason);
    }
    if (names.contains(name)) {
        return refused(path, u"stands twice in its folder"_s);
    }
    names.insert(name);
    if (items.size() >= m_limits.entries || path.size() > pathLimit) {
        return refused(path, u"is one too many: more than %1 files, or too long a path"_s.arg(
                                 m_limits.entries));
    }
    Item item{name, depth, Form::File, *git_tree_entry_id(entry), {}};
    const auto mode = static_cast<unsigned>(git_tree_entry_filemode_raw(entry));
    switch (mode & S_IFMT) {
        case S_IFREG:
            item.form = (mode & S_IXUSR) != 0 ? Form::Program : Form::File;
            items.push_back(std::move(item));
            return {};
        case S_IFLNK:
            return addLink(std::move(item), path);
        case S_IFDIR:
            item.form = Form::Folder;
            items.push_back(std::move(item));
            return addTree(*git_tree_entry_id(entry), path, depth + 1);
        case submoduleMode:
            item.form = Form::Folder;  // empty
            items.push_back(std::move(item));
            return {};
        default:
            return refused(path, u"is of an unknown kind"_s);
    }
}

Result<void> Plan::addLink(Item item, const QByteArray& path)
{
    const Result<OdbObjectHandle> object =
        readObject(m_handle, item.id, GIT_OBJECT_BLOB, linkTargetLimit, path);
    if (!object) {
        return object.error();
    }
    item.form = Form::Link;
    item.target = bytesOf(*object).toByteArray();
    if (item.target.isEmpty() || item.target.contains('\0')) {
        return refused(path, u"is a link to nothing"_s);
    }
    m_links.add(path, item.target);
    items.push_back(std::move(item));
    return {};
}

Result<void> Plan::checkLinks() const
{
    for (const QByteArray& path : m_links.paths()) {
        if (m_cancel.isCancelled()) {
            return cancelledError();
        }
        if (!m_links.staysInside(path)) {
            return refused(path, u"is a link that leads out of the commit's own files"_s);
        }
    }
    return {};
}

// ---- writing ------------------------------------------------------------------------------------

class Writer {
public:
    Writer(const Handle& handle, const ExportLimits& limits, Fd folder)
        : m_handle(handle), m_limits(limits)
    {
        m_folders.push_back(std::move(folder));
    }
    Result<void> write(const Item& item);

private:
    Result<void> makeFolderAt(int parent, const Item& item);
    Result<void> writeFileAt(int parent, const Item& item);

    const Handle& m_handle;
    const ExportLimits& m_limits;
    std::vector<Fd> m_folders;  ///< open, from the export's folder down to the current one
    qint64 m_bytes = 0;
};

Result<void> Writer::write(const Item& item)
{
    m_folders.resize(static_cast<std::size_t>(item.depth) + 1);
    const int parent = m_folders.back().get();
    switch (item.form) {
        case Form::Folder:
            return makeFolderAt(parent, item);
        case Form::Link:
            if (::symlinkat(item.target.constData(), parent, item.name.constData()) != 0) {
                return failed(item.name, errno);
            }
            return {};
        case Form::File:
        case Form::Program:
            return writeFileAt(parent, item);
    }
    return {};
}

Result<void> Writer::makeFolderAt(int parent, const Item& item)
{
    if (::mkdirat(parent, item.name.constData(), 0755) != 0) {
        return failed(item.name, errno);
    }
    Fd folder(
        ::openat(parent, item.name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.isOpen() || ::fchmod(folder.get(), 0755) != 0) {
        return failed(item.name, errno);
    }
    m_folders.push_back(std::move(folder));
    return {};
}

Result<void> writeAll(int fd, QByteArrayView bytes, const QByteArray& name)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(fd, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return failed(name, errno);
        }
        bytes = bytes.sliced(written);
    }
    return {};
}

Result<void> Writer::writeFileAt(int parent, const Item& item)
{
    const Result<OdbObjectHandle> object =
        readObject(m_handle, item.id, GIT_OBJECT_BLOB, static_cast<std::size_t>(m_limits.fileBytes),
                   item.name);
    if (!object) {
        return object.error();
    }
    const QByteArrayView bytes = bytesOf(*object);
    m_bytes += bytes.size();
    if (m_bytes > m_limits.totalBytes) {
        return refused(item.name, u"is beyond the %1 that one commit may have"_s.arg(
                                      sizeText(m_limits.totalBytes)));
    }
    Fd file(::openat(parent, item.name.constData(),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.isOpen()) {
        return failed(item.name, errno);
    }
    if (const Result<void> written = writeAll(file.get(), bytes, item.name); !written) {
        return written.error();
    }
    const mode_t mode = item.form == Form::Program ? 0755 : 0644;
    if (::fchmod(file.get(), mode) != 0 || file.closeNow() != 0) {
        return failed(item.name, errno);
    }
    return {};
}

// ---- the folder ---------------------------------------------------------------------------------

struct Target {
    Fd folder;
    bool made = false;
};

Result<Target> openTarget(const QString& path)
{
    const QByteArray native = QFile::encodeName(path);
    const QString what = u"open the folder %1"_s.arg(displayText(path, 300));
    Target target;
    target.made = ::mkdir(native.constData(), 0755) == 0;
    if (!target.made && errno != EEXIST) {
        return systemError(what, errno);
    }
    target.folder = Fd(::open(native.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!target.folder.isOpen()) {
        return systemError(what, errno);
    }
    if (!QDir(path).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::System |
                            QDir::NoDotAndDotDot)) {
        return Error(ErrorKind::Conflict, u"The folder %1 is not empty. Nothing was written."_s.arg(
                                              displayText(path, 300)));
    }
    return target;
}

void takeBack(const QString& path, bool made)
{
    const QStringList names =
        QDir(path).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    for (const QString& name : names) {
        static_cast<void>(
            removeTree(path + u'/' + name));  // the first error is the one that is told
    }
    if (made) {
        static_cast<void>(removeTree(path));
    }
}

Result<void> writeItems(const Handle& handle, const std::vector<Item>& items,
                        const ExportLimits& limits, Fd folder, const CancelToken& cancel)
{
    Writer writer(handle, limits, std::move(folder));
    for (const Item& item : items) {
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        if (const Result<void> written = writer.write(item); !written) {
            return written.error();
        }
    }
    return {};
}

}  // namespace

Result<void> writeTree(const Handle& handle, const QString& revision, const QString& folder,
                       const CancelToken& cancel, const ExportLimits& limits)
{
    const Result<git_oid> commitId = resolve(handle, revision);
    if (!commitId) {
        return commitId.error();
    }
    CommitHandle commit;
    if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &*commitId);
        code < 0) {
        return gitError(code, u"read commit %1"_s.arg(idText(*commitId)));
    }
    Plan plan(handle, limits, cancel);
    if (const Result<void> listed = plan.addTree(*git_commit_tree_id(commit.get()), {}, 0);
        !listed) {
        return listed.error();
    }
    if (const Result<void> checked = plan.checkLinks(); !checked) {
        return checked.error();
    }
    Result<Target> target = openTarget(folder);
    if (!target) {
        return target.error();
    }
    Result<void> written =
        writeItems(handle, plan.items, limits, std::move(target->folder), cancel);
    if (!written) {
        takeBack(folder, target->made);
    }
    return written;
}

}  // namespace analemma::git
