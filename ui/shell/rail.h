#pragma once

#include <QAbstractButton>
#include <QList>
#include <QWidget>

class QButtonGroup;
class QVBoxLayout;

namespace analemma::ui {

/// One entry of the rail: icon, word, perhaps a count of what needs a person.
class RailItem : public QAbstractButton {
    Q_OBJECT
public:
    RailItem(const QString& icon, const QString& text, QWidget* parent);
    void setFolded(bool folded);
    void setAttention(int count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_iconName;
    bool m_folded = false;
    int m_attention = 0;
};

/// The left rail: 176 wide with words, 56 with icons alone.
class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    void addItem(const QString& id, const QString& icon, const QString& text, const QString& keys);
    void setCurrent(const QString& id);
    void setAttention(const QString& id, int count);
    void setFolded(bool folded);
    [[nodiscard]] bool isFolded() const { return m_folded; }

Q_SIGNALS:
    void chosen(const QString& id);
    void foldChanged(bool folded);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<RailItem*> m_items;
    RailItem* m_fold;
    QVBoxLayout* m_column;
    QButtonGroup* m_group;
    bool m_folded = false;
};

}  // namespace analemma::ui
