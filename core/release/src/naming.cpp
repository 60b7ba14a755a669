#include "core/release/src/naming.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

constexpr int namesShown = 5;

bool isNewer(const Record& a, const Record& b)
{
    const Result<Version> versionA = Version::parse(a.release.version);
    const Result<Version> versionB = Version::parse(b.release.version);
    if (!versionA || !versionB) {
        return versionA.ok() && !versionB.ok();
    }
    return *versionA != *versionB ? *versionA > *versionB : a.release.created > b.release.created;
}

/// "1.4.2" for "v1.4.2"; what is no version stays as it is, and is not found.
QString canonical(const QString& version)
{
    const Result<Version> parsed = Version::parse(version);
    return parsed ? parsed->text() : version;
}

bool isNamed(const Release& release, const QString& name)
{
    const qsizetype slash = name.lastIndexOf(u'/');
    const QString repository = name.first(qMax<qsizetype>(slash, 0));
    return release.version == canonical(name.sliced(slash + 1)) &&
           (slash < 0 || release.repository == repository);
}

}  // namespace

Error unknownRepository(const workspace::Workspace& workspace, const QString& name)
{
    const QString known = QStringList(workspace.repositories.keys()).join(u", "_s);
    return Error(ErrorKind::NotFound,
                 u"The workspace has no repository %1."_s.arg(displayText(name, 60)))
        .withHint(known.isEmpty() ? u"Name one under repositories in analemma.yaml."_s
                                  : u"It has: %1."_s.arg(known));
}

QList<Record> completeOnes(QList<Record> records)
{
    records.removeIf([](const Record& record) { return !record.complete; });
    std::stable_sort(records.begin(), records.end(), isNewer);
    return records;
}

namespace {

Error unknownRelease(const QString& name, const QList<Record>& records)
{
    QStringList names;
    for (const Record& record : completeOnes(records)) {
        if (names.size() < namesShown) {
            names.append(record.release.version);
        }
    }
    const bool begun = std::any_of(records.begin(), records.end(), [&](const Record& record) {
        return !record.complete && isNamed(record.release, name);
    });
    const QString what =
        begun ? u"Release %1 was begun and is not complete."_s : u"There is no release %1."_s;
    const QString known = names.isEmpty() ? u"There is none yet."_s
                                          : u"The newest are %1."_s.arg(names.join(u", "_s));
    return Error(ErrorKind::NotFound, what.arg(displayText(name, 60)) + u' ' + known)
        .withHint(begun ? u"Make it again, for the same commit: it goes on where it stopped."_s
                        : u"Make one with: release create REPOSITORY."_s);
}

}  // namespace

Result<Record> recordNamed(const QString& name, const QList<Record>& records)
{
    QList<Record> meant;
    QStringList ids;
    for (const Record& record : records) {
        if (record.complete && isNamed(record.release, name)) {
            meant.append(record);
            ids.append(record.release.id());
        }
    }
    if (meant.isEmpty()) {
        return unknownRelease(name, records);
    }
    if (meant.size() > 1) {
        return Error(ErrorKind::Invalid,
                     u"Several repositories have a release %1."_s.arg(displayText(name, 60)))
            .withHint(u"Name one of: %1."_s.arg(ids.join(u", "_s)));
    }
    return meant.first();
}

QString personText(const QString& actor)
{
    QString text = actor.trimmed().left(whoLimit);
    for (QChar& c : text) {
        if (c < u' ' || c == u'<' || c == u'>') {
            c = u'_';
        }
    }
    return text;
}

QString addressOf(const QString& person)
{
    QString address = person.contains(u'@') ? person : person + u"@localhost"_s;
    return address.replace(u' ', u'.');
}

Record newRecord(const Survey& survey, const Version& version, const QString& log,
                 const QString& actor, const QDateTime& now)
{
    Record record;
    Release& release = record.release;
    release.version = version.text();
    release.repository = survey.repository;
    release.commit = survey.commit.id;
    release.subject = survey.commit.subject;
    release.run = survey.built.run;
    release.changeLog = log;
    release.artifacts = survey.built.artifacts;
    release.actor = actor;
    release.created = now;
    release.tag = tagFor(version);
    return record;
}

}  // namespace analemma::release
