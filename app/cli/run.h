#pragma once

#include "app/cli/arguments.h"
#include "app/cli/exit_code.h"
#include "app/cli/output.h"
#include "app/cli/turns.h"
#include "app/services.h"

/// One command under way: what it was asked, where it writes, what it works on.
namespace analemma::cli {

/// Ctrl-C, once and twice. Copies share their state.
struct Interrupt {
    CancelToken first;   ///< ends waiting; an operation under way is cancelled
    CancelToken second;  ///< leaves at once; an operation under way stays interrupted
    void raise() const;
};

struct Run {
    Parsed parsed;
    Streams streams;
    QString directory;  ///< the current folder
    Interrupt interrupt;
    std::unique_ptr<app::Services> services;  ///< when the command needs a workspace
    bool json = false;
    bool yes = false;
    bool dryRun = false;
    bool follow = false;
    bool detach = false;
    bool colour = false;        ///< of stdout
    bool liveProgress = false;  ///< stderr can be painted over
    milliseconds lockWait{0};
    bool timedOut = false;  ///< --timeout passed
    ssh::Asker asker;  ///< asks on the terminal for what logins need; empty: nobody can be asked
    Turns turns;       ///< of those who ask for that, or about host keys
    /// What the person said to unknown host keys, by place and fingerprint: asked once.
    QHash<QString, bool> hostKeys;
    TaskScope background;  ///< what goes on beside the command and ends with it

    [[nodiscard]] QString value(const QString& option) const { return parsed.values.value(option); }
    [[nodiscard]] QStringList list(const QString& option) const
    {
        return parsed.lists.value(option);
    }
    [[nodiscard]] bool has(const QString& option) const { return parsed.has(option); }
    [[nodiscard]] QString argument(qsizetype i) const { return parsed.arguments.value(i); }
    /// A whole number given with an option; `fallback` without it. Usage error.
    [[nodiscard]] Result<int> number(const QString& option, int fallback, int least,
                                     int most) const;

    /// Talk, on stderr.
    void say(const QString& sentence) const;
    /// What --dry-run has not done, in a sentence: talk, or with --json an object.
    void intend(const QString& sentence) const;
    /// Data, on stdout.
    void print(const QString& text) const;
    void printJson(const Json& json) const;
    /// Prints JSON or, for people, the text.
    void answer(const Json& json, const QString& text) const;
};

using RunPointer = std::shared_ptr<Run>;

/// Asks the person; nothing to ask with --yes. Refused, with what to add, when nobody can be asked;
/// Cancelled when the answer is no.
Task<Result<void>> confirm(RunPointer run, QString question, QString refusal);

/// A command's result as its exit code.
inline Result<int> exitWith(Exit code)
{
    return int(code);
}

/// How errors are told: the sentence, its hint, and who holds a lock.
QString errorText(const Error& error);
Json errorJson(const Error& error);

/// A path from the command line, against the folder the command was started in.
QString absolutePath(const Run& run, const QString& path);

}  // namespace analemma::cli
