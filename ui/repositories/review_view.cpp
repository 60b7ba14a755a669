#include "ui/repositories/review_view.h"

#include "core/base/text.h"
#include "core/git/diff.h"
#include "ui/diff/change_list.h"
#include "ui/diff/changes_browser.h"
#include "ui/diff/diff_pane.h"
#include "ui/shell/words.h"

#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSplitter>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using EventKind = git::ReviewEvent::Kind;

constexpr int shownComments = 200;
constexpr int shownThreads = 300;

QString placeText(const git::ReviewThread& thread)
{
    const git::ReviewEvent& first = thread.comments.constFirst();
    if (first.path.isEmpty()) {
        return ThreadCard::tr("The whole branch");
    }
    const QByteArray& path = thread.pathNow.isEmpty() ? first.path : thread.pathNow;
    const int line = thread.lineNow > 0 ? thread.lineNow : first.line;
    const QString file = displayText(QByteArrayView(path), 200);
    const QString place = line > 0 ? u"%1:%2"_s.arg(file).arg(line) : file;
    return thread.outdated ? ThreadCard::tr("%1, changed since").arg(place) : place;
}

}  // namespace

lifecycle::Mark markOf(git::ReviewState state)
{
    switch (state) {
        case git::ReviewState::Open:
            return lifecycle::Mark::Waiting;
        case git::ReviewState::ChangesAsked:
            return lifecycle::Mark::Failed;
        case git::ReviewState::Approved:
            return lifecycle::Mark::Ok;
        case git::ReviewState::Closed:
            return lifecycle::Mark::Idle;
        case git::ReviewState::None:
            break;
    }
    return lifecycle::Mark::None;
}

QString wordOf(git::ReviewState state)
{
    switch (state) {
        case git::ReviewState::Open:
            return ReviewView::tr("open");
        case git::ReviewState::ChangesAsked:
            return ReviewView::tr("changes asked");
        case git::ReviewState::Approved:
            return ReviewView::tr("approved");
        case git::ReviewState::Closed:
            return ReviewView::tr("closed");
        case git::ReviewState::None:
            break;
    }
    return ReviewView::tr("no review");
}

// ---- a thread -----------------------------------------------------------------------------------

