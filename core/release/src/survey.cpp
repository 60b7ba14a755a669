#include "core/release/src/survey.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

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
