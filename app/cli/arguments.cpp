#include "app/cli/arguments.h"

#include "app/cli/exit_code.h"
#include "core/base/nearest.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QStringList nounsOf(const QList<Command>& commands)
{
    QStringList nouns;
    for (const Command& command : commands) {
        if (!nouns.contains(command.noun)) {
            nouns.append(command.noun);
        }
    }
    return nouns;
}

QStringList verbsOf(const QList<Command>& commands, const QString& noun)
{
    QStringList verbs;
    for (const Command& command : commands) {
        if (command.noun == noun && !command.verb.isEmpty()) {
            verbs.append(command.verb);
        }
    }
    return verbs;
}

/// The word after the noun; of verbs that are two words both, as one word from then on.
QString takeVerb(const QStringList& verbs, QStringList& plain)
{
    const QString first = plain.value(1);
    const bool isOfTwo = std::any_of(verbs.begin(), verbs.end(), [&first](const QString& verb) {
        return verb.startsWith(first + u' ');
    });
    if (!first.isEmpty() && isOfTwo && plain.size() > 2 && !verbs.contains(first)) {
        plain[1] += u' ' + plain.takeAt(2);
    }
    return plain.value(1);
}

const Command* findCommand(const QList<Command>& commands, const QString& noun, const QString& verb)
{
    for (const Command& command : commands) {
        if (command.noun == noun && command.verb == verb) {
            return &command;
        }
    }
    return nullptr;
}

QString didYouMean(const QString& word, const QStringList& known, const QString& prefix)
{
    const QString near = nearestWord(word, known);
    return near.isEmpty() ? u"Known: %1."_s.arg(known.join(u", "_s))
                          : u"Did you mean \"%1%2\"?"_s.arg(prefix, near);
}

QList<Option> optionsOf(const Command* command)
{
    QList<Option> all = commonOptions();
    if (command) {
        all = command->options + effectOptions(command->effect) + all;
    }
    return all;
}

const Option* findOption(const QList<Option>& options, const QString& name)
{
    for (const Option& option : options) {
        if (option.name == name) {
            return &option;
        }
    }
    return nullptr;
}

const Option* findLetter(const QList<Option>& options, QChar letter)
{
    for (const Option& option : options) {
        if (!option.letter.isNull() && option.letter == letter) {
            return &option;
        }
    }
    return nullptr;
}

/// Every option of every command: to know, before the command is known, which ones take a value.
QList<Option> allOptions(const QList<Command>& commands)
{
    QList<Option> all = optionsOf(nullptr);
    for (const Effect effect : {Effect::Acts, Effect::Operates}) {
        all += effectOptions(effect);
    }
    for (const Command& command : commands) {
        all += command.options;
    }
    return all;
}

struct Word {
    bool isOption = false;
    QString text;  ///< name of the option, or the word itself
    QString value;
    bool hasValue = false;
};

/// Splits words into options and others. Whether an option takes the next word as its value depends
/// on the option alone: a name means the same in all commands.
Result<QList<Word>> splitWords(const QList<Command>& commands, const QStringList& words)
{
    const QList<Option> known = allOptions(commands);
    QList<Word> split;
    bool onlyWords = false;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString& text = words[i];
        if (onlyWords || !text.startsWith(u'-') || text == u"-") {
            split.append(Word{false, text, {}, false});
            continue;
        }
        if (text == u"--") {
            onlyWords = true;
            continue;
        }
        if (text == u"-h") {
            split.append(Word{true, u"help"_s, {}, false});
            continue;
        }
        if (const Option* option = text.startsWith(u"--") ? nullptr : findLetter(known, text[1])) {
            Word word{true, option->name, text.mid(2), text.size() > 2};
            if (!option->value.isEmpty() && !word.hasValue && i + 1 < words.size()) {
                word.value = words[++i];
                word.hasValue = true;
            }
            split.append(word);
            continue;
        }
        if (!text.startsWith(u"--")) {
            return usageError(u"unknown option \"%1\""_s.arg(displayText(text, 80)),
                              u"Options have two dashes: -%1."_s.arg(displayText(text, 80)));
        }
        const qsizetype equals = text.indexOf(u'=');
        Word word{true, text.mid(2, equals < 0 ? -1 : equals - 2), {}, equals >= 0};
        word.value = equals < 0 ? QString() : text.mid(equals + 1);
        const Option* option = findOption(known, word.text);
        if (option && !option->value.isEmpty() && !word.hasValue && i + 1 < words.size()) {
            word.value = words[++i];
            word.hasValue = true;
        }
        split.append(word);
    }
    return split;
}

