#pragma once

#include "core/git/lfs.h"
#include "ui/diff/diff_view.h"

#include <QImage>
#include <QWidget>

class QStackedLayout;

namespace analemma::ui {

class EmptyState;
class IconButton;
class PictureView;
class Text;

/// The changes of one file with what belongs to it: its path, how many lines, the switches for
/// look and white space; pictures as pictures; words for what cannot be compared.
class DiffPane : public QWidget {
    Q_OBJECT
public:
    explicit DiffPane(QWidget* parent = nullptr);

    [[nodiscard]] DiffView* view() const { return m_view; }
    void setDiff(const git::FileDiff& diff);
    /// A sentence in place of a diff: "Choose a file."
    void setSentence(const QString& sentence, const QString& more = {});
    /// Both sides of a picture, as bytes; a null one is not there. False when they are none that
    /// can be shown.
    bool setPictures(const git::FileChange& change, const QByteArray& before,
                     const QByteArray& after);
    /// Whether the file's name promises a picture that is shown here.
    static bool isPicture(const QByteArray& path);
    [[nodiscard]] bool ignoresSpace() const;

Q_SIGNALS:
    /// The diff has to be read again with or without white space.
    void ignoreSpaceChanged(bool ignore);

private:
    void setHead(const git::FileChange& change);
    Text* m_path;
    Text* m_figures;
    IconButton* m_beside;
    IconButton* m_space;
    QStackedLayout* m_stack;
    DiffView* m_view;
    PictureView* m_pictures;
    EmptyState* m_words;
};

/// A picture before and after, beside each other, never larger than they are. Main thread.
class PictureView : public QWidget {
    Q_OBJECT
public:
    explicit PictureView(QWidget* parent = nullptr);
    void setPictures(const QImage& before, const QImage& after);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_before;
    QImage m_after;
};

/// Decodes bytes from a repository: PNG, JPEG, GIF or BMP by their first bytes, at most 64
/// megapixels; null otherwise.
QImage decodePicture(const QByteArray& bytes);

/// "A file of Git LFS: 1.2 MiB (0f3a...), now 1.3 MiB (77b1...)."
QString lfsWords(const git::LfsChange& change);

/// "renamed from old/name", "new file", "deleted", "made executable": what lines do not show.
QString changeWords(const git::FileChange& change);

}  // namespace analemma::ui
