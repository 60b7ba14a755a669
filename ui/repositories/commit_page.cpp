#include "ui/repositories/commit_page.h"

#include "core/base/text.h"
#include "core/git/diff.h"
#include "core/git/planlinks.h"
#include "core/git/signature.h"
#include "core/git/trailers.h"
#include "ui/diff/change_list.h"
#include "ui/diff/changes_browser.h"
#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QAbstractTextDocumentLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int messageLines = 6;

QString signatureText(git::SignedWith with)
{
    const QString key = with == git::SignedWith::OpenPgp ? u"OpenPGP"_s
                        : with == git::SignedWith::Ssh   ? u"SSH"_s
                        : with == git::SignedWith::X509  ? u"X.509"_s
                                                         : CommitPage::tr("an unknown kind");
    return CommitPage::tr("%1, not checked here").arg(key);
}

}  // namespace

CommitPage::CommitPage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_facts(new FactGrid),
      m_message(new QPlainTextEdit),
      m_changes(new ChangesBrowser(u"commit-changes"_s))
{
    setObjectName(u"commit-page"_s);
    m_message->setObjectName(u"commit-message"_s);
    m_message->setAccessibleName(tr("Message"));
    m_message->setReadOnly(true);
    m_message->setFrameShape(QFrame::NoFrame);
    m_message->setTabChangesFocus(true);
    m_message->document()->setDocumentMargin(0);
    m_message->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_message->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_message->document()->documentLayout(),
            &QAbstractTextDocumentLayout::documentSizeChanged, this, &CommitPage::fitMessage);
    auto* top = new QWidget;
    auto* column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_facts);
    column->addWidget(m_message);
    m_changes->setTop(top);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::half);
    layout->addWidget(m_title);
    layout->addWidget(m_changes, 1);
    auto* blame = new QAction(lineIcon(u"person"_s), tr("Who wrote it, and its history"), this);
    blame->setObjectName(u"history.blame"_s);
    m_changes->list()->table()->addRowAction(blame);
    connect(blame, &QAction::triggered, this, [this] {
        if (const git::FileChange* file = m_changes->list()->current()) {
            Q_EMIT fileWanted(file->path, m_id);
        }
    });
    connect(m_changes, &ChangesBrowser::failed, this, &CommitPage::failed);
    connect(m_changes, &ChangesBrowser::listed, this, [this](int files, int added, int deleted) {
        m_title->setNote(tr("%n file(s)", nullptr, files) +
                         u"   +%1 \u2212%2"_s.arg(added).arg(deleted));
    });
}

void CommitPage::setCommit(const std::shared_ptr<git::Repository>& repository,
                           const git::Commit& commit, const QString& names, const QString& places)
{
    const bool same = m_id == commit.id;
    m_id = commit.id;
    m_title->setTitle(displayText(commit.subject, 120));
    m_facts->clear();
    m_facts->addFact(tr("Commit"), commit.id, true);
    auto* author = new Text(displayText(u"%1 <%2>"_s.arg(commit.author, commit.email), 160));
    author->setElided(true);
    m_facts->addFact(tr("Author"), author);
    m_facts->addFact(tr("When"), absoluteTime(commit.time));
    QStringList parents;
    for (const QString& parent : commit.parents) {
        parents.append(shortHash(parent));
    }
    if (!parents.isEmpty()) {
        m_facts->addFact(parents.size() == 1 ? tr("Parent") : tr("Parents"), parents.join(u"  "_s),
                         true);
    }
    if (!names.isEmpty()) {
        m_facts->addFact(tr("Names"), displayText(names, 300));
    }
    const QStringList items = git::planItems(commit.subject + u'\n' + commit.body);
    if (!items.isEmpty()) {
        m_facts->addFact(tr("Plan"), items.join(u", "_s));
    }
    if (!places.isEmpty()) {
        m_facts->addFact(tr("Where"), displayText(places, 300));
    }
    then(git::signedWith(repository, commit.id), this,
         [this, id = commit.id](const Result<git::SignedWith>& with) {
             if (with && m_id == id && *with != git::SignedWith::Nothing) {
                 m_facts->addFact(tr("Signed"), signatureText(*with));
             }
         });
    const git::SplitBody split = git::splitTrailers(commit.body);
    for (const git::Trailer& trailer : split.trailers) {
        m_facts->addFact(displayText(trailer.key, 24), displayText(trailer.value, 200));
    }
    const QString body = displayLog(split.text.toUtf8()).trimmed();
    m_message->setPlainText(displayText(commit.subject, 1'000) +
                            (body.isEmpty() ? QString() : u"\n\n"_s + body));
    fitMessage();
    if (!same) {
        m_title->setNote({});
        m_changes->compare(repository, git::changesOf(commit));
    }
}

/// As high as its lines, as they are broken in this width.
void CommitPage::fitMessage()
{
    const int wanted = qCeil(m_message->document()->size().height());  // in lines
    const int lines = std::clamp(wanted, 1, messageLines);
    m_message->setFixedHeight(lines * m_message->fontMetrics().lineSpacing() + metric::half);
}

}  // namespace analemma::ui
