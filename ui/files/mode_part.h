#pragma once

#include <QWidget>

#include <optional>

class QCheckBox;
class QLineEdit;

namespace analemma::ui {

/// Permissions as boxes and as an octal number, which follow one another, and the numbers of owner
/// and group.
class ModePart : public QWidget {
    Q_OBJECT
public:
    ModePart(int mode, quint32 owner, quint32 group, QWidget* parent = nullptr);
    /// Nothing while the number is none.
    [[nodiscard]] std::optional<int> mode() const;
    /// Owner and group; nothing while they are no numbers.
    [[nodiscard]] std::optional<std::pair<quint32, quint32>> owners() const;
    [[nodiscard]] bool areOwnersChanged() const { return owners() != m_owners; }

Q_SIGNALS:
    void changed();

private:
    void fromBoxes();
    void fromNumber();
    QList<QCheckBox*> m_boxes;  ///< r, w, x of owner, group and others
    QLineEdit* m_number;
    QLineEdit* m_owner;
    QLineEdit* m_group;
    std::optional<std::pair<quint32, quint32>> m_owners;
    int m_special = 0;  ///< set-user-id, set-group-id, sticky: kept by the boxes
};

}  // namespace analemma::ui
