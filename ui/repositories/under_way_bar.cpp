#include "ui/repositories/under_way_bar.h"

#include "ui/repositories/git_desk.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

UnderWayBar::UnderWayBar(AskPanel* ask, QWidget* parent)
    : QFrame(parent),
      m_desk(new GitDesk(ask, this)),
      m_text(new Text({}, Type::Body, Token::Waiting)),
      m_finish(new Button(Button::Look::Primary, tr("Finish"))),
      m_skip(new Button(Button::Look::Plain, tr("Leave this commit out"))),
      m_abort(new Button(Button::Look::Plain, tr("Abort")))
{
    setObjectName(u"under-way"_s);
    m_text->setObjectName(u"under-way-text"_s);
    m_finish->setObjectName(u"under-way-finish"_s);
    m_skip->setObjectName(u"under-way-skip"_s);
    m_abort->setObjectName(u"under-way-abort"_s);
    m_text->setElided(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_text, 1);
    row->addWidget(m_finish);
    row->addWidget(m_skip);
    row->addWidget(m_abort);
    connect(m_finish, &QPushButton::clicked, m_desk, &GitDesk::finish);
    connect(m_skip, &QPushButton::clicked, m_desk, &GitDesk::skip);
    connect(m_abort, &QPushButton::clicked, m_desk, &GitDesk::abandon);
    connect(m_desk, &GitDesk::acted, this, &UnderWayBar::acted);
    connect(m_desk, &GitDesk::problem, this, &UnderWayBar::problem);
    connect(m_desk, &GitDesk::notice, this, &UnderWayBar::notice);
    hide();
}

void UnderWayBar::setRepository(const RepositoryPointer& repository)
{
    m_repository = repository;
    m_desk->setRepository(repository);
    setState({});
}

void UnderWayBar::read()
{
    if (!m_repository) {
        return;
    }
    then(m_repository->head(), this, [this, of = m_repository](const Result<git::Head>& head) {
        if (of == m_repository && head) {
            m_desk->setHead(*head);
        }
    });
    then(git::underWay(m_repository), this,
         [this, of = m_repository](const Result<git::UnderWay>& state) {
             if (of == m_repository) {
                 setState(state.valueOr({}));
             }
         });
}

void UnderWayBar::setState(const git::UnderWay& state)
{
    using Kind = git::UnderWay::Kind;
    setVisible(state.kind != Kind::None);
    if (state.kind == Kind::None) {
        return;
    }
    QString what;
    switch (state.kind) {
        case Kind::Merge:
            what = tr("A merge is under way");
            break;
        case Kind::CherryPick:
            what = tr("A commit is being picked");
            break;
        case Kind::Revert:
            what = tr("A commit is being reverted");
            break;
        case Kind::Rebase:
            what = tr("A rebase is under way, commit %1 of %2").arg(state.step).arg(state.steps);
            break;
        case Kind::Other:
        case Kind::None:
            what = tr("Something is under way that only git itself can finish");
            break;
    }
    const QString conflicts = tr("%n file(s) in conflict", nullptr, state.conflicts);
    m_text->setText(state.conflicts > 0 ? what + u": "_s + conflicts : what);
    m_finish->setRefusal(state.conflicts > 0 ? tr("Resolve the conflicts first.") : state.obstacle);
    m_skip->setVisible(state.kind == Kind::Rebase);
    m_skip->setRefusal(state.obstacle);
    m_abort->setRefusal(state.obstacle);
}

}  // namespace analemma::ui
