#include "ui/environments/environment_card.h"

#include "core/base/text.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int dot = 10;
constexpr int dotGap = 6;

QString memberLine(const QList<deploy::MemberView>& members, int generation)
{
    int healthy = 0;
    int count = 0;
    for (const deploy::MemberView& member : members) {
        if (member.generation == generation) {
            ++count;
            healthy += member.health == "healthy"_L1 ? 1 : 0;
        }
    }
    return EnvironmentCard::tr("%1/%2 healthy").arg(healthy).arg(count);
}

QString rollbackHint(const deploy::RollbackTarget& target)
{
    if (!target.warm) {
        return target.baked ? EnvironmentCard::tr("from its image")
                            : EnvironmentCard::tr("bakes its image again");
    }
    return target.usual ? EnvironmentCard::tr("warm, about %1").arg(durationText(*target.usual))
                        : EnvironmentCard::tr("warm");
}

}  // namespace

// ---- dots ---------------------------------------------------------------------------------------

MemberDots::MemberDots(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"members"_s);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void MemberDots::setMembers(const QList<deploy::MemberView>& members)
{
    m_members = members;
    QStringList words;
    for (const deploy::MemberView& member : members) {
        words.append(u"%1 %2"_s.arg(member.server.name, wordOfState(member.health)));
    }
    setAccessibleName(words.join(u", "_s));
    updateGeometry();
    update();
}

QSize MemberDots::sizeHint() const
{
    const int count = static_cast<int>(std::min<qsizetype>(m_members.size(), 24));
    return {std::max(1, count * (dot + dotGap)), dot + 2};
}

void MemberDots::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int left = 1;
    for (const deploy::MemberView& member : m_members.mid(0, 24)) {
        const QColor ink = colour(tokenOf(markOf(member.health)));
        const QRectF circle(left + 0.5, 1.5, dot - 1, dot - 1);
        painter.setPen(QPen(ink, 1.5));
        // Full: healthy; a ring: anything else. Shape tells it without colour.
        painter.setBrush(member.health == "healthy"_L1 ? QBrush(ink) : QBrush(Qt::NoBrush));
        painter.drawEllipse(circle);
        left += dot + dotGap;
    }
}

bool MemberDots::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int index = help->pos().x() / (dot + dotGap);
        if (index >= 0 && index < m_members.size()) {
            const deploy::MemberView& member = m_members[index];
            QToolTip::showText(help->globalPos(),
                               u"%1  %2  %3"_s.arg(member.server.name, wordOfState(member.health),
                                                   displayText(member.healthText, 120)));
        }
        return true;
    }
    return QWidget::event(event);
}

// ---- card ---------------------------------------------------------------------------------------

EnvironmentCard::EnvironmentCard(const QString& name, bool production, QWidget* parent)
    : Card(parent), m_name(name)
{
    setObjectName(u"card-"_s + name);
    setAccessibleName(tr("Environment %1").arg(name));
    setFocusPolicy(Qt::StrongFocus);
    setFramed(production, production ? tr("production") : QString());
    build();
}

