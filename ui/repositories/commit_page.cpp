#include "ui/repositories/commit_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

CommitPage::CommitPage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_facts(new FactGrid),
      m_message(new QPlainTextEdit)
{
    setObjectName(u"commit-page"_s);
    m_message->setObjectName(u"commit-message"_s);
    m_message->setAccessibleName(tr("Message"));
    m_message->setReadOnly(true);
    m_message->setFrameShape(QFrame::NoFrame);
    m_message->setTabChangesFocus(true);
    m_message->document()->setDocumentMargin(0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, 0, 0);
    layout->setSpacing(metric::grid);
    layout->addWidget(m_title);
    layout->addWidget(m_facts);
    layout->addWidget(new SectionTitle(tr("Message")));
    layout->addWidget(m_message, 1);
}

void CommitPage::setCommit(const git::Commit& commit, const QString& names, const QString& places)
{
    m_id = commit.id;
    m_title->setTitle(displayText(commit.subject, 120));
    m_facts->clear();
    m_facts->addFact(tr("Commit"), commit.id, true);
    m_facts->addFact(tr("Author"), displayText(u"%1 <%2>"_s.arg(commit.author, commit.email), 160));
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
    if (!places.isEmpty()) {
        m_facts->addFact(tr("Live in"), displayText(places, 300));
    }
    const QString body = displayLog(commit.body.toUtf8()).trimmed();
    m_message->setPlainText(displayText(commit.subject, 1'000) +
                            (body.isEmpty() ? QString() : u"\n\n"_s + body));
}

}  // namespace analemma::ui
