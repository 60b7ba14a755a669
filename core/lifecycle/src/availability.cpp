#include "core/lifecycle/report.h"

namespace analemma::lifecycle {

Availability availabilityOf(const QString& name, const QList<CheckColumn>& columns)
{
    Availability made;
    made.name = name;
    bool open = false;
    for (const CheckColumn& column : columns) {
        if (column.count <= 0) {
            continue;
        }
        const QDateTime end = column.from.addMSecs(column.length.count());
        const auto down = milliseconds(qint64(double(column.length.count()) * (1 - column.share)));
        made.checked += column.length;
        made.down += down;
        if (column.share >= 1) {
            open = false;
            continue;
        }
        if (!open) {
            made.outages.append({name, column.from, end, milliseconds(0), false});
        }
        open = true;
        made.outages.last().to = end;
        made.outages.last().down += down;
    }
    if (open) {
        made.outages.last().goesOn = true;
    }
    if (made.checked.count() > 0) {
        made.percent = 100.0 * (1 - double(made.down.count()) / double(made.checked.count()));
    }
    return made;
}

}  // namespace analemma::lifecycle
