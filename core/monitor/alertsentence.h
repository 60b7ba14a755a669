#pragma once

#include "core/monitor/alerts.h"

#include <functional>

namespace analemma::monitor {

/// Gives a text of an alert, of the translation context "AlertSentence", in some language.
using AlertSpeech = std::function<QString(const char* text)>;

/// "disk /var of web-1 is 96 % full, over 90 %"; of one that is over: "... is 84 % full again". As
/// Alert::sentence, which is kept in English. `rule` is the alert's own. Pure.
QString alertSentence(const AlertRule& rule, const Alert& alert, const AlertSpeech& speech);

}  // namespace analemma::monitor
