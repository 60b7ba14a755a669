#include "core/operate/runbooks.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/operate/src/step_script.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr qsizetype valueLimit = 4096;
constexpr int inputLimit = 50;
const QString runbookKind = u"runbook"_s;
const QString approvalKind = u"runbook-approval"_s;  // by name; the body is what was approved
const QString secretMark = u"secret:"_s;

Error invalid(const QString& text)
{
    return Error(ErrorKind::Invalid, text);
}

/// Where a {{name}} stands in shell text.
struct InputPlace {
    qsizetype start = 0;
    qsizetype end = 0;
    QString name;
    bool plain = true;  ///< outside of quotes, comments and back quotes
};

/// Follows the quoting of POSIX shell text (XCU 2.2) as far as placeholders need it.
QList<InputPlace> placesIn(const QString& text)
{
    static const QRegularExpression mark(u"\\{\\{ *([a-z][a-z0-9_]{0,31}) *\\}\\}"_s);
    QList<InputPlace> places;
    auto matches = mark.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        places.append({match.capturedStart(), match.capturedEnd(), match.captured(1), true});
    }
    QChar quote;
    bool comment = false;
    qsizetype next = 0;
    for (qsizetype i = 0; i < text.size() && next < places.size(); ++i) {
        if (i == places[next].start) {
            places[next].plain = quote.isNull() && !comment;
            i = places[next].end - 1;
            ++next;
            continue;
        }
        const QChar c = text[i];
        if (c == u'\n') {
            comment = false;
        } else if (comment) {
            continue;
        } else if (c == u'\\' && quote != u'\'') {
            ++i;
            if (i == places[next].start) {
                places[next].plain = false;
                i = places[next].end - 1;
                ++next;
            }
        } else if (!quote.isNull()) {
            quote = c == quote ? QChar() : quote;
        } else if (c == u'\'' || c == u'"' || c == u'`') {
            quote = c;
        } else if (c == u'#' && (i == 0 || text[i - 1].isSpace() || text[i - 1] == u';')) {
            comment = true;
        }
    }
    return places;
}

bool isShell(const QString& command)
{
    static const QRegularExpression shell(u"(^|/|\\s)(sh|dash|bash|ash|ksh|mksh|zsh)$"_s);
    const QStringList words = interpreterOf(command.toUtf8().left(400));
    return words.first() == "/bin/sh"_L1 || shell.match(words.first()).hasMatch() ||
           (words.size() == 2 && shell.match(words.last()).hasMatch());
}

const RunbookInput* inputOf(const Runbook& runbook, const QString& name)
{
    const auto found = std::find_if(runbook.inputs.begin(), runbook.inputs.end(),
                                    [&](const RunbookInput& one) { return one.name == name; });
    return found == runbook.inputs.end() ? nullptr : &*found;
}

Result<void> checkValue(const RunbookInput& input, const QString& value)
{
    const QString name = u"input %1: "_s.arg(input.name);
    if (value.size() > valueLimit || value.contains(QChar(0))) {
        return invalid(
            name + u"it is longer than %1 characters, or has a zero byte in it"_s.arg(valueLimit));
    }
    if (input.secret) {
        return value.startsWith(secretMark) && value.size() > secretMark.size()
                   ? Result<void>()
                   : invalid(name + u"it is a secret: give secret:NAME, never the value"_s);
    }
    if (value.startsWith(secretMark)) {
        return invalid(name +
                       u"it would stand in the command line, where no secret may be; make "
                       u"it a secret input"_s);
    }
    const QRegularExpression whole(QRegularExpression::anchoredPattern(input.pattern));
    if (!input.pattern.isEmpty() && !whole.match(value).hasMatch()) {
        return invalid(name + u"\"%1\" does not match %2"_s.arg(displayText(value, 80),
                                                                displayText(input.pattern, 80)));
    }
    return {};
}

