#pragma once

#include "core/lifecycle/lifecycle.h"
#include "core/monitor/remotewrite.h"
#include "core/monitor/series.h"

#include <QWidget>

namespace analemma::ui {

class Button;
class StateIcon;
class Text;

/// What is to be said about the keeping of figures; an empty text: all is well.
struct StoreSaying {
    lifecycle::Mark mark = lifecycle::Mark::None;
    QString text;
    QString tip;           ///< what happened to the file before, one line each
    bool passing = false;  ///< may be put away: it tells of the past
    bool operator==(const StoreSaying&) const = default;
};

/// A problem comes first, then that another program records, then what happened to the file since
/// `seen` notices were put away. `problem` is Monitor::storeProblem(). Pure.
StoreSaying sayingOf(const QString& problem, const monitor::SeriesStatus& status, qsizetype seen);

/// What does not reach the Prometheus of the workspace, since when and why; else that it refused
/// more than `seen` samples. Pure.
StoreSaying sayingOf(const monitor::PrometheusState& state, qint64 seen);

/// One line under the title of Monitoring: whether what is measured is kept, and by whom. Not there
/// while all is well.
class StoreLine : public QWidget {
    Q_OBJECT
public:
    /// `name` begins the names of its parts.
    explicit StoreLine(const QString& name, QWidget* parent = nullptr);
    void setSaying(const StoreSaying& saying);
    [[nodiscard]] const StoreSaying& saying() const { return m_saying; }

Q_SIGNALS:
    void putAway();

private:
    StoreSaying m_saying;
    StateIcon* m_icon;
    Text* m_text;
    Button* m_away;
};

}  // namespace analemma::ui
