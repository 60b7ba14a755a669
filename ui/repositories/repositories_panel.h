#pragma once

#include "core/deploy/deploy.h"
#include "core/git/history.h"
#include "ui/shell/panel.h"

namespace analemma::ui {

class CommitPage;
class HistoryView;
class Reader;
class SplitPage;
struct CommitBadge;

/// The repositories of the workspace, one at a time: its whole history with what is live where.
/// Reads when shown, when a branch moves and when a deployment changes.
class RepositoriesPanel : public Panel {
    Q_OBJECT
public:
    explicit RepositoriesPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    /// A repository, or a commit of the one that is shown.
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    [[nodiscard]] HistoryView* view() const { return m_view; }
    [[nodiscard]] CommitPage* page() const { return m_page; }

private:
    using RepositoryPointer = std::shared_ptr<git::Repository>;
    struct Facts {
        git::Head head;
        QList<git::Ref> refs;
        QList<deploy::EnvironmentView> environments;
        std::shared_ptr<git::History> history;
    };
    bool read();
    void turnTo(const QString& repository);
    void setRepository(const RepositoryPointer& repository);
    /// One reading of everything; its parts come in any order.
    struct Reading {
        RepositoryPointer of;
        Facts facts;
        int missing = 4;
        std::optional<Error> error;
    };
    void readFacts();
    void arrived(const std::shared_ptr<Reading>& reading);
    void setFacts(const Facts& facts);
    [[nodiscard]] QHash<QString, QList<CommitBadge>> badgesOf(const Facts& facts) const;
    void readTexts(const QStringList& ids);
    void openCommit(const QString& id, bool turn);

    HistoryView* m_view;
    CommitPage* m_page;
    SplitPage* m_split;
    Reader* m_reader;
    QString m_name;
    RepositoryPointer m_repository;
    Facts m_facts;
};

}  // namespace analemma::ui
