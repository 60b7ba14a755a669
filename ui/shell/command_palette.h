#pragma once

#include <QFrame>
#include <QList>
#include <QString>

#include <functional>
#include <optional>

class QLineEdit;
class QListView;

namespace analemma::ui {

/// One line of the palette.
struct Command {
    QString id;  ///< "environments.rollback"
    QString text;
    QString hint;  ///< quiet, at the right: keys, panel
    QString icon;
    bool enabled = true;
    std::function<void()> run;
};

/// How well `query` fits `text`: letters in order, better at word starts and when together; the
/// places of the letters. Nothing when it does not fit. Pure.
struct Fit {
    int score = 0;
    QList<int> places;
};
std::optional<Fit> fuzzyFit(const QString& text, const QString& query);

/// Search and commands in one field over the window: type, arrows, Enter. What was run last stands
/// first.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);
    /// Shows it with these commands; asked anew each time.
    void open(const QList<Command>& commands);
    void dismiss();
    [[nodiscard]] QStringList shownIds() const;

Q_SIGNALS:
    void dismissed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    class Model;
    class Delegate;
    void place();
    void refine(const QString& query);
    void runCurrent();
    QLineEdit* m_field;
    QListView* m_list;
    Model* m_model;
    QWidget* m_back = nullptr;  ///< had the focus before
    QList<Command> m_commands;
};

}  // namespace analemma::ui
