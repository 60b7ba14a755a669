#pragma once

#include "core/operate/fleet.h"

#include <QListView>

#include <optional>

namespace analemma::ui {

class Turner;

/// A tile for each server: icon and word in the state's colour, its name. Arrow keys go from tile
/// to tile.
class StepGrid : public QListView {
    Q_OBJECT
public:
    explicit StepGrid(QWidget* parent = nullptr);
    ~StepGrid() override;

    /// All servers; those with another state than `only` are left out.
    void setSteps(const QList<operate::HostStep>& steps, std::optional<operate::StepState> only);
    [[nodiscard]] QString currentHost() const;
    void selectHost(const QString& host);
    /// Another operation: nothing is chosen any more.
    void forget();

Q_SIGNALS:
    void hostChosen(const QString& host);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    class Model;
    class Delegate;
    void fit();
    Model* m_tiles;
    Turner* m_turner;
};

}  // namespace analemma::ui
