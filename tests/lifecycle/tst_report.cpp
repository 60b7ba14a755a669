#include "core/lifecycle/report.h"

#include "tests/support.h"

#include <QScopeGuard>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime monday = fromIso(u"2026-11-02T00:00:00.000Z"_s);

QDateTime hour(int hours)
{
    return monday.addSecs(qint64(hours) * 3600);
}

Delivery deployed(const QString& id, int at, const QString& environment = u"production"_s)
{
    Delivery one;
    one.operation = id;
    one.environment = environment;
    one.repository = u"shop"_s;
    one.release = u"1.4."_s + id;
    one.commit = u"c0ffee"_s + id;
    one.stayed = true;
    one.began = hour(at);
    one.live = hour(at + 1);
    one.ended = hour(at + 1);
    one.changes = {{one.commit, u"fix: tax "_s + id, hour(at - 3)}};
    return one;
}

Delivery takenBack(const QString& id, int at)
{
    Delivery one = deployed(id, at);
    one.kind = Delivery::Kind::Rollback;
    one.from = 2;
    one.to = 1;
    one.changes.clear();
    return one;
}

ReportFacts factsOf(const QList<Delivery>& deliveries, int days = 14)
{
    FigureQuery query;
    query.from = monday;
    query.to = monday.addDays(days);
    query.bucket = bucketFor(std::chrono::hours(24 * days));
    ReportFacts facts;
    facts.workspace = u"shop"_s;
    facts.figures = makeFigures(deliveries, query);
    facts.made = query.to;
    return facts;
}

const ReportPart* partOf(const ReportDocument& document, const QString& heading)
{
    const auto found = std::ranges::find(document.parts, heading, &ReportPart::heading);
    return found == document.parts.end() ? nullptr : &*found;
}

QString rowText(const QList<ReportCell>& row)
{
    QStringList texts;
    for (const ReportCell& cell : row) {
        texts.append(cell.text);
    }
    return texts.join(u'|');
}

CheckColumn column(int minutes, qint64 count, double share)
{
    return {monday.addSecs(qint64(minutes) * 60), milliseconds(600'000), count, share};
}

/// The elements of a document with their attributes; the head's void elements are closed for it.
struct Elements {
    QStringList names;
    QString text;
    QStringList values;
    QString problem;
};

Elements elementsOf(const QByteArray& html)
{
    QByteArray xml = html;
    xml.replace("<!DOCTYPE html>\n", "");
    for (const QByteArray& name : {QByteArray("<meta "), QByteArray("<link ")}) {
        for (qsizetype at = xml.indexOf(name); at >= 0; at = xml.indexOf(name, at + 1)) {
            xml.insert(xml.indexOf('>', at), '/');
        }
    }
    Elements all;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement()) {
            all.names.append(reader.name().toString());
            for (const QXmlStreamAttribute& one : reader.attributes()) {
                all.names.append(u'@' + one.name().toString());
                all.values.append(one.value().toString());
            }
        } else if (reader.isCharacters()) {
            all.text += reader.text().toString() + u'\n';
        }
    }
    all.problem = reader.hasError() ? reader.errorString() : QString();
    return all;
}

}  // namespace

/// The report of a period: what it tells, and that it is one sound file whatever names there are.
class TestReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void availability_data();
    void availability();
    void outagesWithTheirTimes();
    void shapes();
    void tiles();
    void nothingDeployed();
    void everythingThereIs();
    void longTablesAreCut();
    void htmlIsOneFile();
    void hostileNames();
    void speaksTheLanguage();
};

