#pragma once

#include "ui/shell/words.h"

#include <QAbstractButton>
#include <QDateTime>
#include <QWidget>

namespace analemma::ui {

class Text;
class Turner;

/// A state with a number, to be pressed: "2 running", "1 alert".
class Pill : public QAbstractButton {
    Q_OBJECT
public:
    explicit Pill(QWidget* parent = nullptr);
    void setState(Mark mark, const QString& icon, const QString& text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Mark m_mark = Mark::Idle;
    QString m_iconName;
    Turner* m_turner;
};

/// Looks like a field, opens the palette.
class SearchButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit SearchButton(QWidget* parent = nullptr);
    QSize sizeHint() const override { return {440, 32}; }
    QSize minimumSizeHint() const override { return {180, 32}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Workspace, search, running operations, alerts, age of what is shown.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(QWidget* parent = nullptr);
    void setWorkspace(const QString& name, const QString& folder);
    void setRunning(int count);
    void setAlerts(int count);
    void setAsOf(const QDateTime& asOf, const QDateTime& now);

Q_SIGNALS:
    void searchPressed();
    void runningPressed();
    void alertsPressed();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Text* m_workspace;
    Pill* m_running;
    Pill* m_alerts;
    Text* m_age;
};

}  // namespace analemma::ui
