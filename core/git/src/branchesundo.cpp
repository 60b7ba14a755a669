#include "core/git/src/branchesundo.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/room.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using TreeBuilderHandle = Owned<git_treebuilder, git_treebuilder_free>;
using ConfigIteratorHandle = Owned<git_config_iterator, git_config_iterator_free>;

constexpr qint64 logLimit = 4 * 1024 * 1024;
constexpr qsizetype blobLimit = 16 * 1024 * 1024;
constexpr int tagDepth = 8;

/// What a record holds: the files of its tree. Tag objects stand outermost first.
struct RefRecord {
    QByteArray name;
    QByteArray target;
    QByteArray log;
    QByteArray settings;  ///< "remote\0origin\0merge\0refs/heads/main\0"
    QList<QByteArray> tags;
};

std::optional<Ref::Kind> recordKind(const QByteArray& name)
{
    int valid = 0;
    if (git_reference_name_is_valid(&valid, name.constData()) < 0 || valid == 0) {
        return std::nullopt;
    }
    return name.startsWith("refs/heads/")  ? std::optional(Ref::Kind::Branch)
           : name.startsWith("refs/tags/") ? std::optional(Ref::Kind::Tag)
                                           : std::nullopt;
}

QString shortName(const QByteArray& name)
{
    return QString::fromUtf8(name.sliced(name.indexOf('/', 5) + 1));
}

// ---- writing ------------------------------------------------------------------------------------

