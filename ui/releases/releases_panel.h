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

    /// Environments where a release is live, by its version and commit.
    using Live = QMap<std::pair<QString, QString>, QStringList>;
    /// Shows values; what the presenter calls, and tests.
    void setReleases(const QList<release::Release>& releases, const Live& live,
                     const QDateTime& now);
    [[nodiscard]] ReleasePage* page() const { return m_page; }
    [[nodiscard]] ProposalPage* proposal() const { return m_proposal; }
    /// Opens the page of the next release.
    void propose();

private:
    bool read();
    void open(const QString& name);
    /// The version; with the repository before it where several have that version.
    [[nodiscard]] QString nameOf(const release::Release& one) const;
    void create(const QString& version);
    void approve(const QString& name, const QString& comment);
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
    Live m_live;
    QString m_wanted;
};

}  // namespace analemma::ui
