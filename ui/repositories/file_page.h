#pragma once

#include "core/git/blame.h"
#include "core/git/search.h"
#include "ui/repositories/repository_tab.h"

class QLineEdit;

namespace analemma::ui {

class BlameView;
class HistoryView;
class Text;

/// One file: who wrote each line, and beside it the commits that changed it, across renames.
class FilePage : public RepositoryTab {
    Q_OBJECT
public:
    explicit FilePage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    /// An empty revision: the work tree.
    void showFile(const QByteArray& path, const QString& revision);
    [[nodiscard]] BlameView* blame() const { return m_blame; }
    [[nodiscard]] HistoryView* history() const { return m_history; }

private:
    void readBlame();
    void readHistory();
    void readTexts(const QStringList& ids);
    void describe();

    QByteArray m_path;
    QString m_revision;
    bool m_dirty = false;  ///< what is shown is not what was asked for yet
    CancelToken m_cancel;
    QLineEdit* m_field;
    Text* m_facts;
    BlameView* m_blame;
    HistoryView* m_history;
};

}  // namespace analemma::ui
