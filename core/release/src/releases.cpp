#include "core/release/release.h"

#include "core/base/text.h"
#include "core/release/src/naming.h"
#include "core/release/src/survey.h"

#include <QMetaMethod>
#include <QPointer>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

constexpr int logLimit = 5000;
constexpr int createAttempts = 4;
constexpr qsizetype commentLimit = 4000;
constexpr milliseconds calmTime{200};

using RepositoryPointer = std::shared_ptr<git::Repository>;

}  // namespace

/// What coroutines hold; it outlives the Releases until the last of them ends.
struct Releases::Body {
    workspace::Workspace workspace;
    store::Store* store = nullptr;
    OpenRepository open;
    FindBuilt built;
    const Clock* clock = nullptr;
    QPointer<Releases> owner;
    QTimer calm;
    QString seen;  ///< what is in the store, for telling when it changes

    void tell()
    {
        if (owner) {
            Q_EMIT owner->changed();
        }
    }
};

/// The flows, as static coroutines on the body.
struct Releases::Flow {
    using BodyPointer = std::shared_ptr<Body>;

    struct Found {
        RepositoryPointer repository;
        Survey survey;
        std::optional<Last> last;
        QList<git::Commit> commits;
    };

    template <class T>
    static Task<Result<T>> write(BodyPointer body,
                                 std::function<Result<T>(store::Transaction&)> work)
    {
        return body->store->write<T>(std::move(work));
    }
    static Task<Result<QList<Record>>> records(BodyPointer body)
    {
        return body->store->read<QList<Record>>(&readRecords);
    }

    static Task<Result<Built>> findBuilt(BodyPointer body, QString repository, QString commit);
    static Task<Result<Found>> find(BodyPointer body, QString repository, QString revision);
    static Task<Result<Found>> readHistory(Found found);
    static Task<Result<void>> checkReviews(BodyPointer body, Found found);
    static Task<Result<Proposal>> propose(BodyPointer body, QString repository, QString revision);
    static Task<Result<Release>> create(BodyPointer body, QString repository, QString revision,
                                        QString version, QString actor);
    static Task<Result<Record>> begin(BodyPointer body, Found found, QString version,
                                      QString actor);
    static Task<Result<Release>> complete(BodyPointer body, RepositoryPointer repository,
                                          Record record);
    static Task<Result<void>> takeBack(BodyPointer body, Record record);
    static Task<Result<Release>> approve(BodyPointer body, QString name, QString who,
                                         QString comment);
    static Task<Result<QList<Release>>> list(BodyPointer body, QString repository);
    static Task<Result<Release>> get(BodyPointer body, QString name);
    static void noticeStore(const BodyPointer& body);
};

// ---- finding ------------------------------------------------------------------------------------

/// The run that passed; Refused when there is none.
Task<Result<Built>> Releases::Flow::findBuilt(BodyPointer body, QString repository, QString commit)
{
    auto task = body->built(repository, commit);
    Result<Built> built = co_await std::move(task);
    if (!built && built.error().kind == ErrorKind::NotFound) {
        Error refused = built.error().in(u"release of %1"_s.arg(repository));
        refused.kind = ErrorKind::Refused;
        co_return refused;
    }
    co_return built;
}

/// The commit that is meant, its run and what is recorded. With an empty revision the run names the
/// commit. A commit that is recorded already needs no run any more.
Task<Result<Releases::Flow::Found>> Releases::Flow::find(BodyPointer body, QString repository,
                                                         QString revision)
{
    if (!body->workspace.repositories.contains(repository)) {
        co_return unknownRepository(body->workspace, repository);
    }
    auto opening = body->open(repository);
    Result<RepositoryPointer> opened = co_await std::move(opening);
    if (!opened) {
        co_return opened.error();
    }
    Found found;
    found.repository = *opened;
    found.survey.repository = repository;
    if (revision.isEmpty()) {
        auto newest = findBuilt(body, repository, QString());
        Result<Built> built = co_await std::move(newest);
        if (!built) {
            co_return built.error();
        }
        found.survey.built = *built;
        revision = built->commit;
    }
    auto reading = found.repository->commit(revision);
    Result<git::Commit> commit = co_await std::move(reading);
    if (!commit) {
        co_return commit.error();
    }
    found.survey.commit = *commit;
    auto listing = records(body);
    Result<QList<Record>> known = co_await std::move(listing);
    if (!known) {
        co_return known.error();
    }
    found.survey.records = *known;
    const bool isRecorded = recordOf(*known, repository, commit->id).has_value();
    if (found.survey.built.run.isEmpty() && !isRecorded) {
        auto finding = findBuilt(body, repository, commit->id);
        Result<Built> built = co_await std::move(finding);
        if (!built) {
            co_return built.error();
        }
        found.survey.built = *built;
    }
    auto tail = readHistory(std::move(found));
    Result<Found> complete = co_await std::move(tail);
    co_return complete;
}

