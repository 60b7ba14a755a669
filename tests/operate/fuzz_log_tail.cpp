#include "core/operate/src/logfollower.h"
#include "core/operate/src/logmerge.h"
#include "core/operate/src/logtime.h"
#include "tests/fuzz/fuzz.h"
#include "tests/ssh/played_session.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;

namespace {

constexpr qint64 fuzzNow = 1'790'000'000'000;
constexpr qint64 oneDay = qint64(24) * 3600 * 1000;
constexpr qsizetype longest = 64;

class StillClock : public Clock {
public:
    [[nodiscard]] QDateTime now() const override
    {
        return QDateTime::fromMSecsSinceEpoch(fuzzNow, Qt::UTC);
    }
    [[nodiscard]] milliseconds sinceBoot() const override { return milliseconds(fuzzNow); }
};

Task<Result<ssh::ChosenSession>> chosen(std::shared_ptr<ssh::Session> session)
{
    ssh::ChosenSession made;
    made.session = std::move(session);
    co_return made;
}

/// "m=0123; echo "${m}4567 $(date" of the command line.
QByteArray markOf(const QString& command)
{
    const qsizetype first = command.indexOf(u"m="_s) + 2;
    const qsizetype second = command.indexOf(u"${m}"_s) + 4;
    return (command.mid(first, 16) + command.mid(second, 16)).toLatin1();
}

void lookAt(const LogLine& line)
{
    fuzz::promise(line.text.size() <= longest, "a line is bounded");
    fuzz::promise(!line.text.contains('\n'), "a line is one");
    fuzz::promise(line.time > 0 && line.time <= fuzzNow + oneDay, "no line is of the future");
    fuzz::promise(line.count >= 0, "nothing is counted below zero");
    fuzz::promise(!line.cut || line.text.size() >= longest - 1, "what is cut is long");
    (void)line.sentence();
}

/// 0xff ends a piece; the byte after it says of which stream the next one is, and 'e' ends all.
void play(QByteArrayView bytes, bool greets)
{
    const StillClock clock;
    LogTailOptions options;
    options.longestLine = longest;
    options.linesPerSecond = 500;
    options.clock = &clock;
    const auto session = std::make_shared<test::PlayedSession>();
    LogSource source;
    source.file = u"/var/log/syslog"_s;
    LogFollower follower(
        u"one"_s, source, [session](const QString&, const CancelToken&) { return chosen(session); },
        options);
    LogMerge merge(milliseconds(500));
    QByteArrayList told;
    QObject::connect(&follower, &LogFollower::line, &follower, [&](const LogLine& line) {
        lookAt(line);
        told.append(line.text);
        merge.add(line, told.size());
    });
    follower.start();
    test::runPosted();
    fuzz::promise(session->channels.size() == 1, "a channel is opened");
    const std::shared_ptr<test::PlayedChannel> channel = session->channels.front();
    if (greets) {
        channel->say("welcome\n" + markOf(channel->command) + " +0200\n");
        fuzz::promise(follower.state() == LogState::Following, "the mark begins it");
    }
    bool isError = false;
    qsizetype said = channel->takenBytes;
    while (!bytes.isEmpty() && !channel->isClosed) {
        const qsizetype end = bytes.indexOf('\xff');
        const QByteArrayView piece = end < 0 ? bytes : bytes.first(end);
        bytes = end < 0 ? QByteArrayView() : bytes.sliced(end + 1);
        channel->say(piece.toByteArray(), isError);
        said += piece.size();
        if (!bytes.isEmpty() && bytes[0] == 'e') {
            channel->end(bytes.size() > 1 ? bytes[1] : 0);
            break;
        }
        isError = !bytes.isEmpty() && bytes[0] == '!';
        bytes = bytes.isEmpty() ? bytes : bytes.sliced(1);
    }
    fuzz::promise(channel->takenBytes == said, "all that was said is taken: nobody waits");
    fuzz::promise(greets || told.isEmpty(), "what comes before the mark is no line of the log");
    const QList<LogLine> lines = merge.takeAll();
    fuzz::promise(lines.size() == told.size() && merge.isEmpty(), "merging loses none");
    for (qsizetype i = 0; i < lines.size(); ++i) {
        fuzz::promise(lines[i].text == told[i], "one server's lines stay in order");
    }
    follower.stop();
}

}  // namespace

/// What a server says to who follows a log. The first byte: 't' a line and its time, 'z' a zone,
/// 'n' a stream without our mark, else a stream after it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    switch (data[0]) {
        case 't': {
            for (const int zone : {0, 15 * 3600, -15 * 3600}) {
                const auto time = logTime(bytes, zone, fuzzNow);
                fuzz::promise(!time || (*time > 0 && *time <= fuzzNow + oneDay), "a time is one");
            }
            break;
        }
        case 'z': {
            const auto zone = zoneSeconds(bytes);
            fuzz::promise(!zone || std::abs(*zone) < 16 * 3600, "a zone is one");
            break;
        }
        default:
            play(bytes, data[0] != 'n');
    }
    return 0;
}
