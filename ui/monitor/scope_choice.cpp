#include "ui/monitor/scope_choice.h"

#include "core/base/text.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/parts.h"

#include <QComboBox>
#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qsizetype kMostChips = 6;
constexpr int kScopeText = 40;

}  // namespace

ScopeChoice::ScopeChoice(const QString& id, const QString& name, QWidget* parent)
    : QWidget(parent), m_id(id), m_chips(new ChipBar), m_list(new QComboBox)
{
    setObjectName(id);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_chips->setObjectName(id + u".chips"_s);
    m_list->setObjectName(id + u".list"_s);
    m_list->setAccessibleName(name);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    if (!name.isEmpty()) {
        row->addWidget(new Text(name, Type::Body, Token::Quiet));
    }
    row->addWidget(m_chips);
    row->addWidget(m_list);
    m_list->hide();
    connect(m_chips, &ChipBar::changed, this, [this] { Q_EMIT changed(chosen()); });
    connect(m_list, &QComboBox::activated, this, [this] { Q_EMIT changed(chosen()); });
}

void ScopeChoice::setChoices(const QList<std::pair<QString, QString>>& choices)
{
    m_chips->clear();
    m_list->clear();
    const bool chips = choices.size() <= kMostChips;
    m_chips->setVisible(chips);
    m_list->setVisible(!chips);
    for (const auto& [id, text] : choices) {
        const QString shown = displayText(text, kScopeText);
        if (chips) {
            m_chips->addChip(m_id + u'.' + id, shown);
        } else {
            m_list->addItem(shown, id);
        }
    }
}

QString ScopeChoice::chosen() const
{
    return m_list->count() > 0 ? m_list->currentData().toString()
                               : m_chips->chosen().value(0).mid(m_id.size() + 1);
}

void ScopeChoice::choose(const QString& id)
{
    if (m_list->count() == 0) {
        m_chips->choose(m_id + u'.' + id);
    } else if (const int row = m_list->findData(id); row >= 0 && row != m_list->currentIndex()) {
        m_list->setCurrentIndex(row);
        Q_EMIT changed(id);
    }
}

}  // namespace analemma::ui
