#include "ui/releases/releases_panel.h"

#include "core/base/text.h"
#include "ui/releases/releases_view.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QStackedLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> releaseColumns()
{
    return {
        {u"version"_s, ReleasesPanel::tr("Version"), ColumnKind::Text, 100},
        {u"live"_s, ReleasesPanel::tr("Live in"), ColumnKind::State, 150},
        {u"subject"_s, ReleasesPanel::tr("Subject"), ColumnKind::Text, 260, true},
        {u"commit"_s, ReleasesPanel::tr("Commit"), ColumnKind::Fixed, 90, false, false, 3},
        {u"artifacts"_s, ReleasesPanel::tr("Artifacts"), ColumnKind::Number, 84, false, false, 4},
        {u"approvals"_s, ReleasesPanel::tr("Approvals"), ColumnKind::Number, 84, false, false, 2},
        {u"created"_s, ReleasesPanel::tr("Made"), ColumnKind::Age, 104, false, false, 1}};
}

/// Versions sort by their numbers, not by their letters.
Field versionField(const QString& text)
{
    Field field = Field::text_(displayText(text, 60));
    if (const Result<release::Version> version = release::Version::parse(text)) {
        field.sort =
            u"%1.%2.%3.%4"_s.arg(version->major, 12, 10, QLatin1Char('0'))
                .arg(version->minor, 12, 10, QLatin1Char('0'))
                .arg(version->patch, 12, 10, QLatin1Char('0'))
                .arg(version->preRelease.isEmpty() ? u"~"_s : version->preRelease.join(u'.'));
    }
    return field;
}

Record releaseRecord(const release::Release& one, const QString& name, const QStringList& live,
                     const QDateTime& now)
{
    Record record;
    record.id = name;
    record.fields = {versionField(one.version),
                     live.isEmpty() ? Field::state(lifecycle::Mark::None)
                                    : Field::state(lifecycle::Mark::Ok, live.join(u", "_s)),
                     Field::text_(displayText(one.subject, 200)),
                     Field::hash(one.commit),
                     Field::number(qint64(one.artifacts.size())),
                     Field::number(qint64(one.approvals.size())),
                     Field::age(one.created, now)};
    return record;
}

}  // namespace

ReleasesPanel::ReleasesPanel(const Context& context, QWidget* parent)
    : Panel(context, u"releases"_s, tr("Releases"), u"releases"_s, parent),
      m_model(new RecordModel(releaseColumns(), this)),
      m_table(new DataTable(u"releases-table"_s, m_model)),
      m_page(new ReleasePage),
      m_proposal(new ProposalPage),
      m_detail(new QWidget),
      m_stack(new QStackedLayout(m_detail)),
      m_reader(new Reader(
          200, [this] { return read(); }, this))
{
    m_stack->addWidget(m_page);
    m_stack->addWidget(m_proposal);
    m_split = new SplitPage(u"releases-split"_s, m_table, m_detail, tr("Releases"), this);
    m_split->setShare(0.54);
    setContent(m_split);

    auto* propose = addCommand(
        u"releases.create"_s, tr("Create release…"), u"plus"_s, [this] { this->propose(); },
        QKeySequence(u"Ctrl+N"_s));
    addMainAction(propose);
    auto* openAction = addCommand(u"releases.open"_s, tr("Open release"), u"release"_s,
                                  [this] { open(m_table->currentId()); });
    auto* approveAction = addCommand(u"releases.approve"_s, tr("Approve release"), u"approve"_s,
                                     [this] { approve(m_table->currentId(), {}); });
    auto* deployAction =
        addCommand(u"releases.deploy"_s, tr("Deploy release…"), u"deploy"_s,
                   [this] { Q_EMIT openPanel(u"environments"_s, m_table->currentId()); });
    m_table->setMainAction(openAction);
    m_table->addRowAction(approveAction);
    m_table->addRowAction(deployAction);
    m_table->emptyState()->setText(
        u"releases"_s, tr("A release is a version of a commit that passed its pipeline."),
        tr("Its version is proposed from the commit messages."));
    m_table->emptyState()->setAction(propose);

    connect(m_page, &ReleasePage::approvePressed, this, &ReleasesPanel::approve);
    connect(m_page, &ReleasePage::deployPressed, this,
            [this](const QString& version) { Q_EMIT openPanel(u"environments"_s, version); });
    connect(m_proposal, &ProposalPage::createPressed, this, &ReleasesPanel::create);
    connect(m_proposal, &ProposalPage::closePressed, this, [this] { m_split->closeDetail(); });
    if (context.releases) {
        connect(context.releases, &release::Releases::changed, m_reader, &Reader::readSoon);
    }
    if (context.deployments) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
}