void TestReport::availability_data()
{
    QTest::addColumn<QList<CheckColumn>>("columns");
    QTest::addColumn<std::optional<double>>("percent");
    QTest::addColumn<int>("outages");
    QTest::addColumn<int>("downMinutes");
    const auto row = [](const char* name, const QList<CheckColumn>& columns,
                        std::optional<double> percent, int outages,
                        int down) { QTest::newRow(name) << columns << percent << outages << down; };
    row("nothing", {}, {}, 0, 0);
    row("silence", {column(0, 0, 1), column(10, 0, 1)}, {}, 0, 0);
    row("well", {column(0, 60, 1), column(10, 60, 1)}, 100.0, 0, 0);
    row("half of one column", {column(0, 60, 1), column(10, 60, 0.5)}, 75.0, 1, 5);
    row("one outage over three columns",
        {column(0, 60, 0.5), column(10, 60, 0), column(20, 60, 0.9), column(30, 60, 1)}, 60.0, 1,
        16);
    row("two outages", {column(0, 60, 0.5), column(10, 60, 1), column(20, 60, 0)}, 50.0, 2, 15);
    row("silence within an outage does not end it, and is not down",
        {column(0, 60, 0), column(10, 0, 1), column(20, 60, 0), column(30, 60, 1)}, 100.0 / 3, 1,
        20);
}

