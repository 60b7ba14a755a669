#include "ui/shell/main_window.h"

#include "ui/shell/alert_signs.h"
#include "ui/shell/icons.h"
#include "ui/shell/operations_feed.h"
#include "ui/shell/past_banner.h"
#include "ui/shell/rail.h"
#include "ui/shell/settings.h"
#include "ui/shell/status_icon.h"
#include "ui/shell/time_machine.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/tray.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/toast.h"

#include <QAction>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QStackedWidget>
#include <QTimer>
#include <QTimerEvent>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

/// The ground of the panels. Tells of its first picture.
class Page : public QStackedWidget {
public:
    using QStackedWidget::QStackedWidget;
    std::function<void()> onFirst;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter(this).fillRect(rect(), colour(Token::Surface));
        if (const auto first = std::exchange(onFirst, nullptr)) {
            QTimer::singleShot(0, this, first);  // this picture is still to be brought out
        }
    }
};

/// Not of a panel that is off.
bool isOn(const QAction* action)
{
    const auto* owner = qobject_cast<const QWidget*>(action->parent());
    return owner == nullptr || owner->isEnabled();
}

QString plainText(QString text)
{
    return text.remove(u'&');
}

}  // namespace

MainWindow::MainWindow(const QString& workspace, Theme* theme, QList<PanelInfo> panels)
    : m_theme(theme), m_infos(std::move(panels))
{
    setObjectName(u"window"_s);
    setWindowTitle(workspace.isEmpty() ? u"Analemma"_s : workspace + u" - Analemma"_s);
    setMinimumSize(900, 560);
    buildFrame();
    m_top->setWorkspace(workspace, {});
    restore();
}

MainWindow::MainWindow(const Context& context, Theme* theme, QList<PanelInfo> panels)
    : MainWindow(context.workspace.name, theme, std::move(panels))
{
    serve(context);
}

MainWindow::~MainWindow() = default;

void MainWindow::buildFrame()
{
    auto* frame = new QWidget(this);
    m_rail = new Rail(frame);
    m_top = new TopBar(frame);
    auto* page = new Page(frame);
    page->onFirst = [this] { Q_EMIT painted(); };
    m_stack = page;
    m_stack->setObjectName(u"pages"_s);
    m_tray = new Tray(frame);
    int number = 0;
    for (const PanelInfo& info : std::as_const(m_infos)) {
        ++number;
        m_rail->addItem(info.id, info.icon, info.title, u"Ctrl+%1"_s.arg(number));
    }
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    m_past = new PastBanner(frame);
    column->addWidget(m_top);
    column->addWidget(m_past);
    column->addWidget(m_stack, 1);
    column->addWidget(m_tray);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(column, 1);
    setCentralWidget(frame);
    connect(m_rail, &Rail::chosen, this, [this](const QString& id) { openPanel(id); });
    connect(m_top, &TopBar::searchPressed, this, &MainWindow::openPalette);
    connect(m_top, &TopBar::runningPressed, m_tray, [this] { m_tray->setOpen(!m_tray->isOpen()); });
    connect(m_top, &TopBar::alertsPressed, this, [this] {
        const bool operationsAlone = m_top->alerts() == 0 && m_top->failed() > 0;
        if (operationsAlone || panel(u"alerts"_s) == nullptr) {
            m_tray->setOpen(true);
        } else {
            openPanel(u"alerts"_s, u"open"_s);
        }
    });
}

void MainWindow::serve(const Context& context)
{
    m_context = context;
    m_served = true;
    if (m_context.time == nullptr) {
        m_time = new TimeMachine(this);
        m_context.time = m_time;
    } else {
        m_time = m_context.time;
    }
    m_past->serve(m_time);
    connect(m_time, &TimeMachine::changed, this, &MainWindow::followTime);
    const QString name = context.workspace.name;
    setWindowTitle(name.isEmpty() ? u"Analemma"_s : name + u" - Analemma"_s);
    setWindowIcon(lineIcon(u"analemma"_s, Token::Accent));
    m_top->setWorkspace(name, context.workspace.folder);
    m_palette = new CommandPalette(this);
    m_toast = new Toast(m_stack);
    m_feed = new OperationsFeed(m_context, m_tray, this);
    buildCommands();
    connect(m_feed, &OperationsFeed::counted, this, [this](int running, int alerts) {
        m_top->setRunning(running);
        m_top->setFailed(alerts);
    });
    connect(m_feed, &OperationsFeed::failed, this, [this](const Error& error) {
        Notice notice;
        notice.mark = Mark::Failed;
        notice.text = sentences(error);
        tell(notice);
    });
    buildSigns();
    if (m_shown) {
        begin();
    }
}

