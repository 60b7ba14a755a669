#pragma once

#include "core/operate/snippets.h"

#include <QFrame>
#include <QHash>

class QFormLayout;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QStackedLayout;

namespace analemma::ui {

class Button;
class TerminalView;
class Text;

/// Snippets over a console: choose one, fill in its places, read the very text that would be typed,
/// insert it. Return is not typed unless the person says so. Esc steps back. Main thread.
class SnippetPanel : public QFrame {
    Q_OBJECT
public:
    /// `snippets` may be null: then there are none to be had, and it says so.
    SnippetPanel(operate::Snippets* snippets, TerminalView* view);
    void open();
    void dismiss();
    void place();  ///< along the lower edge of the view

Q_SIGNALS:
    void dismissed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    enum class Page { List, Fill, Edit };
    QWidget* buildList();
    QWidget* buildFill();
    QWidget* buildEdit();
    void turnTo(Page page);
    void read(const QString& select = {});
    void showMatches(const QString& select = {});
    void choose();
    void edit(const operate::Snippet& snippet);
    void save();
    void remove();
    void undo();
    void preview();
    void insert(bool run);
    void say(const QString& text, bool failed);
    void stepBack();
    [[nodiscard]] const operate::Snippet* current() const;
    [[nodiscard]] QString text() const;  ///< of the chosen one, filled in and filtered

    operate::Snippets* m_snippets;
    TerminalView* m_view;
    QStackedLayout* m_pages;
    Text* m_note;
    // The list
    QLineEdit* m_filter = nullptr;
    QListWidget* m_list = nullptr;
    Button* m_edit = nullptr;
    Button* m_remove = nullptr;
    Button* m_undo = nullptr;
    // Filling in
    Text* m_title = nullptr;
    QWidget* m_fields = nullptr;
    QFormLayout* m_form = nullptr;
    QHash<QString, QLineEdit*> m_values;
    QPlainTextEdit* m_preview = nullptr;
    Button* m_insert = nullptr;
    // Writing one
    QLineEdit* m_name = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QList<operate::Snippet> m_all;
    operate::Snippet m_chosen;
    operate::Snippet m_edited;
    operate::Snippet m_removed;
};

}  // namespace analemma::ui