/// The tags, the last version and the commits since.
Task<Result<Releases::Flow::Found>> Releases::Flow::readHistory(Found found)
{
    auto listing = found.repository->refs();
    Result<QList<git::Ref>> refs = co_await std::move(listing);
    if (!refs) {
        co_return refs.error();
    }
    found.survey.tags = *refs;
    found.survey.tags.removeIf([](const git::Ref& ref) { return ref.kind != git::Ref::Kind::Tag; });
    found.last = lastBefore(found.survey);
    git::LogQuery query;
    query.from = {found.survey.commit.id};
    query.limit = logLimit;
    if (found.last) {
        query.notReachableFrom = found.last->commit;
    }
    auto reading = found.repository->log(query, CancelToken());
    Result<QList<git::Commit>> commits = co_await std::move(reading);
    if (!commits) {
        co_return commits.error();
    }
    found.commits = *commits;
    co_return found;
}

/// The rule "review: required". Refused.
Task<Result<void>> Releases::Flow::checkReviews(BodyPointer body, Found found)
{
    if (!body->workspace.repositories.value(found.survey.repository).reviewRequired) {
        co_return Result<void>();
    }
    auto reading = git::reviews(found.repository, true);
    const Result<git::ReviewList> list = co_await std::move(reading);
    if (!list) {
        co_return list.error();
    }
    const auto states = git::reviewStates(found.commits, list->reviews);
    co_return checkReviewed(found.survey, found.last, found.commits, logLimit, states);
}

Task<Result<Proposal>> Releases::Flow::propose(BodyPointer body, QString repository,
                                               QString revision)
{
    auto finding = find(body, repository, revision);
    Result<Found> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    const Survey& survey = found->survey;
    Proposal proposal;
    proposal.commit = survey.commit.id;
    proposal.run = survey.built.run;
    proposal.last = found->last ? found->last->version.text() : QString();
    proposal.changeLog = changeLog(found->commits);
    proposal.reason = reasonFor(found->last, found->commits);
    const std::optional<Record> record = recordOf(survey.records, repository, survey.commit.id);
    if (record && record->complete) {
        co_return alreadyReleased(record->release);
    }
    if (record) {
        proposal.version = record->release.version;
        proposal.changeLog = record->release.changeLog;
        proposal.run = record->release.run;
        proposal.reason = u"Begun before and not complete"_s;
        co_return proposal;
    }
    proposal.version = proposedVersion(survey, found->last, found->commits).text();
    auto checking = checkReviews(body, *found);
    const Result<void> reviewed = co_await std::move(checking);
    if (!reviewed) {
        co_return reviewed.error();
    }
    co_return proposal;
}

// ---- making -------------------------------------------------------------------------------------

/// Check; write the release down as an intent with the name of its tag; tag; write it down as
/// complete. The intent bears the commit, so the same call finds it again after a kill at any point
/// and goes on from there.
Task<Result<Release>> Releases::Flow::create(BodyPointer body, QString repository, QString revision,
                                             QString version, QString actor)
{
    const QString person = personText(actor);
    if (person.isEmpty()) {
        co_return Error(ErrorKind::Invalid, u"A release needs the name of who makes it."_s);
    }
    for (int attempt = 1;; ++attempt) {
        auto finding = find(body, repository, revision);
        Result<Found> found = co_await std::move(finding);
        if (!found) {
            co_return found.error();
        }
        const RepositoryPointer opened = found->repository;
        auto beginning = begin(body, std::move(*found), version, person);
        Result<Record> begun = co_await std::move(beginning);
        const bool lostRace = !begun && begun.error().kind == ErrorKind::Conflict &&
                              begun.error().details.contains(u"raced"_s);
        if (lostRace && attempt < createAttempts) {
            continue;  // look again: another operator took the version, or began this very commit
        }
        if (!begun) {
            co_return begun.error();
        }
        auto completing = complete(body, opened, *begun);
        Result<Release> release = co_await std::move(completing);
        co_return release;
    }
}

