#include "core/git/src/renames.h"

#include "core/git/src/difftexts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace analemma::git {

namespace {

constexpr int whole = 60'000;  ///< git's scale of similarity
constexpr int least = whole / 2;
constexpr int leastByName = least + (whole - least) / 2;
constexpr std::size_t gridLimit = 1'000 * 1'000;
constexpr qint64 readLimit = 256LL * 1024 * 1024;
constexpr int sameLimit = 100;
constexpr int pieceLimit = 64;

QByteArrayView nameOf(const QByteArray& path)
{
    return QByteArrayView(path).sliced(path.lastIndexOf('/') + 1);
}

/// A deleted or an added file.
struct Moved {
    std::size_t pair = 0;
    std::optional<qint64> size;
    std::optional<LineWeights> weights;
    bool used = false;
};

struct Score {
    std::size_t source = 0;
    std::size_t target = 0;
    int score = -1;
    bool sameName = false;

    [[nodiscard]] bool isBetterThan(const Score& other) const
    {
        return score != other.score ? score > other.score : sameName && !other.sameName;
    }
};

/// Looks for the sources of added files.
class RenameSearch {
public:
    RenameSearch(const Handle& handle, std::vector<DiffPair>& pairs, const CancelToken& cancel)
        : m_handle(handle), m_pairs(pairs), m_cancel(cancel), m_gone(pairs.size())
    {
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            if (pairs[i].kind == FileChange::Kind::Deleted) {
                m_sources.push_back(Moved{i, {}, {}, false});
            } else if (pairs[i].kind == FileChange::Kind::Added) {
                m_targets.push_back(Moved{i, {}, {}, false});
            }
        }
    }

    Result<void> run();

private:
    DiffPair& sourcePair(std::size_t source) { return m_pairs[m_sources[source].pair]; }
    DiffPair& targetPair(std::size_t target) { return m_pairs[m_targets[target].pair]; }
    DiffEnd& endOf(const Moved& moved, bool source)
    {
        DiffPair& pair = m_pairs[moved.pair];
        return source ? pair.from : pair.to;
    }
    void join(std::size_t source, std::size_t target, int score);
    void dropUsed();
    void joinSame();
    std::optional<std::size_t> sameAs(const DiffPair& target,
                                      const std::vector<std::size_t>& sources, std::size_t* first);
    void joinByName();
    void joinBest();
    int compare(std::size_t source, std::size_t target);
    qint64 size(Moved& moved, bool source);
    const LineWeights* weights(Moved& moved, bool source);

    const Handle& m_handle;
    std::vector<DiffPair>& m_pairs;
    const CancelToken& m_cancel;
    std::vector<Moved> m_sources;
    std::vector<Moved> m_targets;
    std::vector<bool> m_gone;  ///< by pair: joined to another one
    qint64 m_read = 0;
};

void RenameSearch::join(std::size_t source, std::size_t target, int score)
{
    DiffPair& from = sourcePair(source);
    DiffPair& to = targetPair(target);
    to.kind = FileChange::Kind::Renamed;
    to.oldPath = from.path;
    to.from = from.from;
    to.similarity = score * 100 / whole;
    m_gone[m_sources[source].pair] = true;
    m_sources[source].used = true;
    m_targets[target].used = true;
}

void RenameSearch::dropUsed()
{
    const auto isUsed = [](const Moved& moved) { return moved.used; };
    std::erase_if(m_sources, isUsed);
    std::erase_if(m_targets, isUsed);
}

void RenameSearch::joinSame()
{
    struct Same {
        std::vector<std::size_t> sources;
        std::size_t first = 0;  ///< those before it are used
    };
    std::unordered_map<git_oid, Same, OidHash, OidEqual> byId;
    for (std::size_t source = 0; source < m_sources.size(); ++source) {
        if (sourcePair(source).from.known) {
            byId[sourcePair(source).from.id].sources.push_back(source);
        }
    }
    for (std::size_t target = 0; target < m_targets.size() && !m_cancel.isCancelled(); ++target) {
        DiffPair& pair = targetPair(target);
        if (!pair.to.known) {  // a file of the work tree; one that can not be read stays as it is
            static_cast<void>(readText(m_handle, pair.path, pair.to));
        }
        const auto found = pair.to.known ? byId.find(pair.to.id) : byId.end();
        if (found == byId.end()) {
            continue;
        }
        if (const auto source = sameAs(pair, found->second.sources, &found->second.first)) {
            join(*source, target, whole);
        }
    }
    dropUsed();
}

/// One of these sources that is free, of the same name if that is among the first of them.
std::optional<std::size_t> RenameSearch::sameAs(const DiffPair& target,
                                                const std::vector<std::size_t>& sources,
                                                std::size_t* first)
{
    while (*first < sources.size() && m_sources[sources[*first]].used) {
        ++*first;
    }
    std::optional<std::size_t> best;
    int looked = 0;
    for (std::size_t i = *first; i < sources.size() && looked < sameLimit; ++i) {
        const DiffPair& source = sourcePair(sources[i]);
        if (m_sources[sources[i]].used ||
            (source.from.mode != target.to.mode && !(source.from.isFile() && target.to.isFile()))) {
            continue;
        }
        if (nameOf(source.path) == nameOf(target.path)) {
            return sources[i];
        }
        best = best ? best : sources[i];
        ++looked;
    }
    return best;
}

qint64 RenameSearch::size(Moved& moved, bool source)
{
    if (!moved.size) {  // what can not be read is like nothing
        moved.size =
            sizeOf(m_handle, m_pairs[moved.pair].path, endOf(moved, source)).valueOr(qint64(0));
    }
    return *moved.size;
}

