#include "ui/widgets/plan_view.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"
#include "ui/shell/words.h"

#include "core/base/text.h"

#include <QAbstractListModel>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

struct PlanRow {
    QString key;
    QString title;
    QString call;
    QString cost;
    QString wayBack;
    QString state;  ///< "" before the start
    QString time;   ///< "usually 1.2 s", "0.9 s"
    QString error;
    double fraction = -1;
    bool operator==(const PlanRow&) const = default;
};

QString usually(const std::optional<milliseconds>& usual)
{
    return usual ? PlanView::tr("usually %1").arg(durationText(*usual)) : QString();
}

PlanRow rowOf(const engine::PlannedAction& planned)
{
    PlanRow row;
    row.key = planned.action.key;
    row.title = displayText(planned.action.says.title, 200);
    row.call = displayText(planned.action.says.call, 400);
    row.cost = planned.action.says.cost;
    row.wayBack = planned.action.says.wayBack;
    row.time = usually(planned.usual);
    return row;
}

PlanRow rowOf(const engine::ActionView& view)
{
    PlanRow row;
    row.key = view.key;
    row.title = displayText(view.title, 200);
    row.call = displayText(view.says.value(u"call"_s).toString(), 400);
    row.cost = view.says.value(u"cost"_s).toString();
    row.wayBack = view.says.value(u"way_back"_s).toString();
    row.state = view.state;
    row.error = displayText(view.error, 400);
    row.fraction = view.fraction;
    if (view.started.isValid() && view.finished.isValid()) {
        row.time = durationText(milliseconds(view.started.msecsTo(view.finished)));
    } else {
        row.time = usually(view.usual);
    }
    return row;
}

QString spoken(const PlanRow& row)
{
    QStringList parts{row.title};
    if (!row.state.isEmpty()) {
        parts.append(wordOfState(row.state));
    }
    for (const QString& part : {row.time, row.cost, row.error}) {
        if (!part.isEmpty()) {
            parts.append(part);
        }
    }
    return parts.join(u", "_s);
}

}  // namespace

class PlanView::Model : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    void setRows(const QList<PlanRow>& rows)
    {
        const bool same =
            rows.size() == m_rows.size() &&
            std::equal(rows.cbegin(), rows.cend(), m_rows.cbegin(),
                       [](const PlanRow& a, const PlanRow& b) { return a.key == b.key; });
        if (!same) {
            beginResetModel();
            m_rows = rows;
            endResetModel();
            return;
        }
        for (int i = 0; i < rows.size(); ++i) {
            if (!(rows[i] == m_rows[i])) {
                m_rows[i] = rows[i];
                Q_EMIT dataChanged(index(i), index(i));
            }
        }
    }
    [[nodiscard]] const PlanRow& row(int number) const { return m_rows.at(number); }
    [[nodiscard]] bool hasRunning() const
    {
        return std::any_of(m_rows.cbegin(), m_rows.cend(),
                           [](const PlanRow& row) { return row.state == u"running"; });
    }
    int rowCount(const QModelIndex& parent) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid() || index.row() >= m_rows.size()) {
            return {};
        }
        const PlanRow& row = m_rows[index.row()];
        switch (role) {
            case Qt::DisplayRole:
                return row.title;
            case Qt::AccessibleTextRole:
                return spoken(row);
            case Qt::ToolTipRole:
                return row.call.isEmpty() ? QVariant() : QVariant(row.call);
            default:
                return {};
        }
    }

private:
    QList<PlanRow> m_rows;
};

class PlanView::Delegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    bool dense = false;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const auto* model = static_cast<const Model*>(index.model());
        if (dense) {
            return {200, metric::denseRow};
        }
        return {240, model->row(index.row()).error.isEmpty() ? 48 : 66};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const PlanRow& row = static_cast<const Model*>(index.model())->row(index.row());
        painter->save();
        paintGround(painter, option);
        const Mark mark = row.state.isEmpty() ? Mark::Idle : markOf(row.state);
        const QColor shade = colour(tokenOf(mark));
        const int line = dense ? option.rect.height() : 24;
        const QRect first(option.rect.left() + 8, option.rect.top() + (dense ? 0 : 3),
                          option.rect.width() - 20, line);
        paintIcon(painter, QRect(first.left(), first.center().y() - 7, 16, 16), iconOf(mark), shade,
                  mark == Mark::Running ? turnStep() : 0);
        QRect text = first.adjusted(26, 0, 0, 0);
        text.setRight(text.right() - paintTime(painter, text, row, mark));
        painter->setFont(fontOf(Type::Body));
        painter->setPen(colour(mark == Mark::Waiting ? Token::Quiet : Token::Text));
        elided(painter, text, row.title);
        if (!dense) {
            paintSecond(painter, QRect(first.left() + 26, first.bottom(), first.width() - 26, 18),
                        row);
        }
        painter->restore();
    }

