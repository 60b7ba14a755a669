#pragma once

#include "core/ssh/keys.h"
#include "ui/widgets/parts.h"

class QComboBox;
class QLineEdit;

namespace analemma::ui {

/// Asks for what a new key needs. The passphrase leaves it as a Secret and the fields are emptied.
class NewKeyPage : public Card {
    Q_OBJECT
public:
    explicit NewKeyPage(QWidget* parent = nullptr);
    /// `folder`: where it will lie; `taken`: names of files that are there.
    void begin(const QString& folder, const QStringList& taken, const QString& comment);
    void setBusy(bool busy);
    void setError(const Error& error);

Q_SIGNALS:
    void makePressed(const analemma::ssh::NewKey& request);
    void closePressed();

private:
    void check();
    void make();
    QString m_folder;
    QStringList m_taken;
    QLineEdit* m_name;
    QComboBox* m_kind;
    QLineEdit* m_comment;
    QLineEdit* m_passphrase;
    QLineEdit* m_again;
    Text* m_note;
    Button* m_make;
    bool m_busy = false;
};

}  // namespace analemma::ui
