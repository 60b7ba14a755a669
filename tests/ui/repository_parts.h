#pragma once

#include "core/base/process.h"
#include "core/git/git.h"
#include "tests/support.h"
#include "tests/ui/panel_values.h"

#include <QAction>
#include <QFile>
#include <QSignalSpy>

/// What the tests of the repositories panel share: the git program, files, and what was told.
namespace analemma::made {

constexpr int patience = 20'000;

inline QByteArray runGit(const QString& folder, const QStringList& arguments,
                         const QByteArray& input = {})
{
    ProcessSpec spec(QStringLiteral("git"), arguments);
    spec.directory = folder;
    spec.input = input;
    spec.environment.emplace_back(QStringLiteral("GIT_CONFIG_NOSYSTEM"), QStringLiteral("1"));
    const auto result = test::await(runProcess(spec, CancelToken()), std::chrono::seconds(120));
    return result && result->ok() ? result->output
                                  : "failed: " + (result ? result->errors : QByteArray());
}

inline Task<Result<std::shared_ptr<git::Repository>>> openAt(QString path)
{
    auto opening = git::Repository::open(path);
    Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
    co_return opened;
}

/// An empty repository whose commits are Ana's.
inline bool initRepository(const QString& path)
{
    QDir().mkpath(path);
    using namespace Qt::StringLiterals;
    return runGit(path, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}).isEmpty() &&
           runGit(path, {u"config"_s, u"user.name"_s, u"Ana"_s}).isEmpty() &&
           runGit(path, {u"config"_s, u"user.email"_s, u"ana@example.org"_s}).isEmpty();
}

inline bool writeBytes(const QString& path, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

inline QByteArray bytesAt(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
}

/// The notices of a panel: the newest one, and its way back.
class Told {
public:
    explicit Told(ui::Panel* panel) : m_notices(panel, &ui::Panel::notice) {}
    [[nodiscard]] ui::Notice last() const
    {
        return m_notices.isEmpty() ? ui::Notice() : m_notices.last()[0].value<ui::Notice>();
    }
    [[nodiscard]] QString text() const { return last().text; }
    bool undo() const
    {
        const ui::Notice notice = last();
        if (notice.action != QStringLiteral("Undo")) {
            return false;
        }
        notice.run();
        return true;
    }

private:
    QSignalSpy m_notices;
};

/// Runs an act of the panel as the palette does; false when there is none or it is refused.
inline bool pressAct(const QWidget* of, const QString& id)
{
    for (QAction* action : of->actions()) {
        if (action->objectName() == id && action->isEnabled()) {
            action->trigger();
            return true;
        }
    }
    return false;
}

}  // namespace analemma::made
