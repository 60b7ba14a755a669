#include "core/git/src/reviewevents.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;
using namespace analemma::git;

/// A review's note with any bytes: joining it is idempotent and loses no line, and what its events
/// say stays within bounds, read and written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray note = fuzz::bytesOf(data, size);
    const QByteArray joined = joinReviewNotes({note});
    fuzz::promise(joinReviewNotes({joined, note}) == joined, "joining again adds nothing");
    fuzz::promise(joined.size() <= note.size() + 1, "nothing is made up");
    const QDateTime now({2026, 11, 26}, {12, 0}, Qt::UTC);
    for (const QByteArray& line : joined.split('\n')) {
        const std::optional<ReviewEvent> event = readReviewEvent(line);
        if (!event) {
            continue;
        }
        fuzz::promise(event->line == 0 || !event->path.isEmpty(), "a line has a file");
        fuzz::promise(!event->path.contains('\0'), "a path can be one");
        fuzz::promise(event->commit.isEmpty() || event->commit.size() == 40, "an id is whole");
        const auto again = readReviewEvent(writeReviewEvent(*event));
        const bool isSame = again && again->id == event->id && again->at == event->at &&
                            again->text == event->text && again->path == event->path &&
                            again->line == event->line && again->old == event->old;
        fuzz::promise(isSame, "what is written can be read");
        std::optional<Review> review = readReview(reviewIdOf(line), joined, now);
        if (event->kind == ReviewEvent::Kind::Open) {
            fuzz::promise(review.has_value(), "an opening opens its review");
            settleReview(*review, QString(40, QLatin1Char('a')));
            fuzz::promise(review->state != ReviewState::None, "it is in some state");
            fuzz::promise(review->threads.size() <= review->events.size(),
                          "threads come from events");
        } else {
            fuzz::promise(!review.has_value(), "nothing else does");
        }
    }
    return 0;
}
