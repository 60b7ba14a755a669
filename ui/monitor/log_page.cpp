#include "ui/monitor/log_page.h"

#include "core/base/text.h"
#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/shell/theme_series.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr std::size_t kMostLogLines = 50'000;
constexpr std::size_t kLetGo = 10'000;  ///< at once, when there are too many
constexpr qsizetype kMostWaiting = 20'000;
constexpr qsizetype kLongestName = 24;

using operate::LogLine;
using operate::LogState;

struct LogWord {
    Mark mark = Mark::None;
    QString text;
};

LogWord logWord(LogState state)
{
    switch (state) {
        case LogState::Connecting:
            return {Mark::Running, LogPage::tr("connecting")};
        case LogState::Following:
            return {Mark::Ok, LogPage::tr("live")};
        case LogState::Lost:
            return {Mark::Failed, LogPage::tr("gone, tries again")};
        case LogState::Refused:
            return {Mark::Failed, LogPage::tr("refused")};
        case LogState::Ended:
            break;
    }
    return {Mark::Idle, LogPage::tr("not followed")};
}

/// Without the sequences that colour text on a terminal: one that is not ended would swallow the
/// lines after it.
QByteArray withoutColours(const QByteArray& bytes)
{
    if (!bytes.contains('\x1b')) {
        return bytes;
    }
    QByteArray plain;
    plain.reserve(bytes.size());
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        if (bytes[at] != '\x1b') {
            plain += bytes[at];
            continue;
        }
        if (at + 1 < bytes.size() && bytes[at + 1] == '[') {
            qsizetype end = at + 2;
            while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7e)) {
                ++end;
            }
            at = end;
        }
    }
    return plain;
}

}  // namespace

LogPage::LogPage(operate::LogTail::Connect connecting, QWidget* parent)
    : QWidget(parent),
      m_tail(new operate::LogTail(std::move(connecting), {}, this)),
      m_back(new Button(Button::Look::Quiet, tr("All servers"), u"chevron-left"_s)),
      m_title(new Text({}, Type::Section)),
      m_kind(new ChipBar),
      m_source(new QLineEdit),
      m_follow(new Button(Button::Look::Plain, tr("Follow"), u"play"_s)),
      m_pause(new Button(Button::Look::Plain, tr("Pause"), u"pause"_s)),
      m_problem(new Text({}, Type::Body, Token::Failed)),
      m_tags(new QWidget),
      m_tagRow(new QHBoxLayout(m_tags)),
      m_pane(new LogPane)
{
    setObjectName(u"monitoring-logs"_s);
    buildHead();
    m_pane->setObjectName(u"monitoring-log"_s);
    m_pane->log()->setPlaceholder(tr("Nothing was written yet."));
    connect(m_tail, &operate::LogTail::lines, this, &LogPage::take);
    connect(m_tail, &operate::LogTail::stateChanged, this, &LogPage::updateTag);
}

LogPage::~LogPage() = default;

void LogPage::buildHead()
{
    m_back->setObjectName(u"monitoring-logs-back"_s);
    m_kind->setObjectName(u"monitoring-log-kind"_s);
    m_source->setObjectName(u"monitoring-log-source"_s);
    m_follow->setObjectName(u"monitoring-log-follow"_s);
    m_pause->setObjectName(u"monitoring-log-pause"_s);
    m_problem->setObjectName(u"monitoring-log-problem"_s);
    m_title->setElided(true);
    m_problem->setElided(true);
    m_problem->hide();
    m_kind->setAccessibleName(tr("What is read"));
    m_kind->addChip(u"file"_s, tr("File"));
    m_kind->addChip(u"journal"_s, tr("Journal"));
    m_source->setMinimumWidth(200);
    const auto updateSource = [this] {
        const bool file = m_kind->chosen().contains(u"file"_s);
        m_source->setAccessibleName(file ? tr("Full path of the log there")
                                         : tr("Unit of the journal; empty: all"));
        m_source->setPlaceholderText(file ? tr("/var/log/syslog") : tr("all units"));
    };
    const auto settings = windowSettings();
    // Which files a server writes nobody knows; a journal is there nearly everywhere.
    m_kind->choose(settings->value(u"monitoring/log-kind"_s, u"journal"_s).toString());
    m_source->setText(settings->value(u"monitoring/log-source"_s).toString());
    updateSource();
    connect(m_kind, &ChipBar::changed, this, [this, updateSource] {
        m_source->clear();
        updateSource();
        m_source->setFocus();
    });
    connect(m_source, &QLineEdit::returnPressed, this, &LogPage::follow);
    connect(m_back, &QPushButton::clicked, this, &LogPage::left);
    connect(m_follow, &QPushButton::clicked, this, [this] {
        if (m_running) {
            stop();
        } else {
            follow();
        }
    });
    connect(m_pause, &QPushButton::clicked, this, [this] { setPaused(!m_paused); });
    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_back);
    head->addWidget(m_title, 1);
    head->addWidget(m_kind);
    head->addWidget(m_source, 1);
    head->addWidget(m_follow);
    head->addWidget(m_pause);
    m_tagRow->setContentsMargins(0, 0, 0, 0);
    m_tagRow->setSpacing(metric::grid * 2);
    m_tagRow->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(m_problem);
    column->addWidget(m_tags);
    column->addWidget(m_pane, 1);
    updatePause();
}

