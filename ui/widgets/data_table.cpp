#include "ui/widgets/data_table.h"

#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/shell/theme.h"
#include "ui/widgets/cell_delegate.h"
#include "ui/widgets/parts.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QStackedLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ui {

// ---- skeleton
// -------------------------------------------------------------------------------------

namespace {

constexpr int leastStretch = 160;  // what a column that takes the rest needs at least

/// Grey bars where rows will stand.
class Skeleton : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), colour(Token::Surface));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour(Token::Raised));
        constexpr std::array<int, 4> widths{72, 220, 120, 90};
        for (int row = 0; row < 8; ++row) {
            int left = 12;
            for (const int width : widths) {
                painter.drawRoundedRect(left, 40 + row * metric::row, width - (row * 7) % 30, 10, 4,
                                        4);
                left += width + 32;
            }
        }
    }
};

}  // namespace

// ---- table
// ----------------------------------------------------------------------------------------

DataTable::DataTable(const QString& name, RecordModel* model, QWidget* parent)
    : QWidget(parent), m_model(model), m_filter(new RecordFilter(model, this))
{
    setObjectName(name);
    m_view = new QTableView(this);
    m_view->setObjectName(name + u".view"_s);
    m_view->setModel(m_filter);
    m_view->setItemDelegate(new CellDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setMouseTracking(true);
    m_view->setTabKeyNavigation(false);
    m_view->setCornerButtonEnabled(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->verticalHeader()->setDefaultSectionSize(metric::row);
    QHeaderView* header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setMinimumSectionSize(32);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setSortingEnabled(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);

    m_empty = new EmptyState(this);
    m_empty->setObjectName(name + u".empty"_s);
    m_noMatch = new EmptyState(this);
    m_skeleton = new Skeleton(this);
    buildBars();

    auto* holder = new QWidget(this);
    m_stack = new QStackedLayout(holder);
    for (QWidget* page : {static_cast<QWidget*>(m_view), static_cast<QWidget*>(m_empty),
                          static_cast<QWidget*>(m_noMatch), m_skeleton}) {
        m_stack->addWidget(page);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filterBar);
    column->addWidget(holder, 1);
    column->addWidget(m_manyBar);

    m_turner = new Turner(this);
    connect(m_turner, &Turner::turned, this, [this] {
        if (m_view->isVisible()) {
            m_view->viewport()->update();
        }
    });
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_filterField->installEventFilter(this);
    connect(m_view, &QWidget::customContextMenuRequested, this, &DataTable::showMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &DataTable::headerMenu);
    connect(m_view, &QAbstractItemView::doubleClicked, this, [this] { activateCurrent(); });
    connect(m_view, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        Q_EMIT cellClicked(index.data(RecordModel::IdRole).toString(), index.column());
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { Q_EMIT currentChanged(currentId()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DataTable::selectionMoved);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &DataTable::updateState);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &DataTable::updateState);
    connect(m_filter, &QAbstractItemModel::rowsRemoved, this, &DataTable::updateState);
    // The filter tells of removed rows before the model has removed them.
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &DataTable::updateState);
    connect(m_filter, &QAbstractItemModel::dataChanged, this, &DataTable::updateStateSoon);
    restore();
    m_rememberSoon = new QTimer(this);
    m_rememberSoon->setSingleShot(true);
    m_rememberSoon->setInterval(400);
    connect(m_rememberSoon, &QTimer::timeout, this, &DataTable::remember);
    const auto soon = [this] { m_rememberSoon->start(); };
    connect(header, &QHeaderView::sectionResized, this, soon);
    connect(header, &QHeaderView::sectionMoved, this, soon);
    connect(header, &QHeaderView::sortIndicatorChanged, this, soon);
    updateState();
}

DataTable::~DataTable()
{
    // The header goes later, with the children, and still tells of sections while it is hidden.
    QObject::disconnect(m_view->horizontalHeader(), nullptr, this, nullptr);
    QObject::disconnect(m_view, nullptr, this, nullptr);
    if (m_remembering && m_model) {
        remember();
    }
}

void DataTable::buildBars()
{
    m_filterBar = new QWidget(this);
    m_filterField = new QLineEdit(m_filterBar);
    m_filterField->setObjectName(objectName() + u".filter"_s);
    m_filterField->setAccessibleName(tr("Filter rows"));
    m_filterField->setPlaceholderText(tr("Filter"));
    addFieldIcon(m_filterField, u"filter"_s);
    m_filterField->setMaximumWidth(360);
    m_filterCount = new Text({}, Type::Caption, Token::Quiet);
    auto* close = new IconButton(u"close"_s, tr("Show all rows"));
    auto* row = new QHBoxLayout(m_filterBar);
    row->setContentsMargins(metric::grid, metric::half, metric::grid, metric::half);
    row->addWidget(m_filterField, 1);
    row->addWidget(m_filterCount);
    row->addWidget(close);
    row->addStretch(1);
    m_filterBar->hide();
    connect(close, &QToolButton::clicked, this, [this] { setFilterText({}); });
    connect(m_filterField, &QLineEdit::textChanged, this, &DataTable::applyFilter);

    m_manyBar = new QWidget(this);
    m_manyText = new Text({}, Type::Body);
    m_manyRow = new QHBoxLayout(m_manyBar);
    m_manyRow->setContentsMargins(12, 6, 12, 6);
    m_manyRow->addWidget(m_manyText);
    m_manyRow->addStretch(1);
    m_manyBar->hide();
}

void DataTable::setMainAction(QAction* action)
{
    m_mainAction = action;
}

void DataTable::addRowAction(QAction* action)
{
    m_rowActions.append(action);
    if (action && action->property("many").toBool()) {
        auto* button = new Button(Button::Look::Plain, action, m_manyBar);
        button->setObjectName(u"many."_s + action->objectName());
        m_manyRow->addWidget(button);
    }
}

void DataTable::setInset(int pixels)
{
    m_view->setProperty("inset", pixels);
    m_view->horizontalHeader()->setProperty("inset", pixels);
}

void DataTable::setCellDelegate(int column, CellDelegate* delegate)
{
    delegate->setParent(m_view);
    m_view->setItemDelegateForColumn(column, delegate);
}

QString DataTable::currentId() const
{
    const QModelIndex index = m_view->currentIndex();
    return index.isValid() ? index.data(RecordModel::IdRole).toString() : QString();
}

QStringList DataTable::selectedIds() const
{
    QStringList ids;
    for (const QModelIndex& index : m_view->selectionModel()->selectedRows()) {
        ids.append(index.data(RecordModel::IdRole).toString());
    }
    return ids;
}

bool DataTable::selectId(const QString& id)
{
    m_wantedId.clear();
    const int row = m_model->rowOf(id);
    const QModelIndex index =
        row < 0 ? QModelIndex() : m_filter->mapFromSource(m_model->index(row, 0));
    if (!index.isValid()) {
        m_wantedId = id;
        return false;
    }
    m_view->selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_view->scrollTo(index);
    return true;
}

void DataTable::setFilterText(const QString& text)
{
    m_filterField->setText(text);
    if (text.isEmpty()) {
        m_filterBar->hide();
        m_view->setFocus();
    } else {
        m_filterBar->show();
    }
}

QString DataTable::filterText() const
{
    return m_filterField->text();
}

void DataTable::applyFilter(const QString& text)
{
    m_filter->setWords(text);
    for (auto* delegate : m_view->findChildren<CellDelegate*>()) {
        delegate->setWords(m_filter->words());
    }
    m_view->viewport()->update();
    updateState();
}

void DataTable::setLoading(bool loading)
{
    m_loading = loading;
    if (!loading) {
        updateState();
        return;
    }
    QTimer::singleShot(300, this, [this] {
        if (m_loading) {
            updateState();
        }
    });
}

void DataTable::sortBy(int column, Qt::SortOrder order)
{
    m_view->sortByColumn(column, order);
}

void DataTable::updateState()
{
    if (!m_model) {
        return;
    }
    const int shown = m_filter->rowCount();
    const int all = m_model->rowCount();
    m_filterCount->setText(tr("%1 of %2").arg(shown).arg(all));
    QWidget* page = m_view;
    if (all == 0) {
        page = m_loading ? m_skeleton : static_cast<QWidget*>(m_empty);
    } else if (shown == 0) {
        m_noMatch->setText(u"filter"_s, tr("No row matches."));
        page = m_noMatch;
    }
    showPage(page);
    bool running = false;
    for (int column = 0; column < m_model->columnCount() && !running; ++column) {
        running = m_model->columns()[column].kind == ColumnKind::State &&
                  m_model->countOf(column, lifecycle::Mark::Running) > 0;
    }
    m_turner->setOn(running);
    if (!m_wantedId.isEmpty() && m_model->rowOf(m_wantedId) >= 0) {
        selectId(std::exchange(m_wantedId, {}));
    }
}

// The keys stay with the table, whatever stands in for its rows.
void DataTable::showPage(QWidget* page)
{
    QWidget* before = m_stack->currentWidget();
    const QWidget* focus = window()->focusWidget();
    const bool focused = focus && (focus == before || before->isAncestorOf(focus));
    setFocusProxy(page);
    m_stack->setCurrentWidget(page);
    if (focused && page != before) {
        page->setFocus();
    }
}

// Many single changes in one turn are looked at once.
void DataTable::updateStateSoon()
{
    if (!std::exchange(m_statePending, true)) {
        QTimer::singleShot(0, this, [this] {
            m_statePending = false;
            updateState();
        });
    }
}

void DataTable::selectionMoved()
{
    const QStringList ids = selectedIds();
    m_manyText->setText(tr("%n selected", nullptr, static_cast<int>(ids.size())));
    m_manyBar->setVisible(ids.size() > 1);
    Q_EMIT selectionChanged(ids);
}

void DataTable::activateCurrent()
{
    const QString id = currentId();
    if (id.isEmpty()) {
        return;
    }
    if (m_mainAction && m_mainAction->isEnabled()) {
        m_mainAction->trigger();
    }
    Q_EMIT activated(id);
}

void DataTable::showMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(objectName() + u".menu"_s);
    menu->setToolTipsVisible(true);
    const bool any = !currentId().isEmpty();
    if (any && m_mainAction) {
        menu->addAction(m_mainAction);
        menu->setDefaultAction(m_mainAction);
    }
    for (QAction* action : std::as_const(m_rowActions)) {
        if (any && action) {
            menu->addAction(action);
        } else if (any) {
            menu->addSeparator();
        }
    }
    if (any) {
        menu->addSeparator();
        QAction* copy = menu->addAction(lineIcon(u"copy"_s), tr("Copy rows\tCtrl+C"));
        connect(copy, &QAction::triggered, this, [this] { copySelection(); });
    }
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

void DataTable::headerMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const QString title = m_model->columns()[column].title;
        if (title.isEmpty()) {
            continue;
        }
        QAction* action = menu->addAction(title);
        action->setCheckable(true);
        const bool squeezed = m_squeezed.contains(column);
        action->setChecked(squeezed || !m_view->isColumnHidden(column));
        action->setEnabled(!squeezed);
        connect(action, &QAction::toggled, this, [this, column](bool on) {
            m_view->setColumnHidden(column, !on);
            fit();
            m_rememberSoon->start();
        });
    }
    menu->popup(m_view->horizontalHeader()->mapToGlobal(at));
}

