#include "core/infra/src/manifest.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra {
namespace {

constexpr qint64 manifestLimitBytes = 256 * 1024 * 1024;
constexpr int manifestLimitNodes = 20'000'000;

Result<QString> linkTarget(const QString& path)
{
    QByteArray target(4096, '\0');
    const ssize_t length =
        ::readlink(QFile::encodeName(path).constData(), target.data(), size_t(target.size()));
    if (length < 0) {
        return systemError(u"read the link %1"_s.arg(path), errno);
    }
    return QFile::decodeName(target.left(length));
}

Result<ManifestEntry> entryOf(const QString& path, const QString& relative, const struct stat& info)
{
    ManifestEntry entry;
    entry.path = relative;
    entry.mode = static_cast<int>(info.st_mode & 07777);
    Result<QString> content = QString();
    if (S_ISLNK(info.st_mode)) {
        entry.kind = 'l';
        entry.mode = 0777;
        content = linkTarget(path);
    } else if (S_ISDIR(info.st_mode)) {
        entry.kind = 'd';
    } else {
        entry.size = info.st_size;
        content = sha256(path);
    }
    if (!content) {
        return content.error();
    }
    entry.content = *content;
    return entry;
}

bool byPath(const ManifestEntry& left, const ManifestEntry& right)
{
    return left.path < right.path;
}

}  // namespace

Result<Manifest> scanTree(const QString& root)
{
    Manifest manifest;
    QDirIterator files(root, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        struct stat info {};
        if (::lstat(QFile::encodeName(path).constData(), &info) != 0) {
            return systemError(u"look at %1"_s.arg(path), errno);
        }
        if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode) && !S_ISLNK(info.st_mode)) {
            continue;
        }
        Result<ManifestEntry> entry = entryOf(path, path.mid(root.size() + 1), info);
        if (!entry) {
            return entry.error();
        }
        manifest.append(std::move(*entry));
    }
    std::sort(manifest.begin(), manifest.end(), byPath);
    return manifest;
}

QByteArray manifestText(const Manifest& manifest)
{
    QJsonArray files;
    for (const ManifestEntry& entry : manifest) {
        Json file{{u"path"_s, entry.path},
                  {u"kind"_s, QString(QLatin1Char(entry.kind))},
                  {u"mode"_s, QString::number(entry.mode, 8)}};
        if (entry.kind == 'f') {
            file.insert(u"size"_s, entry.size);
            file.insert(u"sha256"_s, entry.content);
        } else if (entry.kind == 'l') {
            file.insert(u"target"_s, entry.content);
        }
        files.append(file);
    }
    const Json json{{u"schema"_s, u"analemma.manifest.1"_s},
                    {u"digest"_s, digestOf(manifest)},
                    {u"files"_s, files}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

Result<Manifest> readManifest(const QByteArray& text)
{
    ReadLimits limits;
    limits.bytes = manifestLimitBytes;
    limits.nodes = manifestLimitNodes;
    Result<Json> json = readJsonObject(text, limits);
    if (!json) {
        return json.error();
    }
    Manifest manifest;
    const QJsonArray files = (*json)[u"files"_s].toArray();
    for (const QJsonValue& file : files) {
        ManifestEntry entry;
        entry.path = file[u"path"_s].toString();
        entry.kind = file[u"kind"_s].toString().toLatin1().leftJustified(1, 'f').at(0);
        entry.mode = file[u"mode"_s].toString().toInt(nullptr, 8);
        entry.size = file[u"size"_s].toInteger();
        entry.content = file[entry.kind == 'l' ? u"target"_s : u"sha256"_s].toString();
        manifest.append(entry);
    }
    return manifest;
}

QString digestOf(const Manifest& manifest)
{
    QByteArray text;
    for (const ManifestEntry& entry : manifest) {
        // A path may hold any byte but NUL and '/' ends no name: NUL keeps the fields apart.
        text += entry.path.toUtf8() + '\0' + entry.kind + '\0' + QByteArray::number(entry.mode, 8) +
                '\0' + entry.content.toUtf8() + '\0';
    }
    return sha256(text);
}

qint64 sizeOf(const Manifest& manifest)
{
    qint64 size = 0;
    for (const ManifestEntry& entry : manifest) {
        size += entry.size;
    }
    return size;
}

QString firstDifference(const Manifest& wanted, const Manifest& found)
{
    qsizetype i = 0;
    while (i < wanted.size() && i < found.size() && wanted[i] == found[i]) {
        ++i;
    }
    if (i >= wanted.size() && i >= found.size()) {
        return {};
    }
    if (i >= found.size() || (i < wanted.size() && wanted[i].path < found[i].path)) {
        return u"%1 is missing"_s.arg(displayText(wanted[i].path, 200));
    }
    if (i >= wanted.size() || found[i].path < wanted[i].path) {
        return u"%1 was added"_s.arg(displayText(found[i].path, 200));
    }
    return u"%1 was changed"_s.arg(displayText(wanted[i].path, 200));
}

}  // namespace analemma::infra
