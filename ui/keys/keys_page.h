#pragma once

#include "ui/keys/key_change_page.h"
#include "ui/shell/panel.h"

#include <QHash>

class QStackedLayout;

namespace analemma::ui {

class DataTable;
class KeyCard;
class NewKeyPage;
class RecordModel;
class SplitPage;

/// Where the user's keys are.
struct KeyPlaces {
    QString folder;       ///< ~/.ssh
    QString agentSocket;  ///< empty: no agent
    static KeyPlaces ofUser();
};

/// The user's SSH keys: what they are and what is wrong with them, new ones, and putting them on
/// servers or changing them there for others, as operations. Main thread.
class KeysPage : public QWidget {
    Q_OBJECT
public:
    /// `engine` may be null: then nothing is put on servers.
    KeysPage(KeyPlaces places, engine::Engine* engine, QWidget* parent = nullptr);
    ~KeysPage() override;

    /// Reads the keys again.
    void activate();
    void setServers(const QList<KeyServer>& servers) { m_servers = servers; }
    void openNew();
    /// The page of servers for the current key.
    void openChange();
    bool stepBack();
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    void closeWanted();
    void notice(const analemma::ui::Notice& notice);

private:
    void build();
    void showKeys(const std::vector<ssh::KeyInfo>& keys);
    void openKey(const QString& id);
    void make(const ssh::NewKey& request);
    void closeToOthers();
    void copy();
    void preview();
    void begin();
    void follow(const QString& operation);
    [[nodiscard]] const ssh::KeyInfo* find(const QString& id) const;

    KeyPlaces m_places;
    engine::Engine* m_engine;
    CancelToken m_cancel;
    RecordModel* m_model;
    DataTable* m_table;
    KeyCard* m_card;
    NewKeyPage* m_new;
    KeyChangePage* m_change;
    QWidget* m_detail;
    QStackedLayout* m_stack;
    SplitPage* m_split = nullptr;
    SectionTitle* m_title;
    std::vector<ssh::KeyInfo> m_keys;
    QList<KeyServer> m_servers;
    QString m_wanted;  ///< is shown once it is read
};

}  // namespace analemma::ui
