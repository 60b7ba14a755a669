#pragma once

#include "core/lifecycle/lifecycle.h"
#include "ui/shell/context.h"
#include "ui/shell/words.h"

#include <QAction>
#include <QList>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QMenu;
class QVBoxLayout;

namespace analemma::ui {

class ChipBar;

/// A bar at the bottom of the window for 10 s: what happened, and a way back.
struct Notice {
    lifecycle::Mark mark = lifecycle::Mark::Ok;
    QString text;               ///< "Rolled back to 1.4.1 in 38 ms, 0 requests lost."
    QString action;             ///< "Undo"; empty: none
    std::function<void()> run;  ///< of the action
    int seconds = 10;
};

/// Something that search finds: a release, a run, a server.
struct Finding {
    QString text;
    QString hint;  ///< quiet, at the right
    QString icon;
    QString item;  ///< given to select()
};

/// One page of the window. It is built when first shown, asks the core in activate() and never in
/// its constructor, and keeps what it showed while it is hidden.
class Panel : public QWidget {
    Q_OBJECT
public:
    /// `id` as in lifecycle::Cell::panel: "pipelines"; it is the object name as well.
    Panel(Context context, const QString& id, const QString& title, const QString& icon,
          QWidget* parent = nullptr);
    ~Panel() override;

    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] QString title() const { return m_title; }
    [[nodiscard]] QString icon() const { return m_icon; }

    /// Shown, or asked to read again (F5). Called each time.
    virtual void activate();
    /// Left for another panel: stop what only a visible panel needs.
    virtual void deactivate();
    /// Shows the row with this id, opens its detail.
    virtual void select(const QString& item);
    /// Esc: closes detail, search, plan. False when there is nothing to step back from.
    virtual bool stepBack();
    /// The workspace file was read again.
    void setWorkspace(const workspace::Workspace& workspace);
    /// Whether it can show a kept moment, see TimeMachine: then it follows Context::time and
    /// refuses its own acts. Others are off while the past is shown.
    [[nodiscard]] virtual bool knowsPast() const { return false; }
    /// What search can find here now.
    [[nodiscard]] virtual QList<Finding> findings() const;
    /// 1 to 3; shown at the right of the title, the first one filled; what is not visible has no
    /// button. All actions() stand in the palette.
    [[nodiscard]] virtual QList<QAction*> mainActions() const { return m_mainActions; }

Q_SIGNALS:
    void openPanel(const QString& panel, const QString& item);
    void notice(const analemma::ui::Notice& notice);
    /// When what is shown was read: for "as of 3 s".
    void refreshed(const QDateTime& asOf);
    /// How many things need a person here; shown on the rail. 0: none.
    void attention(int count);

protected:
    [[nodiscard]] const Context& context() const { return m_context; }
    /// context().workspace is another than `before`.
    virtual void workspaceChanged(const workspace::Workspace& before);
    [[nodiscard]] QDateTime now() const;  ///< the workspace's clock; UTC
    /// An action with an id ("environments.rollback"): in the palette, and usable in menus and
    /// tables.
    QAction* addCommand(const QString& id, const QString& text, const QString& icon,
                        std::function<void()> run, const QKeySequence& keys = {});
    /// Shows an action as a button at the right of the title.
    void addMainAction(QAction* action);
    /// Puts rarer actions into a menu, behind three dots at the end of the head; each call makes a
    /// group of its own.
    void addMoreActions(const QList<QAction*>& actions);
    /// A quiet sentence beside the title: "24 runs".
    void setSummary(const QString& text);
    /// The row of chips under the title; made at the first call.
    ChipBar* chips();
    /// What fills the rest, and takes the keys of the panel. With `margin`, inset like the title.
    void setContent(QWidget* content, bool margin = true);
    /// Shows an error of the core as a notice: what, and what to do next.
    void showError(const Error& error);

private:
    Context m_context;
    QString m_id;
    QString m_title;
    QString m_icon;
    QLabel* m_summary = nullptr;
    QHBoxLayout* m_head = nullptr;
    QVBoxLayout* m_column = nullptr;
    QHBoxLayout* m_body = nullptr;
    ChipBar* m_chips = nullptr;
    QMenu* m_more = nullptr;
    QList<QAction*> m_mainActions;
};

/// A panel that the window may build.
struct PanelInfo {
    QString id;
    QString title;
    QString icon;
    std::function<Panel*(const Context& context, QWidget* parent)> make;
};

/// The panels there are, in the rail's order. One line a panel in ui/panels.cpp.
QList<PanelInfo> allPanels();

}  // namespace analemma::ui

Q_DECLARE_METATYPE(analemma::ui::Notice)