ThreadCard::ThreadCard(const git::ReviewThread& thread, const QDateTime& now, QWidget* parent)
    : Card(parent)
{
    const git::ReviewEvent first = thread.comments.constFirst();
    setObjectName(u"thread-"_s + first.id);
    auto* place = new Button(Button::Look::Quiet, placeText(thread), u"file"_s);
    place->setObjectName(u"thread-place"_s);
    place->setEnabled(!first.path.isEmpty());
    column()->addWidget(place, 0, Qt::AlignLeft);
    for (const git::ReviewEvent& comment :
         thread.comments.first(std::min<qsizetype>(shownComments, thread.comments.size()))) {
        auto* who =
            new Text(u"%1   %2"_s.arg(displayText(comment.by.name, 60), agoText(comment.at, now)),
                     Type::Caption, Token::Quiet);
        who->setToolTip(absoluteTime(comment.at));
        auto* text = new Text(displayLog(comment.text.toUtf8()));
        text->setWordWrap(true);
        text->setTextFormat(Qt::PlainText);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column()->addWidget(who);
        column()->addWidget(text);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    auto* reply = new Button(Button::Look::Quiet, tr("Reply"));
    reply->setObjectName(u"thread-reply"_s);
    auto* done = new Button(Button::Look::Quiet, thread.resolved ? tr("Reopen") : tr("Resolve"),
                            thread.resolved ? u"undo"_s : u"check"_s);
    done->setObjectName(u"thread-resolve"_s);
    row->addWidget(reply);
    row->addWidget(done);
    row->addStretch(1);
    if (thread.resolved) {
        row->addWidget(new StateBadge(lifecycle::Mark::Ok, tr("resolved")));
    }
    column()->addLayout(row);
    connect(reply, &QPushButton::clicked, this, [this, id = first.id] { Q_EMIT this->reply(id); });
    connect(done, &QPushButton::clicked, this,
            [this, id = first.id, resolved = thread.resolved] { Q_EMIT resolve(id, !resolved); });
    connect(place, &QPushButton::clicked, this, [this, thread, first] {
        Q_EMIT goTo(thread.pathNow.isEmpty() ? first.path : thread.pathNow,
                    thread.lineNow > 0 ? thread.lineNow : first.line, first.old);
    });
}

// ---- a review -----------------------------------------------------------------------------------

ReviewView::ReviewView(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_state(new StateBadge),
      m_facts(new Text({}, Type::Caption, Token::Quiet)),
      m_approve(new Button(Button::Look::Primary, tr("Approve"), u"approve"_s)),
      m_ask(new Button(Button::Look::Plain, tr("Ask for changes"))),
      m_close(new Button(Button::Look::Quiet, tr("Close"))),
      m_changes(new ChangesBrowser(u"review-changes"_s)),
      m_place(new Text({}, Type::Caption, Token::Quiet)),
      m_text(new QPlainTextEdit),
      m_send(new Button(Button::Look::Plain, tr("Comment")))
{
    setObjectName(u"review"_s);
    m_approve->setObjectName(u"review-approve"_s);
    m_ask->setObjectName(u"review-ask"_s);
    m_close->setObjectName(u"review-close"_s);
    m_send->setObjectName(u"review-send"_s);
    m_text->setObjectName(u"review-text"_s);
    m_text->setAccessibleName(tr("Comment"));
    m_text->setPlaceholderText(tr("Say something of the chosen line, or of the branch."));
    m_text->setTabChangesFocus(true);
    m_text->setFixedHeight(72);
    m_place->setObjectName(u"review-place"_s);
    m_place->setElided(true);
    m_facts->setElided(true);
    m_title->addWidget(m_state);
    m_title->addWidget(m_close);
    m_title->addWidget(m_ask);
    m_title->addWidget(m_approve);

    auto* threads = new QWidget;
    m_threads = new QVBoxLayout(threads);
    m_threads->setContentsMargins(0, 0, metric::half, 0);
    m_threads->setSpacing(metric::grid);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(u"review-threads"_s);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(threads);
    scroll->viewport()->setAutoFillBackground(false);
    threads->setAutoFillBackground(false);
    auto* side = new QWidget;
    auto* sideColumn = new QVBoxLayout(side);
    sideColumn->setContentsMargins(metric::grid, 0, 0, 0);
    sideColumn->setSpacing(metric::half);
    sideColumn->addWidget(scroll, 1);
    sideColumn->addWidget(m_place);
    sideColumn->addWidget(m_text);
    sideColumn->addWidget(m_send, 0, Qt::AlignRight);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_changes);
    splitter->addWidget(side);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({760, 290});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addWidget(splitter, 1);

    connect(m_approve, &QPushButton::clicked, this, [this] { verdict(EventKind::Approve); });
    connect(m_ask, &QPushButton::clicked, this, [this] { verdict(EventKind::AskChanges); });
    connect(m_close, &QPushButton::clicked, this, [this] {
        verdict(m_review.state == git::ReviewState::Closed ? EventKind::Reopen : EventKind::Close);
    });
    connect(m_send, &QPushButton::clicked, this, &ReviewView::comment);
    connect(m_changes, &ChangesBrowser::failed, this, &ReviewView::failed);
    connect(m_changes->pane()->view(), &DiffView::cursorMoved, this, &ReviewView::describePlace);
    connect(m_changes->list(), &ChangeList::currentChanged, this, &ReviewView::describePlace);
}

void ReviewView::setReview(const std::shared_ptr<git::Repository>& repository,
                           const git::Review& review, const QDateTime& now)
{
    const bool other = review.id != m_review.id;
    m_review = review;
    if (other) {
        m_replying.clear();
        m_text->clear();
    }
    m_title->setTitle(displayText(review.title, 160));
    m_state->setState(markOf(review.state), wordOf(review.state));
    QStringList facts{
        tr("%1 into %2").arg(displayText(review.branch, 80), displayText(review.against, 80)),
        tr("opened by %1 %2").arg(displayText(review.by.name, 60), agoText(review.opened, now))};
    for (const git::ReviewEvent& verdict : review.verdicts) {
        const QString name = displayText(verdict.by.name, 60);
        facts.append(verdict.kind != EventKind::Approve ? tr("%1 asks for changes").arg(name)
                     : review.isStale(verdict) ? tr("%1 approved an older commit").arg(name)
                                               : tr("%1 approved").arg(name));
    }
    m_facts->setText(facts.join(u"  \u00b7  "_s));
    const bool closed = review.state == git::ReviewState::Closed;
    const QString why = closed ? tr("The review is closed.") : QString();
    m_approve->setRefusal(why);
    m_ask->setRefusal(why);
    m_send->setRefusal(why);
    m_close->setText(closed ? tr("Reopen") : tr("Close"));
    fillThreads(now);
    if (other || m_shownTip != review.tip) {
        m_shownTip = review.tip;
        git::DiffQuery query;
        query.from = git::Side::at(review.base);
        query.to = git::Side::at(review.tip);
        m_changes->compare(repository, query);
    }
    describePlace();
}

void ReviewView::fillThreads(const QDateTime& now)
{
    while (QLayoutItem* item = m_threads->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->deleteLater();
        }
        delete item;
    }
    if (m_review.threads.isEmpty()) {
        auto* none = new Text(tr("Nothing was said yet."), Type::Body, Token::Quiet);
        m_threads->addWidget(none);
    }
    for (const git::ReviewThread& thread :
         m_review.threads.first(std::min<qsizetype>(shownThreads, m_review.threads.size()))) {
        auto* card = new ThreadCard(thread, now);
        m_threads->addWidget(card);
        connect(card, &ThreadCard::reply, this, &ReviewView::replyTo);
        connect(card, &ThreadCard::resolve, this, [this](const QString& id, bool resolved) {
            git::ReviewAct act;
            act.kind = resolved ? EventKind::Resolve : EventKind::Reopen;
            act.thread = id;
            Q_EMIT this->act(act);
        });
        connect(card, &ThreadCard::goTo, this, [this](const QByteArray& path, int line, bool old) {
            m_changes->goTo(path, line, old);
        });
    }
    m_threads->addStretch(1);
}

