#include "app/window_program.h"

#include "core/base/files.h"
#include "core/base/language.h"
#include "core/base/log.h"
#include "core/base/task.h"
#include "ui/diff/change_list.h"
#include "ui/diff/changes_browser.h"
#include "ui/monitor/alert_tables.h"
#include "ui/monitor/alerts_panel.h"
#include "ui/repositories/compare_page.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/repositories/repository_page.h"
#include "ui/repositories/wall.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/button.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QTest>
#include <QTimer>

#include <cstdio>

/// The whole window, as `analemma WORKSPACE` opens it, and a person with keys and clicks:
///     window_person WORKSPACE rollback ALERT          rolls back from a firing alert
///     window_person WORKSPACE compare ENVIRONMENT     reads what the wall of repositories says of
///                                                     the first one, then what main has and the
///                                                     environment has not
/// Tells as JSON on stdout what the person read, and ends with 1 and a sentence on stderr where
/// something was not there.
using namespace Qt::StringLiterals;
using namespace analemma;

namespace {

constexpr int kLong = 90'000;  // milliseconds; what is waited for comes as a rule within seconds

class Person {
public:
    /// Each gives nothing, or what did not come.
    QString rollBack(const QString& alert)
    {
        if (const QString missing = openPanel(u"alerts"_s, Qt::Key_9); !missing.isEmpty()) {
            return missing;
        }
        ui::DataTable* table = qobject_cast<ui::AlertsPanel*>(m_panel)->tables()->table(u"open"_s);
        const auto row = [&] { return rowOf(table, alert); };
        if (!QTest::qWaitFor([&] { return row().isValid(); }, kLong)) {
            return u"alert %1 is not among the open ones"_s.arg(alert);
        }
        QTest::mouseClick(table->view()->viewport(), Qt::LeftButton, {},
                          table->view()->visualRect(row()).center());
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
        if (!QTest::qWaitFor([&] { return !row().isValid(); }, kLong)) {
            return u"the alert does not end"_s;
        }
        m_told[u"again"_s] = rollback->isVisible() && rollback->isEnabled();
        return {};
    }
    QString compare(const QString& environment)
    {
        if (const QString missing = openPanel(u"repositories"_s, Qt::Key_2); !missing.isEmpty()) {
            return missing;
        }
        auto* panel = qobject_cast<ui::RepositoriesPanel*>(m_panel);
        QTableView* wall = panel->wall()->table()->view();
        if (!wall->isVisible()) {  // the only repository opens by itself
            key(Qt::Key_Escape, Qt::NoModifier);
        }
        const auto cell = [wall](int column) {
            return wall->model()->index(0, column).data().toString();
        };
        if (!QTest::qWaitFor([&] { return !cell(4).isEmpty() && !cell(5).isEmpty(); }, kLong)) {
            return u"the wall shows pipeline \"%1\", deployed \"%2\""_s.arg(cell(4), cell(5));
        }
        m_told[u"pipeline"_s] = cell(4);
        m_told[u"deployed"_s] = cell(5);
        const QPoint first = wall->visualRect(wall->model()->index(0, 0)).center();
        QTest::mouseClick(wall->viewport(), Qt::LeftButton, {}, first);
        QTest::keyClick(wall, Qt::Key_Return);
        if (!QTest::qWaitFor([&] { return panel->repository()->repository() != nullptr; }, kLong)) {
            return u"the repository does not open"_s;
        }
        panel->repository()->turnTo(u"compare"_s);
        auto* page = panel->findChild<ui::ComparePage*>(u"repository-compare"_s);
        auto* from = page->findChild<QComboBox*>(u"compare-from"_s);
        auto* to = page->findChild<QComboBox*>(u"compare-to"_s);
        if (!QTest::qWaitFor([&] { return from->itemText(0).startsWith(environment); }, kLong)) {
            return u"the environment is no choice: \"%1\""_s.arg(from->itemText(0));
        }
        QTest::keyClick(from, Qt::Key_Down);
        m_told[u"from"_s] = from->currentText();
        QTest::keyClicks(to->lineEdit(), u"main"_s);
        QTest::keyClick(to->lineEdit(), Qt::Key_Return);
        const auto* figures = page->findChild<QLabel*>(u"compare-figures"_s);
        const ui::ChangeList* list = page->changes()->list();
        const auto listed = [&] {
            return !figures->text().isEmpty() && !list->changes().isEmpty();
        };
        if (!QTest::qWaitFor(listed, kLong)) {
            return u"nothing is compared"_s;
        }
        m_told[u"figures"_s] = figures->text();
        QJsonArray files;
        for (const git::FileChange& change : list->changes()) {
            files.append(QString::fromUtf8(change.path));
        }
        m_told[u"files"_s] = files;
        return {};
    }
    [[nodiscard]] QByteArray told() const
    {
        return QJsonDocument(m_told).toJson(QJsonDocument::Compact);
    }

private:
    QString openPanel(const QString& id, Qt::Key number)
    {
        const auto found = [&] {
            for (QWidget* top : QApplication::topLevelWidgets()) {
                m_window = qobject_cast<ui::MainWindow*>(top);
                m_panel =
                    m_window != nullptr && m_window->isVisible() ? m_window->panel(id) : nullptr;
                if (m_panel != nullptr) {
                    return true;
                }
            }
            return false;
        };
        if (!QTest::qWaitFor(found, kLong)) {
            return u"no window with %1"_s.arg(id);
        }
        QApplication::setActiveWindow(m_window);
        key(number, Qt::ControlModifier);
        if (!QTest::qWaitFor([this] { return m_window->currentPanel() == m_panel; }, kLong)) {
            return u"no key opens %1"_s.arg(id);
        }
        return {};
    }
    [[nodiscard]] static QModelIndex rowOf(ui::DataTable* table, const QString& id)
    {
        const QAbstractItemModel* rows = table->view()->model();
        for (int i = 0; i < rows->rowCount(); ++i) {
            if (rows->index(i, 0).data(ui::RecordModel::IdRole).toString() == id) {
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

    ui::MainWindow* m_window = nullptr;
    ui::Panel* m_panel = nullptr;
    QJsonObject m_told;
};

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"analemma"_s);
    const QStringList words = QApplication::arguments();
    if (words.size() != 4 || (words[2] != u"rollback"_s && words[2] != u"compare"_s)) {
        std::fprintf(stderr, "Usage: window_person WORKSPACE rollback ALERT|compare ENVIRONMENT\n");
        return 2;
    }
    const Language english(u"en"_s);
    startLog(homeFolder() + u"/log"_s);
    app::WindowProgram program;
    int code = 0;
    QTimer::singleShot(0, &program, [&] {
        program.start(words[1]);
        Person person;
        const QString missing =
            words[2] == u"rollback"_s ? person.rollBack(words[3]) : person.compare(words[3]);
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
