#pragma once

#include "core/http/http.h"
#include "core/http/src/engine.h"

#include <array>

namespace analemma::http {

/// One mail to one server.
class Mailing : public Transfer {
public:
    /// Looks at all of the mail; Invalid, Refused.
    static Result<std::shared_ptr<Mailing>> make(Mail mail, Promise<void> promise);

    Result<void> begin(CURL* easy) override;
    bool end(CURL* easy, CURLcode code) override;
    void fail(Error error) override { m_promise.finish(std::move(error)); }
    void expire() override;

private:
    Mailing(Mail mail, Promise<void> promise, Url url);

    static size_t giveText(char* into, size_t size, size_t count, void* mailing);
    static size_t takeReply(char* bytes, size_t size, size_t count, void* mailing);
    [[nodiscard]] Error errorOf(CURL* easy, CURLcode code) const;

    Mail m_mail;
    Promise<void> m_promise;
    Url m_url;
    QString m_place;
    QByteArray m_text;
    qsizetype m_given = 0;
    QByteArray m_reply;  ///< the last line with which the server refused
    std::unique_ptr<Lines> m_receivers;
    std::array<char, CURL_ERROR_SIZE> m_words{};
};

}  // namespace analemma::http
