#include "app/welcome.h"

#include "ui/shell/icons.h"
#include "ui/shell/theme.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::app {

Welcome::Welcome(const QString& sampleFolder, QWidget* parent) : QDialog(parent)
{
    setObjectName(u"welcome"_s);
    setWindowTitle(tr("Analemma"));
    auto* title = new QLabel(tr("Take a commit to users, and be able to take it back"), this);
    title->setFont(ui::fontOf(ui::Type::Title, QFont::DemiBold));
    auto* text = new QLabel(
        tr("A workspace is a folder with an analemma.yaml. The sample is a small web shop "
           "with two commits to deliver; it runs on this machine alone and is made in %1.")
            .arg(sampleFolder),
        this);
    text->setWordWrap(true);
    auto* sample = new QPushButton(ui::lineIcon(u"play"_s), tr("Make the &sample"), this);
    sample->setObjectName(u"welcome.sample"_s);
    sample->setDefault(true);
    auto* open = new QPushButton(ui::lineIcon(u"workspace"_s), tr("&Open a workspace…"), this);
    open->setObjectName(u"welcome.open"_s);
    auto* quit = new QPushButton(tr("&Quit"), this);
    quit->setObjectName(u"welcome.quit"_s);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(ui::metric::grid);
    buttons->addWidget(sample);
    buttons->addWidget(open);
    buttons->addStretch();
    buttons->addWidget(quit);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * ui::metric::grid, 4 * ui::metric::grid, 4 * ui::metric::grid,
                               3 * ui::metric::grid);
    column->setSpacing(2 * ui::metric::grid);
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(ui::metric::grid);
    column->addLayout(buttons);
    setMinimumWidth(560);

    connect(sample, &QPushButton::clicked, this, [this] {
        Q_EMIT sampleWanted();
        accept();
    });
    connect(open, &QPushButton::clicked, this, &Welcome::chooseFolder);
    connect(quit, &QPushButton::clicked, this, &QDialog::reject);
}

void Welcome::chooseFolder()
{
    auto* dialog = new QFileDialog(this, tr("Open a workspace"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        Q_EMIT folderChosen(folder);
        accept();
    });
    dialog->open();
}

}  // namespace analemma::app
