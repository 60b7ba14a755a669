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
    const QList<QAction*> acts = m_repository->acts();
    for (QAction* action : acts) {
        addAction(action);
    }
    const QStringList names = context.workspace.repositories.keys();
    if (names.size() == 1) {
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

/// Pull, push and fetch are acts on the one that is open.
void RepositoriesPanel::updateActs()
{
    const QList<QAction*> acts = mainActions();
    for (QAction* action : acts) {
        action->setVisible(!isWall());
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
        openRepository(m_repository->name().isEmpty() ? context().workspace.repositories.firstKey()
                                                      : m_repository->name());
    }
}

void RepositoriesPanel::openRepository(const QString& name)
{
    if (context().workspace.repositories.contains(name)) {
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
    if (context().workspace.repositories.contains(name)) {
        openRepository(name);
        if (slash > 0) {
            m_repository->turnTo(item.mid(slash + 1));
        }
        return;
    }
    if (isWall() && !context().workspace.repositories.isEmpty()) {
        openRepository(context().workspace.repositories.firstKey());
    }
    m_repository->turnTo(u"history"_s);
    m_repository->history()->selectCommit(item);
}

bool RepositoriesPanel::stepBack()
{
    if (isWall()) {
        return false;
    }
    if (!m_repository->stepBack()) {
        showWall();
    }
    return true;
}

QList<Finding> RepositoriesPanel::findings() const
{
    QList<Finding> found;
    for (const QString& name : context().workspace.repositories.keys()) {
        found.append({tr("Repository %1").arg(displayText(name, 60)), {}, u"code"_s, name});
    }
    return found;
}

}  // namespace analemma::ui
