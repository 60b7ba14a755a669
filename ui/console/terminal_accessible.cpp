#include "ui/console/terminal_accessible.h"

#include "ui/console/terminal_view.h"

#include <QAccessibleWidget>

namespace analemma::ui {
namespace {

class TerminalAccessible : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit TerminalAccessible(TerminalView* view)
        : QAccessibleWidget(view, QAccessible::Terminal), m_view(view)
    {
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface*>(this)
                                                  : QAccessibleWidget::interface_cast(type);
    }
    [[nodiscard]] QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.multiLine = true;
        state.selectableText = true;
        state.readOnly = !m_view->isLive();
        return state;
    }

    [[nodiscard]] int characterCount() const override { return int(whole().size()); }
    [[nodiscard]] QString text(int from, int to) const override
    {
        return whole().mid(from, to - from);
    }
    using QAccessibleWidget::text;

    [[nodiscard]] int cursorPosition() const override
    {
        const terminal::Cursor cursor = m_view->screen()->cursor();
        const QString all = whole();
        qsizetype at = 0;
        for (int row = 0; row < cursor.row; ++row) {
            const qsizetype end = all.indexOf(u'\n', at);
            if (end < 0) {
                break;
            }
            at = end + 1;
        }
        const qsizetype end = all.indexOf(u'\n', at);
        return int(qMin(at + cursor.column, end < 0 ? all.size() : end));
    }
    void setCursorPosition(int) override {}  // the program's, not the reader's

    [[nodiscard]] QRect characterRect(int offset) const override
    {
        const QString before = whole().left(offset);
        const auto line = int(before.count(u'\n'));
        const auto column = int(before.size() - before.lastIndexOf(u'\n') - 1);
        const QRect cell = m_view->cellRect(line, column);
        const qreal ratio = m_view->devicePixelRatioF();
        const QPoint corner(qRound(cell.x() / ratio), qRound(cell.y() / ratio));
        return {m_view->mapToGlobal(corner),
                QSize(qRound(cell.width() / ratio), qRound(cell.height() / ratio))};
    }
    [[nodiscard]] int offsetAtPoint(const QPoint& point) const override
    {
        const int count = characterCount();
        for (int i = 0; i < count; ++i) {
            if (characterRect(i).contains(point)) {
                return i;
            }
        }
        return -1;
    }

    [[nodiscard]] int selectionCount() const override
    {
        return m_view->selection().isEmpty() ? 0 : 1;
    }
    void selection(int index, int* from, int* to) const override
    {
        *from = *to = 0;
        if (index == 0 && selectionCount() > 0) {
            const QString chosen = m_view->selectedText();
            const qsizetype at = whole().indexOf(chosen);
            *from = at < 0 ? 0 : int(at);
            *to = at < 0 ? 0 : int(at + chosen.size());
        }
    }
    void addSelection(int, int) override {}
    void removeSelection(int) override { m_view->clearSelection(); }
    void setSelection(int, int, int) override {}
    void scrollToSubstring(int, int) override {}
    [[nodiscard]] QString attributes(int, int* from, int* to) const override
    {
        *from = 0;
        *to = characterCount();
        return {};
    }

private:
    [[nodiscard]] QString whole() const { return m_view->visibleText(); }
    TerminalView* m_view;
};

QAccessibleInterface* make(const QString&, QObject* object)
{
    auto* view = qobject_cast<TerminalView*>(object);
    return view == nullptr ? nullptr : new TerminalAccessible(view);
}

}  // namespace

void installTerminalAccessible()
{
    QAccessible::installFactory(make);  // the same one twice is one
}

}  // namespace analemma::ui
