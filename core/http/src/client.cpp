#include "core/http/src/exchange.h"
#include "core/http/src/mailing.h"
#include "core/http/src/reach.h"

namespace analemma::http {
namespace {

void startLibrary()
{
    static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    Q_UNUSED(started)
}

template <class Kind, class Answer, class Order>
Task<Result<Answer>> perform(std::shared_ptr<Engine> engine, Order order, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    Promise<Answer> promise;
    Result<std::shared_ptr<Kind>> transfer = Kind::make(std::move(order), promise);
    if (!transfer) {
        co_return transfer.error();
    }
    const quint64 id = engine->add(std::move(*transfer));
    const CancelToken::Registration registration = cancel.onCancel([engine, promise, id] {
        promise.finish(cancelledError());
        engine->cancel(id);
    });
    auto future = promise.future();
    Result<Answer> answer = co_await future;
    co_return answer;
}

}  // namespace

Client::Client() : m_engine(std::make_shared<Engine>())
{
    startLibrary();
}

Client::~Client()
{
    m_engine->stop();
}

Task<Result<Response>> Client::send(Request request, CancelToken cancel)
{
    return perform<Exchange, Response>(m_engine, std::move(request), std::move(cancel));
}

Task<Result<Timing>> Client::reach(Endpoint endpoint, CancelToken cancel)
{
    return perform<Reach, Timing>(m_engine, std::move(endpoint), std::move(cancel));
}

Task<Result<void>> Client::send(Mail mail, CancelToken cancel)
{
    return perform<Mailing, void>(m_engine, std::move(mail), std::move(cancel));
}

}  // namespace analemma::http
