#pragma once

#include "core/operate/rotation.h"
#include "ui/widgets/plan_page.h"

class QComboBox;
class QListWidget;

namespace analemma::ui {

/// A server that a key can be put on.
struct KeyServer {
    QString name;
    QString environment;
    bool production = false;
    QString refusal;  ///< why it cannot be reached; empty: it can
};

/// Which key goes to which servers, which one goes from them, and the plan of it.
class KeyChangePage : public PlanPage {
    Q_OBJECT
public:
    explicit KeyChangePage(QWidget* parent = nullptr);
    /// Begins a new one: `key` goes there. Servers are chosen anew, none at first.
    void begin(const ssh::KeyInfo& key, const std::vector<ssh::KeyInfo>& all,
               const QList<KeyServer>& servers);
    [[nodiscard]] operate::KeyChange change() const;
    /// From here on it shows this operation, and nothing is chosen any more.
    void follow(const engine::Operation& operation);

Q_SIGNALS:
    void chosen();  ///< plan anew

private:
    void choose();
    ssh::KeyInfo m_key;
    std::vector<ssh::KeyInfo> m_others;
    QComboBox* m_old;
    QWidget* m_choice;
    QListWidget* m_servers;
    Text* m_count;
};

}  // namespace analemma::ui
