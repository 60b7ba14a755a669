#pragma once

#include "core/base/task.h"
#include "core/store/store.h"

#include <QHash>
#include <QString>

/// Commands that are kept to be typed into a console, with places to fill in.
namespace analemma::operate {

/// `{{name}}` or `{{name|default}}` is a place for a value, `{{!name}}` for one that is not quoted.
/// Other braces are text: `{{.Names}}` is Docker's.
struct Snippet {
    QString name;
    QString text;
    qint64 revision = 0;  ///< 0: not kept yet
};

struct SnippetField {
    QString name;
    QString fallback;
    bool raw = false;  ///< goes in as it is; else as one word of the shell
    bool operator==(const SnippetField&) const = default;
};

/// The places of a text, each name once, in order. Pure.
QList<SnippetField> fieldsOf(const QString& text);
/// The text with values in their places; a missing value is the default. Pure.
QString filled(const QString& text, const QHash<QString, QString>& values);

/// The snippets of a workspace. Main thread.
class Snippets {
public:
    explicit Snippets(store::Store* store) : m_store(store) {}
    /// By name.
    Task<Result<QList<Snippet>>> list();
    /// Keeps a new one (revision 0) or a change. Errors: Invalid (name, length), Conflict (the name
    /// is taken, or somebody changed it meanwhile).
    Task<Result<Snippet>> save(Snippet snippet);
    /// Gone is done.
    Task<Result<void>> remove(QString name);

private:
    store::Store* m_store;
};

}  // namespace analemma::operate
