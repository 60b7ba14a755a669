#include "core/terminal/src/tables.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace analemma::terminal {
namespace {

static_assert(sizeof(Style) == 16 && std::has_unique_object_representations_v<Style>);

quint64 hashOf(const Style& style)
{
    quint64 words[2];
    std::memcpy(words, &style, sizeof(words));
    quint64 hash = words[0] * 0x9e3779b97f4a7c15 ^ words[1] * 0xc2b2ae3d27d4eb4f;
    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9;
    return hash ^ hash >> 32;
}

// A slot holds a number + 1 and, so that most other styles are told apart without a look at them,
// the highest bits of the hash.
constexpr quint32 numberBits = 18;
constexpr quint32 numberMask = (1u << numberBits) - 1;
static_assert(StyleTable::limit < numberMask);

quint32 tagOf(quint64 hash)
{
    return quint32(hash >> 32) & ~numberMask;
}

}  // namespace

StyleTable::StyleTable() : m_styles(1), m_slots(1024)
{
    place(0);
}

/// Where the style is, or the empty slot it would go into.
std::size_t StyleTable::slot(const Style& style, quint64 hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    const quint32 tag = tagOf(hash);
    std::size_t at = hash & mask;
    while (m_slots[at] != 0 && ((m_slots[at] & ~numberMask) != tag ||
                                m_styles[(m_slots[at] & numberMask) - 1] != style)) {
        at = (at + 1) & mask;
    }
    return at;
}

void StyleTable::expect(const Style& style) const
{
    __builtin_prefetch(&m_slots[hashOf(style) & (m_slots.size() - 1)]);
}

/// Puts a style that is not there yet into the first empty slot.
void StyleTable::place(quint32 id)
{
    const quint64 hash = hashOf(m_styles[id]);
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash & mask;
    while (m_slots[at] != 0) {
        at = (at + 1) & mask;
    }
    m_slots[at] = (id + 1) | tagOf(hash);
}

std::optional<quint32> StyleTable::intern(const Style& style)
{
    if (style == Style()) {
        return 0;
    }
    const quint64 hash = hashOf(style);
    std::size_t at = slot(style, hash);
    if (m_slots[at] != 0) {
        return (m_slots[at] & numberMask) - 1;
    }
    if (alive() >= m_room) {
        return std::nullopt;
    }
    if (alive() * 2 >= m_slots.size()) {
        grow();
        at = slot(style, hash);
    }
    quint32 id = quint32(m_styles.size());
    if (m_free.empty()) {
        m_styles.push_back(style);
    } else {
        id = m_free.back();
        m_free.pop_back();
        m_styles[id] = style;
    }
    m_slots[at] = (id + 1) | tagOf(hash);
    return id;
}

void StyleTable::grow()
{
    const std::vector<quint32> before = std::exchange(m_slots, {});
    m_slots.resize(before.size() * 2);
    for (const quint32 slot : before) {
        if (slot != 0) {
            place((slot & numberMask) - 1);
        }
    }
}

void StyleTable::sweep(const std::vector<bool>& marked)
{
    m_free.clear();
    std::fill(m_slots.begin(), m_slots.end(), 0);
    for (std::size_t id = m_styles.size(); id-- > 0;) {
        if (id == 0 || marked[id]) {
            place(quint32(id));
        } else {
            m_free.push_back(quint32(id));
        }
    }
}

qint64 StyleTable::bytes() const
{
    return qint64(m_styles.capacity() * sizeof(Style) +
                  (m_slots.capacity() + m_free.capacity()) * sizeof(quint32));
}

std::optional<quint32> ClusterTable::intern(const std::u32string& text)
{
    const auto known = m_index.find(text);
    if (known != m_index.end()) {
        return known->second;
    }
    quint32 index = quint32(m_texts.size());
    if (!m_free.empty()) {
        index = m_free.back();
        m_free.pop_back();
        m_texts[index] = text;
    } else if (m_texts.size() < limit) {
        m_texts.push_back(text);
    } else {
        return std::nullopt;
    }
    m_index.emplace(text, index);
    return index;
}

const std::u32string& ClusterTable::at(quint32 index) const
{
    static const std::u32string none;
    return index < m_texts.size() ? m_texts[index] : none;
}

void ClusterTable::sweep(const std::vector<bool>& marked)
{
    m_free.clear();
    m_index.clear();
    for (std::size_t index = m_texts.size(); index-- > 0;) {
        if (marked[index]) {
            m_index.emplace(m_texts[index], quint32(index));
        } else {
            m_texts[index].clear();
            m_free.push_back(quint32(index));
        }
    }
}

std::optional<quint16> LinkTable::intern(const QString& id, const QString& address)
{
    // The newest is the likeliest; a named one may be further back.
    for (std::size_t number = m_links.size(); number-- > 1;) {
        const Link& link = m_links[number];
        if (link.used && link.address == address && link.id == id) {
            return quint16(number);
        }
        if (m_links.size() - number > 64) {
            break;
        }
    }
    std::size_t number = m_links.size();
    if (!m_free.empty()) {
        number = m_free.back();
        m_free.pop_back();
        m_links[number] = {id, address, true};
    } else if (number < limit) {
        m_links.push_back({id, address, true});
    } else {
        return std::nullopt;
    }
    m_bytes += (id.size() + address.size()) * 2;
    return quint16(number);
}

QString LinkTable::at(quint16 number) const
{
    return number < m_links.size() ? m_links[number].address : QString();
}

void LinkTable::sweep(const std::vector<bool>& marked)
{
    m_free.clear();
    m_bytes = 0;
    for (std::size_t number = m_links.size(); number-- > 1;) {
        Link& link = m_links[number];
        if (!marked[number]) {
            link = Link();
            m_free.push_back(quint16(number));
        }
        m_bytes += (link.id.size() + link.address.size()) * 2;
    }
}

}  // namespace analemma::terminal
