#include "ui/repositories/repositories_panel.h"

#include "core/base/text.h"
#include "ui/repositories/history_page.h"
#include "ui/repositories/remote_desk.h"
#include "ui/repositories/repository_page.h"
#include "ui/repositories/wall.h"
#include "ui/widgets/data_table.h"

#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace analemma::ui {

RepositoriesPanel::RepositoriesPanel(const Context& context, QWidget* parent)
    : Panel(context, u"repositories"_s, tr("Repositories"), u"code"_s, parent),
      m_pages(new QStackedWidget),
      m_wall(new RepositoryWall(context)),
      m_repository(new RepositoryPage(context))
{
    m_pages->addWidget(m_wall);
    auto* inset = new QWidget;
    auto* column = new QVBoxLayout(inset);
    column->setContentsMargins(metric::page, 0, metric::page, metric::grid);
    column->addWidget(m_repository);
    m_pages->addWidget(inset);
    setContent(m_pages, false);
    connect(m_wall, &RepositoryWall::asking, this, [this] {
        if (!isWall()) {
            showWall();
        }
    });
    connect(m_wall->desk(), &WallDesk::problem, this, &RepositoriesPanel::showError);
    connect(m_wall->desk(), &WallDesk::notice, this, &RepositoriesPanel::notice);
    connect(m_wall->desk(), &WallDesk::changed, this, &RepositoriesPanel::followWorkspace);
    connect(m_wall->desk(), &WallDesk::shown, this, [this](const QString& name) {
        m_wall->table()->selectId(name);
        if (!isWall()) {
            openRepository(name);
        }
    });
    connect(m_repository, &RepositoryPage::folderWanted, m_wall->desk(), &WallDesk::openFolder);
    connect(m_wall, &RepositoryWall::opened, this, &RepositoriesPanel::openRepository);
    connect(m_wall, &RepositoryWall::summary, this, [this](const QString& text) {
        if (isWall()) {
            setSummary(text);
        }
    });
    connect(m_wall, &RepositoryWall::refreshed, this, [this] { Q_EMIT refreshed(now()); });
    connect(m_repository, &RepositoryPage::back, this, &RepositoriesPanel::showWall);
    connect(m_repository, &RepositoryPage::problem, this, &RepositoriesPanel::showError);
    connect(m_repository, &RepositoryPage::notice, this, &RepositoriesPanel::notice);
    connect(m_repository, &RepositoryPage::summary, this, &RepositoriesPanel::setSummary);
    connect(m_repository, &RepositoryPage::refreshed, this, [this] { Q_EMIT refreshed(now()); });
    addMainAction(addCommand(u"repositories.pull"_s, tr("Pull"), u"download"_s,
                             [this] { m_repository->remote()->pull(); }));
    addMainAction(addCommand(u"repositories.push"_s, tr("Push"), u"deploy"_s,
                             [this] { m_repository->remote()->push(); }));
    addMainAction(addCommand(u"repositories.fetch"_s, tr("Fetch"), u"refresh"_s,
                             [this] { m_repository->remote()->fetch(); }));
    for (QAction* action : m_wall->mainActs()) {
        addMainAction(action);
    }
    findChild<Button*>(u"button."_s + m_wall->mainActs().constFirst()->objectName())
        ->setLook(Button::Look::Primary);
    const QList<QAction*> acts = m_repository->acts() + m_wall->actions();
    for (QAction* action : acts) {
        addAction(action);
    }
    if (repositories().size() == 1) {
        m_pages->setCurrentIndex(1);
    }
    connect(m_pages, &QStackedWidget::currentChanged, this, &RepositoriesPanel::updateActs);
    updateActs();
}

HistoryView* RepositoriesPanel::view() const
{
    return m_repository->history()->view();
}

CommitPage* RepositoriesPanel::page() const
{
    return m_repository->history()->page();
}

const QMap<QString, workspace::Repository>& RepositoriesPanel::repositories() const
{
    return m_wall->desk()->repositories();
}

/// Pull, push and fetch are acts on the one that is open; the others can be run from anywhere.
void RepositoriesPanel::updateActs()
{
    const QList<QAction*> acts = mainActions();
    for (QAction* action : acts) {
        if (m_wall->mainActs().contains(action)) {
            setButtonless(action, !isWall());
        } else {
            action->setVisible(!isWall());
        }
    }
}

/// A page of what is no longer in the workspace is left.
void RepositoriesPanel::followWorkspace()
{
    if (!isWall() && !repositories().contains(m_repository->name())) {
        showWall();
    }
}

bool RepositoriesPanel::isWall() const
{
    return m_pages->currentIndex() == 0;
}

void RepositoriesPanel::activate()
{
    if (isWall()) {
        m_wall->read();
    } else {
        openRepository(m_repository->name().isEmpty() ? repositories().firstKey()
                                                      : m_repository->name());
    }
}

void RepositoriesPanel::openRepository(const QString& name)
{
    if (repositories().contains(name)) {
        m_pages->setCurrentIndex(1);
        m_repository->open(name);
    }
}

void RepositoriesPanel::showWall()
{
    m_pages->setCurrentIndex(0);
    m_wall->read();
    m_wall->setFocus(Qt::OtherFocusReason);
}

void RepositoriesPanel::select(const QString& item)
{
    const auto slash = item.indexOf(u'/');
    const QString name = item.left(slash);
    if (repositories().contains(name)) {
        openRepository(name);
        if (slash > 0) {
            m_repository->turnTo(item.mid(slash + 1));
        }
        return;
    }
    if (isWall() && !repositories().isEmpty()) {
        openRepository(repositories().firstKey());
    }
    m_repository->turnTo(u"history"_s);
    m_repository->history()->selectCommit(item);
}

bool RepositoriesPanel::stepBack()
{
    if (isWall()) {
        return m_wall->stepBack();
    }
    if (!m_repository->stepBack()) {
        showWall();
    }
    return true;
}

QList<Finding> RepositoriesPanel::findings() const
{
    QList<Finding> found;
    for (const QString& name : repositories().keys()) {
        found.append({tr("Repository %1").arg(displayText(name, 60)), {}, u"code"_s, name});
    }
    return found;
}

}  // namespace analemma::ui
