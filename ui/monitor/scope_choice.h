#pragma once

#include <QList>
#include <QWidget>

#include <utility>

class QComboBox;

namespace analemma::ui {

class ChipBar;

/// One of several, as chips; where there are too many for chips, as a list to open.
class ScopeChoice : public QWidget {
    Q_OBJECT
public:
    /// `id`: object name; `name`: what is chosen, for people who see it and people who hear it;
    /// empty where the chips say it.
    ScopeChoice(const QString& id, const QString& name, QWidget* parent = nullptr);
    /// Ids with their texts; the first one is chosen.
    void setChoices(const QList<std::pair<QString, QString>>& choices);
    [[nodiscard]] QString chosen() const;
    void choose(const QString& id);

Q_SIGNALS:
    void changed(const QString& id);

private:
    const QString m_id;
    ChipBar* m_chips;
    QComboBox* m_list;
};

}  // namespace analemma::ui
