#include "ui/keys/key_change_page.h"

#include "core/base/text.h"
#include "ui/keys/key_card.h"
#include "ui/widgets/list_delegate.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

KeyChangePage::KeyChangePage(QWidget* parent)
    : PlanPage(tr("Put a key on servers"), parent),
      m_old(new QComboBox),
      m_choice(new QWidget),
      m_servers(new QListWidget),
      m_count(new Text({}, Type::Caption, Token::Quiet))
{
    setObjectName(u"key-change"_s);
    m_old->setObjectName(u"key-old"_s);
    m_old->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_old->setMinimumContentsLength(24);
    m_servers->setObjectName(u"key-servers"_s);
    m_servers->setAccessibleName(tr("Servers"));
    m_servers->setUniformItemSizes(true);
    m_servers->setItemDelegate(new ListDelegate(m_servers));
    m_servers->setMaximumHeight(180);
    auto* every = new Button(Button::Look::Quiet, tr("All"));
    every->setObjectName(u"key-all-servers"_s);
    auto* none = new Button(Button::Look::Quiet, tr("None"));
    none->setObjectName(u"key-no-servers"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(m_count, 1);
    row->addWidget(every);
    row->addWidget(none);
    auto* choice = new QVBoxLayout(m_choice);
    choice->setContentsMargins(0, 0, 0, 0);
    choice->setSpacing(metric::half);
    choice->addLayout(row);
    choice->addWidget(m_servers);
    addChoice(tr("Take out"), m_old);
    static_cast<QVBoxLayout*>(layout())->insertWidget(2, m_choice);
    connect(m_old, &QComboBox::activated, this, &KeyChangePage::choose);
    connect(m_servers, &QListWidget::itemChanged, this, &KeyChangePage::choose);
    const auto checkAll = [this](Qt::CheckState state) {
        {
            const QSignalBlocker quiet(m_servers);
            for (int i = 0; i < m_servers->count(); ++i) {
                if (m_servers->item(i)->flags().testFlag(Qt::ItemIsEnabled)) {
                    m_servers->item(i)->setCheckState(state);
                }
            }
        }
        choose();
    };
    connect(every, &QPushButton::clicked, this, [checkAll] { checkAll(Qt::Checked); });
    connect(none, &QPushButton::clicked, this, [checkAll] { checkAll(Qt::Unchecked); });
}

void KeyChangePage::begin(const ssh::KeyInfo& key, const std::vector<ssh::KeyInfo>& all,
                          const QList<KeyServer>& servers)
{
    m_key = key;
    m_others.clear();
    setTitle(tr("Put %1 on servers").arg(nameText(key)));
    m_old->clear();
    m_old->addItem(tr("none: other keys stay"));
    for (const ssh::KeyInfo& one : all) {
        if (!one.key.isEmpty() && one.key != key.key) {
            m_others.push_back(one);
            m_old->addItem(nameText(one) + u"  "_s + one.key.fingerprint().left(18));
        }
    }
    const QSignalBlocker quiet(m_servers);
    m_servers->clear();
    for (const KeyServer& server : servers) {
        QString text = displayText(server.name, 80);
        if (!server.environment.isEmpty()) {
            const QString word = displayText(server.environment, 40);
            text += u"   "_s + (server.production ? word.toUpper() : word);
        }
        auto* item = new QListWidgetItem(text);
        item->setData(Qt::UserRole, server.name);
        item->setCheckState(Qt::Unchecked);
        if (server.production) {
            item->setForeground(colour(Token::Production));
        }
        if (!server.refusal.isEmpty()) {
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
            item->setToolTip(server.refusal);
        }
        m_servers->addItem(item);
    }
    m_choice->setEnabled(true);
    PlanPage::begin();
    choose();
}

void KeyChangePage::follow(const engine::Operation& operation)
{
    m_choice->setEnabled(false);
    setOperation(operation);
}

void KeyChangePage::choose()
{
    const qsizetype count = change().servers.size();
    m_count->setText(tr("%n servers chosen", nullptr, static_cast<int>(count)));
    if (!isRunning()) {
        planAnew();
        Q_EMIT chosen();
    }
}

operate::KeyChange KeyChangePage::change() const
{
    operate::KeyChange change;
    change.add = m_key.key;
    change.addFile = m_key.hasPrivate ? m_key.path : QString();
    change.comment = m_key.comment;
    const int old = m_old->currentIndex() - 1;
    if (old >= 0 && old < int(m_others.size())) {
        change.remove = m_others[std::size_t(old)].key;
    }
    for (int i = 0; i < m_servers->count(); ++i) {
        if (m_servers->item(i)->checkState() == Qt::Checked) {
            change.servers.append(m_servers->item(i)->data(Qt::UserRole).toString());
        }
    }
    return change;
}

}  // namespace analemma::ui
