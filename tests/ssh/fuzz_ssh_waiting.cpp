#include "core/ssh/src/waitingshell.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;
using namespace analemma::ssh;

namespace {

/// What a server says, which knows the mark: 1 is the mark, 2 its line, 3 the request.
QByteArray saidBy(QByteArray bytes, const WaitingGreeting& greeting)
{
    bytes.replace('\x03', greeting.request());
    bytes.replace('\x02', greeting.mark() + '\n');
    bytes.replace('\x01', greeting.mark());
    return bytes;
}

/// Whether it greets, told in pieces of that many bytes.
bool greets(const QByteArray& bytes, const QByteArray& known, qsizetype piece)
{
    WaitingGreeting greeting{known};
    const QByteArray line = greeting.mark() + '\n';
    const QByteArray output = saidBy(bytes, greeting);
    auto state = greeting.feed(line, true);
    for (qsizetype at = 0; at < output.size(); at += piece) {
        const auto next = greeting.feed(
            QByteArrayView(output).sliced(at, std::min(piece, output.size() - at)), false);
        state = state == WaitingGreeting::State::Unfit ? state : next;
    }
    const bool isFit = state == WaitingGreeting::State::Fit;
    fuzz::promise(!isFit || output.endsWith(line), "nothing is said behind a greeting");
    fuzz::promise(!isFit || !greeting.facts().isEmpty(), "a greeting says something");
    return isFit;
}

QByteArray ownOf(const QByteArray& bytes, qsizetype piece)
{
    StartMark start("0123456789abcdef");
    QByteArray own;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        const auto part = QByteArrayView(bytes).sliced(at, std::min(piece, bytes.size() - at));
        own += start.isAwaited() ? start.feed(part) : part.toByteArray();
    }
    return own;
}

}  // namespace

/// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    if (bytes.isEmpty()) {
        return 0;
    }
    const qsizetype piece = 1 + quint8(bytes[0]) % 64;
    const QByteArray rest = bytes.sliced(1);
    for (const QByteArray& known : {QByteArray(), QByteArray("known")}) {
        fuzz::promise(greets(rest, known, piece) == greets(rest, known, rest.size() + 100'000),
                      "pieces say what the whole says");
    }
    const qsizetype middle = rest.size() / 2;
    if (handsOn(rest.first(middle), rest.sliced(middle))) {
        fuzz::promise(
            !handsOn(rest.first(middle), rest.sliced(middle) + QByteArray("\0NEW=1\0", 7)),
            "what is added is seen");
    }
    QByteArray marked = rest;
    marked.replace('\x01', "0123456789abcdef\n");
    fuzz::promise(ownOf(marked, piece) == ownOf(marked, marked.size() + 1),
                  "a command's output is the same in pieces");
    fuzz::promise(waitingOrder("m", rest).count('\n') == rest.count('\n') + 2,
                  "an order has as many lines as it says");
    return 0;
}
