#pragma once

#include "core/terminal/cells.h"

#include <QString>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/// What cells name by number: styles, characters with marks, links. Each is bounded; what no cell
/// names any more is dropped when a table is full (see Emulator::collect).
namespace analemma::terminal {

/// Style to number, by open addressing. Number 0 is the default style and always there. The limit
/// keeps the slots in a processor's own cache: four times as many styles cost a third of the speed
/// where each character has another one, and are only of use to scrollback of such rows.
class StyleTable {
public:
    static constexpr std::size_t limit = 1u << 15;

    StyleTable();
    /// The number of a style; nothing when the table is at `room()`.
    [[nodiscard]] std::optional<quint32> intern(const Style& style);
    /// The style is asked for soon: its slot comes nearer.
    void expect(const Style& style) const;
    [[nodiscard]] const Style& at(quint32 id) const
    {
        return m_styles[id < m_styles.size() ? id : 0];
    }
    [[nodiscard]] std::size_t capacity() const { return m_styles.size(); }
    [[nodiscard]] std::size_t alive() const { return m_styles.size() - m_free.size(); }
    [[nodiscard]] std::size_t room() const { return m_room; }
    void setRoom(std::size_t room) { m_room = qMin(room, limit); }
    /// Frees all but those marked.
    void sweep(const std::vector<bool>& marked);
    [[nodiscard]] qint64 bytes() const;

private:
    void place(quint32 id);
    [[nodiscard]] std::size_t slot(const Style& style, quint64 hash) const;
    void grow();

    std::vector<Style> m_styles;
    std::vector<quint32> m_slots;  ///< number + 1, and above it bits of the style's hash
    std::vector<quint32> m_free;
    std::size_t m_room = 4096;
};

/// Characters with marks: a base and at most `limitMarks` marks each.
class ClusterTable {
public:
    static constexpr std::size_t limit = 1u << 16;
    static constexpr std::size_t limitMarks = 8;

    [[nodiscard]] std::optional<quint32> intern(const std::u32string& text);
    [[nodiscard]] const std::u32string& at(quint32 index) const;
    [[nodiscard]] std::size_t capacity() const { return m_texts.size(); }
    /// More than three quarters are taken.
    [[nodiscard]] bool isCrowded() const { return m_index.size() * 4 > limit * 3; }
    void sweep(const std::vector<bool>& marked);
    [[nodiscard]] qint64 bytes() const { return qint64(m_index.size()) * 160; }

private:
    std::vector<std::u32string> m_texts;
    std::unordered_map<std::u32string, quint32> m_index;
    std::vector<quint32> m_free;
};

/// Addresses of OSC 8, with the id that joins parts of one link. Number 0 is no link.
class LinkTable {
public:
    static constexpr std::size_t limit = 4096;
    static constexpr qsizetype limitAddress = 2048;

    [[nodiscard]] std::optional<quint16> intern(const QString& id, const QString& address);
    [[nodiscard]] QString at(quint16 number) const;
    [[nodiscard]] std::size_t capacity() const { return m_links.size(); }
    [[nodiscard]] bool isCrowded() const
    {
        return (m_links.size() - m_free.size()) * 4 > limit * 3;
    }
    void sweep(const std::vector<bool>& marked);
    [[nodiscard]] qint64 bytes() const { return m_bytes; }

private:
    struct Link {
        QString id;
        QString address;
        bool used = false;
    };
    std::vector<Link> m_links{1};
    std::vector<quint16> m_free;
    qint64 m_bytes = 0;
};

}  // namespace analemma::terminal
