#pragma once

#include "core/deploy/deploy.h"
#include "core/release/release.h"
#include "ui/shell/panel.h"

class QStackedLayout;

namespace analemma::ui {

class BakePage;
class DataTable;
class RecordModel;
class SnapshotPage;
class Reader;
class SplitPage;

/// The images that servers are made from: where each comes from, what needs it, new ones, their
/// end. Reads when shown and on changes of the core.
class SnapshotsPanel : public Panel {
    Q_OBJECT
public:
    explicit SnapshotsPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    /// Shows values; what the presenter calls, and tests.
    void setImages(const QList<deploy::ImageView>& images, const QList<release::Release>& releases,
                   const QDateTime& now);
    [[nodiscard]] SnapshotPage* page() const { return m_page; }
    [[nodiscard]] BakePage* bakePage() const { return m_bake; }
    /// Opens the page of a new image.
    void openBake();

private:
    void build();
    bool read();
    void open(const QString& image);
    void preview();
    void bake();
    void follow(const QString& operation);
    void remove(const QString& image);
    void updateActions();
    [[nodiscard]] const deploy::ImageView* find(const QString& image) const;

    RecordModel* m_model;
    DataTable* m_table;
    SnapshotPage* m_page;
    BakePage* m_bake;
    QWidget* m_detail;
    QStackedLayout* m_stack;
    SplitPage* m_split = nullptr;
    Reader* m_reader;
    QAction* m_deleteAction = nullptr;
    QAction* m_bakeAction = nullptr;
    QList<deploy::ImageView> m_images;
    QList<release::Release> m_releases;
    QString m_wanted;
};

}  // namespace analemma::ui
