#include "core/http/src/mailing.h"

#include "core/base/text.h"
#include "core/http/src/curlerror.h"
#include "core/http/src/mailtext.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::http {
namespace {

constexpr qsizetype mostReceivers = 100;
constexpr qsizetype mostText = 1024 * 1024;
constexpr qsizetype mostReply = 1000;

QByteArray partOf(CURLU* url, CURLUPart which)
{
    char* text = nullptr;
    if (::curl_url_get(url, which, &text, 0) != CURLUE_OK) {
        return {};
    }
    QByteArray copy(text);
    ::curl_free(text);
    return copy;
}

bool isThisMachine(const QByteArray& host)
{
    return host == "localhost" || host.startsWith("127.") || host == "[::1]";
}

Result<void> checkMail(const Mail& mail)
{
    const bool addresses = isMailAddress(mail.from) && !mail.to.isEmpty() &&
                           mail.to.size() <= mostReceivers &&
                           std::all_of(mail.to.begin(), mail.to.end(), isMailAddress);
    if (!addresses) {
        return Error(ErrorKind::Invalid, u"A mail needs a sender and 1 to 100 receivers"_s)
            .withHint(u"Write them as watch@example.org, without a name."_s);
    }
    if (mail.text.size() > mostText) {
        return Error(ErrorKind::Invalid, u"The mail is too long"_s);
    }
    bool fine = !mail.user.contains(u'\0');
    mail.password.use([&fine](QByteArrayView value) { fine = fine && !value.contains('\0'); });
    if (!fine || mail.timeout.count() <= 0 || mail.timeout > std::chrono::hours(24)) {
        return Error(ErrorKind::Invalid, u"The mail's login or time is none"_s);
    }
    return {};
}

}  // namespace

Mailing::Mailing(Mail mail, Promise<void> promise, Url url)
    : Transfer(mail.timeout),
      m_mail(std::move(mail)),
      m_promise(std::move(promise)),
      m_url(std::move(url)),
      m_text(mailText(m_mail, QDateTime::currentDateTimeUtc(), newId()))
{
    const QByteArray port = partOf(m_url.get(), CURLUPART_PORT);
    const QByteArray place = partOf(m_url.get(), CURLUPART_SCHEME) + "://" +
                             partOf(m_url.get(), CURLUPART_HOST) +
                             (port.isEmpty() ? port : ':' + port);
    m_place = displayText(QByteArrayView(place), 300);
}

Result<std::shared_ptr<Mailing>> Mailing::make(Mail mail, Promise<void> promise)
{
    const QByteArray text = mail.server.toUtf8();
    Url url(::curl_url());
    const bool parsed = url && !text.contains('\0') && text.size() < 300 &&
                        ::curl_url_set(url.get(), CURLUPART_URL, text.constData(), 0) == CURLUE_OK;
    const QByteArray scheme = parsed ? partOf(url.get(), CURLUPART_SCHEME) : QByteArray();
    if (!parsed || (scheme != "smtp" && scheme != "smtps") ||
        !partOf(url.get(), CURLUPART_USER).isEmpty() ||
        partOf(url.get(), CURLUPART_PATH).size() > 1 ||
        partOf(url.get(), CURLUPART_HOST).isEmpty()) {
        return Error(ErrorKind::Invalid, u"This is no mail server"_s)
            .withHint(u"Write smtp://host:25 or smtps://host:465."_s);
    }
    const Result<void> checked = checkMail(mail);
    if (!checked) {
        return checked.error();
    }
    if (!mail.user.isEmpty() && scheme == "smtp" && !mail.startTls &&
        !isThisMachine(partOf(url.get(), CURLUPART_HOST))) {
        return Error(ErrorKind::Refused, u"A password does not go over the network in the clear"_s)
            .withHint(u"Use STARTTLS or smtps."_s);
    }
    return std::shared_ptr<Mailing>(
        new Mailing(std::move(mail), std::move(promise), std::move(url)));
}

void Mailing::expire()
{
    fail(Error(ErrorKind::Timeout, u"%1 was not asked within %2: too many requests wait"_s.arg(
                                       m_place, durationText(timeout()))));
}

size_t Mailing::giveText(char* into, size_t size, size_t count, void* mailing)
{
    auto* self = static_cast<Mailing*>(mailing);
    const qsizetype piece = std::min(self->m_text.size() - self->m_given, qsizetype(size * count));
    std::memcpy(into, self->m_text.constData() + self->m_given, size_t(piece));
    self->m_given += piece;
    return size_t(piece);
}

size_t Mailing::takeReply(char* bytes, size_t size, size_t count, void* mailing)
{
    auto* self = static_cast<Mailing*>(mailing);
    if (size * count > 0 && (*bytes == '4' || *bytes == '5')) {
        self->m_reply = QByteArray(bytes, std::min(qsizetype(size * count), mostReply)).trimmed();
    }
    return size * count;
}

Result<void> Mailing::begin(CURL* easy)
{
    m_given = 0;
    ::curl_easy_setopt(easy, CURLOPT_CURLU, m_url.get());
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    ::curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    ::curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_words.data());
    ::curl_easy_setopt(easy, CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
    ::curl_easy_setopt(easy, CURLOPT_USE_SSL,
                       long(m_mail.startTls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (!m_mail.authority.isEmpty()) {
        ::curl_easy_setopt(easy, CURLOPT_CAINFO, m_mail.authority.toUtf8().constData());
        ::curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        ::curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    }
    if (!m_mail.user.isEmpty()) {
        ::curl_easy_setopt(easy, CURLOPT_USERNAME, m_mail.user.toUtf8().constData());
        m_mail.password.use([easy](QByteArrayView value) {
            QByteArray copy = value.toByteArray();
            ::curl_easy_setopt(easy, CURLOPT_PASSWORD, copy.constData());
            wipe(&copy);
        });
    }
    m_receivers = std::make_unique<Lines>();
    for (const QString& one : std::as_const(m_mail.to)) {
        m_receivers->add('<' + one.toLatin1() + '>');
    }
    ::curl_easy_setopt(easy, CURLOPT_MAIL_FROM,
                       QByteArray('<' + m_mail.from.toLatin1() + '>').constData());
    ::curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, m_receivers->get());
    ::curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    ::curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Mailing::giveText);
    ::curl_easy_setopt(easy, CURLOPT_READDATA, this);
    ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Mailing::takeReply);
    ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    return {};
}

bool Mailing::end(CURL* easy, CURLcode code)
{
    if (code == CURLE_OK) {
        m_promise.finish({});
    } else {
        m_promise.finish(errorOf(easy, code));
    }
    return false;
}

Error Mailing::errorOf(CURL* easy, CURLcode code) const
{
    long status = 0;
    ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    // A server may say to us what we said to it.
    Redactor redactor;
    redactor.add(m_mail.password);
    const QString words =
        displayText(QByteArrayView(redactor.redact(QByteArrayView(m_reply))), 300);
    if (code == CURLE_LOGIN_DENIED) {
        const QString said = status >= 400 ? u": "_s + words : QString();
        return {ErrorKind::Auth, u"%1 refuses the login%2"_s.arg(m_place, said), int(status)};
    }
    if (status >= 400 && (code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY ||
                          code == CURLE_RECV_ERROR || code == CURLE_REMOTE_ACCESS_DENIED)) {
        return {ErrorKind::Refused, u"%1 refuses the mail: %2"_s.arg(m_place, words), int(status)};
    }
    return http::errorOf(failureOf(easy, code, m_words.data(), timeout()), m_place);
}

}  // namespace analemma::http
