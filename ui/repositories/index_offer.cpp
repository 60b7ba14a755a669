#include "ui/repositories/index_offer.h"

#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/widgets/parts.h"

#include <QAction>
#include <QHBoxLayout>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int largeHistory = 20'000;
constexpr int manyNewCommits = 2'000;

QString consentKey(const RepositoryPointer& repository)
{
    return u"history-index/"_s + QString::fromLatin1(QUrl::toPercentEncoding(repository->path()));
}

}  // namespace

IndexOffer::IndexOffer(QWidget* parent)
    : QWidget(parent),
      m_keep(new QAction(lineIcon(u"pin"_s), tr("Keep an index file of this history"), this)),
      m_text(new Text({}, Type::Caption, Token::Quiet)),
      m_write(new Button(Button::Look::Quiet, tr("Write the index"), u"pin"_s)),
      m_decline(new Button(Button::Look::Quiet, tr("Not here"), u"close"_s)),
      m_stop(new Button(Button::Look::Quiet, tr("Stop"), u"stop"_s))
{
    setObjectName(u"history-index"_s);
    m_text->setObjectName(u"history-index-text"_s);
    m_text->setElided(true);
    m_write->setObjectName(u"history-index-write"_s);
    m_write->setToolTip(
        tr("Git writes its commit-graph file of this repository now, and again in the background "
           "whenever it falls behind. Nothing else is changed."));
    m_decline->setObjectName(u"history-index-decline"_s);
    m_stop->setObjectName(u"history-index-stop"_s);
    m_keep->setObjectName(u"history.index"_s);
    m_keep->setData(u"pin"_s);
    m_keep->setCheckable(true);
    m_keep->setEnabled(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text, 1);
    for (Button* button : {m_write, m_decline, m_stop}) {
        row->addWidget(button);
    }
    hide();
    connect(m_write, &QPushButton::clicked, this, [this] { allow(true); });
    connect(m_decline, &QPushButton::clicked, this, [this] { allow(false); });
    connect(m_keep, &QAction::triggered, this, &IndexOffer::allow);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_cancel.cancel(); });
}

IndexOffer::~IndexOffer()
{
    m_cancel.cancel();
}

void IndexOffer::setRepository(const RepositoryPointer& repository)
{
    if (repository == m_repository) {
        return;
    }
    m_cancel.cancel();
    m_repository = repository;
    m_history.reset();
    m_isWriting = false;
    m_hasTried = false;
    m_keep->setEnabled(repository != nullptr);
    m_keep->setChecked(repository && consent() == Consent::Allowed);
    hide();
}

void IndexOffer::setHistory(const std::shared_ptr<git::History>& history)
{
    if (m_history) {
        m_history->disconnect(this);
    }
    m_history = history;
    if (m_history) {
        connect(m_history.get(), &git::History::grew, this, &IndexOffer::look);
        look();
    }
}

bool IndexOffer::isWorthWhile(git::GraphFile file, int count, int notInFile)
{
    switch (file) {
        case git::GraphFile::Used:
            return notInFile >= manyNewCommits;
        case git::GraphFile::Missing:
        case git::GraphFile::Behind:
        case git::GraphFile::Damaged:
            return count >= largeHistory;
        case git::GraphFile::Ignored:
            break;
    }
    return false;
}

/// Only a whole history tells how many commits the file lacks.
void IndexOffer::look()
{
    if (m_isWriting || !m_history->isComplete()) {
        return;
    }
    const int missing = m_history->countNotInFile();
    if (!isWorthWhile(m_history->graphFile(), m_history->count(), missing)) {
        hide();
    } else if (consent() == Consent::Allowed) {
        if (!m_hasTried) {
            write();
        }
    } else if (consent() == Consent::None) {
        showLine(m_history->graphFile() == git::GraphFile::Missing
                     ? tr("This history of %n commits has no index file, so it comes slowly.",
                          nullptr, m_history->count())
                     : tr("The index file of this history lacks %n commits, so it comes slowly.",
                          nullptr, missing),
                 false);
    } else {
        hide();
    }
}

void IndexOffer::allow(bool allowed)
{
    if (!m_repository) {
        return;
    }
    setConsent(allowed ? Consent::Allowed : Consent::Declined);
    m_keep->setChecked(allowed);
    if (!allowed) {
        m_cancel.cancel();
        hide();
    } else if (!m_isWriting) {
        write();
    }
}

void IndexOffer::write()
{
    m_isWriting = true;
    m_hasTried = true;
    m_cancel = CancelToken();
    showLine(tr("Git is writing the index file of this history…"), true);
    then(git::writeGraphFile(m_repository, m_cancel), this,
         [this, of = m_repository](const Result<git::GraphFileState>& state) {
             if (of == m_repository) {
                 ended(state);
             }
         });
}

void IndexOffer::ended(const Result<git::GraphFileState>& state)
{
    m_isWriting = false;
    hide();
    if (state) {
        Notice said;
        said.text = tr("The index file holds %n commits: this history comes at once now.", nullptr,
                       int(state->commitsInFile));
        Q_EMIT notice(said);
        Q_EMIT written();
    } else if (state.error().kind != ErrorKind::Cancelled) {
        Q_EMIT problem(state.error());
    }
}

void IndexOffer::showLine(const QString& text, bool isWriting)
{
    m_text->setText(text);
    m_write->setVisible(!isWriting);
    m_decline->setVisible(!isWriting);
    m_stop->setVisible(isWriting);
    show();
}

IndexOffer::Consent IndexOffer::consent() const
{
    const QString word = windowSettings()->value(consentKey(m_repository)).toString();
    return word == "allowed"_L1    ? Consent::Allowed
           : word == "declined"_L1 ? Consent::Declined
                                   : Consent::None;
}

void IndexOffer::setConsent(Consent consent)
{
    windowSettings()->setValue(consentKey(m_repository),
                               consent == Consent::Allowed ? u"allowed"_s : u"declined"_s);
}

}  // namespace analemma::ui
