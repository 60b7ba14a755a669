#include "core/base/secret.h"

#include "core/base/src/redactor_forms.h"

#include <QtGlobal>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

namespace analemma {

// ---- Secret -------------------------------------------------------------------------------------

/// Pages of its own, so that locking and wiping touch nothing else: mlock(2) counts whole pages.
/// Locking is best effort (RLIMIT_MEMLOCK); the pages are left out of core dumps.
struct Secret::Bytes {
    explicit Bytes(QByteArrayView bytes) : size(bytes.size())
    {
        const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
        mapped = (static_cast<size_t>(size) + page - 1) / page * page;
        void* memory =
            ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            qBadAlloc();
        }
        ::mlock(memory, mapped);
        ::madvise(memory, mapped, MADV_DONTDUMP);
        data = static_cast<char*>(memory);
        std::memcpy(data, bytes.data(), static_cast<size_t>(size));
    }
    ~Bytes()
    {
        ::explicit_bzero(data, mapped);
        ::munmap(data, mapped);
    }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;

    char* data = nullptr;
    size_t mapped = 0;
    qsizetype size = 0;
};

Secret::Secret(QByteArrayView bytes)
    : m_bytes(bytes.isEmpty() ? nullptr : std::make_shared<const Bytes>(bytes))
{
}

bool Secret::isEmpty() const
{
    return !m_bytes;
}

qsizetype Secret::size() const
{
    return m_bytes ? m_bytes->size : 0;
}

void Secret::use(const std::function<void(QByteArrayView)>& reader) const
{
    reader(m_bytes ? QByteArrayView(m_bytes->data, m_bytes->size) : QByteArrayView());
}

// ---- Redactor -----------------------------------------------------------------------------------

namespace {

/// Finds many words in one pass over a stream (Aho and Corasick, 1975). After each byte the depth
/// says how many of the last bytes may still become a word: only these have to be held back.
class Matcher {
public:
    /// `acrossBreaks`: up to two line-break bytes may stand anywhere inside a word (wrapped
    /// base64).
    explicit Matcher(bool acrossBreaks) : m_acrossBreaks(acrossBreaks) { clear(); }
    ~Matcher() { wipe(); }
    Matcher(const Matcher&) = delete;
    Matcher& operator=(const Matcher&) = delete;

    void clear()
    {
        wipe();
        m_nodes.assign(1, Node{});
        m_roots.fill(0);
        restart();
    }
    void add(const std::string& word)
    {
        int at = 0;
        for (const char c : word) {
            int next = childOf(at, c);
            if (next == 0) {
                next = append(at, c);
            }
            at = next;
        }
        m_nodes[index(at)].match = m_nodes[index(at)].depth;
    }
    /// Call once after the last add().
    void link()
    {
        std::deque<int> queue;
        for (const int child : m_roots) {
            if (child != 0) {
                queue.push_back(child);
            }
        }
        while (!queue.empty()) {
            const int at = queue.front();
            queue.pop_front();
            Node& node = m_nodes[index(at)];
            if (node.match == 0) {
                node.match = m_nodes[index(node.fail)].match;
            }
            for (int child = node.child; child != 0; child = m_nodes[index(child)].sibling) {
                Node& below = m_nodes[index(child)];
                below.fail = follow(node.fail, below.byte);
                queue.push_back(child);
            }
        }
    }
    void restart()
    {
        m_state = 0;
        m_breaks = 0;
        m_places.clear();
    }

    /// Takes the byte at `place` of the stream; the first place of a word that ends here, or -1.
    qint64 take(char byte, qint64 place)
    {
        if (m_acrossBreaks && (byte == '\n' || byte == '\r')) {
            if (m_state != 0 && ++m_breaks > 2) {
                restart();
            }
            return -1;
        }
        m_breaks = 0;
        m_state = follow(m_state, byte);
        m_last = place;
        const Node& node = m_nodes[index(m_state)];
        if (m_acrossBreaks) {
            m_places.push_back(place);
            while (m_places.size() > index(node.depth)) {
                m_places.pop_front();
            }
        }
        return node.match == 0 ? -1 : placeOf(node.match);
    }
    /// The first place that may still belong to a word; `end` when there is none.
    [[nodiscard]] qint64 firstOpen(qint64 end) const
    {
        return m_state == 0 ? end : placeOf(m_nodes[index(m_state)].depth);
    }
    [[nodiscard]] bool isIdle() const { return m_state == 0; }
    /// True when a word begins with this byte.
    [[nodiscard]] bool begins(char byte) const { return m_roots[slot(byte)] != 0; }
    [[nodiscard]] int openBytes() const { return m_nodes[index(m_state)].depth; }

private:
    struct Node {
        int fail = 0;
        int child = 0;
        int sibling = 0;
        int depth = 0;
        int match = 0;  ///< length of the longest word that ends here
        char byte = 0;
    };

