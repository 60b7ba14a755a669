#include "ui/snapshots/snapshots_panel.h"

#include "core/base/text.h"
#include "ui/shell/reader.h"
#include "ui/snapshots/bake_page.h"
#include "ui/snapshots/snapshot_page.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QStackedLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> imageColumns()
{
    return {{u"id"_s, SnapshotsPanel::tr("Image"), ColumnKind::Fixed, 170},
            {u"recipe"_s, SnapshotsPanel::tr("Recipe"), ColumnKind::Text, 90, false, false, 4},
            {u"release"_s, SnapshotsPanel::tr("Release"), ColumnKind::Text, 76},
            {u"used"_s, SnapshotsPanel::tr("Used by"), ColumnKind::State, 220},
            {u"commit"_s, SnapshotsPanel::tr("Commit"), ColumnKind::Fixed, 84, false, false, 3},
            {u"size"_s, SnapshotsPanel::tr("Size"), ColumnKind::Number, 84, false, false, 1},
            {u"created"_s, SnapshotsPanel::tr("Made"), ColumnKind::Age, 104, true, false, 2}};
}

Record imageRecord(const deploy::ImageView& view, const QDateTime& now)
{
    const infra::Image& image = view.image;
    const QString users = displayText(view.usedBy.join(u", "_s), 300);
    Field used = view.usedBy.isEmpty() ? Field::state(Mark::None) : Field::state(Mark::Ok, users);
    used.tip = users;
    Record record;
    record.id = image.id;
    record.fields = {Field::text_(displayText(image.id, 120), displayText(image.id, 200)),
                     Field::text_(displayText(image.recipe, 60)),
                     Field::text_(displayText(image.provenance[u"release"_s].toString(), 60)),
                     used,
                     Field::hash(displayText(image.provenance[u"commit"_s].toString(), 64)),
                     Field::size(image.size),
                     Field::age(image.created, now)};
    return record;
}

}  // namespace

SnapshotsPanel::SnapshotsPanel(const Context& context, QWidget* parent)
    : Panel(context, u"snapshots"_s, tr("Snapshots"), u"snapshots"_s, parent),
      m_model(new RecordModel(imageColumns(), this)),
      m_table(new DataTable(u"snapshots-table"_s, m_model)),
      m_page(new SnapshotPage),
      m_bake(new BakePage),
      m_detail(new QWidget),
      m_stack(new QStackedLayout(m_detail)),
      m_reader(new Reader(
          150, [this] { return read(); }, this))
{
    build();
    if (context.deployments) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.releases) {
        connect(context.releases, &release::Releases::changed, m_reader, &Reader::readSoon);
    }
    if (context.engine) {
        connect(context.engine, &engine::Engine::changed, this, [this](const QString& operation) {
            if (operation == m_bake->operation()) {
                follow(operation);
            }
        });
    }
}

