#pragma once

#include "core/git/stash.h"
#include "ui/repositories/repository_tab.h"

namespace analemma::ui {

class AskPanel;
class ChangesBrowser;
class ChipBar;
class DataTable;
class Reader;
class RecordModel;
class SplitPage;
class StashDesk;

/// Changes that were put aside, with what each holds.
class StashesPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit StashesPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] ChangesBrowser* changes() const { return m_changes; }

private:
    QWidget* makeDetail();
    void makeActs();
    bool readList();
    void setStashes(const QList<git::Stash>& stashes);
    void showStash(bool turn);
    void showFiles();
    void updateActs();
    [[nodiscard]] const git::Stash* chosen() const;

    RecordModel* m_model;
    DataTable* m_table;
    ChipBar* m_parts;
    ChangesBrowser* m_changes;
    SplitPage* m_split;
    AskPanel* m_ask;
    StashDesk* m_desk;
    Reader* m_reader;
    QList<git::Stash> m_stashes;
    QString m_shown;
};

}  // namespace analemma::ui
