#include "ui/console/cell_images.h"

#include "ui/console/box_glyphs.h"
#include "ui/shell/theme_terminal.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>

#include <cmath>

namespace analemma::ui {
namespace {

constexpr int limitImages = 6144;
constexpr int buckets = 16384;
constexpr int limitMasks = 8192;
constexpr quint32 clusterBase = 0x200000;  // above all code points
constexpr int limitClusters = 4096;

/// `ink` over `ground` by cover/255, all three channels in two multiplications.
quint32 mixed(quint32 ink, quint32 ground, quint32 cover)
{
    const quint32 share = cover + (cover >> 7);
    const quint32 rest = 256 - share;
    const quint32 redBlue = ((ink & 0xFF00FF) * share + (ground & 0xFF00FF) * rest) >> 8;
    const quint32 green = ((ink & 0x00FF00) * share + (ground & 0x00FF00) * rest) >> 8;
    return 0xFF000000u | (redBlue & 0xFF00FF) | (green & 0x00FF00);
}

quint32 over(quint32 picture, quint32 ground)
{
    const quint32 rest = 256 - (picture >> 24) - (picture >> 31);
    const quint32 redBlue = ((ground & 0xFF00FF) * rest >> 8) & 0xFF00FF;
    const quint32 green = ((ground & 0x00FF00) * rest >> 8) & 0x00FF00;
    return 0xFF000000u | ((picture & 0xFFFFFF) + redBlue + green);
}

}  // namespace

CellImages::CellImages() : m_buckets(buckets, -1) {}

void CellImages::setFont(const QFont& font, double ratio)
{
    m_font = font;
    m_font.setPixelSize(qMax(4, int(std::lround(font.pixelSize() * ratio))));
    m_font.setKerning(false);
    m_font.setStyleStrategy(
        QFont::StyleStrategy(QFont::PreferAntialias | QFont::NoSubpixelAntialias));
    m_font.setHintingPreference(QFont::PreferFullHinting);
    const QFontMetricsF metrics(m_font);
    const int width = qMax(2, int(std::lround(metrics.horizontalAdvance(QLatin1Char('M')))));
    m_ascent = int(std::ceil(metrics.ascent()));
    m_cell = {width, qMax(4, m_ascent + int(std::ceil(metrics.descent())))};
    m_thick = qMax(1, int(std::lround(m_font.pixelSize() / 14.0)));
    m_masks.clear();
    m_clusterIds.clear();
    m_clusters.clear();
    m_entries.assign(std::size_t(limitImages), {});
    std::fill(m_buckets.begin(), m_buckets.end(), -1);
    m_pixels.assign(std::size_t(limitImages * m_cell.width() * m_cell.height()), 0);
    m_used = 0;
    m_newest = m_oldest = -1;
}

quint32 CellImages::intern(const QString& cluster)
{
    const auto known = m_clusterIds.constFind(cluster);
    if (known != m_clusterIds.cend()) {
        return *known;
    }
    if (m_clusters.size() >= std::size_t(limitClusters)) {
        const QFont font = m_font;
        setFont(font, 1.0);  // all ids are void: begin anew
    }
    const quint32 id = clusterBase + quint32(m_clusters.size());
    m_clusters.push_back(cluster);
    m_clusterIds.insert(cluster, id);
    return id;
}

std::size_t CellImages::hashOf(const Key& key)
{
    quint64 value = quint64(key.glyph.code) << 2 | quint64(key.glyph.part);
    value = (value ^ quint64(key.look.ink) << 24) * 0x9E3779B97F4A7C15ULL;
    value = (value ^ value >> 29 ^ quint64(key.look.ground)) * 0xBF58476D1CE4E5B9ULL;
    value ^= quint64(key.look.line) << 16 | quint64(key.look.flags) << 8 | key.look.underline;
    value *= 0x94D049BB133111EBULL;
    return std::size_t(value >> 50);  // 14 bits: buckets
}

const quint32* CellImages::pixels(CellGlyph glyph, const CellLook& look)
{
    const Key key{glyph, look};
    const std::size_t size = std::size_t(m_cell.width() * m_cell.height());
    const std::size_t bucket = hashOf(key);
    for (int i = m_buckets[bucket]; i >= 0; i = m_entries[std::size_t(i)].next) {
        if (m_entries[std::size_t(i)].key == key) {
            touch(i);
            return m_pixels.data() + std::size_t(i) * size;
        }
    }
    ++m_misses;
    const int index = take();
    Entry& entry = m_entries[std::size_t(index)];
    entry.key = key;
    entry.next = m_buckets[bucket];
    m_buckets[bucket] = index;
    touch(index);
    quint32* out = m_pixels.data() + std::size_t(index) * size;
    compose(key, out);
    return out;
}

/// A free entry, or the one that was not used for longest.
int CellImages::take()
{
    if (m_used < limitImages) {
        return m_used++;
    }
    const int index = m_oldest;
    unlink(index);
    dropFromBucket(index);
    return index;
}

void CellImages::unlink(int index)
{
    Entry& entry = m_entries[std::size_t(index)];
    (entry.newer >= 0 ? m_entries[std::size_t(entry.newer)].older : m_newest) = entry.older;
    (entry.older >= 0 ? m_entries[std::size_t(entry.older)].newer : m_oldest) = entry.newer;
    entry.newer = entry.older = -1;
}

void CellImages::touch(int index)
{
    if (m_newest == index) {
        return;
    }
    Entry& entry = m_entries[std::size_t(index)];
    if (entry.newer >= 0 || entry.older >= 0) {
        unlink(index);
    }
    entry.older = m_newest;
    (m_newest >= 0 ? m_entries[std::size_t(m_newest)].newer : m_oldest) = index;
    m_newest = index;
}

void CellImages::dropFromBucket(int index)
{
    int* link = &m_buckets[hashOf(m_entries[std::size_t(index)].key)];
    while (*link != index) {
        link = &m_entries[std::size_t(*link)].next;
    }
    *link = m_entries[std::size_t(index)].next;
}

const CellImages::Mask& CellImages::maskOf(const Key& key)
{
    const quint8 face = key.look.flags & (CellLook::Bold | CellLook::Italic);
    const quint64 id = quint64(key.glyph.code) << 8 | quint64(key.glyph.part) << 4 | face;
    auto known = m_masks.constFind(id);
    if (known == m_masks.cend()) {
        if (m_masks.size() >= limitMasks) {
            m_masks.clear();
        }
        const quint32 code = key.glyph.code;
        Mask mask;
        mask.cover.assign(std::size_t(m_cell.width() * m_cell.height()), 0);
        if (key.glyph.part != CellGlyph::Part::Whole ||
            !drawBoxGlyph(code, m_cell, m_thick, mask.cover.data())) {
            const char32_t point = code;
            mask = drawMask(code >= clusterBase ? m_clusters[std::size_t(code - clusterBase)]
                                                : QString::fromUcs4(&point, 1),
                            key);
        }
        known = m_masks.insert(id, std::move(mask));
    }
    return *known;
}

CellImages::Mask CellImages::drawMask(const QString& text, const Key& key) const
{
    const bool wide = key.glyph.part != CellGlyph::Part::Whole;
    const int width = m_cell.width();
    const int whole = wide ? 2 * width : width;
    const int shift = key.glyph.part == CellGlyph::Part::Right ? width : 0;
    QImage image(whole, m_cell.height(), QImage::Format_ARGB32_Premultiplied);
    image.fill(0);
    {
        QPainter painter(&image);
        QFont font = m_font;
        font.setBold(key.look.flags & CellLook::Bold);
        font.setItalic(key.look.flags & CellLook::Italic);
        // What does not fit its columns is made narrower, not cut: fallback fonts are wider.
        const qreal advance = QFontMetricsF(font).horizontalAdvance(text);
        painter.setFont(font);
        painter.setPen(QColor(terminalColour(231, Scheme::Dark)));  // white: a cover for any ink
        if (advance > whole + 0.5) {
            painter.setRenderHint(QPainter::SmoothPixmapTransform);
            painter.scale(whole / advance, 1);
        }
        const qreal left = wide && advance < whole ? (whole - advance) / 2 : 0;
        painter.drawText(QPointF(left, m_ascent), text);
    }
    Mask mask;
    const std::size_t size = std::size_t(width * m_cell.height());
    mask.cover.resize(size);
    bool coloured = false;
    for (int y = 0; y < m_cell.height(); ++y) {
        const auto* line = reinterpret_cast<const quint32*>(image.constScanLine(y)) + shift;
        for (int x = 0; x < width; ++x) {
            const quint32 pixel = line[x];
            const quint32 alpha = pixel >> 24;
            mask.cover[std::size_t(y * width + x)] = quint8(alpha);
            coloured = coloured || qAbs(int(pixel & 0xff) - int(alpha)) > 2 ||
                       qAbs(int(pixel >> 16 & 0xff) - int(alpha)) > 2;
        }
    }
    if (coloured) {
        mask.picture.resize(size);
        for (int y = 0; y < m_cell.height(); ++y) {
            const auto* line = reinterpret_cast<const quint32*>(image.constScanLine(y)) + shift;
            std::copy(line, line + width, mask.picture.begin() + y * width);
        }
    }
    return mask;
}

void CellImages::compose(const Key& key, quint32* out)
{
    const int size = m_cell.width() * m_cell.height();
    if (key.glyph.code == 0 || key.glyph.code == ' ') {
        std::fill(out, out + size, key.look.ground);
    } else {
        const Mask& mask = maskOf(key);
        if (mask.picture.empty()) {
            for (int i = 0; i < size; ++i) {
                out[i] = mixed(key.look.ink, key.look.ground, mask.cover[std::size_t(i)]);
            }
        } else {
            for (int i = 0; i < size; ++i) {
                out[i] = over(mask.picture[std::size_t(i)], key.look.ground);
            }
        }
    }
    decorate(key.look, key.glyph.part, out);
}

void CellImages::decorate(const CellLook& look, CellGlyph::Part part, quint32* out) const
{
    const int width = m_cell.width();
    const int height = m_cell.height();
    const auto bar = [&](int y, int thick, quint32 shade) {
        for (int row = qMax(0, y); row < qMin(height, y + thick); ++row) {
            std::fill(out + row * width, out + (row + 1) * width, shade);
        }
    };
    const int under = qMin(m_ascent + m_thick, height - m_thick);
    const int offset = part == CellGlyph::Part::Right ? width : 0;  // patterns go on
    switch (look.underline) {
        case 1:
            bar(under, m_thick, look.line);
            break;
        case 2:
            bar(qMin(under, height - 3 * m_thick), m_thick, look.line);
            bar(qMin(under, height - 3 * m_thick) + 2 * m_thick, m_thick, look.line);
            break;
        case 3: {  // one wave a cell, so that it joins
            const double swing = qMax(1.0, (height - m_ascent) / 4.0);
            const double middle = height - swing - m_thick;
            for (int x = 0; x < width; ++x) {
                const double y = middle + swing * std::sin(2 * M_PI * (x + 0.5) / width);
                for (int t = 0; t < m_thick; ++t) {
                    const int row = qBound(0, int(std::lround(y)) + t, height - 1);
                    out[row * width + x] = look.line;
                }
            }
            break;
        }
        case 4:
        case 5: {
            const int on = look.underline == 4 ? m_thick : qMax(2, width / 2);
            for (int x = 0; x < width; ++x) {
                if ((x + offset) % (2 * on) < on) {
                    for (int t = 0; t < m_thick; ++t) {
                        out[qMin(under + t, height - 1) * width + x] = look.line;
                    }
                }
            }
            break;
        }
        default:
            break;
    }
    if (look.flags & CellLook::Strike) {
        bar(m_ascent * 2 / 3, m_thick, look.ink);
    }
    if (look.flags & CellLook::Overline) {
        bar(0, m_thick, look.ink);
    }
}

}  // namespace analemma::ui
