#include "core/engine/engine.h"

using namespace Qt::StringLiterals;

namespace analemma::engine {

QString toString(Outcome outcome)
{
    switch (outcome) {
        case Outcome::None:
            return u""_s;
        case Outcome::Ok:
            return u"ok"_s;
        case Outcome::Failed:
            return u"failed"_s;
        case Outcome::Cancelled:
            return u"cancelled"_s;
        case Outcome::Unknown:
            return u"unknown"_s;
    }
    return {};
}

Outcome outcomeFromString(const QString& text)
{
    for (const Outcome outcome :
         {Outcome::Ok, Outcome::Failed, Outcome::Cancelled, Outcome::Unknown}) {
        if (toString(outcome) == text) {
            return outcome;
        }
    }
    return Outcome::None;
}

bool Observed::done(const QString& key) const
{
    const auto found = journal.find(key);
    return found != journal.end() && found->outcome == Outcome::Ok;
}

bool Observed::failed(const QString& key) const
{
    const auto found = journal.find(key);
    return found != journal.end() && found->outcome == Outcome::Failed;
}

Plan Plan::done(Outcome outcome, QString reason, Json result)
{
    Plan plan;
    plan.finished = true;
    plan.outcome = outcome;
    plan.reason = std::move(reason);
    plan.result = std::move(result);
    return plan;
}

}  // namespace analemma::engine
