#include "core/http/src/exchange.h"

#include "core/base/text.h"
#include "core/http/src/certificate.h"
#include "core/http/src/curlerror.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::http {
namespace {

constexpr qsizetype longestUrl = 8000;
constexpr qint64 largestLimit = 256 * 1024 * 1024;
constexpr const char* protocols = "http,https";

QByteArray part(CURLU* url, CURLUPart which, unsigned flags = 0)
{
    char* text = nullptr;
    if (::curl_url_get(url, which, &text, flags) != CURLUE_OK) {
        return {};
    }
    QByteArray copy(text);
    ::curl_free(text);
    return copy;
}

QByteArray placeOf(CURLU* url)
{
    QByteArray place = part(url, CURLUPART_SCHEME) + "://" + part(url, CURLUPART_HOST);
    const QByteArray port = part(url, CURLUPART_PORT);
    return port.isEmpty() ? place : place + ':' + port;
}

/// Scheme, host and port in full: who gets what is secret.
QByteArray originOf(CURLU* url)
{
    return part(url, CURLUPART_SCHEME) + "://" + part(url, CURLUPART_HOST).toLower() + ':' +
           part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

/// libcurl takes "http:/host" and "http:///host" too.
bool hasTwoSlashes(const QByteArray& url)
{
    const qsizetype at = url.indexOf("://");
    return at > 0 && at + 3 < url.size() && url.at(at + 3) != '/';
}

bool isHttp(CURLU* url)
{
    const QByteArray scheme = part(url, CURLUPART_SCHEME);
    return scheme == "http" || scheme == "https";
}

Result<void> checkHeaders(const Request& request)
{
    for (const Header& header : request.headers) {
        if (!isToken(header.first) || !isHeaderValue(header.second)) {
            return Error(ErrorKind::Invalid, u"The header \"%1\" cannot be sent"_s.arg(
                                                 displayText(QByteArrayView(header.first), 80)));
        }
    }
    QList<SecretHeader> secrets = request.secretHeaders;
    secrets.append({"Authorization", request.bearer});
    for (const SecretHeader& header : std::as_const(secrets)) {
        bool fine = isToken(header.first);
        header.second.use([&fine](QByteArrayView value) { fine = fine && isHeaderValue(value); });
        if (!fine) {
            return Error(ErrorKind::Invalid,
                         u"The secret for the header \"%1\" cannot be sent"_s.arg(
                             displayText(QByteArrayView(header.first), 80)))
                .withHint(u"It holds a line break or a zero byte."_s);
        }
    }
    if (request.user.contains(u':')) {
        return Error(ErrorKind::Invalid, u"A name for a login cannot hold a colon"_s);
    }
    if (!request.user.isEmpty() && !request.bearer.isEmpty()) {
        return Error(ErrorKind::Invalid, u"A request has one login: a token or a name"_s);
    }
    return {};
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool isHarmless(const QByteArray& method)
{
    return method == "GET" || method == "HEAD";
}

std::chrono::microseconds timeOf(CURL* easy, CURLINFO info)
{
    curl_off_t time = 0;
    ::curl_easy_getinfo(easy, info, &time);
    return std::chrono::microseconds(time);
}

/// From one mark of the way to the next; a mark that was not passed is 0.
std::chrono::microseconds between(std::chrono::microseconds from, std::chrono::microseconds to)
{
    return std::max(to - from, std::chrono::microseconds(0));
}

}  // namespace

Exchange::Exchange(Request request, Promise<Response> promise, Url url)
    : Transfer(request.timeout),
      m_request(std::move(request)),
      m_promise(std::move(promise)),
      m_url(std::move(url)),
      m_place(placeOf(m_url.get()))
{
}

Result<std::shared_ptr<Exchange>> Exchange::make(Request request, Promise<Response> promise)
{
    const Error noUrl(ErrorKind::Invalid, u"This is no URL that can be asked"_s);
    const QByteArray text = request.url.toUtf8();
    Url url(::curl_url());
    if (!url || text.size() > longestUrl || text.contains('\0') || !hasTwoSlashes(text) ||
        ::curl_url_set(url.get(), CURLUPART_URL, text.constData(), CURLU_URLENCODE) != CURLUE_OK ||
        part(url.get(), CURLUPART_HOST).isEmpty()) {
        return noUrl;
    }
    if (!isHttp(url.get())) {
        return Error(noUrl).withHint(u"It begins with http:// or https://."_s);
    }
    if (!part(url.get(), CURLUPART_USER).isEmpty() ||
        !part(url.get(), CURLUPART_PASSWORD).isEmpty()) {
        return Error(noUrl).withHint(u"A name and a password do not belong into a URL."_s);
    }
    if (!isToken(request.method) || request.limitBytes < 0 || request.limitBytes > largestLimit ||
        request.timeout.count() <= 0 || request.timeout > std::chrono::hours(24)) {
        return Error(ErrorKind::Invalid, u"The request's method or limits are none"_s);
    }
    if (!request.connectTo.isEmpty() && !isHostName(request.connectTo)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no address to connect to"_s.arg(displayText(request.connectTo)));
    }
    const Result<void> headers = checkHeaders(request);
    if (!headers) {
        return headers.error();
    }
    return std::shared_ptr<Exchange>(
        new Exchange(std::move(request), std::move(promise), std::move(url)));
}

void Exchange::expire()
{
    Failure failure;
    failure.code = CURLE_OPERATION_TIMEDOUT;
    failure.stage = "address";
    Error error = http::errorOf(failure, displayText(QByteArrayView(m_place), 300));
    error.message = u"%1 was not asked within %2: too many requests wait"_s.arg(
        displayText(QByteArrayView(m_place), 300), durationText(timeout()));
    fail(std::move(error));
}

size_t Exchange::takeBody(char* bytes, size_t size, size_t count, void* exchange)
{
    auto* self = static_cast<Exchange*>(exchange);
    const auto total = qsizetype(size * count);
    if (self->m_response.body.size() + total > self->m_request.limitBytes) {
        self->m_tooLarge = true;
        return 0;
    }
    self->m_response.body.append(bytes, total);
    return size * count;
}

size_t Exchange::takeHead(char* bytes, size_t size, size_t count, void* exchange)
{
    auto* self = static_cast<Exchange*>(exchange);
    if (!self->m_head.add(QByteArrayView(bytes, qsizetype(size * count)))) {
        self->m_headTooLarge = true;
        return 0;
    }
    return size * count;
}

Result<void> Exchange::begin(CURL* easy)
{
    m_head.clear();
    m_response.body.clear();
    ::curl_easy_setopt(easy, CURLOPT_CURLU, m_url.get());
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    ::curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    ::curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a lookup that hangs keeps nobody waiting
    ::curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
    ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_words.data());
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Exchange::takeBody);
    ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Exchange::takeHead);
    ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    if (m_request.fresh) {
        ::curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        ::curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        ::curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
        ::curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    }
    if (!m_request.connectTo.isEmpty()) {
        const QByteArray address = m_request.connectTo.toUtf8();
        m_connectTo = std::make_unique<Lines>();
        m_connectTo->add(part(m_url.get(), CURLUPART_HOST) + ':' +
                         part(m_url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT) + ':' +
                         (address.contains(':') ? '[' + address + ']' : address) + ':');
        ::curl_easy_setopt(easy, CURLOPT_CONNECT_TO, m_connectTo->get());
    }
    setTrust(easy);
    setMethod(easy);
    setHeaders(easy);
    return {};
}

