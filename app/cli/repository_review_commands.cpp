#include "app/cli/commands.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"
#include "core/git/review.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;
using Kind = git::ReviewEvent::Kind;

constexpr int shownDigits = 10;
constexpr int shownThreadDigits = 8;

/// Also without a workspace, and so without its clock.
QString reviewAge(const QDateTime& time)
{
    return ageText(time, QDateTime::currentDateTimeUtc());
}

// ---- JSON ---------------------------------------------------------------------------------------

Json personJson(const git::Reviewer& person)
{
    return {{u"name"_s, person.name}, {u"email"_s, person.email}};
}

Json eventJsonOf(const git::ReviewEvent& event)
{
    Json json{{u"id"_s, event.id},
              {u"kind"_s, event.word},
              {u"by"_s, personJson(event.by)},
              {u"at"_s, toIso(event.at)}};
    for (const auto& [name, value] : {std::pair{u"text"_s, event.text},
                                      {u"commit"_s, event.commit},
                                      {u"thread"_s, event.thread}}) {
        if (!value.isEmpty()) {
            json[name] = value;
        }
    }
    if (!event.counts || event.kind == Kind::Unknown) {
        json[u"withoutEffect"_s] = true;
    }
    return json;
}

Json threadJson(const git::ReviewThread& thread)
{
    const git::ReviewEvent& first = thread.comments.constFirst();
    QJsonArray comments;
    for (const git::ReviewEvent& comment : thread.comments) {
        comments.append(eventJsonOf(comment));
    }
    Json json{{u"id"_s, first.id}, {u"resolved"_s, thread.resolved}, {u"comments"_s, comments}};
    if (!first.path.isEmpty()) {
        json[u"path"_s] = QString::fromUtf8(first.path);
        json[u"pathNow"_s] = QString::fromUtf8(thread.pathNow);
        json[u"outdated"_s] = thread.outdated;
    }
    if (first.line > 0) {
        json[u"line"_s] = first.line;
        json[u"side"_s] = first.old ? u"old"_s : u"new"_s;
        if (!thread.outdated) {
            json[u"lineNow"_s] = thread.lineNow;
        }
    }
    return json;
}

/// What stands in lists and in a whole review alike.
Json reviewHeadJson(const git::Review& review)
{
    return {{u"id"_s, review.id},
            {u"branch"_s, review.branch},
            {u"base"_s, review.against},
            {u"title"_s, review.title},
            {u"state"_s, toString(review.state)},
            {u"by"_s, personJson(review.by)},
            {u"opened"_s, toIso(review.opened)},
            {u"changed"_s, toIso(review.changed)},
            {u"tip"_s, review.tip},
            {u"mergeBase"_s, review.base},
            {u"branchGone"_s, review.branchGone},
            {u"openThreads"_s, review.openThreads()},
            {u"leftOut"_s, review.leftOut}};
}

Json reviewJson(const git::Review& review)
{
    Json json = reviewHeadJson(review);
    json[u"schema"_s] = u"analemma.review.1"_s;
    json[u"text"_s] = review.text;
    QJsonArray verdicts;
    for (const git::ReviewEvent& verdict : review.verdicts) {
        Json one = eventJsonOf(verdict);
        one[u"stale"_s] = review.isStale(verdict);
        verdicts.append(one);
    }
    QJsonArray threads;
    for (const git::ReviewThread& thread : review.threads) {
        threads.append(threadJson(thread));
    }
    QJsonArray others;
    for (const git::ReviewEvent& event : review.events) {
        if (!event.counts || event.kind == Kind::Unknown) {
            others.append(eventJsonOf(event));
        }
    }
    json[u"verdicts"_s] = verdicts;
    json[u"threads"_s] = threads;
    json[u"others"_s] = others;
    return json;
}

// ---- text ---------------------------------------------------------------------------------------

