#pragma once

#include "core/git/git.h"
#include "ui/shell/panel.h"

namespace analemma::ui {

using RepositoryPointer = std::shared_ptr<git::Repository>;

/// One of the pages of a repository: its history, its changes, its branches. Reads in read() and
/// never in its constructor. Main thread.
class RepositoryTab : public QWidget {
    Q_OBJECT
public:
    explicit RepositoryTab(const Context& context, QWidget* parent = nullptr)
        : QWidget(parent), m_context(context)
    {
    }
    /// Null: none is open. What was shown of another one goes.
    virtual void setRepository(const QString& name, const RepositoryPointer& repository)
    {
        m_name = name;
        m_repository = repository;
    }
    /// Shown, or something may have changed.
    virtual void read() = 0;
    /// Esc; false when there is nothing to step back from.
    virtual bool stepBack() { return false; }

Q_SIGNALS:
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);
    /// A quiet sentence for the panel's head.
    void summary(const QString& text);
    void refreshed();
    /// Something was changed from here: others read again.
    void acted();
    /// Another page is to show a commit, a file at a revision, or two revisions against each other.
    void commitWanted(const QString& id);
    void fileWanted(const QByteArray& path, const QString& revision);
    void compareWanted(const QString& from, const QString& to);
    /// A folder that is a repository of its own is to be shown.
    void folderWanted(const QString& folder);

protected:
    [[nodiscard]] const Context& context() const { return m_context; }
    [[nodiscard]] const QString& name() const { return m_name; }
    [[nodiscard]] const RepositoryPointer& repository() const { return m_repository; }
    [[nodiscard]] QDateTime now() const
    {
        return m_context.clock != nullptr ? m_context.clock->now()
                                          : QDateTime::currentDateTimeUtc();
    }

private:
    Context m_context;
    QString m_name;
    RepositoryPointer m_repository;
};

}  // namespace analemma::ui
