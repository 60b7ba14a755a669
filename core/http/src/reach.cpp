#include "core/http/src/reach.h"

#include "core/base/text.h"
#include "core/http/src/curlerror.h"

using namespace Qt::StringLiterals;

namespace analemma::http {

Reach::Reach(const Endpoint& endpoint, Promise<Timing> promise, Url url)
    : Transfer(endpoint.timeout),
      m_promise(std::move(promise)),
      m_url(std::move(url)),
      m_place((endpoint.host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s)
                  .arg(displayText(endpoint.host, 300))
                  .arg(endpoint.port))
{
}

Result<std::shared_ptr<Reach>> Reach::make(Endpoint endpoint, Promise<Timing> promise)
{
    Url url(::curl_url());
    const QByteArray host = endpoint.host.toUtf8();
    const QByteArray whole = "http://" + (host.contains(':') ? '[' + host + ']' : host) + ':' +
                             QByteArray::number(endpoint.port) + '/';
    if (!url || !isHostName(endpoint.host) || endpoint.port < 1 || endpoint.port > 65535 ||
        endpoint.timeout.count() <= 0 || endpoint.timeout > std::chrono::hours(24) ||
        ::curl_url_set(url.get(), CURLUPART_URL, whole.constData(), 0) != CURLUE_OK) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" with port %2 is nowhere to connect to"_s.arg(
                         displayText(endpoint.host, 300), QString::number(endpoint.port)));
    }
    return std::shared_ptr<Reach>(new Reach(endpoint, std::move(promise), std::move(url)));
}

void Reach::expire()
{
    fail(Error(ErrorKind::Timeout, u"%1 was not asked within %2: too many requests wait"_s.arg(
                                       m_place, durationText(timeout()))));
}

Result<void> Reach::begin(CURL* easy)
{
    ::curl_easy_setopt(easy, CURLOPT_CURLU, m_url.get());
    ::curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    ::curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    ::curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    ::curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_words.data());
    return {};
}

bool Reach::end(CURL* easy, CURLcode code)
{
    if (code != CURLE_OK) {
        m_promise.finish(errorOf(failureOf(easy, code, m_words.data(), timeout()), m_place));
        return false;
    }
    curl_off_t lookup = 0;
    curl_off_t connect = 0;
    ::curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
    ::curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
    Timing timing;
    timing.lookup = std::chrono::microseconds(lookup);
    timing.connect = std::chrono::microseconds(std::max<curl_off_t>(connect - lookup, 0));
    timing.total = std::chrono::microseconds(connect);
    m_promise.finish(timing);
    return false;
}

}  // namespace analemma::http