Result<void> checkInputs(const Runbook& runbook)
{
    static const QRegularExpression plain(u"\\A[a-z][a-z0-9_]{0,31}\\z"_s);
    QStringList seen;
    if (runbook.inputs.size() > inputLimit) {
        return invalid(u"a runbook has at most %1 inputs"_s.arg(inputLimit));
    }
    for (const RunbookInput& input : runbook.inputs) {
        if (!plain.match(input.name).hasMatch() || seen.contains(input.name)) {
            return invalid(
                u"input \"%1\": expected a name of its own of small letters, digits and _"_s.arg(
                    displayText(input.name, 40)));
        }
        seen.append(input.name);
        if (const QRegularExpression pattern(input.pattern);
            input.pattern.size() > 1000 || !pattern.isValid()) {
            return invalid(u"input %1: the pattern is no regular expression: %2"_s.arg(
                input.name, pattern.errorString()));
        }
        if (input.preset) {
            if (const Result<void> fine = checkValue(input, *input.preset); !fine) {
                return fine.error().in(u"preset"_s);
            }
        }
    }
    return {};
}

Json inputJson(const RunbookInput& input)
{
    Json json{{u"name"_s, input.name}};
    if (!input.description.isEmpty()) {
        json[u"description"_s] = input.description;
    }
    if (input.preset) {
        json[u"default"_s] = *input.preset;
    }
    if (!input.pattern.isEmpty()) {
        json[u"pattern"_s] = input.pattern;
    }
    if (input.secret) {
        json[u"secret"_s] = true;
    }
    return json;
}

RunbookInput inputFromJson(const Json& json)
{
    RunbookInput input;
    input.name = json[u"name"_s].toString();
    input.description = json[u"description"_s].toString();
    if (json.contains(u"default"_s)) {
        input.preset = json[u"default"_s].toString();
    }
    input.pattern = json[u"pattern"_s].toString();
    input.secret = json[u"secret"_s].toBool();
    return input;
}

Task<Result<QList<Runbook>>> listAll(store::Store* store)
{
    std::function<Result<QList<store::Document>>(store::Transaction&)> work =
        [](store::Transaction& t) {
            store::DocumentFilter filter;
            filter.kind = runbookKind;
            return t.documents(filter);
        };
    auto documents = co_await store->read<QList<store::Document>>(std::move(work));
    if (!documents) {
        co_return documents.error();
    }
    QList<Runbook> list;
    for (const store::Document& document : *documents) {
        if (Result<Runbook> one = Runbook::fromJson(document.body)) {
            list.append(*one);
        }
    }
    std::sort(list.begin(), list.end(),
              [](const Runbook& a, const Runbook& b) { return a.name < b.name; });
    co_return list;
}

Task<Result<Runbook>> findOne(store::Store* store, QString name)
{
    std::function<Result<Runbook>(store::Transaction&)> work =
        [name](store::Transaction& t) -> Result<Runbook> {
        const auto document = t.document(runbookKind, name);
        if (!document) {
            return document.error();
        }
        if (!*document) {
            return Error(ErrorKind::NotFound,
                         u"there is no runbook named \"%1\""_s.arg(displayText(name, 80)))
                .withHint(u"See: analemma-cli runbook list"_s);
        }
        return Runbook::fromJson((*document)->body);
    };
    return store->read<Runbook>(std::move(work));
}

Result<RunbookApproval> readApproval(store::Transaction& transaction, const Runbook& runbook)
{
    const auto document = transaction.document(approvalKind, runbook.name);
    if (!document) {
        return document.error();
    }
    RunbookApproval approval;
    if (*document) {
        const Result<Runbook> known = Runbook::fromJson((*document)->body);
        approval.approved = known && known->sha256() == runbook.sha256();
        if (known && !approval.approved) {
            approval.earlier = *known;
        }
    }
    return approval;
}

Result<void> writeApproval(store::Transaction& transaction, const Runbook& runbook)
{
    const auto written = transaction.put(approvalKind, runbook.name, {}, runbook.toJson());
    return written ? Result<void>() : Result<void>(written.error());
}

}  // namespace

QString Runbook::sha256() const
{
    // Names in a QJsonObject are sorted: the same runbook has the same bytes.
    return analemma::sha256(QJsonDocument(toJson()).toJson(QJsonDocument::Compact));
}

