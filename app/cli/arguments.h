#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>

/// The command line as a table. Reading it is pure.
namespace analemma::cli {

struct Run;

struct Option {
    QString name;   ///< without the dashes
    QString value;  ///< what it takes, for the help: "DURATION"; empty: it takes nothing
    QString help;
    bool many = false;  ///< may be given several times, see Parsed::list()
    QChar letter = {};  ///< also as "-L"
};

struct Argument {
    QString name;  ///< "ENVIRONMENT"
    QString help;
    bool required = true;
    bool rest = false;  ///< takes all that follow, also what looks like an option after "--"
};

/// What a command does to the world, and so which common options it knows.
enum class Effect {
    Reads,     ///< changes nothing
    Acts,      ///< changes something at once: --dry-run
    Operates,  ///< starts an operation: --dry-run, --follow, --detach, --lock-wait
};

struct Command {
    QString noun;
    QString verb;  ///< empty: the noun alone; may be two words ("review list")
    QString summary;
    QList<Argument> arguments;
    QList<Option> options;
    Effect effect = Effect::Reads;
    bool needsWorkspace = true;
    QString details;  ///< more for its help, may be empty
    Task<Result<int>> (*body)(std::shared_ptr<Run> run) = nullptr;
    bool orPath = false;                 ///< with a path as first argument it needs no workspace
    [[nodiscard]] QString name() const;  ///< "pipeline run"
};

/// Options that every command knows, and those that come with its effect.
QList<Option> commonOptions();
QList<Option> effectOptions(Effect effect);

struct Parsed {
    const Command* command = nullptr;  ///< null: only help or version was asked for
    QStringList helpFor;               ///< with `help`: noun and verb, as far as given
    bool help = false;
    bool version = false;
    QHash<QString, QString> values;     ///< by option; "" for flags; the first one of several
    QHash<QString, QStringList> lists;  ///< of options that may be given several times
    QStringList arguments;
    [[nodiscard]] bool has(const QString& option) const { return values.contains(option); }
};

/// Reads a command line (without the program's name). Usage errors name the nearest known word.
Result<Parsed> parseArguments(const QList<Command>& commands, const QStringList& words);

QString helpText(const QList<Command>& commands);
QString helpText(const QList<Command>& commands, const QString& noun);
QString helpText(const Command& command);

}  // namespace analemma::cli
