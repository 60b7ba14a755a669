#pragma once

#include "core/ssh/sftp.h"
#include "ui/widgets/record_model.h"

#include <optional>

/// How files are told: pure, and made on workers for whole folders.
namespace analemma::ui {

/// A side that a pane can show.
struct FileServer {
    QString name;   ///< empty: this machine
    QString label;  ///< "deploy@web-1"
    QString environment;
    bool production = false;
    QByteArray start;  ///< folder to begin in; empty: the user's own
    QString refusal;   ///< why it cannot be reached; empty: it can
};

enum class FileColumn { Name, Size, Modified, Mode, Owner };
constexpr int fileColumnCount = 5;
QList<Column> fileColumns();

/// What the Name column's Field::sort holds.
enum class FileKind { Folder, File, Link, Other };
FileKind fileKind(const ssh::FileInfo& info);

/// "drwxr-xr-x"; set-user-id, set-group-id and sticky as "ls -l" shows them.
QString modeText(const ssh::FileInfo& info);
/// "0755", "644": three or four octal digits.
std::optional<int> parseMode(const QString& text);
QString octalText(int mode);  ///< "0755"

/// Ids of rows are the names, byte for byte.
QString idOfName(const QByteArray& name);
QByteArray nameOfId(const QString& id);

/// The rows of a folder in an order: folders first, then by the column, then by name. Any thread.
QList<Record> fileRecords(std::vector<ssh::FileInfo> entries, FileColumn column,
                          Qt::SortOrder order, const QDateTime& now);

/// "a, b and 3 more" of names, made visible.
QString namesText(const QList<QByteArray>& names, int most = 6);

}  // namespace analemma::ui
