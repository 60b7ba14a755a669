#pragma once

#include <QJsonObject>
#include <QString>

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace analemma {

/// A JSON object as a value; the bodies of journal rows, plans and --json output.
using Json = QJsonObject;

/// What went wrong, in the few classes that code branches on. People read Error::message instead.
enum class ErrorKind {
    Cancelled,    ///< the caller asked for the end; no failure, no alert
    Timeout,      ///< a deadline passed; what was under way may have happened
    Network,      ///< no connection, or it broke
    Auth,         ///< credentials refused or missing
    HostKey,      ///< the other side is not who it was
    NotFound,     ///< what was named does not exist
    Conflict,     ///< the world is not in the state the caller named
    Locked,       ///< somebody else drives this target
    RateLimited,  ///< see Error::retryAfter
    Protocol,     ///< the other side broke its protocol
    Invalid,      ///< bad input: file, argument, name
    Io,           ///< disk, pipe, process
    Unsupported,  ///< this build, machine or server cannot do it
    Refused,      ///< forbidden by a rule of the workspace
    Failed,       ///< what was asked to run ran and failed (a test, a script, a health check)
    Bug,          ///< our own fault
};

QString toString(ErrorKind kind);
std::optional<ErrorKind> errorKindFromString(const QString& text);

/// An error as a value. `message` is one sentence for people; each layer going up may put one line
/// of context before it. No secret ever stands in it.
struct Error {
    Error() = default;
    Error(ErrorKind k, QString text, int native = 0)
        : kind(k), message(std::move(text)), nativeCode(native)
    {
    }

    ErrorKind kind = ErrorKind::Bug;
    QString message;
    QString hint;        ///< what to do next, one sentence, may be empty
    int nativeCode = 0;  ///< errno, libssh2 or libgit2 code
    std::optional<std::chrono::milliseconds> retryAfter;
    Json details;  ///< for machines: who holds a lock, what differs

    /// The same error with a line of context before it: "bake web: upload site.tar.gz: disk full".
    [[nodiscard]] Error in(const QString& context) const;
    [[nodiscard]] Error withHint(const QString& text) const;

    [[nodiscard]] Json toJson() const;
    static Error fromJson(const Json& json);
};

/// The error of a failed system call, from errno. `what` says what was tried: "open /etc/hosts".
Error systemError(const QString& what, int code);

/// A value or an error. Use: if (!r) return r.error(); use(*r).
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] const T& value() const& { return std::get<0>(m_state); }
    [[nodiscard]] T& value() & { return std::get<0>(m_state); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(m_state)); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    [[nodiscard]] T valueOr(T fallback) const { return ok() ? value() : std::move(fallback); }

    [[nodiscard]] const Error& error() const { return std::get<1>(m_state); }
    [[nodiscard]] Result in(const QString& context) const
    {
        return ok() ? *this : Result(error().in(context));
    }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}  // NOLINT: implicit

    [[nodiscard]] bool ok() const { return !m_error.has_value(); }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const { return *m_error; }
    [[nodiscard]] Result in(const QString& context) const
    {
        return ok() ? *this : Result(error().in(context));
    }

private:
    std::optional<Error> m_error;
};

}  // namespace analemma