/// The intent: the one that stands, or a new one. Conflict, Invalid. Conflict with "raced" in its
/// details when the store changed between the look and the write.
Task<Result<Record>> Releases::Flow::begin(BodyPointer body, Found found, QString version,
                                           QString actor)
{
    const Survey& survey = found.survey;
    std::optional<Version> wanted;
    if (!version.isEmpty()) {
        Result<Version> parsed = Version::parse(version);
        if (!parsed) {
            co_return parsed.error();
        }
        wanted = *parsed;
    }
    if (const auto record = recordOf(survey.records, survey.repository, survey.commit.id)) {
        const bool isSame = wanted && wanted->text() == record->release.version;
        if (isSame || (!wanted && !record->complete)) {
            co_return *record;
        }
        co_return alreadyReleased(record->release);
    }
    const Version chosen = wanted ? *wanted : proposedVersion(survey, found.last, found.commits);
    if (const Result<void> checked = checkVersion(survey, found.last, chosen); !checked) {
        co_return checked.error();
    }
    auto checking = checkReviews(body, found);
    const Result<void> reviewed = co_await std::move(checking);
    if (!reviewed) {
        co_return reviewed.error();
    }
    const Record fresh =
        newRecord(survey, chosen, changeLog(found.commits), actor, body->clock->now());
    std::function<Result<Record>(store::Transaction&)> work =
        [fresh](store::Transaction& transaction) {
            const Result<QList<Record>> now = readRecords(transaction);
            if (!now) {
                return Result<Record>(now.error());
            }
            for (const Record& record : *now) {
                const bool sameCommit = record.release.repository == fresh.release.repository &&
                                        record.release.commit == fresh.release.commit;
                if (sameCommit || record.release.id() == fresh.release.id()) {
                    Error raced(ErrorKind::Conflict,
                                u"Release %1 was made by somebody else just now."_s.arg(
                                    record.release.version));
                    raced.details.insert(u"raced"_s, true);
                    return Result<Record>(raced);
                }
            }
            return writeRecord(transaction, fresh);
        };
    auto writing = write<Record>(body, std::move(work));
    Result<Record> written = co_await std::move(writing);
    co_return written;
}

Task<Result<Release>> Releases::Flow::complete(BodyPointer body, RepositoryPointer repository,
                                               Record record)
{
    const Release& release = record.release;
    if (record.complete) {
        co_return release;
    }
    const QString message = u"Release %1\n\n%2"_s.arg(release.version, release.changeLog);
    auto tagging = repository->createTag(release.tag, release.commit, message, release.actor,
                                         addressOf(release.actor));
    Result<void> tagged = co_await std::move(tagging);
    if (!tagged) {
        const bool isTaken = tagged.error().kind == ErrorKind::Conflict &&
                             tagged.error().details.contains(u"commit"_s);
        if (isTaken) {  // somebody tagged another commit meanwhile: this release can never be
            auto undoing = takeBack(body, record);
            Result<void> undone = co_await std::move(undoing);
            if (!undone) {
                co_return undone.error();
            }
        }
        co_return tagged.error().in(u"release %1"_s.arg(release.version));
    }
    const QString id = release.id();
    std::function<Result<Record>(store::Transaction&)> work =
        [id](store::Transaction& transaction) {
            Result<std::optional<Record>> now = readRecord(transaction, id);
            if (!now) {
                return Result<Record>(now.error());
            }
            if (!*now) {
                return Result<Record>(
                    Error(ErrorKind::Conflict, u"Release %1 was taken back meanwhile."_s.arg(id)));
            }
            Record standing = **now;
            if (standing.complete) {
                return Result<Record>(standing);
            }
            standing.complete = true;
            return writeRecord(transaction, standing);
        };
    auto writing = write<Record>(body, std::move(work));
    Result<Record> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    noticeStore(body);
    co_return written->release;
}

Task<Result<void>> Releases::Flow::takeBack(BodyPointer body, Record record)
{
    const QString id = record.release.id();
    std::function<Result<void>(store::Transaction&)> work = [id](store::Transaction& transaction) {
        const Result<std::optional<Record>> now = readRecord(transaction, id);
        if (!now) {
            return Result<void>(now.error());
        }
        const bool isIntent = *now && !(*now)->complete;
        return isIntent ? removeRecord(transaction, id) : Result<void>();
    };
    auto writing = write<void>(body, std::move(work));
    Result<void> written = co_await std::move(writing);
    co_return written;
}

// ---- approving and reading ----------------------------------------------------------------------

