#pragma once

#include "ui/environments/past_health.h"
#include "core/deploy/deploy.h"
#include "ui/widgets/parts.h"

#include <QHash>

namespace analemma::ui {

/// What a card shows beside the environment itself.
struct EnvironmentFacts {
    deploy::EnvironmentView view;
    deploy::RollbackTarget target;
    QString newest;                  ///< newest release that is not live here; empty: none
    QString newestMissing;           ///< why it may not be deployed: "1 approval missing"
    std::optional<PastHealth> past;  ///< it is shown at a minute that is over: how it was then
    QString refusal;                 ///< why nothing may be done at all; empty: it may
};

/// The dots of a generation's servers, each with its health as colour; the words stand beside.
class MemberDots : public QWidget {
    Q_OBJECT
public:
    explicit MemberDots(QWidget* parent = nullptr);
    void setMembers(const QList<deploy::MemberView>& members);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QList<deploy::MemberView> m_members;
};

/// One environment: what is live, how it is, and the two buttons that change it. A pure view.
class EnvironmentCard : public Card {
    Q_OBJECT
public:
    explicit EnvironmentCard(const QString& name, bool production, QWidget* parent = nullptr);
    void setFacts(const EnvironmentFacts& facts, const QDateTime& now);
    /// One reading of the balancer's counters; the curve shows requests a second.
    void addSample(const infra::Balancer& balancer, const QDateTime& at);
    [[nodiscard]] const EnvironmentFacts& facts() const { return m_facts; }
    [[nodiscard]] QString name() const { return m_name; }

Q_SIGNALS:
    void deployAsked(const QString& environment);
    void rollbackAsked(const QString& environment);
    void chosen(const QString& environment);
    void copyAsked(const QString& text);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void build();
    void showLive(const QDateTime& now);
    void showMembers();
    void showWarm(const QDateTime& now);
    void showButtons();

    QString m_name;
    EnvironmentFacts m_facts;
    Text* m_title = nullptr;
    StateBadge* m_health = nullptr;
    Text* m_release = nullptr;
    Text* m_since = nullptr;
    MemberDots* m_dots = nullptr;
    Text* m_memberText = nullptr;
    QWidget* m_addressRow = nullptr;
    Text* m_address = nullptr;
    Sparkline* m_curve = nullptr;
    Text* m_rate = nullptr;
    Text* m_warm = nullptr;
    Button* m_deploy = nullptr;
    Button* m_rollback = nullptr;
    qint64 m_lastRequests = -1;
    qint64 m_lastErrors = 0;
    QDateTime m_lastSample;
    int m_lastGeneration = -1;
};

}  // namespace analemma::ui
