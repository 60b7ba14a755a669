#pragma once

#include "core/operate/remoteedit.h"

#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace analemma::ui {

class Button;
class StateBadge;
class Text;

/// A line for each file that is edited in place: what it is, whether it is saved there, and what
/// can be done when the server's file has changed meanwhile.
class EditStrip : public QWidget {
    Q_OBJECT
public:
    explicit EditStrip(operate::RemoteEdits* edits, QWidget* parent = nullptr);

Q_SIGNALS:
    void closeWanted(const QString& id);  ///< of one that is not saved: ask first

private:
    struct Line {
        QWidget* row = nullptr;
        StateBadge* badge = nullptr;
        Text* text = nullptr;
        Button* mine = nullptr;
        Button* theirs = nullptr;
        Button* again = nullptr;
    };
    void refresh(const QString& id);
    Line make(const QString& id);
    operate::RemoteEdits* m_edits;
    QVBoxLayout* m_column;
    QHash<QString, Line> m_lines;
};

}  // namespace analemma::ui
