#include "core/ssh/src/agentwire.h"
#include "core/ssh/src/keyfiles.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

namespace {

void checkKey(const PublicKey& key)
{
    if (key.type.isEmpty()) {
        return;
    }
    fuzz::promise(!key.type.contains(' ') && !key.type.contains('\n') && key.type.size() <= 64,
                  "a type is a word");
    fuzz::promise(key.fingerprint().startsWith(u"SHA256:"_s), "a key has a fingerprint");
    const auto install = installKeyCommand(key, u"comment"_s);
    fuzz::promise(!install || !install->contains(u'\n'), "a command is one line");
    KeyInfo info;
    info.key = key;
    describeKey(info);
    fuzz::promise(info.bits >= 0, "a key has no negative size");
}

}  // namespace

/// Replies of an agent, and key files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray bytes = fuzz::bytesOf(data, size);
    const auto message = readAgentMessage(bytes);
    const QByteArray reply = message && *message ? **message : bytes;
    fuzz::promise(!message || !*message || message->value().size() + 4 <= bytes.size(),
                  "a message is a part of what came");
    for (const AgentKey& entry : readAgentKeys(reply).valueOr(std::vector<AgentKey>())) {
        checkKey(entry.key);
        fuzz::promise(!entry.comment.contains(u'\x1b'), "a comment is clean");
    }
    const PublicKey rsa{"ssh-rsa", "x"};
    const auto signature = readAgentSignature(reply, rsa);
    fuzz::promise(!signature || signature->contains("rsa-sha2-512"), "no SHA-1 signature passes");
    const auto file = readPrivateFile(bytes);
    if (file) {
        checkKey(file->key);
    }
    const auto line = parsePublicKey(bytes);
    if (line) {
        checkKey(*line);
        fuzz::promise(parsePublicKey(line->text().toLatin1()).valueOr(PublicKey()) == *line,
                      "a key line read again is the same");
    }
    return 0;
}