void MainWindow::setWorkspace(const workspace::Workspace& workspace)
{
    m_context.workspace = workspace;
    for (Panel* known : std::as_const(m_panels)) {
        known->setWorkspace(workspace);
    }
}

void MainWindow::buildSigns()
{
    m_signs = new AlertSigns(m_context, {}, this);
    connect(m_signs, &AlertSigns::counted, m_top, &TopBar::setAlerts);
    connect(m_signs, &AlertSigns::told, this, &MainWindow::tell);
    connect(m_signs, &AlertSigns::openAsked, this, [this](const QString& item) {
        bringUp();
        if (!item.isEmpty()) {
            openPanel(u"alerts"_s, item);
        }
    });
    connect(m_signs, &AlertSigns::quitAsked, this, &MainWindow::quit);
    QAction* keep =
        addCommand(u"window.keep-watching"_s,
                   tr("Keep watching in the tray when the window is closed"), u"eye"_s, {}, [] {});
    keep->setCheckable(true);
    keep->setChecked(m_signs->keepsWatching());
    setRefusal(keep, m_signs->icon()->isThere() ? QString() : tr("This desktop has no tray."));
    connect(keep, &QAction::toggled, this, [this](bool on) {
        m_signs->setKeepsWatching(on);
        Notice notice;
        notice.text = on ? tr("Closing the window leaves it watching; Quit in the tray ends it.")
                         : tr("Closing the window ends the program.");
        tell(notice);
    });
    m_signs->refresh();
}

void MainWindow::bringUp()
{
    m_inTray = false;
    if (!isVisible()) {
        show();
    }
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

void MainWindow::quit()
{
    m_quitting = true;
    if (std::exchange(m_inTray, false)) {
        windowSettings()->setValue(u"window/geometry"_s, saveGeometry());
        Q_EMIT leftTray();
    } else {
        close();
    }
}

QAction* MainWindow::addCommand(const QString& id, const QString& text, const QString& icon,
                                const QKeySequence& keys, std::function<void()> run)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setObjectName(id);
    action->setData(icon);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    addAction(action);
    return action;
}

void MainWindow::buildCommands()
{
    int number = 0;
    for (const PanelInfo& info : std::as_const(m_infos)) {
        ++number;
        addCommand(u"go."_s + info.id, tr("Go to %1").arg(info.title), info.icon,
                   QKeySequence(u"Ctrl+%1"_s.arg(number)), [this, id = info.id] { openPanel(id); });
    }
    QAction* search = addCommand(u"palette.open"_s, tr("Search or run a command"), u"search"_s, {},
                                 [this] { openPalette(); });
    search->setShortcuts({QKeySequence(u"Ctrl+K"_s), QKeySequence(u"Ctrl+Shift+P"_s)});
    addCommand(u"window.refresh"_s, tr("Read again"), u"refresh"_s, QKeySequence(Qt::Key_F5),
               [this] { refresh(); });
    addCommand(u"window.back"_s, tr("Step back"), u"chevron-left"_s, QKeySequence(Qt::Key_Escape),
               [this] { stepBack(); });
    addCommand(u"window.rail"_s, tr("Fold or unfold the rail"), u"rail-fold"_s,
               QKeySequence(u"Ctrl+B"_s), [this] { m_rail->setFolded(!m_rail->isFolded()); });
    addCommand(u"window.tray"_s, tr("Show or hide operations"), u"log"_s, QKeySequence(u"Ctrl+J"_s),
               [this] { m_tray->setOpen(!m_tray->isOpen()); });
    addCommand(u"theme.system"_s, tr("Theme: as the desktop"), u"theme"_s, {},
               [this] { m_theme->setChoice(SchemeChoice::System); });
    addCommand(u"theme.light"_s, tr("Theme: light"), u"theme"_s, {},
               [this] { m_theme->setChoice(SchemeChoice::Light); });
    addCommand(u"theme.dark"_s, tr("Theme: dark"), u"theme"_s, {},
               [this] { m_theme->setChoice(SchemeChoice::Dark); });
    addCommand(u"window.quit"_s, tr("Quit"), u"close"_s, QKeySequence(u"Ctrl+Q"_s),
               [this] { quit(); });
    for (const char* id : {"theme.system", "theme.light", "theme.dark"}) {
        findChild<QAction*>(QLatin1StringView(id))->setEnabled(m_theme != nullptr);
    }
}

