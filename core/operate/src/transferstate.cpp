#include "core/operate/src/transferstate.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr milliseconds kLongestWait{30'000};

struct Row {
    TransferState from;
    TransferEvent event;
    TransferState to;
};

using S = TransferState;
using E = TransferEvent;
constexpr std::array<Row, 20> kTable{{
    {S::Waiting, E::Start, S::Running},    {S::Waiting, E::Pause, S::Paused},
    {S::Waiting, E::Cancel, S::Cancelled}, {S::Waiting, E::Fail, S::Failed},
    {S::Waiting, E::Lose, S::Waiting},     {S::Running, E::Pause, S::Paused},
    {S::Running, E::Ask, S::Asking},       {S::Running, E::Lose, S::Waiting},
    {S::Running, E::Finish, S::Done},      {S::Running, E::Fail, S::Failed},
    {S::Running, E::Cancel, S::Cancelled}, {S::Asking, E::Answer, S::Waiting},
    {S::Asking, E::Cancel, S::Cancelled},  {S::Asking, E::Pause, S::Paused},
    {S::Asking, E::Fail, S::Failed},       {S::Paused, E::Resume, S::Waiting},
    {S::Paused, E::Cancel, S::Cancelled},  {S::Failed, E::Retry, S::Waiting},
    {S::Failed, E::Cancel, S::Cancelled},  {S::Cancelled, E::Retry, S::Waiting},
}};

}  // namespace

std::optional<TransferState> next(TransferState state, TransferEvent event)
{
    const auto row = std::find_if(kTable.begin(), kTable.end(), [=](const Row& one) {
        return one.from == state && one.event == event;
    });
    return row == kTable.end() ? std::nullopt : std::optional(row->to);
}

milliseconds waitBefore(int tries, milliseconds first)
{
    const int doublings = std::clamp(tries - 1, 0, 20);
    return std::min(kLongestWait, first * (1 << doublings));
}

bool isOver(TransferState state)
{
    return state == TransferState::Done || state == TransferState::Failed ||
           state == TransferState::Cancelled;
}

QString toString(TransferState state)
{
    switch (state) {
        case TransferState::Waiting:
            return u"waiting"_s;
        case TransferState::Running:
            return u"running"_s;
        case TransferState::Asking:
            return u"asking"_s;
        case TransferState::Paused:
            return u"paused"_s;
        case TransferState::Done:
            return u"done"_s;
        case TransferState::Failed:
            return u"failed"_s;
        case TransferState::Cancelled:
            return u"cancelled"_s;
    }
    return u"unknown"_s;
}

}  // namespace analemma::operate
