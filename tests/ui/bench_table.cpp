// The shared table with 10,000 rows while 1,000 of them change in a second, frame by frame. Prints
// one line of JSON: how long the worst and the middle frame took, from the first change of a frame
// to its pixels. Run by tests/bench/run.

#include "ui/shell/theme.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

constexpr int rows = 10'000;
constexpr int changesInSecond = 1'000;
constexpr int framesInSecond = 60;
constexpr int frames = 300;

QDateTime start()
{
    return QDateTime(QDate(2026, 11, 23), QTime(9, 41, 7), Qt::UTC);
}

Record rowOf(int number, int version)
{
    constexpr std::array<Mark, 5> marks{Mark::Ok, Mark::Running, Mark::Waiting, Mark::Failed,
                                        Mark::Idle};
    Record record;
    record.id = QString::number(number);
    record.fields = {
        Field::state(marks[std::size_t(number + version) % marks.size()]),
        Field::number(qint64(number)),
        Field::hash(u"a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"_s),
        Field::text_(
            u"change %1 of row %2, whose subject is as long as most are"_s.arg(version).arg(
                number)),
        Field::duration(milliseconds(1000 + (number * 37 + version * 501) % 90'000),
                        (number + version) % 100 / 100.0),
        Field::age(start().addSecs(-number), start())};
    return record;
}

RecordModel* fill(QObject* parent)
{
    auto* model = new RecordModel({{u"state"_s, u"State"_s, ColumnKind::State, 104},
                                   {u"number"_s, u"Run"_s, ColumnKind::Number, 64},
                                   {u"commit"_s, u"Commit"_s, ColumnKind::Fixed, 82},
                                   {u"subject"_s, u"Subject"_s, ColumnKind::Text, 260, true},
                                   {u"took"_s, u"Took"_s, ColumnKind::Bar, 130},
                                   {u"begun"_s, u"Begun"_s, ColumnKind::Age, 100}},
                                  parent);
    QList<Record> records;
    for (int number = 0; number < rows; ++number) {
        records.append(rowOf(number, 0));
    }
    model->setRecords(records);
    return model;
}

/// What one frame costs: its changes, the events that they bring, and the painting.
double frame(DataTable* table, int number)
{
    constexpr int batch = (changesInSecond + framesInSecond - 1) / framesInSecond;
    QList<Record> records;
    for (int i = 0; i < batch; ++i) {
        // Half of them in sight, half anywhere: the worst of both.
        const int row = i % 2 == 0 ? (number * 7 + i) % 40 : (number * 7919 + i * 613) % rows;
        records.append(rowOf(row, number));
    }
    QElapsedTimer timer;
    timer.start();
    table->model()->updateRecords(records);
    QApplication::sendPostedEvents();
    QApplication::processEvents();
    table->view()->viewport()->repaint();
    return double(timer.nsecsElapsed()) / 1e6;
}

QJsonObject measure(DataTable* table)
{
    QList<double> taken;
    for (int number = 1; number <= frames; ++number) {
        taken.append(frame(table, number));
    }
    std::sort(taken.begin(), taken.end());
    return {{u"median_ms"_s, taken[frames / 2]},
            {u"p99_ms"_s, taken[frames * 99 / 100]},
            {u"worst_ms"_s, taken.last()},
            {u"late"_s,
             int(std::count_if(taken.cbegin(), taken.cend(), [](double ms) { return ms > 16; }))}};
}

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    QApplication app(argc, argv);
    Theme theme;
    QElapsedTimer timer;
    timer.start();
    DataTable table(u"bench.rows"_s, fill(&app));
    const double filled = double(timer.nsecsElapsed()) / 1e6;
    table.resize(1280, 800);
    table.show();
    QApplication::processEvents();
    QJsonObject told{{u"schema"_s, u"analemma.bench.table.1"_s},
                     {u"rows"_s, rows},
                     {u"changes_a_second"_s, changesInSecond},
                     {u"frames"_s, frames},
                     {u"fill_ms"_s, filled}};
    told[u"plain"_s] = measure(&table);
    table.sortBy(4, Qt::DescendingOrder);  // the column that changes
    told[u"sorted"_s] = measure(&table);
    table.setFilterText(u"subject 1"_s);
    told[u"filtered"_s] = measure(&table);
    std::puts(QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    return 0;
}
