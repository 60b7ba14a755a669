#include "core/git/src/reviewplaces.h"

#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/linemap.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr int reviewFilesLimit = 300;
constexpr int reviewRenamesLimit = 20;  ///< pairs of commits that are searched for renames
constexpr std::size_t reviewFileBytes = 4 * 1024 * 1024;

using BlobHandle = Owned<git_blob, git_blob_free>;
using DiffHandle = Owned<git_diff, git_diff_free>;

struct RemoteNames {
    git_strarray names{};
    RemoteNames() = default;
    ~RemoteNames() { git_strarray_dispose(&names); }
    RemoteNames(const RemoteNames&) = delete;
    RemoteNames& operator=(const RemoteNames&) = delete;
};

std::optional<git_oid> commitOfRef(const Handle& handle, const QByteArray& name)
{
    int valid = 0;
    ReferenceHandle reference;
    ObjectHandle commit;
    const bool found =
        git_reference_name_is_valid(&valid, name.constData()) == 0 && valid != 0 &&
        git_reference_lookup(out(reference), handle.repository.get(), name.constData()) == 0;
    if (!found || git_reference_peel(out(commit), reference.get(), GIT_OBJECT_COMMIT) < 0) {
        git_error_clear();
        return std::nullopt;
    }
    return *git_object_id(commit.get());
}

bool idOf(const QString& text, git_oid& id)
{
    return git_oid_fromstr(&id, text.toLatin1().constData()) == 0;
}

TreeHandle treeOf(const Handle& handle, const git_oid& commitId)
{
    CommitHandle commit;
    TreeHandle tree;
    int code = git_commit_lookup(out(commit), handle.repository.get(), &commitId);
    if (code == 0) {
        code = git_commit_tree(out(tree), commit.get());
    }
    if (code < 0) {
        git_error_clear();
    }
    return tree;
}

/// The id of a file; nothing for folders, links and what is not there.
std::optional<git_oid> fileIn(const git_tree* tree, const QByteArray& path)
{
    TreeEntryHandle entry;
    if (path.isEmpty() || git_tree_entry_bypath(out(entry), tree, path.constData()) < 0) {
        git_error_clear();
        return std::nullopt;
    }
    const git_filemode_t mode = git_tree_entry_filemode(entry.get());
    const bool isFile = mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
    return isFile ? std::optional<git_oid>(*git_tree_entry_id(entry.get())) : std::nullopt;
}

/// Null when it is too large, binary or missing.
BlobHandle textBlob(const Handle& handle, const git_oid& id)
{
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    BlobHandle blob;
    if (git_odb_read_header(&size, &type, handle.odb.get(), &id) < 0 || size > reviewFileBytes ||
        git_blob_lookup(out(blob), handle.repository.get(), &id) < 0) {
        git_error_clear();
        return nullptr;
    }
    return git_blob_is_binary(blob.get()) == 0 ? std::move(blob) : nullptr;
}

int addLineHunk(const git_diff_delta*, const git_diff_hunk* hunk, void* payload)
{
    static_cast<QList<LineHunk>*>(payload)->append(
        {hunk->old_start, hunk->old_lines, hunk->new_start, hunk->new_lines});
    return 0;
}

/// The changes between two files; nothing when they can not be compared by lines.
std::optional<QList<LineHunk>> hunksBetween(const Handle& handle, const git_oid& from,
                                            const git_oid& to)
{
    QList<LineHunk> hunks;
    if (git_oid_equal(&from, &to) != 0) {
        return hunks;
    }
    const BlobHandle before = textBlob(handle, from);
    const BlobHandle after = textBlob(handle, to);
    git_diff_options options;
    if (!before || !after || git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) < 0) {
        return std::nullopt;
    }
    options.context_lines = 0;
    options.interhunk_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    if (git_diff_blobs(before.get(), nullptr, after.get(), nullptr, &options, nullptr, nullptr,
                       &addLineHunk, nullptr, &hunks) < 0) {
        git_error_clear();
        return std::nullopt;
    }
    return hunks;
}

/// New names by old ones.
QHash<QByteArray, QByteArray> renamesBetween(const Handle& handle, git_tree* from, git_tree* to)
{
    QHash<QByteArray, QByteArray> names;
    git_diff_options options;
    git_diff_find_options finding;
    DiffHandle diff;
    if (git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) < 0 ||
        git_diff_find_options_init(&finding, GIT_DIFF_FIND_OPTIONS_VERSION) < 0 ||
        git_diff_tree_to_tree(out(diff), handle.repository.get(), from, to, &options) < 0) {
        git_error_clear();
        return names;
    }
    finding.flags = GIT_DIFF_FIND_RENAMES;
    finding.rename_limit = 400;
    if (git_diff_find_similar(diff.get(), &finding) < 0) {
        git_error_clear();
        return names;
    }
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        if (delta->status == GIT_DELTA_RENAMED) {
            names.insert(delta->old_file.path, delta->new_file.path);
        }
    }
    return names;
}

/// Places in one version, looked for in another; each pair of files is compared once.
class PlaceFinder {
public:
    explicit PlaceFinder(const Handle& handle) : m_handle(handle) {}

