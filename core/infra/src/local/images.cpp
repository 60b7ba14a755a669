#include "core/infra/src/local/images.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/infra/src/manifest.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr qint64 manifestLimitBytes = 256 * 1024 * 1024;

constexpr QDir::Filters everything =
    QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;

Result<void> removeEach(const QStringList& paths)
{
    for (const QString& path : paths) {
        if (Result<void> removed = removeTree(path); !removed) {
            return removed;
        }
    }
    return {};
}

/// What lies directly in a folder of the root; nothing when the way there is a link.
QStringList contents(const QString& root, const QString& relative, const QStringList& names = {})
{
    const QString folder = insideRoot(root, relative);
    if (folder.isEmpty() || !QFileInfo(folder).isDir()) {
        return {};
    }
    QStringList paths;
    const QStringList found = QDir(folder).entryList(names, everything);
    for (const QString& name : found) {
        paths.append(folder + u'/' + name);
    }
    return paths;
}

/// Files below a folder by name pattern; links are not entered.
QStringList filesBelow(const QString& root, const QString& relative, const QStringList& names)
{
    const QString folder = insideRoot(root, relative);
    QStringList paths;
    if (!folder.isEmpty()) {
        QDirIterator files(folder, names, QDir::Files | QDir::Hidden | QDir::System,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            paths.append(files.next());
        }
    }
    return paths;
}

QStringList homeFolders(const QString& root)
{
    QStringList homes;
    const QStringList found = contents(root, u"home"_s);
    for (const QString& path : found) {
        if (!QFileInfo(path).isSymLink()) {
            homes.append(path.mid(root.size() + 1));
        }
    }
    return homes;
}

Result<Manifest> storedManifest(const Place& place)
{
    Result<QByteArray> text = readFile(place.folder + u"/manifest.json"_s, manifestLimitBytes);
    return text ? readManifest(*text) : Result<Manifest>(text.error());
}

Result<void> finishImage(const Place& place, ImageRecord& record)
{
    Result<Manifest> manifest = scanTree(place.making + u"/root"_s);
    if (!manifest) {
        return manifest.error();
    }
    record.image.digest = digestOf(*manifest);
    record.image.size = sizeOf(*manifest);
    record.boot = bootId();
    if (Result<void> written =
            writeFile(place.making + u"/manifest.json"_s, manifestText(*manifest));
        !written) {
        return written;
    }
    if (Result<void> written = writeRecord(place.making + u"/meta.json"_s, toJson(record));
        !written) {
        return written;
    }
    if (::rename(QFile::encodeName(place.making).constData(),
                 QFile::encodeName(place.folder).constData()) != 0) {
        return systemError(u"put %1 in its place"_s.arg(place.folder), errno);
    }
    return {};
}

Result<void> copyImage(const Place& place, const ImageRecord& record, const QString& serverRoot)
{
    if (Result<void> gone = discard(place); !gone) {
        return gone;
    }
    if (Result<void> made = makeFolder(place.making); !made) {
        return made;
    }
    if (Result<void> written = writeRecord(place.making + u"/meta.json"_s, toJson(record));
        !written) {
        return written;
    }
    return copyTree(serverRoot, place.making + u"/root"_s);
}

}  // namespace

Result<void> strip(const QString& root)
{
    QStringList paths =
        contents(root, u"tmp"_s) + contents(root, u"run"_s) + contents(root, u"var/tmp"_s) +
        contents(root, u"srv/secrets"_s) + contents(root, u"etc/ssh"_s, {u"ssh_host_*"_s}) +
        contents(root, u"etc"_s, {u"machine-id"_s}) + filesBelow(root, u"var/log"_s, {u"*"_s});
    for (const QString& folder : {u"srv"_s, u"var"_s, u"opt"_s, u"home"_s}) {
        paths += filesBelow(root, folder, {u"*.pid"_s, u"authorized_keys"_s});
    }
    const QStringList homes = homeFolders(root);
    for (const QString& home : homes) {
        paths += contents(root, home,
                          {u".*_history"_s, u".ssh"_s, u".lesshst"_s, u".viminfo"_s,
                           u".wget-hsts"_s, u".cache"_s, u".netrc"_s, u".git-credentials"_s});
    }
    return removeEach(paths);
}

Result<Image> takeImage(const Layout& layout, Image image, const QString& serverRoot,
                        CancelToken cancel)
{
    const Place place = layout.image(image.id);
    const QString what = u"create image %1"_s.arg(image.id);
    ImageRecord record{std::move(image), {}};
    Result<void> made = strip(serverRoot);
    if (made) {
        made = copyImage(place, record, serverRoot);
    }
    if (made && cancel.isCancelled()) {
        made = cancelledError();
    }
    if (made) {
        made = finishImage(place, record);
    }
    if (!made) {
        // The maker is alive and takes its half-made thing away; after a crash sweep() does.
        [[maybe_unused]] const Result<void> removed = removeTree(place.making);
        return made.error().in(what);
    }
    return record.image;
}

Result<ImageRecord> findImage(const Layout& layout, const QString& id)
{
    Result<Json> json = readRecord(layout.image(id).meta());
    if (!json) {
        return json.error().kind == ErrorKind::NotFound
                   ? Error(ErrorKind::NotFound,
                           u"there is no image %1 here"_s.arg(displayText(id, 100)))
                   : json.error();
    }
    return imageRecord(*json);
}

Result<QList<Image>> listImages(const Layout& layout)
{
    QList<Image> images;
    const QStringList names =
        QDir(layout.folder(u"images"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& name : names) {
        if (const Result<ImageRecord> record = findImage(layout, name)) {
            images.append(record->image);
        }
    }
    return images;
}

Result<QString> imageRoot(const Layout& layout, const QString& id)
{
    const Place place = layout.image(id);
    Result<ImageRecord> record = findImage(layout, id);
    if (!record) {
        return record.error();
    }
    if (record->boot == bootId()) {
        return place.root();
    }
    Result<Manifest> wanted = storedManifest(place);
    if (!wanted) {
        return wanted.error().in(u"image %1"_s.arg(id));
    }
    Result<Manifest> found = scanTree(place.root());
    if (!found) {
        return found.error().in(u"image %1"_s.arg(id));
    }
    const QString difference = firstDifference(*wanted, *found);
    if (!difference.isEmpty()) {
        return Error(ErrorKind::Failed, u"image %1 is not whole: %2"_s.arg(id, difference))
            .withHint(u"Bake it again; the machine may have lost power before it was on disk."_s);
    }
    record->boot = bootId();
    Result<void> written = writeRecord(place.meta(), toJson(*record));
    return written ? Result<QString>(place.root()) : Result<QString>(written.error());
}

}  // namespace analemma::infra::local
