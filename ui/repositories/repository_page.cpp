#include "ui/repositories/repository_page.h"

#include "core/base/text.h"
#include "ui/repositories/branches_page.h"
#include "ui/repositories/changes_page.h"
#include "ui/repositories/compare_page.h"
#include "ui/repositories/file_page.h"
#include "ui/repositories/history_page.h"
#include "ui/repositories/remote_desk.h"
#include "ui/repositories/reviews_page.h"
#include "ui/repositories/stashes_page.h"
#include "ui/repositories/under_way_bar.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace analemma::ui {

RepositoryPage::RepositoryPage(const Context& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_title(new Text({}, Type::Section)),
      m_tabs(new ChipBar),
      m_stack(new QStackedWidget),
      m_history(new HistoryPage(context)),
      m_compare(new ComparePage(context)),
      m_file(new FilePage(context)),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_desk(new RemoteDesk(context, m_ask, this)),
      m_bar(new UnderWayBar(m_ask)),
      m_progress(new Text({}, Type::Caption, Token::Quiet)),
      m_busyRow(new QWidget)
{
    setObjectName(u"repository"_s);
    auto* back = new Button(Button::Look::Quiet, tr("Repositories"), u"chevron-left"_s);
    back->setObjectName(u"repository-back"_s);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(metric::grid);
    head->addWidget(back);
    head->addWidget(m_title);
    head->addSpacing(metric::grid);
    head->addWidget(m_tabs, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(m_busyRow);
    column->addWidget(m_bar);
    column->addWidget(m_ask);
    column->addWidget(m_stack, 1);
    buildRemote();
    addTab(u"history"_s, tr("History"), m_history);
    addTab(u"changes"_s, tr("Changes"), new ChangesPage(context));
    addTab(u"stashes"_s, tr("Stashes"), new StashesPage(context));
    addTab(u"branches"_s, tr("Branches"), new BranchesPage(context));
    addTab(u"reviews"_s, tr("Reviews"), new ReviewsPage(context));
    addTab(u"compare"_s, tr("Compare"), m_compare);
    addTab(u"file"_s, tr("File"), m_file);
    connect(back, &QPushButton::clicked, this, &RepositoryPage::back);
    connect(m_bar, &UnderWayBar::acted, this, &RepositoryPage::read);
    connect(m_bar, &UnderWayBar::problem, this, &RepositoryPage::problem);
    connect(m_bar, &UnderWayBar::notice, this, &RepositoryPage::notice);
    connect(m_tabs, &ChipBar::changed, this,
            [this](const QStringList& chosen) { turnTo(chosen.value(0)); });
}

void RepositoryPage::buildRemote()
{
    m_progress->setObjectName(u"remote-progress"_s);
    m_progress->setElided(true);
    auto* stop = new Button(Button::Look::Quiet, tr("Stop"), u"stop"_s);
    stop->setObjectName(u"remote-stop"_s);
    auto* row = new QHBoxLayout(m_busyRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_progress, 1);
    row->addWidget(stop);
    m_busyRow->hide();
    connect(stop, &QPushButton::clicked, m_desk, &RemoteDesk::stop);
    connect(m_desk, &RemoteDesk::progress, this, [this](const QString& text) {
        m_progress->setText(text);
        m_busyRow->setVisible(!text.isEmpty());
    });
    connect(m_desk, &RemoteDesk::acted, this, &RepositoryPage::read);
    connect(m_desk, &RemoteDesk::problem, this, &RepositoryPage::problem);
    connect(m_desk, &RemoteDesk::notice, this, &RepositoryPage::notice);
}

void RepositoryPage::addTab(const QString& id, const QString& title, RepositoryTab* tab)
{
    tab->setObjectName(u"repository-"_s + id);
    m_pages.insert(id, tab);
    m_stack->addWidget(tab);
    m_tabs->addChip(id, title);
    connect(tab, &RepositoryTab::problem, this, &RepositoryPage::problem);
    connect(tab, &RepositoryTab::notice, this, &RepositoryPage::notice);
    connect(tab, &RepositoryTab::summary, this, &RepositoryPage::summary);
    connect(tab, &RepositoryTab::refreshed, this, [this] {
        m_bar->read();
        Q_EMIT refreshed();
    });
    connect(tab, &RepositoryTab::acted, this, &RepositoryPage::read);
    connect(tab, &RepositoryTab::folderWanted, this, &RepositoryPage::folderWanted);
    connect(tab, &RepositoryTab::commitWanted, this, [this](const QString& commit) {
        turnTo(u"history"_s);
        m_history->selectCommit(commit);
    });
    connect(tab, &RepositoryTab::fileWanted, this,
            [this](const QByteArray& path, const QString& revision) {
                m_file->showFile(path, revision);
                turnTo(u"file"_s);
            });
    connect(tab, &RepositoryTab::compareWanted, this,
            [this](const QString& from, const QString& to) {
                m_compare->compare(from, to);
                turnTo(u"compare"_s);
            });
}

RepositoryTab* RepositoryPage::current() const
{
    return qobject_cast<RepositoryTab*>(m_stack->currentWidget());
}

QString RepositoryPage::tab() const
{
    return m_tabs->chosen().value(0);
}

void RepositoryPage::turnTo(const QString& tab)
{
    RepositoryTab* page = m_pages.value(tab);
    if (page == nullptr) {
        return;
    }
    if (m_tabs->chosen().value(0) != tab) {
        m_tabs->choose(tab);
    }
    m_stack->setCurrentWidget(page);
    page->setFocus(Qt::OtherFocusReason);
    page->read();
}

void RepositoryPage::open(const QString& name)
{
    if (name == m_name && m_repository) {
        read();
        return;
    }
    m_name = name;
    m_title->setText(displayText(name, 40));
    current()->setFocus(Qt::OtherFocusReason);
    setRepository(nullptr);
    read();
}

void RepositoryPage::setRepository(const RepositoryPointer& repository)
{
    m_repository = repository;
    m_desk->setRepository(repository);
    m_bar->setRepository(repository);
    for (RepositoryTab* tab : std::as_const(m_pages)) {
        tab->setRepository(m_name, repository);
    }
}

void RepositoryPage::read()
{
    if (m_repository) {
        current()->read();
        return;
    }
    if (!m_context.repository || m_name.isEmpty()) {
        return;
    }
    then(m_context.repository(m_name), this,
         [this, name = m_name](const Result<RepositoryPointer>& opened) {
             if (name != m_name || m_repository) {
                 return;
             }
             if (opened) {
                 setRepository(*opened);
                 current()->read();
             } else {
                 m_history->cannotOpen();
                 Q_EMIT problem(opened.error());
             }
         });
}

QList<QAction*> RepositoryPage::acts() const
{
    QList<QAction*> all;
    for (const RepositoryTab* tab : m_pages) {
        all += tab->actions();
    }
    return all;
}

bool RepositoryPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    return current()->stepBack();
}

}  // namespace analemma::ui
