#include "core/http/src/curlerror.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::http {
namespace {

QByteArray stageOf(CURL* easy)
{
    struct Part {
        CURLINFO info;
        const char* missing;
    };
    char* scheme = nullptr;
    ::curl_easy_getinfo(easy, CURLINFO_SCHEME, &scheme);
    const bool tls = scheme != nullptr && qstricmp(scheme, "https") == 0;
    for (const Part& part :
         {Part{CURLINFO_NAMELOOKUP_TIME_T, "address"}, Part{CURLINFO_CONNECT_TIME_T, "connection"},
          Part{CURLINFO_APPCONNECT_TIME_T, "tls"}, Part{CURLINFO_STARTTRANSFER_TIME_T, "answer"}}) {
        curl_off_t time = 0;
        ::curl_easy_getinfo(easy, part.info, &time);
        if (time == 0 && (tls || part.info != CURLINFO_APPCONNECT_TIME_T)) {
            return part.missing;
        }
    }
    return "rest";
}

Error timeoutOf(const Failure& failure, const QString& place)
{
    const QString time = durationText(failure.timeout);
    QString sentence = u"%1 did not answer within %2"_s.arg(place, time);
    if (failure.stage == "address") {
        sentence = u"%1: its name gave no address within %2"_s.arg(place, time);
    } else if (failure.stage == "connection") {
        sentence = u"%1 took no connection within %2"_s.arg(place, time);
    } else if (failure.stage == "tls") {
        sentence = u"%1 agreed on no TLS within %2"_s.arg(place, time);
    } else if (failure.stage == "rest") {
        sentence = u"%1 began to answer but did not end within %2"_s.arg(place, time);
    }
    return {ErrorKind::Timeout, sentence, int(failure.code)};
}

Error certificateError(const Failure& failure, const QString& place)
{
    const int code = int(failure.code);
    switch (failure.verified) {
        case X509_V_OK:
        case X509_V_ERR_UNSPECIFIED:  // the chain is well: it was the name
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return Error(ErrorKind::HostKey,
                         u"%1 shows a certificate for another name"_s.arg(place), code)
                .withHint(u"Look whether the URL has the name that the certificate is for."_s);
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return Error(ErrorKind::HostKey, u"The certificate of %1 has expired"_s.arg(place),
                         code)
                .withHint(u"Renew it on the server."_s);
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return Error(ErrorKind::HostKey, u"The certificate of %1 is not valid yet"_s.arg(place),
                         code)
                .withHint(u"Compare the clocks of both machines."_s);
        default:
            return Error(ErrorKind::HostKey,
                         u"The certificate of %1 is not trusted: %2"_s.arg(
                             place, QString::fromLatin1(
                                        ::X509_verify_cert_error_string(failure.verified))),
                         code)
                .withHint(u"Name the authority that signed it, or trust it on this machine."_s);
    }
}

/// A connection that broke while TLS was agreed on is no broken TLS.
bool brokeInTls(const Failure& failure)
{
    return failure.text.contains("SSL_ERROR_SYSCALL") ||
           failure.text.contains("Connection reset") || failure.text.contains("Broken pipe") ||
           failure.text.contains("unexpected eof");
}

Error brokenOf(const Failure& failure, const QString& place)
{
    const QString why = failure.system > 0
                            ? u": "_s + QString::fromLocal8Bit(::strerror(int(failure.system)))
                        : failure.code == CURLE_GOT_NOTHING ? u" without a word"_s
                                                            : QString();
    return {ErrorKind::Network, u"%1 broke the connection%2"_s.arg(place, why), int(failure.code)};
}

}  // namespace

Failure failureOf(CURL* easy, CURLcode code, const char* text, milliseconds timeout)
{
    Failure failure;
    failure.code = code;
    failure.text = QByteArray(text, qsizetype(qstrnlen(text, CURL_ERROR_SIZE)));
    ::curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &failure.system);
    ::curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &failure.verified);
    failure.stage = stageOf(easy);
    failure.timeout = timeout;
    return failure;
}

Error errorOf(const Failure& failure, const QString& place)
{
    const int code = int(failure.code);
    switch (failure.code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return Error(ErrorKind::Network, u"There is no address for %1"_s.arg(place), code)
                .withHint(u"Look at the name, and at the name servers of this machine."_s);
        case CURLE_COULDNT_CONNECT:
            return Error(ErrorKind::Network,
                         u"%1 takes no connection%2"_s.arg(
                             place,
                             failure.system > 0
                                 ? u": "_s + QString::fromLocal8Bit(::strerror(int(failure.system)))
                                 : QString()),
                         code)
                .withHint(
                    u"Look whether the service runs, and whether a firewall stands "
                    "between."_s);
        case CURLE_OPERATION_TIMEDOUT:
            return timeoutOf(failure, place);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return certificateError(failure, place);
        case CURLE_SSL_CACERT_BADFILE:
            return {ErrorKind::Invalid,
                    u"The file of trusted certificates cannot be read, so %1 was not asked"_s.arg(
                        place),
                    code};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CIPHER:
            if (brokeInTls(failure)) {
                return {ErrorKind::Network,
                        u"%1 broke the connection while TLS was agreed on"_s.arg(place), code};
            }
            return {ErrorKind::Protocol, u"%1 speaks no TLS that this machine takes"_s.arg(place),
                    code};
        case CURLE_USE_SSL_FAILED:
            return Error(ErrorKind::Protocol, u"%1 offers no STARTTLS"_s.arg(place), code)
                .withHint(u"Nothing was sent. Use smtps, or a server that offers it."_s);
        case CURLE_RECV_ERROR:
            if (failure.system == 0 && failure.text.contains("chunk")) {
                break;
            }
            return brokenOf(failure, place);
        case CURLE_SEND_ERROR:
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
            return brokenOf(failure, place);
        case CURLE_LOGIN_DENIED:
            return {ErrorKind::Auth, u"%1 refuses the login"_s.arg(place), code};
        case CURLE_URL_MALFORMAT:
            return {ErrorKind::Invalid, u"%1 is no address that can be asked"_s.arg(place), code};
        default:
            break;
    }
    return {ErrorKind::Protocol,
            u"%1 answers with what is no proper answer (%2)"_s.arg(
                place, QString::fromLatin1(::curl_easy_strerror(failure.code))),
            code};
}

}  // namespace analemma::http
