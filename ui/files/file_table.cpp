#include "ui/files/file_table.h"

#include "core/operate/filenames.h"
#include "ui/shell/icons.h"

#include <QAbstractItemView>
#include <QDataStream>
#include <QMimeData>
#include <QPainter>
#include <QSet>
#include <QUrl>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostDragged = 10'000;

}  // namespace

std::optional<DraggedFiles> DraggedFiles::from(const QMimeData* data)
{
    DraggedFiles files;
    if (data->hasFormat(QLatin1StringView(mimeType))) {
        QDataStream stream(data->data(QLatin1StringView(mimeType)));
        stream >> files.server >> files.paths;
        if (stream.status() != QDataStream::Ok) {
            return std::nullopt;
        }
    } else {
        const QList<QUrl> urls = data->urls();
        for (const QUrl& url : urls) {
            if (url.isLocalFile()) {
                files.paths.append(url.toLocalFile().toUtf8());
            }
        }
    }
    return files.paths.isEmpty() || files.paths.size() > kMostDragged ? std::nullopt
                                                                      : std::optional(files);
}

QMimeData* DraggedFiles::toMime() const
{
    auto* data = new QMimeData;
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << server << paths;
    data->setData(QLatin1StringView(mimeType), bytes);
    if (server.isEmpty()) {
        QList<QUrl> urls;
        for (const QByteArray& path : paths) {
            urls.append(QUrl::fromLocalFile(QString::fromUtf8(path)));
        }
        data->setUrls(urls);
    }
    return data;
}

FileModel::FileModel(QObject* parent) : RecordModel(fileColumns(), parent) {}

void FileModel::replace(const QList<Record>& records)
{
    setRecords({});
    setRecords(records);
}

Qt::ItemFlags FileModel::flags(const QModelIndex& index) const
{
    return RecordModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList FileModel::mimeTypes() const
{
    return {QLatin1StringView(DraggedFiles::mimeType), u"text/uri-list"_s};
}

QMimeData* FileModel::mimeData(const QModelIndexList& indexes) const
{
    DraggedFiles files;
    files.server = m_folder.server;
    QSet<int> rows;
    for (const QModelIndex& index : indexes) {
        if (!rows.contains(index.row())) {
            rows.insert(index.row());
            files.paths.append(operate::joined(m_folder.path, nameOfId(idAt(index.row()))));
        }
    }
    return files.paths.isEmpty() ? nullptr : files.toMime();
}

void FileNameDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                             const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    if (!view || !view->hasFocus() || view->currentIndex() != index) {
        option.state.setFlag(QStyle::State_HasFocus, false);
    }
    painter->save();
    paintGround(painter, option, index);
    constexpr std::array<const char*, 4> icons{"folder", "file", "link", "unknown"};
    const int kind = std::clamp(index.data(RecordModel::SortRole).toInt(), 0, 3);
    QRect rect = option.rect.adjusted(insetOf(option, index), 0, -metric::half, -1);
    const bool folder = kind == int(FileKind::Folder);
    paintIcon(painter, QRect(rect.left(), rect.center().y() - 7, metric::icon, metric::icon),
              QLatin1StringView(icons.at(std::size_t(kind))),
              colour(folder ? Token::Accent : Token::Quiet));
    rect.setLeft(rect.left() + metric::icon + 6);
    const QFont font = fontOf(Type::Body, folder ? QFont::Medium : QFont::Normal);
    paintText(painter, rect, index.data().toString(), font, colour(Token::Text), Qt::AlignLeft);
    painter->restore();
}

}  // namespace analemma::ui
