#include "ui/environments/environments_panel.h"

#include "core/base/text.h"
#include "core/lifecycle/past.h"
#include "ui/environments/deploy_page.h"
#include "ui/shell/reader.h"
#include "ui/shell/time_machine.h"
#include "ui/widgets/column_scroll.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostOfJournal = 2'000;

QList<Column> generationColumns()
{
    return {{u"state"_s, EnvironmentsPanel::tr("State"), ColumnKind::State, 110},
            {u"number"_s, EnvironmentsPanel::tr("Generation"), ColumnKind::Number, 90},
            {u"release"_s, EnvironmentsPanel::tr("Release"), ColumnKind::Text, 110},
            {u"commit"_s, EnvironmentsPanel::tr("Commit"), ColumnKind::Fixed, 90, false, false, 2},
            {u"servers"_s, EnvironmentsPanel::tr("Servers"), ColumnKind::Text, 200, true},
            {u"since"_s, EnvironmentsPanel::tr("Since"), ColumnKind::Age, 110, false, false, 1},
            {u"created"_s, EnvironmentsPanel::tr("Made"), ColumnKind::Age, 110, false, false, 3}};
}

Record generationRecord(const deploy::Generation& one, const QDateTime& now)
{
    Record record;
    record.id = QString::number(one.number);
    record.fields = {Field::state(markOf(one.state), wordOfState(one.state)),
                     Field::number(qint64(one.number)),
                     Field::text_(displayText(one.release, 40)),
                     Field::hash(one.commit),
                     Field::text_(one.servers.join(u", "_s)),
                     Field::age(one.since, now),
                     Field::age(one.created, now)};
    return record;
}

}  // namespace

EnvironmentsPanel::EnvironmentsPanel(const Context& context, QWidget* parent)
    : Panel(context, u"environments"_s, tr("Environments"), u"environments"_s, parent),
      m_cardColumn(new QVBoxLayout),
      m_tableTitle(new SectionTitle(tr("Generations"))),
      m_model(new RecordModel(generationColumns(), this)),
      m_table(new DataTable(u"generations"_s, m_model)),
      m_page(new DeployPage),
      m_empty(new EmptyState),
      m_reader(new Reader(
          120, [this] { return read(); }, this)),
      m_every(new QTimer(this)),
      m_pastHealth(new PastHealthReader(context.series, this))
{
    auto* list = new QWidget;
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, metric::grid, 0);
    column->setSpacing(metric::grid * 2);
    m_cardColumn->setSpacing(metric::grid * 2);
    column->addLayout(m_cardColumn);
    column->addWidget(m_tableTitle);
    m_table->setMinimumHeight(220);
    m_table->emptyState()->setText(u"deploy"_s, tr("Nothing was deployed here yet."));
    column->addWidget(m_table, 1);
    m_empty->setText(
        u"environments"_s,
        tr("An environment is where a release runs: its servers, their health, their balancer."),
        tr("Add one under environments: in analemma.yaml."));
    column->addWidget(m_empty);
    m_empty->hide();
    m_scroll = new ColumnScroll(list);
    m_split = new SplitPage(u"environments-split"_s, m_scroll, m_page, tr("Environments"), this);
    m_split->setShare(0.56);
    setContent(m_split);

    m_every->setInterval(1000);
    connect(m_every, &QTimer::timeout, this, &EnvironmentsPanel::sample);
    connect(m_page, &PlanPage::closePressed, this, [this] { m_split->closeDetail(); });
    connect(m_page, &DeployPage::releaseChosen, this, &EnvironmentsPanel::preview);
    connect(m_page, &PlanPage::goPressed, this, &EnvironmentsPanel::go);
    connect(m_page, &PlanPage::cancelPressed, this, [this](const QString& operation) {
        if (!operation.isEmpty() && this->context().engine != nullptr) {
            then(this->context().engine->cancel(operation), this,
                 [this](const Result<void>& asked) {
                     if (!asked) {
                         showError(asked.error());
                     }
                 });
        }
    });

    // Its buttons stand on the cards; these are for the palette.
    m_acts.append(addCommand(u"environments.deploy"_s, tr("Deploy…"), u"deploy"_s,
                             [this] { openDeploy(m_chosen, {}); }, {}));
    m_acts.append(addCommand(u"environments.rollback"_s, tr("Roll back"), u"undo"_s,
                             [this] { rollBack(m_chosen, 0); }, {}));
    auto* again = addCommand(u"environments.generation"_s, tr("Go to this generation"), u"undo"_s,
                             [this] { rollBack(m_chosen, m_table->currentId().toInt()); }, {});
    m_acts.append(again);
    m_table->addRowAction(again);
    connect(m_pastHealth, &PastHealthReader::done, this, [this] {
        if (moment()) {
            setEnvironments(m_views, m_targets, m_releases, now());
        }
    });
    if (context.time) {
        connect(context.time, &TimeMachine::changed, this, &EnvironmentsPanel::followTime);
    }
    if (context.deployments) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.engine) {
        connect(context.engine, &engine::Engine::changed, this, [this](const QString& operation) {
            if (operation == m_page->operation()) {
                follow(operation);
            }
        });
    }
}