QString indented(const QString& text)
{
    QString all;
    for (const QString& line : displayLog(text.toUtf8()).trimmed().split(u'\n')) {
        all += u"    "_s + line + u'\n';
    }
    return all;
}

QString placeText(const git::ReviewThread& thread)
{
    const git::ReviewEvent& first = thread.comments.constFirst();
    if (first.path.isEmpty()) {
        return u"the whole branch"_s;
    }
    QString place = displayText(QByteArrayView(thread.outdated ? first.path : thread.pathNow), 200);
    if (first.line > 0) {
        place += u":%1"_s.arg(thread.outdated ? first.line : thread.lineNow);
    }
    return place + (first.old ? u" of the base"_s : QString()) +
           (thread.outdated ? u" (outdated)"_s : QString());
}

QString threadText(const git::ReviewThread& thread)
{
    QString text = u"\n[%1] %2  %3\n"_s.arg(
        displayText(thread.comments.constFirst().id.left(shownThreadDigits), 20), placeText(thread),
        thread.resolved ? u"resolved"_s : u"open"_s);
    for (const git::ReviewEvent& comment : thread.comments) {
        text += u"  %1, %2:\n"_s.arg(displayText(comment.by.name, 80), reviewAge(comment.at)) +
                indented(comment.text);
    }
    return text;
}

QString verdictText(const git::Review& review, const git::ReviewEvent& verdict)
{
    const QString word = verdict.kind == Kind::Approve ? u"approved"_s : u"asks for changes"_s;
    return u"%1 %2 %3%4"_s.arg(verdict.by.name, word, verdict.commit.left(shownDigits),
                               review.isStale(verdict) ? u" (new commits since)"_s : QString());
}

QString reviewText(const Run& run, const git::Review& review)
{
    QStringList verdicts;
    for (const git::ReviewEvent& verdict : review.verdicts) {
        verdicts.append(verdictText(review, verdict));
    }
    QString text = factLines(
        {{u"review"_s, review.id},
         {u"title"_s, review.title},
         {u"branch"_s, u"%1 against %2"_s.arg(review.branch, review.against)},
         {u"tip"_s, review.tip.left(shownDigits) +
                        (review.branchGone ? u" (the branch is gone)"_s : QString())},
         {u"state"_s, toString(review.state)},
         {u"by"_s, u"%1 <%2>, %3"_s.arg(review.by.name, review.by.email, reviewAge(review.opened))},
         {u"verdicts"_s, verdicts.join(u", "_s)},
         {u"left out"_s,
          review.leftOut > 0 ? u"%1 lines that can not be read"_s.arg(review.leftOut) : QString()}},
        run.colour);
    if (!review.text.isEmpty()) {
        text += u'\n' + indented(review.text);
    }
    for (const git::ReviewThread& thread : review.threads) {
        text += threadText(thread);
    }
    for (const git::ReviewEvent& event : review.events) {
        if (event.kind == Kind::Unknown && event.counts) {
            text += u"\n%1, %2: \"%3\", which this version does not know\n"_s.arg(
                displayText(event.by.name, 80), reviewAge(event.at), displayText(event.word, 40));
        }
    }
    return text;
}

// ---- commands -----------------------------------------------------------------------------------