Json Runbook::toJson() const
{
    QJsonArray list;
    for (const RunbookInput& input : inputs) {
        list.append(inputJson(input));
    }
    return {{u"schema"_s, u"analemma.runbook.1"_s},
            {u"name"_s, name},
            {u"description"_s, description},
            {u"command"_s, command},
            {u"inputs"_s, list},
            {u"query"_s, QJsonArray::fromStringList(query)},
            {u"limit"_s, limit},
            {u"fail_fast"_s, failFast},
            {u"timeout_ms"_s, qint64(timeout.count())}};
}

Result<Runbook> Runbook::fromJson(const Json& json)
{
    const QString schema = json[u"schema"_s].toString();
    if (!schema.isEmpty() && schema != "analemma.runbook.1"_L1) {
        return invalid(
            u"expected a runbook (analemma.runbook.1), got %1"_s.arg(displayText(schema, 60)));
    }
    Runbook runbook;
    runbook.name = json[u"name"_s].toString();
    runbook.description = json[u"description"_s].toString();
    runbook.command = json[u"command"_s].toString();
    for (const QJsonValue& value : json[u"inputs"_s].toArray()) {
        runbook.inputs.append(inputFromJson(value.toObject()));
    }
    for (const QJsonValue& value : json[u"query"_s].toArray()) {
        runbook.query.append(value.toString());
    }
    runbook.limit = json[u"limit"_s].toInt(10);
    runbook.failFast = json[u"fail_fast"_s].toBool();
    runbook.timeout = milliseconds(json[u"timeout_ms"_s].toInteger());
    if (const Result<void> fine = check(runbook); !fine) {
        return fine.error();
    }
    return runbook;
}

QStringList placeholders(const QString& command)
{
    QStringList names;
    for (const InputPlace& place : placesIn(command)) {
        if (!names.contains(place.name)) {
            names.append(place.name);
        }
    }
    return names;
}

Result<void> check(const Runbook& runbook)
{
    if (!isPlainName(runbook.name)) {
        return invalid(
            u"\"%1\" is no name of a runbook: expected small letters, digits, '.', '_' "
            u"and '-'"_s.arg(displayText(runbook.name, 80)));
    }
    const QString where = u"runbook %1"_s.arg(runbook.name);
    if (runbook.command.trimmed().isEmpty() || runbook.command.size() > commandLimit ||
        runbook.command.contains(QChar(0))) {
        return invalid(u"expected a command of at most %1"_s.arg(sizeText(commandLimit))).in(where);
    }
    if (runbook.limit < 1 || runbook.limit > 500 || runbook.timeout.count() < 0) {
        return invalid(u"expected a limit from 1 to 500 and a time limit that is not negative"_s)
            .in(where);
    }
    if (const Result<void> inputs = checkInputs(runbook); !inputs) {
        return inputs.error().in(where);
    }
    const QList<InputPlace> places = placesIn(runbook.command);
    if (!places.isEmpty() && !isShell(runbook.command)) {
        return invalid(
                   u"inputs can be put into shell scripts alone: in another language quoting "
                   u"them would not hold"_s)
            .in(where);
    }
    if (!places.isEmpty() && runbook.command.contains("<<"_L1)) {
        return invalid(
                   u"inputs cannot be put into a script with a here-document, where quoting "
                   u"them would not hold"_s)
            .in(where);
    }
    for (const InputPlace& place : places) {
        if (inputOf(runbook, place.name) == nullptr) {
            return invalid(u"{{%1}} is none of its inputs"_s.arg(displayText(place.name, 40)))
                .in(where);
        }
        if (!place.plain) {
            return invalid(
                       u"{{%1}} stands within quotes or a comment: write it without, it is "
                       u"quoted by itself"_s.arg(place.name))
                .in(where);
        }
    }
    return {};
}

