#pragma once

#include "ui/repositories/repository_tab.h"

class QComboBox;

namespace analemma::ui {

class ChangesBrowser;
class IconButton;
class Reader;
class Text;

/// Two states of a repository against each other: branches, tags, commits, or what an environment
/// runs. "This environment against main" is one choice.
class ComparePage : public RepositoryTab {
    Q_OBJECT
public:
    explicit ComparePage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    /// Revisions, as git takes them.
    void compare(const QString& from, const QString& to);
    [[nodiscard]] ChangesBrowser* changes() const { return m_changes; }

private:
    bool readChoices();
    void setChoices(const QList<git::Ref>& refs);
    void showChosen();
    /// What is chosen in a field as a revision: a commit for an environment, else the text.
    [[nodiscard]] static QString revisionIn(const QComboBox* field);
    void choose(QComboBox* field, const QString& revision);

    QComboBox* m_from;
    QComboBox* m_to;
    IconButton* m_swap;
    Text* m_figures;
    ChangesBrowser* m_changes;
    Reader* m_reader;
    QList<git::Ref> m_refs;
    QList<std::pair<QString, QString>> m_environments;  ///< text and commit
};

}  // namespace analemma::ui