Panel* MainWindow::panel(const QString& id)
{
    if (Panel* known = m_panels.value(id); known || !m_served) {
        return known;
    }
    for (const PanelInfo& info : std::as_const(m_infos)) {
        if (info.id != id) {
            continue;
        }
        Panel* made = info.make(m_context, m_stack);
        m_stack->addWidget(made);
        m_panels.insert(id, made);
        made->setEnabled(!m_time->isPast() || made->knowsPast());
        connect(made, &Panel::openPanel, this, &MainWindow::openPanel);
        connect(made, &Panel::notice, this, &MainWindow::tell);
        connect(made, &Panel::refreshed, this, [this, id](const QDateTime& asOf) {
            m_asOf.insert(id, asOf);
            tick();
        });
        connect(made, &Panel::attention, this,
                [this, id](int count) { m_rail->setAttention(id, count); });
        return made;
    }
    return nullptr;
}

Panel* MainWindow::currentPanel() const
{
    return m_panels.value(m_current);
}

void MainWindow::openPanel(const QString& id, const QString& item)
{
    if (id == "operations"_L1) {  // they stand in the tray, whatever panel is shown
        openOperation(item);
        return;
    }
    Panel* wanted = panel(id);
    if (!wanted) {
        return;
    }
    Panel* before = currentPanel();
    if (before && before != wanted) {
        before->deactivate();
    }
    m_current = id;
    followTime();
    m_stack->setCurrentWidget(wanted);
    m_rail->setCurrent(id);
    if (before != wanted) {
        wanted->activate();
        wanted->setFocus();  // the keys go to what is looked at
    }
    if (!item.isEmpty()) {
        wanted->select(item);
    }
    windowSettings()->setValue(u"window/panel"_s, id);
    tick();
}

/// In the past a panel that knows the present alone is off, and so is what acts on operations.
void MainWindow::followTime()
{
    const bool past = m_time != nullptr && m_time->isPast();
    for (Panel* known : std::as_const(m_panels)) {
        known->setEnabled(!past || known->knowsPast());
    }
    m_tray->setRefusal(past ? m_time->refusal() : QString());
    if (const Panel* shown = currentPanel()) {
        m_past->setKnowsPast(shown->knowsPast());
    }
}

/// The tray knows those of late; an older one is read first.
void MainWindow::openOperation(const QString& id)
{
    m_tray->openOperation(id);
    if (m_context.engine == nullptr || id.isEmpty()) {
        return;
    }
    then(m_context.engine->operation(id), this, [this](const Result<engine::Operation>& read) {
        if (!read) {
            tell({Mark::Failed, sentences(read.error()), {}, {}, 10});
            return;
        }
        m_tray->setOperation(*read, m_context.clock->now());
        m_tray->openOperation(read->id);
    });
}

void MainWindow::tell(const Notice& notice)
{
    if (m_toast) {
        m_toast->tell(notice);
    }
}

void MainWindow::stepBack()
{
    if (m_palette->isVisible()) {
        m_palette->dismiss();
    } else if (m_toast->isVisible() && m_toast->isAncestorOf(focusWidget())) {
        m_toast->dismiss();
    } else if (m_tray->isOpen() && m_tray->isAncestorOf(focusWidget())) {
        m_tray->setOpen(false);
    } else if (Panel* shown = currentPanel(); shown && shown->stepBack()) {
        return;
    } else if (m_tray->isOpen()) {
        m_tray->setOpen(false);
    } else {
        m_toast->dismiss();
    }
}

