#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/monitor/incidents.h"
#include "core/monitor/src/alertwords.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

using namespace analemma;
using namespace analemma::monitor;

namespace {

/// What was read is written and read again, as it would be after the next start.
template <class Kept>
Kept again(const Kept& kept)
{
    const QByteArray bytes = QJsonDocument(kept.toJson()).toJson(QJsonDocument::Compact);
    return Kept::fromJson(QJsonDocument::fromJson(bytes).object());
}

void lookAt(const Alert& alert)
{
    const Alert back = again(alert);
    fuzz::promise(back == again(back), "an alert is read as it was written");
    fuzz::promise(back.rule == alert.rule && back.state == alert.state &&
                      back.sentence == alert.sentence &&
                      back.change.has_value() == alert.change.has_value(),
                  "nothing of it is lost");
    fuzz::promise(std::isfinite(back.value) && std::isfinite(back.worst), "figures are numbers");
    (void)changeText(alert);
    (void)metricValueText(alert.metric, alert.value);
    for (const AlertRule& rule : builtInRules()) {
        (void)alertSentence(rule, alert);
        (void)alertValueText(rule, alert.value);
    }
}

void lookAt(Notice notice)
{
    wordNotice(notice);
    const Notice back = again(notice);
    fuzz::promise(back.id == notice.id && back.alerts.size() == notice.alerts.size() &&
                      back.channels == notice.channels,
                  "a notice is read as it was written");
    for (const Alert& alert : notice.alerts) {
        lookAt(alert);
    }
}

void lookAt(const Incident& incident)
{
    const Incident back = again(incident);
    fuzz::promise(back.id == incident.id && back.alerts.size() == incident.alerts.size() &&
                      back.timeline.size() == incident.timeline.size() &&
                      back.logs.size() == incident.logs.size(),
                  "an incident is read as it was written");
    fuzz::promise(back.charts.size() == incident.charts.size(), "with all of its charts");
    for (qsizetype i = 0; i < back.charts.size(); ++i) {
        fuzz::promise(back.charts[i].columns.size() == incident.charts[i].columns.size(),
                      "and all of their columns");
    }
    (void)incident.toJson(false);
}

}  // namespace

/// Documents of the store as they are read back: alerts, notices, silences, incidents. The first
/// byte says which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const Result<QJsonValue> json = readJson(fuzz::bytesOf(data + 1, size - 1));
    if (!json) {
        return 0;
    }
    const Json object = json->toObject();
    switch (data[0]) {
        case 'n':
            lookAt(Notice::fromJson(object));
            break;
        case 's': {
            const Silence silence = Silence::fromJson(object);
            fuzz::promise(again(again(silence)) == again(silence),
                          "a silence is read as it was written");
            break;
        }
        case 'i':
            lookAt(Incident::fromJson(object));
            break;
        default:
            lookAt(Alert::fromJson(object));
    }
    return 0;
}
