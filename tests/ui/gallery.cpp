// Pictures of the window and its parts with made values, written to a folder to be looked at:
//   QT_SCALE_FACTOR=1.5 ANALEMMA_LANGUAGE=es xvfb-run -a -s "-screen 0 1920x1080x24" ui_gallery
//   FOLDER [PANELS]
// With PANELS (a regular expression), each panel whose name fits with each kind of content; else
// the parts.

#include "tests/ui/gallery_panels.h"
#include "tests/ui/made.h"
#include "ui/board/board_panel.h"
#include "ui/board/board_view.h"
#include "ui/shell/icons.h"
#include "core/base/language.h"
#include "ui/shell/main_window.h"
#include "ui/shell/tray.h"
#include "ui/shell/top_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

/// All icons on the panel's ground.
class IconSheet : public QWidget {
protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), colour(Token::Surface));
        const QStringList names = QDir(u":/analemma/icons"_s).entryList();
        int at = 0;
        for (const QString& file : names) {
            const QString name = file.chopped(4);
            const int x = 24 + at % 10 * 118;
            const int y = 20 + at / 10 * 92;
            paintIcon(&painter, QRect(x, y, 40, 40), name, colour(Token::Text));
            paintIcon(&painter, QRect(x + 48, y + 12, 20, 20), name, colour(Token::Accent));
            paintIcon(&painter, QRect(x + 74, y + 14, 16, 16), name, colour(Token::Quiet));
            painter.setFont(fontOf(Type::Caption));
            painter.setPen(colour(Token::Quiet));
            painter.drawText(x, y + 60, name);
            ++at;
        }
    }
};

class Sheet : public QWidget {
protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter(this).fillRect(rect(), colour(Token::Surface));
    }
};

QWidget* buttons(QWidget* parent)
{
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    auto* deploy = new Button(Button::Look::Primary, u"Deploy 1.4.2…"_s, u"deploy"_s);
    auto* back = new Button(Button::Look::Plain, u"Roll back to 1.4.1"_s, u"undo"_s);
    back->setHint(u"warm, about 40 ms"_s);
    auto* danger = new Button(Button::Look::Danger, u"Delete image"_s, u"trash"_s);
    auto* off = new Button(Button::Look::Plain, u"Approve"_s, u"approve"_s);
    off->setRefusal(u"You made this release."_s);
    for (QWidget* part : {static_cast<QWidget*>(deploy), static_cast<QWidget*>(back),
                          static_cast<QWidget*>(new Button(Button::Look::Quiet, u"Details"_s)),
                          static_cast<QWidget*>(danger), static_cast<QWidget*>(off),
                          static_cast<QWidget*>(new IconButton(u"more"_s, u"More"_s)),
                          static_cast<QWidget*>(new QLineEdit(u"production"_s))}) {
        line->addWidget(part);
    }
    line->addStretch(1);
    return row;
}

QWidget* badges(QWidget* parent)
{
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    for (const Mark mark :
         {Mark::Ok, Mark::Running, Mark::Waiting, Mark::Failed, Mark::Unknown, Mark::Idle}) {
        line->addWidget(new StateBadge(mark));
    }
    auto* chips = new ChipBar;
    chips->addChip(u"all"_s, u"All"_s);
    chips->addChip(u"failed"_s, u"Failed"_s);
    chips->addChip(u"mine"_s, u"Mine"_s);
    chips->setCount(u"all"_s, 24);
    chips->setCount(u"failed"_s, 2);
    line->addSpacing(24);
    line->addWidget(chips, 1);
    return row;
}

