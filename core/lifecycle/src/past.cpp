#include "core/lifecycle/past.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {

std::optional<Served> servedAt(const QList<engine::Operation>& operations,
                               const workspace::Workspace& workspace, const QString& environment,
                               const QDateTime& moment)
{
    std::optional<Served> served;
    QDateTime down;
    for (const engine::Operation& operation : operations) {
        if (operation.kind == "down"_L1 && operation.outcome == engine::Outcome::Ok &&
            operation.finished <= moment && (!down.isValid() || operation.finished > down)) {
            down = operation.finished;
        }
        const std::optional<Delivery> one = deliveryOf(operation, workspace);
        if (!one || one->environment != environment || !one->live.isValid() || one->live > moment) {
            continue;
        }
        const bool takenBack = !one->stayed && one->ended.isValid() && one->ended <= moment;
        if (takenBack || (served && served->since >= one->live)) {
            continue;
        }
        const int made = operation.result[u"to"_s].toInt();
        served = Served{environment,    one->release, one->commit, one->to != 0 ? one->to : made,
                        one->operation, one->live};
    }
    return served && down.isValid() && down >= served->since ? std::nullopt : served;
}

Board boardAt(const Board& board, const QDateTime& moment)
{
    Board past = board;
    past.changes.removeIf(
        [&moment](const ChangeRow& row) { return row.time.isValid() && row.time > moment; });
    for (ChangeRow& row : past.changes) {
        for (Cell& cell : row.cells) {
            if (cell.at.isValid() && cell.at > moment) {
                cell = Cell();
            }
        }
    }
    for (int phase = 0; phase < phaseCount; ++phase) {
        Station& station = past.stations[std::size_t(phase)];
        station.count = 0;
        station.detail.clear();  // of now, as where it leads
        station.panel.clear();
        station.item.clear();
        const Cell* newest = nullptr;
        for (const ChangeRow& row : std::as_const(past.changes)) {
            const Cell& cell = row.cells[std::size_t(phase)];
            if (cell.mark == Mark::None) {
                continue;
            }
            ++station.count;
            if (newest == nullptr || (cell.at.isValid() && cell.at > newest->at)) {
                newest = &cell;
            }
        }
        station.mark = newest != nullptr ? newest->mark : Mark::Idle;
        station.line = newest != nullptr ? newest->text : QString();
        station.since = newest != nullptr ? newest->at : QDateTime();
    }
    past.asOf = moment;
    return past;
}

}  // namespace analemma::lifecycle