    static size_t index(int value) { return static_cast<size_t>(value); }
    static size_t slot(char byte) { return static_cast<unsigned char>(byte); }
    void wipe()
    {
        if (!m_nodes.empty()) {
            ::explicit_bzero(static_cast<void*>(m_nodes.data()), m_nodes.size() * sizeof(Node));
        }
    }
    [[nodiscard]] int childOf(int at, char byte) const
    {
        if (at == 0) {
            return m_roots[slot(byte)];
        }
        int child = m_nodes[index(at)].child;
        while (child != 0 && m_nodes[index(child)].byte != byte) {
            child = m_nodes[index(child)].sibling;
        }
        return child;
    }
    int append(int at, char byte)
    {
        if (m_nodes.size() == m_nodes.capacity()) {  // grow by hand: the old block must be wiped
            std::vector<Node> larger;
            larger.reserve(m_nodes.size() * 2 + 64);
            larger.assign(m_nodes.begin(), m_nodes.end());
            wipe();
            m_nodes.swap(larger);
        }
        const int made = static_cast<int>(m_nodes.size());
        Node node;
        node.byte = byte;
        node.depth = m_nodes[index(at)].depth + 1;
        if (at == 0) {
            m_roots[slot(byte)] = made;
        } else {
            node.sibling = m_nodes[index(at)].child;
            m_nodes[index(at)].child = made;
        }
        m_nodes.push_back(node);
        return made;
    }
    [[nodiscard]] int follow(int at, char byte) const
    {
        while (true) {
            const int next = childOf(at, byte);
            if (next != 0 || at == 0) {
                return next;
            }
            at = m_nodes[index(at)].fail;
        }
    }
    [[nodiscard]] qint64 placeOf(int bytesBack) const
    {
        return m_acrossBreaks ? m_places[m_places.size() - index(bytesBack)]
                              : m_last + 1 - bytesBack;
    }

    bool m_acrossBreaks = false;
    std::vector<Node> m_nodes;
    std::array<int, 256> m_roots{};
    int m_state = 0;
    int m_breaks = 0;
    qint64 m_last = 0;
    std::deque<qint64> m_places;  ///< of the bytes that led to the state; only with acrossBreaks
};

constexpr int shortestCutTail = 8;

}  // namespace

struct Redactor::State {
    ~State() { forget(); }

