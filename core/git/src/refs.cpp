#include "core/git/src/refs.h"

#include "core/base/text.h"
#include "core/git/review.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/historywalk.h"
#include "core/git/src/reftable.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr int refLimit = 500'000;
constexpr qsizetype watchedFolderLimit = 500;

struct Named {
    Ref::Kind kind;
    QString name;
};

/// A ref's kind and short name by its full one; nothing for notes, stashes and the like.
std::optional<Named> kindOf(const QString& fullName)
{
    const std::pair<QString, Ref::Kind> kinds[] = {{u"refs/heads/"_s, Ref::Kind::Branch},
                                                   {u"refs/remotes/"_s, Ref::Kind::RemoteBranch},
                                                   {u"refs/tags/"_s, Ref::Kind::Tag}};
    for (const auto& [prefix, kind] : kinds) {
        if (fullName.startsWith(prefix)) {
            return Named{kind, fullName.sliced(prefix.size())};
        }
    }
    return std::nullopt;
}

std::optional<Ref> madeRef(const Handle& handle, const CommitGraph* graph, const StoredRef& stored)
{
    const std::optional<Named> named = kindOf(QString::fromUtf8(stored.name));
    const bool isRemoteHead =
        named && named->kind == Ref::Kind::RemoteBranch && !stored.symbolic.isEmpty();
    if (!named || isRemoteHead) {
        return std::nullopt;
    }
    const std::optional<git_oid> commit = commitOf(handle, graph, stored);
    if (!commit) {
        return std::nullopt;
    }
    Ref ref;
    ref.kind = named->kind;
    ref.name = named->name;
    ref.commit = idText(*commit);
    ref.annotated = ref.kind == Ref::Kind::Tag && git_oid_equal(&*commit, &stored.id) == 0;
    return ref;
}

/// "ref: refs/heads/main" or an id.
QByteArray targetText(const git_reference* reference)
{
    if (git_reference_type(reference) == GIT_REFERENCE_SYMBOLIC) {
        return QByteArray("ref: ") + git_reference_symbolic_target(reference);
    }
    const git_oid* id = git_reference_target(reference);
    return id != nullptr ? idText(*id).toLatin1() : QByteArray();
}

void addFolders(RefsSeen& seen, const QString& top)
{
    if (!QFileInfo(top).isDir()) {
        return;
    }
    seen.folders.append(top);
    QDirIterator folders(top, QDir::Dirs | QDir::Hidden | QDir::NoSymLinks | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    while (folders.hasNext()) {
        if (seen.folders.size() >= watchedFolderLimit) {
            seen.all = false;
            return;
        }
        seen.folders.append(folders.next());
    }
}

Error tagElsewhere(const QString& name, const QString& commit)
{
    Error error(ErrorKind::Conflict,
                u"The tag %1 exists already, on commit %2. It was not moved."_s.arg(
                    displayText(name, 100), commit.left(10)));
    error.details.insert(u"commit"_s, commit);
    return error;
}

enum class Standing { Absent, Same };

Result<Standing> findTag(const Handle& handle, const QString& name, const git_oid& commit)
{
    ReferenceHandle reference;
    const QByteArray fullName = "refs/tags/" + name.toUtf8();
    const int code =
        git_reference_lookup(out(reference), handle.repository.get(), fullName.constData());
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return Standing::Absent;
    }
    const QString what = u"read the tag %1"_s.arg(displayText(name, 100));
    if (code < 0) {
        return gitError(code, what);
    }
    ObjectHandle peeled;
    if (const int failed = git_reference_peel(out(peeled), reference.get(), GIT_OBJECT_COMMIT);
        failed < 0) {
        return gitError(failed, what);
    }
    if (git_oid_equal(git_object_id(peeled.get()), &commit) == 0) {
        return tagElsewhere(name, idText(*git_object_id(peeled.get())));
    }
    return Standing::Same;
}

}  // namespace

// ---- reading ------------------------------------------------------------------------------------