void EnvironmentCard::build()
{
    auto* head = new QHBoxLayout;
    m_title = new Text(m_name, Type::Section);
    m_title->setBold(true);
    m_title->setElided(true);
    m_health = new StateBadge(lifecycle::Mark::Idle);
    m_health->setObjectName(u"health"_s);
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_health);
    column()->addLayout(head);

    auto* live = new QHBoxLayout;
    m_release = new Text(tr("nothing"), Type::Title);
    m_release->setObjectName(u"release"_s);
    m_release->setBold(true);
    m_since = new Text({}, Type::Body, Token::Quiet);
    m_since->setElided(true);
    live->addWidget(m_release);
    live->addSpacing(metric::grid);
    live->addWidget(m_since, 1);
    column()->addLayout(live);

    auto* members = new QHBoxLayout;
    m_dots = new MemberDots;
    m_memberText = new Text({}, Type::Body);
    m_memberText->setObjectName(u"member-text"_s);
    members->addWidget(m_dots);
    members->addWidget(m_memberText);
    members->addStretch();
    column()->addLayout(members);

    m_addressRow = new QWidget;
    auto* address = new QHBoxLayout(m_addressRow);
    address->setContentsMargins(0, 0, 0, 0);
    m_address = new Text({}, Type::Body, Token::Quiet);
    m_address->setFixed(true);
    m_address->setObjectName(u"address"_s);
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* open = new IconButton(u"external"_s, tr("Open in the browser"));
    auto* copy = new IconButton(u"copy"_s, tr("Copy the address"));
    connect(open, &QToolButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl(m_facts.view.balancer.url)); });
    connect(copy, &QToolButton::clicked, this,
            [this] { Q_EMIT copyAsked(m_facts.view.balancer.url); });
    address->addWidget(m_address);
    address->addWidget(open);
    address->addWidget(copy);
    address->addStretch();
    column()->addWidget(m_addressRow);

    auto* traffic = new QHBoxLayout;
    m_curve = new Sparkline;
    m_curve->setObjectName(u"requests"_s);
    m_curve->setAccessibleName(tr("Requests a second"));
    m_rate = new Text({}, Type::Caption, Token::Quiet);
    m_rate->setMinimumWidth(96);
    traffic->addWidget(m_curve, 1);
    traffic->addWidget(m_rate);
    column()->addLayout(traffic);

    m_warm = new Text({}, Type::Caption, Token::Quiet);
    m_warm->setElided(true);
    column()->addWidget(m_warm);

    auto* buttons = new QHBoxLayout;
    m_deploy = new Button(Button::Look::Primary, tr("Deploy…"), u"deploy"_s);
    m_deploy->setObjectName(u"deploy"_s);
    m_rollback = new Button(Button::Look::Plain, tr("Roll back"), u"undo"_s);
    m_rollback->setObjectName(u"rollback"_s);
    connect(m_deploy, &QPushButton::clicked, this, [this] { Q_EMIT deployAsked(m_name); });
    connect(m_rollback, &QPushButton::clicked, this, [this] { Q_EMIT rollbackAsked(m_name); });
    buttons->addWidget(m_deploy);
    buttons->addWidget(m_rollback);
    buttons->addStretch();
    column()->addLayout(buttons);
}

void EnvironmentCard::setFacts(const EnvironmentFacts& facts, const QDateTime& now)
{
    m_facts = facts;
    showLive(now);
    showMembers();
    showWarm(now);
    showButtons();
    const int generation = facts.view.active ? facts.view.active->number : 0;
    if (m_lastGeneration >= 0 && generation != m_lastGeneration) {
        m_curve->addMark();
    }
    m_lastGeneration = generation;
}

void EnvironmentCard::showLive(const QDateTime& now)
{
    const deploy::EnvironmentView& view = m_facts.view;
    const bool busy = !view.operation.isEmpty();
    const bool notKept = m_facts.past && !m_facts.past->isKnown();
    m_health->setState(busy ? lifecycle::Mark::Running : markOf(view.health),
                       busy      ? displayText(view.operationTitle, 60)
                       : notKept ? tr("not kept")
                                 : wordOfState(view.health));
    m_release->setText(view.active ? displayText(view.active->release, 40) : tr("nothing live"));
    m_release->setToken(view.active ? Token::Text : Token::Quiet);
    m_since->setText(view.active ? tr("generation %1, live for %2")
                                       .arg(view.active->number)
                                       .arg(shortAge(view.active->since, now))
                                 : tr("a deploy brings the first generation"));
    m_since->setToolTip(view.active ? absoluteTime(view.active->since) : QString());
}

void EnvironmentCard::showMembers()
{
    const deploy::EnvironmentView& view = m_facts.view;
    QList<deploy::MemberView> members;
    for (const deploy::MemberView& member : view.members) {
        if (view.active && member.generation == view.active->number) {
            members.append(member);
        }
    }
    m_dots->setMembers(members);
    m_dots->setVisible(!members.isEmpty());
    m_memberText->setText(m_facts.past  ? healthText(*m_facts.past)
                          : view.active ? memberLine(view.members, view.active->number)
                                        : tr("%n servers wanted", nullptr, view.spec.servers));
    m_addressRow->setVisible(view.spec.balancer.wanted && !view.balancer.url.isEmpty());
    m_address->setText(view.balancer.url);
    m_curve->setVisible(view.spec.balancer.wanted);
    m_rate->setVisible(view.spec.balancer.wanted);
}

