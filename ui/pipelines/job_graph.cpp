#include "ui/pipelines/job_graph.h"

#include "core/base/text.h"
#include "ui/shell/icons.h"
#include "ui/shell/words.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int pillWidth = 144;
constexpr int pillHeight = 44;
constexpr int gapX = 36;
constexpr int gapY = 16;
constexpr int graphMargin = 16;

QString timeOf(const pipeline::JobRun& job, const QDateTime& now)
{
    if (!job.started.isValid()) {
        return wordOfState(job.state);
    }
    const QDateTime end = job.finished.isValid() ? job.finished : now;
    return durationText(milliseconds(std::max<qint64>(0, job.started.msecsTo(end))));
}

const pipeline::JobRun* jobNamed(const QList<pipeline::JobRun>& jobs, const QString& name)
{
    for (const pipeline::JobRun& job : jobs) {
        if (job.name == name) {
            return &job;
        }
    }
    return nullptr;
}

}  // namespace

GraphLayout layoutJobs(const QList<pipeline::JobRun>& jobs)
{
    GraphLayout layout;
    QHash<QString, int> columns;
    // Needs come first in the list; a bounded repetition also settles lists where they do not.
    for (qsizetype round = 0; round < jobs.size(); ++round) {
        bool changed = false;
        for (const pipeline::JobRun& job : jobs) {
            int column = 0;
            for (const QString& need : job.needs) {
                column = std::max(column, columns.value(need, 0) + 1);
            }
            column = std::min<int>(column, static_cast<int>(jobs.size()) - 1);
            changed = changed || columns.value(job.name, -1) != column;
            columns[job.name] = column;
        }
        if (!changed) {
            break;
        }
    }
    QHash<int, int> filled;
    for (const pipeline::JobRun& job : jobs) {
        const int column = columns.value(job.name);
        const int row = filled[column]++;
        layout.cells[job.name] = QPoint(column, row);
        layout.columns = std::max(layout.columns, column + 1);
        layout.rows = std::max(layout.rows, row + 1);
    }
    return layout;
}