QString ReleasesPanel::repository() const
{
    return context().workspace.repositories.isEmpty() ? QString()
                                                      : context().workspace.repositories.firstKey();
}

void ReleasesPanel::activate()
{
    m_table->setLoading(m_releases.isEmpty() && context().releases != nullptr);
    m_reader->read();
}

bool ReleasesPanel::read()
{
    if (context().releases == nullptr || context().deployments == nullptr) {
        return false;
    }
    then(context().deployments->environments(), this,
         [this](const Result<QList<deploy::EnvironmentView>>& views) {
             Live live;
             for (const deploy::EnvironmentView& view : views.valueOr({})) {
                 if (view.active) {
                     live[{view.active->release, view.active->commit}].append(view.spec.name);
                 }
             }
             then(context().releases->releases(QString()), this,
                  [this, live](const Result<QList<release::Release>>& releases) {
                      m_reader->done();
                      m_table->setLoading(false);
                      if (!releases) {
                          showError(releases.error());
                          return;
                      }
                      setReleases(*releases, live, now());
                      Q_EMIT refreshed(now());
                  });
         });
    return true;
}

void ReleasesPanel::setReleases(const QList<release::Release>& releases, const Live& live,
                                const QDateTime& at)
{
    m_releases = releases;
    m_live = live;
    QList<Record> records;
    for (const release::Release& one : releases) {
        records.append(releaseRecord(one, nameOf(one), live.value({one.version, one.commit}), at));
    }
    m_model->setRecords(records);
    m_table->setLoading(false);
    setSummary(tr("%n releases", nullptr, static_cast<int>(releases.size())));
    if (!m_wanted.isEmpty()) {
        open(std::exchange(m_wanted, QString()));
    } else if (m_split->isDetailOpen() && m_stack->currentWidget() == m_page) {
        open(m_page->name());
    }
}

QString ReleasesPanel::nameOf(const release::Release& one) const
{
    const auto same =
        std::count_if(m_releases.begin(), m_releases.end(),
                      [&](const release::Release& other) { return other.version == one.version; });
    return same > 1 ? one.id() : one.version;
}

void ReleasesPanel::open(const QString& name)
{
    for (const release::Release& one : m_releases) {
        if (nameOf(one) == name) {
            m_page->setRelease(one, name, m_live.value({one.version, one.commit}), now());
            m_stack->setCurrentWidget(m_page);
            m_split->openDetail();
        }
    }
}

void ReleasesPanel::select(const QString& item)
{
    if (!m_table->selectId(item)) {
        m_wanted = item;
    }
    open(item);
}

bool ReleasesPanel::stepBack()
{
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        return true;
    }
    return false;
}

QList<Finding> ReleasesPanel::findings() const
{
    QList<Finding> found;
    for (const release::Release& one : m_releases) {
        found.append({tr("Release %1").arg(displayText(nameOf(one), 60)),
                      displayText(one.subject, 80), u"releases"_s, nameOf(one)});
    }
    return found;
}

void ReleasesPanel::propose()
{
    m_proposal->setBusy();
    m_stack->setCurrentWidget(m_proposal);
    m_split->openDetail();
    if (context().releases == nullptr) {
        return;
    }
    then(context().releases->propose(repository(), QString()), this,
         [this](const Result<release::Proposal>& proposal) {
             if (proposal) {
                 m_proposal->setProposal(*proposal);
             } else {
                 m_proposal->setError(proposal.error());
             }
         });
}

void ReleasesPanel::create(const QString& version)
{
    if (context().releases == nullptr) {
        return;
    }
    then(context().releases->create(repository(), QString(), version, context().actor), this,
         [this](const Result<release::Release>& made) {
             if (!made) {
                 m_proposal->setError(made.error());
                 return;
             }
             m_wanted = made->version;
             m_table->selectId(made->version);
             m_reader->read();
             Q_EMIT notice({lifecycle::Mark::Ok,
                            tr("Release %1 is made, tag %2.").arg(made->version, made->tag),
                            {},
                            {},
                            10});
         });
}

void ReleasesPanel::approve(const QString& name, const QString& comment)
{
    if (context().releases == nullptr || name.isEmpty()) {
        return;
    }
    then(context().releases->approve(name, context().actor, comment), this,
         [this](const Result<release::Release>& approved) {
             if (approved) {
                 Q_EMIT notice({lifecycle::Mark::Ok,
                                tr("You approved release %1.").arg(approved->version),
                                {},
                                {},
                                10});
                 m_reader->read();
             } else {
                 showError(approved.error());
             }
         });
}

}  // namespace analemma::ui
