#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <functional>
#include <memory>

namespace analemma {

/// Bytes that must not be printed: wiped when the last copy goes, locked in memory where the
/// machine allows. It has no stream operator and no conversion; use() is the only way to the bytes.
class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArrayView bytes);  ///< copies; the caller wipes its own copy
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] qsizetype size() const;
    /// Lends the bytes for the length of the call.
    void use(const std::function<void(QByteArrayView)>& reader) const;

private:
    struct Bytes;
    std::shared_ptr<const Bytes> m_bytes;
};

/// Replaces known secrets in a stream by "***": the value itself, each of its lines of 8 or more
/// characters, and its base64 (three offsets), URL, JSON and shell-escaped forms, also where a
/// piece ends in the middle of one. One object a stream. Not thread-safe.
class Redactor {
public:
    Redactor();
    ~Redactor();
    Redactor(Redactor&&) noexcept;
    Redactor& operator=(Redactor&&) noexcept;

    void add(const Secret& secret);
    /// What can be shown of the bytes so far; holds back a tail that may be the start of a secret.
    QByteArray feed(QByteArrayView bytes);
    /// What was held back. Call at the end of the stream.
    QByteArray finish();
    /// feed() and finish() in one, for whole texts.
    QByteArray redact(QByteArrayView bytes);
    QString redact(const QString& text);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace analemma
