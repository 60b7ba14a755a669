#include "core/git/src/discardstore.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qint64 keptBytesLimit = 512LL * 1024 * 1024;
constexpr qsizetype keptCountLimit = 500;
constexpr qint64 keptHeadLimit = 64 * 1024;
const QString keptEnding = u".discard"_s;
const QString keptSchema = u"analemma.discard.1"_s;

/// The real path of the next folder above that exists.
QString realKeptFolder(const QString& path)
{
    QString at = QDir::cleanPath(QDir(path).absolutePath());
    QString below;
    while (!QFileInfo::exists(at) && at != u"/") {
        below.prepend(u'/' + at.section(u'/', -1));
        at = QDir::cleanPath(at + u"/.."_s);
    }
    return QFileInfo(at).canonicalFilePath() + below;
}

bool isKeptId(const QString& id)
{
    return !id.isEmpty() && id.size() < 100 && !id.contains(u'/') && !id.startsWith(u'.');
}

Json keptHeadOf(const DiscardRecord& record)
{
    return {{u"schema"_s, keptSchema},
            {u"repository"_s, record.repository},
            {u"path"_s, QString::fromLatin1(record.path.toBase64())},
            {u"shown"_s, displayText(QByteArrayView(record.path), 300)},
            {u"time"_s, record.time.toString(Qt::ISODateWithMs)},
            {u"mode"_s, int(record.before.mode)},
            {u"bytes"_s, record.before.bytes.size()},
            {u"after"_s, DiscardStore::sumOf(record.after)}};
}

/// Nothing when it is no record.
std::optional<Json> readKeptHead(const QByteArray& start)
{
    const Json head = QJsonDocument::fromJson(start.left(start.indexOf('\n'))).object();
    return head[u"schema"_s].toString() == keptSchema ? std::optional<Json>(head) : std::nullopt;
}

Discarded describeKept(const QString& id, const Json& head)
{
    Discarded one;
    one.id = id;
    one.path = QByteArray::fromBase64(head[u"path"_s].toString().toLatin1());
    one.time = QDateTime::fromString(head[u"time"_s].toString(), Qt::ISODateWithMs);
    one.bytes = head[u"bytes"_s].toInteger();
    return one;
}

}  // namespace

Result<DiscardStore> DiscardStore::open(const QString& folder, const QByteArray& root)
{
    const QString real = realKeptFolder(folder);
    const QString tree = QFileInfo(QFile::decodeName(root)).canonicalFilePath();
    if (folder.isEmpty() || real == tree || real.startsWith(tree + u'/')) {
        return Error(ErrorKind::Refused,
                     u"What is discarded can not be kept in %1, inside of the work tree. Nothing "
                     u"was changed."_s.arg(displayText(folder, 300)));
    }
    if (const Result<void> made = makeFolder(real); !made) {
        return made.error();
    }
    return DiscardStore(real);
}

QString DiscardStore::sumOf(const WorkFile& file)
{
    return sha256(QByteArray::number(file.mode, 8) + '\n' + file.bytes);
}

QString DiscardStore::fileOf(const QString& id) const
{
    return m_folder + u'/' + id + keptEnding;
}

Result<Discarded> DiscardStore::keep(const DiscardRecord& record) const
{
    const Json head = keptHeadOf(record);
    const QString id = QString::number(record.time.toMSecsSinceEpoch()) + u'-' + newId();
    const QByteArray bytes =
        QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n' + record.before.bytes;
    if (const Result<void> written = writeFile(fileOf(id), bytes, 0600); !written) {
        return written.error().in(u"keep what is discarded"_s);
    }
    removeOldest();  // now that this one is there
    return describeKept(id, head);
}

void DiscardStore::removeOldest() const
{
    qint64 bytes = 0;
    // Ids begin with the time: by name is by age.
    QFileInfoList files =
        QDir(m_folder).entryInfoList({u'*' + keptEnding}, QDir::Files | QDir::Hidden, QDir::Name);
    for (const QFileInfo& file : std::as_const(files)) {
        bytes += file.size();
    }
    while (!files.isEmpty() && (bytes > keptBytesLimit || files.size() > keptCountLimit)) {
        const QFileInfo oldest = files.takeFirst();
        bytes -= oldest.size();
        QFile::remove(oldest.filePath());
    }
}

QList<Discarded> DiscardStore::list(const QString& repository) const
{
    QList<Discarded> all;
    const QStringList names =
        QDir(m_folder).entryList({u'*' + keptEnding}, QDir::Files, QDir::Name | QDir::Reversed);
    for (const QString& name : names) {
        const Result<QByteArray> start = readStart(m_folder + u'/' + name, keptHeadLimit);
        const std::optional<Json> head = start ? readKeptHead(*start) : std::nullopt;
        if (head && (*head)[u"repository"_s].toString() == repository) {
            all.append(describeKept(name.chopped(keptEnding.size()), *head));
        }
    }
    return all;
}

Result<DiscardStore::Kept> DiscardStore::read(const QString& id) const
{
    const Result<QByteArray> bytes = isKeptId(id)
                                         ? readFile(fileOf(id), workFileLimit + keptHeadLimit)
                                         : Result<QByteArray>(Error(ErrorKind::NotFound, u""_s));
    if (!bytes && bytes.error().kind == ErrorKind::NotFound) {
        return Error(ErrorKind::NotFound, u"Nothing that was discarded is kept under \"%1\"."_s.arg(
                                              displayText(id, 100)));
    }
    const std::optional<Json> head = bytes ? readKeptHead(*bytes) : std::nullopt;
    if (!head) {
        return bytes ? Error(ErrorKind::Invalid, u"%1 is damaged."_s.arg(fileOf(id)))
                     : bytes.error();
    }
    Kept kept;
    kept.record.repository = (*head)[u"repository"_s].toString();
    kept.record.path = describeKept(id, *head).path;
    kept.record.before.mode = quint32((*head)[u"mode"_s].toInt());
    kept.record.before.bytes = bytes->mid(bytes->indexOf('\n') + 1);
    kept.afterSum = (*head)[u"after"_s].toString();
    return kept;
}

Result<void> DiscardStore::forget(const QString& id) const
{
    return removeTree(fileOf(id));
}

}  // namespace analemma::git
