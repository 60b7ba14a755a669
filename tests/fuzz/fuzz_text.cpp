#include "core/base/secret.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;

namespace {

bool hasControl(const QString& text, QStringView kept)
{
    for (const QChar c : text) {
        const char16_t u = c.unicode();
        const bool control = u < 0x20 || (u >= 0x7f && u < 0xa0);
        const bool order = (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069) ||
                           u == 0x200e || u == 0x200f || u == 0x061c;
        if ((control || order) && !kept.contains(c)) {
            return true;
        }
    }
    return false;
}

void checkDisplay(const QByteArray& bytes)
{
    const QString shown = displayText(QByteArrayView(bytes));
    fuzz::promise(!hasControl(shown, QStringView()), "a shown text holds no control");
    fuzz::promise(shown.size() <= 4096, "a shown text is bounded");
    fuzz::promise(displayText(shown) == shown, "what is shown is shown as it is");
    fuzz::promise(!hasControl(displayLog(bytes), u"\n\t"), "a log holds no control but its lines");
    const QString few = displayText(QByteArrayView(bytes), 7);
    fuzz::promise(few.size() <= 7, "the limit holds");
    const QString name = QString::fromUtf8(bytes);
    if (isPlainName(name) || isHostName(name)) {
        fuzz::promise(!name.startsWith(u'-') && !name.contains(u' ') && !name.contains(u'/'),
                      "a name is no option and no path");
    }
}

/// The first byte says how long the secret is and where the stream is split.
void checkRedactor(const QByteArray& bytes)
{
    if (bytes.size() < 2) {
        return;
    }
    const auto first = static_cast<unsigned char>(bytes[0]);
    const qsizetype length = std::min<qsizetype>(4 + first % 32, bytes.size() - 1);
    const Secret secret(QByteArrayView(bytes).sliced(1, length));
    const QByteArray text =
        bytes.sliced(1 + length) + bytes.sliced(1, length) + bytes.sliced(1 + length / 2);
    const qsizetype split = text.size() * first / 256;
    Redactor whole;
    whole.add(secret);
    Redactor pieces;
    pieces.add(secret);
    QByteArray shown = pieces.feed(text.first(split));
    shown += pieces.feed(text.sliced(split));
    shown += pieces.finish();
    fuzz::promise(shown == whole.redact(QByteArrayView(text)), "pieces do not matter");
    const QByteArray core = bytes.sliced(1, length).trimmed();
    if (core.size() >= 4 && !core.contains('*')) {
        fuzz::promise(!shown.contains(core), "the secret is not shown");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    checkDisplay(bytes);
    checkRedactor(bytes);
    return 0;
}
