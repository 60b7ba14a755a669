#include "core/git/src/commits.h"

#include "core/base/text.h"
#include "core/git/src/errors.h"

#include <QStringDecoder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype bodyLimit = 64 * 1024;
constexpr std::size_t objectLimit = 16 * 1024 * 1024;
constexpr int revisionLimit = 1024;

/// The next line and what follows it.
QByteArrayView takeLine(QByteArrayView& rest)
{
    const qsizetype end = rest.indexOf('\n');
    const QByteArrayView line = end < 0 ? rest : rest.first(end);
    rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
    return line;
}

/// The value of a header line "key value".
std::optional<QByteArrayView> valueOf(QByteArrayView line, QByteArrayView key)
{
    if (line.size() > key.size() && line.startsWith(key) && line[key.size()] == ' ') {
        return line.sliced(key.size() + 1);
    }
    return std::nullopt;
}

qint64 timeOf(QByteArrayView person)
{
    const qsizetype mailEnd = person.lastIndexOf('>');
    const QByteArray after = person.sliced(mailEnd + 1).trimmed().toByteArray();
    return after.left(after.indexOf(' ')).toLongLong();
}

struct Person {
    QByteArrayView name;
    QByteArrayView email;
};

Person splitPerson(QByteArrayView line)
{
    const qsizetype open = line.indexOf('<');
    if (open < 0) {
        return {line.trimmed(), {}};
    }
    const qsizetype close = line.indexOf('>', open);
    const QByteArrayView email =
        line.sliced(open + 1, (close < 0 ? line.size() : close) - open - 1);
    return {line.first(open).trimmed(), email};
}

/// Texts are UTF-8 unless the commit's encoding line names something that this build can read.
QString decode(QByteArrayView bytes, const QByteArray& encoding)
{
    if (!encoding.isEmpty()) {
        QStringDecoder decoder(encoding.constData());
        if (decoder.isValid()) {
            return decoder.decode(bytes);
        }
    }
    return QString::fromUtf8(bytes);
}

struct Message {
    QString subject;
    QString body;
};

Message splitMessage(const QString& text)
{
    const QList<QStringView> lines = QStringView(text).split(u'\n');
    qsizetype at = 0;
    while (at < lines.size() && lines[at].trimmed().isEmpty()) {
        ++at;
    }
    QStringList subject;
    for (; at < lines.size() && !lines[at].trimmed().isEmpty(); ++at) {
        subject.append(lines[at].trimmed().toString());
    }
    while (at < lines.size() && lines[at].trimmed().isEmpty()) {
        ++at;
    }
    QStringList body;
    for (; at < lines.size(); ++at) {
        body.append(lines[at].toString());
    }
    while (!body.isEmpty() && body.last().trimmed().isEmpty()) {
        body.removeLast();
    }
    return {subject.join(u' '), body.join(u'\n')};
}

bool isReadableRevision(const QString& revision)
{
    const auto isOdd = [](QChar c) { return c < u' ' || c == QChar(0x7f) || c == u':'; };
    return !revision.isEmpty() && revision.size() <= revisionLimit &&
           std::none_of(revision.begin(), revision.end(), isOdd);
}

Error unknownRevision(const QString& revision)
{
    return Error(ErrorKind::NotFound,
                 u"No commit is called %1 in this repository."_s.arg(displayText(revision, 100)),
                 GIT_ENOTFOUND);
}

Error noCommitYet()
{
    return Error(ErrorKind::NotFound, u"This repository has no commit yet."_s, GIT_EUNBORNBRANCH);
}

}  // namespace

// ---- pure ---------------------------------------------------------------------------------------

CommitHeader parseHeader(QByteArrayView raw)
{
    CommitHeader header;
    while (!raw.isEmpty()) {
        const QByteArrayView line = takeLine(raw);
        if (line.isEmpty()) {
            break;
        }
        if (const auto parent = valueOf(line, "parent")) {
            git_oid id{};
            if (parent->size() == GIT_OID_HEXSZ &&
                git_oid_fromstrn(&id, parent->data(), GIT_OID_HEXSZ) == 0) {
                header.parents.push_back(id);
            }
        } else if (const auto committer = valueOf(line, "committer")) {
            header.time = timeOf(*committer);
            break;  // the parents stand before it
        }
    }
    return header;
}

