#include "core/operate/hosts.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

const QString nameField = u"name"_s;

QStringList fields()
{
    return {u"tag"_s, u"env"_s, u"generation"_s, u"source"_s, nameField};
}

bool fits(const QString& pattern, const QString& text)
{
    if (!pattern.contains(u'*') && !pattern.contains(u'?')) {
        return pattern == text;
    }
    const QString expression =
        QRegularExpression::escape(pattern).replace(u"\\*"_s, u".*"_s).replace(u"\\?"_s, u"."_s);
    return QRegularExpression(QRegularExpression::anchoredPattern(expression))
        .match(text)
        .hasMatch();
}

Result<void> checkValue(const QString& term, const QString& field, const QString& value)
{
    const auto wrong = [&term](const QString& why) {
        return Error(ErrorKind::Invalid, u"\"%1\": %2"_s.arg(displayText(term, 100), why));
    };
    if (value.isEmpty() || value.size() > 255) {
        return wrong(u"expected a value of at most 255 characters"_s);
    }
    bool isNumber = false;
    if (field == u"generation") {
        (void)value.toUInt(&isNumber);
        return isNumber ? Result<void>() : wrong(u"expected a number"_s);
    }
    if (field == u"source" && value != u"made" && value != u"listed" && value != u"imported") {
        return wrong(u"expected made, listed or imported"_s);
    }
    return {};
}

QStringList valuesOf(const QString& field, const Host& host)
{
    if (field == u"tag") {
        return host.tags;
    }
    if (field == u"env") {
        return {host.environment};
    }
    if (field == u"generation") {
        return {QString::number(host.generation)};
    }
    return {field == u"source" ? toString(host.source) : host.name};
}

}  // namespace

Result<HostQuery> HostQuery::parse(const QStringList& terms)
{
    HostQuery query;
    for (const QString& text : terms) {
        const qsizetype equals = text.indexOf(u'=');
        Term term;
        term.field = equals < 0 ? nameField : text.left(equals).toLower();
        term.field = term.field == u"environment" ? u"env"_s : term.field;
        if (!fields().contains(term.field)) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\": servers are not chosen by \"%2\""_s.arg(
                             displayText(text, 100), displayText(term.field, 60)))
                .withHint(u"Known: a name, tag=, env=, generation= and source=."_s);
        }
        term.values = text.mid(equals + 1).split(u',');
        for (const QString& value : std::as_const(term.values)) {
            const Result<void> good = checkValue(text, term.field, value);
            if (!good) {
                return good.error();
            }
        }
        query.m_terms.append(term);
    }
    return query;
}

bool HostQuery::matches(const Host& host) const
{
    return std::all_of(m_terms.cbegin(), m_terms.cend(), [&host](const Term& term) {
        const QStringList has = valuesOf(term.field, host);
        return std::any_of(term.values.cbegin(), term.values.cend(), [&has](const QString& wanted) {
            return std::any_of(has.cbegin(), has.cend(),
                               [&wanted](const QString& text) { return fits(wanted, text); });
        });
    });
}

bool HostQuery::mayMiss(const QList<Host>& known) const
{
    const auto isKnown = [&known](const QString& name) {
        return std::any_of(known.cbegin(), known.cend(),
                           [&name](const Host& host) { return host.name == name; });
    };
    return std::none_of(m_terms.cbegin(), m_terms.cend(), [&isKnown](const Term& term) {
        const auto& values = term.values;
        return (term.field == nameField && std::all_of(values.cbegin(), values.cend(), isKnown)) ||
               (term.field == u"source" &&
                std::none_of(values.cbegin(), values.cend(), [](const QString& wanted) {
                    return fits(wanted, toString(Host::Source::Made));
                }));
    });
}

}  // namespace analemma::operate