void DataTable::copySelection() const
{
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    const QHeaderView* header = m_view->horizontalHeader();
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        QStringList cells;
        for (int place = 0; place < header->count(); ++place) {
            const int column = header->logicalIndex(place);
            if (header->isSectionHidden(column)) {
                continue;
            }
            const QModelIndex cell = row.siblingAtColumn(column);
            const bool fixed = m_model->columns()[column].kind == ColumnKind::Fixed;
            const QString whole = fixed ? cell.data(Qt::ToolTipRole).toString() : QString();
            QString text = whole.isEmpty() ? cell.data().toString() : whole;
            cells.append(text.replace(u'\t', u' ').replace(u'\n', u' '));
        }
        lines.append(cells.join(u'\t'));
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

bool DataTable::filterKey(QKeyEvent* event)
{
    const auto plain = event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    if (event->key() == Qt::Key_Escape && !filterText().isEmpty()) {
        setFilterText({});
        return true;
    }
    if (event->matches(QKeySequence::Copy)) {
        copySelection();
        return true;
    }
    if (event->matches(QKeySequence::Find) ||
        (plain == Qt::NoModifier && event->key() == Qt::Key_Slash)) {
        m_filterBar->show();
        m_filterField->setFocus();
        return true;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        activateCurrent();
        return true;
    }
    const QString text = event->text();
    if (plain == Qt::NoModifier && !text.isEmpty() && text[0].isPrint() && !text[0].isSpace()) {
        m_filterBar->show();
        m_filterField->setFocus();
        m_filterField->setText(filterText() + text);
        return true;
    }
    return false;
}

bool DataTable::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && watched == m_view->viewport()) {
        fit();
        return false;
    }
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (watched == m_view) {
            return filterKey(key);
        }
        const bool down = key->key() == Qt::Key_Down || key->key() == Qt::Key_Return;
        if (watched == m_filterField && key->key() == Qt::Key_Escape) {
            setFilterText({});
            return true;
        }
        if (watched == m_filterField && down) {
            m_view->setFocus();
            if (m_filter->rowCount() > 0 && !m_view->currentIndex().isValid()) {
                m_view->selectRow(0);
            }
            return true;
        }
    }
    // Copy and Escape would otherwise be taken by a shortcut of the window.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool copy = watched == m_view && key->matches(QKeySequence::Copy);
        if (copy || (key->key() == Qt::Key_Escape && m_filterBar->isVisible())) {
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DataTable::restore()
{
    QHeaderView* header = m_view->horizontalHeader();
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const Column& spec = m_model->columns()[column];
        m_view->setColumnHidden(column, spec.hidden);
        header->resizeSection(column, spec.width);
        header->setSectionResizeMode(
            column, spec.stretch ? QHeaderView::Stretch : QHeaderView::Interactive);
    }
    const auto settings = windowSettings();
    const QByteArray state = settings->value(u"tables/"_s + objectName()).toByteArray();
    const int columns = settings->value(u"tables/"_s + objectName() + u".columns"_s).toInt();
    if (columns != m_model->columnCount() || !header->restoreState(state)) {
        return;
    }
    const QStringList away =
        settings->value(u"tables/"_s + objectName() + u".away"_s).toStringList();
    for (int column = 0; column < columns; ++column) {
        m_view->setColumnHidden(column, away.contains(m_model->columns()[column].id));
    }
    if (header->sortIndicatorSection() >= 0) {
        m_view->sortByColumn(header->sortIndicatorSection(), header->sortIndicatorOrder());
    }
}

