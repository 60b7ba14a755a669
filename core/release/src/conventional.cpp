#include "core/release/release.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

constexpr qsizetype lineLimit = 200;
constexpr qsizetype sectionLimit = 200;

enum class Bump { Patch, Minor, Major };

quint64 next(quint64 number)
{
    return number == std::numeric_limits<quint64>::max() ? number : number + 1;
}

Bump bumpFor(const QList<git::Commit>& commits, bool isStable)
{
    Bump bump = Bump::Patch;
    for (const git::Commit& commit : commits) {
        const ConventionalCommit read = readConventional(commit.subject, commit.body);
        if (read.breaking) {
            return isStable ? Bump::Major : Bump::Minor;
        }
        if (read.type == u"feat") {
            bump = Bump::Minor;
        }
    }
    return bump;
}

/// The version after `last`. A pre-release already stands for the numbers that it leads up
/// to: 2.0.0-rc.1 goes to 2.0.0 whatever is in it, 1.4.3-rc.1 with a feature to 1.5.0.
Version after(const Version& last, Bump bump)
{
    const bool isPre = !last.preRelease.isEmpty();
    Version version;
    version.major = last.major;
    version.minor = last.minor;
    version.patch = last.patch;
    const bool standsForMajor = isPre && last.minor == 0 && last.patch == 0;
    const bool standsForMinor = isPre && last.patch == 0;
    if (bump == Bump::Major && !standsForMajor) {
        version.major = next(last.major);
        version.minor = 0;
        version.patch = 0;
    } else if (bump == Bump::Minor && !standsForMinor) {
        version.minor = next(last.minor);
        version.patch = 0;
    } else if (bump == Bump::Patch && !isPre) {
        version.patch = next(last.patch);
    }
    return version;
}

/// Foreign text as plain words of a Markdown line.
QString markdownText(const QString& foreign)
{
    QString escaped;
    for (const QChar c : displayText(foreign, lineLimit)) {
        if (QStringView(u"\\`*_[]<>&#|~").contains(c)) {
            escaped += u'\\';
        }
        escaped += c;
    }
    return escaped;
}

QString entryFor(const git::Commit& commit, const ConventionalCommit& read)
{
    const QString scope =
        read.scope.isEmpty() ? QString() : u"**%1:** "_s.arg(markdownText(read.scope));
    return u"- %1%2 (%3)\n"_s.arg(scope, markdownText(read.description), commit.id.left(7));
}

struct Section {
    QString title;
    QStringList entries;
};

QString sectionText(const Section& section)
{
    if (section.entries.isEmpty()) {
        return {};
    }
    QString text =
        u"### %1\n\n"_s.arg(section.title) +
        section.entries.first(std::min(section.entries.size(), sectionLimit)).join(QString());
    if (section.entries.size() > sectionLimit) {
        text += u"- and %1 more\n"_s.arg(section.entries.size() - sectionLimit);
    }
    return text;
}

}  // namespace

ConventionalCommit readConventional(const QString& subject, const QString& body)
{
    // type(scope)!: description
    static const QRegularExpression header(
        u"\\A([A-Za-z][A-Za-z0-9_-]*)(?:\\(([^()\\r\\n]+)\\))?(!)?: +(\\S.*)\\z"_s);
    static const QRegularExpression breakingNote(u"^BREAKING[ -]CHANGE: *\\S"_s,
                                                 QRegularExpression::MultilineOption);
    ConventionalCommit read;
    const QRegularExpressionMatch match = header.match(subject.trimmed());
    if (match.hasMatch()) {
        read.type = match.captured(1).toLower();
        read.scope = match.captured(2).trimmed();
        read.breaking = !match.captured(3).isEmpty();
        read.description = match.captured(4);
    } else {
        read.description = subject.trimmed();
    }
    read.breaking = read.breaking || breakingNote.match(body).hasMatch() ||
                    breakingNote.match(subject).hasMatch();
    return read;
}

Version nextVersion(const std::optional<Version>& last, const QList<git::Commit>& commits)
{
    if (!last) {
        Version first;
        first.minor = 1;
        return first;
    }
    return after(*last, bumpFor(commits, last->major > 0));
}

QString changeLog(const QList<git::Commit>& commits)
{
    Section breaking{u"Breaking changes"_s, {}};
    Section added{u"Added"_s, {}};
    Section fixed{u"Fixed"_s, {}};
    Section other{u"Other"_s, {}};
    for (const git::Commit& commit : commits) {
        const ConventionalCommit read = readConventional(commit.subject, commit.body);
        const bool isPlainMerge =
            commit.parents.size() > 1 && read.type.isEmpty() && !read.breaking;
        if (isPlainMerge) {
            continue;  // what it merged is listed itself
        }
        Section& section = read.breaking          ? breaking
                           : read.type == u"feat" ? added
                           : read.type == u"fix"  ? fixed
                                                  : other;
        section.entries.append(entryFor(commit, read));
    }
    QStringList texts;
    for (const Section& section : {breaking, added, fixed, other}) {
        if (const QString text = sectionText(section); !text.isEmpty()) {
            texts.append(text);
        }
    }
    return texts.join(u'\n');
}

}  // namespace analemma::release