JobGraph::JobGraph(QWidget* parent) : QWidget(parent), m_turner(new Turner(this))
{
    setObjectName(u"job-graph"_s);
    setAccessibleName(tr("Jobs"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(m_turner, &Turner::turned, this, qOverload<>(&QWidget::update));
}

void JobGraph::setJobs(const QList<pipeline::JobRun>& jobs, const QDateTime& now)
{
    m_jobs = jobs;
    m_now = now;
    m_layout = layoutJobs(jobs);
    m_turner->setOn(std::any_of(jobs.begin(), jobs.end(), [](const pipeline::JobRun& job) {
        return job.state == pipeline::State::Running;
    }));
    updateGeometry();
    setMinimumSize(sizeHint().boundedTo({4000, 2000}));
    update();
}

void JobGraph::setCurrent(const QString& job)
{
    m_current = job;
    update();
}

QSize JobGraph::sizeHint() const
{
    const int columns = std::max(1, m_layout.columns);
    const int rows = std::max(1, m_layout.rows);
    return {2 * graphMargin + columns * pillWidth + (columns - 1) * gapX,
            2 * graphMargin + rows * pillHeight + (rows - 1) * gapY};
}

QRect JobGraph::pillOf(const QString& job) const
{
    const QPoint cell = m_layout.cells.value(job, QPoint(0, 0));
    return {graphMargin + cell.x() * (pillWidth + gapX),
            graphMargin + cell.y() * (pillHeight + gapY), pillWidth, pillHeight};
}

QString JobGraph::jobAt(const QPoint& point) const
{
    for (const pipeline::JobRun& job : m_jobs) {
        if (pillOf(job.name).contains(point)) {
            return job.name;
        }
    }
    return {};
}

QSet<QString> JobGraph::chainOf(const QString& name) const
{
    // What it needs, and what needs it, to both ends.
    QSet<QString> above{name};
    QSet<QString> below{name};
    for (qsizetype round = 0; round < m_jobs.size(); ++round) {
        for (const pipeline::JobRun& job : m_jobs) {
            for (const QString& need : job.needs) {
                if (above.contains(job.name)) {
                    above.insert(need);
                }
                if (below.contains(need)) {
                    below.insert(job.name);
                }
            }
        }
    }
    return above | below;
}

void JobGraph::paintEdges(QPainter& painter, const QSet<QString>& lit) const
{
    painter.setBrush(Qt::NoBrush);
    for (const pipeline::JobRun& job : m_jobs) {
        for (const QString& need : job.needs) {
            if (!m_layout.cells.contains(need)) {
                continue;
            }
            const QRectF from = pillOf(need);
            const QRectF to = pillOf(job.name);
            const QPointF start(from.right() + 1, from.center().y());
            const QPointF end(to.left(), to.center().y());
            const qreal bend = (end.x() - start.x()) / 2;
            QPainterPath path(start);
            path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end);
            const bool bright = lit.contains(job.name) && lit.contains(need);
            painter.setPen(QPen(colour(bright ? Token::Accent : Token::Line), bright ? 2 : 1.5));
            painter.drawPath(path);
        }
    }
}

void JobGraph::paintPill(QPainter& painter, const pipeline::JobRun& job, bool lit) const
{
    const QRect pill = pillOf(job.name);
    const Token token = tokenOf(markOf(job.state));
    const bool chosen = job.name == m_current;
    const Token frame = chosen || lit ? Token::Accent : Token::Line;
    painter.setPen(QPen(colour(frame), chosen ? metric::focus : 1));
    painter.setBrush(chosen ? tint(Token::Accent) : colour(Token::Surface));
    painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
    const QRect icon(pill.left() + 12, pill.center().y() - 7, metric::icon, metric::icon);
    const int turn = job.state == pipeline::State::Running ? turnStep() : 0;
    paintIcon(&painter, icon, iconOf(markOf(job.state)), colour(token), turn);
    const QRect text = pill.adjusted(36, 6, -8, -6);
    painter.setFont(fontOf(Type::Body, QFont::Medium));
    painter.setPen(colour(Token::Text));
    const QString name =
        painter.fontMetrics().elidedText(displayText(job.name, 80), Qt::ElideRight, text.width());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop, name);
    painter.setFont(numberFont(Type::Caption));
    painter.setPen(colour(Token::Quiet));
    QString below = timeOf(job, m_now);
    const int tests = job.testsPassed + job.testsFailed;
    if (tests > 0) {
        below += tr("   %1/%2 tests").arg(job.testsPassed).arg(tests);
    }
    painter.drawText(text, Qt::AlignLeft | Qt::AlignBottom, below);
}

void JobGraph::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QSet<QString> lit = m_hovered.isEmpty() ? QSet<QString>() : chainOf(m_hovered);
    paintEdges(painter, lit);
    for (const pipeline::JobRun& job : m_jobs) {
        paintPill(painter, job, lit.contains(job.name));
    }
}

void JobGraph::mouseMoveEvent(QMouseEvent* event)
{
    const QString job = jobAt(event->position().toPoint());
    if (job != m_hovered) {
        m_hovered = job;
        const pipeline::JobRun* found = jobNamed(m_jobs, job);
        setToolTip(found == nullptr
                       ? QString()
                       : displayText(found->note.isEmpty() ? found->name : found->note, 300));
        setCursor(job.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
        update();
    }
}

void JobGraph::mousePressEvent(QMouseEvent* event)
{
    const QString job = jobAt(event->position().toPoint());
    if (!job.isEmpty()) {
        setCurrent(job);
        Q_EMIT jobChosen(job);
    }
}

void JobGraph::leaveEvent(QEvent*)
{
    m_hovered.clear();
    update();
}

void JobGraph::keyPressEvent(QKeyEvent* event)
{
    qsizetype index = -1;
    for (qsizetype i = 0; i < m_jobs.size(); ++i) {
        index = m_jobs[i].name == m_current ? i : index;
    }
    const bool back = event->key() == Qt::Key_Left || event->key() == Qt::Key_Up;
    const bool on = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down;
    if ((!back && !on) || m_jobs.isEmpty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const qsizetype next = std::clamp<qsizetype>(index + (on ? 1 : -1), 0, m_jobs.size() - 1);
    setCurrent(m_jobs[next].name);
    Q_EMIT jobChosen(m_current);
}

}  // namespace analemma::ui