// Beside an open detail, or in a small window, what matters least gives way: no table scrolls
// sideways before that.
void DataTable::fit()
{
    QHeaderView* header = m_view->horizontalHeader();
    header->setStretchLastSection(false);  // its own width counts
    int wanted = 0;
    const int least = property("leastStretch").toInt();  // of a table whose text counts more
    QList<int> spare;
    QHash<int, int> widths;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const bool squeezed = m_squeezed.contains(column);
        if (header->isSectionHidden(column) && !squeezed) {
            continue;  // a person hid it
        }
        const Column& spec = m_model->columns()[column];
        const int own = squeezed ? m_squeezed.value(column) : header->sectionSize(column);
        widths[column] = spec.stretch ? std::max(least, std::min(spec.width, leastStretch)) : own;
        wanted += widths[column];
        if (spec.spare > 0) {
            spare.append(column);
        }
    }
    std::sort(spare.begin(), spare.end(), [this](int a, int b) {
        return m_model->columns()[a].spare > m_model->columns()[b].spare;
    });
    bool filled = true;  // by the column that takes what is left
    for (const int column : std::as_const(spare)) {
        const bool squeeze = wanted > m_view->viewport()->width();
        if (squeeze) {
            wanted -= widths[column];
            filled = filled && !m_model->columns()[column].stretch;
        }
        if (squeeze == m_squeezed.contains(column)) {
            continue;
        }
        if (squeeze) {
            m_squeezed.insert(column, widths[column]);
        } else {
            m_squeezed.remove(column);
        }
        header->setSectionHidden(column, squeeze);
    }
    header->setStretchLastSection(!filled);
}

void DataTable::remember() const
{
    if (!m_remembering || !m_model) {
        return;
    }
    const auto settings = windowSettings();
    settings->setValue(u"tables/"_s + objectName(), m_view->horizontalHeader()->saveState());
    settings->setValue(u"tables/"_s + objectName() + u".columns"_s, m_model->columnCount());
    QStringList away;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (m_view->isColumnHidden(column) && !m_squeezed.contains(column)) {
            away.append(m_model->columns()[column].id);
        }
    }
    settings->setValue(u"tables/"_s + objectName() + u".away"_s, away);
}

}  // namespace analemma::ui
