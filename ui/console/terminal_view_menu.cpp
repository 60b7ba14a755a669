#include "core/base/text.h"
#include "ui/console/terminal_view.h"
#include "ui/shell/icons.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QMenu>

using namespace Qt::StringLiterals;

namespace analemma::ui {

void TerminalView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool mouse = event->reason() == QContextMenuEvent::Mouse;
    if (mouse && m_screen.modes().mouse != terminal::MouseTracking::Off &&
        !event->modifiers().testFlag(Qt::ShiftModifier)) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [this, menu](const QString& icon, const QString& text, const QString& keys,
                                  auto run) {
        QAction* action = menu->addAction(lineIcon(icon), text + u'\t' + keys);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    add(u"copy"_s, tr("Copy"), u"Ctrl+Shift+C"_s, [this] {
        copy();
    })->setEnabled(!m_selection.isEmpty());
    add(u"edit"_s, tr("Paste"), u"Ctrl+Shift+V"_s, [this] { pasteClipboard(); });
    add(u"search"_s, tr("Find"), u"Ctrl+Shift+F"_s, [this] { openFind(); });
    if (const auto link = linkAt(m_screen, spotAt(event->pos()).position)) {
        add(u"external"_s, tr("Open %1").arg(displayText(link->host(), 60)), u"Ctrl+Click"_s,
            [this, link] { this->follow(*link); });
        add(u"copy"_s, tr("Copy the address"), {},
            [link] { QGuiApplication::clipboard()->setText(link->target); });
    }
    menu->addSeparator();
    add({}, tr("Larger type"), u"Ctrl+Shift++"_s, [this] { setFontPixels(m_fontPixels + 1); });
    add({}, tr("Smaller type"), u"Ctrl+Shift+-"_s, [this] { setFontPixels(m_fontPixels - 1); });
    QMenu* families = menu->addMenu(tr("Font"));
    QStringList names{QString()};
    for (const QString& family : QFontDatabase::families()) {
        if (QFontDatabase::isFixedPitch(family) && !QFontDatabase::isPrivateFamily(family)) {
            names.append(family);
        }
    }
    for (const QString& family : std::as_const(names)) {
        QAction* action = families->addAction(family.isEmpty() ? tr("The system's") : family);
        action->setCheckable(true);
        action->setChecked(family == m_family);
        connect(action, &QAction::triggered, this, [this, family] { setFamily(family); });
    }
    using Mode = terminal::Predictor::Mode;
    QMenu* echo = menu->addMenu(tr("Show keys before they come back"));
    for (const auto& [mode, text] :
         {std::pair(Mode::Off, tr("Never")), std::pair(Mode::Auto, tr("On slow lines, dimmed")),
          std::pair(Mode::On, tr("Always, dimmed"))}) {
        QAction* action = echo->addAction(text);
        action->setCheckable(true);
        action->setChecked(mode == prediction());
        connect(action, &QAction::triggered, this, [this, mode = mode] { setPrediction(mode); });
    }
    menu->addSeparator();
    add(u"trash"_s, tr("Clear scrollback"), {}, [this] {
        m_screen.clearScrollback();
        redraw();
    });
    menu->popup(event->globalPos());
}

}  // namespace analemma::ui
