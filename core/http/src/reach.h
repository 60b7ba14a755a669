#pragma once

#include "core/http/http.h"
#include "core/http/src/engine.h"

#include <array>

namespace analemma::http {

/// One TCP connection, ended as soon as it stands.
class Reach : public Transfer {
public:
    /// Looks at the endpoint; Invalid.
    static Result<std::shared_ptr<Reach>> make(Endpoint endpoint, Promise<Timing> promise);

    Result<void> begin(CURL* easy) override;
    bool end(CURL* easy, CURLcode code) override;
    void fail(Error error) override { m_promise.finish(std::move(error)); }
    void expire() override;

private:
    Reach(const Endpoint& endpoint, Promise<Timing> promise, Url url);

    Promise<Timing> m_promise;
    Url m_url;
    QString m_place;
    std::array<char, CURL_ERROR_SIZE> m_words{};
};

}  // namespace analemma::http