void Exchange::setMethod(CURL* easy)
{
    const QByteArray& method = m_request.method;
    if (method == "HEAD") {
        ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (!m_request.body.isEmpty() || method == "POST" || method == "PUT" ||
               method == "PATCH") {
        ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(m_request.body.size()));
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, m_request.body.constData());
        ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.constData());
    } else {
        ::curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.constData());
    }
    if (!isHarmless(method)) {
        // On a kept connection that ends at this moment libcurl would send it once more.
        ::curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    }
}

void Exchange::setTrust(CURL* easy) const
{
    ::curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    ::curl_easy_setopt(easy, CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, m_request.verify ? 1L : 0L);
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, m_request.verify ? 2L : 0L);
    if (!m_request.authority.isEmpty()) {
        ::curl_easy_setopt(easy, CURLOPT_CAINFO, m_request.authority.toUtf8().constData());
        ::curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        ::curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    }
}

void Exchange::setHeaders(CURL* easy)
{
    m_lines = std::make_unique<Lines>();
    bool hasAgent = false;
    bool hasType = false;
    for (const Header& header : std::as_const(m_request.headers)) {
        const QByteArray name = header.first.toLower();
        hasAgent = hasAgent || name == "user-agent";
        hasType = hasType || name == "content-type";
        // "Name;" is how libcurl is told a header without a value.
        m_lines->add(header.second.isEmpty() ? header.first + ';'
                                             : header.first + ": " + header.second);
    }
    if (!hasAgent) {
        m_lines->add("User-Agent: analemma/" ANALEMMA_VERSION);
    }
    if (!hasType) {
        m_lines->add("Content-Type:");
    }
    m_lines->add("Expect:");
    const auto addSecret = [this](const QByteArray& start, QByteArrayView value) {
        QByteArray line = start;
        line.append(value);
        m_lines->add(line);
        wipe(&line);
    };
    for (const SecretHeader& header : std::as_const(m_request.secretHeaders)) {
        header.second.use([&](QByteArrayView value) { addSecret(header.first + ": ", value); });
    }
    if (!m_request.bearer.isEmpty()) {
        m_request.bearer.use(
            [&](QByteArrayView value) { addSecret("Authorization: Bearer ", value); });
    }
    if (!m_request.user.isEmpty()) {
        m_request.password.use([&](QByteArrayView value) {
            QByteArray both = m_request.user.toUtf8() + ':';
            both.append(value);
            QByteArray encoded = both.toBase64();
            addSecret("Authorization: Basic ", encoded);
            wipe(&both);
            wipe(&encoded);
        });
    }
    ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_lines->get());
}