void ReviewView::replyTo(const QString& thread)
{
    m_replying = thread;
    describePlace();
    m_text->setFocus(Qt::OtherFocusReason);
}

void ReviewView::describePlace()
{
    if (!m_replying.isEmpty()) {
        m_place->setText(tr("Reply"));
        m_send->setText(tr("Reply"));
        return;
    }
    m_send->setText(tr("Comment"));
    const git::FileChange* file = m_changes->list()->current();
    const git::DiffLine* line = m_changes->pane()->view()->currentLine();
    if (file == nullptr || line == nullptr) {
        m_place->setText(tr("Of the whole branch"));
        return;
    }
    m_place->setText(tr("Of line %1 of %2")
                         .arg(line->newNumber > 0 ? line->newNumber : line->oldNumber)
                         .arg(displayText(QByteArrayView(file->path), 200)));
}

void ReviewView::comment()
{
    const QString text = m_text->toPlainText().trimmed();
    if (text.isEmpty()) {
        m_text->setFocus(Qt::OtherFocusReason);
        return;
    }
    git::ReviewAct act;
    act.text = text;
    act.commit = m_shownTip;
    if (!m_replying.isEmpty()) {
        act.kind = EventKind::Reply;
        act.thread = m_replying;
    } else if (const git::DiffLine* line = m_changes->pane()->view()->currentLine();
               line != nullptr && m_changes->list()->current() != nullptr) {
        act.path = m_changes->list()->current()->path;
        act.old = line->newNumber == 0;
        act.line = act.old ? line->oldNumber : line->newNumber;
    }
    m_replying.clear();
    m_text->clear();
    Q_EMIT this->act(act);
}

void ReviewView::verdict(EventKind kind)
{
    git::ReviewAct act;
    act.kind = kind;
    act.text = kind == EventKind::Approve || kind == EventKind::AskChanges
                   ? m_text->toPlainText().trimmed()
                   : QString();
    if (!act.text.isEmpty()) {
        m_text->clear();
    }
    if (kind == EventKind::Approve || kind == EventKind::AskChanges) {
        act.commit = m_shownTip;
    }
    Q_EMIT this->act(act);
}

}  // namespace analemma::ui