Task<Result<Release>> Releases::Flow::approve(BodyPointer body, QString name, QString who,
                                              QString comment)
{
    Approval approval;
    approval.who = who.trimmed();
    approval.at = body->clock->now();
    approval.comment = comment.left(commentLimit);
    if (approval.who.isEmpty() || approval.who.size() > whoLimit) {
        co_return Error(ErrorKind::Invalid, u"An approval needs the name of who gives it."_s);
    }
    std::function<Result<Record>(store::Transaction&)> work = [name, approval](
                                                                  store::Transaction& transaction) {
        const Result<QList<Record>> known = readRecords(transaction);
        if (!known) {
            return Result<Record>(known.error());
        }
        const Result<Record> meant = recordNamed(name, *known);
        if (!meant) {
            return meant;
        }
        Record record = *meant;
        const QList<Approval>& given = record.release.approvals;
        const bool isGiven = std::any_of(given.begin(), given.end(), [&](const Approval& earlier) {
            return earlier.who == approval.who;
        });
        if (isGiven) {
            return Result<Record>(record);
        }
        record.release.approvals.append(approval);
        return writeRecord(transaction, record);
    };
    auto writing = write<Record>(body, std::move(work));
    Result<Record> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    noticeStore(body);
    co_return written->release;
}

Task<Result<QList<Release>>> Releases::Flow::list(BodyPointer body, QString repository)
{
    auto listing = records(body);
    Result<QList<Record>> known = co_await std::move(listing);
    if (!known) {
        co_return known.error();
    }
    QList<Release> releases;
    for (const Record& record : completeOnes(*known)) {
        if (repository.isEmpty() || record.release.repository == repository) {
            releases.append(record.release);
        }
    }
    co_return releases;
}

Task<Result<Release>> Releases::Flow::get(BodyPointer body, QString name)
{
    auto listing = records(body);
    Result<QList<Record>> known = co_await std::move(listing);
    if (!known) {
        co_return known.error();
    }
    const Result<Record> meant = recordNamed(name, *known);
    co_return meant ? Result<Release>(meant->release) : Result<Release>(meant.error());
}

/// Tells when what was written concerns releases; another program may have written it.
void Releases::Flow::noticeStore(const BodyPointer& body)
{
    const bool isHeard =
        body->owner && body->owner->isSignalConnected(QMetaMethod::fromSignal(&Releases::changed));
    if (!isHeard) {
        return;  // a command that ends soon starts no reading of its own
    }
    const std::weak_ptr<Body> weak = body;
    then(records(body), body->owner.data(), [weak](const Result<QList<Record>>& known) {
        const BodyPointer alive = weak.lock();
        if (!alive || !known) {
            return;
        }
        QString seen;
        for (const Record& record : *known) {
            seen += record.release.id() + u' ' + QString::number(record.revision) + u'\n';
        }
        const bool first = alive->seen.isNull();
        if (std::exchange(alive->seen, seen.isNull() ? u""_s : seen) != seen && !first) {
            alive->tell();
        }
    });
}

// ---- face ---------------------------------------------------------------------------------------

Releases::Releases(workspace::Workspace workspace, store::Store* store, OpenRepository open,
                   FindBuilt built, const Clock* clock)
    : m_body(std::make_shared<Body>())
{
    m_body->workspace = std::move(workspace);
    m_body->store = store;
    m_body->open = std::move(open);
    m_body->built = std::move(built);
    m_body->clock = clock;
    m_body->owner = this;
    m_body->calm.setSingleShot(true);
    m_body->calm.setInterval(calmTime);
    connect(&m_body->calm, &QTimer::timeout, this, [this] { Flow::noticeStore(m_body); });
    connect(store, &store::Store::changed, this, [this] {
        if (!m_body->calm.isActive()) {
            m_body->calm.start();
        }
    });
}

void Releases::connectNotify(const QMetaMethod& signal)
{
    if (signal == QMetaMethod::fromSignal(&Releases::changed)) {
        Flow::noticeStore(m_body);  // what stands now is what later changes are told against
    }
}

Releases::~Releases()
{
    m_body->calm.stop();
}

Task<Result<Proposal>> Releases::propose(QString repository, QString revision)
{
    return Flow::propose(m_body, std::move(repository), std::move(revision));
}

Task<Result<Release>> Releases::create(QString repository, QString revision, QString version,
                                       QString actor)
{
    return Flow::create(m_body, std::move(repository), std::move(revision), std::move(version),
                        std::move(actor));
}

Task<Result<Release>> Releases::approve(QString name, QString who, QString comment)
{
    return Flow::approve(m_body, std::move(name), std::move(who), std::move(comment));
}

Task<Result<QList<Release>>> Releases::releases(QString repository)
{
    return Flow::list(m_body, std::move(repository));
}

Task<Result<Release>> Releases::release(QString name)
{
    return Flow::get(m_body, std::move(name));
}

}  // namespace analemma::release
