#pragma once

#include "core/deploy/deploy.h"
#include "ui/widgets/parts.h"

class QLineEdit;
class QScrollArea;

namespace analemma::ui {

/// Why an image may not be deleted; empty: it may. Pure.
QString deleteRefusal(const deploy::ImageView& image);

/// One image: where it comes from, what stands on it, its end behind the name typed. A pure view.
class SnapshotPage : public QWidget {
    Q_OBJECT
public:
    explicit SnapshotPage(QWidget* parent = nullptr);
    void setImage(const deploy::ImageView& image, const QDateTime& now);
    [[nodiscard]] QString image() const { return m_image.image.id; }
    /// A delete that the core refused, or that failed.
    void setError(const Error& error);
    /// Puts the cursor where the name is typed.
    void askDelete();

Q_SIGNALS:
    void deletePressed(const QString& image);
    void releaseAsked(const QString& release);
    void copyPressed(const QString& text);

private:
    void showProvenance(const QDateTime& now);
    void showArtifacts();
    void checkName();
    deploy::ImageView m_image;
    bool m_deleting = false;
    QString m_error;  ///< of the last try; until the name is typed again
    SectionTitle* m_title;
    StateBadge* m_state;
    FactGrid* m_facts;
    FactGrid* m_artifacts;
    Button* m_release;
    Button* m_copy;
    Text* m_guard;
    QLineEdit* m_name;
    Button* m_delete;
};

}  // namespace analemma::ui