Result<void> forEachRef(const Handle& handle, const char* glob,
                        const std::function<void(git_reference*)>& each)
{
    ReferenceIteratorHandle iterator;
    git_repository* repository = handle.repository.get();
    const int begun = glob != nullptr
                          ? git_reference_iterator_glob_new(out(iterator), repository, glob)
                          : git_reference_iterator_new(out(iterator), repository);
    if (begun < 0) {
        return gitError(begun, u"read the branches and tags"_s);
    }
    for (int count = 0;; ++count) {
        ReferenceHandle reference;
        const int code = git_reference_next(out(reference), iterator.get());
        if (code == GIT_ITEROVER) {
            return {};
        }
        if (code < 0) {
            return gitError(code, u"read the branches and tags"_s);
        }
        if (count == refLimit) {
            return Error(ErrorKind::Invalid,
                         u"The repository has more than %1 branches and tags."_s.arg(refLimit));
        }
        each(reference.get());
    }
}

Result<Head> readHead(const Handle& handle)
{
    ReferenceHandle reference;
    if (const int code = git_reference_lookup(out(reference), handle.repository.get(), "HEAD");
        code < 0) {
        return gitError(code, u"read HEAD"_s);
    }
    Head head;
    if (git_reference_type(reference.get()) == GIT_REFERENCE_SYMBOLIC) {
        const QString target = QString::fromUtf8(git_reference_symbolic_target(reference.get()));
        const std::optional<Named> named = kindOf(target);
        head.branch = named ? named->name : target;
    }
    ObjectHandle commit;
    const int code = git_reference_peel(out(commit), reference.get(), GIT_OBJECT_COMMIT);
    if (code == GIT_ENOTFOUND && !head.branch.isEmpty()) {
        git_error_clear();  // unborn
        return head;
    }
    if (code < 0) {
        return gitError(code, u"read HEAD"_s);
    }
    head.commit = idText(*git_object_id(commit.get()));
    return head;
}

Result<QList<Ref>> readRefs(const Handle& handle)
{
    const Result<std::vector<StoredRef>> stored = readStoredRefs(handle);
    if (!stored) {
        return stored.error();
    }
    const std::shared_ptr<const CommitGraph> graph = usableGraph(handle);
    QList<Ref> refs;
    for (const StoredRef& one : *stored) {
        if (std::optional<Ref> ref = madeRef(handle, graph.get(), one)) {
            refs.append(std::move(*ref));
        }
    }
    std::sort(refs.begin(), refs.end(), [](const Ref& a, const Ref& b) {
        return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
    });
    return refs;
}

Result<std::vector<git_oid>> readTips(const Handle& handle, const QStringList& revisions)
{
    std::vector<git_oid> tips;
    for (const QString& revision : revisions) {
        const Result<git_oid> id = resolve(handle, revision);
        if (!id) {
            return id.error();
        }
        tips.push_back(*id);
    }
    if (!revisions.isEmpty()) {
        return tips;
    }
    const Result<Head> head = readHead(handle);
    const Result<std::vector<StoredRef>> refs = head ? readStoredRefs(handle) : head.error();
    if (!refs) {
        return refs.error();
    }
    git_oid id{};
    if (!head->commit.isEmpty() && git_oid_fromstr(&id, head->commit.toLatin1().constData()) == 0) {
        tips.push_back(id);
    }
    const std::shared_ptr<const CommitGraph> graph = usableGraph(handle);
    for (const StoredRef& ref : *refs) {
        const std::optional<git_oid> commit =
            kindOf(QString::fromUtf8(ref.name)) ? commitOf(handle, graph.get(), ref) : std::nullopt;
        if (commit) {
            tips.push_back(*commit);
        }
    }
    return tips;
}

