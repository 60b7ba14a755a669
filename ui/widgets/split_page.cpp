#include "ui/widgets/split_page.h"

#include "ui/shell/settings.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"

#include <QHBoxLayout>
#include <QResizeEvent>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

SplitPage::SplitPage(const QString& name, QWidget* master, QWidget* detail, const QString& back,
                     QWidget* parent)
    : QWidget(parent), m_splitter(new QSplitter(Qt::Horizontal, this)), m_master(master)
{
    setObjectName(name);
    m_detailPage = new QWidget(this);
    m_detailPage->setObjectName(name + u".detail"_s);
    m_backRow = new QWidget(m_detailPage);
    auto* backButton = new Button(Button::Look::Quiet, back, u"chevron-left"_s, m_backRow);
    backButton->setObjectName(name + u".back"_s);
    auto* row = new QHBoxLayout(m_backRow);
    row->setContentsMargins(0, 0, 0, metric::half);
    row->addWidget(backButton);
    row->addStretch(1);
    auto* column = new QVBoxLayout(m_detailPage);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_backRow);
    column->addWidget(detail, 1);
    m_splitter->addWidget(master);
    m_splitter->addWidget(m_detailPage);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(2 * metric::grid + 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_splitter);
    m_detailPage->hide();
    m_backRow->hide();
    setFocusProxy(master);
    connect(backButton, &QPushButton::clicked, this, [this] { closeDetail(); });
    connect(m_splitter, &QSplitter::splitterMoved, this, &SplitPage::remember);
}

SplitPage::~SplitPage() = default;

void SplitPage::openDetail(bool turn)
{
    m_open = true;
    m_turned = m_turned || turn;
    arrange();
}

void SplitPage::closeDetail()
{
    const bool was = m_open;
    m_open = false;
    m_turned = false;
    arrange();
    if (was) {
        Q_EMIT detailClosed();
    }
}

void SplitPage::setSideBySide(bool beside)
{
    m_splitter->setOrientation(beside ? Qt::Horizontal : Qt::Vertical);
}

void SplitPage::setShare(double share)
{
    m_share = share;
}

void SplitPage::arrange()
{
    const bool page = m_narrow && m_splitter->orientation() == Qt::Horizontal;
    m_backRow->setVisible(page && m_open && m_turned);
    m_detailPage->setVisible(m_open && (!page || m_turned));
    m_master->setVisible(!(page && m_open && m_turned));
    if (m_open && !page && !m_restored && isVisible()) {
        m_restored = true;
        const QByteArray state =
            windowSettings()->value(u"splitters/"_s + objectName()).toByteArray();
        if (state.isEmpty() || !m_splitter->restoreState(state)) {
            const bool beside = m_splitter->orientation() == Qt::Horizontal;
            const int length = beside ? width() : height();
            const int first = static_cast<int>(length * m_share);
            m_splitter->setSizes({first, length - first});
        }
    }
}

void SplitPage::remember()
{
    windowSettings()->setValue(u"splitters/"_s + objectName(), m_splitter->saveState());
}

void SplitPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_narrow = window()->width() < metric::pageBelow;
    arrange();
}

void SplitPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_narrow = window()->width() < metric::pageBelow;
    arrange();
}

}  // namespace analemma::ui