void LogPage::showServers(const QStringList& servers)
{
    if (servers == m_servers && m_running) {
        return;
    }
    m_servers = servers;
    m_title->setText(servers.size() == 1
                         ? tr("Log of %1").arg(displayText(servers.first(), 60))
                         : tr("Logs of %n server(s)", nullptr, int(servers.size())));
    setAccessibleName(m_title->text());
    qDeleteAll(std::exchange(m_tagOf, {}));
    m_names.clear();
    qsizetype width = 0;
    for (const QString& server : servers) {
        m_names.append(displayText(server, kLongestName));
        width = std::max(width, m_names.last().size());
        auto* tag = new LogServerTag(server, int(m_names.size()) - 1);
        m_tagRow->insertWidget(m_tagRow->count() - 1, tag);
        m_tagOf.insert(server, tag);
    }
    m_pane->log()->setNames(m_names);
    for (QString& name : m_names) {
        name = name.leftJustified(width);
    }
    follow();
}

void LogPage::follow()
{
    const bool file = m_kind->chosen().contains(u"file"_s);
    operate::LogSource source;
    (file ? source.file : source.unit) = m_source->text().trimmed();
    Result<void> started;
    if (file && source.file.isEmpty()) {
        started = Error(ErrorKind::Invalid, tr("Write which file to follow"));
    } else {
        started = m_tail->start(m_servers, source);
    }
    m_problem->setText(started ? QString() : sentences(started.error()));
    m_problem->setVisible(!started);
    m_running = started.ok();
    m_kept.clear();
    m_waiting.clear();
    m_lost = 0;
    m_paused = false;
    m_pane->log()->clear();
    m_pane->setTitle(started ? source.text() : QString());
    if (started) {
        const auto settings = windowSettings();
        settings->setValue(u"monitoring/log-kind"_s, file ? u"file"_s : u"journal"_s);
        settings->setValue(u"monitoring/log-source"_s, m_source->text().trimmed());
    }
    for (const QString& server : std::as_const(m_servers)) {
        updateTag(server);
    }
    updatePause();
}

void LogPage::stop()
{
    m_tail->stop();
    m_running = false;
    for (const QString& server : std::as_const(m_servers)) {
        updateTag(server);
    }
    updatePause();
}

void LogPage::updateTag(const QString& server)
{
    if (LogServerTag* tag = m_tagOf.value(server)) {
        tag->setState(m_tail->state(server), m_tail->reason(server));
    }
}

// ---- lines --------------------------------------------------------------------------------------

