#include "core/operate/copy.h"

#include "core/operate/src/carry.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// What one call has copied so far.
struct Copying {
    Route route;
    CopyOptions options;
    CopyEnd end;

    void leaveOut(const QString& what, int count = 1)
    {
        end.leftOut += count;
        if (options.leftOut) {
            options.leftOut(what);
        }
    }
    void leaveOutAll(const Survey& survey)
    {
        const int told = int(survey.refused.size());
        for (const QString& what : survey.refused) {
            leaveOut(what);
        }
        if (survey.refusedCount > told) {
            leaveOut(u"and %1 more"_s.arg(survey.refusedCount - told), survey.refusedCount - told);
        }
    }
    void tell(const CopiedFile& file)
    {
        ++end.files;
        end.bytes += file.result.bytes;
        if (options.copied) {
            options.copied(file);
        }
    }
    [[nodiscard]] CarryOptions carrying(const Place& from, qint64 size) const
    {
        CarryOptions made;
        made.rule = ConflictRule::Overwrite;
        made.resume = options.resume;
        made.verify = options.verify;
        if (options.progress) {
            made.progress = [tell = options.progress, from, size](qint64 done) {
                tell(from, done, size);
            };
        }
        return made;
    }
};

}  // namespace

Task<Result<CopyEnd>> copyTree(Transfers::Connect connect, Place from, Place to,
                               CopyOptions options, CancelToken cancel)
{
    const auto copying = std::make_shared<Copying>();
    copying->route = {std::move(connect), std::make_shared<Sessions>(), from, to, true};
    copying->options = std::move(options);
    auto looking = survey(copying->route, cancel);
    const Result<Survey> found = co_await std::move(looking);
    if (!found) {
        co_return found.error();
    }
    copying->end.folder = found->folder;
    copying->leaveOutAll(*found);
    for (std::size_t i = 0; i < found->pieces.size(); ++i) {
        const Piece& piece = found->pieces[i];
        CopiedFile file;
        file.from = {from.server, piece.source};
        file.to = {to.server, piece.target};
        auto carrying =
            carry(copying->route, piece, copying->carrying(file.from, piece.info.size), cancel);
        const Result<Carried> carried = co_await std::move(carrying);
        if (carried) {
            file.result = carried->result;
            copying->tell(file);
            continue;
        }
        const Error& error = carried.error();
        if (!found->folder || isLoss(error) || error.kind == ErrorKind::Cancelled) {
            co_return error.in(file.from.text());
        }
        copying->leaveOut(u"%1: %2"_s.arg(file.from.text(), error.message));
    }
    co_return copying->end;
}

}  // namespace analemma::operate