    void place(ReviewThread& thread, const QString& from, const QString& to)
    {
        const ReviewEvent& first = thread.comments.constFirst();
        thread.outdated = true;
        const QByteArray key = from.toLatin1() + to.toLatin1() + first.path;
        if (!m_files.contains(key)) {
            if (m_files.size() == reviewFilesLimit) {
                return;
            }
            m_files.insert(key, find(from, to, first.path));
        }
        const std::optional<File>& file = m_files[key];
        if (!file) {
            return;
        }
        thread.pathNow = file->path;
        if (first.line == 0) {
            thread.outdated = false;
        } else if (const auto line = mapLine(file->hunks, first.line)) {
            thread.lineNow = *line;
            thread.outdated = false;
        }
    }

private:
    struct File {
        QByteArray path;
        QList<LineHunk> hunks;
    };

    std::optional<File> find(const QString& from, const QString& to, const QByteArray& path)
    {
        git_oid fromId{};
        git_oid toId{};
        if (!idOf(from, fromId) || !idOf(to, toId)) {
            return std::nullopt;
        }
        const TreeHandle before = treeOf(m_handle, fromId);
        const TreeHandle after = treeOf(m_handle, toId);
        const std::optional<git_oid> file = before ? fileIn(before.get(), path) : std::nullopt;
        if (!file || !after) {
            return std::nullopt;
        }
        QByteArray now = path;
        if (!fileIn(after.get(), path)) {
            now = renamed(from + to, before.get(), after.get(), path);
        }
        const std::optional<git_oid> other = fileIn(after.get(), now);
        const auto hunks = other ? hunksBetween(m_handle, *file, *other) : std::nullopt;
        return hunks ? std::optional<File>({now, *hunks}) : std::nullopt;
    }

    QByteArray renamed(const QString& key, git_tree* from, git_tree* to, const QByteArray& path)
    {
        if (!m_renames.contains(key)) {
            if (m_renames.size() == reviewRenamesLimit) {
                return {};
            }
            m_renames.insert(key, renamesBetween(m_handle, from, to));
        }
        return m_renames[key].value(path);
    }

    const Handle& m_handle;
    QHash<QByteArray, std::optional<File>> m_files;
    QHash<QString, QHash<QByteArray, QByteArray>> m_renames;
};

}  // namespace

std::optional<git_oid> reviewTip(const Handle& handle, const QString& branch)
{
    std::optional<git_oid> tip = commitOfRef(handle, "refs/heads/" + branch.toUtf8());
    RemoteNames remotes;
    if (git_remote_list(&remotes.names, handle.repository.get()) < 0) {
        git_error_clear();
        return tip;
    }
    for (std::size_t i = 0; i < remotes.names.count; ++i) {
        const QByteArray remote(remotes.names.strings[i]);
        const auto there = commitOfRef(handle, "refs/remotes/" + remote + '/' + branch.toUtf8());
        if (there &&
            (!tip || git_graph_descendant_of(handle.repository.get(), &*there, &*tip) == 1)) {
            tip = there;
        }
    }
    return tip;
}

Result<git_oid> reviewAgainst(const Handle& handle, const QString& against)
{
    if (const std::optional<git_oid> tip = reviewTip(handle, against)) {
        return *tip;
    }
    // The name comes from anybody: git's operators would search whole histories for a pattern.
    if (std::any_of(against.begin(), against.end(),
                    [](QChar c) { return u"^~@{}"_s.contains(c); })) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" can not be the base of a review."_s.arg(displayText(against, 100)))
            .withHint(u"Name a branch, a tag or a commit."_s);
    }
    return resolve(handle, against);
}

Result<std::optional<git_oid>> reviewBase(const Handle& handle, const git_oid& tip,
                                          const git_oid& against)
{
    git_oid base{};
    const int code = git_merge_base(&base, handle.repository.get(), &tip, &against);
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return std::optional<git_oid>();
    }
    return code < 0 ? Result<std::optional<git_oid>>(
                          gitError(code, u"find where the branch left its base"_s))
                    : Result<std::optional<git_oid>>(base);
}

Result<void> checkReviewLine(const Handle& handle, const git_oid& commit, const QByteArray& path,
                             int line)
{
    const QString where =
        u"%1 at %2"_s.arg(displayText(QByteArrayView(path), 200), idText(commit).left(10));
    const TreeHandle tree = treeOf(handle, commit);
    const std::optional<git_oid> file = tree ? fileIn(tree.get(), path) : std::nullopt;
    if (!file) {
        return Error(ErrorKind::NotFound,
                     u"There is no file %1. The comment was not written."_s.arg(where));
    }
    if (line == 0) {
        return {};
    }
    const BlobHandle blob = textBlob(handle, *file);
    if (!blob) {
        return Error(ErrorKind::Invalid,
                     u"%1 is binary or too large to have lines. The comment was not written."_s.arg(
                         where))
            .withHint(u"Comment on the file, without a line."_s);
    }
    const QByteArrayView text(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                              qsizetype(git_blob_rawsize(blob.get())));
    const auto breaks = std::count(text.begin(), text.end(), '\n');
    const auto lines = breaks + (text.isEmpty() || text.back() == '\n' ? 0 : 1);
    return line <= lines
               ? Result<void>()
               : Error(ErrorKind::NotFound,
                       u"%1 has %2 lines, not %3. The comment was not written."_s.arg(where)
                           .arg(lines)
                           .arg(line));
}

void placeThreads(const Handle& handle, Review& review)
{
    PlaceFinder finder(handle);
    for (ReviewThread& thread : review.threads) {
        const ReviewEvent& first = thread.comments.constFirst();
        if (!first.path.isEmpty()) {
            finder.place(thread, first.old ? first.base : first.commit,
                         first.old ? review.base : review.tip);
        }
    }
}

}  // namespace analemma::git