Result<void> takeOption(const Word& word, const Command* command, Parsed* parsed)
{
    const QList<Option> known = optionsOf(command);
    const Option* option = findOption(known, word.text);
    if (!option) {
        QStringList names;
        for (const Option& one : known) {
            names.append(u"--"_s + one.name);
        }
        const QString shown = u"--"_s + displayText(word.text, 80);
        const QString where = command ? u" of \"%1\""_s.arg(command->name()) : QString();
        return usageError(u"unknown option \"%1\"%2"_s.arg(shown, where),
                          didYouMean(shown, names, {}));
    }
    if (option->value.isEmpty() && word.hasValue) {
        return usageError(u"option --%1 takes no value"_s.arg(option->name));
    }
    if (!option->value.isEmpty() && !word.hasValue) {
        return usageError(u"option --%1 needs a value: --%1 %2"_s.arg(option->name, option->value));
    }
    const bool again = !option->value.isEmpty() && parsed->values.contains(option->name);
    if (again && !option->many) {
        return usageError(u"option --%1 is given twice"_s.arg(option->name));
    }
    if (option->many) {
        parsed->lists[option->name].append(word.value);
    }
    if (!again) {
        parsed->values.insert(option->name, word.value);
    }
    return {};
}

Result<void> checkArguments(const Command& command, const QStringList& given)
{
    qsizetype needed = 0;
    qsizetype most = command.arguments.size();
    for (const Argument& argument : command.arguments) {
        needed += argument.required ? 1 : 0;
        if (argument.rest) {
            most = std::numeric_limits<qsizetype>::max();
        }
    }
    const QString hint = u"See: analemma-cli %1 --help"_s.arg(command.name());
    if (given.size() < needed) {
        return usageError(
            u"\"%1\" needs %2"_s.arg(command.name(), command.arguments[given.size()].name), hint);
    }
    if (given.size() > most) {
        return usageError(
            u"\"%1\" does not take \"%2\""_s.arg(command.name(), displayText(given[most], 80)),
            hint);
    }
    return {};
}

QString pad(const QString& text, qsizetype width)
{
    return text.leftJustified(width, u' ');
}

QString optionLines(const QList<Option>& options)
{
    QString text;
    for (const Option& option : options) {
        const QString letter = option.letter.isNull() ? QString() : u"-%1, "_s.arg(option.letter);
        const QString form = letter + u"--"_s + option.name +
                             (option.value.isEmpty() ? QString() : u" "_s + option.value);
        text += u"  %1  %2\n"_s.arg(pad(form, 24), option.help);
    }
    return text;
}

QString usageForm(const Command& command)
{
    QString form = command.name();
    for (const Argument& argument : command.arguments) {
        const QString name = argument.name + (argument.rest ? u"..."_s : QString());
        form += argument.required ? u" "_s + name : u" ["_s + name + u"]"_s;
    }
    return form;
}

}  // namespace

QString Command::name() const
{
    return verb.isEmpty() ? noun : noun + u' ' + verb;
}

QList<Option> commonOptions()
{
    return {
        {u"workspace"_s, u"DIR"_s, u"the workspace; else found upward from the current folder"_s},
        {u"json"_s, {}, u"data as JSON on stdout, one object a line"_s},
        {u"yes"_s, {}, u"do not ask"_s},
        {u"timeout"_s, u"DURATION"_s, u"give up after 30s, 5m, ...; what was begun is cancelled"_s},
        {u"no-color"_s, {}, u"no colours (also: NO_COLOR, or not a terminal)"_s},
        {u"help"_s, {}, u"this text"_s},
    };
}

QList<Option> effectOptions(Effect effect)
{
    const Option dryRun{u"dry-run"_s, {}, u"show what would be done, and do nothing"_s};
    switch (effect) {
        case Effect::Reads:
            return {};
        case Effect::Acts:
            return {dryRun};
        case Effect::Operates:
            break;
    }
    return {
        dryRun,
        {u"follow"_s, {}, u"show the log while it runs"_s},
        {u"detach"_s, {}, u"do not wait; it goes on in the background"_s},
        {u"lock-wait"_s, u"DURATION"_s, u"wait that long for somebody else's operation"_s},
    };
}

