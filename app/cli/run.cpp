#include "app/cli/run.h"

#include "core/base/text.h"

#include <QDir>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::cli {

void Interrupt::raise() const
{
    if (first.isCancelled()) {
        second.cancel();
    } else {
        first.cancel();
    }
}

Result<int> Run::number(const QString& option, int fallback, int least, int most) const
{
    if (!has(option)) {
        return fallback;
    }
    bool ok = false;
    const int n = value(option).toInt(&ok);
    if (!ok || n < least || n > most) {
        return usageError(u"--%1: expected a whole number from %2 to %3, got \"%4\""_s.arg(option)
                              .arg(least)
                              .arg(most)
                              .arg(displayText(value(option), 40)));
    }
    return n;
}

void Run::say(const QString& sentence) const
{
    streams.err((sentence + u'\n').toUtf8());
}

void Run::intend(const QString& sentence) const
{
    if (json) {
        printJson({{u"schema"_s, u"analemma.intent.1"_s}, {u"intent"_s, sentence}});
    } else {
        say(sentence);
    }
}

void Run::print(const QString& text) const
{
    streams.out(text.toUtf8());
}

void Run::printJson(const Json& object) const
{
    streams.out(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void Run::answer(const Json& object, const QString& text) const
{
    if (json) {
        printJson(object);
    } else {
        print(text);
    }
}

Task<Result<void>> confirm(RunPointer run, QString question, QString refusal)
{
    if (run->yes) {
        co_return Result<void>();
    }
    if (!run->streams.ask) {
        co_return Error(ErrorKind::Refused, refusal).withHint(u"Add --yes to do it."_s);
    }
    auto asking = run->streams.ask(question + u" [y/N] "_s, run->interrupt.first);
    const Result<QString> line = co_await std::move(asking);
    if (!line) {
        co_return line.error();
    }
    const QString word = line->toLower();
    if (word == u"y" || word == u"yes") {
        co_return Result<void>();
    }
    co_return Error(ErrorKind::Cancelled, u"not done"_s);
}

QString errorText(const Error& error)
{
    QString text = displayText(error.message, 4000);
    if (error.kind == ErrorKind::Locked) {
        const auto detail = [&error](const QString& name) {
            return displayText(error.details.value(name).toString(), 200);
        };
        const QString owner = detail(u"owner"_s);
        if (!owner.isEmpty() && !text.contains(owner)) {
            text += u"\n  held by %1 on %2 since %3: %4 (lock %5)"_s.arg(
                owner, detail(u"host"_s), detail(u"since"_s), detail(u"doing"_s),
                detail(u"lock"_s));
        }
    }
    if (!error.hint.isEmpty()) {
        text += u"\n  "_s + displayText(error.hint, 2000);
    }
    return text;
}

Json errorJson(const Error& error)
{
    return {{u"schema"_s, u"analemma.error.1"_s},
            {u"error"_s, error.toJson()},
            {u"exit"_s, int(exitOf(error))}};
}

QString absolutePath(const Run& run, const QString& path)
{
    return QDir::cleanPath(QDir(run.directory).absoluteFilePath(path));
}

}  // namespace analemma::cli
