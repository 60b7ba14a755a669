#include "core/git/networkquestions.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace analemma::git {

NetworkQuestions::NetworkQuestions(QObject* parent) : QObject(parent) {}

NetworkQuestions::~NetworkQuestions()
{
    while (!m_open.empty()) {
        answer(m_open.begin()->first, cancelledError());
    }
}

Task<Result<Secret>> NetworkQuestions::wait(Promise<Secret> promise)
{
    auto future = promise.future();
    Result<Secret> secret = co_await future;
    co_return secret;
}

std::function<Task<Result<Secret>>(NetworkQuestion, CancelToken)> NetworkQuestions::asker()
{
    return [self = QPointer<NetworkQuestions>(this)](NetworkQuestion question, CancelToken cancel) {
        Promise<Secret> promise;
        if (!self) {
            promise.finish(Error(ErrorKind::Auth, u"There is nobody to ask any more."_s));
            return wait(promise);
        }
        const quint64 id = ++self->m_last;
        Open& open = self->m_open[id];
        open.promise = promise;
        open.cancel = cancel.onCancel([self, id] {
            // Not from within the cancel: the registration must outlive its own callback.
            QMetaObject::invokeMethod(
                self,
                [self, id] {
                    if (self && self->m_open.contains(id)) {
                        self->answer(id, cancelledError());
                        Q_EMIT self->withdrawn(id);
                    }
                },
                Qt::QueuedConnection);
        });
        Q_EMIT self->asked(id, question);
        return wait(promise);
    };
}

void NetworkQuestions::answer(quint64 id, Result<Secret> secret)
{
    const auto found = m_open.find(id);
    if (found != m_open.end()) {
        const Promise<Secret> promise = found->second.promise;
        m_open.erase(found);
        promise.finish(std::move(secret));
    }
}

Task<Result<bool>> answerTo(Promise<bool> promise)
{
    auto future = promise.future();
    promise = {};  // from here on only the question holds it
    Result<bool> given = co_await std::move(future);
    co_return given;
}

}  // namespace analemma::git