Result<Parsed> parseArguments(const QList<Command>& commands, const QStringList& words)
{
    const Result<QList<Word>> split = splitWords(commands, words);
    if (!split) {
        return split.error();
    }
    QStringList plain;
    QList<Word> options;
    for (const Word& word : *split) {
        if (word.isOption) {
            options.append(word);
        } else {
            plain.append(word.text);
        }
    }
    Parsed parsed;
    for (const Word& word : std::as_const(options)) {
        parsed.help = parsed.help || word.text == u"help";
    }
    if (plain.isEmpty()) {
        parsed.version = options.size() == 1 && options.constFirst().text == u"version";
        parsed.help = parsed.help || options.isEmpty();
        if (parsed.version || parsed.help) {
            return parsed;
        }
        return usageError(u"no command is given"_s, u"See: analemma-cli --help"_s);
    }
    if (plain.constFirst() == u"help") {
        parsed.help = true;
        plain.removeFirst();
    }
    const QString noun = plain.value(0);
    const QStringList verbs = verbsOf(commands, noun);
    if (!noun.isEmpty() && !nounsOf(commands).contains(noun)) {
        return usageError(u"unknown command \"%1\""_s.arg(displayText(noun, 80)),
                          didYouMean(noun, nounsOf(commands), {}));
    }
    const QString verb = verbs.isEmpty() ? QString() : takeVerb(verbs, plain);
    if (parsed.help) {
        parsed.helpFor = plain.mid(0, verbs.contains(verb) ? 2 : 1);
        return parsed;
    }
    if (!verbs.isEmpty() && !verbs.contains(verb)) {
        const QString what = verb.isEmpty()
                                 ? u"\"%1\" needs a verb"_s.arg(noun)
                                 : u"unknown command \"%1 %2\""_s.arg(noun, displayText(verb, 80));
        return usageError(what, didYouMean(verb, verbs, noun + u' '));
    }
    parsed.command = findCommand(commands, noun, verb);
    parsed.arguments = plain.mid(verbs.isEmpty() ? 1 : 2);
    for (const Word& word : std::as_const(options)) {
        const Result<void> taken = takeOption(word, parsed.command, &parsed);
        if (!taken) {
            return taken.error();
        }
    }
    const Result<void> enough = checkArguments(*parsed.command, parsed.arguments);
    if (!enough) {
        return enough.error();
    }
    return parsed;
}

QString helpText(const Command& command)
{
    QString text =
        u"%1\n\nUsage: analemma-cli %2 [options]\n"_s.arg(command.summary, usageForm(command));
    if (!command.details.isEmpty()) {
        text += u"\n"_s + command.details + u"\n"_s;
    }
    if (!command.arguments.isEmpty()) {
        text += u"\nArguments:\n"_s;
        for (const Argument& argument : command.arguments) {
            text += u"  %1  %2\n"_s.arg(pad(argument.name, 24), argument.help);
        }
    }
    const QList<Option> own = command.options + effectOptions(command.effect);
    if (!own.isEmpty()) {
        text += u"\nOptions:\n"_s + optionLines(own);
    }
    return text + u"\nOptions of every command:\n"_s + optionLines(commonOptions());
}

QString helpText(const QList<Command>& commands, const QString& noun)
{
    QString text;
    for (const Command& command : commands) {
        if (command.noun == noun) {
            text += u"  %1  %2\n"_s.arg(pad(usageForm(command), 34), command.summary);
        }
    }
    return u"Usage: analemma-cli %1 VERB [options]\n\n%2\nMore: analemma-cli %1 VERB --help\n"_s
        .arg(noun, text);
}

QString helpText(const QList<Command>& commands)
{
    QString text =
        u"analemma-cli: take a commit to users, and be able to take it back.\n\n"
        "Usage: analemma-cli NOUN VERB [options]\n\nCommands:\n"_s;
    for (const Command& command : commands) {
        text += u"  %1  %2\n"_s.arg(pad(usageForm(command), 34), command.summary);
    }
    text += u"\nOptions of every command:\n"_s + optionLines(commonOptions());
    text += u"\nExit codes:\n"_s;
    for (const ExitMeaning& one : exitTable()) {
        text += u"  %1  %2\n"_s.arg(QString::number(int(one.code)), 3).arg(one.meaning);
    }
    return text + u"\nMore: analemma-cli NOUN VERB --help\n"_s;
}

}  // namespace analemma::cli
