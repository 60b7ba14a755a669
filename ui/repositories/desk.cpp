#include "ui/repositories/desk.h"

namespace analemma::ui {

void Desk::said(const QString& text, const QString& undo, std::function<void()> back)
{
    Notice notice;
    notice.text = text;
    notice.action = undo;
    notice.run = std::move(back);
    Q_EMIT this->notice(notice);
}

void Desk::runThen(Task<Result<void>> task, std::function<void()> done)
{
    then(std::move(task), this,
         [this, of = m_repository, done = std::move(done)](const Result<void>& result) {
             if (of != m_repository) {
                 return;
             }
             if (result) {
                 done();
             } else {
                 Q_EMIT problem(result.error());
             }
             Q_EMIT acted();
         });
}

void Desk::runDone(Task<Result<void>> task, const QString& text)
{
    runThen(std::move(task), [this, text] { said(text); });
}

}  // namespace analemma::ui
