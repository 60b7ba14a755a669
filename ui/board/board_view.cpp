#include "ui/board/board_view.h"

#include "ui/board/change_delegates.h"
#include "ui/board/loop_view.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include "core/base/text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int compactBelow = 480;  // lower boards show the stations in one row

QString idOf(const lifecycle::ChangeRow& change)
{
    return change.repository + u'/' + change.commit;
}

/// What a phase's column takes of the table's width; Deploy names environments and takes more.
int phaseWidth(lifecycle::Phase phase, int table)
{
    switch (phase) {
        case lifecycle::Phase::Deploy:
            return std::clamp(table * 12 / 100, 150, 240);
        case lifecycle::Phase::Plan:
            return std::clamp(table * 7 / 100, 76, 150);
        case lifecycle::Phase::Monitor:
            return std::clamp(table * 9 / 100, 108, 150);
        default:
            return std::clamp(table * 8 / 100, 90, 150);
    }
}

QList<Column> boardColumns()
{
    QList<Column> columns{
        {u"change"_s, BoardView::tr("Change"), ColumnKind::Text, 300, true, false}};
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        const auto phase = static_cast<lifecycle::Phase>(i);
        columns.append(
            {iconOf(phase), wordOf(phase), ColumnKind::State, phaseWidth(phase, 0), false, false});
    }
    return columns;
}

QString cellTip(const lifecycle::Cell& cell, lifecycle::Phase phase)
{
    QStringList lines{wordOf(phase) + u": "_s + wordOf(cell.mark)};
    if (!cell.text.isEmpty()) {
        lines.append(displayText(cell.text, 200));
    }
    if (cell.at.isValid()) {
        lines.append(absoluteTime(cell.at));
    }
    if (!cell.who.isEmpty()) {
        lines.append(displayText(cell.who, 80));
    }
    return lines.join(u'\n');
}

Field fieldOf(const lifecycle::Cell& cell, lifecycle::Phase phase, const QDateTime& now)
{
    Field field;
    if (cell.mark == Mark::None && cell.text.isEmpty()) {
        return field;
    }
    const QString age = shortAge(cell.at, now);
    field.mark = cell.mark;
    field.text = displayText(cell.text, 80);
    if (field.text.isEmpty()) {
        field.text = age.isEmpty() ? wordOf(cell.mark) : age;
    } else {
        field.aside = age;
    }
    field.sort = cell.at;
    field.tip = cellTip(cell, phase);
    return field;
}

Record recordOf(const lifecycle::ChangeRow& change, const QDateTime& now)
{
    Record record;
    record.id = idOf(change);
    Field what;
    what.text = shortHash(change.commit) + u"  "_s + displayText(change.subject, 200);
    what.sort = change.time;
    what.tip = u"%1\n%2\n%3, %4"_s.arg(change.commit, displayText(change.subject, 200),
                                       displayText(change.author, 80), absoluteTime(change.time));
    record.fields.append(what);
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        const auto phase = static_cast<lifecycle::Phase>(i);
        record.fields.append(fieldOf(change.cells[static_cast<std::size_t>(i)], phase, now));
    }
    return record;
}

/// Where a station leads to.
QString panelOf(lifecycle::Phase phase)
{
    switch (phase) {
        case lifecycle::Phase::Build:
        case lifecycle::Phase::Test:
            return u"pipelines"_s;
        case lifecycle::Phase::Release:
            return u"releases"_s;
        case lifecycle::Phase::Deploy:
        case lifecycle::Phase::Monitor:
            return u"environments"_s;
        case lifecycle::Phase::Operate:
            return u"servers"_s;
        case lifecycle::Phase::Plan:
        case lifecycle::Phase::Code:
            break;
    }
    return {};
}

}  // namespace

int reached(const lifecycle::ChangeRow& change)
{
    for (int i = lifecycle::phaseCount - 1; i >= 0; --i) {
        const Mark mark = change.cells[static_cast<std::size_t>(i)].mark;
        if (mark != Mark::None && mark != Mark::Idle && mark != Mark::Waiting) {
            return i;
        }
    }
    return -1;
}