void EnvironmentsPanel::activate()
{
    m_every->start();
    m_reader->read();
}

void EnvironmentsPanel::deactivate()
{
    m_every->stop();
}

bool EnvironmentsPanel::read()
{
    if (context().deployments == nullptr || context().releases == nullptr) {
        return false;
    }
    then(context().releases->releases(QString()), this,
         [this](const Result<QList<release::Release>>& releases) {
             if (releases) {
                 m_releases = *releases;
             }
             then(context().deployments->environments(), this,
                  [this](const Result<QList<deploy::EnvironmentView>>& views) {
                      m_reader->done();
                      if (views) {
                          readTargets(*views);
                      } else {
                          showError(views.error());
                      }
                  });
         });
    return true;
}

void EnvironmentsPanel::readTargets(const QList<deploy::EnvironmentView>& views)
{
    for (const deploy::EnvironmentView& view : views) {
        const QString name = view.spec.name;
        then(context().deployments->rollbackTarget(name), this,
             [this, name](const Result<deploy::RollbackTarget>& target) {
                 if (target) {
                     m_targets[name] = *target;
                     setEnvironments(m_views, m_targets, m_releases, now());
                 }
             });
    }
    setEnvironments(views, m_targets, m_releases, now());
    if (!views.isEmpty()) {
        Q_EMIT refreshed(views.first().asOf);
    }
}

void EnvironmentsPanel::sample()
{
    if (context().deployments == nullptr || m_sampling || !isVisible() || moment()) {
        return;
    }
    m_sampling = true;
    then(context().deployments->environments(), this,
         [this](const Result<QList<deploy::EnvironmentView>>& views) {
             m_sampling = false;
             if (!views) {
                 return;
             }
             for (const deploy::EnvironmentView& view : *views) {
                 if (EnvironmentCard* one = card(view.spec.name)) {
                     one->addSample(view.balancer, view.asOf);
                 }
             }
             setEnvironments(*views, m_targets, m_releases, now());
             if (!views->isEmpty()) {
                 Q_EMIT refreshed(views->first().asOf);
             }
         });
}

QList<release::Release> EnvironmentsPanel::releasesFor(const workspace::Environment& spec) const
{
    const QString repository = context().workspace.images.value(spec.image).repository;
    QList<release::Release> fitting = m_releases;
    fitting.removeIf([&](const release::Release& one) {
        return !repository.isEmpty() && one.repository != repository;
    });
    return fitting;
}

std::optional<QDateTime> EnvironmentsPanel::moment() const
{
    const TimeMachine* time = context().time;
    return time != nullptr && time->isPast()
               ? std::optional(QDateTime::fromMSecsSinceEpoch(*time->moment()))
               : std::nullopt;
}

/// The journal is read once a journey: what is asked for is over.
void EnvironmentsPanel::followTime()
{
    for (QAction* action : std::as_const(m_acts)) {
        ui::setRefusal(action, context().time->refusal());
    }
    if (const auto at = moment()) {
        m_pastHealth->read(context().workspace.environmentOrder + m_order, at->toMSecsSinceEpoch());
    } else {
        m_pastHealth->stop();
    }
    if (!moment()) {
        m_journal.clear();
    } else if (!m_page->isRunning()) {
        m_split->closeDetail();
    }
    if (moment() && m_journal.isEmpty() && context().engine != nullptr) {
        then(context().engine->operations({}, kMostOfJournal), this,
             [this](const Result<QList<engine::Operation>>& journal) {
                 if (journal) {
                     m_journal = *journal;
                 } else {
                     showError(journal.error());
                 }
                 setEnvironments(m_views, m_targets, m_releases, now());
             });
    }
    setEnvironments(m_views, m_targets, m_releases, now());
}

deploy::EnvironmentView EnvironmentsPanel::pastOf(const deploy::EnvironmentView& view) const
{
    deploy::EnvironmentView past = view;
    past.members.clear();
    past.warm.clear();
    past.operation.clear();
    past.balancer = {};
    past.health = healthOf(m_pastHealth->of(view.spec.name));
    past.asOf = *moment();
    past.active.reset();
    past.generations.removeIf(
        [&](const deploy::Generation& one) { return one.created > past.asOf; });
    const auto served =
        lifecycle::servedAt(m_journal, context().workspace, view.spec.name, past.asOf);
    for (deploy::Generation& one : past.generations) {
        const bool serves = served && one.number == served->generation;
        one.state = serves ? u"active"_s : QString();
        one.since = serves ? served->since : QDateTime();
        if (serves) {
            past.active = one;
        }
    }
    if (served && !past.active) {
        deploy::Generation one;  // its record is gone
        one.environment = view.spec.name;
        one.number = served->generation;
        one.release = served->release;
        one.commit = served->commit;
        one.state = u"active"_s;
        one.since = served->since;
        past.active = one;
    }
    return past;
}

