#pragma once

#include "core/lifecycle/lifecycle.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"

#include <QDateTime>
#include <QFrame>
#include <QLabel>
#include <QList>
#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QVBoxLayout;

/// The small shared parts of the panels.
namespace analemma::ui {

class Turner;

/// A text in one of the four sizes, in a token's colour; follows the scheme. Elides when too long
/// and then shows the whole as tooltip.
class Text : public QLabel {
    Q_OBJECT
public:
    explicit Text(const QString& text = {}, Type type = Type::Body, Token token = Token::Text,
                  QWidget* parent = nullptr);
    void setToken(Token token);
    void setFixed(bool fixed);  ///< the fixed font
    void setBold(bool bold);
    void setElided(bool elided);  ///< one line, cut with "…" where it must be
    [[nodiscard]] bool isElided() const { return m_elided; }

protected:
    void paintEvent(QPaintEvent* event) override;
    QSize minimumSizeHint() const override;

private:
    void applyFont();
    Type m_type;
    Token m_token;
    bool m_fixed = false;
    bool m_bold = false;
    bool m_elided = false;
};

/// A word on a filled ground, never cut: it is what a person must see. "PRODUCTION", "REC",
/// "BROADCAST 3 hosts".
class LoudWord : public Text {
    Q_OBJECT
public:
    enum class Ground { Production, Broadcast };
    explicit LoudWord(Ground ground = Ground::Production, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Ground m_ground;
};

/// A section's title (15 px), with room at the right for buttons and a quiet note.
class SectionTitle : public QWidget {
    Q_OBJECT
public:
    explicit SectionTitle(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setNote(const QString& note);
    void addWidget(QWidget* widget);  ///< at the right

private:
    Text* m_title;
    Text* m_note;
    QHBoxLayout* m_row;
};

/// Icon plus word in the state's colour upon a tint of 12 %.
class StateBadge : public QWidget {
    Q_OBJECT
public:
    explicit StateBadge(QWidget* parent = nullptr);
    explicit StateBadge(lifecycle::Mark mark, const QString& word = {}, QWidget* parent = nullptr);
    /// An empty word: the mark's own.
    void setState(lifecycle::Mark mark, const QString& word = {});
    [[nodiscard]] lifecycle::Mark mark() const { return m_mark; }
    [[nodiscard]] QString word() const;
    void setTinted(bool tinted);  ///< false: icon and word alone
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    lifecycle::Mark m_mark = lifecycle::Mark::None;
    QString m_word;
    bool m_tinted = true;
    Turner* m_turner;
};

/// A surface with a line around and 6 px corners. `framed` draws the production frame with its
/// word.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);
    [[nodiscard]] QVBoxLayout* column() const { return m_column; }
    void setFramed(bool framed, const QString& word = {});
    [[nodiscard]] bool isFramed() const { return m_framed; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_column;
    bool m_framed = false;
    QString m_word;
};

/// One sentence, one button, perhaps a quiet second one.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);
    void setText(const QString& iconName, const QString& sentence, const QString& more = {});
    /// The button; null: none. Not owned.
    void setAction(QAction* action);

private:
    QLabel* m_icon;
    QLabel* m_sentence;
    QLabel* m_more;
    QVBoxLayout* m_column;
    Button* m_button = nullptr;
    QString m_iconName;
    void changeEvent(QEvent* event) override;
    void updateIcon();
};

/// A small curve of values, quiet, with marks (releases) as thin vertical lines and an optional
/// second curve in the failed colour (errors). No axes; the tooltip tells the last values.
class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setValues(const QList<double>& values);
    void setErrors(const QList<double>& values);
    void setMarks(const QList<int>& positions);  ///< indexes into the values
    void addValue(double value, double error = 0, int keep = 120);
    void addMark();
    QSize sizeHint() const override { return {160, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<double> m_values;
    QList<double> m_errors;
    QList<int> m_marks;
};

/// Pairs of a quiet word and a value, in two aligned columns: the facts of a detail page. Values
/// can be selected and copied.
class FactGrid : public QWidget {
    Q_OBJECT
public:
    explicit FactGrid(QWidget* parent = nullptr);
    void clear();
    void addFact(const QString& name, const QString& value, bool fixed = false,
                 const QString& tip = {});
    void addFact(const QString& name, QWidget* value);

private:
    QGridLayout* m_grid;
};

/// A thin line, horizontal.
class Rule : public QWidget {
    Q_OBJECT
public:
    explicit Rule(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace analemma::ui
