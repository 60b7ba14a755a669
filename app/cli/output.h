#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <functional>

/// Where the command line writes to and asks, and how tables look.
namespace analemma::cli {

/// The three streams of a command, replaceable in tests.
struct Streams {
    std::function<void(const QByteArray&)> out;
    std::function<void(const QByteArray&)> err;
    bool outTerminal = false;
    bool errTerminal = false;
    /// Asks the person for one line; empty when there is nobody to ask.
    std::function<Task<Result<QString>>(QString prompt, CancelToken cancel)> ask;
    /// Asks on the terminal, also where stdin is none; with `echo` false nothing of what is typed
    /// is shown. Empty when there is no terminal.
    std::function<Task<Result<Secret>>(QString prompt, bool echo, CancelToken cancel)> askSecret;
    static Streams ofProcess();
};

/// Writes all of it, or as much as somebody reads. Blocks.
void writeAll(int descriptor, const QByteArray& bytes);

/// Rows of text, aligned. Cells pass displayText(); columns named in `right` are flush right.
struct Table {
    QStringList head;
    QList<QStringList> rows;
    QStringList right;
    /// Words of state are coloured when `colour`.
    [[nodiscard]] QString text(bool colour) const;
};

/// "name   value" lines with aligned values; empty values are left out.
QString factLines(const QList<std::pair<QString, QString>>& facts, bool colour);

/// A word of state ("ok", "failed", ...) in its colour.
QString paintState(const QString& word, bool colour);

}  // namespace analemma::cli