void SnapshotsPanel::build()
{
    m_stack->addWidget(m_page);
    m_stack->addWidget(m_bake);
    m_split = new SplitPage(u"snapshots-split"_s, m_table, m_detail, tr("Snapshots"), this);
    m_split->setShare(0.54);
    setContent(m_split);
    m_table->view()->setAccessibleName(tr("Images"));

    m_bakeAction = addCommand(
        u"snapshots.bake"_s, tr("Bake…"), u"plus"_s, [this] { openBake(); },
        QKeySequence(u"Ctrl+N"_s));
    addMainAction(m_bakeAction);
    auto* openAction = addCommand(u"snapshots.open"_s, tr("Open image"), u"snapshots"_s,
                                  [this] { open(m_table->currentId()); });
    auto* copyId = addCommand(u"snapshots.copy"_s, tr("Copy the image's name"), u"copy"_s, [this] {
        QGuiApplication::clipboard()->setText(m_table->currentId());
    });
    m_deleteAction = addCommand(
        u"snapshots.delete"_s, tr("Delete image…"), u"trash"_s,
        [this] {
            open(m_table->currentId());
            m_page->askDelete();
        },
        QKeySequence(Qt::Key_Delete));
    m_table->setMainAction(openAction);
    m_table->addRowAction(copyId);
    m_table->addRowAction(nullptr);
    m_table->addRowAction(m_deleteAction);
    m_table->emptyState()->setText(
        u"snapshots"_s,
        tr("An image is a server's disk with one release in it; servers start from it in seconds."),
        tr("A deploy bakes one where its release has none yet."));
    m_table->emptyState()->setAction(m_bakeAction);

    connect(m_table, &DataTable::currentChanged, this, [this](const QString& id) {
        updateActions();
        if (m_split->isDetailOpen() && m_stack->currentWidget() == m_page && !id.isEmpty()) {
            open(id);
        }
    });
    connect(m_page, &SnapshotPage::deletePressed, this, &SnapshotsPanel::remove);
    connect(m_page, &SnapshotPage::releaseAsked, this,
            [this](const QString& release) { Q_EMIT openPanel(u"releases"_s, release); });
    connect(m_page, &SnapshotPage::copyPressed, this, [this](const QString& text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT notice({Mark::Ok, tr("Copied %1").arg(displayText(text, 80)), {}, {}, 3});
    });
    connect(m_bake, &BakePage::chosen, this, &SnapshotsPanel::preview);
    connect(m_bake, &BakePage::goPressed, this, &SnapshotsPanel::bake);
    connect(m_bake, &BakePage::closePressed, this, [this] { m_split->closeDetail(); });
    connect(m_bake, &BakePage::cancelPressed, this, [this](const QString& operation) {
        if (context().engine != nullptr && !operation.isEmpty()) {
            then(context().engine->cancel(operation), this, [this](const Result<void>& asked) {
                if (!asked) {
                    showError(asked.error());
                }
            });
        }
    });
    updateActions();
}

const deploy::ImageView* SnapshotsPanel::find(const QString& image) const
{
    const auto found =
        std::find_if(m_images.cbegin(), m_images.cend(),
                     [&image](const deploy::ImageView& one) { return one.image.id == image; });
    return found == m_images.cend() ? nullptr : &*found;
}

void SnapshotsPanel::activate()
{
    m_table->setLoading(m_images.isEmpty() && context().deployments != nullptr);
    m_reader->read();
}

bool SnapshotsPanel::read()
{
    if (context().deployments == nullptr || context().releases == nullptr) {
        return false;
    }
    then(context().releases->releases(QString()), this,
         [this](const Result<QList<release::Release>>& releases) {
             const QList<release::Release> known = releases.valueOr(m_releases);
             then(context().deployments->images(), this,
                  [this, known](const Result<QList<deploy::ImageView>>& images) {
                      m_reader->done();
                      m_table->setLoading(false);
                      if (!images) {
                          showError(images.error());
                          return;
                      }
                      setImages(*images, known, now());
                      Q_EMIT refreshed(now());
                  });
         });
    return true;
}

void SnapshotsPanel::setImages(const QList<deploy::ImageView>& images,
                               const QList<release::Release>& releases, const QDateTime& at)
{
    m_images = images;
    m_releases = releases;
    QList<Record> records;
    qint64 size = 0;
    for (const deploy::ImageView& one : images) {
        records.append(imageRecord(one, at));
        size += one.image.size;
    }
    m_model->setRecords(records);
    m_table->setLoading(false);
    const QString count = tr("%n images", nullptr, static_cast<int>(images.size()));
    setSummary(images.isEmpty() ? tr("no image yet") : u"%1, %2"_s.arg(count, sizeText(size)));
    updateActions();
    if (!m_wanted.isEmpty()) {
        open(std::exchange(m_wanted, QString()));
    } else if (m_split->isDetailOpen() && m_stack->currentWidget() == m_page) {
        open(m_page->image());
    }
}

