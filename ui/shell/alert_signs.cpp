#include "ui/shell/alert_signs.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/monitor/notify.h"
#include "ui/monitor/alert_words.h"
#include "ui/shell/desktop_notices.h"
#include "ui/shell/settings.h"
#include "ui/shell/status_icon.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

const QString kKeepWatching = u"window/keep-watching"_s;
constexpr int kNoticeSeconds = 20;
constexpr qsizetype kMostItems = 100;

}  // namespace

AlertSigns::AlertSigns(const Context& context, const QString& bus, QObject* parent)
    : QObject(parent),
      m_context(context),
      m_bubbles(new DesktopNotices(bus, this)),
      m_icon(new StatusIcon(this))
{
    connect(m_icon, &StatusIcon::openAsked, this, [this] { Q_EMIT openAsked({}); });
    connect(m_icon, &StatusIcon::quitAsked, this, &AlertSigns::quitAsked);
    connect(m_bubbles, &DesktopNotices::opened, this,
            [this](const QString& key) { Q_EMIT openAsked(m_items.value(key, u"open"_s)); });
    connect(m_bubbles, &DesktopNotices::failed, this, [this](const QString& why) {
        if (!std::exchange(m_complained, true)) {  // the window tells it all the same
            logLine(LogLevel::Warning, "ui", why);
        }
    });
    if (m_context.alerts != nullptr) {
        connect(m_context.alerts, &monitor::Alerts::changed, this, &AlertSigns::refresh);
    }
    if (m_context.notifier != nullptr) {
        connect(m_context.notifier, &monitor::Notifier::desktop, this, &AlertSigns::tell);
    }
}

AlertSigns::~AlertSigns() = default;

void AlertSigns::refresh()
{
    int count = 0;
    auto gravest = monitor::Severity::Info;
    if (m_context.alerts != nullptr) {
        for (const monitor::Alert& alert : m_context.alerts->list()) {
            if (alert.state == monitor::AlertState::Firing && alert.silencedBy.isEmpty()) {
                ++count;
                gravest = std::max(gravest, alert.severity);
            }
        }
    }
    m_count = count;
    m_gravest = count > 0 ? markOf(gravest) : Mark::Ok;
    m_icon->setState(m_gravest, m_count);
    Q_EMIT counted(m_count, m_gravest);
}

void AlertSigns::tell(const monitor::Notice& notice)
{
    const bool over = notice.kind == monitor::NoticeKind::Resolved;
    const QString item =
        notice.alerts.size() == 1 ? QString::number(notice.alerts.first().id) : u"open"_s;
    Bubble bubble;
    bubble.key = notice.rule + u'\n' + notice.environment;
    bubble.text = notice.text;
    bubble.action = tr("Open");
    bubble.urgency = over                                             ? Bubble::Urgency::Low
                     : notice.severity == monitor::Severity::Critical ? Bubble::Urgency::Critical
                                                                      : Bubble::Urgency::Normal;
    if (m_items.size() >= kMostItems) {
        m_items.clear();
    }
    m_items.insert(bubble.key, item);

    Notice shown;
    shown.mark = over ? Mark::Ok : markOf(notice.severity);
    shown.text = sentenceOf(notice, m_context.alerts != nullptr ? m_context.alerts->rules()
                                                                : QList<monitor::AlertRule>());
    bubble.title = shown.text;
    m_bubbles->show(bubble);
    shown.action = tr("Open");
    shown.run = [this, item] { Q_EMIT openAsked(item); };
    shown.seconds = kNoticeSeconds;
    Q_EMIT told(shown);
}

bool AlertSigns::keepsWatching() const
{
    return m_icon->isThere() && windowSettings()->value(kKeepWatching, false).toBool();
}

void AlertSigns::setKeepsWatching(bool keeps)
{
    windowSettings()->setValue(kKeepWatching, keeps);
}

}  // namespace analemma::ui
