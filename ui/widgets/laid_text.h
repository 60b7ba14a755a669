#pragma once

#include <QCache>
#include <QFont>
#include <QStaticText>

namespace analemma::ui {

/// A line of text as it is drawn into some room.
struct LaidText {
    QString shown;  ///< elided, on one line
    int width = 0;  ///< pixels, of `shown`
    QStaticText glyphs;
};

/// Lines that are measured and shaped once and drawn often, as the cells of a table that is
/// painted once a second: three shapings a cell and painting are most of such a table's time
/// otherwise. Bounded. Main thread.
class LaidTexts {
public:
    /// Elided at its end to `room` pixels. Good until the next call.
    [[nodiscard]] const LaidText& of(const QString& text, const QFont& font, int room);

private:
    struct Key {
        QString text;
        QFont font;
        int room = 0;
        friend bool operator==(const Key& a, const Key& b)
        {
            return a.room == b.room && a.text == b.text && a.font == b.font;
        }
        friend size_t qHash(const Key& key, size_t seed)
        {
            return qHashMulti(seed, key.text, key.font.pixelSize(), key.room);
        }
    };
    static constexpr int kept = 1024;  ///< a screen has some hundreds of cells
    QCache<Key, LaidText> m_lines{kept};
};

}  // namespace analemma::ui
