#pragma once

#include "core/release/release.h"
#include "ui/widgets/parts.h"

class QLineEdit;
class QPlainTextEdit;
class QStackedLayout;

namespace analemma::ui {

/// One release: change log, artifacts with digests, approvals. A pure view.
class ReleasePage : public QWidget {
    Q_OBJECT
public:
    explicit ReleasePage(QWidget* parent = nullptr);
    void setRelease(const release::Release& release, const QString& name, const QStringList& live,
                    const QDateTime& now);
    [[nodiscard]] QString name() const { return m_name; }

Q_SIGNALS:
    void approvePressed(const QString& name, const QString& comment);
    void deployPressed(const QString& name);

private:
    QString m_name;
    SectionTitle* m_title;
    StateBadge* m_state;
    FactGrid* m_facts;
    QPlainTextEdit* m_changes;
    FactGrid* m_artifacts;
    FactGrid* m_approvals;
    QLineEdit* m_comment;
    Button* m_approve;
    Button* m_deploy;
};

/// The next release as it is proposed: version to be changed, change log to be read. A pure view.
class ProposalPage : public QWidget {
    Q_OBJECT
public:
    explicit ProposalPage(QWidget* parent = nullptr);
    void setProposal(const release::Proposal& proposal);
    void setError(const Error& error);
    void setBusy();

Q_SIGNALS:
    void createPressed(const QString& version);
    void closePressed();

private:
    Text* m_reason;
    QLineEdit* m_version;
    QPlainTextEdit* m_changes;
    Button* m_create;
};

}  // namespace analemma::ui
