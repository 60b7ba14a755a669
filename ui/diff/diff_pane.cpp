#include "ui/diff/diff_pane.h"

#include "core/base/text.h"
#include "ui/shell/settings.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QBuffer>
#include <QHBoxLayout>
#include <QImageReader>
#include <QPainter>
#include <QSettings>
#include <QStackedLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr auto besideKey = "diff/beside"_L1;
constexpr quint32 linkMode = 0120000;
constexpr quint32 moduleMode = 0160000;

struct PictureKind {
    QByteArrayView start;
    const char* format;
};
constexpr std::array<PictureKind, 5> pictureKinds{{{"\x89PNG", "png"},
                                                   {"\xff\xd8\xff", "jpeg"},
                                                   {"GIF8", "gif"},
                                                   {"BM", "bmp"},
                                                   {"RIFF", "webp"}}};

}  // namespace

DiffPane::DiffPane(QWidget* parent)
    : QWidget(parent),
      m_path(new Text({}, Type::Body)),
      m_figures(new Text({}, Type::Caption, Token::Quiet)),
      m_beside(new IconButton(u"split-right"_s, tr("Side by side"))),
      m_space(new IconButton(u"filter"_s, tr("Without white space"))),
      m_view(new DiffView),
      m_pictures(new PictureView),
      m_words(new EmptyState)
{
    setObjectName(u"diff-pane"_s);
    m_path->setObjectName(u"diff-path"_s);
    m_path->setElided(true);
    m_path->setBold(true);
    m_figures->setObjectName(u"diff-figures"_s);
    m_words->setObjectName(u"diff-words"_s);
    m_beside->setObjectName(u"diff-beside"_s);
    m_beside->setCheckable(true);
    m_space->setObjectName(u"diff-space"_s);
    m_space->setCheckable(true);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(metric::grid, 0, 0, 0);
    head->setSpacing(metric::grid);
    head->addWidget(m_path, 1);
    head->addWidget(m_figures);
    head->addWidget(m_space);
    head->addWidget(m_beside);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_pictures);
    m_stack->addWidget(m_words);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addLayout(head);
    column->addLayout(m_stack, 1);
    connect(m_beside, &IconButton::toggled, this, [this](bool beside) {
        m_view->setLook(beside ? DiffLook::Beside : DiffLook::Inline);
        windowSettings()->setValue(besideKey, beside);
    });
    connect(m_space, &IconButton::toggled, this, &DiffPane::ignoreSpaceChanged);
    m_beside->setChecked(windowSettings()->value(besideKey).toBool());
    setSentence({});
}

bool DiffPane::ignoresSpace() const
{
    return m_space->isChecked();
}

void DiffPane::setHead(const git::FileChange& change)
{
    m_path->setText(displayText(QByteArrayView(change.path), 400));
    const QString words = changeWords(change);
    QString figures = words;
    if (change.added > 0 || change.deleted > 0) {
        figures += (words.isEmpty() ? QString() : u"   "_s) +
                   u"+%1 \u2212%2"_s.arg(change.added).arg(change.deleted);
    }
    m_figures->setText(figures);
}

void DiffPane::setDiff(const git::FileDiff& diff)
{
    if (diff.tooLarge) {
        setSentence(tr("The file is too large to be compared here."));
    } else if (diff.change.binary) {
        setSentence(tr("A binary file: its bytes differ."));
    } else if (const auto lfs = git::lfsChange(diff)) {
        setSentence(lfsWords(*lfs), tr("The repository holds pointers; the files behind them are "
                                       "kept by Git LFS and are not fetched here."));
    } else if (diff.hunks.isEmpty()) {
        const QString words = changeWords(diff.change);
        setSentence(words.isEmpty() ? tr("No line differs.")
                                    : tr("No line differs: %1.").arg(words));
    } else {
        m_view->setDiff(diff);
        m_stack->setCurrentWidget(m_view);
    }
    setHead(diff.change);
}

void DiffPane::setSentence(const QString& sentence, const QString& more)
{
    m_path->setText({});
    m_figures->setText({});
    m_words->setText(u"file"_s, sentence, more);
    m_stack->setCurrentWidget(m_words);
    m_view->setDiff({});
}

bool DiffPane::setPictures(const git::FileChange& change, const QByteArray& before,
                           const QByteArray& after)
{
    const QImage first = decodePicture(before);
    const QImage second = decodePicture(after);
    if (first.isNull() && second.isNull()) {
        return false;
    }
    m_pictures->setPictures(first, second);
    m_stack->setCurrentWidget(m_pictures);
    setHead(change);
    return true;
}

