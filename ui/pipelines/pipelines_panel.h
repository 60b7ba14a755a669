#pragma once

#include "core/pipeline/pipeline.h"
#include "ui/shell/panel.h"

class QLineEdit;
class QTimer;

namespace analemma::ui {

class DataTable;
class RecordModel;
class RunPage;
class Reader;
class SplitPage;

/// Runs, newest first, and the page of the chosen one. Reads when shown and on changes of the core.
class PipelinesPanel : public Panel {
    Q_OBJECT
public:
    explicit PipelinesPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    /// A run's id or a commit: its newest run.
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    /// Shows values; what the presenter calls, and tests.
    void setRuns(const QList<pipeline::Run>& runs, const QDateTime& now);
    [[nodiscard]] RunPage* page() const { return m_page; }

private:
    bool read();
    void open(const QString& run);
    void readLog();
    void readTests(const pipeline::Run& run);
    void start(const QString& pipeline, const QString& revision);
    void cancel(const QString& run);
    void filterByChips(const QStringList& chosen);
    [[nodiscard]] QString defaultPipeline() const;
    [[nodiscard]] const pipeline::Run* find(const QString& item) const;

    RecordModel* m_model;
    DataTable* m_table;
    RunPage* m_page;
    SplitPage* m_split;
    QLineEdit* m_revision;
    Reader* m_reader;
    QTimer* m_tick;
    QList<pipeline::Run> m_runs;
    QString m_wanted;
    bool m_readingLog = false;
};

}  // namespace analemma::ui
