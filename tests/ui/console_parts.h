#pragma once

#include "core/terminal/terminal.h"
#include "ui/console/console_page.h"
#include "ui/console/terminal_view.h"

#include <QTest>

/// What the tests of the console share: a connection that a test plays itself, and hands.
namespace analemma::made {

/// Keeps what is sent; opens, prints and breaks as the test says.
class PlayedConnection : public ui::Connection {
public:
    void open(ssh::TerminalSize now) override
    {
        ++opens;
        size = now;
        isOpen = opensAtOnce;
        if (opensAtOnce) {
            Q_EMIT opened();
        }
    }
    bool write(const QByteArray& bytes) override
    {
        sent += isOpen ? bytes : QByteArray();
        return isOpen;
    }
    void resize(ssh::TerminalSize now) override { size = now; }
    void taken(qsizetype bytes) override { dealtWith += bytes; }
    void close() override { isOpen = false; }
    void breakDown()
    {
        isOpen = false;
        ssh::ChannelEnd end;
        end.error = Error(ErrorKind::Network, QStringLiteral("the connection was cut"));
        Q_EMIT ended(end);
    }

    bool opensAtOnce = true;
    bool isOpen = false;
    int opens = 0;
    qsizetype dealtWith = 0;
    ssh::TerminalSize size;
    QByteArray sent;
};

inline ui::ConsoleTarget consoleTarget(const QString& server, bool production = false)
{
    ui::ConsoleTarget target;
    target.server = server;
    target.label = QStringLiteral("deploy@") + server;
    target.place = QStringLiteral("127.0.0.1:22");
    target.environment = production ? QStringLiteral("production") : QStringLiteral("qa");
    target.production = production;
    return target;
}

/// The text in view.
inline QString seen(ui::TerminalView* view)
{
    static_cast<void>(view->picture());
    return view->visibleText();
}

/// The middle of a cell, for the mouse.
inline QPoint spot(const ui::TerminalView* view, int line, int column)
{
    return view->cellRect(line, column).center() / view->devicePixelRatioF();
}

inline void type(ui::TerminalView* view, const QString& text)
{
    view->setFocus();
    QTest::keyClicks(view, text);
}

}  // namespace analemma::made
