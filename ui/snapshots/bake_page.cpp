#include "ui/snapshots/bake_page.h"

#include <QComboBox>

using namespace Qt::StringLiterals;

namespace analemma::ui {

BakePage::BakePage(QWidget* parent)
    : PlanPage(tr("Bake an image"), parent), m_recipe(new QComboBox), m_release(new QComboBox)
{
    setObjectName(u"bake-page"_s);
    m_recipe->setObjectName(u"recipe-choice"_s);
    m_release->setObjectName(u"release-choice"_s);
    addChoice(tr("Recipe"), m_recipe);
    addChoice(tr("Release"), m_release);
    connect(m_recipe, &QComboBox::activated, this, &BakePage::choose);
    connect(m_release, &QComboBox::activated, this, &BakePage::choose);
}

void BakePage::begin(const QStringList& recipes, const QStringList& releases)
{
    m_recipe->clear();
    m_recipe->addItems(recipes);
    m_release->clear();
    m_release->addItems(releases);
    PlanPage::begin();
    Q_EMIT chosen();
}

void BakePage::choose()
{
    planAnew();
    Q_EMIT chosen();
}

deploy::BakeRequest BakePage::request() const
{
    deploy::BakeRequest request;
    request.recipe = m_recipe->currentText();
    request.release = m_release->currentText();
    return request;
}

}  // namespace analemma::ui
