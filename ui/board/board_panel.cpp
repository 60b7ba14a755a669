#include "ui/board/board_panel.h"

#include "ui/board/board_view.h"
#include "core/lifecycle/past.h"
#include "ui/shell/reader.h"
#include "ui/shell/time_machine.h"

#include "core/base/text.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int changesShown = 200;

}  // namespace

BoardPanel::BoardPanel(const Context& context, QWidget* parent)
    : Panel(context, u"home"_s, tr("Home"), u"home"_s, parent),
      m_view(new BoardView(this)),
      m_reader(new Reader(
          200, [this] { return read(); }, this)),
      m_ages(new QTimer(this))
{
    setContent(m_view, false);
    m_ages->setInterval(15'000);
    connect(m_ages, &QTimer::timeout, this, [this] {
        if (isVisible() && (this->context().time == nullptr || !this->context().time->isPast())) {
            m_view->refreshAges(now());
        }
    });
    m_ages->start();
    connect(m_view, &BoardView::openPanel, this, &Panel::openPanel);
    if (context.time) {
        connect(context.time, &TimeMachine::changed, this, &BoardPanel::show);
    }
    if (context.lifecycle) {
        connect(context.lifecycle, &lifecycle::Lifecycle::changed, m_reader, &Reader::readSoon);
    }
}

void BoardPanel::activate()
{
    if (!m_view->board().asOf.isValid()) {
        m_view->setLoading(true);
    }
    m_reader->read();
}

bool BoardPanel::read()
{
    if (!context().lifecycle) {
        return false;
    }
    then(context().lifecycle->board(changesShown), this,
         [this](const Result<lifecycle::Board>& read) {
             m_reader->done();
             if (!read) {
                 m_view->setLoading(false);
                 showError(read.error());
                 return;
             }
             m_board = *read;
             show();
             Q_EMIT refreshed(read->asOf);
         });
    return true;
}

void BoardPanel::show()
{
    if (!m_board.asOf.isValid()) {
        return;
    }
    const TimeMachine* time = context().time;
    if (time != nullptr && time->isPast()) {
        const QDateTime moment = QDateTime::fromMSecsSinceEpoch(*time->moment());
        m_view->setBoard(lifecycle::boardAt(m_board, moment), moment);
    } else {
        m_view->setBoard(m_board, now());
    }
}

void BoardPanel::select(const QString& item)
{
    m_view->selectChange(item);
}

bool BoardPanel::stepBack()
{
    return m_view->stepBack();
}

QList<Finding> BoardPanel::findings() const
{
    QList<Finding> found;
    for (const lifecycle::ChangeRow& change : m_view->board().changes) {
        found.append({shortHash(change.commit) + u"  "_s + displayText(change.subject, 120),
                      displayText(change.author, 40), u"commit"_s, change.commit});
    }
    return found;
}

}  // namespace analemma::ui