void MainWindow::refresh()
{
    if (Panel* shown = currentPanel()) {
        shown->activate();
    }
    m_feed->refresh();
}

QList<Command> MainWindow::commands()
{
    QList<Command> all;
    const auto add = [&all](QAction* action, const QString& where) {
        if (action->objectName().isEmpty() || action->objectName() == u"palette.open") {
            return;
        }
        QString hint = action->shortcut().toString(QKeySequence::NativeText);
        if (!where.isEmpty()) {
            hint = hint.isEmpty() ? where : where + u"   "_s + hint;
        }
        all.append({action->objectName(), plainText(action->text()), hint,
                    action->data().toString(), action->isEnabled() && isOn(action),
                    [action] { action->trigger(); }});
    };
    // The panel in view first: its commands are what one means here.
    if (Panel* shown = currentPanel()) {
        for (QAction* action : shown->actions()) {
            add(action, shown->title());
        }
    }
    for (QAction* action : actions()) {
        add(action, {});
    }
    for (const PanelInfo& info : std::as_const(m_infos)) {
        Panel* known = m_panels.value(info.id);
        if (!known) {
            continue;
        }
        if (info.id != m_current) {
            for (QAction* action : known->actions()) {
                add(action, known->title());
            }
        }
        for (const Finding& finding : known->findings()) {
            const QString where =
                finding.hint.isEmpty() ? info.title : info.title + u"   "_s + finding.hint;
            all.append({u"find."_s + info.id + u"."_s + finding.item, finding.text, where,
                        finding.icon, true,
                        [this, id = info.id, item = finding.item] { openPanel(id, item); }});
        }
    }
    return all;
}

void MainWindow::openPalette()
{
    if (!m_served) {
        return;
    }
    m_palette->open(commands());
}

void MainWindow::restore()
{
    const auto settings = windowSettings();
    if (!restoreGeometry(settings->value(u"window/geometry"_s).toByteArray())) {
        resize(1280, 800);
    }
    m_rail->setFolded(settings->value(u"window/folded"_s).toBool());
    connect(m_rail, &Rail::foldChanged, this,
            [](bool folded) { windowSettings()->setValue(u"window/folded"_s, folded); });
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    windowSettings()->setValue(u"window/geometry"_s, saveGeometry());
    if (!m_quitting && m_signs != nullptr && m_signs->keepsWatching()) {
        m_inTray = true;
        event->ignore();
        hide();
        return;
    }
    QMainWindow::closeEvent(event);
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (m_shown) {
        return;
    }
    m_shown = true;
    if (m_served) {
        begin();
    } else {
        m_rail->setCurrent(firstPanel());
    }
}

/// The one that was shown last, else the first of the rail.
QString MainWindow::firstPanel() const
{
    const QString last = windowSettings()->value(u"window/panel"_s).toString();
    const bool known = std::any_of(m_infos.cbegin(), m_infos.cend(),
                                   [&last](const PanelInfo& info) { return info.id == last; });
    return known || m_infos.isEmpty() ? last : m_infos.first().id;
}

void MainWindow::begin()
{
    if (m_current.isEmpty()) {
        openPanel(firstPanel());
    }
    m_second = startTimer(1000);
    // After the panel's first picture: what nobody waits for.
    QTimer::singleShot(50, this, [this] {
        m_feed->refresh();
        if (m_theme) {
            m_theme->followDesktop();
        }
        buildNextPanel();
    });
}

void MainWindow::buildNextPanel()
{
    for (const PanelInfo& info : std::as_const(m_infos)) {
        if (!m_panels.contains(info.id)) {
            panel(info.id);
            QTimer::singleShot(30, this, &MainWindow::buildNextPanel);
            return;
        }
    }
}

void MainWindow::timerEvent(QTimerEvent* event)
{
    if (event->timerId() == m_second) {
        tick();
    }
}

void MainWindow::tick()
{
    const QDateTime now =
        m_context.clock ? m_context.clock->now() : QDateTime::currentDateTimeUtc();
    m_top->setAsOf(m_asOf.value(m_current), now);
}

}  // namespace analemma::ui
