#include "core/base/text.h"
#include "core/http/http.h"
#include "core/monitor/src/notifybody.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kMostAnswer = 256 * 1024;

Error noClient()
{
    return {ErrorKind::Unsupported, u"this program sends nothing over the network"_s};
}

/// Empty where none is named.
Task<Result<Secret>> secretNamed(store::SecretSource* secrets, QString name)
{
    if (name.isEmpty()) {
        co_return Secret();
    }
    if (secrets == nullptr) {
        co_return Error(ErrorKind::NotFound, u"there are no secrets here"_s);
    }
    auto asking = secrets->secret(name);
    Result<Secret> secret = co_await std::move(asking);
    co_return secret;
}

}  // namespace

Task<Result<void>> sendWebhook(http::Client* http, store::SecretSource* secrets, Channel channel,
                               Notice notice, CancelToken cancel)
{
    if (http == nullptr) {
        co_return noClient();
    }
    auto asking = secretNamed(secrets, channel.token);
    const Result<Secret> token = co_await std::move(asking);
    if (!token) {
        co_return token.error();
    }
    http::Request request;
    request.method = QByteArrayLiteral("POST");
    request.url = channel.url;
    request.headers.append(http::Header("Content-Type", "application/json"));
    request.headers.append(http::Header("Idempotency-Key", notice.id.toLatin1()));
    request.body = QJsonDocument(notice.toJson()).toJson(QJsonDocument::Compact);
    request.bearer = *token;
    request.timeout = channel.timeout;
    request.limitBytes = kMostAnswer;
    request.authority = channel.authority;
    auto sending = http->send(std::move(request), cancel);
    const Result<http::Response> answer = co_await std::move(sending);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status < 200 || answer->status > 299) {
        const QString said = displayText(QByteArrayView(answer->body.left(200).simplified()), 200);
        co_return Error(
            ErrorKind::Failed,
            u"HTTP %1%2"_s.arg(answer->status).arg(said.isEmpty() ? QString() : u": "_s + said));
    }
    co_return Result<void>();
}

Task<Result<void>> sendMail(http::Client* http, store::SecretSource* secrets, Channel channel,
                            Notice notice, CancelToken cancel)
{
    if (http == nullptr) {
        co_return noClient();
    }
    auto asking = secretNamed(secrets, channel.password);
    const Result<Secret> password = co_await std::move(asking);
    if (!password) {
        co_return password.error();
    }
    http::Mail mail;
    mail.server = channel.server;
    mail.startTls = channel.tls;
    mail.user = channel.user;
    mail.password = *password;
    mail.authority = channel.authority;
    mail.from = channel.from;
    mail.to = channel.to;
    mail.subject = u"[%1] %2"_s.arg(toString(notice.severity), notice.title);
    mail.text = notice.text + u"\n\nNotice "_s + notice.id + u'\n';
    mail.timeout = channel.timeout;
    auto sending = http->send(std::move(mail), cancel);
    Result<void> sent = co_await std::move(sending);
    co_return sent;
}

}  // namespace analemma::monitor
