#include "core/ssh/known_hosts.h"
#include "core/ssh/src/knownlines.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

namespace {

/// The lines are the file; nothing is lost between them.
void checkLines(const QByteArray& bytes)
{
    QByteArray joined;
    for (const KnownLine& line : readKnownLines(bytes)) {
        joined += bytes.sliced(line.begin, line.end - line.begin);
        fuzz::promise(line.kind == KnownLine::Kind::Blank || !line.names.isEmpty() ||
                          line.kind == KnownLine::Kind::Damaged || line.key.isEmpty(),
                      "a record has names");
    }
    fuzz::promise(joined == bytes, "the lines are the file");
}

void checkVerdicts(const QByteArray& bytes)
{
    const KnownHosts known = KnownHosts().with(bytes, u"file"_s);
    for (const QString& host : {u"web"_s, u"192.0.2.1"_s, u"2001:db8::1"_s}) {
        for (const int port : {22, 2222}) {
            const KnownLookup found = known.lookup(host, port);
            PublicKey offered{"ssh-ed25519", "another key"};
            fuzz::promise(known.verdict(host, port, offered).trust != Trust::Known,
                          "a key that stands nowhere is not known");
            fuzz::promise(!known.verdict(host, port, offered).asResult(host, port, offered).ok(),
                          "and does not pass");
            for (const KnownEntry& entry : found.keys) {
                const Trust trust = known.verdict(host, port, entry.key).trust;
                fuzz::promise(trust == Trust::Known || trust == Trust::Revoked ||
                                  (trust == Trust::NeedsAuthority && entry.key.isCertificate()),
                              "a recorded key is known or revoked");
            }
            for (const KnownEntry& entry : found.revoked) {
                fuzz::promise(known.verdict(host, port, entry.key).trust == Trust::Revoked,
                              "a revoked key never passes");
            }
            const auto pin = known.pinFor(host, port);
            fuzz::promise(!pin || known.verdict(host, port, *pin).trust != Trust::Revoked,
                          "a revoked key is not pinned");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    checkLines(bytes);
    checkVerdicts(bytes);
    return 0;
}