BoardView::BoardView(QWidget* parent)
    : QWidget(parent), m_loop(new LoopView(this)), m_model(new RecordModel(boardColumns(), this))
{
    setObjectName(u"board"_s);
    m_table = new DataTable(u"board.changes"_s, m_model, this);
    m_table->emptyState()->setText(u"commit"_s, tr("No change is on its way."),
                                   tr("Commit something: it appears here and its pipeline runs."));
    m_table->setCellDelegate(0, new ChangeDelegate);
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        const bool wide = static_cast<lifecycle::Phase>(i) == lifecycle::Phase::Deploy;
        m_table->setCellDelegate(i + 1, new PhaseDelegate(wide ? 180 : 120));
    }
    QTableView* view = m_table->view();
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->horizontalHeader()->setSortIndicatorShown(false);
    view->setSortingEnabled(false);
    view->horizontalHeader()->setSectionsMovable(false);
    view->horizontalHeader()->setSectionsClickable(false);
    view->viewport()->setCursor(Qt::PointingHandCursor);
    m_table->setInset(metric::page);
    m_table->setRemembering(false);  // the columns follow the width
    setFocusProxy(m_table);

    auto* title = new SectionTitle(tr("Change line"));
    m_count = new Text({}, Type::Body, Token::Quiet);
    title->addWidget(m_count);
    auto* titleRow = new QVBoxLayout;
    titleRow->setContentsMargins(metric::page, 0, metric::page, 4);
    titleRow->addWidget(title);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_loop, 38);
    column->addLayout(titleRow);
    column->addWidget(m_table, 62);

    connect(m_loop, &LoopView::stationPressed, this, &BoardView::openStation);
    connect(m_table, &DataTable::cellClicked, this, &BoardView::openCell);
    connect(m_table, &DataTable::activated, this,
            [this](const QString& id) { openCell(id, m_table->view()->currentIndex().column()); });
}

void BoardView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_loop->setCompact(height() < compactBelow);
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        m_table->view()->setColumnWidth(i + 1,
                                        phaseWidth(static_cast<lifecycle::Phase>(i), width()));
    }
}

void BoardView::setBoard(const lifecycle::Board& board, const QDateTime& now)
{
    showMoves(board);
    m_board = board;
    m_loop->setStations(board.stations, now);
    QList<Record> records;
    records.reserve(board.changes.size());
    for (const lifecycle::ChangeRow& change : board.changes) {
        records.append(recordOf(change, now));
    }
    m_table->setLoading(false);
    m_model->setRecords(records);
    m_count->setText(tr("%n changes", nullptr, static_cast<int>(records.size())));
    m_count->setVisible(!records.isEmpty());
}

// What has moved on since the last picture travels along the line: the newest such change.
void BoardView::showMoves(const lifecycle::Board& board)
{
    if (!m_board.asOf.isValid()) {
        return;
    }
    QHash<QString, int> before;
    for (const lifecycle::ChangeRow& change : std::as_const(m_board.changes)) {
        before.insert(idOf(change), reached(change));
    }
    for (const lifecycle::ChangeRow& change : board.changes) {
        const int now = reached(change);
        const int then = before.value(idOf(change), -1);
        if (now > then && now > 0) {
            m_loop->travel(static_cast<lifecycle::Phase>(std::max(0, then)),
                           static_cast<lifecycle::Phase>(now));
            return;
        }
    }
}

void BoardView::setLoading(bool loading)
{
    m_table->setLoading(loading);
}

void BoardView::refreshAges(const QDateTime& now)
{
    if (m_board.asOf.isValid()) {
        QList<Record> records;
        for (const lifecycle::ChangeRow& change : std::as_const(m_board.changes)) {
            records.append(recordOf(change, now));
        }
        m_model->setRecords(records);
    }
}

void BoardView::selectChange(const QString& commit)
{
    for (const lifecycle::ChangeRow& change : std::as_const(m_board.changes)) {
        if (change.commit == commit || idOf(change) == commit) {
            m_table->selectId(idOf(change));
        }
    }
}

bool BoardView::stepBack()
{
    if (m_table->filterText().isEmpty()) {
        return false;
    }
    m_table->setFilterText({});
    return true;
}

void BoardView::openCell(const QString& change, int column)
{
    for (const lifecycle::ChangeRow& row : std::as_const(m_board.changes)) {
        if (idOf(row) != change || column < 1 || column > lifecycle::phaseCount) {
            continue;
        }
        const lifecycle::Cell& cell = row.cells[static_cast<std::size_t>(column - 1)];
        if (!cell.panel.isEmpty()) {
            Q_EMIT openPanel(cell.panel, cell.item);
        }
    }
}

void BoardView::openStation(lifecycle::Phase phase)
{
    const lifecycle::Station& station = m_board.stations[static_cast<std::size_t>(phase)];
    const QString panel = station.panel.isEmpty() ? panelOf(phase) : station.panel;
    if (panel.isEmpty()) {
        m_table->view()->setFocus();
    } else {
        Q_EMIT openPanel(panel, station.item);
    }
}

}  // namespace analemma::ui
