#include "core/git/src/commitgraph.h"

#include "core/base/files.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qint64 limitChainFile = 64 * 1024;
constexpr std::size_t limitLayers = 64;
constexpr quint32 noParent = 0x70000000;
constexpr quint32 moreParents = 0x80000000;  ///< of a second parent: where its list is
constexpr quint32 lastOfList = 0x80000000;
constexpr std::size_t limitParents = 4096;
constexpr qsizetype headerBytes = 8;
constexpr qsizetype chunkBytes = 12;
constexpr qsizetype fanoutBytes = 256 * 4;

constexpr quint32 chunkName(const char (&name)[5])
{
    return quint32(uchar(name[0])) << 24 | quint32(uchar(name[1])) << 16 |
           quint32(uchar(name[2])) << 8 | quint32(uchar(name[3]));
}

Error damaged(const QString& what)
{
    return Error(ErrorKind::Invalid, u"the commit-graph file is damaged: "_s + what);
}

quint32 wordAt(const uchar* at)
{
    return qFromBigEndian<quint32>(at);
}

struct Chunks {
    QByteArrayView fanout;
    QByteArrayView ids;
    QByteArrayView records;
    QByteArrayView edges;
};

/// Offsets grow, and the last one is the end of the last chunk.
Result<Chunks> chunksOf(QByteArrayView bytes, int count, int hashBytes)
{
    const auto* data = reinterpret_cast<const uchar*>(bytes.data());
    const qsizetype tableEnd = headerBytes + (count + 1) * chunkBytes;
    if (bytes.size() < tableEnd + hashBytes) {
        return damaged(u"its table is cut"_s);
    }
    const auto limit = quint64(bytes.size() - hashBytes);
    Chunks chunks;
    for (int i = 0; i < count; ++i) {
        const uchar* entry = data + headerBytes + i * chunkBytes;
        const auto begin = qFromBigEndian<quint64>(entry + 4);
        const auto end = qFromBigEndian<quint64>(entry + chunkBytes + 4);
        if (begin < quint64(tableEnd) || end < begin || end > limit) {
            return damaged(u"a part lies outside of it"_s);
        }
        const QByteArrayView part = bytes.sliced(qsizetype(begin), qsizetype(end - begin));
        switch (wordAt(entry)) {
            case chunkName("OIDF"):
                chunks.fanout = part;
                break;
            case chunkName("OIDL"):
                chunks.ids = part;
                break;
            case chunkName("CDAT"):
                chunks.records = part;
                break;
            case chunkName("EDGE"):
                chunks.edges = part;
                break;
            default:
                break;
        }
    }
    return chunks;
}

const uchar* dataOf(QByteArrayView bytes)
{
    return reinterpret_cast<const uchar*>(bytes.data());
}

}  // namespace

// ---- one file -----------------------------------------------------------------------------------

Result<GraphLayer> GraphLayer::parse(QByteArrayView bytes, int hashBytes, quint32 below,
                                     int layersBelow)
{
    const uchar* data = dataOf(bytes);
    if (bytes.size() < headerBytes || !bytes.startsWith("CGPH")) {
        return damaged(u"it does not begin as one"_s);
    }
    if (data[4] != 1 || data[5] != (hashBytes == 32 ? 2 : 1)) {
        return Error(ErrorKind::Invalid, u"the commit-graph file is of another format"_s);
    }
    if (data[7] != layersBelow) {
        return damaged(u"it belongs to another chain"_s);
    }
    const Result<Chunks> chunks = chunksOf(bytes, data[6], hashBytes);
    if (!chunks) {
        return chunks.error();
    }
    if (chunks->fanout.size() != fanoutBytes) {
        return damaged(u"its index is missing"_s);
    }
    GraphLayer layer;
    layer.m_bytes = bytes;
    layer.m_hashBytes = std::size_t(hashBytes);
    layer.m_fanout = dataOf(chunks->fanout);
    layer.m_count = wordAt(layer.m_fanout + 255 * 4);
    for (int i = 1; i < 256; ++i) {
        if (wordAt(layer.m_fanout + (i - 1) * 4) > wordAt(layer.m_fanout + i * 4)) {
            return damaged(u"its index goes back"_s);
        }
    }
    const auto count = std::size_t(layer.m_count);
    const bool fits = quint64(below) + count < noParent &&
                      std::size_t(chunks->ids.size()) == count * layer.m_hashBytes &&
                      std::size_t(chunks->records.size()) == count * (layer.m_hashBytes + 16);
    if (!fits) {
        return damaged(u"its parts do not fit one another"_s);
    }
    layer.m_ids = dataOf(chunks->ids);
    layer.m_records = dataOf(chunks->records);
    layer.m_edges = dataOf(chunks->edges);
    layer.m_edgeCount = std::size_t(chunks->edges.size()) / 4;
    return layer;
}

std::optional<quint32> GraphLayer::find(const uchar* id) const
{
    quint32 begin = id[0] == 0 ? 0 : wordAt(m_fanout + (id[0] - 1) * 4);
    quint32 end = wordAt(m_fanout + id[0] * 4);
    while (begin < end) {
        const quint32 middle = begin + (end - begin) / 2;
        const int order = std::memcmp(this->id(middle), id, m_hashBytes);
        if (order == 0) {
            return middle;
        }
        (order < 0 ? begin : end) = order < 0 ? middle + 1 : middle;
    }
    return std::nullopt;
}

