#include "core/git/src/difflines.h"

#include "core/git/src/errors.h"
#include "core/git/src/handles.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype headingLimit = 80;
constexpr int contextLimit = 1'000'000;

struct LineSink {
    CancelToken cancel;
    LineCounts counts;
    QList<Hunk> hunks;
};

int countHunk(const git_diff_delta*, const git_diff_hunk* hunk, void* payload)
{
    auto* sink = static_cast<LineSink*>(payload);
    sink->counts.added += hunk->new_lines;
    sink->counts.deleted += hunk->old_lines;
    return sink->cancel.isCancelled() ? GIT_EUSER : 0;
}

/// What stands after the second "@@": cut by xdiff after 80 bytes and before what is no UTF-8, as
/// in git, which leaves no blank at such a cut.
QByteArray headingOf(const git_diff_hunk& hunk)
{
    const QByteArrayView header(hunk.header, static_cast<qsizetype>(hunk.header_len));
    const qsizetype ranges = header.indexOf("@@", 2);
    QByteArrayView heading =
        ranges < 0 || ranges + 3 >= header.size() ? QByteArrayView() : header.sliced(ranges + 3);
    while (!heading.isEmpty() &&
           (heading.back() == '\n' || (heading.size() >= headingLimit && heading.back() == ' '))) {
        heading.chop(1);
    }
    return heading.toByteArray();
}

int takeHunk(const git_diff_delta*, const git_diff_hunk* hunk, void* payload)
{
    auto* sink = static_cast<LineSink*>(payload);
    Hunk taken;
    taken.oldStart = hunk->old_start;
    taken.oldCount = hunk->old_lines;
    taken.newStart = hunk->new_start;
    taken.newCount = hunk->new_lines;
    taken.heading = headingOf(*hunk);
    sink->hunks.append(taken);
    return sink->cancel.isCancelled() ? GIT_EUSER : 0;
}

int takeLine(const git_diff_delta*, const git_diff_hunk*, const git_diff_line* line, void* payload)
{
    auto* sink = static_cast<LineSink*>(payload);
    QList<DiffLine>& lines = sink->hunks.last().lines;
    DiffLine taken;
    switch (line->origin) {
        case GIT_DIFF_LINE_CONTEXT:
            break;
        case GIT_DIFF_LINE_ADDITION:
            taken.kind = DiffLine::Kind::Added;
            break;
        case GIT_DIFF_LINE_DELETION:
            taken.kind = DiffLine::Kind::Deleted;
            break;
        default:  // "\ No newline at end of file", of the line before
            if (!lines.isEmpty()) {
                lines.last().endsWithoutBreak = true;
            }
            return 0;
    }
    taken.oldNumber = std::max(line->old_lineno, 0);
    taken.newNumber = std::max(line->new_lineno, 0);
    taken.text = QByteArray(line->content, static_cast<qsizetype>(line->content_len));
    if (taken.text.endsWith('\n')) {
        taken.text.chop(1);
    }
    lines.append(std::move(taken));
    return 0;
}

Result<void> runXdiff(QByteArrayView from, QByteArrayView to, int context, bool ignoreSpace,
                      git_diff_hunk_cb hunk, git_diff_line_cb line, LineSink* sink)
{
    git_diff_options options{};
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
    if (ignoreSpace) {
        options.flags |= GIT_DIFF_IGNORE_WHITESPACE;
    }
    options.context_lines = static_cast<quint32>(std::clamp(context, 0, contextLimit));
    const int code = git_diff_buffers(from.data(), static_cast<std::size_t>(from.size()), nullptr,
                                      to.data(), static_cast<std::size_t>(to.size()), nullptr,
                                      &options, nullptr, nullptr, hunk, line, sink);
    if (sink->cancel.isCancelled()) {
        git_error_clear();
        return cancelledError();
    }
    return code < 0 ? Result<void>(gitError(code, u"compare two texts"_s)) : Result<void>();
}

}  // namespace

qint64 lineCount(QByteArrayView text)
{
    return std::count(text.begin(), text.end(), '\n') +
           (!text.isEmpty() && text.back() != '\n' ? 1 : 0);
}

Result<LineCounts> countChanges(QByteArrayView from, QByteArrayView to, bool ignoreSpace,
                                const CancelToken& cancel)
{
    if (from.isEmpty() || to.isEmpty()) {
        return LineCounts{static_cast<int>(lineCount(to)), static_cast<int>(lineCount(from))};
    }
    LineSink sink{cancel, {}, {}};
    const Result<void> run = runXdiff(from, to, 0, ignoreSpace, &countHunk, nullptr, &sink);
    return run ? Result<LineCounts>(sink.counts) : run.error();
}

Result<QList<Hunk>> compareLines(QByteArrayView from, QByteArrayView to, int context,
                                 bool ignoreSpace, const CancelToken& cancel)
{
    LineSink sink{cancel, {}, {}};
    const Result<void> run = runXdiff(from, to, context, ignoreSpace, &takeHunk, &takeLine, &sink);
    return run ? Result<QList<Hunk>>(sink.hunks) : run.error();
}

}  // namespace analemma::git