Result<RefsSeen> lookAtRefs(const Handle& handle)
{
    const Result<std::vector<StoredRef>> refs = readStoredRefs(handle);
    if (!refs) {
        return refs.error();
    }
    ReferenceHandle head;
    if (const int code = git_reference_lookup(out(head), handle.repository.get(), "HEAD");
        code < 0) {
        return gitError(code, u"read HEAD"_s);
    }
    RefsSeen seen;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(targetText(head.get()));
    const QByteArray reviews = reviewRef().toLatin1();
    for (const StoredRef& ref : *refs) {
        if (kindOf(QString::fromUtf8(ref.name)) || ref.name == reviews) {
            hash.addData('\n' + ref.name + ' ' + ref.symbolic + ' ');
            hash.addData(QByteArrayView(reinterpret_cast<const char*>(ref.id.id), GIT_OID_RAWSZ));
        }
    }
    seen.digest = hash.result();
    const QString own = QString::fromUtf8(git_repository_path(handle.repository.get()));
    const QString common = QString::fromUtf8(git_repository_commondir(handle.repository.get()));
    seen.folders = {QDir::cleanPath(own)};
    if (QDir::cleanPath(common) != seen.folders.first()) {
        seen.folders.append(QDir::cleanPath(common));
    }
    addFolders(seen, common + u"refs"_s);
    for (const QString& file : {own + u"HEAD"_s, common + u"packed-refs"_s}) {
        if (QFileInfo::exists(file)) {
            seen.files.append(file);
        }
    }
    return seen;
}

// ---- writing ------------------------------------------------------------------------------------

Result<SignatureHandle> makeSignature(const QString& name, const QString& email,
                                      const QDateTime& time)
{
    const auto isOdd = [](QChar c) { return c == u'<' || c == u'>' || c < u' '; };
    for (const QString& text : {name, email}) {
        if (text.trimmed().isEmpty() || std::any_of(text.begin(), text.end(), isOdd)) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\" can not stand as a name or address in a repository: it is empty "
                         u"or has < > or a "
                         u"line break in it."_s.arg(displayText(text, 100)));
        }
    }
    SignatureHandle signature;
    const int code = git_signature_new(out(signature), name.toUtf8().constData(),
                                       email.toUtf8().constData(), time.toSecsSinceEpoch(), 0);
    if (code < 0) {
        return gitError(code, u"write the name %1"_s.arg(displayText(name, 100)));
    }
    return signature;
}

Result<void> makeTag(const Handle& handle, const QString& name, const QString& commit,
                     const QString& message, const QString& taggerName, const QString& taggerEmail)
{
    int valid = 0;
    if (git_tag_name_is_valid(&valid, name.toUtf8().constData()) < 0 || valid == 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"\"%1\" can not be the name of a tag."_s.arg(displayText(name, 100)));
    }
    const Result<git_oid> id = resolve(handle, commit);
    if (!id) {
        return id.error();
    }
    const Result<Standing> standing = findTag(handle, name, *id);
    if (!standing) {
        return standing.error();
    }
    if (*standing == Standing::Same) {
        return {};
    }
    const Result<SignatureHandle> tagger =
        makeSignature(taggerName, taggerEmail, QDateTime::currentDateTimeUtc());
    if (!tagger) {
        return tagger.error();
    }
    const QString what = u"make the tag %1"_s.arg(displayText(name, 100));
    ObjectHandle target;
    if (const int code =
            git_object_lookup(out(target), handle.repository.get(), &*id, GIT_OBJECT_COMMIT);
        code < 0) {
        return gitError(code, what);
    }
    git_oid made{};
    const int code = git_tag_create(&made, handle.repository.get(), name.toUtf8().constData(),
                                    target.get(), tagger->get(), message.toUtf8().constData(), 0);
    if (code == GIT_EEXISTS) {  // another program was quicker
        const Error error = gitError(code, what);
        const Result<Standing> now = findTag(handle, name, *id);
        if (!now) {
            return now.error();
        }
        return *now == Standing::Same ? Result<void>() : Result<void>(error);
    }
    return code < 0 ? Result<void>(gitError(code, what)) : Result<void>();
}

}  // namespace analemma::git
