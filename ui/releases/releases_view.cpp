#include "ui/releases/releases_view.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "ui/shell/words.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QPlainTextEdit* readOnlyText(const QString& name, const QString& accessible)
{
    auto* text = new QPlainTextEdit;
    text->setReadOnly(true);
    text->setFrameShape(QFrame::NoFrame);
    text->setObjectName(name);
    text->setAccessibleName(accessible);
    text->setTabChangesFocus(true);
    text->document()->setDocumentMargin(0);
    return text;
}

/// A change log as a person reads it: its marks of structure become structure.
QString readable(const QString& changeLog)
{
    QStringList lines = displayLog(changeLog.toUtf8()).trimmed().split(u'\n');
    for (QString& line : lines) {
        if (line.startsWith(u'#')) {
            line.remove(0, line.indexOf(u' ') + 1);
        } else if (line.startsWith("- "_L1) || line.startsWith("* "_L1)) {
            line.replace(0, 1, u"  •"_s);
        }
    }
    return lines.join(u'\n');
}

QVBoxLayout* pageLayout(QWidget* page)
{
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(metric::grid * 2, 0, 0, 0);
    layout->setSpacing(metric::grid);
    return layout;
}

}  // namespace

ReleasePage::ReleasePage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_state(new StateBadge),
      m_facts(new FactGrid),
      m_changes(readOnlyText(u"change-log"_s, tr("Change log"))),
      m_artifacts(new FactGrid),
      m_approvals(new FactGrid),
      m_comment(new QLineEdit),
      m_approve(new Button(Button::Look::Plain, tr("Approve"), u"approve"_s)),
      m_deploy(new Button(Button::Look::Primary, tr("Deploy…"), u"deploy"_s))
{
    setObjectName(u"release-page"_s);
    m_approve->setObjectName(u"approve"_s);
    m_deploy->setObjectName(u"deploy"_s);
    m_comment->setObjectName(u"comment"_s);
    m_comment->setPlaceholderText(tr("A word with the approval, if you like"));
    m_comment->setAccessibleName(tr("Comment of the approval"));
    m_title->addWidget(m_state);
    auto* layout = pageLayout(this);
    layout->addWidget(m_title);
    layout->addWidget(m_facts);
    layout->addWidget(new SectionTitle(tr("Changes")));
    layout->addWidget(m_changes, 1);
    layout->addWidget(new SectionTitle(tr("Artifacts")));
    layout->addWidget(m_artifacts);
    layout->addWidget(new SectionTitle(tr("Approvals")));
    layout->addWidget(m_approvals);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_comment, 1);
    buttons->addWidget(m_approve);
    buttons->addWidget(m_deploy);
    layout->addLayout(buttons);
    connect(m_approve, &QPushButton::clicked, this,
            [this] { Q_EMIT approvePressed(m_name, m_comment->text()); });
    connect(m_deploy, &QPushButton::clicked, this, [this] { Q_EMIT deployPressed(m_name); });
}

