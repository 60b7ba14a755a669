#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <charconv>
#include <optional>

namespace analemma::monitor {

/// The words of a line, one after another. A view on foreign bytes.
class Words {
public:
    explicit Words(QByteArrayView line) : m_rest(line) {}

    [[nodiscard]] QByteArrayView next()
    {
        qsizetype from = 0;
        while (from < m_rest.size() && isBlank(m_rest[from])) {
            ++from;
        }
        qsizetype to = from;
        while (to < m_rest.size() && !isBlank(m_rest[to])) {
            ++to;
        }
        const QByteArrayView word = m_rest.sliced(from, to - from);
        m_rest = m_rest.sliced(to);
        return word;
    }
    void skip(int words)
    {
        for (int i = 0; i < words; ++i) {
            (void)next();
        }
    }
    /// A whole word that is a number; 0 and isBad() else.
    template <class Number = quint64>
    [[nodiscard]] Number number()
    {
        Number value = 0;
        const QByteArrayView word = next();
        const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (problem != std::errc() || end != word.data() + word.size() || word.isEmpty()) {
            m_bad = true;
            return 0;
        }
        return value;
    }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }
    [[nodiscard]] bool atEnd() const { return m_rest.trimmed().isEmpty(); }
    [[nodiscard]] bool isBad() const { return m_bad; }

private:
    static bool isBlank(char c) { return c == ' ' || c == '\t'; }

    QByteArrayView m_rest;
    bool m_bad = false;
};

/// A name that may be a label: 1 to 255 bytes, no control characters.
bool isLabel(QByteArrayView name);

}  // namespace analemma::monitor
