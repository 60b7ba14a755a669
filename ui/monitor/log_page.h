#pragma once

#include "core/operate/logtail.h"

#include <QHash>
#include <QWidget>

#include <deque>
#include <optional>

class QHBoxLayout;
class QLineEdit;

namespace analemma::ui {

class Button;
class ChipBar;
class LogPane;
class LogServerTag;
class Text;

/// Logs of several servers as one, merged by time, as they are written. What stands here is
/// bounded: the oldest lines go. Main thread.
class LogPage : public QWidget {
    Q_OBJECT
public:
    explicit LogPage(operate::LogTail::Connect connect, QWidget* parent = nullptr);
    ~LogPage() override;

    /// Turns to these servers and follows what was followed last.
    void showServers(const QStringList& servers);
    [[nodiscard]] QStringList servers() const { return m_servers; }
    /// Ends the programs there; what they told stays.
    void stop();
    /// Stands still at a kept moment; nothing: goes on.
    void setPast(const std::optional<qint64>& moment);
    /// The search goes; false: nothing was left to do.
    bool stepBack();
    void focusLog();

Q_SIGNALS:
    void left();

private:
    struct Kept {
        qint64 time = 0;
        QByteArray text;
    };
    void buildHead();
    void follow();
    void setPaused(bool paused);
    void take(const QList<operate::LogLine>& lines);
    void put(const operate::LogLine& line, QByteArray* out);
    void rebuild();
    void updateTag(const QString& server);
    void updatePause();
    [[nodiscard]] QByteArray shownText(const operate::LogLine& line) const;

    operate::LogTail* m_tail;
    QStringList m_servers;
    QStringList m_names;  ///< as shown, of equal width
    std::deque<Kept> m_kept;
    QList<operate::LogLine> m_waiting;  ///< while it is paused
    qint64 m_lost = 0;                  ///< that came while it was paused and found no room
    bool m_paused = false;
    bool m_running = false;
    std::optional<qint64> m_past;
    Button* m_back;
    Text* m_title;
    ChipBar* m_kind;
    QLineEdit* m_source;
    Button* m_follow;
    Button* m_pause;
    Text* m_problem;
    QWidget* m_tags;
    QHBoxLayout* m_tagRow;
    QHash<QString, LogServerTag*> m_tagOf;
    LogPane* m_pane;
};

/// One server of a log: its colour, name and state.
class LogServerTag : public QWidget {
    Q_OBJECT
public:
    LogServerTag(const QString& server, int place);
    void setState(operate::LogState state, const QString& reason);
    [[nodiscard]] operate::LogState state() const { return m_state; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    int m_place;
    operate::LogState m_state = operate::LogState::Connecting;
};

}  // namespace analemma::ui