bool DiffPane::isPicture(const QByteArray& path)
{
    const QByteArray lower = path.toLower();
    constexpr std::array<QByteArrayView, 6> ends{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"};
    return std::any_of(ends.begin(), ends.end(),
                       [&lower](QByteArrayView end) { return lower.endsWith(end); });
}

PictureView::PictureView(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"diff-pictures"_s);
    setAccessibleName(tr("The picture before and after"));
}

void PictureView::setPictures(const QImage& before, const QImage& after)
{
    m_before = before;
    m_after = after;
    update();
}

void PictureView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colour(Token::Surface));
    const bool two = !m_before.isNull() && !m_after.isNull();
    const int width = two ? this->width() / 2 : this->width();
    const auto paint = [&](const QImage& image, int left, const QString& word, Token token) {
        const QRect area = QRect(left, 0, width, height()).adjusted(16, 16, -16, -16 - metric::row);
        const QSize size =
            image.size().boundedTo(image.size().scaled(area.size(), Qt::KeepAspectRatio));
        QRect place(QPoint(), size);
        place.moveCenter(area.center());
        // A raised ground shows what is transparent.
        painter.fillRect(place, colour(Token::Raised));
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(place, image);
        painter.setPen(colour(token));
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
        painter.setFont(fontOf(Type::Caption));
        painter.drawText(QRect(left, place.bottom() + metric::half, width, metric::row),
                         Qt::AlignCenter,
                         u"%1   %2 \u00d7 %3"_s.arg(word).arg(image.width()).arg(image.height()));
    };
    if (!m_before.isNull()) {
        paint(m_before, 0, two ? tr("Before") : tr("Deleted"), Token::Failed);
    }
    if (!m_after.isNull()) {
        paint(m_after, two ? width : 0, two ? tr("After") : tr("New"), Token::Ok);
    }
}

QString lfsWords(const git::LfsChange& change)
{
    const auto text = [](const git::LfsPointer& pointer) {
        return u"%1 (%2)"_s.arg(sizeText(pointer.bytes), pointer.sha256.left(10));
    };
    if (change.before && change.after) {
        return DiffPane::tr("A file of Git LFS: %1, now %2.")
            .arg(text(*change.before), text(*change.after));
    }
    return change.after ? DiffPane::tr("A file of Git LFS, new: %1.").arg(text(*change.after))
                        : DiffPane::tr("A file of Git LFS, deleted: %1.").arg(text(*change.before));
}

QImage decodePicture(const QByteArray& bytes)
{
    for (const PictureKind& kind : pictureKinds) {
        if (!bytes.startsWith(kind.start)) {
            continue;
        }
        QBuffer buffer;
        buffer.setData(bytes);
        QImageReader reader(&buffer, kind.format);
        reader.setAutoDetectImageFormat(false);
        const QSize size = reader.size();
        if (!size.isValid() || qint64(size.width()) * size.height() > 64'000'000) {
            return {};
        }
        return reader.read();
    }
    return {};
}

QString changeWords(const git::FileChange& change)
{
    using Kind = git::FileChange::Kind;
    if (change.newMode == moduleMode || change.oldMode == moduleMode) {
        return DiffPane::tr("submodule");
    }
    switch (change.kind) {
        case Kind::Added:
            return change.newMode == linkMode ? DiffPane::tr("new link") : DiffPane::tr("new file");
        case Kind::Deleted:
            return DiffPane::tr("deleted");
        case Kind::Renamed:
            return DiffPane::tr("renamed from %1")
                .arg(displayText(QByteArrayView(change.oldPath), 200));
        case Kind::Copied:
            return DiffPane::tr("copied from %1")
                .arg(displayText(QByteArrayView(change.oldPath), 200));
        case Kind::TypeChanged:
            return DiffPane::tr("of another type now");
        case Kind::Conflicted:
            return DiffPane::tr("in conflict");
        case Kind::Untracked:
            return DiffPane::tr("not in git yet");
        case Kind::Modified:
            break;
    }
    if (change.oldMode == change.newMode) {
        return {};
    }
    return (change.newMode & 0111) != 0 ? DiffPane::tr("made executable")
                                        : DiffPane::tr("no longer executable");
}

}  // namespace analemma::ui
