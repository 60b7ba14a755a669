#pragma once

#include "core/git/review.h"
#include "ui/repositories/repository_tab.h"

namespace analemma::ui {

class AskPanel;
class DataTable;
class Reader;
class RecordModel;
struct Record;
class ReviewView;
class SplitPage;

/// The reviews of a repository, and the chosen one under them.
class ReviewsPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit ReviewsPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] ReviewView* view() const { return m_view; }
    /// Asks for what is needed to open one.
    void begin();

private:
    bool readAll();
    void openReview(const QString& id, bool turn);
    void write(const git::ReviewAct& act);
    [[nodiscard]] Record recordOf(const git::Review& review) const;

    RecordModel* m_model;
    DataTable* m_table;
    ReviewView* m_view;
    SplitPage* m_split;
    AskPanel* m_ask;
    Reader* m_reader;
    git::Head m_head;
};

}  // namespace analemma::ui