EnvironmentFacts EnvironmentsPanel::factsOf(const deploy::EnvironmentView& view) const
{
    EnvironmentFacts facts;
    if (moment()) {
        facts.view = pastOf(view);
        facts.past = m_pastHealth->of(view.spec.name);
        facts.refusal = context().time->refusal();
        return facts;
    }
    facts.view = view;
    facts.target = m_targets.value(view.spec.name);
    if (!facts.target.possible && facts.target.reason.isEmpty()) {
        facts.target.reason = tr("Nothing is live in %1.").arg(view.spec.name);
    }
    const QString live = view.active ? view.active->release : QString();
    const QList<release::Release> fitting = releasesFor(view.spec);
    if (!fitting.isEmpty() && fitting.first().version != live) {
        facts.newest = fitting.first().version;
        const qsizetype missing = view.spec.approvals - fitting.first().approvals.size();
        if (missing > 0) {
            facts.newestMissing = tr("%n approvals missing", nullptr, static_cast<int>(missing));
        }
    }
    return facts;
}

void EnvironmentsPanel::setEnvironments(const QList<deploy::EnvironmentView>& views,
                                        const QMap<QString, deploy::RollbackTarget>& targets,
                                        const QList<release::Release>& releases,
                                        const QDateTime& at)
{
    m_views = views;
    m_targets = targets;
    m_releases = releases;
    QList<deploy::EnvironmentView> ordered = views;
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const deploy::EnvironmentView& a, const deploy::EnvironmentView& b) {
                         return a.spec.production && !b.spec.production;
                     });
    m_empty->setVisible(views.isEmpty());
    m_tableTitle->setVisible(!views.isEmpty());
    m_table->setVisible(!views.isEmpty());
    int needing = 0;
    for (const deploy::EnvironmentView& view : ordered) {
        const QString name = view.spec.name;
        EnvironmentCard*& one = m_cards[name];
        if (one == nullptr) {
            one = new EnvironmentCard(name, view.spec.production);
            m_cardColumn->addWidget(one);
            m_order.append(name);
            if (m_order.size() == 1) {
                m_scroll->setFocusProxy(one);
            }
            connect(one, &EnvironmentCard::chosen, this, &EnvironmentsPanel::choose);
            connect(one, &EnvironmentCard::deployAsked, this,
                    [this](const QString& where) { openDeploy(where, {}); });
            connect(one, &EnvironmentCard::rollbackAsked, this,
                    [this](const QString& where) { rollBack(where, 0); });
            connect(one, &EnvironmentCard::copyAsked, this, [this](const QString& text) {
                QGuiApplication::clipboard()->setText(text);
                Q_EMIT notice({lifecycle::Mark::Ok, tr("Copied %1").arg(text), {}, {}, 3});
            });
        }
        one->setFacts(factsOf(view), moment().value_or(at));
        needing += view.health == "down"_L1 || view.health == "degraded"_L1 ? 1 : 0;
    }
    if (m_chosen.isEmpty() && !m_order.isEmpty()) {
        choose(m_order.first());
    }
    setSummary(tr("%n environments", nullptr, static_cast<int>(views.size())));
    Q_EMIT attention(needing);
    showGenerations();
}

EnvironmentCard* EnvironmentsPanel::card(const QString& environment) const
{
    return m_cards.value(environment);
}

void EnvironmentsPanel::choose(const QString& environment)
{
    m_chosen = environment;
    m_tableTitle->setTitle(tr("Generations of %1").arg(environment));
    showGenerations();
}

void EnvironmentsPanel::showGenerations()
{
    QList<Record> records;
    for (const deploy::EnvironmentView& view : m_views) {
        if (view.spec.name == m_chosen) {
            const QList<deploy::Generation> shown =
                moment() ? pastOf(view).generations : view.generations;
            for (const deploy::Generation& one : shown) {
                records.append(generationRecord(one, moment().value_or(now())));
            }
        }
    }
    m_model->setRecords(records);
}

void EnvironmentsPanel::select(const QString& item)
{
    if (m_cards.contains(item)) {
        choose(item);
        m_cards[item]->setFocus();
        return;
    }
    for (const release::Release& one : m_releases) {
        if (one.version == item || one.id() == item) {
            openDeploy(m_chosen, one.version);
            return;
        }
    }
}

