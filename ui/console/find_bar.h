#pragma once

#include "core/terminal/search.h"

#include <QFrame>
#include <QList>

#include <optional>

class QLineEdit;
class QTimer;
class QToolButton;

namespace analemma::ui {

class IconButton;
class Text;

/// Find in a terminal's scrollback and screen, newest first. Looks at a few thousand rows a turn
/// of the event loop; begins anew when the screen has changed.
class FindBar : public QFrame {
    Q_OBJECT
public:
    FindBar(terminal::Screen* screen, QWidget* parent);
    void open(const QString& text);
    void dismiss();
    void place();  ///< in the upper right corner of the parent
    void screenChanged();

    [[nodiscard]] const QList<terminal::Range>& matches() const { return m_matches; }
    [[nodiscard]] std::optional<terminal::Range> current() const;
    void step(int by);  ///< -1: the older one, 1: the newer one

Q_SIGNALS:
    /// Matches or the current one are others now; `jump`: bring the current one into view.
    void changed(bool jump);
    void dismissed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void begin(bool jump);
    void searchOn();
    void tell();
    terminal::Screen* m_screen;
    QLineEdit* m_field;
    Text* m_count;
    IconButton* m_older;
    IconButton* m_newer;
    QToolButton* m_regex;
    QToolButton* m_case;
    QTimer* m_turn;
    QTimer* m_again;
    std::optional<terminal::Pattern> m_pattern;
    QString m_problem;
    QList<terminal::Range> m_matches;  ///< oldest first
    qsizetype m_current = -1;
    std::optional<terminal::Range> m_keep;  ///< the current one before a new search
    qint64 m_next = 0;                      ///< the newest row that was not searched yet
    quint64 m_epoch = 0;
    bool m_jump = false;
    bool m_full = false;
};

}  // namespace analemma::ui