/// Null when there is too much to read.
const LineWeights* RenameSearch::weights(Moved& moved, bool source)
{
    if (moved.weights) {
        return &*moved.weights;
    }
    m_read += size(moved, source);
    if (size(moved, source) > DiffText::sizeLimit || m_read > readLimit) {
        return nullptr;
    }
    const QByteArray& path = m_pairs[moved.pair].path;
    const Result<DiffText> text = readText(m_handle, path, endOf(moved, source));
    if (!text || text->tooLarge) {
        return nullptr;
    }
    moved.weights = weighLines(text->bytes, !isBinary(m_handle, path, text->bytes));
    return &*moved.weights;
}

int RenameSearch::compare(std::size_t source, std::size_t target)
{
    if (!sourcePair(source).from.isFile() || !targetPair(target).to.isFile()) {
        return 0;
    }
    const qint64 a = size(m_sources[source], true);
    const qint64 b = size(m_targets[target], false);
    const qint64 larger = std::max(a, b);
    if (larger == 0 || larger * (whole - least) < (larger - std::min(a, b)) * whole) {
        return 0;
    }
    const LineWeights* from = weights(m_sources[source], true);
    const LineWeights* to = from != nullptr ? weights(m_targets[target], false) : nullptr;
    return to == nullptr ? 0 : static_cast<int>(commonBytes(*from, *to) * whole / larger);
}

/// Files whose name is on each side only once.
void RenameSearch::joinByName()
{
    struct Places {
        std::vector<std::size_t> sources;
        std::vector<std::size_t> targets;
    };
    QHash<QByteArrayView, Places> byName;
    for (std::size_t source = 0; source < m_sources.size(); ++source) {
        byName[nameOf(sourcePair(source).path)].sources.push_back(source);
    }
    for (std::size_t target = 0; target < m_targets.size(); ++target) {
        byName[nameOf(targetPair(target).path)].targets.push_back(target);
    }
    for (std::size_t source = 0; source < m_sources.size() && !m_cancel.isCancelled(); ++source) {
        const Places& places = byName[nameOf(sourcePair(source).path)];
        if (places.sources.size() == 1 && places.targets.size() == 1) {
            const int score = compare(source, places.targets.front());
            if (score >= leastByName) {
                join(source, places.targets.front(), score);
            }
        }
    }
    dropUsed();
}

/// The four best sources of each target, then the best of all of them first.
void RenameSearch::joinBest()
{
    if (m_sources.empty() || m_sources.size() * m_targets.size() > gridLimit) {
        return;
    }
    std::vector<Score> scores;
    for (std::size_t target = 0; target < m_targets.size(); ++target) {
        std::array<Score, 4> best;
        for (std::size_t source = 0; source < m_sources.size(); ++source) {
            if (m_cancel.isCancelled()) {
                return;
            }
            const bool sameName =
                nameOf(sourcePair(source).path) == nameOf(targetPair(target).path);
            const Score score{source, target, compare(source, target), sameName};
            Score* worst = &best.front();
            for (Score& other : best) {
                worst = worst->isBetterThan(other) ? &other : worst;
            }
            if (score.isBetterThan(*worst)) {
                *worst = score;
            }
        }
        scores.insert(scores.end(), best.begin(), best.end());
    }
    std::stable_sort(scores.begin(), scores.end(),
                     [](const Score& a, const Score& b) { return a.isBetterThan(b); });
    for (const Score& score : scores) {
        if (score.score >= least && !m_sources[score.source].used &&
            !m_targets[score.target].used) {
            join(score.source, score.target, score.score);
        }
    }
}

Result<void> RenameSearch::run()
{
    if (m_sources.empty() || m_targets.empty()) {
        return {};
    }
    joinSame();
    joinByName();
    joinBest();
    if (m_cancel.isCancelled()) {
        return cancelledError();
    }
    std::vector<DiffPair> kept;
    kept.reserve(m_pairs.size());
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        if (!m_gone[i]) {
            kept.push_back(std::move(m_pairs[i]));
        }
    }
    m_pairs = std::move(kept);
    return {};
}

}  // namespace

LineWeights weighLines(QByteArrayView bytes, bool isText)
{
    constexpr quint64 offset = 14695981039346656037ULL;  // FNV-1a, 64 bits
    constexpr quint64 prime = 1099511628211ULL;
    LineWeights result;
    quint64 hash = offset;
    quint32 length = 0;
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        const char byte = bytes[at];
        if (isText && byte == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n') {
            continue;
        }
        hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
        if (++length == pieceLimit || byte == '\n') {
            result.weights.push_back({hash, length});
            hash = offset;
            length = 0;
        }
    }
    std::vector<LineWeights::Weight>& all = result.weights;
    std::sort(
        all.begin(), all.end(),
        [](const LineWeights::Weight& a, const LineWeights::Weight& b) { return a.line < b.line; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (kept > 0 && all[kept - 1].line == all[i].line) {
            all[kept - 1].bytes += all[i].bytes;
        } else {
            all[kept++] = all[i];
        }
    }
    all.resize(kept);
    all.shrink_to_fit();
    return result;
}

qint64 commonBytes(const LineWeights& a, const LineWeights& b)
{
    qint64 common = 0;
    auto one = a.weights.begin();
    auto other = b.weights.begin();
    while (one != a.weights.end() && other != b.weights.end()) {
        if (one->line == other->line) {
            common += std::min(one->bytes, other->bytes);
            ++one;
            ++other;
        } else {
            ++(one->line < other->line ? one : other);
        }
    }
    return common;
}

Result<std::vector<DiffPair>> joinRenames(const Handle& handle, std::vector<DiffPair> pairs,
                                          const CancelToken& cancel)
{
    RenameSearch search(handle, pairs, cancel);
    if (const Result<void> searched = search.run(); !searched) {
        return searched.error();
    }
    return pairs;
}

}  // namespace analemma::git
