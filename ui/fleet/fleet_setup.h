#pragma once

#include "core/operate/runbooks.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QPlainTextEdit;

namespace analemma::ui {

class ApprovalNote;
class Button;
class ChipBar;
class Text;

/// Which servers, what is run there, and how: the left side of the fleet page. A pure view.
class FleetSetup : public QWidget {
    Q_OBJECT
public:
    explicit FleetSetup(QWidget* parent = nullptr);

    void setHosts(const QList<operate::Host>& hosts);
    /// Why servers are missing in the list; empty: none is.
    void setMissing(const QString& why);
    void setRunbooks(const QList<operate::Runbook>& runbooks);
    /// What its user has said about the text of the chosen runbook; of another one it says nothing.
    void setApproval(const operate::Runbook& runbook, const operate::RunbookApproval& approval);
    [[nodiscard]] std::optional<operate::Runbook> chosenRunbook() const;
    /// What has been run, to run it again on these servers.
    void setRequest(const operate::FleetRequest& request);
    /// What is chosen; Invalid with the sentence that the page shows.
    [[nodiscard]] Result<operate::FleetRequest> request() const;
    /// It has been shown what this request would do.
    void setPreviewed(const operate::FleetRequest& request);
    void setRunning(bool running);
    void focusQuery();

Q_SIGNALS:
    void previewPressed();
    void runPressed();
    void savePressed(const analemma::operate::Runbook& runbook);
    void runbookChosen(const analemma::operate::Runbook& runbook);
    void approvePressed(const analemma::operate::Runbook& runbook);
    /// What was approved before beside what would run now.
    void differenceWanted(const analemma::operate::Runbook& earlier,
                          const analemma::operate::Runbook& runbook);

private:
    QWidget* buildServers();
    QWidget* buildCommand();
    QWidget* buildSave();
    void buildChips();
    void releaseChips();
    void chooseChips(const QStringList& chosen);
    void chooseRunbook(int index);
    void commandChanged();
    void changed();
    void save();
    [[nodiscard]] Result<QList<operate::Host>> chosenHosts() const;
    [[nodiscard]] operate::Runbook asRunbook(const QString& name) const;
    [[nodiscard]] QMap<QString, QString> values() const;
    [[nodiscard]] Result<milliseconds> timeout() const;

    QList<operate::Host> m_hosts;
    QList<operate::Runbook> m_runbooks;
    QMap<QString, int> m_groups;  ///< servers by term, for the chips
    QStringList m_inputs;         ///< of the fields, in their order
    QHash<QString, QLineEdit*> m_fields;
    QString m_missing;
    QString m_previewed;
    operate::RunbookApproval m_approval{true, {}};  ///< of the chosen runbook
    bool m_running = false;
    bool m_filling = false;
    QLineEdit* m_query;
    ChipBar* m_chips;
    Text* m_count;
    QComboBox* m_runbook;
    QPlainTextEdit* m_command;
    QWidget* m_inputBox;
    QFormLayout* m_inputForm;
    QLineEdit* m_limit;
    QLineEdit* m_timeout;
    QCheckBox* m_failFast;
    ApprovalNote* m_unapproved;
    Text* m_note;
    Button* m_preview;
    Button* m_run;
    Button* m_saveOpen;
    QWidget* m_saveBox = nullptr;
    QLineEdit* m_saveName;
    QLineEdit* m_saveText;
};

}  // namespace analemma::ui
