#pragma once

#include "core/monitor/alerts.h"
#include "core/monitor/metrics.h"

namespace analemma::monitor {

/// How an alert is said in some language; as it stands here, in the English that is kept.
class AlertSpeech {
public:
    AlertSpeech() = default;
    virtual ~AlertSpeech() = default;
    AlertSpeech(const AlertSpeech&) = delete;
    AlertSpeech& operator=(const AlertSpeech&) = delete;

    /// A text of the translation context "AlertSentence".
    [[nodiscard]] virtual QString text(const char* source) const;
    /// As QString::number().
    [[nodiscard]] virtual QString number(double value, char format, int digits) const;
    [[nodiscard]] virtual QString value(Unit unit, double value) const;
    [[nodiscard]] virtual QString duration(milliseconds duration) const;
};

/// "disk /var of web-1 is 96 % full, over 90 %"; of one that is over: "... is 84 % full again". As
/// Alert::sentence, which is kept in English. `rule` is the alert's own. Pure.
QString alertSentence(const AlertRule& rule, const Alert& alert, const AlertSpeech& speech);
/// "4 min after shop 1.4.2 went live"; empty without a change.
QString changeText(const Alert& alert, const AlertSpeech& speech);
/// "shop 1.4.2 went live".
QString changeText(const LastChange& change, const AlertSpeech& speech);
/// The pattern of such a change with its names put in; what stands in a name is no place for
/// another one.
QString filledPattern(const QString& pattern, const QStringList& names);

}  // namespace analemma::monitor
