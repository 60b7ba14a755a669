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
    /// Alerts that are open, and how grave the gravest is.
    void setAlerts(int count, Mark gravest = Mark::Failed);
    /// Operations that failed or whose outcome is unknown, shown by the same bell.
    void setFailed(int operations);
    [[nodiscard]] int alerts() const { return m_open; }
    [[nodiscard]] int failed() const { return m_failed; }
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
    void showAlerts();
    int m_open = 0;
    int m_failed = 0;
    Mark m_gravest = Mark::Idle;
};

}  // namespace analemma::ui
