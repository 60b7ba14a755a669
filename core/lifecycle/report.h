#pragma once

#include "core/lifecycle/figures.h"
#include "core/lifecycle/marks.h"

#include <QLineF>
#include <QPointF>
#include <QRectF>

/// The report of a period: figures, deployments, what failed, incidents, availability, releases. A
/// document as data, which is then written as HTML here, or painted as PDF by the window. In the
/// language that the program speaks (Language); all foreign text in it has passed displayText().
namespace analemma::lifecycle {

// ---- facts --------------------------------------------------------------------------------------

/// A stretch of time of a stored series "check.ok": 1 for a check that passed, 0 for one that did
/// not.
struct CheckColumn {
    QDateTime from;
    milliseconds length{0};
    qint64 count = 0;  ///< 0: nobody checked
    double share = 1;  ///< of the checks that passed, 0..1
};

/// From the first check that failed to the next one that passed, as exact as columns are.
struct Outage {
    QString name;
    QDateTime from;
    QDateTime to;
    milliseconds down{0};  ///< of that time, by the share of checks that failed
    bool goesOn = false;   ///< the newest check failed
};

/// How something answered its checks in a period.
struct Availability {
    QString name;
    QString environment;            ///< may be empty
    std::optional<double> percent;  ///< of the time that was checked
    milliseconds checked{0};        ///< for so long somebody checked
    milliseconds down{0};
    QList<Outage> outages;  ///< oldest first
};
/// Silence is no outage, and no availability either. `columns` rise. Pure.
Availability availabilityOf(const QString& name, const QList<CheckColumn>& columns);

struct ReportRelease {
    QString version;
    QString repository;
    QString commit;
    QString subject;
    QString actor;
    QDateTime made;
};

struct ReportFacts {
    QString workspace;
    FigureReport figures;
    QList<ReportRelease> releases;
    QList<Incident> incidents;
    QList<Availability> availability;
    QStringList problems;
    QDateTime made;
};

// ---- the document -------------------------------------------------------------------------------

/// A curve or bars over the buckets of a trend.
struct TrendChart {
    QString title;
    QString name;                         ///< for those who hear it: title and values
    QList<std::optional<double>> values;  ///< none: nothing was counted
    QList<double> bad;                    ///< of bars: the part of each that failed; may be empty
    bool bars = false;
    QString top;    ///< the highest value, with its unit
    QString first;  ///< below, at the left: when it begins
    QString last;
};
/// Its lines and bars within the unit square, y down from 0 to 1. Pure.
struct TrendShape {
    QList<QList<QPointF>> lines;  ///< of a curve, parted where there is no value; one point: a dot
    QList<QLineF> bridges;        ///< over these partings, to be drawn faintly
    QList<QRectF> bars;
    QList<QRectF> bad;
};
TrendShape shapeOf(const TrendChart& chart);

struct ReportTile {
    QString name;
    QString number;
    QString unit;  ///< "a week"; may be empty
    Course course = Course::Unknown;
    bool rose = false;
    QString comparison;  ///< "better, 1.5 before"
    TrendChart trend;
};

struct ReportCell {
    QString text;
    Mark mark = Mark::None;  ///< of a state: shown with its colour and a sign
};
struct ReportColumn {
    QString title;
    double share = 1;  ///< of the width, against the other columns
    bool right = false;
    bool fixed = false;  ///< hashes
};
struct ReportTable {
    QList<ReportColumn> columns;
    QList<QList<ReportCell>> rows;
};

/// A heading with what stands below it; empty parts are left out.
struct ReportPart {
    QString heading;
    QString text;
    QList<ReportTile> tiles;
    QList<TrendChart> charts;
    ReportTable table;
    QString note;  ///< quiet, below
};

struct ReportDocument {
    QString language = QStringLiteral("en");
    QString title;   ///< "Delivery report: shop"
    QString period;  ///< "28 Oct to 27 Nov 2026, 30 days"
    QString scope;   ///< "production, all repositories"
    QString made;    ///< "made 27 Nov 2026 12:00 UTC"
    QList<ReportPart> parts;
};

/// Pure; any thread.
ReportDocument reportOf(const ReportFacts& facts);
/// One file: no scripts, nothing remote, charts as SVG; light, and made to be printed on A4. Pure.
QByteArray toHtml(const ReportDocument& document);

/// The five tiles, as the report and the window show them. Pure.
QList<ReportTile> tilesOf(const FigureReport& report);
/// "3 Nov 2026" and "3 Nov 2026 14:02", UTC, by the default locale; empty for an invalid time.
QString reportDate(const QDateTime& time);
QString reportTime(const QDateTime& time);

}  // namespace analemma::lifecycle
