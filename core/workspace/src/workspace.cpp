#include "core/workspace/workspace.h"

#include "core/base/files.h"
#include "core/base/readers.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

QString fileName()
{
    return u"analemma.yaml"_s;
}

QString hint()
{
    return u"Make a workspace with \"analemma-cli workspace init DIR\", or name one with --workspace DIR."_s;
}

}  // namespace

QString Workspace::stateFolder() const
{
    return homeFolder() + u"/workspaces/"_s + id;
}

Result<Workspace> load(const QString& file)
{
    const QString path = QFileInfo(file).isDir() ? QDir(file).filePath(fileName()) : file;
    const auto bytes = readFile(path, ReadLimits().bytes);
    if (!bytes) {
        const Error error = bytes.error();
        return error.kind == ErrorKind::NotFound ? error.withHint(hint()) : error;
    }
    return parse(*bytes, path);
}

Result<QString> find(const QString& start)
{
    const QFileInfo info(QDir::cleanPath(QFileInfo(start).absoluteFilePath()));
    const QString first = info.isDir() ? info.filePath() : info.path();
    QString folder = first;
    while (true) {
        const QString file = QDir(folder).filePath(fileName());
        if (QFileInfo(file).isFile()) {
            return file;
        }
        const QString parent = QFileInfo(folder).path();
        if (parent == folder) {
            return Error(ErrorKind::NotFound,
                         u"there is no analemma.yaml in %1 or in a folder above it"_s.arg(first))
                .withHint(hint());
        }
        folder = parent;
    }
}

}  // namespace analemma::workspace
