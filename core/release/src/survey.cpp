#include "core/release/src/survey.h"

#include "core/base/text.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

constexpr qsizetype unreviewedShown = 3;

std::optional<Version> versionOfTag(const git::Ref& ref)
{
    if (ref.kind != git::Ref::Kind::Tag || !ref.name.startsWith(u'v')) {
        return std::nullopt;
    }
    const Result<Version> version = Version::parse(ref.name);
    return version ? std::optional(*version) : std::nullopt;
}

void take(std::optional<Last>& last, const Version& version, const QString& commit)
{
    if (!last || version > last->version) {
        last = Last{version, commit};
    }
}

bool isTaken(const Survey& survey, const Version& version)
{
    const QString text = version.text();
    return std::any_of(survey.records.begin(), survey.records.end(), [&](const Record& record) {
        return record.release.repository == survey.repository && record.release.version == text;
    });
}

QString counted(int count, const QString& one, const QString& many)
{
    return count == 1 ? u"1 "_s + one : QString::number(count) + u' ' + many;
}

QString listed(const QStringList& parts)
{
    return parts.size() < 2
               ? parts.join(QString())
               : parts.first(parts.size() - 1).join(u", "_s) + u" and "_s + parts.last();
}

}  // namespace

std::optional<Last> lastBefore(const Survey& survey)
{
    std::optional<Last> last;
    for (const Record& record : survey.records) {
        const Release& release = record.release;
        const Result<Version> version = Version::parse(release.version);
        if (version && release.repository == survey.repository &&
            release.commit != survey.commit.id) {
            take(last, *version, release.commit);
        }
    }
    for (const git::Ref& ref : survey.tags) {
        const std::optional<Version> version = versionOfTag(ref);
        if (version && ref.commit != survey.commit.id) {
            take(last, *version, ref.commit);
        }
    }
    return last;
}

std::optional<Version> taggedVersion(const Survey& survey, const std::optional<Last>& last)
{
    std::optional<Version> highest;
    for (const git::Ref& ref : survey.tags) {
        const std::optional<Version> version = versionOfTag(ref);
        if (version && ref.commit == survey.commit.id && (!last || *version > last->version) &&
            (!highest || *version > *highest)) {
            highest = version;
        }
    }
    return highest;
}

Version proposedVersion(const Survey& survey, const std::optional<Last>& last,
                        const QList<git::Commit>& commits)
{
    const std::optional<Version> tagged = taggedVersion(survey, last);
    if (tagged && !isTaken(survey, *tagged)) {
        return *tagged;
    }
    Version version = nextVersion(last ? std::optional(last->version) : std::nullopt, commits);
    while (isTaken(survey, version)) {
        ++version.patch;
    }
    return version;
}

Result<void> checkVersion(const Survey& survey, const std::optional<Last>& last,
                          const Version& version)
{
    const QString text = version.text();
    for (const Record& record : survey.records) {
        if (record.release.repository == survey.repository && record.release.version == text) {
            return Error(ErrorKind::Conflict,
                         u"Release %1 exists already, for commit %2 of %3. Nothing was made."_s.arg(
                             text, record.release.commit.left(10), record.release.repository));
        }
    }
    if (last && version <= last->version) {
        return Error(ErrorKind::Invalid,
                     u"%1 is not above %2, the last version of %3. Nothing was made."_s.arg(
                         text, last->version.text(), survey.repository))
            .withHint(u"Leave the version out to take the proposed one."_s);
    }
    const QString tag = tagFor(version);
    for (const git::Ref& ref : survey.tags) {
        if (ref.kind == git::Ref::Kind::Tag && ref.name == tag && ref.commit != survey.commit.id) {
            return Error(ErrorKind::Conflict,
                         u"The tag %1 stands on another commit, %2. Nothing was made."_s.arg(
                             tag, ref.commit.left(10)));
        }
    }
    if (tag.endsWith(u".lock")) {  // git-check-ref-format(1)
        return Error(
            ErrorKind::Invalid,
            u"%1 can not be a tag: git takes names that end with .lock for locks."_s.arg(tag));
    }
    return {};
}

Result<void> checkReviewed(const Survey& survey, const std::optional<Last>& last,
                           const QList<git::Commit>& commits, qsizetype mostRead,
                           const QHash<QString, git::ReviewState>& states)
{
    const QString since = last ? u" since "_s + last->version.text() : QString();
    QStringList missing;
    QJsonArray ids;
    for (const git::Commit& commit : commits) {
        const git::ReviewState state = states.value(commit.id, git::ReviewState::None);
        if (state == git::ReviewState::Approved || (!last && commit.id != survey.commit.id)) {
            continue;
        }
        ids.append(commit.id);
        if (missing.size() < unreviewedShown) {
            missing.append(
                commit.id.left(10) + u' ' + displayText(commit.subject, 50) +
                (state == git::ReviewState::None ? QString() : u" (%1)"_s.arg(toString(state))));
        }
    }
    if (ids.isEmpty() && last && commits.size() >= mostRead) {
        return Error(ErrorKind::Refused,
                     u"%1 wants reviews, and more than %2 commits%3 are too many to be checked. "
                     u"Nothing was made."_s.arg(survey.repository)
                         .arg(mostRead)
                         .arg(since));
    }
    if (ids.isEmpty()) {
        return {};
    }
    const QString more = ids.size() > missing.size()
                             ? u" and %1 more"_s.arg(ids.size() - missing.size())
                             : QString();
    Error refused(
        ErrorKind::Refused,
        u"%1 wants reviews, and %2%3 not approved: %4%5. Nothing was made."_s.arg(
            survey.repository, counted(int(ids.size()), u"commit"_s, u"commits"_s) + since,
            ids.size() == 1 ? u" is"_s : u" are"_s, missing.join(u", "_s), more));
    refused.details.insert(u"commits"_s, ids);
    return refused.withHint(
        u"Have the review of their branch approved, or open one for all that is new: analemma-cli "
        u"repository review open %1 BRANCH --base %2"_s.arg(
            survey.repository, last ? tagFor(last->version) : u"REV"_s));
}

QString reasonFor(const std::optional<Last>& last, const QList<git::Commit>& commits)
{
    if (!last) {
        return u"The first release"_s;
    }
    int breaking = 0;
    int features = 0;
    int fixes = 0;
    int others = 0;
    for (const git::Commit& commit : commits) {
        const ConventionalCommit read = readConventional(commit.subject, commit.body);
        ++(read.breaking          ? breaking
           : read.type == u"feat" ? features
           : read.type == u"fix"  ? fixes
                                  : others);
    }
    QStringList parts;
    if (breaking > 0) {
        parts.append(counted(breaking, u"breaking change"_s, u"breaking changes"_s));
    }
    if (features > 0) {
        parts.append(counted(features, u"feature"_s, u"features"_s));
    }
    if (fixes > 0) {
        parts.append(counted(fixes, u"fix"_s, u"fixes"_s));
    }
    if (others > 0) {
        parts.append(counted(others, u"other change"_s, u"other changes"_s));
    }
    const QString what = parts.isEmpty() ? u"No commit"_s : listed(parts);
    return u"%1 since %2"_s.arg(what, last->version.text());
}

QString tagFor(const Version& version)
{
    return u'v' + version.text();
}

Error alreadyReleased(const Release& release)
{
    Error error(ErrorKind::Conflict,
                u"Commit %1 of %2 is release %3 already. Nothing was made."_s.arg(
                    release.commit.left(10), release.repository, release.version));
    error.details.insert(u"version"_s, release.version);
    return error;
}

}  // namespace analemma::release
