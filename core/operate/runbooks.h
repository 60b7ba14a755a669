#pragma once

#include "core/operate/fleet.h"

/// Commands worth keeping: with a name, inputs and the servers that they are for.
namespace analemma::operate {

/// A value that is asked for before a runbook runs.
struct RunbookInput {
    QString name;                   ///< [a-z][a-z0-9_]*, at most 32
    QString description;            ///< for people
    std::optional<QString> preset;  ///< without one it must be given
    QString pattern;      ///< regular expression that the whole value must match; or empty
    bool secret = false;  ///< the value is "secret:NAME"
};

/// {{name}} in the command stands for an input: its value as one quoted word of the shell; of a
/// secret one, the path of a file that holds it.
struct Runbook {
    QString name;  ///< as isPlainName()
    QString description;
    QString command;
    QList<RunbookInput> inputs;
    QStringList query;  ///< terms of HostQuery
    int limit = 10;
    bool failFast = false;
    milliseconds timeout{0};
    [[nodiscard]] Json toJson() const;  ///< schema analemma.runbook.1
    /// Of all that decides what runs and where: what a person approves. Lower-case hexadecimal.
    [[nodiscard]] QString sha256() const;
    /// Invalid, naming the field; checks as check().
    static Result<Runbook> fromJson(const Json& json);
};

/// The names in {{…}}, each once, in their order. Other text in braces is none of ours.
QStringList placeholders(const QString& command);

/// Invalid with the place: a name or pattern that is none, {{…}} that is no input, stands within
/// quotes or in a script that is not for a POSIX shell, where quoting a value would not hold.
Result<void> check(const Runbook& runbook);

/// The request for these servers, with the inputs put in. Errors: Invalid (a value is missing,
/// does not match, is none of the inputs; a secret where none may be). Pure.
Result<FleetRequest> expand(const Runbook& runbook, const QMap<QString, QString>& values,
                            const QStringList& hosts);

/// Who wrote the text that is saved.
enum class TextSource {
    Person,  ///< who saves it, by hand: that approves it
    File     ///< anybody: it is read and approved before it runs
};

/// What a person has said about a runbook's text.
struct RunbookApproval {
    bool approved = false;           ///< about this very one
    std::optional<Runbook> earlier;  ///< what was approved under its name before, when that differs
};

/// Runbooks in the store of the workspace, which is one user's own. A text is data until its user
/// has approved it, by its hash: one that came from a file, or is not what was approved any more,
/// has to be approved (again) before it runs. Main thread.
class Runbooks : public QObject {
    Q_OBJECT
public:
    explicit Runbooks(store::Store* store);
    /// By name.
    Task<Result<QList<Runbook>>> list();
    Task<Result<Runbook>> find(QString name);
    /// Creates or replaces. What a person wrote is approved with it.
    Task<Result<void>> save(Runbook runbook, TextSource source = TextSource::Person);
    Task<Result<void>> remove(QString name);

    Task<Result<RunbookApproval>> approvalOf(Runbook runbook);
    /// In place of what was approved under its name before.
    Task<Result<void>> approve(Runbook runbook);

private:
    store::Store* m_store;
};

/// All of them as one file's text, and back: schema analemma.runbooks.1, or one runbook alone.
QByteArray runbooksToFile(const QList<Runbook>& runbooks);
Result<QList<Runbook>> runbooksFromFile(const QByteArray& bytes);

}  // namespace analemma::operate
