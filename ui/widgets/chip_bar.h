#pragma once

#include <QAbstractButton>
#include <QList>
#include <QWidget>

class QButtonGroup;
class QHBoxLayout;

namespace analemma::ui {

/// One filter of a ChipBar.
class Chip : public QAbstractButton {
    Q_OBJECT
public:
    Chip(const QString& id, const QString& text, QWidget* parent);
    [[nodiscard]] QString id() const { return m_id; }
    void setCount(int count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_id;
    int m_count = -1;
};

/// Chips for filtering: one of a group, or several at once; each with a count.
class ChipBar : public QWidget {
    Q_OBJECT
public:
    explicit ChipBar(QWidget* parent = nullptr);
    /// Adds a chip; `id` is given back by the signal. The first one is on.
    void addChip(const QString& id, const QString& text);
    void setCount(const QString& id, int count);  ///< -1: none shown
    void setExclusive(bool exclusive);            ///< true at first
    [[nodiscard]] QStringList chosen() const;
    void choose(const QString& id);
    void clear();
    void addWidget(QWidget* widget);  ///< at the right end

Q_SIGNALS:
    void changed(const QStringList& chosen);

private:
    QHBoxLayout* m_row;
    QHBoxLayout* m_right;
    QButtonGroup* m_group;
    QList<Chip*> m_chips;
};

}  // namespace analemma::ui
