#include "ui/fleet/step_grid.h"

#include "core/base/text.h"
#include "ui/fleet/fleet_words.h"
#include "ui/shell/icons.h"
#include "ui/shell/style.h"

#include <QAbstractListModel>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int tileWidth = 160;
constexpr int tileHeight = 32;
constexpr int gap = 4;

}  // namespace

class StepGrid::Model : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    void setSteps(const QList<operate::HostStep>& steps)
    {
        const bool same = steps.size() == m_steps.size() &&
                          std::equal(steps.cbegin(), steps.cend(), m_steps.cbegin(),
                                     [](const auto& a, const auto& b) { return a.host == b.host; });
        if (!same) {
            beginResetModel();
            m_steps = steps;
            endResetModel();
            return;
        }
        for (int i = 0; i < steps.size(); ++i) {
            const bool changed = spokenStep(steps[i]) != spokenStep(m_steps[i]);
            m_steps[i] = steps[i];
            if (changed) {
                Q_EMIT dataChanged(index(i), index(i));
            }
        }
    }
    [[nodiscard]] const operate::HostStep& step(int row) const { return m_steps.at(row); }
    [[nodiscard]] int rowOf(const QString& host) const
    {
        for (int i = 0; i < m_steps.size(); ++i) {
            if (m_steps[i].host == host) {
                return i;
            }
        }
        return -1;
    }
    [[nodiscard]] bool hasRunning() const
    {
        return std::any_of(m_steps.cbegin(), m_steps.cend(), [](const operate::HostStep& one) {
            return one.state == operate::StepState::Running;
        });
    }
    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_steps.size());
    }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid() || index.row() >= m_steps.size()) {
            return {};
        }
        const operate::HostStep& one = m_steps[index.row()];
        switch (role) {
            case Qt::DisplayRole:
                return displayText(one.host, 80);
            case Qt::AccessibleTextRole:
            case Qt::ToolTipRole:
                return spokenStep(one);
            default:
                return {};
        }
    }

private:
    QList<operate::HostStep> m_steps;
};

class StepGrid::Delegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const operate::HostStep& step = static_cast<const Model*>(index.model())->step(index.row());
        const Mark mark = markOf(step.state);
        const Token token = tokenOf(mark);
        const QRectF tile = QRectF(option.rect).adjusted(0.5, 0.5, -gap - 0.5, -gap - 0.5);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool hover = option.state.testFlag(QStyle::State_MouseOver);
        painter->setPen(chosen ? colour(Token::Accent) : colour(Token::Line));
        painter->setBrush(mark == Mark::Waiting || mark == Mark::Idle
                              ? mix(colour(Token::Text), colour(Token::Surface), hover ? 0.06 : 0.0)
                              : tint(token));
        painter->drawRoundedRect(tile, metric::half, metric::half);
        const QRect inner = tile.toAlignedRect().adjusted(8, 0, -8, 0);
        paintIcon(painter, QRect(inner.left(), inner.center().y() - 7, 14, 14), iconOf(mark),
                  colour(token), mark == Mark::Running ? turnStep() : 0);
        painter->setFont(fontOf(Type::Caption));
        painter->setPen(colour(token));
        const QString word = shortWord(step);
        const int wide = painter->fontMetrics().horizontalAdvance(word);
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, word);
        painter->setFont(fontOf(Type::Body));
        painter->setPen(colour(Token::Text));
        const QRect name = inner.adjusted(22, 0, -wide - 8, 0);
        painter->drawText(name, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(analemma::displayText(step.host, 80),
                                                            Qt::ElideMiddle, name.width()));
        if (chosen && option.state.testFlag(QStyle::State_HasFocus)) {
            paintFocusRing(painter, tile, metric::half);
        }
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        const auto* grid = static_cast<const StepGrid*>(parent());
        return grid->gridSize().isValid() ? grid->gridSize() : QSize(tileWidth, tileHeight + gap);
    }
};

StepGrid::StepGrid(QWidget* parent)
    : QListView(parent), m_tiles(new Model(this)), m_turner(new Turner(this))
{
    setObjectName(u"fleet-grid"_s);
    setAccessibleName(tr("Servers of the operation"));
    setModel(m_tiles);
    setItemDelegate(new Delegate(this));
    setViewMode(QListView::IconMode);
    setMovement(QListView::Static);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    connect(m_turner, &Turner::turned, viewport(), qOverload<>(&QWidget::update));
}

StepGrid::~StepGrid() = default;

void StepGrid::setSteps(const QList<operate::HostStep>& steps,
                        std::optional<operate::StepState> only)
{
    QList<operate::HostStep> shown;
    for (const operate::HostStep& step : steps) {
        if (!only || step.state == *only) {
            shown.append(step);
        }
    }
    const QString host = currentHost();
    m_tiles->setSteps(shown);
    m_turner->setOn(m_tiles->hasRunning());
    if (!host.isEmpty() && currentHost() != host) {
        selectHost(host);
    }
}

QString StepGrid::currentHost() const
{
    const QModelIndex index = currentIndex();
    return index.isValid() ? m_tiles->step(index.row()).host : QString();
}

void StepGrid::forget()
{
    m_tiles->setSteps({});
    setCurrentIndex({});
}

void StepGrid::selectHost(const QString& host)
{
    const int row = m_tiles->rowOf(host);
    if (row >= 0) {
        setCurrentIndex(m_tiles->index(row));
    }
}

void StepGrid::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    if (current.isValid()) {
        Q_EMIT hostChosen(m_tiles->step(current.row()).host);
    }
}

void StepGrid::resizeEvent(QResizeEvent* event)
{
    QListView::resizeEvent(event);
    fit();
}

/// The tiles share the width.
void StepGrid::fit()
{
    // The view leaves room for its bar, also while there is none.
    const QScrollBar* bar = verticalScrollBar();
    const int width = viewport()->width() - 1 - (bar->isVisible() ? 0 : bar->sizeHint().width());
    const int columns = std::max(1, width / (tileWidth + gap));
    setGridSize({std::max(tileWidth, width / columns), tileHeight + gap});
}

}  // namespace analemma::ui