private:
    static void elided(QPainter* painter, const QRect& rect, const QString& text)
    {
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }

    void paintGround(QPainter* painter, const QStyleOptionViewItem& option) const
    {
        const QColor surface = colour(Token::Surface);
        const bool hover = option.state.testFlag(QStyle::State_MouseOver);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        const QColor over = chosen ? colour(Token::Accent) : colour(Token::Text);
        painter->fillRect(option.rect, mix(over, surface, chosen ? 0.12 : hover ? 0.04 : 0.0));
        if (!dense) {
            painter->setPen(mix(colour(Token::Line), surface, 0.6));
            painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        }
        if (option.state.testFlag(QStyle::State_HasFocus) && chosen) {
            paintFocusRing(painter, option.rect, metric::half);
        }
    }

    // Returns the width that it took at the right.
    static int paintTime(QPainter* painter, const QRect& rect, const PlanRow& row, Mark mark)
    {
        QString words = row.time;
        if (!row.state.isEmpty() && mark != Mark::Ok && mark != Mark::Waiting) {
            words =
                words.isEmpty() ? wordOfState(row.state) : wordOfState(row.state) + u"  "_s + words;
        }
        if (mark == Mark::Running && row.fraction >= 0) {
            words = u"%1 %"_s.arg(qRound(row.fraction * 100)) + u"  "_s + row.time;
        }
        painter->setFont(numberFont(Type::Caption));
        painter->setPen(colour(mark == Mark::Idle || mark == Mark::Ok || mark == Mark::Waiting
                                   ? Token::Quiet
                                   : tokenOf(mark)));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, words);
        return painter->fontMetrics().horizontalAdvance(words) + 12;
    }

    static void paintSecond(QPainter* painter, QRect rect, const PlanRow& row)
    {
        QStringList facts;
        if (!row.cost.isEmpty()) {
            facts.append(row.cost);
        }
        facts.append(row.wayBack.isEmpty() ? PlanView::tr("no way back")
                                           : PlanView::tr("way back: %1").arg(row.wayBack));
        const QString right = facts.join(u"  ·  "_s);
        painter->setFont(fontOf(Type::Caption));
        painter->setPen(colour(row.wayBack.isEmpty() ? Token::Waiting : Token::Quiet));
        const int half = rect.width() / 2;
        const int width = std::min(half, painter->fontMetrics().horizontalAdvance(right) + 2);
        const QString shown = painter->fontMetrics().elidedText(right, Qt::ElideRight, width);
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, shown);
        QRect left = rect;
        left.setRight(rect.right() - width - 16);
        painter->setFont(fixedFont(Type::Caption));
        painter->setPen(colour(Token::Quiet));
        elided(painter, left, row.call);
        if (!row.error.isEmpty()) {
            painter->setFont(fontOf(Type::Caption));
            painter->setPen(colour(Token::Failed));
            elided(painter, rect.translated(0, 18), row.error);
        }
    }
};

PlanView::PlanView(QWidget* parent)
    : QListView(parent),
      m_planModel(new Model(this)),
      m_planDelegate(new Delegate(this)),
      m_turner(new Turner(this))
{
    setObjectName(u"plan"_s);
    setAccessibleName(tr("Plan"));
    setModel(m_planModel);
    setItemDelegate(m_planDelegate);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    setResizeMode(QListView::Adjust);
    connect(m_turner, &Turner::turned, this, [this] {
        if (isVisible()) {
            viewport()->update();
        }
    });
    const auto choose = [this](const QModelIndex& index) {
        if (index.isValid()) {
            Q_EMIT actionChosen(m_planModel->row(index.row()).key);
        }
    };
    connect(this, &QAbstractItemView::clicked, this, choose);
    connect(this, &QAbstractItemView::activated, this, choose);
}

PlanView::~PlanView() = default;

void PlanView::setPreview(const engine::Preview& preview)
{
    QList<PlanRow> rows;
    for (const engine::PlannedAction& planned : preview.actions) {
        rows.append(rowOf(planned));
    }
    m_planModel->setRows(rows);
    m_turner->setOn(false);
    updateGeometry();
}

void PlanView::setOperation(const engine::Operation& operation)
{
    QList<PlanRow> rows;
    for (const engine::ActionView& view : operation.actions) {
        rows.append(rowOf(view));
    }
    m_planModel->setRows(rows);
    m_turner->setOn(m_planModel->hasRunning());
    updateGeometry();
}

void PlanView::clear()
{
    m_planModel->setRows({});
    m_turner->setOn(false);
}

void PlanView::setDense(bool dense)
{
    m_planDelegate->dense = dense;
    scheduleDelayedItemsLayout();
}

QString PlanView::currentKey() const
{
    const QModelIndex index = currentIndex();
    return index.isValid() ? m_planModel->row(index.row()).key : QString();
}

void PlanView::showEvent(QShowEvent* event)
{
    QListView::showEvent(event);
    scheduleDelayedItemsLayout();  // a change of theme while hidden has thrown it away
}

QSize PlanView::sizeHint() const
{
    int height = 2;
    for (int row = 0; row < m_planModel->rowCount({}); ++row) {
        height += sizeHintForRow(row);
    }
    return {360, height};
}

}  // namespace analemma::ui