void TestReport::availability()
{
    QFETCH(const QList<CheckColumn>, columns);
    QFETCH(const std::optional<double>, percent);
    QFETCH(const int, outages);
    QFETCH(const int, downMinutes);
    const Availability made = availabilityOf(u"web"_s, columns);
    QCOMPARE(made.percent.has_value(), percent.has_value());
    if (percent) {
        QVERIFY(std::abs(*made.percent - *percent) < 0.01);
    }
    QCOMPARE(made.outages.size(), outages);
    QCOMPARE(std::lround(double(made.down.count()) / 60'000), downMinutes);
}

void TestReport::outagesWithTheirTimes()
{
    const Availability made =
        availabilityOf(u"web"_s, {column(0, 60, 1), column(10, 60, 0), column(20, 60, 0.5),
                                  column(30, 60, 1), column(40, 60, 0)});
    QCOMPARE(made.outages.size(), 2);
    QCOMPARE(made.outages[0].from, monday.addSecs(600));
    QCOMPARE(made.outages[0].to, monday.addSecs(1800));
    QCOMPARE(made.outages[0].down, milliseconds(900'000));
    QVERIFY(!made.outages[0].goesOn);
    QVERIFY(made.outages[1].goesOn);
}

void TestReport::shapes()
{
    TrendChart chart;
    chart.values = {1, 2, std::nullopt, 4};
    const TrendShape curve = shapeOf(chart);
    QCOMPARE(curve.lines.size(), 2);
    QCOMPARE(curve.lines[0].size(), 2);
    QCOMPARE(curve.lines[1].size(), 1);  // a dot
    QCOMPARE(curve.bridges, QList<QLineF>{QLineF(0.375, 0.5, 0.875, 0)});
    QCOMPARE(curve.lines[0][1], QPointF(0.375, 0.5));
    QCOMPARE(curve.lines[1][0], QPointF(0.875, 0));
    chart.bars = true;
    chart.bad = {0, 1, 0, 0};
    const TrendShape bars = shapeOf(chart);
    QCOMPARE(bars.bars.size(), 3);
    QCOMPARE(bars.bad.size(), 1);
    QCOMPARE(bars.bad[0].bottom(), 1.0);
    QCOMPARE(bars.bad[0].height(), 0.25);
    chart.values = {0, 0};
    QCOMPARE(shapeOf(chart).bars.size(), 0);
    chart.bars = false;
    QCOMPARE(shapeOf(chart).lines[0][0].y(), 1.0);
    chart.values.clear();
    QCOMPARE(shapeOf(chart).lines.size(), 0);
}

void TestReport::tiles()
{
    const ReportFacts facts = factsOf(
        {deployed(u"p"_s, -30), deployed(u"a"_s, 10), deployed(u"b"_s, 20), takenBack(u"r"_s, 25)});
    const QList<ReportTile> tiles = tilesOf(facts.figures);
    QCOMPARE(tiles.size(), figureCount);
    QCOMPARE(tiles[0].number, u"1.0"_s);
    QCOMPARE(tiles[0].unit, u"a week"_s);
    QCOMPARE(tiles[0].comparison, u"better, 0.5 before"_s);
    QVERIFY(tiles[0].rose && tiles[0].trend.bars);
    QCOMPARE(tiles[1].number, u"4 h"_s);
    QCOMPARE(tiles[1].comparison, u"about the same, 4 h before"_s);
    QCOMPARE(tiles[2].number, u"50 %"_s);
    QCOMPARE(tiles[2].comparison, u"worse, 0 % before"_s);
    QCOMPARE(tiles[3].comparison, u"nothing to compare"_s);
    QVERIFY2(tiles[0].trend.name.startsWith(u"Deployment frequency: "_s),
             qPrintable(tiles[0].trend.name));
    QCOMPARE(tiles[0].trend.values.size(), 14);
}

void TestReport::nothingDeployed()
{
    const ReportDocument document = reportOf(factsOf({}));
    QCOMPARE(document.period, u"2 Nov 2026 to 16 Nov 2026, 14 days"_s);
    QCOMPARE(document.scope, u"all environments, all repositories"_s);
    const ReportPart* all = partOf(document, u"Deployments and roll backs"_s);
    QVERIFY(all != nullptr);
    QCOMPARE(all->text, u"Nothing was deployed in this time."_s);
    QVERIFY(partOf(document, u"Incidents"_s) == nullptr);
    QVERIFY(elementsOf(toHtml(document)).problem.isEmpty());
}

void TestReport::everythingThereIs()
{
    ReportFacts facts = factsOf({deployed(u"1"_s, 10), deployed(u"2"_s, 20), takenBack(u"r"_s, 25),
                                 deployed(u"3"_s, 40), deployed(u"q"_s, 8, u"qa"_s)});
    facts.releases = {
        {u"1.4.1"_s, u"shop"_s, u"c0ffee1234567"_s, u"fix: tax"_s, u"ana"_s, hour(9)},
        {u"1.4.2"_s, u"shop"_s, u"c0ffee2234567"_s, u"feat: list"_s, u"ana"_s, hour(19)}};
    Incident incident;
    incident.title = u"shop is slow"_s;
    incident.environment = u"production"_s;
    incident.severity = u"critical"_s;
    incident.began = hour(22);
    incident.ended = hour(24);
    Incident open = incident;
    open.title = u"disk full"_s;
    open.began = hour(30);
    open.ended = {};
    facts.incidents = {open, incident};
    facts.availability = {availabilityOf(u"https://shop"_s, {column(0, 60, 1), column(10, 60, 0)}),
                          availabilityOf(u"tcp"_s, {column(0, 60, 1)})};
    facts.problems = {u"commits of qa 1.4: gone"_s};
    const ReportDocument document = reportOf(facts);
    QStringList headings;
    for (const ReportPart& part : document.parts) {
        headings.append(part.heading);
    }
    QCOMPARE(headings,
             (QStringList{u"The five figures"_s, u"Day by day"_s, u"What could not be read"_s,
                          u"By environment"_s, u"Changes that failed"_s, u"Incidents"_s,
                          u"Availability"_s, u"Longest outages"_s,
                          u"Changes that took longest to reach users"_s, u"Releases"_s,
                          u"Deployments and roll backs"_s}));
    QCOMPARE(rowText(partOf(document, u"Changes that failed"_s)->table.rows[0]),
             u"1.4.2|production|2 Nov 2026 21:00|rolled back|5 h"_s);
    const ReportTable& incidents = partOf(document, u"Incidents"_s)->table;
    QCOMPARE(rowText(incidents.rows[0]),
             u"shop is slow|production|critical|2 Nov 2026 22:00|2 h"_s);
    QCOMPARE(rowText(incidents.rows[1]),
             u"disk full|production|critical|3 Nov 2026 06:00|goes on"_s);
    const ReportTable& checks = partOf(document, u"Availability"_s)->table;
    QCOMPARE(rowText(checks.rows[0]), u"https://shop||50.000 %|10 min|1|10 min|20 min"_s);
    QCOMPARE(rowText(checks.rows[1]), u"tcp||100 %|-|0|-|10 min"_s);
    QCOMPARE(rowText(partOf(document, u"Longest outages"_s)->table.rows[0]),
             u"https://shop|2 Nov 2026 00:10|goes on|10 min"_s);
    QCOMPARE(rowText(partOf(document, u"Releases"_s)->table.rows[0]),
             u"1.4.2|shop|c0ffee22|feat: list|2 Nov 2026 19:00"_s);
    const ReportTable& all = partOf(document, u"Deployments and roll backs"_s)->table;
    QCOMPARE(all.rows.size(), 5);
    QCOMPARE(rowText(all.rows[0]), u"3 Nov 2026 17:00|live, rework|production|1.4.3|1|4 h"_s);
    QCOMPARE(rowText(all.rows[1]), u"3 Nov 2026 02:00|rolled back|production|1.4.r||"_s);
    QCOMPARE(rowText(all.rows[2]), u"2 Nov 2026 21:00|taken back|production|1.4.2|1|4 h"_s);
    QCOMPARE(partOf(document, u"Day by day"_s)->charts.size(), 4);
    QCOMPARE(partOf(document, u"Day by day"_s)->charts[0].bad[0], 1.0);
}

void TestReport::longTablesAreCut()
{
    QList<Delivery> many;
    for (int i = 0; i < 230; ++i) {
        many.append(deployed(QString::number(i), 10 + i));
    }
    const ReportDocument document = reportOf(factsOf(many, 28));
    const ReportPart* all = partOf(document, u"Deployments and roll backs"_s);
    QCOMPARE(all->table.rows.size(), 200);
    QCOMPARE(all->note, u"The newest 200 of 230; all are in the export as CSV."_s);
    QVERIFY(rowText(all->table.rows[0]).contains(u"1.4.229"_s));
}

void TestReport::htmlIsOneFile()
{
    const QByteArray html = toHtml(reportOf(factsOf({deployed(u"1"_s, 10), deployed(u"2"_s, 20)})));
    const Elements all = elementsOf(html);
    QVERIFY2(all.problem.isEmpty(), qPrintable(all.problem));
    QCOMPARE(all.names.count(u"svg"_s), 9);  // five tiles, four charts
    QVERIFY(!all.names.contains(u"script"_s));
    for (const QString& name : {u"img"_s, u"link"_s, u"iframe"_s, u"object"_s, u"a"_s, u"@src"_s,
                                u"@href"_s, u"@style"_s, u"@onload"_s}) {
        QVERIFY2(!all.names.contains(name), qPrintable(name));
    }
    QVERIFY(html.contains("default-src 'none'"));
    QVERIFY(html.contains("@media print"));
    for (const QByteArray& far : {QByteArray("http:"), QByteArray("https:"), QByteArray("url("),
                                  QByteArray("@import"), QByteArray("//")}) {
        QVERIFY2(!html.contains(far), far.constData());
    }
}

/// Whatever is named how it likes: it stays text.
void TestReport::hostileNames()
{
    const QString evil =
        u"</td></title><script>alert(1)</script><img src=x onerror='x'>\" onload=\"x\u202E\x1b&amp;%1"_s;
    Delivery one = deployed(u"1"_s, 10);
    one.release = evil;
    one.environment = evil;
    one.repository = evil;
    one.changes[0].subject = evil;
    one.changes[0].commit = evil;
    Delivery back = takenBack(u"r"_s, 20);
    back.environment = evil;
    back.repository = evil;
    back.release = evil;
    Delivery other = deployed(u"2"_s, 12, u"qa"_s);
    other.repository = u"wiki"_s;
    ReportFacts facts = factsOf({one, back, other});
    facts.workspace = evil;
    facts.releases = {{evil, evil, evil, evil, evil, hour(5)}};
    Incident incident;
    incident.title = evil;
    incident.environment = evil;
    incident.severity = evil;
    incident.began = hour(3);
    facts.incidents = {incident};
    facts.availability = {availabilityOf(evil, {column(0, 60, 0)})};
    facts.availability[0].environment = evil;
    facts.problems = {evil};
    const QByteArray html = toHtml(reportOf(facts));
    const Elements all = elementsOf(html);
    QVERIFY2(all.problem.isEmpty(), qPrintable(all.problem));
    QVERIFY(!all.names.contains(u"script"_s) && !all.names.contains(u"img"_s));
    QVERIFY(!all.names.contains(u"@onload"_s) && !all.names.contains(u"@onerror"_s));
    QVERIFY(!html.contains('\x1b') && !html.contains("\xe2\x80\xae"));
    QVERIFY(all.text.count(u"<script>alert(1)</script>"_s) >= 15);
    QVERIFY(all.text.contains(u"&amp;%1"_s));  // shown as it is, and no placeholder of ours
    const Elements plain = elementsOf(toHtml(reportOf(factsOf({deployed(u"1"_s, 10)}))));
    for (const QString& name : all.names) {
        QVERIFY2(plain.names.contains(name), qPrintable(name));
    }
}

namespace {

/// Every text of a report in another tongue.
class Tongue : public QTranslator {
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char* context, const char* source, const char*,
                                    int) const override
    {
        const QString text = QString::fromUtf8(source);
        return qstrcmp(context, "ReportWords") != 0 ? QString()
               : text == "en"_L1                    ? u"es"_s
                                                    : u'<' + text + u'>';
    }
};

bool isForeign(const QString& text)
{
    return text.startsWith(u'<') && text.endsWith(u'>');
}

}  // namespace

void TestReport::speaksTheLanguage()
{
    const QLocale before;
    Tongue tongue;
    QVERIFY(QCoreApplication::installTranslator(&tongue));
    QLocale::setDefault(QLocale(QLocale::Spanish));
    const auto back = qScopeGuard([&] { QLocale::setDefault(before); });
    Delivery other = deployed(u"3"_s, 40, u"qa"_s);
    other.repository = u"wiki"_s;
    ReportFacts facts = factsOf({deployed(u"1"_s, 10), takenBack(u"2"_s, 14), other}, 30);
    Incident incident;
    incident.title = u"title"_s;
    incident.severity = u"critical"_s;
    incident.began = hour(3);
    facts.incidents = {incident};
    facts.releases = {{u"1.4.1"_s, u"shop"_s, u"c0ffee1"_s, u"fix"_s, u"ana"_s, hour(5)}};
    facts.availability = {availabilityOf(u"front"_s, {column(0, 60, 0), column(10, 60, 1)})};
    facts.problems = {u"problem"_s};
    const ReportDocument document = reportOf(facts);
    QCOMPARE(document.language, u"es"_s);
    for (const QString& text : {document.title, document.made}) {
        QVERIFY2(isForeign(text), qPrintable(text));
    }
    QVERIFY2(document.period.contains(u"nov"_s), qPrintable(document.period));
    QCOMPARE(document.parts.size(), 12);
    for (const ReportPart& part : document.parts) {
        QVERIFY2(isForeign(part.heading), qPrintable(part.heading));
        for (const ReportColumn& column : part.table.columns) {
            QVERIFY2(isForeign(column.title), qPrintable(column.title));
        }
        for (const ReportTile& tile : part.tiles) {
            QVERIFY2(isForeign(tile.name) && isForeign(tile.comparison), qPrintable(tile.name));
        }
        for (const TrendChart& chart : part.charts) {
            QVERIFY2(isForeign(chart.title) && isForeign(chart.top), qPrintable(chart.title));
        }
    }
    QCOMPARE(document.parts.first().tiles.first().number, u"0,5"_s);
    QVERIFY(toHtml(document).contains("<html lang=\"es\">"));
}

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
