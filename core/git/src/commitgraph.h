#pragma once

#include "core/base/result.h"

#include <QByteArrayView>
#include <QFile>

#include <memory>
#include <optional>
#include <span>
#include <vector>

/// git's commit-graph: ids, parents, times and generations of commits in one file or a chain of
/// files (gitformat-commit-graph(5)), so that a walk need not unpack a single commit.
namespace analemma::git {

/// One file of a chain. Everything in it is checked to lie within it before it is read.
class GraphLayer {
public:
    static constexpr quint32 none = 0xffffffff;

    /// Takes a whole file. `hashBytes` 20 or 32; `below` commits and `layersBelow` files are under
    /// it in the chain. Invalid when it is damaged or of another format.
    static Result<GraphLayer> parse(QByteArrayView bytes, int hashBytes, quint32 below,
                                    int layersBelow);

    [[nodiscard]] quint32 count() const { return m_count; }
    [[nodiscard]] const uchar* id(quint32 at) const
    {
        return m_ids + std::size_t(at) * m_hashBytes;
    }
    [[nodiscard]] std::optional<quint32> find(const uchar* id) const;
    /// Seconds since 1970.
    [[nodiscard]] qint64 time(quint32 at) const;
    /// The longest way down to a root, from 1 on; always more than that of a parent.
    [[nodiscard]] quint32 generation(quint32 at) const;
    /// Positions in the whole chain. False when they lie outside of it: the file is damaged.
    bool parents(quint32 at, quint32 total, std::vector<quint32>* into) const;

private:
    [[nodiscard]] const uchar* record(quint32 at) const
    {
        return m_records + std::size_t(at) * (m_hashBytes + 16);
    }

    QByteArrayView m_bytes;
    std::size_t m_hashBytes = 20;
    quint32 m_count = 0;
    const uchar* m_fanout = nullptr;
    const uchar* m_ids = nullptr;
    const uchar* m_records = nullptr;
    const uchar* m_edges = nullptr;
    std::size_t m_edgeCount = 0;
};

/// The chain, mapped into memory. It never changes: any thread. Positions count from the oldest
/// file on.
class CommitGraph {
public:
    /// NotFound where there is none; Invalid when it is damaged or does not fit.
    static Result<std::shared_ptr<const CommitGraph>> open(const QString& objectsFolder,
                                                           int hashBytes);

    [[nodiscard]] quint32 count() const { return m_count; }
    /// False when a file of the chain was written without them, as very old gits did.
    [[nodiscard]] bool hasGenerations() const;
    [[nodiscard]] std::optional<quint32> find(const uchar* id) const;
    [[nodiscard]] const uchar* id(quint32 at) const;
    [[nodiscard]] qint64 time(quint32 at) const;
    [[nodiscard]] quint32 generation(quint32 at) const;
    /// False when the file is damaged.
    bool parents(quint32 at, std::vector<quint32>* into) const;

private:
    struct Layer {
        std::unique_ptr<QFile> file;
        GraphLayer graph;
        quint32 first = 0;
    };
    Result<void> add(const QString& path, int hashBytes);
    [[nodiscard]] const Layer& layerOf(quint32 at) const;

    std::vector<Layer> m_layers;
    quint32 m_count = 0;
};

}  // namespace analemma::git
