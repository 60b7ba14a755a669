#pragma once

#include "core/git/merging.h"
#include "ui/repositories/repository_tab.h"

#include <QHash>

class QAction;

namespace analemma::ui {

class AskPanel;
class DataTable;
class GitDesk;
class Reader;
class RecordModel;
struct Record;
class UnderWayBar;

/// Branches, remote branches and tags, and what is done with them.
class BranchesPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit BranchesPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;
    [[nodiscard]] DataTable* table() const { return m_table; }

private:
    bool readRefs();
    void setRefs(const QList<git::Ref>& refs);
    void readTexts();
    void fill();
    QAction* addAct(const QString& id, const QString& text, const QString& icon,
                    std::function<void(const git::Ref&)> run);
    void updateActs();
    [[nodiscard]] const git::Ref* chosen() const;
    [[nodiscard]] Record recordOf(const git::Ref& ref) const;

    RecordModel* m_model;
    DataTable* m_table;
    UnderWayBar* m_bar;
    AskPanel* m_ask;
    GitDesk* m_desk;
    Reader* m_reader;
    QList<git::Ref> m_refs;
    QHash<QString, git::Commit> m_texts;
    git::Head m_head;
};

/// What is under way in a repository, with the ways on: seen on each page that can act. Hidden
/// while nothing is.
class UnderWayBar : public QFrame {
    Q_OBJECT
public:
    explicit UnderWayBar(GitDesk* desk, QWidget* parent = nullptr);
    void setState(const git::UnderWay& state);

private:
    Text* m_text;
    Button* m_finish;
    Button* m_skip;
    Button* m_abort;
};

}  // namespace analemma::ui
