#pragma once

#include "core/git/src/handles.h"

#include <QByteArray>
#include <QDirIterator>
#include <QFile>
#include <QList>
#include <QSet>

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace analemma::git {

/// Looks at the files of the work tree themselves, never through a link.
class TreeFiles {
public:
    explicit TreeFiles(const Handle& handle)
        : m_top(git_repository_workdir(handle.repository.get()))
    {
    }

    /// A file or link; a folder is none.
    [[nodiscard]] bool hasFile(const QByteArray& path) const
    {
        const std::optional<quint32> mode = modeOf(path);
        return mode && !S_ISDIR(*mode);
    }
    /// The first parent that is no folder and stays; empty when the path can be made.
    QByteArray obstacle(const QByteArray& path, const QSet<QByteArray>& going)
    {
        for (qsizetype at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
            const QByteArray parent = path.first(at);
            if (m_folders.contains(parent)) {
                continue;
            }
            const std::optional<quint32> mode = modeOf(parent);
            if (!mode) {
                return {};
            }
            if (!S_ISDIR(*mode)) {
                return going.contains(parent) ? QByteArray() : parent;
            }
            m_folders.insert(parent);
        }
        return {};
    }
    /// A folder with a file in it that does not go.
    [[nodiscard]] bool keepsMore(const QByteArray& path, const QSet<QByteArray>& going) const
    {
        const std::optional<quint32> mode = modeOf(path);
        if (!mode || !S_ISDIR(*mode)) {
            return false;
        }
        QDirIterator files(QFile::decodeName(m_top + path),
                           QDir::Files | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            if (!going.contains(QFile::encodeName(files.next()).sliced(m_top.size()))) {
                return true;
            }
        }
        return false;
    }
    /// Deletes a file, and the folders that are empty then.
    void remove(const QByteArray& path)
    {
        if (!obstacle(path, {}).isEmpty() || !hasFile(path)) {
            return;
        }
        QFile::remove(QFile::decodeName(m_top + path));
        m_folders.clear();
        for (qsizetype at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
            if (::rmdir((m_top + path.first(at)).constData()) != 0) {
                return;
            }
        }
    }
    /// Deletes links: libgit2 1.5 would write a file through the one that stands at its path.
    void removeLinks(const QList<QByteArray>& paths)
    {
        for (const QByteArray& path : paths) {
            const std::optional<quint32> mode = modeOf(path);
            if (mode && S_ISLNK(*mode) && obstacle(path, {}).isEmpty()) {
                QFile::remove(QFile::decodeName(m_top + path));
            }
        }
    }

private:
    [[nodiscard]] std::optional<quint32> modeOf(const QByteArray& path) const
    {
        struct stat info {};
        return ::lstat((m_top + path).constData(), &info) == 0
                   ? std::optional<quint32>(info.st_mode)
                   : std::nullopt;
    }

    QByteArray m_top;
    QSet<QByteArray> m_folders;
};

}  // namespace analemma::git
