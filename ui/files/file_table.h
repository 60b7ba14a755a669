#pragma once

#include "core/operate/transfers.h"
#include "ui/files/file_facts.h"
#include "ui/widgets/cell_delegate.h"

class QMimeData;

namespace analemma::ui {

/// Files that are dragged, from a pane or from the desktop.
struct DraggedFiles {
    QString server;
    QList<QByteArray> paths;  ///< whole ones
    static constexpr auto mimeType = "application/x-analemma-files";
    /// Of ours or of the desktop's; nothing when there are no files in it.
    static std::optional<DraggedFiles> from(const QMimeData* data);
    /// Those of this machine can be dropped on the desktop as well. The caller owns it.
    [[nodiscard]] QMimeData* toMime() const;
};

/// The rows of a folder, which can be dragged.
class FileModel : public RecordModel {
    Q_OBJECT
public:
    explicit FileModel(QObject* parent = nullptr);
    /// Other rows at once: one reset, whatever there was.
    void replace(const QList<Record>& records);
    void setPlace(const operate::Place& folder) { m_folder = folder; }

    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

private:
    operate::Place m_folder;
};

/// A name with the icon of its kind.
class FileNameDelegate : public CellDelegate {
    Q_OBJECT
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace analemma::ui