/// The end of the ref log, from a whole line on.
QByteArray readLog(const Handle& handle, const QByteArray& name)
{
    QFile file(refLogFile(handle, name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const bool cut = file.size() > logLimit && file.seek(file.size() - logLimit);
    QByteArray bytes = file.read(logLimit);
    return cut ? bytes.sliced(bytes.indexOf('\n') + 1) : bytes;
}

/// The repository's own settings; null when they can not be read.
ConfigHandle ownConfig(const Handle& handle)
{
    ConfigHandle all;
    ConfigHandle own;
    int code = git_repository_config(out(all), handle.repository.get());
    if (code == 0) {
        code = git_config_open_level(out(own), all.get(), GIT_CONFIG_LEVEL_LOCAL);
    }
    if (code < 0) {
        git_error_clear();
    }
    return own;
}

QByteArray readSettings(const Handle& handle, const QByteArray& branch)
{
    QByteArray settings;
    const ConfigHandle own = ownConfig(handle);
    ConfigIteratorHandle iterator;
    const int code = own ? git_config_iterator_new(out(iterator), own.get()) : -1;
    if (code < 0) {
        git_error_clear();
        return settings;
    }
    const QByteArray prefix = "branch." + branch + '.';
    git_config_entry* entry = nullptr;
    while (git_config_next(&entry, iterator.get()) == 0 && settings.size() < logLimit) {
        const QByteArray name(entry->name);
        if (name.startsWith(prefix) && entry->value != nullptr) {
            settings += name.sliced(prefix.size()) + '\0' + entry->value + '\0';
        }
    }
    git_error_clear();
    return settings;
}

/// The tag objects from `id` down to what is none.
Result<QList<QByteArray>> readTags(const Handle& handle, git_oid id)
{
    QList<QByteArray> tags;
    for (int depth = 0; depth < tagDepth; ++depth) {
        Owned<git_tag, git_tag_free> tag;
        if (git_tag_lookup(out(tag), handle.repository.get(), &id) < 0) {
            git_error_clear();
            return tags;
        }
        OdbObjectHandle object;
        if (const int code = git_odb_read(out(object), handle.odb.get(), &id); code < 0) {
            return gitError(code, u"read the tag"_s);
        }
        if (git_odb_object_size(object.get()) > blobLimit) {
            break;
        }
        tags.append(bytesOf(object).toByteArray());
        id = *git_tag_target_id(tag.get());
    }
    return Error(ErrorKind::Unsupported,
                 u"The tag is too large, or too many tags of tags. It was not deleted."_s);
}

int addFile(const Handle& handle, git_treebuilder* tree, const QByteArray& name,
            const QByteArray& bytes)
{
    git_oid id{};
    const int code = git_blob_create_from_buffer(&id, handle.repository.get(), bytes.constData(),
                                                 static_cast<std::size_t>(bytes.size()));
    return code < 0
               ? code
               : git_treebuilder_insert(nullptr, tree, name.constData(), &id, GIT_FILEMODE_BLOB);
}

Result<git_oid> writeRecord(const Handle& handle, const RefRecord& record, const git_commit* parent)
{
    TreeBuilderHandle builder;
    int code = git_treebuilder_new(out(builder), handle.repository.get(), nullptr);
    QList<std::pair<QByteArray, QByteArray>> files{{"name", record.name},
                                                   {"target", record.target},
                                                   {"log", record.log},
                                                   {"settings", record.settings}};
    for (qsizetype i = 0; i < record.tags.size(); ++i) {
        files.append({"tag" + QByteArray::number(i), record.tags[i]});
    }
    for (const auto& [name, bytes] : std::as_const(files)) {
        code = code < 0 ? code : addFile(handle, builder.get(), name, bytes);
    }
    git_oid treeId{};
    TreeHandle tree;
    SignatureHandle who;
    git_oid id{};
    code = code < 0 ? code : git_treebuilder_write(&treeId, builder.get());
    code = code < 0 ? code : git_tree_lookup(out(tree), handle.repository.get(), &treeId);
    code = code < 0 ? code : git_signature_now(out(who), "Analemma", "analemma@localhost");
    if (code == 0) {
        const git_commit* parents[] = {parent};
        const QByteArray message = "deleted " + record.name + '\n';
        code = createCommit(&id, handle.repository.get(), nullptr, who.get(), who.get(), nullptr,
                            message.constData(), tree.get(), 1, parents);
    }
    return code < 0 ? Result<git_oid>(gitError(code, u"write down what is deleted"_s))
                    : Result<git_oid>(id);
}

// ---- reading ------------------------------------------------------------------------------------

Error noRecord(const QString& record)
{
    return Error(ErrorKind::NotFound,
                 u"%1 is no record of a deleted branch or tag, or git has cleared it away."_s.arg(
                     displayText(record, 60)));
}

std::optional<QByteArray> recordFile(const Handle& handle, git_tree* tree, const QByteArray& name)
{
    const git_tree_entry* entry = git_tree_entry_byname(tree, name.constData());
    Owned<git_blob, git_blob_free> blob;
    if (entry != nullptr) {
        git_blob_lookup(out(blob), handle.repository.get(), git_tree_entry_id(entry));
        git_error_clear();
    }
    if (!blob || git_blob_rawsize(blob.get()) > blobLimit) {
        return std::nullopt;
    }
    return QByteArray(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                      static_cast<qsizetype>(git_blob_rawsize(blob.get())));
}

std::optional<RefRecord> readRecord(const Handle& handle, const QString& text)
{
    const Result<TreeHandle> tree = text.isEmpty() ? noRecord(text) : treeOf(handle, text);
    if (!tree) {
        return std::nullopt;
    }
    const auto name = recordFile(handle, tree->get(), "name");
    const auto target = recordFile(handle, tree->get(), "target");
    const auto log = recordFile(handle, tree->get(), "log");
    const auto settings = recordFile(handle, tree->get(), "settings");
    if (!name || !target || !log || !settings || !recordKind(*name)) {
        return std::nullopt;
    }
    RefRecord record{*name, *target, *log, *settings, {}};
    for (int i = 0; i < tagDepth; ++i) {
        if (auto tag = recordFile(handle, tree->get(), "tag" + QByteArray::number(i))) {
            record.tags.append(*tag);
        }
    }
    return record;
}

/// Records are values that anybody can write: only settings that lead to no program come back.
bool isHarmless(const QByteArray& key, const QByteArray& value)
{
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-' || c == '/';
    };
    if (key == "description") {
        return true;
    }
    return (key == "remote" || key == "merge" || key == "rebase" || key == "pushremote") &&
           !value.startsWith('-') && std::all_of(value.begin(), value.end(), isPlain);
}

void restoreSettings(const Handle& handle, const RefRecord& record)
{
    const ConfigHandle own = ownConfig(handle);
    if (!own) {
        return;
    }
    const QList<QByteArray> parts = record.settings.split('\0');
    for (qsizetype i = 0; i + 1 < parts.size(); i += 2) {
        if (isHarmless(parts[i], parts[i + 1])) {
            const QByteArray key = "branch." + record.name.sliced(11) + '.' + parts[i];
            git_config_set_multivar(own.get(), key.constData(), "^$", parts[i + 1].constData());
        }
    }
    git_error_clear();
}

/// Gives back the file that it made, or nothing.
Result<QString> restoreLog(const Handle& handle, const RefRecord& record)
{
    const QString path = refLogFile(handle, record.name);
    if (record.log.isEmpty() || QFileInfo::exists(path)) {
        return QString();
    }
    QDir().mkpath(QFileInfo(path).path());
    const Result<void> written = writeFile(path, record.log, 0644);
    return written ? Result<QString>(path) : written.error();
}

}  // namespace

QString refLogFile(const Handle& handle, const QByteArray& name)
{
    return QFile::decodeName(git_repository_commondir(handle.repository.get())) + u"logs/"_s +
           QFile::decodeName(name);
}

