#include "ui/snapshots/snapshot_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString orNone(const QString& foreign, qsizetype limit = 120)
{
    return foreign.isEmpty() ? SnapshotPage::tr("none") : displayText(foreign, limit);
}

/// A digest does not wrap: its beginning, the whole stands in the tooltip.
QString beginning(const QString& digest)
{
    return digest.size() > 24 ? displayText(digest.left(24)) + u'…' : orNone(digest);
}

}  // namespace

QString deleteRefusal(const deploy::ImageView& image)
{
    return image.usedBy.isEmpty()
               ? QString()
               : SnapshotPage::tr(
                     "Needed by %1. It can be deleted once those generations are gone.")
                     .arg(displayText(image.usedBy.join(u", "_s), 300));
}

SnapshotPage::SnapshotPage(QWidget* parent)
    : QWidget(parent),
      m_title(new SectionTitle(QString())),
      m_state(new StateBadge),
      m_facts(new FactGrid),
      m_artifacts(new FactGrid),
      m_release(new Button(Button::Look::Plain, tr("Show its release"), u"release"_s)),
      m_copy(new Button(Button::Look::Plain, tr("Copy the digest"), u"copy"_s)),
      m_guard(new Text({}, Type::Body, Token::Quiet)),
      m_name(new QLineEdit),
      m_delete(new Button(Button::Look::Danger, tr("Delete image"), u"trash"_s))
{
    setObjectName(u"snapshot-page"_s);
    m_state->setObjectName(u"image-state"_s);
    m_release->setObjectName(u"show-release"_s);
    m_copy->setObjectName(u"copy-digest"_s);
    m_guard->setObjectName(u"guard"_s);
    m_guard->setWordWrap(true);
    m_name->setObjectName(u"typed-name"_s);
    m_name->setAccessibleName(tr("Name of the image to delete"));
    m_delete->setObjectName(u"delete"_s);
    m_title->addWidget(m_state);

    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, metric::grid, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_facts);
    column->addWidget(new SectionTitle(tr("Artifacts in it")));
    column->addWidget(m_artifacts);
    auto* ways = new QHBoxLayout;
    ways->addWidget(m_release);
    ways->addWidget(m_copy);
    ways->addStretch();
    column->addLayout(ways);
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    scroll->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::grid * 2, 0, 0, 0);
    layout->setSpacing(metric::grid);
    layout->addWidget(m_title);
    layout->addWidget(scroll, 1);
    layout->addWidget(new Rule);
    layout->addWidget(m_guard);
    auto* end = new QHBoxLayout;
    end->addWidget(m_name, 1);
    end->addWidget(m_delete);
    layout->addLayout(end);

    const auto press = [this] {
        if (m_delete->isEnabled()) {
            m_deleting = true;
            checkName();
            Q_EMIT deletePressed(image());
        }
    };
    connect(m_delete, &QPushButton::clicked, this, press);
    connect(m_name, &QLineEdit::returnPressed, this, press);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_error.clear();
        checkName();
    });
    connect(m_release, &QPushButton::clicked, this,
            [this] { Q_EMIT releaseAsked(m_image.image.provenance[u"release"_s].toString()); });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { Q_EMIT copyPressed(m_image.image.digest); });
}

void SnapshotPage::setImage(const deploy::ImageView& image, const QDateTime& now)
{
    if (image.image.id != m_image.image.id || image.image.created != m_image.image.created) {
        m_name->clear();
        m_deleting = false;
        m_error.clear();
    }
    m_image = image;
    const QString id = displayText(image.image.id, 120);
    setAccessibleName(tr("Image %1").arg(id));
    m_title->setTitle(id);
    const bool used = !image.usedBy.isEmpty();
    m_state->setState(used ? lifecycle::Mark::Ok : lifecycle::Mark::Idle,
                      used ? tr("in use") : tr("not in use"));
    m_name->setPlaceholderText(used ? QString() : id);
    m_name->setEnabled(!used);
    showProvenance(now);
    showArtifacts();
    checkName();
}

void SnapshotPage::showProvenance(const QDateTime& now)
{
    const infra::Image& image = m_image.image;
    const Json& from = image.provenance;
    const QString release = from[u"release"_s].toString();
    m_release->setRefusal(release.isEmpty() ? tr("It holds no release.") : QString());
    m_copy->setRefusal(image.digest.isEmpty() ? tr("It has no digest.") : QString());
    m_facts->clear();
    m_facts->addFact(tr("Release"), orNone(release, 60));
    m_facts->addFact(tr("Commit"), orNone(from[u"commit"_s].toString(), 64), true);
    m_facts->addFact(tr("Repository"), orNone(from[u"repository"_s].toString(), 80));
    m_facts->addFact(tr("Recipe"), orNone(image.recipe, 80));
    m_facts->addFact(tr("Recipe hash"), orNone(from[u"recipe_hash"_s].toString(), 80), true);
    m_facts->addFact(tr("Parent"), orNone(from[u"parent"_s].toString()), true);
    m_facts->addFact(tr("Operation"), orNone(from[u"operation"_s].toString(), 60), true);
    m_facts->addFact(tr("Digest"), beginning(image.digest), true, displayText(image.digest, 128));
    m_facts->addFact(tr("Size"), sizeText(image.size));
    m_facts->addFact(tr("Provider"), orNone(image.provider, 60));
    m_facts->addFact(tr("Made"), agoText(image.created, now), false, absoluteTime(image.created));
    m_facts->addFact(tr("Used by"), m_image.usedBy.isEmpty()
                                        ? tr("nothing")
                                        : displayText(m_image.usedBy.join(u", "_s), 300));
}

void SnapshotPage::showArtifacts()
{
    m_artifacts->clear();
    const QJsonArray artifacts = m_image.image.provenance[u"artifacts"_s].toArray();
    for (const QJsonValue& artifact : artifacts) {
        const QString size = sizeText(artifact[u"size"_s].toInteger());
        m_artifacts->addFact(displayText(artifact[u"name"_s].toString(), 80),
                             u"%1   %2"_s.arg(beginning(artifact[u"sha256"_s].toString()), size),
                             true, displayText(artifact[u"sha256"_s].toString(), 128));
    }
    if (artifacts.isEmpty()) {
        m_artifacts->addFact(tr("None"), tr("only files of the repository"));
    }
}

void SnapshotPage::checkName()
{
    const QString refusal = deleteRefusal(m_image);
    const bool typed = !image().isEmpty() && m_name->text().trimmed() == image();
    const QString missing =
        typed ? QString() : tr("Type %1 in the field first.").arg(displayText(image(), 120));
    m_delete->setRefusal(!refusal.isEmpty() ? refusal
                         : m_deleting       ? tr("It is being deleted.")
                                            : missing);
    const QString ask =
        tr("Deleting cannot be undone. Type %1 to delete it.").arg(displayText(image(), 120));
    m_guard->setToken(m_error.isEmpty() ? Token::Quiet : Token::Failed);
    m_guard->setText(!m_error.isEmpty() ? m_error : !refusal.isEmpty() ? refusal : ask);
}

void SnapshotPage::setError(const Error& error)
{
    m_deleting = false;
    m_error = displayText(sentences(error), 600);
    checkName();
}

void SnapshotPage::askDelete()
{
    m_name->setFocus();
    m_name->selectAll();
}

}  // namespace analemma::ui