RecordModel* runs(QObject* parent)
{
    auto* model = new RecordModel({{u"number"_s, u"Run"_s, ColumnKind::Number, 56},
                                   {u"state"_s, u"State"_s, ColumnKind::State, 110},
                                   {u"commit"_s, u"Commit"_s, ColumnKind::Fixed, 90},
                                   {u"subject"_s, u"Subject"_s, ColumnKind::Text, 200, true},
                                   {u"time"_s, u"Duration"_s, ColumnKind::Bar, 170},
                                   {u"when"_s, u"When"_s, ColumnKind::Age, 100}},
                                  parent);
    QList<Record> records;
    const QList<Mark> marks{Mark::Running, Mark::Ok, Mark::Ok,     Mark::Failed,
                            Mark::Waiting, Mark::Ok, Mark::Unknown};
    for (int i = 0; i < 40; ++i) {
        const Mark mark = marks[i % marks.size()];
        Record record;
        record.id = QString::number(i);
        record.marked = i == 2;
        record.fields = {Field::number(qint64{41 - i}),
                         Field::state(mark),
                         Field::hash(u"a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"_s),
                         Field::text_(u"fix: price with tax is rounded once"_s),
                         Field::duration(milliseconds(38'000 + i * 700), 0.4 + i % 5 * 0.12),
                         Field::age(made::now().addSecs(-i * 1900), made::now())};
        record.fields[4].mark = mark;
        records.append(record);
    }
    model->setRecords(records);
    return model;
}

QWidget* environmentCard(QWidget* parent)
{
    auto* card = new Card(parent);
    card->setFramed(true, u"PRODUCTION"_s);
    auto* release = new Text(u"1.4.1"_s, Type::Title);
    release->setBold(true);
    auto* line = new QHBoxLayout;
    line->addWidget(release);
    line->addWidget(new StateBadge(Mark::Ok, u"healthy"_s));
    line->addStretch(1);
    card->column()->addLayout(line);
    auto* facts = new FactGrid;
    facts->addFact(u"Generation"_s, u"3, since 2 h"_s);
    facts->addFact(u"Balancer"_s, u"http://127.64.3.1:8000"_s, true);
    card->column()->addWidget(facts);
    auto* curve = new Sparkline;
    QList<double> values;
    QList<double> errors;
    for (int i = 0; i < 120; ++i) {
        values.append(220 + 60 * std::sin(i / 9.0) + i % 7 * 6);
        errors.append(i > 70 && i < 76 ? 40 : 0);
    }
    curve->setValues(values);
    curve->setErrors(errors);
    curve->setMarks({44, 71});
    card->column()->addWidget(curve);
    auto* back = new Button(Button::Look::Plain, u"Roll back to 1.4.0"_s, u"undo"_s);
    back->setHint(u"warm, about 40 ms"_s);
    card->column()->addWidget(back, 0, Qt::AlignLeft);
    return card;
}

QWidget* widgetSheet()
{
    auto* sheet = new Sheet;
    auto* column = new QVBoxLayout(sheet);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(16);
    column->addWidget(new SectionTitle(u"Parts"_s));
    column->addWidget(buttons(sheet));
    column->addWidget(badges(sheet));
    auto* table = new DataTable(u"gallery.runs"_s, runs(sheet));
    table->setFilterText(u"price"_s);
    table->selectId(u"1"_s);
    auto* tableCard = new Card;
    tableCard->column()->setContentsMargins(1, 1, 1, 1);
    tableCard->column()->addWidget(table);
    auto* plan = new PlanView;
    plan->setOperation(made::runningDeploy());
    auto* planCard = new Card;
    planCard->column()->setContentsMargins(1, 1, 1, 1);
    planCard->column()->addWidget(plan);
    auto* log = new LogPane;
    log->setTitle(u"test / python -m unittest"_s);
    for (int i = 0; i < 60; ++i) {
        log->log()->append("\x1b[32mok\x1b[0m test_price_" + QByteArray::number(i) + " (0.00" +
                           QByteArray::number(i % 10) + " s)\n");
        if (i == 40) {
            log->log()->append(
                "FAIL: test_tax: expected 1190, got 1189\nTraceback (most recent call last):\n");
        }
    }
    log->log()->goToFirstError();
    auto* grid = new QGridLayout;
    grid->setSpacing(16);
    grid->addWidget(tableCard, 0, 0);
    grid->addWidget(planCard, 0, 1);
    auto* logCard = new Card;
    logCard->column()->setContentsMargins(1, 1, 1, 1);
    logCard->column()->addWidget(log);
    grid->addWidget(logCard, 1, 0);
    grid->addWidget(environmentCard(sheet), 1, 1);
    grid->setColumnStretch(0, 5);
    grid->setColumnStretch(1, 4);
    column->addLayout(grid, 1);
    return sheet;
}

class Gallery {
public:
    explicit Gallery(QString folder) : m_folder(std::move(folder)) {}

    void keep(QWidget* widget, const QString& name, QSize size)
    {
        widget->resize(size);
        widget->show();
        for (const SchemeChoice choice : {SchemeChoice::Light, SchemeChoice::Dark}) {
            m_theme.setChoice(choice);
            QTest::qWait(60);
            const QString scheme = choice == SchemeChoice::Light ? u"light"_s : u"dark"_s;
            widget->grab().save(u"%1/%2-%3-%4.png"_s.arg(m_folder, name, scheme).arg(size.width()));
        }
    }
    Theme* theme() { return &m_theme; }

private:
    QString m_folder;
    Theme m_theme;
};

void keepWindow(Gallery& gallery, const made::StandingClock& clock)
{
    Context context;
    context.workspace.name = u"shop"_s;
    context.workspace.folder = u"/srv/shop"_s;
    context.clock = &clock;
    MainWindow window(context, gallery.theme());
    window.resize(1280, 800);
    window.show();
    auto* home = qobject_cast<BoardPanel*>(window.panel(u"home"_s));
    window.openPanel(u"home"_s);
    home->view()->setBoard(made::board(30), made::now());
    Q_EMIT home->refreshed(made::now().addSecs(-3));
    window.tray()->setOperations(made::operations(), made::now());
    auto* top = window.findChild<TopBar*>(u"top"_s);
    top->setRunning(1);
    top->setAlerts(1);
    home->view()->table()->view()->setFocus();
    home->view()->table()->view()->setCurrentIndex(
        home->view()->table()->view()->model()->index(1, 5));
    gallery.keep(&window, u"home"_s, {1280, 800});
    gallery.keep(&window, u"home"_s, {1920, 1080});
    window.findChild<QAction*>(u"palette.open"_s)->trigger();
    window.findChild<QLineEdit*>(u"palette.field"_s)->setText(u"the"_s);
    gallery.keep(&window, u"palette"_s, {1280, 800});
    window.findChild<CommandPalette*>()->dismiss();
    window.tray()->setOpen(true);
    for (int i = 0; i < 30; ++i) {
        window.tray()->appendLog(u"op-1"_s,
                                 u"09:41:%1  GET /healthz on production-4-web-2: 200 in 1 ms"_s.arg(
                                     i, 2, 10, QChar(u'0')));
    }
    Notice notice;
    notice.text = u"Rolled back to 1.4.1 in 38 ms, 0 requests lost."_s;
    notice.action = u"Undo"_s;
    window.tell(notice);
    gallery.keep(&window, u"tray"_s, {1280, 800});
    window.tray()->setOpen(false);
    window.findChild<Toast*>()->dismiss();
    home->view()->setBoard(made::emptyBoard(), made::now());
    gallery.keep(&window, u"empty"_s, {1000, 640});
}

void keepPanels(Gallery& gallery, const made::StandingClock& clock, const QString& wanted)
{
    const QRegularExpression fits(wanted);
    Context context;
    context.workspace.name = u"shop"_s;
    context.workspace.folder = u"/srv/shop"_s;
    context.workspace.environmentOrder = {u"qa"_s, u"production"_s};
    context.workspace.images[u"web"_s].name = u"web"_s;
    context.clock = &clock;
    MainWindow window(context, gallery.theme());
    window.resize(1280, 800);
    window.show();
    window.tray()->setOperations(made::operations(), made::now());
    made::showPanels(&window, [&](const QString& name) {
        if (fits.match(name).hasMatch()) {
            gallery.keep(&window, name, {1280, 800});
            gallery.keep(&window, name, {1920, 1080});
        }
    });
}

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    QApplication app(argc, argv);
    const QString folder = app.arguments().value(1, u"."_s);
    QDir().mkpath(folder);
    const Language language;
    Gallery gallery(folder);
    const made::StandingClock clock;
    if (app.arguments().size() > 2) {
        keepPanels(gallery, clock, app.arguments().at(2));
        return 0;
    }
    keepWindow(gallery, clock);
    const std::unique_ptr<QWidget> sheet(widgetSheet());
    gallery.keep(sheet.get(), u"widgets"_s, {1280, 800});
    sheet->hide();
    IconSheet icons;
    gallery.keep(&icons, u"icons"_s, {1220, 680});
    return 0;
}
