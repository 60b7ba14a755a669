#pragma once

#include "core/http/http.h"

namespace analemma::http {

/// A plain address that can stand between < and > of a mail's envelope.
bool isMailAddress(const QString& text);

/// The mail as it goes over the wire (RFC 5322, RFC 2045): lines with CR LF, ASCII only. Pure.
/// `id` is the part of its Message-ID before the "@".
QByteArray mailText(const Mail& mail, const QDateTime& now, const QString& id);

}  // namespace analemma::http
