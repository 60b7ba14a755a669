#include "core/git/commitindex.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype wantedSubject = 50;
constexpr qsizetype longestSubject = 72;

/// Those of the Conventional Commits document and of the Angular convention that it names.
const QStringList& knownTypes()
{
    static const QStringList types{u"build"_s,  u"chore"_s, u"ci"_s,   u"docs"_s,
                                   u"feat"_s,   u"fix"_s,   u"perf"_s, u"refactor"_s,
                                   u"revert"_s, u"style"_s, u"test"_s};
    return types;
}

std::optional<MessageRemark> checkType(const QString& subject)
{
    static const QRegularExpression like(
        u"^([A-Za-z]+)(\\s*)(\\([^()]*\\))?(!?)(\\s*):(\\s*)(.*)$"_s);
    const QRegularExpressionMatch match = like.match(subject);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const QString type = match.captured(1);
    const bool isKnown = knownTypes().contains(type.toLower());
    const bool rightForm = match.captured(2).isEmpty() && match.captured(5).isEmpty() &&
                           match.captured(6) == u" " && !match.captured(7).isEmpty() &&
                           match.captured(3) != u"()";
    if (isKnown && (!rightForm || type != type.toLower())) {
        return MessageRemark{
            MessageRemark::Kind::NotConventional, 1,
            u"A conventional subject looks like \"%1%2%3: what it does\"."_s.arg(
                type.toLower(), match.captured(3) == u"()" ? QString() : match.captured(3),
                match.captured(4))};
    }
    if (!isKnown && rightForm && type == type.toLower()) {
        return MessageRemark{MessageRemark::Kind::UnknownType, 1,
                             u"\"%1\" is no known type of change; known are %2."_s.arg(
                                 type, knownTypes().join(u", "_s))};
    }
    return std::nullopt;
}

}  // namespace

QList<MessageRemark> checkMessage(const QString& message)
{
    using Kind = MessageRemark::Kind;
    QList<MessageRemark> remarks;
    const QStringList lines = message.split(u'\n');
    const QString subject = lines.constFirst().trimmed();
    if (message.trimmed().isEmpty() || subject.isEmpty()) {
        remarks.append({Kind::Empty, 1, u"The first line says what the commit does."_s});
        return remarks;
    }
    const auto length = subject.toUcs4().size();
    if (length > longestSubject) {
        remarks.append(
            {Kind::LongSubject, 1,
             u"The subject has %1 characters; most lists cut it at %2."_s.arg(length).arg(
                 longestSubject)});
    } else if (length > wantedSubject) {
        remarks.append({Kind::RatherLong, 1,
                        u"The subject has %1 characters; up to %2 read best."_s.arg(length).arg(
                            wantedSubject)});
    }
    if (subject.endsWith(u'.') && !subject.endsWith(u"..")) {
        remarks.append({Kind::LastDot, 1, u"A subject needs no dot at its end."_s});
    }
    if (const std::optional<MessageRemark> remark = checkType(subject)) {
        remarks.append(*remark);
    }
    if (!lines.value(1).trimmed().isEmpty()) {
        remarks.append({Kind::SecondLine, 2,
                        u"Leave the second line blank: git takes it for a part of the subject."_s});
    }
    return remarks;
}

}  // namespace analemma::git
