#pragma once

#include <QFont>
#include <QHash>
#include <QSize>
#include <QString>

#include <vector>

namespace analemma::ui {

/// How a cell looks, resolved to colours (0xFFRRGGBB).
struct CellLook {
    enum Flag : quint8 { Bold = 1, Italic = 2, Strike = 4, Overline = 8 };
    quint32 ink = 0;
    quint32 ground = 0;
    quint32 line = 0;  ///< of the underline
    quint8 flags = 0;
    quint8 underline = 0;  ///< as terminal::Underline
    bool operator==(const CellLook&) const = default;
};

/// What a cell shows: a character, or half of a wide one.
struct CellGlyph {
    quint32 code = 0;  ///< code point, or an id that intern() gave
    enum class Part : quint8 { Whole, Left, Right } part = Part::Whole;
    bool operator==(const CellGlyph&) const = default;
};

/// Pictures of cells, made once and copied from then on. Two stores: a mask for each glyph, drawn
/// by QPainter, and for each glyph in a look the finished pixels, mixed from the mask; of these
/// the least recently used go. All sizes are device pixels. Main thread.
class CellImages {
public:
    CellImages();
    /// Forgets all. `font` at 100 %; its pixels are multiplied by `ratio`.
    void setFont(const QFont& font, double ratio);
    [[nodiscard]] QSize cell() const { return m_cell; }
    /// An id for a base character with marks.
    quint32 intern(const QString& cluster);
    /// cell().width() * cell().height() pixels, row by row; valid until the next call.
    const quint32* pixels(CellGlyph glyph, const CellLook& look);
    [[nodiscard]] int count() const { return m_used; }
    [[nodiscard]] qint64 misses() const { return m_misses; }

private:
    struct Mask {
        std::vector<quint8> cover;     ///< of ink, 0..255
        std::vector<quint32> picture;  ///< premultiplied, of glyphs with colours of their own
    };
    struct Key {
        CellGlyph glyph;
        CellLook look;
        bool operator==(const Key&) const = default;
    };
    struct Entry {
        Key key;
        int next = -1;  ///< in its bucket
        int newer = -1;
        int older = -1;
    };
    static std::size_t hashOf(const Key& key);
    int take();
    void touch(int index);
    void unlink(int index);
    void dropFromBucket(int index);
    void compose(const Key& key, quint32* out);
    void decorate(const CellLook& look, CellGlyph::Part part, quint32* out) const;
    const Mask& maskOf(const Key& key);
    [[nodiscard]] Mask drawMask(const QString& text, const Key& key) const;

    QFont m_font;
    QSize m_cell{8, 16};
    int m_ascent = 12;
    int m_thick = 1;
    QHash<quint64, Mask> m_masks;
    QHash<QString, quint32> m_clusterIds;
    std::vector<QString> m_clusters;
    std::vector<Entry> m_entries;
    std::vector<int> m_buckets;
    std::vector<quint32> m_pixels;
    int m_used = 0;
    int m_newest = -1;
    int m_oldest = -1;
    qint64 m_misses = 0;
};

}  // namespace analemma::ui
