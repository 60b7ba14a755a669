#include "core/ssh/src/kexprobe.h"
#include "core/ssh/src/sftppackets.h"
#include "core/ssh/src/socks.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

namespace {

/// A program that wants to be forwarded, from its first byte on.
void playSocks(QByteArray bytes)
{
    bool greeted = false;
    for (int turn = 0; turn < 3; ++turn) {
        const socks::Step step = socks::read(bytes, greeted);
        fuzz::promise(step.used >= 0 && step.used <= bytes.size(), "only what came is used");
        fuzz::promise(step.reply.size() <= socks::kLongest, "an answer is short");
        switch (step.kind) {
            case socks::Step::Kind::Greeted:
                fuzz::promise(!greeted, "one greeting");
                greeted = true;
                break;
            case socks::Step::Kind::Connect:
                fuzz::promise(step.port > 0 && step.port < 65536, "a port is one");
                fuzz::promise(!step.host.isEmpty() && !step.host.contains('\0') &&
                                  !step.host.contains('\n') && !step.host.contains(' '),
                              "a name is a word");
                fuzz::promise(step.version == 4 || greeted, "version 5 greets first");
                return;
            case socks::Step::Kind::Refused:
            case socks::Step::Kind::More:
                return;
        }
        bytes.remove(0, step.used);
    }
    fuzz::promise(false, "three turns are enough");
}

void look(const sftp::Reply& reply)
{
    fuzz::promise(reply.dataView().size() <= reply.body.size(), "data lies within its packet");
    fuzz::promise(reply.handle().size() <= reply.body.size(), "a handle lies within its packet");
    fuzz::promise(!reply.statusText().contains(u'\x1b'), "a server's words are clean");
    sftp::offersExtension(reply, "posix-rename@openssh.com");
    sftp::readAttributes(reply);
    if (const auto names = sftp::readNames(reply)) {
        // A name has two lengths and a word of flags.
        fuzz::promise(names->size() <= std::size_t(reply.body.size()) / 12 + 1,
                      "no more names than bytes for them");
    }
}

/// Everything that comes out of a stream, as it would come in pieces of `step` bytes.
QByteArray replies(const QByteArray& bytes, qsizetype step)
{
    QByteArray told;
    QByteArray buffer;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        buffer += bytes.mid(at, step);
        while (auto taken = sftp::takeReply(buffer)) {
            if (!*taken) {
                return told + "damaged";
            }
            look(**taken);
            told += QByteArray::number((*taken)->id) + ':' + (*taken)->body;
        }
        fuzz::promise(buffer.size() <= qsizetype(sftp::kMostPacket) + 4 + step, "bounded");
    }
    return told;
}

void playKeyExchange(const QByteArray& bytes)
{
    const auto whole = readServerAlgorithms(bytes);
    if (whole && *whole) {
        const Algorithms& theirs = **whole;
        for (const QStringList& names :
             {theirs.kex, theirs.hostKeys, theirs.ciphers, theirs.macs}) {
            fuzz::promise(!names.join(u' ').contains(u'\x1b'), "names are clean");
        }
        if (const auto error = explainMismatch(offeredAlgorithms({}), theirs)) {
            fuzz::promise(!error->message.isEmpty() && !error->hint.isEmpty(), "told, with a way");
        }
    }
    // What is complete is not undone by more bytes.
    if (whole && *whole && bytes.size() < 4096) {
        const auto more = readServerAlgorithms(bytes + "x");
        fuzz::promise(more && *more && (*more)->kex == (*whole)->kex, "more changes nothing");
    }
}

}  // namespace

/// What comes over the wire outside of libssh2: SOCKS requests of programs, SFTP replies and key
/// exchange lists of servers. The first byte says which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            playSocks(bytes);
            break;
        case 1:
            fuzz::promise(replies(bytes, qMax<qsizetype>(bytes.size(), 1)) == replies(bytes, 7),
                          "pieces make no difference");
            break;
        default:
            playKeyExchange(bytes);
    }
    return 0;
}
