#pragma once

#include <QByteArray>
#include <QDateTime>

#include <optional>

namespace analemma::http {

/// When a certificate (PEM) ends, UTC; nothing for what is none. Pure.
std::optional<QDateTime> certificateEnd(const QByteArray& pem);

}  // namespace analemma::http
