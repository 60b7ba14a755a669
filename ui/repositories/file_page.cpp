#include "ui/repositories/file_page.h"

#include "core/base/text.h"
#include "ui/repositories/blame_view.h"
#include "ui/repositories/history_view.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QLineEdit>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int fileCommits = 10'000;

}  // namespace

FilePage::FilePage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_field(new QLineEdit),
      m_facts(new Text({}, Type::Caption, Token::Quiet)),
      m_blame(new BlameView),
      m_history(new HistoryView)
{
    m_field->setObjectName(u"file-path"_s);
    m_field->setAccessibleName(tr("Path of the file"));
    m_field->setPlaceholderText(tr("Path of a file, from the top of the repository"));
    addFieldIcon(m_field, u"file"_s);
    m_facts->setObjectName(u"file-facts"_s);
    m_facts->setElided(true);
    m_history->setObjectName(u"file-history"_s);
    m_history->setAccessibleName(tr("History of the file"));
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_blame);
    splitter->addWidget(m_history);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({700, 340});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_field);
    column->addWidget(m_facts);
    column->addWidget(splitter, 1);
    setFocusProxy(m_blame);
    connect(m_field, &QLineEdit::returnPressed, this,
            [this] { showFile(m_field->text().trimmed().toUtf8(), m_revision); });
    connect(m_blame, &BlameView::currentChanged, this, &FilePage::describe);
    connect(m_blame, &BlameView::activated, this, &FilePage::commitWanted);
    connect(m_history, &HistoryView::activated, this, &FilePage::commitWanted);
    connect(m_history, &HistoryView::wanted, this, &FilePage::readTexts);
}

void FilePage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_cancel.cancel();
    m_path.clear();
    m_field->clear();
    m_facts->setText({});
    m_blame->setBlame(nullptr);
    m_blame->setSentence(tr("Type a path, or choose a file of a commit."));
    m_history->setRows(nullptr);
    m_history->setSentence({});
}

void FilePage::showFile(const QByteArray& path, const QString& revision)
{
    m_path = path;
    m_revision = revision;
    m_dirty = true;
    m_field->setText(displayText(QByteArrayView(path), 1'000));
    if (isVisible()) {
        read();
    }
}

void FilePage::read()
{
    if (!repository() || m_path.isEmpty() || !std::exchange(m_dirty, false)) {
        return;
    }
    m_cancel.cancel();
    m_cancel = CancelToken();
    m_blame->setNow(now());
    m_history->setNow(now());
    readBlame();
    readHistory();
    Q_EMIT summary(displayText(name(), 60));
    Q_EMIT refreshed();
}

void FilePage::readBlame()
{
    git::BlameQuery query;
    query.path = m_path;
    query.revision = m_revision;
    m_blame->setBlame(nullptr);
    m_blame->setSentence(tr("Reading the file…"));
    then(git::blame(repository(), query, m_cancel), this,
         [this, cancel = m_cancel](const Result<std::shared_ptr<git::Blame>>& blame) {
             if (cancel.isCancelled()) {
                 return;
             }
             if (blame) {
                 m_blame->setSentence(tr("The file is empty."));
                 m_blame->setBlame(*blame);
                 describe();
             } else {
                 m_blame->setSentence(blame.error().message);
             }
         });
}

void FilePage::readHistory()
{
    m_history->setRows(nullptr);
    m_history->setSentence(tr("Reading the history…"));
    then(git::fileHistory(repository(), m_path, m_revision, fileCommits, m_cancel), this,
         [this, cancel = m_cancel](const Result<std::shared_ptr<git::FoundCommits>>& found) {
             if (cancel.isCancelled()) {
                 return;
             }
             if (found) {
                 m_history->setSentence(tr("No commit has this file."));
                 m_history->setRows(rowsOf(*found));
             } else {
                 m_history->setSentence(found.error().message);
             }
         });
}

void FilePage::readTexts(const QStringList& ids)
{
    if (repository()) {
        then(repository()->commits(ids), this, [this](const Result<QList<git::Commit>>& commits) {
            if (commits) {
                m_history->setCommits(*commits);
            }
        });
    }
}

void FilePage::describe()
{
    const git::BlameOrigin* origin = m_blame->currentOrigin();
    if (origin == nullptr || origin->commit.isEmpty()) {
        m_facts->setText({});
        return;
    }
    m_facts->setText(u"%1   %2   %3   %4"_s.arg(
        shortHash(origin->commit), displayText(origin->author, 60), agoText(origin->time, now()),
        displayText(origin->subject, 200)));
}

}  // namespace analemma::ui