qint64 GraphLayer::time(quint32 at) const
{
    const uchar* dates = record(at) + m_hashBytes + 8;
    return qint64(wordAt(dates) & 3) << 32 | wordAt(dates + 4);
}

quint32 GraphLayer::generation(quint32 at) const
{
    return wordAt(record(at) + m_hashBytes + 8) >> 2;
}

bool GraphLayer::parents(quint32 at, quint32 total, std::vector<quint32>* into) const
{
    into->clear();
    const uchar* two = record(at) + m_hashBytes;
    const quint32 first = wordAt(two);
    const quint32 second = wordAt(two + 4);
    const auto add = [&](quint32 parent) {
        into->push_back(parent);
        return parent < total;
    };
    if (first == noParent) {
        return second == noParent;
    }
    if (!add(first)) {
        return false;
    }
    if (second == noParent) {
        return true;
    }
    if ((second & moreParents) == 0) {
        return add(second);
    }
    for (std::size_t i = second & ~moreParents; i < m_edgeCount; ++i) {
        const quint32 edge = wordAt(m_edges + i * 4);
        if (!add(edge & ~lastOfList) || into->size() > limitParents) {
            return false;
        }
        if ((edge & lastOfList) != 0) {
            return true;
        }
    }
    return false;
}

// ---- the chain ----------------------------------------------------------------------------------

Result<std::shared_ptr<const CommitGraph>> CommitGraph::open(const QString& objectsFolder,
                                                             int hashBytes)
{
    const auto graph = std::make_shared<CommitGraph>();
    const QString info = objectsFolder + u"/info/"_s;
    if (QFile::exists(info + u"commit-graph"_s)) {  // which comes before a chain, as in git
        const Result<void> added = graph->add(info + u"commit-graph"_s, hashBytes);
        return added ? Result<std::shared_ptr<const CommitGraph>>(graph) : added.error();
    }
    const Result<QByteArray> chain =
        readFile(info + u"commit-graphs/commit-graph-chain"_s, limitChainFile);
    if (!chain) {
        return chain.error();
    }
    for (const QByteArray& line : chain->split('\n')) {
        if (line.isEmpty()) {
            continue;
        }
        const bool isHash =
            line.size() == hashBytes * 2 && QByteArray::fromHex(line).toHex() == line;
        if (!isHash || graph->m_layers.size() == limitLayers) {
            return damaged(u"its chain names no files"_s);
        }
        const Result<void> added = graph->add(
            info + u"commit-graphs/graph-%1.graph"_s.arg(QLatin1StringView(line)), hashBytes);
        if (!added) {
            return added.error();
        }
    }
    if (graph->m_layers.empty()) {
        return Error(ErrorKind::NotFound, u"the chain of commit-graph files is empty"_s);
    }
    return std::shared_ptr<const CommitGraph>(graph);
}

Result<void> CommitGraph::add(const QString& path, int hashBytes)
{
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadOnly)) {
        return Error(ErrorKind::NotFound, u"%1: %2"_s.arg(path, file->errorString()));
    }
    const qint64 size = file->size();
    const uchar* mapped = size > 0 ? file->map(0, size) : nullptr;
    if (mapped == nullptr) {
        return Error(ErrorKind::Io, u"%1: %2"_s.arg(path, file->errorString()));
    }
    const QByteArrayView bytes(mapped, size);
    Result<GraphLayer> layer = GraphLayer::parse(bytes, hashBytes, m_count, int(m_layers.size()));
    if (!layer) {
        return layer.error().in(path);
    }
    const quint32 first = m_count;
    m_count += layer->count();
    m_layers.push_back(Layer{std::move(file), *layer, first});
    return {};
}

const CommitGraph::Layer& CommitGraph::layerOf(quint32 at) const
{
    std::size_t i = m_layers.size() - 1;
    while (at < m_layers[i].first) {
        --i;
    }
    return m_layers[i];
}

bool CommitGraph::hasGenerations() const
{
    return std::all_of(m_layers.begin(), m_layers.end(), [](const Layer& layer) {
        return layer.graph.count() == 0 || layer.graph.generation(0) != 0;
    });
}

std::optional<quint32> CommitGraph::find(const uchar* id) const
{
    for (std::size_t i = m_layers.size(); i-- > 0;) {
        if (const std::optional<quint32> found = m_layers[i].graph.find(id)) {
            return m_layers[i].first + *found;
        }
    }
    return std::nullopt;
}

const uchar* CommitGraph::id(quint32 at) const
{
    const Layer& layer = layerOf(at);
    return layer.graph.id(at - layer.first);
}

qint64 CommitGraph::time(quint32 at) const
{
    const Layer& layer = layerOf(at);
    return layer.graph.time(at - layer.first);
}

quint32 CommitGraph::generation(quint32 at) const
{
    const Layer& layer = layerOf(at);
    return layer.graph.generation(at - layer.first);
}

bool CommitGraph::parents(quint32 at, std::vector<quint32>* into) const
{
    const Layer& layer = layerOf(at);
    return layer.graph.parents(at - layer.first, m_count, into);
}

}  // namespace analemma::git