bool EnvironmentsPanel::stepBack()
{
    if (m_split->isDetailOpen() && !m_page->isRunning()) {
        m_split->closeDetail();
        return true;
    }
    return false;
}

QList<Finding> EnvironmentsPanel::findings() const
{
    QList<Finding> found;
    for (const deploy::EnvironmentView& view : m_views) {
        const QString live =
            view.active ? displayText(view.active->release, 40) : tr("nothing live");
        found.append({view.spec.name, live, u"environments"_s, view.spec.name});
    }
    return found;
}

// ---- deploy -------------------------------------------------------------------------------------

void EnvironmentsPanel::openDeploy(const QString& environment, const QString& release)
{
    if (moment()) {
        Q_EMIT notice({lifecycle::Mark::Waiting, context().time->refusal(), {}, {}, 5});
        return;
    }
    const EnvironmentCard* one = card(environment);
    const QList<release::Release> fitting =
        one == nullptr ? QList<release::Release>() : releasesFor(one->facts().view.spec);
    if (fitting.isEmpty()) {
        Q_EMIT notice({lifecycle::Mark::Waiting, tr("There is no release to deploy yet."),
                       tr("Releases"), [this] { Q_EMIT openPanel(u"releases"_s, {}); }, 10});
        return;
    }
    choose(environment);
    QStringList versions;
    for (const release::Release& known : fitting) {
        versions.append(known.version);
    }
    m_planned = one->facts().view.expected;
    m_page->begin(environment, one->facts().view.spec.production, versions,
                  versions.contains(release) ? release : versions.first());
    m_split->openDetail();
    m_page->setFocus();
    preview();
}

deploy::DeployRequest EnvironmentsPanel::request() const
{
    deploy::DeployRequest request;
    request.environment = m_page->environment();
    request.release = m_page->release();
    request.expected = m_planned;
    return request;
}

void EnvironmentsPanel::preview()
{
    if (context().deployments == nullptr) {
        return;
    }
    const deploy::DeployRequest asked = request();
    then(context().deployments->previewDeploy(asked), this,
         [this, asked](const Result<engine::Preview>& plan) {
             if (m_page->isRunning() || m_page->release() != asked.release ||
                 m_page->environment() != asked.environment) {
                 return;  // another choice was made meanwhile
             }
             if (plan) {
                 m_page->setPreview(*plan);
             } else {
                 m_page->setError(plan.error());
             }
         });
}

void EnvironmentsPanel::go()
{
    if (context().deployments == nullptr || moment()) {
        return;
    }
    then(context().deployments->deploy(request(), CancelToken()), this,
         [this](const Result<QString>& id) {
             if (id) {
                 follow(*id);
             } else {
                 m_page->setError(id.error());
             }
         });
}

void EnvironmentsPanel::follow(const QString& operation)
{
    if (context().engine == nullptr) {
        return;
    }
    then(context().engine->operation(operation), this,
         [this](const Result<engine::Operation>& read) {
             if (read) {
                 m_page->setOperation(*read);
             }
         });
}

// ---- roll back ----------------------------------------------------------------------------------

void EnvironmentsPanel::rollBack(const QString& environment, int to)
{
    if (moment()) {
        Q_EMIT notice({lifecycle::Mark::Waiting, context().time->refusal(), {}, {}, 5});
        return;
    }
    const EnvironmentCard* one = card(environment);
    if (one == nullptr || context().deployments == nullptr) {
        return;
    }
    deploy::RollbackRequest request;
    request.environment = environment;
    request.to = to;
    request.expected = one->facts().view.expected;
    then(context().deployments->rollback(request, CancelToken()), this,
         [this](const Result<QString>& id) {
             if (!id) {
                 showError(id.error());
                 return;
             }
             then(context().engine->finished(*id, CancelToken()), this,
                  [this](const Result<engine::Operation>& done) {
                      if (done) {
                          rolledBack(*done);
                      } else {
                          showError(done.error());
                      }
                      m_reader->read();
                  });
         });
}

void EnvironmentsPanel::rolledBack(const engine::Operation& operation)
{
    const QString environment = operation.result[u"environment"_s].toString();
    if (operation.outcome != engine::Outcome::Ok) {
        Q_EMIT notice({lifecycle::Mark::Failed, displayText(operation.reason, 300), {}, {}, 10});
        return;
    }
    const int from = operation.result[u"from"_s].toInt();
    const milliseconds took(operation.created.msecsTo(operation.finished));
    const QString text =
        tr("%1 serves %2 again, in %3.")
            .arg(environment, operation.result[u"release"_s].toString(), durationText(took));
    Q_EMIT notice({lifecycle::Mark::Ok, text, tr("Undo"),
                   [this, environment, from] { rollBack(environment, from); }, 10});
}

}  // namespace analemma::ui
