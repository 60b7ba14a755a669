#include "core/operate/snippets.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

const QString snippetKind = u"snippet"_s;
constexpr int mostSnippets = 1000;
constexpr qsizetype longestName = 80;
constexpr qsizetype longestText = 16 * 1024;

const QRegularExpression& place()
{
    static const QRegularExpression one(
        u"\\{\\{(!?)([A-Za-z_][A-Za-z0-9_-]{0,39})(?:\\|([^{}]{0,200}))?\\}\\}"_s);
    return one;
}

Result<void> check(const Snippet& snippet)
{
    const bool printable = std::all_of(snippet.name.cbegin(), snippet.name.cend(), [](QChar c) {
        return c.isPrint() && c != QChar(QChar::LineSeparator);
    });
    if (snippet.name.trimmed().isEmpty() || snippet.name.size() > longestName || !printable) {
        return Error(ErrorKind::Invalid, u"a snippet needs a name of 1 to 80 characters"_s);
    }
    if (snippet.text.trimmed().isEmpty() || snippet.text.size() > longestText) {
        return Error(ErrorKind::Invalid, u"a snippet has 1 to 16,384 characters of text"_s);
    }
    return {};
}

}  // namespace

QList<SnippetField> fieldsOf(const QString& text)
{
    QList<SnippetField> fields;
    auto places = place().globalMatch(text);
    while (places.hasNext()) {
        const QRegularExpressionMatch match = places.next();
        const QString name = match.captured(2);
        const auto known =
            std::find_if(fields.begin(), fields.end(),
                         [&name](const SnippetField& field) { return field.name == name; });
        if (known == fields.end()) {
            fields.append({name, match.captured(3), !match.captured(1).isEmpty()});
        } else if (known->fallback.isEmpty()) {
            known->fallback = match.captured(3);
        }
    }
    return fields;
}

QString filled(const QString& text, const QHash<QString, QString>& values)
{
    QHash<QString, QString> fallbacks;
    for (const SnippetField& field : fieldsOf(text)) {
        fallbacks.insert(field.name, field.fallback);
    }
    QString out;
    qsizetype at = 0;
    auto places = place().globalMatch(text);
    while (places.hasNext()) {
        const QRegularExpressionMatch match = places.next();
        const QString name = match.captured(2);
        const QString value = values.value(name, fallbacks.value(name));
        out += QStringView(text).sliced(at, match.capturedStart() - at);
        out += match.captured(1).isEmpty() ? shellQuote(value) : value;
        at = match.capturedEnd();
    }
    out += QStringView(text).sliced(at);
    return out;
}

Task<Result<QList<Snippet>>> Snippets::list()
{
    std::function<Result<QList<Snippet>>(store::Transaction&)> work =
        [](store::Transaction& t) -> Result<QList<Snippet>> {
        store::DocumentFilter filter;
        filter.kind = snippetKind;
        filter.limit = mostSnippets;
        const Result<QList<store::Document>> rows = t.documents(filter);
        if (!rows) {
            return rows.error();
        }
        QList<Snippet> all;
        for (const store::Document& row : *rows) {
            all.append({row.key, row.body.value(u"text"_s).toString(), row.revision});
        }
        std::sort(all.begin(), all.end(), [](const Snippet& a, const Snippet& b) {
            return QString::localeAwareCompare(a.name, b.name) < 0;
        });
        return all;
    };
    return m_store->read<QList<Snippet>>(std::move(work));
}

Task<Result<Snippet>> Snippets::save(Snippet snippet)
{
    snippet.name = snippet.name.trimmed();
    std::function<Result<Snippet>(store::Transaction&)> work =
        [snippet](store::Transaction& t) -> Result<Snippet> {
        if (const Result<void> valid = check(snippet); !valid) {
            return valid.error();
        }
        const Json body{{u"text"_s, snippet.text}};
        const Result<store::Document> kept =
            t.put(snippetKind, snippet.name, {}, body, snippet.revision);
        if (!kept && kept.error().kind == ErrorKind::Conflict) {
            return Error(ErrorKind::Conflict,
                         snippet.revision == 0
                             ? u"there is a snippet with this name; nothing was kept"_s
                             : u"the snippet was changed meanwhile; nothing was kept"_s);
        }
        if (!kept) {
            return kept.error();
        }
        return Snippet{snippet.name, snippet.text, kept->revision};
    };
    return m_store->write<Snippet>(std::move(work));
}

Task<Result<void>> Snippets::remove(QString name)
{
    std::function<Result<void>(store::Transaction&)> work = [name](store::Transaction& t) {
        return t.remove(snippetKind, name);
    };
    return m_store->write<void>(std::move(work));
}

}  // namespace analemma::operate