void ReleasePage::setRelease(const release::Release& release, const QString& name,
                             const QStringList& live, const QDateTime& now)
{
    if (m_name != name) {
        m_comment->clear();
    }
    m_name = name;
    m_title->setTitle(tr("Release %1").arg(displayText(name, 60)));
    m_state->setState(live.isEmpty() ? lifecycle::Mark::Waiting : lifecycle::Mark::Ok,
                      live.isEmpty() ? tr("not live") : tr("live in %1").arg(live.join(u", "_s)));
    m_facts->clear();
    m_facts->addFact(tr("Commit"), release.commit, true);
    m_facts->addFact(tr("Subject"), displayText(release.subject, 200));
    m_facts->addFact(tr("Tag"), release.tag, true);
    m_facts->addFact(
        tr("Made"),
        tr("%1 by %2").arg(agoText(release.created, now), displayText(release.actor, 60)), false,
        absoluteTime(release.created));
    m_changes->setPlainText(readable(release.changeLog));
    m_artifacts->clear();
    for (const release::Artifact& artifact : release.artifacts) {
        // A digest does not wrap: its beginning, the whole stands in the tooltip.
        m_artifacts->addFact(displayText(artifact.name, 80),
                             u"%1…   %2"_s.arg(artifact.sha256.left(24), sizeText(artifact.size)),
                             true, artifact.sha256);
    }
    if (release.artifacts.isEmpty()) {
        m_artifacts->addFact(tr("None"), tr("the run kept no artifact"));
    }
    m_approvals->clear();
    for (const release::Approval& approval : release.approvals) {
        const QString comment =
            approval.comment.isEmpty() ? QString() : u"  "_s + displayText(approval.comment, 200);
        m_approvals->addFact(displayText(approval.who, 60), agoText(approval.at, now) + comment,
                             false, absoluteTime(approval.at));
    }
    if (release.approvals.isEmpty()) {
        m_approvals->addFact(tr("None"), tr("environments that ask for one refuse it until then"));
    }
}

ProposalPage::ProposalPage(QWidget* parent)
    : QWidget(parent),
      m_reason(new Text({}, Type::Body, Token::Quiet)),
      m_version(new QLineEdit),
      m_changes(readOnlyText(u"proposed-changes"_s, tr("Change log of the next release"))),
      m_create(new Button(Button::Look::Primary, tr("Create release"), u"release"_s))
{
    setObjectName(u"proposal-page"_s);
    m_reason->setWordWrap(true);
    m_reason->setObjectName(u"reason"_s);
    m_version->setObjectName(u"version"_s);
    m_version->setAccessibleName(tr("Version"));
    m_version->setMaximumWidth(200);
    m_create->setObjectName(u"create"_s);
    auto* close = new Button(Button::Look::Plain, tr("Cancel"));
    auto* layout = pageLayout(this);
    layout->addWidget(new SectionTitle(tr("Next release")));
    layout->addWidget(m_reason);
    auto* row = new QHBoxLayout;
    row->addWidget(new Text(tr("Version"), Type::Body, Token::Quiet));
    row->addWidget(m_version);
    row->addStretch();
    layout->addLayout(row);
    layout->addWidget(new SectionTitle(tr("Changes")));
    layout->addWidget(m_changes, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    buttons->addWidget(m_create);
    layout->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &ProposalPage::closePressed);
    const auto create = [this] {
        if (m_create->isEnabled()) {
            Q_EMIT createPressed(m_version->text().trimmed());
        }
    };
    connect(m_create, &QPushButton::clicked, this, create);
    connect(m_version, &QLineEdit::returnPressed, this, create);
    connect(m_version, &QLineEdit::textEdited, this, [this](const QString& text) {
        const Result<release::Version> version = release::Version::parse(text.trimmed());
        m_create->setRefusal(version ? QString() : displayText(version.error().message, 200));
    });
}

void ProposalPage::setProposal(const release::Proposal& proposal)
{
    m_reason->setToken(Token::Quiet);
    m_reason->setText(
        tr("%1. Commit %2.").arg(displayText(proposal.reason, 200), shortHash(proposal.commit)));
    m_version->setText(proposal.version);
    m_version->setFocus();
    m_version->selectAll();
    m_changes->setPlainText(readable(proposal.changeLog));
    m_create->setRefusal(QString());
}

void ProposalPage::setError(const Error& error)
{
    m_reason->setToken(Token::Failed);
    m_reason->setText(displayText(sentences(error), 500));
    m_create->setRefusal(m_version->text().isEmpty() ? displayText(error.message, 200) : QString());
}

void ProposalPage::setBusy()
{
    m_reason->setToken(Token::Quiet);
    m_reason->setText(tr("Reading the commits since the last release…"));
    m_version->clear();
    m_changes->clear();
    m_create->setRefusal(tr("The proposal is being read."));
}

}  // namespace analemma::ui