QByteArray LogPage::shownText(const LogLine& line) const
{
    const qsizetype place = m_servers.indexOf(line.server);
    QString text;
    switch (line.kind) {
        case LogLine::Kind::Skipped:
            text = u"── "_s +
                   tr("%n line(s) came too fast and are left out", nullptr, int(line.count));
            break;
        case LogLine::Kind::Gap:
            text = u"── "_s +
                   (line.count == 0 ? tr("%1 are left out here").arg(sizeText(line.bytes))
                    : line.bytes > 0
                        ? tr("was away for %1: %2 of then are left out")
                              .arg(durationText(milliseconds(line.count)), sizeText(line.bytes))
                        : tr("was away for %1: lines of then may be missing")
                              .arg(durationText(milliseconds(line.count))));
            break;
        case LogLine::Kind::Resumed:
            text = u"── "_s + tr("was away for %1: what was written then follows")
                                  .arg(durationText(milliseconds(line.count)));
            break;
        case LogLine::Kind::Rotated:
            text = u"── "_s + tr("the log was rotated: another file follows");
            break;
        case LogLine::Kind::Note:
            text = u"── "_s + displayText(QByteArrayView(line.text), 400);
            break;
        case LogLine::Kind::Text:
            text = displayText(QByteArrayView(withoutColours(line.text)), 8'192);
            if (line.cut) {
                text += tr(" … (cut)");
            }
            break;
    }
    return (m_names.value(place) + u"  "_s + text).toUtf8() + '\n';
}

void LogPage::put(const LogLine& line, QByteArray* out)
{
    m_kept.push_back({line.time, shownText(line)});
    *out += m_kept.back().text;
}

void LogPage::take(const QList<LogLine>& lines)
{
    if (m_paused) {
        for (const LogLine& line : lines) {
            if (m_waiting.size() < kMostWaiting) {
                m_waiting.append(line);
            } else {
                ++m_lost;
            }
        }
        updatePause();
        return;
    }
    QByteArray out;
    for (const LogLine& line : lines) {
        put(line, &out);
    }
    if (m_kept.size() > kMostLogLines) {
        rebuild();
    } else {
        m_pane->log()->append(out);
    }
}

/// The oldest lines go; what is looked at stays when it can.
void LogPage::rebuild()
{
    while (m_kept.size() > kMostLogLines - kLetGo) {
        m_kept.pop_front();
    }
    QByteArray all;
    for (const Kept& kept : m_kept) {
        all += kept.text;
    }
    const bool following = m_pane->log()->isFollowing();
    m_pane->log()->clear();
    m_pane->log()->append(all);
    m_pane->log()->setFollowing(following);
}

void LogPage::setPaused(bool paused)
{
    m_paused = paused;
    if (!paused) {
        QList<LogLine> lines = std::exchange(m_waiting, {});
        if (const qint64 lost = std::exchange(m_lost, 0); lost > 0) {
            LogLine skipped;
            skipped.server = lines.isEmpty() ? m_servers.value(0) : lines.last().server;
            skipped.kind = LogLine::Kind::Skipped;
            skipped.time = lines.isEmpty() ? 0 : lines.last().time;
            skipped.count = lost;
            lines.append(skipped);
        }
        take(lines);
        m_pane->log()->setFollowing(true);
    }
    updatePause();
}

void LogPage::updatePause()
{
    const qint64 waiting = m_waiting.size() + m_lost;
    m_pause->setText(m_paused ? tr("Go on") : tr("Pause"));
    m_pause->setIconName(m_paused ? u"play"_s : u"pause"_s);
    m_pause->setHint(m_paused && waiting > 0 ? tr("%n new", nullptr, int(waiting)) : QString());
    m_pause->setRefusal(m_past       ? tr("The past stands still. Go back to now.")
                        : !m_running ? tr("Nothing is followed.")
                                     : QString());
    m_follow->setText(m_running ? tr("Stop") : tr("Follow"));
    m_follow->setIconName(m_running ? u"stop"_s : u"play"_s);
    m_follow->setRefusal(m_past && !m_running ? tr("You look at the past. Go back to now.")
                                              : QString());
}

void LogPage::setPast(const std::optional<qint64>& moment)
{
    const bool was = m_past.has_value();
    m_past = moment;
    if (moment) {
        m_paused = true;
        const auto found = std::find_if(m_kept.begin(), m_kept.end(), [moment](const Kept& kept) {
            return kept.time >= *moment;
        });
        if (!m_kept.empty()) {
            m_pane->log()->scrollToLine(found - m_kept.begin());
        }
    } else if (was) {
        setPaused(false);
    }
    updatePause();
}

bool LogPage::stepBack()
{
    auto* search = m_pane->findChild<QLineEdit*>(u"log.search"_s);
    if (search != nullptr && !search->text().isEmpty()) {
        search->clear();
        focusLog();
        return true;
    }
    return false;
}

void LogPage::focusLog()
{
    m_pane->log()->setFocus();
}

// ---- tags ---------------------------------------------------------------------------------------

LogServerTag::LogServerTag(const QString& server, int place)
    : m_name(displayText(server, kLongestName)), m_place(place)
{
    setObjectName(u"monitoring-log-server-"_s + server);
    setState(LogState::Connecting, {});
}

void LogServerTag::setState(LogState state, const QString& reason)
{
    m_state = state;
    const QString word = logWord(state).text;
    setAccessibleName(m_name + u": "_s + word);
    setToolTip(reason.isEmpty() ? word : displayText(reason, 300).toHtmlEscaped());
    updateGeometry();
    update();
}

QSize LogServerTag::sizeHint() const
{
    const QFontMetrics metrics(fontOf(Type::Body));
    const QFontMetrics names(fixedFont());
    return {names.horizontalAdvance(m_name) + metric::grid + metric::icon + metric::half +
                metrics.horizontalAdvance(logWord(m_state).text) + 2,
            metric::denseRow};
}

void LogServerTag::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const LogWord word = logWord(m_state);
    painter.setFont(fixedFont());
    painter.setPen(seriesColour(m_place, currentScheme()));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, m_name);
    int left = QFontMetrics(fixedFont()).horizontalAdvance(m_name) + metric::grid;
    const QColor shade = colour(tokenOf(word.mark));
    paintIcon(&painter, QRectF(left, (height() - metric::icon) / 2.0, metric::icon, metric::icon),
              iconOf(word.mark), shade);
    left += metric::icon + metric::half;
    painter.setFont(fontOf(Type::Body));
    painter.setPen(shade);
    painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, word.text);
}

}  // namespace analemma::ui