Task<Result<int>> reviewList(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::reviews(*repository, run->has(u"all"_s));
    const Result<git::ReviewList> list = co_await std::move(reading);
    if (!list) {
        co_return list.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"REVIEW"_s, u"BRANCH"_s,  u"STATE"_s, u"OPEN"_s,
                  u"BY"_s,     u"CHANGED"_s, u"TITLE"_s};
    for (const git::Review& one : list->reviews) {
        json.append(reviewHeadJson(one));
        table.rows.append({one.id.left(shownDigits), displayText(one.branch, 40),
                           toString(one.state), QString::number(one.openThreads()),
                           displayText(one.by.name, 24), reviewAge(one.changed),
                           displayText(one.title, 60)});
    }
    for (const QString& problem : list->problems) {
        run->say(problem);
    }
    run->answer({{u"schema"_s, u"analemma.reviews.1"_s},
                 {u"reviews"_s, json},
                 {u"problems"_s, QJsonArray::fromStringList(list->problems)}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> reviewShow(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::review(*repository, run->argument(1));
    const Result<git::Review> review = co_await std::move(reading);
    if (!review) {
        co_return review.error();
    }
    run->answer(reviewJson(*review), reviewText(*run, *review));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> reviewOpen(RunPointer run)
{
    git::ReviewOpening wanted;
    wanted.branch = run->argument(1);
    wanted.against = run->value(u"base"_s);
    wanted.title = run->value(u"title"_s);
    wanted.text = run->value(u"text"_s);
    if (wanted.against.isEmpty()) {
        co_return usageError(u"\"repository review open\" needs --base REV"_s);
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (run->dryRun) {
        run->intend(u"would open a review of %1 against %2"_s.arg(
            displayText(wanted.branch, 100), displayText(wanted.against, 100)));
        co_return exitWith(Exit::Ok);
    }
    auto writing = git::openReview(*repository, wanted);
    const Result<git::Review> review = co_await std::move(writing);
    if (!review) {
        co_return review.error();
    }
    run->answer(reviewJson(*review), reviewText(*run, *review));
    co_return exitWith(Exit::Ok);
}

Result<git::ReviewAct> actOf(const Run& run, Kind kind)
{
    const Result<int> line = run.number(u"line"_s, 0, 1, 10'000'000);
    if (!line) {
        return line.error();
    }
    git::ReviewAct act;
    act.kind = kind;
    act.text = run.value(u"text"_s);
    act.commit = run.value(u"commit"_s);
    act.path = run.value(u"file"_s).toUtf8();
    act.line = *line;
    act.old = run.has(u"old"_s);
    if (kind == Kind::Comment) {
        act.text = run.argument(2);
    } else if (kind == Kind::Reply) {
        act.thread = run.argument(2);
        act.text = run.argument(3);
    } else {
        act.thread = run.argument(2);
    }
    return act;
}

/// All that adds one event to a review.
template <Kind kind>
Task<Result<int>> reviewAct(RunPointer run)
{
    const Result<git::ReviewAct> act = actOf(*run, kind);
    if (!act) {
        co_return act.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (run->dryRun) {
        auto reading = git::review(*repository, run->argument(1));
        const Result<git::Review> review = co_await std::move(reading);
        if (!review) {
            co_return review.error();
        }
        run->intend(u"would add to review %1 of %2: %3"_s.arg(
            review->id.left(shownDigits), displayText(review->branch, 100), toString(kind)));
        co_return exitWith(Exit::Ok);
    }
    auto writing = git::addToReview(*repository, run->argument(1), *act);
    const Result<git::Review> review = co_await std::move(writing);
    if (!review) {
        co_return review.error();
    }
    run->answer(reviewJson(*review), reviewText(*run, *review));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> reviewMerge(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (run->dryRun) {
        run->intend(
            u"would join %1 with %2"_s.arg(displayText(run->argument(1), 100), git::reviewRef()));
        co_return exitWith(Exit::Ok);
    }
    auto merging = git::mergeReviews(*repository, run->argument(1));
    const Result<git::ReviewMerge> merge = co_await std::move(merging);
    if (!merge) {
        co_return merge.error();
    }
    for (const QString& problem : merge->problems) {
        run->say(problem);
    }
    run->answer({{u"schema"_s, u"analemma.review-merge.1"_s},
                 {u"changed"_s, merge->changed},
                 {u"reviews"_s, merge->reviews},
                 {u"problems"_s, QJsonArray::fromStringList(merge->problems)}},
                merge->changed ? u"%1 reviews have something new\n"_s.arg(merge->reviews)
                               : u"nothing new\n"_s);
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> repositoryReviewCommands()
{
    const QString noun = u"repository"_s;
    const Argument repository{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s};
    const Argument maybe{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    const Argument branch{u"BRANCH"_s, u"a branch, here or of a remote"_s};
    const Argument review{u"REVIEW"_s, u"its id, the beginning of it, or the branch"_s};
    const Argument thread{u"THREAD"_s, u"its id or the beginning of it, as \"show\" tells"_s};
    const Argument maybeThread{u"THREAD"_s, u"a thread; else the review itself"_s, false};
    const Argument words{u"TEXT"_s, u"what you have to say"_s};
    const Argument ref{u"REF"_s, u"a fetched ref, as refs/analemma/review/origin"_s};
    const Option all{u"all"_s, {}, u"also closed ones"_s};
    const Option base{u"base"_s, u"REV"_s, u"the branch, tag or commit it is compared with"_s};
    const Option title{u"title"_s, u"TEXT"_s, u"else the subject of the newest commit"_s};
    const Option text{u"text"_s, u"TEXT"_s, u"more to say"_s};
    const Option file{u"file"_s, u"PATH"_s, u"about this file"_s};
    const Option line{u"line"_s, u"N"_s, u"about this line of it"_s};
    const Option old{u"old"_s, {}, u"the line is one of the base's"_s};
    const Option commit{u"commit"_s, u"REV"_s,
                        u"the newest commit you looked at; refused when there are newer ones"_s};
    const auto reads = [&](const QString& verb, const QString& summary,
                           const QList<Argument>& arguments, const QList<Option>& options,
                           Task<Result<int>> (*body)(RunPointer)) {
        return Command{
            noun, u"review "_s + verb, summary, arguments, options, Effect::Reads, true, {}, body,
            true};
    };
    const auto acts = [&](const QString& verb, const QString& summary,
                          const QList<Argument>& arguments, const QList<Option>& options,
                          Task<Result<int>> (*body)(RunPointer)) {
        return Command{
            noun, u"review "_s + verb, summary, arguments, options, Effect::Acts, true, {}, body,
            true};
    };
    return {
        reads(u"list"_s, u"Open reviews, the last changed first"_s, {maybe}, {all}, reviewList),
        reads(u"show"_s, u"One review: state, verdicts, threads"_s, {repository, review}, {},
              reviewShow),
        acts(u"open"_s, u"Open a review of a branch against its base"_s, {repository, branch},
             {base, title, text}, reviewOpen),
        acts(u"comment"_s, u"Begin a thread, on a line where one is named"_s,
             {repository, review, words}, {file, line, old, commit}, reviewAct<Kind::Comment>),
        acts(u"reply"_s, u"Answer in a thread"_s, {repository, review, thread, words}, {},
             reviewAct<Kind::Reply>),
        acts(u"resolve"_s, u"Say that a thread is done with"_s, {repository, review, thread}, {},
             reviewAct<Kind::Resolve>),
        acts(u"reopen"_s, u"Open a thread again, or a closed review"_s,
             {repository, review, maybeThread}, {}, reviewAct<Kind::Reopen>),
        acts(u"approve"_s, u"Approve the branch as it is now"_s, {repository, review},
             {text, commit}, reviewAct<Kind::Approve>),
        acts(u"request-changes"_s, u"Ask for changes"_s, {repository, review}, {text, commit},
             reviewAct<Kind::AskChanges>),
        acts(u"withdraw"_s, u"Take your own verdict back"_s, {repository, review}, {text},
             reviewAct<Kind::Withdraw>),
        acts(u"close"_s, u"Close a review, merged or not"_s, {repository, review}, {text},
             reviewAct<Kind::Close>),
        acts(u"merge"_s, u"Join the reviews of a fetched ref with those here"_s, {repository, ref},
             {}, reviewMerge),
    };
}

}  // namespace analemma::cli
