#pragma once

#include "core/http/http.h"
#include "core/http/src/engine.h"
#include "core/http/src/headers.h"

#include <array>

namespace analemma::http {

/// One request and its answer, redirects included.
class Exchange : public Transfer {
public:
    /// Looks at all of the request; Invalid.
    static Result<std::shared_ptr<Exchange>> make(Request request, Promise<Response> promise);

    Result<void> begin(CURL* easy) override;
    bool end(CURL* easy, CURLcode code) override;
    void fail(Error error) override { m_promise.finish(std::move(error)); }
    void expire() override;

private:
    Exchange(Request request, Promise<Response> promise, Url url);

    static size_t takeBody(char* bytes, size_t size, size_t count, void* exchange);
    static size_t takeHead(char* bytes, size_t size, size_t count, void* exchange);
    void setMethod(CURL* easy);
    void setTrust(CURL* easy) const;
    void setHeaders(CURL* easy);
    void addTiming(CURL* easy);
    void takeCertificate(CURL* easy);
    [[nodiscard]] Error errorOf(CURL* easy, CURLcode code) const;
    /// Whether the answer is a redirect that is followed; then the request is that of the next
    /// round.
    bool redirect(int status);

    Request m_request;
    Promise<Response> m_promise;
    Url m_url;
    QByteArray m_place;
    std::unique_ptr<Lines> m_lines;
    std::unique_ptr<Lines> m_connectTo;
    Head m_head;
    Response m_response;
    int m_redirects = 0;
    bool m_tooLarge = false;
    bool m_headTooLarge = false;
    std::array<char, CURL_ERROR_SIZE> m_words{};
};

}  // namespace analemma::http
