#pragma once

#include "core/git/git.h"
#include "ui/shell/panel.h"

#include <QObject>

namespace analemma::ui {

/// What all desks have in common: they run an act, tell how it ended, and offer the way back. Main
/// thread.
class Desk : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// What comes late for another one is dropped. Null: none.
    virtual void setRepository(const std::shared_ptr<git::Repository>& repository)
    {
        m_repository = repository;
    }

Q_SIGNALS:
    void acted();
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);

protected:
    [[nodiscard]] const std::shared_ptr<git::Repository>& repository() const
    {
        return m_repository;
    }
    void said(const QString& text, const QString& undo = {}, std::function<void()> back = {});
    /// Runs a task for the repository of now; an error is told, an answer given on.
    template <class T>
    void run(Task<Result<T>> task, std::function<void(const T&)> done);
    void runThen(Task<Result<void>> task, std::function<void()> done);
    void runDone(Task<Result<void>> task, const QString& text);

private:
    std::shared_ptr<git::Repository> m_repository;
};

template <class T>
void Desk::run(Task<Result<T>> task, std::function<void(const T&)> done)
{
    then(std::move(task), this,
         [this, of = m_repository, done = std::move(done)](const Result<T>& result) {
             if (of != m_repository) {
                 return;
             }
             if (result) {
                 done(*result);
             } else {
                 Q_EMIT problem(result.error());
             }
             Q_EMIT acted();
         });
}

}  // namespace analemma::ui
