#include "core/base/result.h"

#include <array>
#include <cstring>
#include <string_view>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

struct KindName {
    ErrorKind kind;
    QLatin1StringView name;
};

constexpr std::array kindNames{
    KindName{ErrorKind::Cancelled, "cancelled"_L1},
    KindName{ErrorKind::Timeout, "timeout"_L1},
    KindName{ErrorKind::Network, "network"_L1},
    KindName{ErrorKind::Auth, "auth"_L1},
    KindName{ErrorKind::HostKey, "host-key"_L1},
    KindName{ErrorKind::NotFound, "not-found"_L1},
    KindName{ErrorKind::Conflict, "conflict"_L1},
    KindName{ErrorKind::Locked, "locked"_L1},
    KindName{ErrorKind::RateLimited, "rate-limited"_L1},
    KindName{ErrorKind::Protocol, "protocol"_L1},
    KindName{ErrorKind::Invalid, "invalid"_L1},
    KindName{ErrorKind::Io, "io"_L1},
    KindName{ErrorKind::Unsupported, "unsupported"_L1},
    KindName{ErrorKind::Refused, "refused"_L1},
    KindName{ErrorKind::Failed, "failed"_L1},
    KindName{ErrorKind::Bug, "bug"_L1},
};

}  // namespace

QString toString(ErrorKind kind)
{
    for (const KindName& known : kindNames) {
        if (known.kind == kind) {
            return known.name;
        }
    }
    return u"bug"_s;
}

std::optional<ErrorKind> errorKindFromString(const QString& text)
{
    for (const KindName& known : kindNames) {
        if (known.name == text) {
            return known.kind;
        }
    }
    return std::nullopt;
}

Error Error::in(const QString& context) const
{
    Error copy = *this;
    copy.message = context + u": "_s + message;
    return copy;
}

Error Error::withHint(const QString& text) const
{
    Error copy = *this;
    copy.hint = text;
    return copy;
}

Json Error::toJson() const
{
    Json json{{u"kind"_s, toString(kind)}, {u"message"_s, message}};
    if (!hint.isEmpty()) {
        json[u"hint"_s] = hint;
    }
    if (nativeCode != 0) {
        json[u"native_code"_s] = nativeCode;
    }
    if (retryAfter) {
        json[u"retry_after_ms"_s] = qint64(retryAfter->count());
    }
    if (!details.isEmpty()) {
        json[u"details"_s] = details;
    }
    return json;
}

Error Error::fromJson(const Json& json)
{
    Error error(errorKindFromString(json[u"kind"_s].toString()).value_or(ErrorKind::Bug),
                json[u"message"_s].toString(), json[u"native_code"_s].toInt());
    error.hint = json[u"hint"_s].toString();
    error.details = json[u"details"_s].toObject();
    if (json.contains(u"retry_after_ms"_s)) {
        error.retryAfter = std::chrono::milliseconds(json[u"retry_after_ms"_s].toInteger());
    }
    return error;
}

Error systemError(const QString& what, int code)
{
    const ErrorKind kind = code == ENOENT ? ErrorKind::NotFound : ErrorKind::Io;
    Error error(kind, what + u": "_s + QString::fromLocal8Bit(std::strerror(code)), code);
    if (code == ENOSPC || code == EDQUOT) {
        error.message = what + u": the disk is full"_s;
        error.hint = u"Free some space on that disk and try again."_s;
    }
    return error;
}

}  // namespace analemma
