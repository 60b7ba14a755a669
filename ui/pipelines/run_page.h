#pragma once

#include "core/pipeline/pipeline.h"
#include "ui/widgets/parts.h"

class QTabWidget;

namespace analemma::ui {

class DataTable;
class JobGraph;
class LogPane;
class RecordModel;
class TimingView;

/// One run: graph, timing, tests, artifacts as tabs, and the log of the chosen step. A pure view:
/// it asks for log bytes by a signal and is given them.
class RunPage : public QWidget {
    Q_OBJECT
public:
    explicit RunPage(QWidget* parent = nullptr);
    void setRun(const pipeline::Run& run, const QDateTime& now);
    void setTests(const QList<pipeline::TestCase>& tests);
    /// Bytes of the step's log that is shown now, from where it stood.
    void appendLog(const QString& job, int step, const QByteArray& bytes);
    [[nodiscard]] const pipeline::Run& run() const { return m_run; }
    [[nodiscard]] QString currentJob() const { return m_job; }
    [[nodiscard]] int currentStep() const { return m_step; }
    [[nodiscard]] qint64 logOffset() const { return m_offset; }
    [[nodiscard]] LogPane* logPane() const { return m_log; }
    [[nodiscard]] JobGraph* graph() const { return m_graph; }

Q_SIGNALS:
    /// The log of the current step is wanted from logOffset().
    void logWanted();
    void cancelPressed(const QString& run);
    void againPressed(const QString& pipeline, const QString& commit);

private:
    void chooseJob(const QString& job);
    void chooseStep(int step);
    void showSteps();
    [[nodiscard]] const pipeline::JobRun* job(const QString& name) const;

    pipeline::Run m_run;
    QDateTime m_now;
    QString m_job;
    int m_step = 0;
    qint64 m_offset = 0;
    bool m_byHand = false;  ///< the person chose; the page does not jump any more
    SectionTitle* m_title;
    StateBadge* m_state;
    Text* m_line;
    Text* m_note;
    QTabWidget* m_tabs;
    JobGraph* m_graph;
    TimingView* m_timing;
    RecordModel* m_stepModel;
    DataTable* m_steps;
    RecordModel* m_testModel;
    DataTable* m_tests;
    RecordModel* m_artifactModel;
    DataTable* m_artifacts;
    LogPane* m_log;
    Button* m_cancel;
    Button* m_again;
};

/// Bars of jobs and steps over the length of the run.
class TimingView : public QWidget {
    Q_OBJECT
public:
    explicit TimingView(QWidget* parent = nullptr);
    void setRun(const pipeline::Run& run, const QDateTime& now);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    pipeline::Run m_run;
    QDateTime m_now;
};

}  // namespace analemma::ui
