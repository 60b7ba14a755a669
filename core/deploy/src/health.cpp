#include "core/deploy/src/health.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

using namespace Qt::StringLiterals;

namespace analemma::deploy {

Task<Result<int>> httpStatus(QNetworkAccessManager* network, QString url, milliseconds timeout,
                             CancelToken cancel)
{
    QNetworkRequest request{QUrl(url)};
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    request.setRawHeader("Connection", "close");
    request.setTransferTimeout(static_cast<int>(timeout.count()));
    const Promise<int> promise;
    QNetworkReply* reply = network->get(request);
    reply->setReadBufferSize(64 * 1024);
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, promise, url] {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status > 0) {
            promise.finish(status);
        } else {
            const bool late = reply->error() == QNetworkReply::OperationCanceledError;
            promise.finish(
                Error(late ? ErrorKind::Timeout : ErrorKind::Network,
                      u"%1: %2"_s.arg(url, late ? u"no answer"_s : reply->errorString())));
        }
        reply->deleteLater();
    });
    const CancelToken::Registration registration =
        cancel.onCancel([promise] { promise.finish(cancelledError()); });
    auto future = promise.future();
    Result<int> result = co_await future;
    co_return result;
}

}  // namespace analemma::deploy