Result<git_oid> commitUnder(git_reference* reference)
{
    ObjectHandle commit;
    if (const int code = git_reference_peel(out(commit), reference, GIT_OBJECT_COMMIT); code < 0) {
        return gitError(code, u"read %1"_s.arg(
                                  displayText(QByteArrayView(git_reference_name(reference)), 120)));
    }
    return *git_object_id(commit.get());
}

Result<ReferenceHandle> refAt(const Handle& handle, const QByteArray& name, const QString& expected)
{
    ReferenceHandle reference;
    const QString shown = displayText(shortName(name), 100);
    const int code =
        git_reference_lookup(out(reference), handle.repository.get(), name.constData());
    if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC) {
        git_error_clear();
        const QString what = name.startsWith("refs/tags/") ? u"tag"_s : u"branch"_s;
        return Error(ErrorKind::NotFound, u"There is no %1 %2."_s.arg(what, shown), code);
    }
    if (code < 0) {
        return gitError(code, u"read %1"_s.arg(shown));
    }
    const Result<git_oid> id = commitUnder(reference.get());
    if (!id) {
        return id.error();
    }
    if (!expected.isEmpty() && idText(*id) != expected) {
        Error error(ErrorKind::Conflict,
                    u"%1 has moved: it was at %2 and is at %3. Nothing was changed."_s.arg(
                        shown, displayText(expected.left(10)), idText(*id).left(10)));
        error.details.insert(u"commit"_s, idText(*id));
        return error.withHint(u"Look at it again, then repeat what you wanted."_s);
    }
    return reference;
}

Result<Deleted> recordRef(const Handle& handle, git_reference* reference)
{
    RefRecord record;
    record.name = git_reference_name(reference);
    const git_oid* target = git_reference_target(reference);
    const std::optional<Ref::Kind> kind = recordKind(record.name);
    if (target == nullptr || !kind) {
        return Error(ErrorKind::Unsupported,
                     u"%1 is another name of a branch, which can not be brought back. It was not "
                     u"deleted."_s.arg(displayText(shortName(record.name), 100)));
    }
    record.target = idText(*target).toLatin1();
    record.log = readLog(handle, record.name);
    if (*kind == Ref::Kind::Branch) {
        record.settings = readSettings(handle, record.name.sliced(11));
    }
    Result<QList<QByteArray>> tags = readTags(handle, *target);
    if (!tags) {
        return tags.error();
    }
    record.tags = *tags;
    const Result<git_oid> id = commitUnder(reference);
    const Result<CommitHandle> commit = id ? commitOf(handle, *id) : id.error();
    const Result<git_oid> written =
        commit ? writeRecord(handle, record, commit->get()) : commit.error();
    if (!written) {
        return written.error();
    }
    return Deleted{*kind, shortName(record.name), idText(*id), idText(*written)};
}

Result<Deleted> restoreRef(const Handle& handle, const QString& text)
{
    const std::optional<RefRecord> record = readRecord(handle, text);
    const Result<git_oid> target =
        record ? idOf(QString::fromLatin1(record->target)) : noRecord(text);
    if (!target) {
        return noRecord(text);
    }
    for (const QByteArray& tag : record->tags) {
        git_oid id{};
        if (const int code = git_odb_write(&id, handle.odb.get(), tag.constData(),
                                           static_cast<std::size_t>(tag.size()), GIT_OBJECT_TAG);
            code < 0) {
            return gitError(code, u"write the tag"_s);
        }
    }
    ReferenceHandle present;
    const QString shown = displayText(shortName(record->name), 100);
    const bool exists =
        git_reference_lookup(out(present), handle.repository.get(), record->name.constData()) == 0;
    git_error_clear();
    const Error there(ErrorKind::Conflict, u"There is %1 again. It was left as it is."_s.arg(shown),
                      GIT_EEXISTS);
    if (exists) {
        return there;
    }
    const Result<QString> madeLog = restoreLog(handle, *record);
    if (!madeLog) {
        return madeLog.error();
    }
    const QByteArray log = "branch: Created from " + record->target;
    ReferenceHandle made;
    const int code = git_reference_create(out(made), handle.repository.get(),
                                          record->name.constData(), &*target, 0, log.constData());
    if (code < 0) {
        const Error error = gitError(code, u"bring back %1"_s.arg(shown));
        if (!madeLog->isEmpty() && code != GIT_EEXISTS) {
            QFile::remove(*madeLog);
        }
        return code == GIT_EEXISTS ? there : error;
    }
    const Ref::Kind kind = *recordKind(record->name);
    if (kind == Ref::Kind::Branch) {
        restoreSettings(handle, *record);
    }
    const Result<git_oid> commit = commitUnder(made.get());
    return commit ? Result<Deleted>(Deleted{kind, shortName(record->name), idText(*commit), text})
                  : commit.error();
}

}  // namespace analemma::git
