#include "core/base/readers.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace analemma;

/// Any bytes: a value that Qt's writer and our reader agree on, or one sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    const auto value = readJson(bytes);
    if (!value) {
        fuzz::promise(value.error().kind == ErrorKind::Invalid, "bad input is Invalid");
        fuzz::promise(!value.error().message.isEmpty(), "an error has a sentence");
        fuzz::promise(!value.error().message.contains(QChar(0x1b)), "no escape reaches a message");
        return 0;
    }
    const QJsonArray boxed{*value};
    const QByteArray written = QJsonDocument(boxed).toJson(QJsonDocument::Compact);
    ReadLimits limits;
    limits.bytes *= 16;  // escapes make it longer
    limits.depth += 1;
    limits.nodes += 1;
    const auto again = readJson(written, limits);
    fuzz::promise(again.ok(), "what was read can be written and read again");
    fuzz::promise(again->toArray() == boxed, "and is the same");
    return 0;
}
