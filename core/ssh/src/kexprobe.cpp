#include "core/ssh/src/kexprobe.h"

#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype kMost = 256 * 1024;
constexpr quint8 kKexInit = 20;

const Error kForeign{ErrorKind::Protocol, u"the server's key exchange cannot be read"_s};

QStringList readNames(WireReader& reader)
{
    const QByteArrayView names = reader.string();
    const QString text = displayText(names, 8192);
    return text.split(u',', Qt::SkipEmptyParts);
}

/// Signs that stand among the key exchange methods and are none: RFC 8308, 2.1; OpenSSH, PROTOCOL,
/// 1.10.
bool isSign(const QString& name)
{
    return name.startsWith(u"ext-info-"_s) || name.startsWith(u"kex-strict-"_s);
}

/// Where the packets begin: after the line that starts with "SSH-"; -1 while it has not come.
qsizetype packetsAt(const QByteArray& received)
{
    qsizetype from = 0;
    for (;;) {
        const qsizetype end = received.indexOf('\n', from);
        if (end < 0) {
            return -1;
        }
        if (received.mid(from, 4) == "SSH-") {
            return end + 1;
        }
        from = end + 1;
    }
}

bool overlap(const QStringList& left, const QStringList& right)
{
    return std::any_of(left.cbegin(), left.cend(),
                       [&right](const QString& name) { return right.contains(name); });
}

}  // namespace

std::optional<Result<Algorithms>> readServerAlgorithms(const QByteArray& received)
{
    if (received.size() > kMost) {
        return Result<Algorithms>(kForeign);
    }
    const qsizetype at = packetsAt(received);
    if (at < 0 || received.size() < at + 5) {
        return std::nullopt;
    }
    WireReader reader(QByteArrayView(received).sliced(at));
    const quint32 length = reader.u32();
    const quint8 padding = reader.byte();
    if (length > 40'000 || length < padding + 2U) {
        return Result<Algorithms>(kForeign);
    }
    if (reader.rest().size() < qsizetype(length) - 1) {
        return std::nullopt;
    }
    if (reader.byte() != kKexInit) {
        return Result<Algorithms>(kForeign);
    }
    reader.bytes(16);  // cookie
    Algorithms algorithms;
    algorithms.kex = readNames(reader);
    algorithms.kex.removeIf(isSign);
    algorithms.hostKeys = readNames(reader);
    algorithms.ciphers = readNames(reader);
    reader.string();  // ciphers to us
    algorithms.macs = readNames(reader);
    return reader.ok() ? Result<Algorithms>(algorithms) : Result<Algorithms>(kForeign);
}

std::optional<Error> explainMismatch(const Algorithms& ours, const Algorithms& theirs)
{
    struct Row {
        QString name;
        QString id;
        const QStringList& ours;
        const QStringList& theirs;
    };
    const std::array<Row, 4> rows = {{
        {u"key exchange"_s, u"kex"_s, ours.kex, theirs.kex},
        {u"host key"_s, u"hostKey"_s, ours.hostKeys, theirs.hostKeys},
        {u"cipher"_s, u"cipher"_s, ours.ciphers, theirs.ciphers},
        {u"message authentication"_s, u"mac"_s, ours.macs, theirs.macs},
    }};
    QStringList sentences;
    Json details;
    for (const Row& row : rows) {
        if (overlap(row.ours, row.theirs)) {
            continue;
        }
        sentences += u"no common %1 algorithm: the server offers %2; built in are %3"_s.arg(
            row.name, row.theirs.isEmpty() ? u"none"_s : row.theirs.join(u", "_s),
            row.ours.join(u", "_s));
        details.insert(row.id, Json{{u"server"_s, QJsonArray::fromStringList(row.theirs)},
                                    {u"builtIn"_s, QJsonArray::fromStringList(row.ours)}});
    }
    if (sentences.isEmpty()) {
        return std::nullopt;
    }
    Error error(ErrorKind::Unsupported, sentences.join(u"; "_s), LIBSSH2_ERROR_KEX_FAILURE);
    const QString cure =
        details.contains(u"hostKey"_s) ? u" (an Ed25519 host key is the usual cure)"_s : QString();
    error.hint =
        u"Allow one of the built-in algorithms on the server%1, or use the system's OpenSSH for this host."_s
            .arg(cure);
    error.details = details;
    return error;
}

KexProbe::KexProbe(std::shared_ptr<Reactor> reactor, std::unique_ptr<ByteStream> stream)
    : m_reactor(std::move(reactor)), m_stream(std::move(stream))
{
}

KexProbe::~KexProbe() = default;

void KexProbe::start(milliseconds timeout, Done done)
{
    m_done = std::move(done);
    m_reactor->adopt(shared_from_this());
    const std::weak_ptr<KexProbe> weak = weak_from_this();
    m_timer = m_reactor->after(timeout, [weak] {
        if (const auto self = weak.lock()) {
            self->m_timer = 0;
            self->finish(kForeign);
        }
    });
    m_stream->connect([weak](const Result<void>& result) {
        if (const auto self = weak.lock()) {
            self->onConnected(result);
        }
    });
}

void KexProbe::onConnected(const Result<void>& result)
{
    if (!result) {
        finish(result.error());
        return;
    }
    const std::weak_ptr<KexProbe> weak = weak_from_this();
    m_stream->onEvent = [weak] {
        if (const auto self = weak.lock()) {
            self->onStream();
        }
    };
    constexpr QByteArrayView banner = "SSH-2.0-Analemma_probe\r\n";
    m_stream->write(banner.data(), banner.size());  // fits into an empty socket
}

void KexProbe::onStream()
{
    std::array<char, 16 * 1024> room{};
    const qint64 got = m_stream->read(room.data(), qint64(room.size()));
    m_received.append(room.data(), std::max<qint64>(got, 0));
    const std::optional<Result<Algorithms>> read = readServerAlgorithms(m_received);
    if (read) {
        finish(*read);
    } else if (got < 0) {
        finish(kForeign);
    }
}

void KexProbe::finish(Result<Algorithms> result)
{
    const auto self = shared_from_this();
    m_reactor->cancelTimer(std::exchange(m_timer, 0));
    m_stream->close();
    m_reactor->dismiss(self);
    if (const Done done = std::exchange(m_done, nullptr)) {
        done(std::move(result));
    }
}

void KexProbe::shutDown()
{
    m_done = nullptr;
    m_stream->close();
}

}  // namespace analemma::ssh
