#pragma once

#include "core/base/descriptor.h"
#include "tests/git/networkground.h"
#include "tests/git/twins.h"

#include <QDirIterator>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

/// A small disk that can be filled up to a given number of blocks, and what lies on it.
namespace gitfixture {

/// A tmpfs of which this process has the only view.
class SmallDisk {
public:
    explicit SmallDisk(QString folder) : m_folder(std::move(folder)) {}

    [[nodiscard]] QString path(const QString& name) const { return m_folder + u'/' + name; }

    /// From here on there is room for so many blocks.
    void leave(int blocks)
    {
        const QByteArray name = QFile::encodeName(path(u"filler"_s));
        const Descriptor file(::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        struct statvfs disk {};
        QVERIFY(file.valid() && ::fstatvfs(file.get(), &disk) == 0);
        const qint64 block = qint64(disk.f_frsize);
        const qint64 now = ::lseek(file.get(), 0, SEEK_END);
        const qint64 size = now + (qint64(disk.f_bavail) - blocks) * block;
        if (size < now) {
            QCOMPARE(::ftruncate(file.get(), std::max<qint64>(size, 0)), 0);
        } else if (size > now) {
            QCOMPARE(::posix_fallocate(file.get(), now, size - now), 0);
        }
    }
    void makeRoom() { QFile::remove(path(u"filler"_s)); }

private:
    QString m_folder;
};

/// All files and folders below, but for objects; the index of a repository as what is in it.
inline QMap<QString, QByteArray> contentOf(const QString& root)
{
    QMap<QString, QByteArray> all;
    QDirIterator it(root, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QFileInfo info(it.next());
        const QString name = info.filePath().sliced(root.size() + 1);
        const bool isGit = name.contains(u".git/"_s) || name.endsWith(u".git"_s);
        if (name.contains(u"/objects/"_s) || name.endsWith(u"ORIG_HEAD"_s) ||
            (isGit && info.isDir())) {
            continue;
        }
        all.insert(name, info.isSymLink() ? "-> " + info.symLinkTarget().toUtf8()
                         : info.isDir()   ? QByteArray("folder")
                                          : QByteArray::number(int(info.isExecutable())) + ' ' +
                                              Ground::read(info.filePath()));
    }
    return all;
}

/// What differs, by name; an index that was written anew with the same in it does not.
inline QStringList changesSince(const QMap<QString, QByteArray>& before, const QString& root,
                                const QString& index, const QString& indexBefore)
{
    const QMap<QString, QByteArray> now = contentOf(root);
    QStringList apart;
    QStringList names = before.keys() + now.keys();
    names.removeDuplicates();
    for (const QString& name : std::as_const(names)) {
        const bool same =
            before.contains(name) == now.contains(name) && before.value(name) == now.value(name);
        if (!same && !(name.endsWith(u".git/index"_s) && index == indexBefore)) {
            apart.append(u"%1 (%2 -> %3)"_s.arg(name)
                             .arg(before.contains(name) ? before.value(name).size() : -1)
                             .arg(now.contains(name) ? now.value(name).size() : -1));
        }
    }
    return apart;
}

/// Locks and files that were to become others.
inline QStringList litterIn(const QString& root)
{
    QStringList found;
    QDirIterator it(root, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString name = QFileInfo(it.next()).fileName();
        if (name.endsWith(u".lock"_s) || name.startsWith(u"tmp_"_s) ||
            name.contains(u".analemma"_s) || name.startsWith(u"analemma-"_s) ||
            name.startsWith(u".new-"_s) || name.contains(u".clone-"_s)) {
            found.append(it.filePath());
        }
    }
    return found;
}

/// Lines that do not compress well.
inline QByteArray noiseLines(int lines, quint32 seed)
{
    QByteArray text;
    for (int i = 0; i < lines; ++i) {
        text += noise(30, seed * 1000 + quint32(i)).toHex() + '\n';
    }
    return text;
}

}  // namespace gitfixture