    void forget()
    {
        for (std::string& word : words) {
            ::explicit_bzero(word.data(), word.size());
        }
        for (std::string& word : wrapped) {
            ::explicit_bzero(word.data(), word.size());
        }
        ::explicit_bzero(held.data(), held.size());
    }
    /// Builds the matchers anew after add(), and lets them see again what is held back.
    void prepare()
    {
        if (!dirty) {
            return;
        }
        dirty = false;
        plain.clear();
        base64.clear();
        for (const std::string& word : words) {
            plain.add(word);
        }
        for (const std::string& word : wrapped) {
            base64.add(word);
        }
        plain.link();
        base64.link();
        for (size_t i = 0; i < held.size(); ++i) {
            match(held[i], start + static_cast<qint64>(i));
        }
    }
    void match(char byte, qint64 place)
    {
        for (const qint64 from : {plain.take(byte, place), base64.take(byte, place)}) {
            if (from >= 0) {
                hide(from, place + 1);
            }
        }
    }
    /// Marks [from, end). Words overlap in long runs: what the last one marked is not marked again.
    void hide(qint64 from, qint64 end)
    {
        const bool overlaps = from >= markedFrom && from <= markedEnd;
        const qint64 first = overlaps ? std::max(from, markedEnd) : from;
        for (qint64 place = std::max(first, start); place < end; ++place) {
            hidden[static_cast<size_t>(place - start)] = true;
        }
        markedFrom = overlaps ? markedFrom : from;
        markedEnd = overlaps ? std::max(markedEnd, end) : end;
    }
    void take(char byte)
    {
        const qint64 place = start + static_cast<qint64>(held.size());
        held.push_back(byte);
        hidden.push_back(false);
        match(byte, place);
    }
    /// Passes on what cannot be part of any word: most of a log, without a look at the matchers.
    qsizetype pass(QByteArrayView bytes, QByteArray& out)
    {
        if (!held.empty() || !plain.isIdle() || !base64.isIdle()) {
            return 0;
        }
        const auto first = std::find_if(bytes.begin(), bytes.end(), [this](char byte) {
            return plain.begins(byte) || base64.begins(byte);
        });
        const qsizetype count = first - bytes.begin();
        out.append(bytes.first(count));
        start += count;
        inRun = inRun && count == 0;
        return count;
    }
    [[nodiscard]] qint64 end() const { return start + static_cast<qint64>(held.size()); }
    [[nodiscard]] qint64 firstOpen() const
    {
        return std::min(plain.firstOpen(end()), base64.firstOpen(end()));
    }
    /// Gives out everything before `until`; a run of hidden bytes is one "***".
    void give(qint64 until, QByteArray& out)
    {
        const auto count = static_cast<size_t>(until - start);
        for (size_t i = 0; i < count; ++i) {
            if (!hidden[i]) {
                out += held[i];
            } else if (!inRun) {
                out += "***";
            }
            inRun = hidden[i];
        }
        held.erase(0, count);
        hidden.erase(hidden.begin(), hidden.begin() + static_cast<std::ptrdiff_t>(count));
        start = until;
    }

    std::vector<std::string> words;
    std::vector<std::string> wrapped;
    Matcher plain{false};
    Matcher base64{true};
    bool dirty = false;
    std::string held;
    std::vector<bool> hidden;
    qint64 markedFrom = 0;
    qint64 markedEnd = 0;
    qint64 start = 0;    ///< place in the stream of held[0]
    bool inRun = false;  ///< the last byte given out was hidden
};

Redactor::Redactor() : m_state(std::make_unique<State>()) {}
Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

void Redactor::add(const Secret& secret)
{
    secret.use([this](QByteArrayView bytes) {
        redaction::appendForms(bytes, m_state->words, m_state->wrapped);
    });
    m_state->dirty = true;
}

QByteArray Redactor::feed(QByteArrayView bytes)
{
    if (m_state->words.empty()) {
        return bytes.toByteArray();
    }
    State& state = *m_state;
    state.prepare();
    QByteArray out;
    out.reserve(bytes.size() + static_cast<qsizetype>(state.held.size()));
    qsizetype at = 0;
    while (at < bytes.size()) {
        at += state.pass(bytes.sliced(at), out);
        if (at < bytes.size()) {
            state.take(bytes[at++]);
        }
        if (state.plain.isIdle() && state.base64.isIdle()) {
            state.give(state.end(), out);
        }
    }
    state.give(state.firstOpen(), out);
    return out;
}

QByteArray Redactor::finish()
{
    State& state = *m_state;
    // A stream that was cut inside a secret must not show what came of it.
    for (const Matcher* matcher : {&state.plain, &state.base64}) {
        if (matcher->openBytes() >= shortestCutTail) {
            state.hide(matcher->firstOpen(state.end()), state.end());
        }
    }
    QByteArray out;
    state.give(state.end(), out);
    state.inRun = false;
    state.plain.restart();
    state.base64.restart();
    return out;
}

QByteArray Redactor::redact(QByteArrayView bytes)
{
    QByteArray out = feed(bytes);
    out += finish();
    return out;
}

QString Redactor::redact(const QString& text)
{
    return m_state->words.empty() ? text : QString::fromUtf8(redact(QByteArrayView(text.toUtf8())));
}

}  // namespace analemma
