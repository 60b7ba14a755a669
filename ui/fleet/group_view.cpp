#include "ui/fleet/group_view.h"

#include "core/base/text.h"
#include "ui/fleet/fleet_words.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString idOf(const operate::FleetGroup& group)
{
    return u"%1/%2/%3/%4"_s.arg(toString(group.state), QString::number(group.exitCode),
                                group.sha256, group.sha256.isEmpty() ? group.reason : QString());
}

Record recordOf(const operate::FleetGroup& group)
{
    Record record;
    record.id = idOf(group);
    Field state = Field::state(markOf(group.state), wordOf(group.state));
    if (group.state == operate::StepState::Failed && group.exitCode >= 0) {
        state.text += u' ' + QString::number(group.exitCode);
    }
    const QString hosts = displayText(group.hosts.join(u", "_s), 2000);
    record.fields = {state, Field::text_(groupTitle(group), hosts)};
    return record;
}

}  // namespace

GroupView::GroupView(QWidget* parent)
    : QWidget(parent),
      m_model(new RecordModel({{u"state"_s, tr("State"), ColumnKind::State, 132},
                               {u"said"_s, tr("What they said"), ColumnKind::Text, 140, true}},
                              this)),
      m_table(new DataTable(u"fleet-groups"_s, m_model)),
      m_difference(new QCheckBox(tr("Only what differs from the largest group"))),
      m_who(new Text({}, Type::Body, Token::Quiet)),
      m_pane(new LogPane)
{
    setObjectName(u"group-view"_s);
    m_table->setRemembering(false);
    m_table->view()->setAccessibleName(tr("Servers by what they said"));
    m_table->setMinimumWidth(300);
    m_who->setObjectName(u"fleet-who"_s);
    m_who->setElided(true);
    m_table->emptyState()->setText(u"waiting"_s, tr("No server has ended yet."));
    m_difference->setObjectName(u"fleet-difference"_s);
    m_pane->setTitle(tr("Output"));
    m_pane->log()->setObjectName(u"fleet-output"_s);
    m_pane->log()->setAccessibleName(tr("Output of the chosen servers"));
    m_pane->log()->setPlaceholder(tr("They wrote nothing."));
    auto* right = new QVBoxLayout;
    right->setSpacing(metric::half);
    right->addWidget(m_who);
    right->addWidget(m_pane, 1);
    right->addWidget(m_difference);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::grid * 2);
    layout->addWidget(m_table, 1);
    layout->addLayout(right, 1);
    connect(m_table, &DataTable::currentChanged, this, [this](const QString& id) {
        if (!id.isEmpty()) {
            m_host.clear();
            refresh();
        }
    });
    connect(m_difference, &QCheckBox::toggled, this, &GroupView::refresh);
}

LogView* GroupView::log() const
{
    return m_pane->log();
}

const operate::FleetGroup* GroupView::group(const QString& id) const
{
    const auto found =
        std::find_if(m_groups.cbegin(), m_groups.cend(),
                     [&](const operate::FleetGroup& one) { return idOf(one) == id; });
    return found == m_groups.cend() ? nullptr : &*found;
}

const operate::HostStep* GroupView::step(const QString& host) const
{
    const auto found = std::find_if(m_steps.cbegin(), m_steps.cend(),
                                    [&](const operate::HostStep& one) { return one.host == host; });
    return found == m_steps.cend() ? nullptr : &*found;
}

void GroupView::setSteps(const QList<operate::HostStep>& steps)
{
    m_steps = steps;
    m_groups = grouped(steps);
    QList<Record> records;
    for (const operate::FleetGroup& one : m_groups) {
        records.append(recordOf(one));
    }
    m_model->setRecords(records);
    const QString watched = m_host;  // showing one forgets the one that is watched
    if (const operate::HostStep* one = step(watched); one != nullptr && isFinal(one->state)) {
        showHost(watched);
    } else if (m_table->currentId().isEmpty() && m_host.isEmpty() && !m_groups.isEmpty()) {
        m_table->selectId(idOf(m_groups.first()));
    }
    refresh();
}

void GroupView::forget()
{
    m_host.clear();
    m_tail.clear();
    m_steps.clear();
    m_groups.clear();
    m_model->setRecords({});
    refresh();
}

void GroupView::setOutput(const QString& sha256, const QByteArray& output)
{
    m_outputs.insert(sha256, output);
    refresh();
}

void GroupView::setTail(const QString& host, const QByteArray& tail)
{
    m_tailOf = host;
    m_tail = tail;
    refresh();
}

void GroupView::showHost(const QString& host)
{
    const operate::HostStep* one = step(host);
    if (one == nullptr) {
        return;
    }
    m_host.clear();
    if (!isFinal(one->state)) {
        m_host = host;
        m_table->view()->clearSelection();
    } else {
        for (const operate::FleetGroup& group : m_groups) {
            if (group.hosts.contains(host)) {
                m_table->selectId(idOf(group));
            }
        }
    }
    refresh();
}

void GroupView::refresh()
{
    const operate::FleetGroup* chosen = group(m_table->currentId());
    QString title;
    QByteArray text;
    bool comparable = false;
    if (!m_host.isEmpty()) {
        title = tr("%1, so far").arg(displayText(m_host, 80));
        text = m_tailOf == m_host ? m_tail : QByteArray();
    } else if (chosen != nullptr) {
        title = groupDetail(*chosen);
        comparable = chosen != &m_groups.first() && !chosen->sha256.isEmpty() &&
                     !m_groups.first().sha256.isEmpty();
        QStringList wanted{chosen->sha256};
        if (comparable && m_difference->isChecked()) {
            wanted.append(m_groups.first().sha256);
        }
        for (const QString& sha256 : wanted) {
            if (!sha256.isEmpty() && !m_outputs.contains(sha256)) {
                Q_EMIT outputWanted(sha256);
            }
        }
        text = wanted.size() == 2
                   ? lineDifference(m_outputs.value(wanted[1]), m_outputs.value(wanted[0]))
                   : m_outputs.value(chosen->sha256);
        if (chosen->sha256.isEmpty() && !chosen->reason.isEmpty()) {
            text = displayText(chosen->reason, 2000).toUtf8();
        }
        const operate::HostStep* first = step(chosen->hosts.first());
        if (first != nullptr && first->isCut() && wanted.size() == 1) {
            text += u"\n%1\n"_s
                        .arg(tr("Cut off: %1 of %2 are kept.")
                                 .arg(sizeText(first->keptBytes), sizeText(first->totalBytes)))
                        .toUtf8();
        }
    }
    m_difference->setEnabled(comparable);
    m_difference->setToolTip(comparable ? QString()
                                        : tr("Choose a group that said something else."));
    const QString key = title + u'\n' + QString::fromUtf8(text);
    if (std::exchange(m_shown, key) != key) {
        m_who->setText(title);
        m_pane->log()->clear();
        m_pane->log()->append(text);
    }
}

}  // namespace analemma::ui
