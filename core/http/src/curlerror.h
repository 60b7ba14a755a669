#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/http/src/easy.h"

#include <QString>

namespace analemma::http {

/// What a transfer failed with, of the handle that it used.
struct Failure {
    CURLcode code = CURLE_OK;
    QByteArray text;    ///< libcurl's own words, only looked at
    long system = 0;    ///< errno
    long verified = 0;  ///< of the certificate, as OpenSSL says it
    QByteArray stage;   ///< "address", "connection", "tls", "answer", "rest"
    milliseconds timeout{0};
};

Failure failureOf(CURL* easy, CURLcode code, const char* text, milliseconds timeout);

/// As an error about `place` ("https://example.org:8443"). Pure.
Error errorOf(const Failure& failure, const QString& place);

}  // namespace analemma::http
