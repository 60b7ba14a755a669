#pragma once

#include <QDialog>

namespace analemma::app {

/// What is shown when there is no workspace: one sentence, one button, one sample.
class Welcome : public QDialog {
    Q_OBJECT
public:
    explicit Welcome(const QString& sampleFolder, QWidget* parent = nullptr);

Q_SIGNALS:
    void sampleWanted();
    void folderChosen(const QString& folder);

private:
    void chooseFolder();
};

}  // namespace analemma::app
