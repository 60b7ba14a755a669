#include "ui/environments/deploy_page.h"

#include <QComboBox>

using namespace Qt::StringLiterals;

namespace analemma::ui {

DeployPage::DeployPage(QWidget* parent) : PlanPage(QString(), parent), m_releases(new QComboBox)
{
    setObjectName(u"deploy-page"_s);
    m_releases->setObjectName(u"release-choice"_s);
    addChoice(tr("Release"), m_releases);
    connect(m_releases, &QComboBox::activated, this, [this] {
        planAnew();
        Q_EMIT releaseChosen();
    });
}

void DeployPage::begin(const QString& environment, bool production, const QStringList& releases,
                       const QString& chosen)
{
    m_environment = environment;
    const bool say = production && environment != "production"_L1;
    setTitle(say ? tr("Deploy to %1 (production)").arg(environment)
                 : tr("Deploy to %1").arg(environment));
    m_releases->clear();
    m_releases->addItems(releases);
    m_releases->setCurrentText(chosen);
    PlanPage::begin();
}

QString DeployPage::release() const
{
    return m_releases->currentText();
}

}  // namespace analemma::ui
