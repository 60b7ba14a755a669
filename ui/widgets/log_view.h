#pragma once

#include "ui/shell/theme.h"

#include <QAbstractScrollArea>
#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

class QLineEdit;
class QToolButton;

namespace analemma::ui {

class Text;

/// A log of millions of lines: one byte arena and line offsets, only visible rows are drawn. Bytes
/// are as they come: ANSI sequences are taken out, other control characters made visible, a
/// carriage return writes its line anew.
class LogView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);
    ~LogView() override;

    void append(QByteArrayView bytes);
    void clear();
    /// Shown when there is nothing yet: "This step has written nothing".
    void setPlaceholder(const QString& text);

    /// A line that begins with one of these names and a space shows the name in the colour of a
    /// series, by its place here: logs of several sources in one.
    void setNames(const QStringList& names);

    [[nodiscard]] qsizetype lineCount() const;
    /// One line as it is shown.
    [[nodiscard]] QString line(qsizetype number) const;
    [[nodiscard]] QByteArray text() const { return m_arena; }

    /// Stays at the end as lines come; scrolling up leaves it.
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    void scrollToLine(qsizetype line);

    /// Marks all matches and goes to the next one from the cursor; their count is told by found().
    void search(const QString& text);
    void findNext(bool backwards = false);
    [[nodiscard]] QString searched() const { return m_needle; }
    /// The first line that looks like an error; -1 when none does.
    [[nodiscard]] qsizetype firstError() const;
    bool goToFirstError();

    [[nodiscard]] bool hasSelection() const;
    [[nodiscard]] QString selectedText() const;
    void copy() const;
    void selectAll();

Q_SIGNALS:
    void followingChanged(bool following);
    void found(qsizetype position, qsizetype count);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    struct Place {
        qsizetype line = 0;
        qsizetype column = 0;
        auto operator<=>(const Place&) const = default;
    };
    enum class Escape { None, Started, Sequence, String, StringEscape };
    void put(char byte);
    void measure();
    void updateBars();
    [[nodiscard]] QByteArrayView rawLine(qsizetype number) const;
    [[nodiscard]] Place placeAt(const QPoint& point) const;
    [[nodiscard]] int gutter() const;
    void paintLine(QPainter& painter, qsizetype number, int top) const;
    /// The place of the name that a line begins with; -1: none.
    [[nodiscard]] qsizetype nameOf(QStringView text) const;
    void collectMatches();
    void moveBy(int lines);

    QByteArray m_arena;
    std::vector<qsizetype> m_starts;  ///< of each line; the last one may be unfinished
    Escape m_escape = Escape::None;
    bool m_return = false;  ///< a carriage return came, no line feed yet
    qsizetype m_longest = 0;
    QString m_placeholder;
    QStringList m_names;
    QString m_needle;
    std::vector<qsizetype> m_matches;  ///< lines
    qsizetype m_match = -1;
    Place m_anchor;
    Place m_cursor;
    bool m_following = true;
    bool m_selecting = false;
    int m_lineHeight = 18;
    qreal m_charWidth = 8;
    int m_refresh = 0;  ///< timer
};

/// A LogView with its bar: search, first error, follow, copy, save.
class LogPane : public QWidget {
    Q_OBJECT
public:
    explicit LogPane(QWidget* parent = nullptr);
    [[nodiscard]] LogView* log() const { return m_log; }
    void setTitle(const QString& title);

private:
    void buildBar();
    void save();
    LogView* m_log;
    Text* m_title = nullptr;
    QLineEdit* m_field = nullptr;
    Text* m_count = nullptr;
    QToolButton* m_follow = nullptr;
};

}  // namespace analemma::ui
