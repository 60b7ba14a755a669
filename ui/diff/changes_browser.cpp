#include "ui/diff/changes_browser.h"

#include "ui/diff/change_list.h"
#include "ui/diff/diff_pane.h"
#include "ui/shell/settings.h"

#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qint64 pictureLimit = 16 * 1024 * 1024;

}  // namespace

ChangesBrowser::ChangesBrowser(const QString& name, QWidget* parent)
    : QWidget(parent),
      m_splitter(new QSplitter(Qt::Horizontal)),
      m_list(new ChangeList(name + u"-files"_s)),
      m_pane(new DiffPane)
{
    setObjectName(name);
    auto* left = new QWidget;
    m_column = new QVBoxLayout(left);
    m_column->setContentsMargins(0, 0, metric::grid, 0);
    m_column->setSpacing(metric::grid);
    m_column->addWidget(m_list, 1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(left);
    m_splitter->addWidget(m_pane);
    m_splitter->setSizes({340, 660});
    m_splitter->setStretchFactor(1, 1);
    m_splitter->restoreState(windowSettings()->value(name + u"/splitter"_s).toByteArray());
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_splitter);
    connect(m_splitter, &QSplitter::splitterMoved, this, &ChangesBrowser::remember);
    connect(m_list, &ChangeList::currentChanged, this, &ChangesBrowser::readFile);
    connect(m_list, &ChangeList::activated, this,
            [this] { m_pane->view()->setFocus(Qt::OtherFocusReason); });
    connect(m_pane, &DiffPane::ignoreSpaceChanged, this, [this](bool ignore) {
        m_query.ignoreSpace = ignore;
        readFile();
    });
}

ChangesBrowser::~ChangesBrowser()
{
    m_cancel.cancel();
}

void ChangesBrowser::remember()
{
    windowSettings()->setValue(objectName() + u"/splitter"_s, m_splitter->saveState());
}

void ChangesBrowser::setTop(QWidget* widget)
{
    m_column->insertWidget(0, widget);
}

void ChangesBrowser::clear(const QString& sentence)
{
    m_cancel.cancel();
    m_repository.reset();
    m_list->setChanges({});
    m_list->setSentence(sentence);
    m_pane->setSentence(sentence);
}

void ChangesBrowser::compare(std::shared_ptr<git::Repository> repository,
                             const git::DiffQuery& query)
{
    m_repository = std::move(repository);
    m_query = query;
    m_query.ignoreSpace = m_pane->ignoresSpace();
    readFiles();
}

void ChangesBrowser::readFiles()
{
    m_cancel.cancel();
    m_cancel = CancelToken();
    m_list->setLoading(true);
    then(git::changedFiles(m_repository, m_query, m_cancel), this,
         [this, cancel = m_cancel](const Result<QList<git::FileChange>>& files) {
             if (cancel.isCancelled()) {
                 return;
             }
             m_list->setLoading(false);
             if (!files) {
                 m_list->setChanges({});
                 m_pane->setSentence(files.error().message, files.error().hint);
                 Q_EMIT failed(files.error());
                 return;
             }
             int added = 0;
             int deleted = 0;
             for (const git::FileChange& file : *files) {
                 added += file.added;
                 deleted += file.deleted;
             }
             m_list->setSentence(tr("No file differs."));
             m_list->setChanges(*files);
             if (files->isEmpty()) {
                 m_pane->setSentence(tr("No file differs."));
             } else if (m_list->current() == nullptr) {
                 m_list->select(files->constFirst().path);
             } else {
                 readFile();
             }
             Q_EMIT listed(int(files->size()), added, deleted);
         });
}

void ChangesBrowser::readFile()
{
    const git::FileChange* chosen = m_list->current();
    if (!m_repository || chosen == nullptr) {
        return;
    }
    then(git::fileDiff(m_repository, m_query, *chosen, m_cancel), this,
         [this, path = chosen->path, cancel = m_cancel](const Result<git::FileDiff>& diff) {
             const git::FileChange* now = m_list->current();
             if (cancel.isCancelled() || now == nullptr || now->path != path) {
                 return;
             }
             if (!diff) {
                 m_pane->setSentence(diff.error().message, diff.error().hint);
             } else if (diff->change.binary && DiffPane::isPicture(path)) {
                 readPictures(diff->change, *diff);
             } else {
                 m_pane->setDiff(*diff);
                 goToLine();
             }
         });
}

void ChangesBrowser::goTo(const QByteArray& path, int line, bool old)
{
    m_wanted = {path, line, old};
    const git::FileChange* now = m_list->current();
    if (now != nullptr && now->path == path) {
        goToLine();
    } else {
        m_list->select(path);
    }
}

void ChangesBrowser::goToLine()
{
    const Place wanted = std::exchange(m_wanted, {});
    if (wanted.line > 0 && m_pane->view()->diff().change.path == wanted.path) {
        m_pane->view()->goToLine(wanted.line, wanted.old);
    }
}

void ChangesBrowser::readPictures(const git::FileChange& change, const git::FileDiff& diff)
{
    const auto both = std::make_shared<std::pair<QByteArray, QByteArray>>();
    const auto missing = std::make_shared<int>(2);
    const auto arrived = [this, both, missing, change, diff, cancel = m_cancel] {
        const git::FileChange* now = m_list->current();
        if (--*missing == 0 && !cancel.isCancelled() && now != nullptr &&
            now->path == change.path && !m_pane->setPictures(change, both->first, both->second)) {
            m_pane->setDiff(diff);
        }
    };
    const auto read = [this, arrived](const QString& id, QByteArray* into,
                                      const std::shared_ptr<void>& keep) {
        if (id.isEmpty()) {
            arrived();
            return;
        }
        then(git::blob(m_repository, id, pictureLimit), this,
             [arrived, into, keep](const Result<QByteArray>& bytes) {
                 *into = bytes.valueOr({});
                 arrived();
             });
    };
    read(change.kind == git::FileChange::Kind::Added ? QString() : change.oldId, &both->first,
         both);
    read(change.kind == git::FileChange::Kind::Deleted ? QString() : change.newId, &both->second,
         both);
}

}  // namespace analemma::ui
