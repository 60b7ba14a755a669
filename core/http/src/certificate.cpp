#include "core/http/src/certificate.h"

#include <QTimeZone>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

namespace analemma::http {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { ::BIO_free(bio); }
};
struct FreeX509 {
    void operator()(X509* certificate) const { ::X509_free(certificate); }
};

}  // namespace

std::optional<QDateTime> certificateEnd(const QByteArray& pem)
{
    const std::unique_ptr<BIO, FreeBio> bio(::BIO_new_mem_buf(pem.constData(), int(pem.size())));
    if (!bio) {
        return std::nullopt;
    }
    const std::unique_ptr<X509, FreeX509> certificate(
        ::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    std::tm end{};
    if (!certificate || ::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate.get()), &end) != 1) {
        ::ERR_clear_error();
        return std::nullopt;
    }
    const QDate date(end.tm_year + 1900, end.tm_mon + 1, end.tm_mday);
    const QDateTime time(date, QTime(end.tm_hour, end.tm_min, std::min(end.tm_sec, 59)), Qt::UTC);
    return time.isValid() ? std::optional(time) : std::nullopt;
}

}  // namespace analemma::http
