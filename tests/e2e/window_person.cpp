#include "app/window_program.h"

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/task.h"
#include "ui/monitor/alert_tables.h"
#include "ui/monitor/alerts_panel.h"
#include "core/base/language.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/button.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTableView>
#include <QTest>
#include <QTimer>

#include <cstdio>

/// window_person WORKSPACE ALERT: the whole window, as `analemma WORKSPACE` opens it, and a person
/// who rolls back from a firing alert by keys and clicks. Tells as JSON on stdout what the person
/// read, and ends with 1 and a sentence on stderr where something was not there.
using namespace Qt::StringLiterals;
using namespace analemma;

namespace {

constexpr int kLong = 90'000;  // milliseconds; what is waited for comes as a rule within seconds

class Person {
public:
    explicit Person(QString alert) : m_alert(std::move(alert)) {}

    /// Empty, or what did not come.
    QString act()
    {
        if (!QTest::qWaitFor([this] { return findPanel(); }, kLong)) {
            return u"no window with alerts"_s;
        }
        QApplication::setActiveWindow(m_window);
        key(Qt::Key_9, Qt::ControlModifier);
        if (!QTest::qWaitFor([this] { return m_window->currentPanel() == m_panel; }, kLong)) {
            return u"Ctrl+9 does not open the alerts"_s;
        }
        ui::DataTable* table = m_panel->tables()->table(u"open"_s);
        if (!QTest::qWaitFor([&] { return row(table).isValid(); }, kLong)) {
            return u"alert %1 is not among the open ones"_s.arg(m_alert);
        }
        QTest::mouseClick(table->view()->viewport(), Qt::LeftButton, {},
                          table->view()->visualRect(row(table)).center());
        auto* rollback = m_window->findChild<ui::Button*>(u"alert-rollback"_s);
        const auto ready = [&] {
            return rollback != nullptr && rollback->isVisible() && rollback->isEnabled();
        };
        if (!QTest::qWaitFor(ready, kLong)) {
            return u"Roll back cannot be pressed: %1"_s.arg(
                rollback == nullptr ? u"it is missing"_s : rollback->toolTip());
        }
        m_told[u"button"_s] = rollback->text();
        m_told[u"predicted"_s] = rollback->hint();
        QTest::mouseClick(rollback, Qt::LeftButton);
        const auto confirmed = [this] {
            const auto* toast = m_window->findChild<ui::Toast*>(u"toast"_s);
            const QString text = toast != nullptr ? toast->text() : QString();
            m_told[u"confirmed"_s] = text;
            return text.contains(u"serves"_s);
        };
        if (!QTest::qWaitFor(confirmed, kLong)) {
            return u"no word of the end: \"%1\""_s.arg(m_told[u"confirmed"_s].toString());
        }
        const auto* undo = m_window->findChild<ui::Button*>(u"toast.action"_s);
        m_told[u"way-back"_s] = undo != nullptr && undo->isVisible() ? undo->text() : QString();
        if (!QTest::qWaitFor([&] { return !row(table).isValid(); }, kLong)) {
            return u"the alert does not end"_s;
        }
        m_told[u"again"_s] = rollback->isVisible() && rollback->isEnabled();
        return {};
    }
    [[nodiscard]] QByteArray told() const
    {
        return QJsonDocument(m_told).toJson(QJsonDocument::Compact);
    }

private:
    bool findPanel()
    {
        for (QWidget* top : QApplication::topLevelWidgets()) {
            m_window = qobject_cast<ui::MainWindow*>(top);
            m_panel = m_window != nullptr && m_window->isVisible()
                          ? qobject_cast<ui::AlertsPanel*>(m_window->panel(u"alerts"_s))
                          : nullptr;
            if (m_panel != nullptr) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] QModelIndex row(ui::DataTable* table) const
    {
        const QAbstractItemModel* rows = table->view()->model();
        for (int i = 0; i < rows->rowCount(); ++i) {
            if (rows->index(i, 0).data(ui::RecordModel::IdRole).toString() == m_alert) {
                return rows->index(i, 1);
            }
        }
        return {};
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers) const
    {
        QWidget* to = m_window->focusWidget() != nullptr ? m_window->focusWidget() : m_window;
        QTest::keyClick(to, key, modifiers);
    }

    QString m_alert;
    ui::MainWindow* m_window = nullptr;
    ui::AlertsPanel* m_panel = nullptr;
    QJsonObject m_told;
};

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"analemma"_s);
    const QStringList words = QApplication::arguments();
    if (words.size() != 3) {
        std::fprintf(stderr, "Usage: window_person WORKSPACE ALERT\n");
        return 2;
    }
    const Language english(u"en"_s);
    startLog(homeFolder() + u"/log"_s);
    app::WindowProgram program;
    int code = 0;
    QTimer::singleShot(0, &program, [&] {
        program.start(words[1]);
        Person person(words[2]);
        const QString missing = person.act();
        code = missing.isEmpty() ? 0 : 1;
        std::fprintf(stdout, "%s\n", person.told().constData());
        if (code != 0) {
            std::fprintf(stderr, "window_person: %s\n", qPrintable(missing));
        }
        QApplication::closeAllWindows();
    });
    QApplication::exec();
    drain();
    return code;
}
