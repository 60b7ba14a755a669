#include "ui/shell/panel.h"

#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

Panel::Panel(Context context, const QString& id, const QString& title, const QString& icon,
             QWidget* parent)
    : QWidget(parent), m_context(std::move(context)), m_id(id), m_title(title), m_icon(icon)
{
    setObjectName(id);
    setAccessibleName(title);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_head = new QHBoxLayout;
    m_head->setContentsMargins(metric::page, 20, metric::page, 12);
    m_head->setSpacing(metric::grid);
    auto* name = new Text(title, Type::Title);
    name->setBold(true);
    name->setObjectName(id + u".title"_s);
    m_summary = new Text({}, Type::Body, Token::Quiet);
    m_summary->setObjectName(id + u".summary"_s);
    m_head->addWidget(name, 0, Qt::AlignVCenter);
    m_head->addSpacing(metric::half);
    m_head->addWidget(m_summary, 0, Qt::AlignVCenter);
    m_head->addStretch(1);
    m_column->addLayout(m_head);
    m_body = new QHBoxLayout;
    m_body->setContentsMargins(metric::page, 0, metric::page, metric::page);
    m_body->setSpacing(0);
    m_column->addLayout(m_body, 1);
}

Panel::~Panel() = default;

void Panel::setWorkspace(const workspace::Workspace& workspace)
{
    const workspace::Workspace before = std::exchange(m_context.workspace, workspace);
    workspaceChanged(before);
}

void Panel::workspaceChanged(const workspace::Workspace&) {}

void Panel::activate() {}

void Panel::deactivate() {}

void Panel::select(const QString&) {}

bool Panel::stepBack()
{
    return false;
}

QList<Finding> Panel::findings() const
{
    return {};
}

QAction* Panel::addCommand(const QString& id, const QString& text, const QString& icon,
                           std::function<void()> run, const QKeySequence& keys)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setObjectName(id);
    action->setData(icon);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    addAction(action);
    return action;
}

void Panel::addMainAction(QAction* action)
{
    m_mainActions.append(action);
    const auto look = m_mainActions.size() == 1 ? Button::Look::Primary : Button::Look::Plain;
    auto* button = new Button(look, action, this);
    button->setObjectName(u"button."_s + action->objectName());
    // The first main action stands rightmost, where the eye ends.
    m_head->insertWidget(4, button, 0, Qt::AlignVCenter);
}

void Panel::addMoreActions(const QList<QAction*>& actions)
{
    if (m_more == nullptr) {
        m_more = new QMenu(this);
        m_more->setObjectName(m_id + u".more-menu"_s);
        auto* button = new IconButton(u"more"_s, tr("More"), this);
        button->setObjectName(m_id + u".more"_s);
        connect(button, &QToolButton::clicked, m_more, [this, button] {
            const int right = button->width() - m_more->sizeHint().width();
            m_more->popup(button->mapToGlobal(QPoint(right, button->height())));
        });
        m_head->addWidget(button, 0, Qt::AlignVCenter);
    } else {
        m_more->addSeparator();
    }
    m_more->addActions(actions);
}

void Panel::setSummary(const QString& text)
{
    m_summary->setText(text);
}

ChipBar* Panel::chips()
{
    if (!m_chips) {
        m_chips = new ChipBar(this);
        m_chips->setObjectName(m_id + u".chips"_s);
        m_chips->setContentsMargins(metric::page, 0, metric::page, 12);
        m_column->insertWidget(1, m_chips);
    }
    return m_chips;
}

void Panel::setContent(QWidget* content, bool margin)
{
    if (!margin) {
        m_body->setContentsMargins(0, 0, 0, 0);
    }
    m_body->addWidget(content, 1);
    setFocusProxy(content);
}

QDateTime Panel::now() const
{
    return m_context.clock ? m_context.clock->now() : QDateTime::currentDateTimeUtc();
}

void Panel::showError(const Error& error)
{
    if (error.kind == ErrorKind::Cancelled) {
        return;
    }
    Notice told;
    told.mark = error.kind == ErrorKind::Timeout ? Mark::Unknown : Mark::Failed;
    told.text = sentences(error);
    Q_EMIT notice(told);
}

}  // namespace analemma::ui