Commit parseCommit(const QString& id, QByteArrayView raw)
{
    Commit commit;
    commit.id = id;
    const CommitHeader header = parseHeader(raw);
    for (const git_oid& parent : header.parents) {
        commit.parents.append(idText(parent));
    }
    commit.time = utcTime(header.time);
    QByteArrayView author;
    QByteArray encoding;
    while (!raw.isEmpty()) {
        const QByteArrayView line = takeLine(raw);
        if (line.isEmpty()) {
            break;
        }
        if (const auto person = valueOf(line, "author")) {
            author = *person;
        } else if (const auto name = valueOf(line, "encoding")) {
            encoding = name->toByteArray();
        }
    }
    const Person person = splitPerson(author);
    commit.author = decode(person.name, encoding);
    commit.email = decode(person.email, encoding);
    const Message message =
        splitMessage(decode(raw.first(std::min(raw.size(), bodyLimit)), encoding));
    commit.subject = message.subject;
    commit.body = message.body;
    return commit;
}

QString idText(const git_oid& id)
{
    char text[GIT_OID_HEXSZ + 1] = {};
    git_oid_tostr(text, sizeof text, &id);
    return QString::fromLatin1(text);
}

QDateTime utcTime(qint64 seconds)
{
    constexpr qint64 first = -62'167'219'200;  // 0000-01-01
    constexpr qint64 last = 253'402'300'799;   // 9999-12-31T23:59:59
    return QDateTime::fromSecsSinceEpoch(std::clamp(seconds, first, last), Qt::UTC);
}

QByteArrayView bytesOf(const OdbObjectHandle& object)
{
    return {static_cast<const char*>(git_odb_object_data(object.get())),
            static_cast<qsizetype>(git_odb_object_size(object.get()))};
}

// ---- reading ------------------------------------------------------------------------------------

Result<OdbObjectHandle> readCommitObject(const Handle& handle, const git_oid& id)
{
    const QString what = u"read commit %1"_s.arg(idText(id));
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    if (type != GIT_OBJECT_COMMIT || size > objectLimit) {
        return Error(ErrorKind::Invalid,
                     u"%1: it is not a commit, or larger than 16 MiB"_s.arg(what));
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    return object;
}

Result<git_oid> resolve(const Handle& handle, const QString& revision)
{
    if (!isReadableRevision(revision)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" does not name a commit."_s.arg(displayText(revision, 100)))
            .withHint(u"Write a branch, a tag or a commit: main, v1.2.0, a1b2c3d, HEAD~2."_s);
    }
    ObjectHandle object;
    const int code =
        git_revparse_single(out(object), handle.repository.get(), revision.toUtf8().constData());
    if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH) {
        const bool unborn =
            revision == u"HEAD" && git_repository_head_unborn(handle.repository.get()) == 1;
        git_error_clear();
        return unborn ? noCommitYet() : unknownRevision(revision);
    }
    const QString what = u"find commit %1"_s.arg(displayText(revision, 100));
    if (code < 0) {
        return gitError(code, what);
    }
    ObjectHandle commit;
    if (const int peeled = git_object_peel(out(commit), object.get(), GIT_OBJECT_COMMIT);
        peeled < 0) {
        return gitError(peeled, what);
    }
    return *git_object_id(commit.get());
}

Result<Commit> readCommit(const Handle& handle, const QString& revision)
{
    const Result<git_oid> id = resolve(handle, revision);
    if (!id) {
        return id.error();
    }
    const Result<OdbObjectHandle> object = readCommitObject(handle, *id);
    if (!object) {
        return object.error();
    }
    return parseCommit(idText(*id), bytesOf(*object));
}

Result<QList<Commit>> readCommits(const Handle& handle, const QStringList& ids)
{
    QList<Commit> commits;
    for (const QString& text : ids) {
        git_oid id{};
        if (git_oid_fromstr(&id, text.toLatin1().constData()) != 0) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\" is no id of a commit"_s.arg(displayText(text, 80)));
        }
        const Result<OdbObjectHandle> object = readCommitObject(handle, id);
        if (!object) {
            return object.error();
        }
        commits.append(parseCommit(text, bytesOf(*object)));
    }
    return commits;
}

