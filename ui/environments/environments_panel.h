#pragma once

#include "core/release/release.h"
#include "ui/environments/environment_card.h"
#include "ui/shell/panel.h"

#include <QMap>

class QScrollArea;
class QTimer;
class QVBoxLayout;

namespace analemma::ui {

class DataTable;
class DeployPage;
class RecordModel;
class Reader;
class SplitPage;

/// What runs where: a card an environment, its generations below, the plan of a deploy beside.
/// Reads when shown, on changes of the core, and the balancers once a second while it is visible.
class EnvironmentsPanel : public Panel {
    Q_OBJECT
public:
    explicit EnvironmentsPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    void deactivate() override;
    /// An environment's name, or a release: then its deploy is offered.
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] bool knowsPast() const override { return true; }
    [[nodiscard]] QList<Finding> findings() const override;

    /// Shows values; what the presenter calls, and tests.
    void setEnvironments(const QList<deploy::EnvironmentView>& views,
                         const QMap<QString, deploy::RollbackTarget>& targets,
                         const QList<release::Release>& releases, const QDateTime& now);
    [[nodiscard]] EnvironmentCard* card(const QString& environment) const;
    [[nodiscard]] DeployPage* deployPage() const { return m_page; }

private:
    bool read();
    void readTargets(const QList<deploy::EnvironmentView>& views);
    void sample();
    void followTime();
    /// As it was at the moment that is shown.
    [[nodiscard]] deploy::EnvironmentView pastOf(const deploy::EnvironmentView& view) const;
    [[nodiscard]] std::optional<QDateTime> moment() const;
    void choose(const QString& environment);
    void showGenerations();
    void openDeploy(const QString& environment, const QString& release);
    [[nodiscard]] deploy::DeployRequest request() const;
    void preview();
    void go();
    void rollBack(const QString& environment, int to);
    void rolledBack(const engine::Operation& operation);
    void follow(const QString& operation);
    /// Those of the repository that the environment's image is made of.
    [[nodiscard]] QList<release::Release> releasesFor(const workspace::Environment& spec) const;
    [[nodiscard]] EnvironmentFacts factsOf(const deploy::EnvironmentView& view) const;

    QScrollArea* m_scroll = nullptr;
    QVBoxLayout* m_cardColumn;
    QMap<QString, EnvironmentCard*> m_cards;
    QStringList m_order;
    QString m_chosen;
    SectionTitle* m_tableTitle;
    RecordModel* m_model;
    DataTable* m_table;
    DeployPage* m_page;
    SplitPage* m_split;
    EmptyState* m_empty;
    Reader* m_reader;
    QTimer* m_every;
    QList<deploy::EnvironmentView> m_views;
    QMap<QString, deploy::RollbackTarget> m_targets;
    QList<release::Release> m_releases;
    QString m_planned;                   ///< the state that the plan was made from
    QList<engine::Operation> m_journal;  ///< read when the past is first shown
    PastHealthReader* m_pastHealth;
    QList<QAction*> m_acts;
    bool m_sampling = false;
};

}  // namespace analemma::ui