Result<FleetRequest> expand(const Runbook& runbook, const QMap<QString, QString>& values,
                            const QStringList& hosts)
{
    if (const Result<void> fine = check(runbook); !fine) {
        return fine.error();
    }
    for (const QString& name : values.keys()) {
        if (inputOf(runbook, name) == nullptr) {
            return invalid(
                u"runbook %1 has no input named %2"_s.arg(runbook.name, displayText(name, 40)));
        }
    }
    FleetRequest request;
    QHash<QString, QString> words;
    for (const RunbookInput& input : runbook.inputs) {
        if (!values.contains(input.name) && !input.preset) {
            return invalid(u"input %1 has no value"_s.arg(input.name))
                .withHint(u"Give it as %1=VALUE."_s.arg(input.name));
        }
        const QString value = values.value(input.name, input.preset.value_or(QString()));
        if (const Result<void> fine = checkValue(input, value); !fine) {
            return fine.error();
        }
        if (input.secret) {
            request.secrets[input.name] = value.mid(secretMark.size());
            words[input.name] = u"\"$ANALEMMA_INPUTS\"/"_s + input.name;
        } else {
            words[input.name] = shellQuote(value);
        }
    }
    QString command;
    qsizetype at = 0;
    for (const InputPlace& place : placesIn(runbook.command)) {
        command += runbook.command.mid(at, place.start - at) + words.value(place.name);
        at = place.end;
    }
    request.command = command + runbook.command.mid(at);
    request.hosts = hosts;
    request.limit = runbook.limit;
    request.failFast = runbook.failFast;
    request.timeout = runbook.timeout;
    request.runbook = runbook.name;
    return request;
}

Runbooks::Runbooks(store::Store* store) : m_store(store) {}

Task<Result<QList<Runbook>>> Runbooks::list()
{
    return listAll(m_store);
}

Task<Result<Runbook>> Runbooks::find(QString name)
{
    return findOne(m_store, std::move(name));
}

Task<Result<void>> Runbooks::save(Runbook runbook, TextSource source)
{
    std::function<Result<void>(store::Transaction&)> work =
        [runbook, source](store::Transaction& t) -> Result<void> {
        if (const Result<void> fine = check(runbook); !fine) {
            return fine.error();
        }
        const auto written = t.put(runbookKind, runbook.name, {}, runbook.toJson());
        if (!written) {
            return written.error();
        }
        return source == TextSource::Person ? writeApproval(t, runbook) : Result<void>();
    };
    return m_store->write<void>(std::move(work));
}

Task<Result<void>> Runbooks::remove(QString name)
{
    std::function<Result<void>(store::Transaction&)> work =
        [name](store::Transaction& t) -> Result<void> {
        const auto document = t.document(runbookKind, name);
        if (document && !*document) {
            return Error(ErrorKind::NotFound,
                         u"there is no runbook named \"%1\""_s.arg(displayText(name, 80)));
        }
        const Result<void> removed =
            document ? t.remove(runbookKind, name) : Result<void>(document.error());
        return removed ? t.remove(approvalKind, name) : removed;
    };
    return m_store->write<void>(std::move(work));
}

Task<Result<RunbookApproval>> Runbooks::approvalOf(Runbook runbook)
{
    std::function<Result<RunbookApproval>(store::Transaction&)> work =
        [runbook](store::Transaction& t) { return readApproval(t, runbook); };
    return m_store->read<RunbookApproval>(std::move(work));
}

Task<Result<void>> Runbooks::approve(Runbook runbook)
{
    std::function<Result<void>(store::Transaction&)> work = [runbook](store::Transaction& t) {
        return writeApproval(t, runbook);
    };
    return m_store->write<void>(std::move(work));
}

QByteArray runbooksToFile(const QList<Runbook>& runbooks)
{
    QJsonArray list;
    for (const Runbook& runbook : runbooks) {
        list.append(runbook.toJson());
    }
    const Json json{{u"schema"_s, u"analemma.runbooks.1"_s}, {u"runbooks"_s, list}};
    return QJsonDocument(json).toJson();
}

Result<QList<Runbook>> runbooksFromFile(const QByteArray& bytes)
{
    const Result<Json> json = readJsonObject(bytes);
    if (!json) {
        return json.error();
    }
    QList<Runbook> list;
    const bool several = (*json)[u"schema"_s].toString() == "analemma.runbooks.1"_L1;
    const QJsonArray bodies =
        several ? (*json)[u"runbooks"_s].toArray() : QJsonArray{QJsonValue(*json)};
    for (const QJsonValue& body : bodies) {
        Result<Runbook> one = Runbook::fromJson(body.toObject());
        if (!one) {
            return one.error();
        }
        list.append(*one);
    }
    return list;
}

}  // namespace analemma::operate
