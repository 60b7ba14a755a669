#pragma once

#include "core/deploy/deploy.h"
#include "core/release/release.h"
#include "ui/shell/panel.h"

class QStackedLayout;

namespace analemma::ui {

class DataTable;
class ProposalPage;
class RecordModel;
class ReleasePage;
class Reader;
class SplitPage;

/// Versions, newest first, and what is in them. Reads when shown and on changes of the core.
class ReleasesPanel : public Panel {
    Q_OBJECT
public:
    explicit ReleasesPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    /// Shows values; what the presenter calls, and tests. `live`: environments by version.
    void setReleases(const QList<release::Release>& releases,
                     const QMap<QString, QStringList>& live, const QDateTime& now);
    [[nodiscard]] ReleasePage* page() const { return m_page; }
    [[nodiscard]] ProposalPage* proposal() const { return m_proposal; }
    /// Opens the page of the next release.
    void propose();

private:
    bool read();
    void open(const QString& version);
    void create(const QString& version);
    void approve(const QString& version, const QString& comment);
    [[nodiscard]] QString repository() const;

    RecordModel* m_model;
    DataTable* m_table;
    ReleasePage* m_page;
    ProposalPage* m_proposal;
    QWidget* m_detail;
    QStackedLayout* m_stack;
    SplitPage* m_split;
    Reader* m_reader;
    QList<release::Release> m_releases;
    QMap<QString, QStringList> m_live;
    QString m_wanted;
};

}  // namespace analemma::ui