void SnapshotsPanel::updateActions()
{
    const deploy::ImageView* one = find(m_table->currentId());
    setRefusal(m_deleteAction, one == nullptr ? tr("Choose an image first.") : deleteRefusal(*one));
    const QString recipes =
        context().workspace.images.isEmpty()
            ? tr("There is no recipe. Write one under images: in analemma.yaml.")
            : QString();
    setRefusal(m_bakeAction, !recipes.isEmpty() ? recipes
                             : m_releases.isEmpty()
                                 ? tr("There is no release to bake yet. Make one in Releases.")
                                 : QString());
}

void SnapshotsPanel::open(const QString& image)
{
    if (const deploy::ImageView* one = find(image)) {
        m_page->setImage(*one, now());
        m_stack->setCurrentWidget(m_page);
        m_split->openDetail();
    } else if (image == m_page->image() && m_stack->currentWidget() == m_page) {
        m_split->closeDetail();  // it is gone
    }
}

void SnapshotsPanel::select(const QString& item)
{
    if (item.isEmpty()) {
        return;
    }
    m_table->selectId(item);
    if (find(item) == nullptr) {
        m_wanted = item;
    }
    open(item);
}

bool SnapshotsPanel::stepBack()
{
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        m_table->view()->setFocus();
        return true;
    }
    return false;
}

QList<Finding> SnapshotsPanel::findings() const
{
    QList<Finding> found;
    for (const deploy::ImageView& one : m_images) {
        const QString release = one.image.provenance[u"release"_s].toString();
        found.append({displayText(one.image.id, 80), displayText(release, 40), u"snapshots"_s,
                      one.image.id});
    }
    return found;
}

// ---- bake ---------------------------------------------------------------------------------------

void SnapshotsPanel::openBake()
{
    if (!m_bake->isRunning()) {
        QStringList releases;
        for (const release::Release& one : m_releases) {
            releases.append(one.version);
        }
        m_bake->begin(context().workspace.images.keys(), releases);
    }
    m_stack->setCurrentWidget(m_bake);
    m_split->openDetail();
    m_bake->setFocus();
}

void SnapshotsPanel::preview()
{
    const deploy::BakeRequest request = m_bake->request();
    if (context().deployments == nullptr || request.recipe.isEmpty() || request.release.isEmpty()) {
        return;
    }
    then(context().deployments->previewBake(request), this,
         [this, request](const Result<engine::Preview>& plan) {
             const deploy::BakeRequest shown = m_bake->request();
             if (m_bake->isRunning() || shown.recipe != request.recipe ||
                 shown.release != request.release) {
                 return;  // another choice was made meanwhile
             }
             if (plan) {
                 m_bake->setPreview(*plan);
             } else {
                 m_bake->setError(plan.error());
             }
         });
}

void SnapshotsPanel::bake()
{
    if (context().deployments == nullptr) {
        return;
    }
    then(context().deployments->bake(m_bake->request(), CancelToken()), this,
         [this](const Result<QString>& id) {
             if (id) {
                 follow(*id);
             } else {
                 m_bake->setError(id.error());
             }
         });
}

void SnapshotsPanel::follow(const QString& operation)
{
    if (context().engine == nullptr) {
        return;
    }
    then(context().engine->operation(operation), this,
         [this](const Result<engine::Operation>& read) {
             if (read) {
                 m_bake->setOperation(*read);
             } else {
                 showError(read.error());
             }
         });
}

// ---- delete -------------------------------------------------------------------------------------

void SnapshotsPanel::remove(const QString& image)
{
    if (context().deployments == nullptr) {
        m_page->setError(
            Error(ErrorKind::Refused, tr("There is no workspace open; nothing was deleted.")));
        return;
    }
    then(context().deployments->deleteImage(image), this, [this, image](const Result<void>& gone) {
        if (gone) {
            Q_EMIT notice(
                {Mark::Ok, tr("Image %1 is deleted.").arg(displayText(image, 120)), {}, {}, 10});
        } else if (m_page->image() == image) {
            m_page->setError(gone.error());
        } else {
            showError(gone.error());
        }
        m_reader->read();
    });
}

}  // namespace analemma::ui
