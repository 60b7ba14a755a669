#pragma once

#include "core/git/history.h"
#include "core/git/search.h"
#include "core/lifecycle/places.h"
#include "ui/repositories/repository_tab.h"

class QComboBox;
class QLineEdit;
class QTimer;

namespace analemma::ui {

class AskPanel;
class CommitPage;
class GitDesk;
class HistoryView;
class IndexOffer;
class Reader;
class SplitPage;
class Text;
struct CommitBadge;

/// The history of a repository with where each commit is, what a search finds in it, and the chosen
/// commit under it.
class HistoryPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit HistoryPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;
    void selectCommit(const QString& id);
    void cannotOpen();

    [[nodiscard]] HistoryView* view() const { return m_view; }
    [[nodiscard]] CommitPage* page() const { return m_page; }

private:
    struct Facts {
        git::Head head;
        QList<git::Ref> refs;
        QHash<QString, QList<lifecycle::Place>> places;
        std::shared_ptr<git::History> history;
    };
    /// One reading of everything; its parts come in any order.
    struct Reading {
        RepositoryPointer of;
        Facts facts;
        int missing = 4;
        std::optional<Error> error;
    };
    void build();
    void makeActs();
    bool readFacts();
    void historyArrived(const std::shared_ptr<Reading>& reading);
    void arrived(const std::shared_ptr<Reading>& reading);
    void setFacts(const Facts& facts);
    void fillBranches();
    [[nodiscard]] QString branch() const;  ///< empty: all of them
    /// What is found, or else the history.
    void showRows();
    void search();
    void tellFound();
    [[nodiscard]] QHash<QString, QList<CommitBadge>> badgesOf(const Facts& facts) const;
    void readTexts(const QStringList& ids);
    void openCommit(const QString& id, bool turn);
    void withChosen(std::function<void(const git::Commit&)> act);

    QLineEdit* m_field;
    QComboBox* m_where;
    QComboBox* m_branch;
    QStringList m_branches;  ///< of its items, from the second one on
    Text* m_figures;
    QTimer* m_typed;
    HistoryView* m_view;
    CommitPage* m_page;
    IndexOffer* m_index;
    SplitPage* m_split;
    AskPanel* m_ask;
    GitDesk* m_desk;
    Reader* m_reader;
    Facts m_facts;
    std::shared_ptr<lifecycle::PlaceMemory> m_placeMemory =
        std::make_shared<lifecycle::PlaceMemory>();
    std::shared_ptr<git::FoundCommits> m_found;
    CancelToken m_searching;
};

}  // namespace analemma::ui