Result<QStringList> descendantsAmong(const Handle& handle, const QString& commit,
                                     const QStringList& candidates)
{
    const Result<git_oid> wanted = resolve(handle, commit);
    if (!wanted) {
        return wanted.error();
    }
    QStringList found;
    for (const QString& text : candidates) {
        git_oid id{};
        if (git_oid_fromstr(&id, text.toLatin1().constData()) != 0) {
            continue;
        }
        const bool after = git_oid_equal(&id, &*wanted) != 0 ||
                           git_graph_descendant_of(handle.repository.get(), &id, &*wanted) == 1;
        if (after) {
            found.append(text);
        }
    }
    return found;
}

namespace {

QString readingOf(const QByteArray& path)
{
    return u"read %1"_s.arg(displayText(QByteArrayView(path), 200));
}

Result<TreeEntryHandle> entryAt(const Handle& handle, const git_oid& commitId,
                                const QByteArray& path)
{
    const QString what = readingOf(path);
    CommitHandle commit;
    if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &commitId);
        code < 0) {
        return gitError(code, what);
    }
    TreeHandle tree;
    if (const int code = git_commit_tree(out(tree), commit.get()); code < 0) {
        return gitError(code, what);
    }
    TreeEntryHandle entry;
    if (const int code = git_tree_entry_bypath(out(entry), tree.get(), path.constData());
        code < 0) {
        if (code == GIT_ENOTFOUND) {
            git_error_clear();
            return Error(ErrorKind::NotFound,
                         u"There is no file %1 at commit %2."_s.arg(
                             displayText(QByteArrayView(path), 200), idText(commitId).left(10)));
        }
        return gitError(code, what);
    }
    return entry;
}

Error notAFile(const QByteArray& path, const QString& reason)
{
    return Error(ErrorKind::Invalid,
                 u"%1 %2."_s.arg(displayText(QByteArrayView(path), 200), reason));
}

}  // namespace

Result<QByteArray> readBlob(const Handle& handle, const git_oid& id, const QByteArray& name,
                            qint64 limitBytes)
{
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const QString what = readingOf(name);
    if (const int code = git_odb_read_header(&size, &type, handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    if (type != GIT_OBJECT_BLOB) {
        return notAFile(name, u"is not a file"_s);
    }
    if (limitBytes < 0 || size > static_cast<std::size_t>(limitBytes)) {
        return notAFile(name, u"has %1, more than the %2 that are read"_s.arg(
                                  sizeText(static_cast<qint64>(size)), sizeText(limitBytes)));
    }
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), handle.odb.get(), &id); code < 0) {
        return gitError(code, what);
    }
    return bytesOf(object).toByteArray();
}

Result<QByteArray> readBlobAt(const Handle& handle, const git_oid& commit, const QByteArray& path,
                              bool links, qint64 limitBytes)
{
    if (path.isEmpty() || path.contains('\0')) {
        return notAFile("\"\"", u"is not the path of a file"_s);
    }
    const Result<TreeEntryHandle> entry = entryAt(handle, commit, path);
    if (!entry) {
        return entry.error();
    }
    const git_filemode_t mode = git_tree_entry_filemode(entry->get());
    if (mode == GIT_FILEMODE_LINK && !links) {
        return notAFile(path, u"is a link, not a file"_s);
    }
    if (mode == GIT_FILEMODE_TREE || mode == GIT_FILEMODE_COMMIT) {
        return notAFile(path, u"is a folder or a submodule, not a file"_s);
    }
    return readBlob(handle, *git_tree_entry_id(entry->get()), path, limitBytes);
}

Result<QByteArray> readFileAt(const Handle& handle, const QString& revision,
                              const QString& pathInside, qint64 limitBytes)
{
    const Result<git_oid> commit = resolve(handle, revision);
    return commit ? readBlobAt(handle, *commit, pathInside.toUtf8(), false, limitBytes)
                  : commit.error();
}

}  // namespace analemma::git