bool Exchange::end(CURL* easy, CURLcode code)
{
    addTiming(easy);
    if (code == CURLE_OK && !m_head.isWhole()) {
        code = CURLE_PARTIAL_FILE;  // libcurl is content with a head that was cut
    }
    if (code != CURLE_OK) {
        m_promise.finish(errorOf(easy, code));
        return false;
    }
    long status = 0;
    ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (redirect(int(status))) {
        return true;
    }
    char* address = nullptr;
    ::curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    m_response.status = int(status);
    m_response.headers = m_head.headers();
    m_response.address = displayText(QByteArrayView(address == nullptr ? "" : address), 100);
    takeCertificate(easy);
    m_promise.finish(std::move(m_response));
    return false;
}

Error Exchange::errorOf(CURL* easy, CURLcode code) const
{
    const QString place = displayText(QByteArrayView(m_place), 300);
    if (m_tooLarge) {
        return {ErrorKind::Invalid,
                u"%1 answers with more than %2"_s.arg(place, sizeText(m_request.limitBytes))};
    }
    if (m_headTooLarge) {
        return {ErrorKind::Protocol, u"%1 answers with headers without an end"_s.arg(place)};
    }
    return http::errorOf(failureOf(easy, code, m_words.data(), timeout()), place);
}

void Exchange::addTiming(CURL* easy)
{
    const auto lookup = timeOf(easy, CURLINFO_NAMELOOKUP_TIME_T);
    const auto connect = timeOf(easy, CURLINFO_CONNECT_TIME_T);
    const auto tls = timeOf(easy, CURLINFO_APPCONNECT_TIME_T);
    const auto ready = timeOf(easy, CURLINFO_PRETRANSFER_TIME_T);
    const auto first = timeOf(easy, CURLINFO_STARTTRANSFER_TIME_T);
    const auto total = timeOf(easy, CURLINFO_TOTAL_TIME_T);
    long connections = 0;
    ::curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    Timing& timing = m_response.timing;
    if (connections > 0) {
        timing.lookup += lookup;
        timing.connect += between(lookup, connect);
        timing.tls += between(connect, tls);
    }
    timing.wait += between(ready, first);
    timing.transfer += between(first, total);
    timing.total += total;
}

void Exchange::takeCertificate(CURL* easy)
{
    curl_certinfo* chain = nullptr;
    if (::curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
        chain->num_of_certs < 1) {
        return;
    }
    for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
        const QByteArrayView text(line->data);
        if (text.startsWith("Cert:")) {
            m_response.certificateExpires = certificateEnd(text.sliced(5).toByteArray());
        }
    }
}

bool Exchange::redirect(int status)
{
    if (!isRedirect(status) || m_redirects >= m_request.redirects) {
        return false;
    }
    Response head;
    head.headers = m_head.headers();
    const QByteArray location = head.header("location");
    Url next(::curl_url_dup(m_url.get()));
    if (location.isEmpty() || location.size() > longestUrl || location.contains('\0') ||
        ::curl_url_set(next.get(), CURLUPART_URL, location.constData(), CURLU_URLENCODE) !=
            CURLUE_OK ||
        !isHttp(next.get()) || !part(next.get(), CURLUPART_USER).isEmpty() ||
        !part(next.get(), CURLUPART_PASSWORD).isEmpty()) {
        return false;
    }
    const bool other = originOf(next.get()) != originOf(m_url.get());
    const bool toGet = (status == 303 && m_request.method != "HEAD") ||
                       ((status == 301 || status == 302) && m_request.method == "POST");
    if (!toGet && other && !isHarmless(m_request.method)) {
        return false;
    }
    if (toGet) {
        m_request.method = "GET";
        m_request.body.clear();
    }
    if (other) {
        m_request.bearer = {};
        m_request.user.clear();
        m_request.password = {};
        m_request.secretHeaders.clear();
        m_request.connectTo.clear();
        m_request.headers.removeIf([](const Header& header) {
            const QByteArray name = header.first.toLower();
            return name == "authorization" || name == "cookie" || name == "host";
        });
    }
    ++m_redirects;
    m_url = std::move(next);
    m_place = placeOf(m_url.get());
    return true;
}

}  // namespace analemma::http