void EnvironmentCard::showWarm(const QDateTime& now)
{
    QStringList warm;
    for (const deploy::Generation& one : m_facts.view.warm) {
        warm.append(
            tr("%1 (generation %2, %3, left %4)")
                .arg(displayText(one.release, 40))
                .arg(one.number)
                .arg(memberLine(m_facts.view.members, one.number), agoText(one.since, now)));
    }
    m_warm->setText(warm.isEmpty() ? tr("No warm generation")
                                   : tr("Warm: %1").arg(warm.join(u", "_s)));
}

void EnvironmentCard::showButtons()
{
    const deploy::EnvironmentView& view = m_facts.view;
    const QString busy = view.operation.isEmpty()
                             ? QString()
                             : tr("Under way: %1").arg(displayText(view.operationTitle, 80));
    m_deploy->setHint(m_facts.newestMissing);
    m_deploy->setText(m_facts.newest.isEmpty() ? tr("Deploy…")
                                               : tr("Deploy %1…").arg(m_facts.newest));
    const QString nothing = m_facts.newest.isEmpty()
                                ? tr("No release waits for %1. Make one in Releases.").arg(m_name)
                                : QString();
    const QString off = m_facts.refusal.isEmpty() ? busy : m_facts.refusal;
    m_deploy->setRefusal(!off.isEmpty() ? off : nothing);
    const bool possible = m_facts.target.possible;
    m_rollback->setText(
        possible ? tr("Roll back to %1").arg(displayText(m_facts.target.generation.release, 40))
                 : tr("Roll back"));
    m_rollback->setHint(possible ? rollbackHint(m_facts.target) : QString());
    m_rollback->setRefusal(!off.isEmpty() ? off : possible ? QString() : m_facts.target.reason);
}

void EnvironmentCard::addSample(const infra::Balancer& balancer, const QDateTime& at)
{
    const bool restarted = balancer.requests < m_lastRequests;
    if (m_lastRequests >= 0 && !restarted && m_lastSample.isValid()) {
        const double length = std::max<double>(0.2, double(m_lastSample.msecsTo(at)) / 1000.0);
        const double rate = double(balancer.requests - m_lastRequests) / length;
        const double errors = double(balancer.errors - m_lastErrors) / length;
        m_curve->addValue(rate, errors);
        const int places = rate < 10 ? 1 : 0;
        m_rate->setText(
            errors > 0 ? tr("%1/s, %2 errors/s").arg(rate, 0, 'f', places).arg(errors, 0, 'f', 1)
                       : tr("%1 requests/s").arg(rate, 0, 'f', places));
    } else if (m_rate->text().isEmpty()) {
        m_rate->setText(tr("requests a second"));
    }
    m_lastRequests = balancer.requests;
    m_lastErrors = balancer.errors;
    m_lastSample = at;
}

void EnvironmentCard::mousePressEvent(QMouseEvent* event)
{
    Card::mousePressEvent(event);
    Q_EMIT chosen(m_name);
}

void EnvironmentCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
        event->key() == Qt::Key_Space) {
        Q_EMIT chosen(m_name);
        return;
    }
    Card::keyPressEvent(event);
}

void EnvironmentCard::paintEvent(QPaintEvent* event)
{
    Card::paintEvent(event);
    if (hasFocus()) {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colour(Token::Accent), metric::focus));
        painter.setBrush(Qt::NoBrush);
        // Inside the frame, which goes on saying that this is production.
        const qreal top = isFramed() ? 17 : 3;
        painter.drawRoundedRect(QRectF(rect()).adjusted(4, top, -4, -4), metric::half,
                                metric::half);
    }
}

}  // namespace analemma::ui
